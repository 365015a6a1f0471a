"""How large a wave of invitations has to be: a pure rule, from what the animateur expects and what
the waves before have taught. Who is invited is the order's affair (`rules/sortition`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from civic.draws.reserve import Bound

Pair = tuple[str, str]

USUAL = 0.1
"""One person in ten accepts, until somebody knows better."""

LEAST = 0.01
"""No rate is expected to be smaller: a wave has an end."""

WEIGHT = 20
"""What is expected counts like so many answers, what was seen like the answers it has."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of the invitations so far, for everybody (`pair` None) or for one value:
    invited, accepted, waiting (may still accept); `left` people of the lists are not invited.
    `listed`: the lists say who holds the value; otherwise only those who accepted have said it."""

    invited: int = 0
    accepted: int = 0
    waiting: int = 0
    left: int = 0
    listed: bool = True

    @property
    def answered(self) -> int:
        """How many have answered, or will not."""
        return self.invited - self.waiting


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as planned. `base` people from the order, then enough for each of `wanted`
    (feature, value, people of the whole wave). `short`: values of which the lists hold too few,
    with how many would be needed. `said`: values that nobody knows before the door opens, with how
    many have to be invited in all to meet enough of them; `base` is no smaller."""

    base: int
    wanted: tuple[tuple[str, str, int], ...] = ()
    short: tuple[tuple[str, str, int, int], ...] = field(default=())
    said: tuple[tuple[str, str, int], ...] = field(default=())


def learnt(seen: Seen, expected: float) -> float:
    """The rate to expect next: what was expected, corrected by what was seen."""
    rate = (seen.accepted + WEIGHT * expected) / (seen.answered + WEIGHT)
    return min(1.0, max(LEAST, rate))


def needed(aim: int, minimum: int, seats: int) -> int:
    """How many of `aim` acceptances must hold a value so that a panel can hold `minimum`: the
    same share, and never fewer than the minimum itself."""
    return max(minimum, ceil(aim * minimum / seats))


def listed_features(seen: Mapping[Pair, Seen]) -> set[str]:
    """The features that the lists know; the others are said at the door."""
    return {feature for (feature, _value), one in seen.items() if one.listed}


def share_at_doors(everybody: Seen, here: Seen) -> float:
    """The share to expect of a value among those who will accept, from those who have (Laplace's
    rule of succession: one in two while nobody has accepted, never nothing)."""
    return (here.accepted + 1) / (everybody.accepted + 2)


def plan(
    *,
    aim: int,
    seats: int,
    bounds: Sequence[Bound],
    rate: float,
    rates: Mapping[Pair, float],
    everybody: Seen,
    seen: Mapping[Pair, Seen],
) -> Wave:
    """The next wave, so that `aim` people, and enough of each value, may be expected to have
    accepted in the end. Values that the lists don't know (said at the door) can't be aimed at: the
    wave is made larger instead, by the share they have had so far among those who accepted."""
    missing = aim - everybody.accepted - everybody.waiting * rate
    base = min(everybody.left, max(0, ceil(round(missing / rate, 6))))
    wanted, short, said = [], [], []
    listed = listed_features(seen)
    for bound in bounds:
        pair = (bound.feature, bound.value)
        here = seen.get(pair)
        if not bound.minimum:
            continue
        if bound.feature not in listed:
            here = here or Seen(listed=False)
            its = rate * share_at_doors(everybody, here)
            lacking = needed(aim, bound.minimum, seats) - here.accepted - everybody.waiting * its
            many = min(everybody.left, ceil(round(lacking / its, 6)))
            if many > base:
                said.append((*pair, many))
            continue
        if here is None:
            continue
        its = rates.get(pair, rate)
        lacking = needed(aim, bound.minimum, seats) - here.accepted - here.waiting * its
        many = ceil(round(lacking / its, 6))
        if many <= 0:
            continue
        if many > here.left:
            short.append((*pair, many, here.left))
        if here.left:
            wanted.append((*pair, min(many, here.left)))
    base = max([base, *(many for *_pair, many in said)])
    return Wave(base, tuple(wanted), tuple(short), tuple(said))
