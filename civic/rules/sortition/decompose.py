"""From expected seats to panels: weights and whole panels that average to X.

*Peeling.* X is cut into panels one at a time. What is left after taking weight θ of panel y must
still be 1 - θ times a point of the rows, so y has to keep every bound that is already tight and
may use up no slack by more than slack / θ: with whole bounds that is a search for a whole point
in a box that shrinks as θ grows. The first θ that works is tried large and halved, y is found by
diving (solve, fix the most nearly whole, solve again from where it stood), and the most weight
that y can bear is taken, which makes one more bound tight: as many panels as X has dimensions
suffice.

*Pricing.* Where X leaves nothing to peel (the rows have corners that are no panels), a program
over the panels found so far says how near they come to X and what each profile's seat is worth; a
better panel is sought at these prices, by diving, then by a whole-number program that proves its
answer. If no panel is worth what X is worth, these prices are a cut: an inequality that all
panels keep and X breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import INFINITY, Program, whole

# The seats that the panels may miss in all, and the weight too small to peel.
CLOSE = 1e-8
CRUMB = 1e-9
SMALLEST_STEP = 1e-7
# How often a stuck peeling starts again otherwise, and with how many times the weight left.
TASTES = 8
BACK = 30.0
# A dive fixes one in this many of what is not whole yet.
SHARE = 2
# Dives at each pricing, how far their prices are scattered, and what more a panel must be worth
# for the proof to stop at it.
SEEKERS = 4
NEARBY = 0.2
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


def decompose(
    shape: Shape,
    seats: Floats,
    known: Floats,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[Mixture | None, Cut | None, Floats]:
    """Panels that average to ``seats``, or a cut that shows there are none.

    ``known`` (J by T) are panels found before; the third answer is those and the new ones.
    """
    peeling = Peeling(shape, seats)
    mixing = _Mixing(shape, seats, known)
    for taste in range(TASTES):
        if taste:
            peeling.put_back()
        peeling.go(progress)
        if peeling.left <= CLOSE and peeling.panels:
            mass = np.array(peeling.weights)
            found = np.vstack([known, *peeling.panels])
            return Mixture(mass / mass.sum(), np.vstack(peeling.panels)), None, found
        if not peeling.panels:
            break
        mixing.add(peeling.new_panels())
        mixture = mixing.nearest()
        if mixture is not None:
            return mixture, None, mixing.found
    mixture, cut = mixing.settle()
    return mixture, cut, mixing.found


class Peeling:
    """Weights and panels taken out of ``seats`` one by one, and the weight ``left``.

    Where nothing can be taken any more, the last panels can be put back, and another taste then
    chooses the next ones.
    """

    def __init__(self, shape: Shape, seats: Floats) -> None:
        self.shape = shape
        self.rest, self.left = seats.copy(), 1.0
        self.weights: list[float] = []
        self.panels: list[Floats] = []
        self._all: list[Floats] = []
        self._program = Program(shape.rows, shape.lower, shape.upper, shape.sizes)
        self._taste = 0
        self._step = 0.125
        self._told = 0

    def go(self, progress: Callable[[float], None] = lambda _share: None) -> None:
        """Peel until nothing is left or nothing can be taken."""
        while self.left > CRUMB and self._take():
            progress(1.0 - self.left)

    def new_panels(self) -> list[Floats]:
        """The panels found since this was last asked."""
        new = self._all[self._told :]
        self._told = len(self._all)
        return new

    def _take(self) -> bool:
        gaps = _Gaps.of(self.shape, self.rest, self.left)
        step = min(2 * self._step, self.left)
        wish, failed = self._wish(), 0
        while step > SMALLEST_STEP * self.left:
            panel = gaps.search(self._program, wish, step)
            if panel is not None:
                weight = min(self.left, gaps.most_weight(panel))
                if weight > 0:
                    self._step = step
                    self._move(weight, panel)
                    self.weights.append(weight)
                    self.panels.append(panel)
                    self._all.append(panel)
                    return True
            failed += 1
            step /= 2 if failed < 3 else 8
        return False

    def put_back(self) -> None:
        """Make room for another taste."""
        enough = min(1.0, BACK * self.left)
        while self.panels and self.left < enough:
            self._move(-self.weights.pop(), self.panels.pop())
        self._step = self.left / 8
        self._taste += 1

    def _move(self, weight: float, panel: Floats) -> None:
        self.rest = self.rest - weight * panel
        self.rest[np.abs(self.rest) < 1e-13] = 0.0
        self.left = max(self.left - weight, 0.0)

    def _wish(self) -> Floats:
        """What a seat is worth to the next panel, by profile: most where most chance is left;
        with a share of an even scatter, other each time, once that has led nowhere."""
        chance = self.rest / self.shape.sizes
        if not self._taste:
            return chance
        places = np.arange(1, len(chance) + 1) * (0.6180339887498949 * self._taste)
        return chance * (0.25 + places % 1.0)


@dataclass(frozen=True)
class _Gaps:
    """How far what is left stands from each bound, times its weight."""

    shape: Shape
    above_zero: Floats
    below_size: Floats
    above_lower: Floats
    below_upper: Floats

    @classmethod
    def of(cls, shape: Shape, rest: Floats, left: float) -> _Gaps:
        used = shape.rows @ rest
        return cls(
            shape,
            np.maximum(rest, 0.0),
            np.maximum(left * shape.sizes - rest, 0.0),
            np.maximum(used - left * shape.lower, 0.0),
            np.maximum(left * shape.upper - used, 0.0),
        )

    def search(self, program: Program, wish: Floats, step: float) -> Floats | None:
        """A panel that can bear ``step`` and has much of what is wished, or None when diving
        meets none."""
        shape = self.shape
        least = np.maximum(0.0, shape.sizes - _units(self.below_size, step))
        most = np.minimum(shape.sizes, _units(self.above_zero, step))
        with np.errstate(invalid="ignore"):
            room_down = np.where(
                shape.whole, _units(self.below_upper, step), self.below_upper / step + 1e-9
            )
            room_up = np.where(
                shape.whole, _units(self.above_lower, step), self.above_lower / step + 1e-9
            )
            lower = np.fmax(shape.lower, shape.upper - room_down)
            upper = np.fmin(shape.upper, shape.lower + room_up)
        if (least > most).any() or (lower > upper).any():
            return None
        program.bound_rows(lower, upper)
        program.cost(-wish)
        return dive(program, least, most)

    def most_weight(self, panel: Floats) -> float:
        """The most of ``panel`` that can be taken out and leave a point within the rows."""
        used = self.shape.rows @ panel
        pairs = (
            (self.above_zero, panel),
            (self.below_size, self.shape.sizes - panel),
            (self.above_lower, used - self.shape.lower),
            (self.below_upper, self.shape.upper - used),
        )
        bounds = [
            float(np.min(gap[away] / need[away]))
            for gap, need in pairs
            if (away := (need > 1e-7) & np.isfinite(need)).any()
        ]
        return min(bounds, default=INFINITY)


def _units(gap: Floats, step: float) -> Floats:
    """Whole units that a gap allows at this step (a hair of noise forgiven)."""
    return np.asarray(np.floor(gap / step + 1e-6), dtype=np.float64)


def dive(program: Program, least: Floats, most: Floats) -> Floats | None:
    """A whole point between ``least`` and ``most``, cheap but not proved cheapest, or None when
    one wrong turn was not enough to find it."""
    least, most = least.copy(), most.copy()
    program.bound_columns(least, most)
    if not program.solve():
        return None
    while True:
        point = program.point()
        near = np.rint(point)
        away = np.abs(point - near)
        broken = np.flatnonzero(away > 1e-6)
        if not len(broken):
            return near
        broken = broken[np.argsort(away[broken], kind="stable")]
        # Several at once where that holds, else the most nearly whole, else its other side.
        for many in dict.fromkeys((max(1, len(broken) // SHARE), 1)):
            some = broken[:many]
            kept = least[some], most[some]
            least[some] = most[some] = near[some]
            program.bound_columns(least, most)
            if program.solve():
                break
            least[some], most[some] = kept
        else:
            t = broken[0]
            other = near[t] + (1.0 if point[t] > near[t] else -1.0)
            if not least[t] <= other <= most[t]:
                return None
            least[t] = most[t] = other
            program.bound_columns(least, most)
            if not program.solve():
                return None


class _Mixing:
    """The nearest mixture to ``seats`` of the panels ``found`` so far (J by T)."""

    def __init__(self, shape: Shape, seats: Floats, known: Floats) -> None:
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
        self.add(list(known))

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
            places = np.arange(1, len(worth) + 1) * (0.6180339887498949 * scatter)
            seeker.cost(-worth * (1.0 + NEARBY * (places % 1.0)))
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
