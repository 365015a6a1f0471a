"""Whole panels found by diving: solve, fix what is most nearly whole, solve again from there.

Cheap (some thousandths of a second for a thousand profiles) and not proved best: what has to be
proved is left to a whole-number program (``decompose``).
"""

from __future__ import annotations

import numpy as np

from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import Program

# A dive fixes one in this many of what is not whole yet.
SHARE = 2
# How far a scattered wish is from the one that was given.
NEARBY = 0.2
# What a whole number may be away from one.
HAIR = 1e-7


class Diver:
    """Finds panels in the box that X leaves: each profile, and each whole row, at the whole number
    below or above what X gives it, as panels of an even mixture tend to be. ``wide`` forgets the
    box and keeps the rows alone."""

    def __init__(self, shape: Shape, seats: Floats) -> None:
        used = shape.rows @ seats
        lower = np.where(shape.whole, np.maximum(shape.lower, _floor(used)), shape.lower)
        upper = np.where(shape.whole, np.minimum(shape.upper, _ceil(used)), shape.upper)
        self._least = np.maximum(_floor(seats), 0.0)
        self._most = np.minimum(_ceil(seats), shape.sizes)
        self._narrow = Program(shape.rows, lower, upper, shape.sizes)
        self._wide = Program(shape.rows, shape.lower, shape.upper, shape.sizes)
        self._sizes = shape.sizes

    def panel(self, wish: Floats, scatter: int = 0, *, wide: bool = False) -> Floats | None:
        """A panel with much of what is wished; with ``scatter`` (any whole number), of a wish
        nearby that is other each time. None when the dive finds no whole point."""
        program = self._wide if wide else self._narrow
        program.cost(-scattered(wish, scatter))
        if wide:
            return dive(program, np.zeros(len(wish)), self._sizes)
        return dive(program, self._least, self._most)


def scattered(wish: Floats, scatter: int) -> Floats:
    """The wish, each part of it raised by up to a fifth, evenly spread and the same each time."""
    if not scatter:
        return wish
    places = np.arange(1, len(wish) + 1) * (0.6180339887498949 * scatter)
    return np.asarray(wish * (1.0 + NEARBY * (places % 1.0)), dtype=np.float64)


def _floor(values: Floats) -> Floats:
    return np.asarray(np.floor(values + HAIR), dtype=np.float64)


def _ceil(values: Floats) -> Floats:
    return np.asarray(np.ceil(values - HAIR), dtype=np.float64)


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
