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
    weights, panels, left = peel(shape, seats, progress)
    found = np.vstack([known, *panels]) if panels else known
    if left <= CLOSE and panels:
        mass = np.array(weights)
        return Mixture(mass / mass.sum(), np.vstack(panels)), None, found
    return _mix(shape, seats, found)


def peel(
    shape: Shape, seats: Floats, progress: Callable[[float], None] = lambda _share: None
) -> tuple[list[float], list[Floats], float]:
    """Weights and panels taken out of ``seats`` one by one, and the weight that is left."""
    sizes = shape.sizes
    program = Program(shape.rows, shape.lower, shape.upper, sizes)
    rest, left = seats.copy(), 1.0
    weights: list[float] = []
    panels: list[Floats] = []
    step = 0.125
    while left > CRUMB:
        gaps = _Gaps.of(shape, rest, left)
        step = min(2 * step, left)
        panel = None
        while step > SMALLEST_STEP * left and panel is None:
            panel = gaps.search(program, rest, step)
            if panel is None:
                step /= 2
        if panel is None:
            break
        weight = min(left, gaps.most_weight(panel))
        if weight <= 0:
            break
        weights.append(weight)
        panels.append(panel)
        rest = rest - weight * panel
        rest[np.abs(rest) < 1e-13] = 0.0
        left -= weight
        progress(1.0 - left)
    return weights, panels, max(left, 0.0)


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

    def search(self, program: Program, rest: Floats, step: float) -> Floats | None:
        """A panel that can bear ``step``, or None when diving meets none."""
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
        program.cost(-rest)
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
        t = broken[np.argmin(away[broken])]
        kept = least[t], most[t]
        least[t] = most[t] = near[t]
        program.bound_columns(least, most)
        if program.solve():
            continue
        other = near[t] + (1.0 if point[t] > near[t] else -1.0)
        if not kept[0] <= other <= kept[1]:
            return None
        least[t] = most[t] = other
        program.bound_columns(least, most)
        if not program.solve():
            return None


def some_panel(shape: Shape) -> Floats | None:
    """Any panel at all, or None, proved."""
    program = Program(shape.rows, shape.lower, shape.upper, shape.sizes, integer=True)
    return np.rint(program.point()) if program.solve() else None


def _mix(shape: Shape, seats: Floats, found: Floats) -> tuple[Mixture | None, Cut | None, Floats]:
    """The nearest mixture to ``seats``, new panels priced in until it is reached or refuted."""
    if not len(found):
        first = some_panel(shape)
        if first is None:
            raise NoPanel
        found = first[None, :]
    many = len(seats)
    # Columns: one shortfall a profile, then one weight a panel. Rows: seats covered, weights.
    rows = np.zeros((many + 1, many))
    rows[:many] = np.eye(many)
    program = Program(
        rows,
        np.append(seats, 1.0),
        np.append(np.full(many, INFINITY), 1.0),
        np.full(many, INFINITY),
    )
    program.cost(np.ones(many))
    for panel in found:
        program.add_column(0.0, np.append(panel, 1.0))
    seeker = Program(shape.rows, shape.lower, shape.upper, shape.sizes)
    prover: Program | None = None
    while True:
        if not program.solve():
            raise NoPanel
        if program.value() <= CLOSE:
            weights = np.maximum(program.point()[many:], 0.0)
            kept = weights > 0
            return Mixture(weights[kept] / weights[kept].sum(), found[kept]), None, found
        prices = program.row_prices()
        worth, base = np.maximum(prices[:many], 0.0), -float(prices[many])
        seeker.cost(-worth)
        better = dive(seeker, np.zeros(many), shape.sizes)
        if better is None or float(worth @ better) <= base + 1e-9:
            if prover is None:
                prover = Program(shape.rows, shape.lower, shape.upper, shape.sizes, integer=True)
            cut, better = _prove(prover, worth, seats, base)
            if cut is not None:
                return None, cut, found
        found = np.vstack([found, better])
        program.add_column(0.0, np.append(better, 1.0))


def _prove(prover: Program, worth: Floats, seats: Floats, base: float) -> tuple[Cut | None, Floats]:
    """The panel worth most at these prices; with the cut when X is worth more than it."""
    prover.cost(-worth)
    if not prover.solve():
        raise NoPanel
    best, most = np.rint(prover.point()), -prover.proved()
    if most > base + 1e-8:
        return None, best
    units = worth / np.min(worth[worth > 1e-7]) if (worth > 1e-7).any() else worth
    if whole(units).all():
        plain = np.rint(units)
        top = float(np.rint(plain @ best))
        if float(plain @ seats) > top + 1e-7:
            return Cut(plain, top, whole=True), best
    return Cut(worth, most + 1e-10, whole=False), best
