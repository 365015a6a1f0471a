"""X cut into panels one at a time, as far as that goes.

What is left after taking weight θ of panel y must still be 1 - θ times a point of the rows, so y
has to keep every bound that is already tight and may use up no slack by more than slack / θ: with
whole bounds that is a search for a whole point in a box that shrinks as θ grows. The first θ that
works is tried large and halved, y is found by diving, and the most weight that y can bear is
taken, which makes one more bound tight: as many panels as X has dimensions suffice. It is the
quickest way where it gets to the end; it stops where what is left is a corner that is no panel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from civic.rules.sortition.diving import dive
from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import INFINITY, Program

# The weight too small to peel, and the smallest share of what is left that is tried.
CRUMB = 1e-9
SMALLEST_STEP = 1e-7


class Peeling:
    """Weights and panels taken out of ``seats`` one by one, and the weight ``left``."""

    def __init__(self, shape: Shape, seats: Floats) -> None:
        self.shape = shape
        self.rest, self.left = seats.copy(), 1.0
        self.weights: list[float] = []
        self.panels: list[Floats] = []
        self._program = Program(shape.rows, shape.lower, shape.upper, shape.sizes)
        self._step = 0.125

    def go(self, progress: Callable[[float], None] = lambda _share: None) -> None:
        """Peel until nothing is left or nothing can be taken."""
        while self.left > CRUMB and self._take():
            progress(1.0 - self.left)

    def _take(self) -> bool:
        gaps = _Gaps.of(self.shape, self.rest, self.left)
        step = min(2 * self._step, self.left)
        # A seat is worth most to the next panel where most chance is left.
        wish, failed = self.rest / self.shape.sizes, 0
        while step > SMALLEST_STEP * self.left:
            panel = gaps.search(self._program, wish, step)
            if panel is not None:
                weight = min(self.left, gaps.most_weight(panel))
                if weight > 0:
                    self._step = step
                    self._move(weight, panel)
                    self.weights.append(weight)
                    self.panels.append(panel)
                    return True
            failed += 1
            step /= 2 if failed < 3 else 8
        return False

    def _move(self, weight: float, panel: Floats) -> None:
        self.rest = self.rest - weight * panel
        self.rest[np.abs(self.rest) < 1e-13] = 0.0
        self.left = max(self.left - weight, 0.0)


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
