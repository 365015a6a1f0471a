"""Who is called next: a pure rule. The first of the reserve, in the order that the commitment
fixed, with whom every bound still holds; nobody picks. When there is none, the first with whom
the fewest seats break a bound, and only by a named person's explicit act.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """Between `minimum` and `maximum` seats for people whose `feature` is `value`."""

    feature: str
    value: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody of the reserve, or of the panel; `household` is None when none is compared."""

    key: str
    features: Mapping[str, str]
    household: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Who is next, and the bounds that would be broken: (bound, how many there would be)."""

    key: str
    broken: tuple[tuple[Bound, int], ...]
    shares_household: bool = False


def next_call(
    present: Sequence[Waiting], reserve: Sequence[Waiting], bounds: Sequence[Bound], seats: int
) -> Call | None:
    """The next one for one of the empty seats; None when the reserve is empty.

    `present` are those who sit or may still accept. A minimum counts as kept when the seats that
    would still be empty could bring it about.
    """
    homes = {one.household for one in present if one.household is not None}
    best: tuple[int, Call] | None = None
    for one in reserve:
        broken = tuple(_broken([*present, one], bounds, seats))
        shares = one.household is not None and one.household in homes
        if not broken and not shares:
            return Call(one.key, ())
        cost = sum(
            max(bound.minimum - count, count - bound.maximum) for bound, count in broken
        ) + int(shares)
        if best is None or cost < best[0]:
            best = (cost, Call(one.key, broken, shares))
    return best[1] if best else None


def _broken(
    people: Sequence[Waiting], bounds: Sequence[Bound], seats: int
) -> list[tuple[Bound, int]]:
    empty = max(0, seats - len(people))
    counts = Counter(pair for one in people for pair in one.features.items())
    found = []
    for bound in bounds:
        count = counts[bound.feature, bound.value]
        if count > bound.maximum:
            found.append((bound, count))
        elif count + empty < bound.minimum:
            found.append((bound, count + empty))
    return found
