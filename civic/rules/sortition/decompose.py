"""From expected seats to panels: weights and whole panels that average to X.

1. *Peeling* (``peeling``): X is cut into panels one at a time; where that gets to the end, it is
   the quickest way.
2. *Approaching* (``nearest``): as many panels as X has dimensions, by diving, each where the panels
   so far owe most; then the nearest mixture of all of them to X, with new panels sought in the
   direction of what is lacking.
3. *Pricing*: where diving finds nothing more, a whole-number program does, or proves that no panel
   goes further: then X is no mixture of panels. A program over the panels found so far says what
   each profile's seat is worth, and when no panel is worth what X is worth, these prices are a cut:
   an inequality that all panels keep and X breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from civic.rules.sortition.diving import Diver, dive, scattered
from civic.rules.sortition.nearest import Nearest
from civic.rules.sortition.peeling import Peeling
from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import INFINITY, Program, whole

# The seats that the panels may miss in all.
CLOSE = 1e-8
# Panels dived for before the nearest mixture is sought, in shares of the profiles in play.
HERD = 0.75
# Dives at each pricing, and what more a panel must be worth for the proof to stop at it.
SEEKERS = 4
WORTHWHILE = 1e-6


@dataclass(frozen=True)
class Mixture:
    """Panels (J by T, whole) and their weights (J, adding up to 1)."""

    weights: Floats
    panels: Floats

    @property
    def average(self) -> Floats:
        """Expected seats by profile."""
        return np.asarray(self.weights @ self.panels, dtype=np.float64)


@dataclass(frozen=True)
class Cut:
    """weights·x ≤ most holds for every panel and not for X."""

    weights: Floats
    most: float
    whole: bool


class NoPanel(Exception):
    """The rows have points, and none of them is whole."""


class Unproved(Exception):
    """Diving finds nothing more, and proving was not asked for: ``panels`` are those found."""

    def __init__(self, panels: Floats) -> None:
        self.panels = panels
        super().__init__()


def decompose(
    shape: Shape,
    seats: Floats,
    known: Floats,
    progress: Callable[[float], None] = lambda _share: None,
    *,
    prove: bool = True,
) -> tuple[Mixture | None, Cut | None, Floats]:
    """Panels that average to ``seats``, or a cut that shows there are none.

    ``known`` (J by T) are panels found before; the third answer is those and the new ones. Unless
    it may ``prove`` what diving can't find, it raises Unproved instead.
    """
    peeling = Peeling(shape, seats)
    peeling.go(lambda share: progress(share / 4))
    if peeling.left <= CLOSE and peeling.panels:
        mass = np.array(peeling.weights)
        found = np.vstack([known, *peeling.panels])
        return Mixture(mass / mass.sum(), np.vstack(peeling.panels)), None, found
    nearest = Nearest(_settled(shape, seats))
    for panel in (*known, *peeling.panels):
        nearest.offer(panel)
    if _approach(shape, nearest, progress, prove=prove):
        return Mixture(*nearest.mixture()), None, np.array(nearest.panels)
    mixing = _Mixing(shape, seats, nearest.panels)
    mixture, cut = mixing.settle()
    return mixture, cut, mixing.found


def _settled(shape: Shape, seats: Floats) -> Floats:
    """X without the solver's noise: on the rows that it should be on, and whole where it should
    be."""
    near = np.rint(seats)
    loose = np.abs(seats - near) > 1e-7
    settled = np.where(loose, seats, near)
    used = shape.rows @ settled
    # A bound far away (infinite) is no whole number to be near to.
    tight = np.abs(used - np.rint(used)) <= 1e-6
    rows = shape.rows[np.ix_(tight & shape.whole, loose)]
    wrong = (np.rint(used) - used)[tight & shape.whole]
    settled[loose] += np.linalg.lstsq(rows, wrong, rcond=None)[0]
    return np.clip(settled, 0.0, shape.sizes)


def _approach(
    shape: Shape, nearest: Nearest, progress: Callable[[float], None], *, prove: bool
) -> bool:
    """Panels added until their nearest mixture is X (True) or none goes further (False)."""
    diver = Diver(shape, nearest.seats)
    loose = int((np.abs(nearest.seats - np.rint(nearest.seats)) > 1e-7).sum())
    many = int(HERD * loose)
    owed = np.zeros(len(nearest.seats))
    for step in range(many):
        wish = owed + nearest.seats
        panel = diver.panel(wish)
        if panel is None:
            panel = diver.panel(wish, step + 1)
        if panel is not None:
            owed = wish - panel
            nearest.offer(panel)
        progress(0.25 + 0.5 * step / many)
    prover: Program | None = None
    while True:
        nearest.approach(CLOSE / 2)
        if nearest.missing <= CLOSE:
            return True
        progress(0.75 - 0.03 * float(np.log10(min(nearest.missing, 1.0))))
        if nearest.panels and _dived(diver, nearest):
            continue
        if not prove:
            raise Unproved(np.array(nearest.panels).reshape(-1, len(nearest.seats)))
        if not nearest.panels:
            return False
        if prover is None:
            prover = Program(shape.rows, shape.lower, shape.upper, shape.sizes, integer=True)
        if not _proved(prover, nearest):
            return False


def _dived(diver: Diver, nearest: Nearest) -> bool:
    """A new panel that goes further, by a few dives in nearby directions."""
    for wide in (False, True):
        for scatter in range(SEEKERS):
            panel = diver.panel(nearest.lacking, scatter, wide=wide)
            if panel is not None and nearest.worth(panel) > CLOSE and nearest.offer(panel):
                return True
    return False


def _proved(prover: Program, nearest: Nearest) -> bool:
    """A new panel that goes further, by a whole-number program; False when it proves that there
    is none."""
    wish = nearest.lacking / np.abs(nearest.lacking).max()
    base = float(wish @ (nearest.seats - nearest.lacking))
    prover.cost(-wish)
    prover.stop_at(-(base + WORTHWHILE))
    if not prover.solve():
        raise NoPanel
    panel = np.rint(prover.point())
    return float(wish @ panel) > base + 1e-8 and nearest.offer(panel)


class _Mixing:
    """The nearest mixture to ``seats`` of the panels ``found`` so far (J by T)."""

    def __init__(self, shape: Shape, seats: Floats, known: list[Floats]) -> None:
        self.shape, self.seats = shape, seats
        self.found = np.zeros((0, len(seats)))
        # Columns: one shortfall a profile, then one weight a panel. Rows: seats covered, weights.
        many = len(seats)
        self._program = Program(
            np.vstack([np.eye(many), np.zeros(many)]),
            np.append(seats, 1.0),
            np.append(np.full(many, INFINITY), 1.0),
            np.full(many, INFINITY),
        )
        self._program.cost(np.ones(many))
        self.add(known)

    def add(self, panels: list[Floats]) -> None:
        """More panels to mix."""
        for panel in panels:
            self._program.add_column(0.0, np.append(panel, 1.0))
        self.found = np.vstack([self.found, *panels])

    def nearest(self, missing: float = CLOSE) -> Mixture | None:
        """The nearest mixture, when it misses at most so many of the expected seats."""
        if not len(self.found) or not self._program.solve() or self._program.value() > missing:
            return None
        weights = np.maximum(self._program.point()[len(self.seats) :], 0.0)
        kept = weights > 0
        return Mixture(weights[kept] / weights[kept].sum(), self.found[kept])

    def settle(self) -> tuple[Mixture | None, Cut | None]:
        """New panels priced in until ``seats`` is reached, or refuted by a cut."""
        shape, many = self.shape, len(self.seats)
        prover = Program(shape.rows, shape.lower, shape.upper, shape.sizes, integer=True)
        if not len(self.found):
            if not prover.solve():
                raise NoPanel
            self.add([np.rint(prover.point())])
        seeker = Program(shape.rows, shape.lower, shape.upper, shape.sizes)
        while True:
            mixture = self.nearest()
            if mixture is not None:
                return mixture, None
            prices = self._program.row_prices()
            worth, base = np.maximum(prices[:many], 0.0), -float(prices[many])
            better = self._better(seeker, worth, base)
            if not better:
                cut, panel = _prove(prover, worth, self.seats, base)
                if cut is not None:
                    # What the tolerance of the proof alone holds apart is not apart.
                    if float(cut.weights @ self.seats) > cut.most + 1e-9:
                        return None, cut
                    return self.nearest(INFINITY), None
                better = [panel]
            self.add(better)

    def _better(self, seeker: Program, worth: Floats, base: float) -> list[Floats]:
        """Different panels worth more than ``base``, by a few dives at nearby prices."""
        found: dict[bytes, Floats] = {}
        for scatter in range(SEEKERS):
            seeker.cost(-scattered(worth, scatter))
            panel = dive(seeker, np.zeros(len(worth)), self.shape.sizes)
            if panel is not None and float(worth @ panel) > base + 1e-9:
                found[panel.tobytes()] = panel
        return list(found.values())


def _prove(prover: Program, worth: Floats, seats: Floats, base: float) -> tuple[Cut | None, Floats]:
    """The panel worth most at these prices; with the cut when X is worth more than it."""
    prover.cost(-worth)
    prover.stop_at(-(base + WORTHWHILE))
    if not prover.solve():
        raise NoPanel
    best = np.rint(prover.point())
    if float(worth @ best) > base + 1e-8:
        return None, best
    most = -prover.proved()
    units = worth / np.min(worth[worth > 1e-7]) if (worth > 1e-7).any() else worth
    if whole(units).all():
        plain = np.rint(units)
        top = float(np.rint(plain @ best))
        if float(plain @ seats) > top + 1e-7:
            return Cut(plain, top, whole=True), best
    return Cut(worth, most + 1e-10, whole=False), best
