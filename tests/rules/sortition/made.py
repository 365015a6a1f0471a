"""People and criteria made up for tests: small towns, by a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence

from civic.rules.sortition import Candidate, Criterion


def tiny(seed: int) -> tuple[list[Candidate], list[Criterion], int]:
    """Three to ten people, a few seats, bounds near what some of them would give."""
    chance = random.Random(seed)
    many = chance.randint(3, 10)
    seats = chance.randint(1, min(5, many))
    features = [["a", "b", "c"][: chance.randint(2, 3)] for _ in range(chance.randint(1, 4))]
    shared = chance.random() < 0.4
    people = [
        Candidate(
            f"p{place}",
            {f"f{f}": chance.choice(v) for f, v in enumerate(features) if chance.random() < 0.95},
            f"h{chance.randint(0, many)}" if shared and chance.random() < 0.9 else None,
        )
        for place in range(many)
    ]
    seated = chance.sample(people, seats)
    criteria = []
    for f, values in enumerate(features):
        for value in values:
            held = sum(one.features.get(f"f{f}") == value for one in seated)
            low, high = chance.choice((0, 0, 1)), chance.choice((0, 0, 1))
            criteria.append(Criterion(f"f{f}", value, max(0, held - low), held + high))
    return people, criteria, seats


def town(
    seed: int = 7, people: int = 200, seats: int = 20, kinds: Sequence[int] = (2, 4, 3, 3)
) -> tuple[list[Candidate], list[Criterion], int]:
    """Volunteers who do not look like the town, whose shares the bounds follow."""
    chance = random.Random(seed)
    pool: list[dict[str, str]] = [{} for _ in range(people)]
    criteria = []
    for f, many in enumerate(kinds):
        shares = [chance.uniform(0.5, 1.5) for _ in range(many)]
        drawn = chance.choices(
            range(many), [s * chance.uniform(0.6, 1.6) for s in shares], k=people
        )
        for row, value in zip(pool, drawn, strict=True):
            row[f"f{f}"] = f"v{value}"
        for value in range(many):
            wanted = seats * shares[value] / sum(shares)
            criteria.append(Criterion(f"f{f}", f"v{value}", int(wanted), int(wanted) + 1))
    return [Candidate(f"p{place:04}", row) for place, row in enumerate(pool)], criteria, seats
