"""From weights to M equally likely panels of people.

A number drawn by a hall chooses one panel of M, so weights become counts: M·weight rounded down,
then the missing panels one by one where most is lacking. Inside a profile people take seats in
turn, so that their counts differ by one at most. M is the smallest power of ten from 1,000 up with
which nobody who has a chance loses it and the smallest count is at least 0.97 of M times the
smallest chance.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.decompose import Mixture
from civic.rules.sortition.profiles import Floats, Profiles

KEPT = 0.97
FEWEST, MOST = 1_000, 10_000_000
# Chances below this are the noise of the solver: nobody's.
NOTHING = 1e-9
# Exchanges tried when the rounded panels leave somebody short.
EXCHANGES = 500
Ints = NDArray[np.int64]
# Millions of seats are held at once: half the room.
Places = NDArray[np.int32]


@dataclass(frozen=True)
class Seated:
    """Different panels of people, J by K places in the candidates' order, sorted in a row; how
    many of the M numbers each holds; and each candidate's count of numbers."""

    people: Places
    ranges: Ints
    counts: Ints


def numbered(
    profiles: Profiles, mixture: Mixture, seats: Floats, numbers: int, key: bytes
) -> Seated | None:
    """``numbers`` panels, or None when they can't keep the promise of the module's first lines.

    ``seats`` are the expected seats to come near to; ``key`` decides the order of the panels."""
    least = _least(profiles, seats, numbers)
    chosen = _rounded(mixture, seats, profiles.shape.sizes, numbers, least)
    order = _shuffled(numbers, key + b"turns")
    drawn = np.repeat(np.arange(len(chosen)), chosen)[order]
    people = _seat(profiles, mixture.panels.astype(np.int64), drawn)
    counts = np.bincount(people.ravel(), minlength=int(profiles.shape.sizes.sum()))
    if any(
        counts[who].min() < need
        for t, need in enumerate(least)
        if need and (who := list(profiles.members[t]))
    ):
        return None
    rows, ranges = np.unique(people, axis=0, return_counts=True)
    order = _shuffled(len(rows), key + b"panels")
    return Seated(rows[order], ranges[order], counts)


def too_few(numbers: int, smallest: float) -> bool:
    """Whether it is proved that no lottery of ``numbers`` panels keeps the promise, ``smallest``
    being the highest smallest chance of those that can have one.

    Counts are whole, and somebody's is at most ``numbers`` x ``smallest``: were everybody's above
    it, their chances would all be higher than is possible. So a whole number has to lie between
    0.97 of that and that. That one does is no proof that such a lottery exists.
    """
    return max(1, math.ceil(KEPT * numbers * smallest - 1e-9)) > numbers * smallest + 1e-4


def _least(profiles: Profiles, seats: Floats, numbers: int) -> Ints:
    """The smallest count that the promise leaves to each profile's people."""
    chances = seats / profiles.shape.sizes
    having = chances > NOTHING
    if not having.any():
        return np.zeros(len(seats), dtype=np.int64)
    need = max(1, math.ceil(KEPT * numbers * float(chances[having].min()) - 1e-9))
    return np.where(having, need, 0).astype(np.int64)


def _shuffled(many: int, key: bytes) -> Ints:
    """A permutation that whoever lacks the key can't tell from chance."""
    draws = np.frombuffer(hashlib.shake_256(key).digest(8 * many), dtype="<u8")
    return np.argsort(draws, kind="stable").astype(np.int64)


def _rounded(mixture: Mixture, seats: Floats, sizes: Floats, numbers: int, least: Ints) -> Ints:
    """How many of the M numbers each panel of the mixture gets."""
    panels = mixture.panels
    chosen = np.floor(mixture.weights * numbers + 1e-9).astype(np.int64)
    lacking = numbers * seats - chosen @ panels
    scaled = panels / sizes
    own = (panels * scaled).sum(axis=1)
    for _ in range(numbers - int(chosen.sum())):
        best = int(np.argmin(own - 2 * (scaled @ lacking)))
        chosen[best] += 1
        lacking = lacking - panels[best]
    return _exchanged(chosen, panels, least * sizes)


def _exchanged(chosen: Ints, panels: Floats, floor: Floats) -> Ints:
    """The same number of panels, changed one for one until each profile has its ``floor`` of
    seats, if some hundred exchanges can do that."""
    total = chosen @ panels
    for _ in range(EXCHANGES):
        short = np.maximum(floor - total, 0.0)
        if not short.any():
            break
        after = np.maximum(floor - (total + panels), 0.0).sum(axis=1)
        gain = int(np.argmin(after))
        total = total + panels[gain]
        chosen[gain] += 1
        after = np.where(chosen > 0, np.maximum(floor - (total - panels), 0.0).sum(axis=1), np.inf)
        after[gain] = np.inf
        loss = int(np.argmin(after))
        total = total - panels[loss]
        chosen[loss] -= 1
        if after[loss] >= short.sum():
            break
    return chosen


def _seat(profiles: Profiles, panels: Ints, drawn: Ints) -> Places:
    """People for each of the M panels (M by K places, sorted), ``drawn`` telling which of
    ``panels`` (J by T seats a profile) each is."""
    many, seats = len(drawn), int(panels[0].sum())
    people = np.empty((many, seats), dtype=np.int32)
    filled = np.zeros(many, dtype=np.int64)
    sharing = {t for alike in profiles.classes for t in alike[0]}
    for t, members in enumerate(profiles.members):
        wanted = panels[drawn, t]
        if t in sharing or not wanted.any():
            continue
        # Seats in turn: a panel takes the next ones round the profile, so no one twice.
        holders = np.repeat(np.arange(many), wanted)
        first = np.repeat(np.cumsum(wanted) - wanted, wanted)
        place = np.arange(len(holders)) - first
        people[holders, filled[holders] + place] = np.array(members)[
            np.arange(len(holders)) % len(members)
        ]
        filled += wanted
    for alike in profiles.classes:
        _seat_households(alike, panels, drawn, people, filled)
    people.sort(axis=1)
    return people


def _seat_households(
    alike: tuple[dict[int, tuple[int, ...]], ...],
    panels: Ints,
    drawn: Ints,
    people: Places,
    filled: Ints,
) -> None:
    """Seats of one class of alike households: a household gives one seat a panel at most, to the
    profile and then the person that had fewest."""
    kinds = sorted(alike[0])
    had = {t: [0] * len(alike) for t in kinds}
    for row in np.flatnonzero(panels[:, kinds].sum(axis=1)[drawn]):
        sits = panels[drawn[row]]
        free = set(range(len(alike)))
        for t in sorted(kinds, key=lambda kind, sits=sits: (-sits[kind], kind)):  # type: ignore[misc]
            for home in sorted(free, key=lambda home, t=t: (had[t][home], home))[: sits[t]]:  # type: ignore[misc]
                free.discard(home)
                at_home = alike[home][t]
                people[row, filled[row]] = at_home[had[t][home] % len(at_home)]
                had[t][home] += 1
                filled[row] += 1
