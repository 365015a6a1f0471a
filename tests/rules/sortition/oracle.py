"""The leximin optimum of tiny instances by listing every panel: slow, and plain enough to trust."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from civic.rules.sortition import Candidate, Criterion
from civic.rules.sortition.program import INFINITY, Program


def panels(
    people: Sequence[Candidate], criteria: Sequence[Criterion], seats: int
) -> list[tuple[int, ...]]:
    """Every panel (places of people) within the bounds and with one person a household."""
    found = []
    for some in combinations(range(len(people)), seats):
        homes = [people[place].household for place in some if people[place].household is not None]
        if len(set(homes)) == len(homes) and all(
            one.minimum
            <= sum(people[place].features.get(one.feature) == one.value for place in some)
            <= one.maximum
            for one in criteria
        ):
            found.append(some)
    return found


def leximin(people: int, panels: Sequence[tuple[int, ...]]) -> list[float]:
    """The chances of the leximin lottery over these panels, each person's settled only when a
    program of its own proves that it can go no higher."""
    seats = np.zeros((people, len(panels)))
    for column, panel in enumerate(panels):
        seats[list(panel), column] = 1.0
    settled: dict[int, float] = {}
    while len(settled) < people:
        free = [place for place in range(people) if place not in settled]
        level = _highest(seats, settled, free, free)
        for place in free:
            if _highest(seats, settled | dict.fromkeys(free, level), [], [place]) < level + 1e-7:
                settled[place] = level
    return [settled[place] for place in range(people)]


def _highest(
    seats: np.ndarray, floors: dict[int, float], free: Sequence[int], raised: Sequence[int]
) -> float:
    """The highest z that all of ``raised`` can have, the others having their floor."""
    people, many = seats.shape
    rows = np.zeros((people + 1, many + 1))
    rows[:people, :many] = seats
    rows[people, :many] = 1.0
    lower = np.zeros(people + 1)
    lower[people] = 1.0
    for place, floor in floors.items():
        lower[place] = floor - 1e-9
    for place in raised:
        rows[place, many] = -1.0
        lower[place] = 0.0
    upper = np.append(np.full(people, INFINITY), 1.0)
    program = Program(rows, lower, upper, np.append(np.full(many, 1.0), 1.0))
    cost = np.zeros(many + 1)
    cost[many] = -1.0
    program.cost(cost)
    assert program.solve()
    return float(program.point()[many])
