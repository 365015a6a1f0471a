"""The fairest weights of the panels themselves, where seats are few and bounds tight.

A replacement of some seats, with what remains of each bound, leaves panels too scattered among
people for the relaxed optimum to say much. The optimum is then sought over the weights of panels:
a program holds some of them, and its prices, for which ``seeking`` looks through all panels, say
which to add, or prove that none would help. That proof is the certificate.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.chances import PRICED
from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import INFINITY, Program
from civic.rules.sortition.seeking import Seeker

# More seats than this are left to cuts.
SEATS = 12


def are_few(shape: Shape) -> bool:
    """Whether there are few enough seats to look through panels."""
    return bool(shape.lower[0] <= SEATS and shape.whole.all())


def fairest(
    shape: Shape,
    known: Floats,
    algorithm: str,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[Floats, Floats, Floats, float] | None:
    """The lottery over all panels whose smallest chance is as large as it can be, and with leximin
    the next smallest after it: the panels that have a weight (J by T), their weights, the expected
    seats that they give, and that smallest chance. None when there is no panel. ``known`` are some
    panels to start from."""
    seeker = Seeker(shape)
    kinds = len(shape.sizes)
    held = _covering(seeker, np.unique(known[:, seeker.profiles], axis=0))
    if not len(held):
        return None
    # Whom no panel can seat has no chance; the others are what remains to be shared.
    seated: NDArray[np.bool_] = np.any(held, axis=0)
    first = None if seated.all() and len(seated) == kinds else 0.0
    sharing = _Sharing(shape.sizes[seeker.profiles][seated], held[:, seated])
    prices = np.zeros(len(seated))
    while not sharing.settled.all():
        while True:
            prices[seated], base = sharing.solve()
            new = seeker.panels(prices, base)
            if not len(new):
                break
            held = np.vstack([held, new])
            sharing.add(new[:, seated])
        level = sharing.settle()
        first = level if first is None else first
        progress(float(sharing.settled.mean()))
        if algorithm == "maximin":
            break
    weights = sharing.weights()
    kept = weights > 0
    panels = np.zeros((int(kept.sum()), kinds))
    panels[:, seeker.profiles] = held[kept]
    weights = weights[kept] / weights.sum()
    assert first is not None
    return panels, weights, np.asarray(weights @ panels, dtype=np.float64), first


def _covering(seeker: Seeker, held: Floats) -> Floats:
    """Panels that seat whoever any panel can seat: these and others."""
    while True:
        missing = np.where(held.any(axis=0), 0.0, 1.0)
        new = seeker.panels(missing, 0.5) if missing.any() else held[:0]
        if not len(new):
            return held
        held = np.vstack([held, new])


class _Sharing:
    """Leximin over the weights of the panels ``held`` (J by P) by profiles of ``sizes``."""

    def __init__(self, sizes: Floats, held: Floats) -> None:
        self._sizes, kinds = sizes, len(sizes)
        # Columns: z, then a weight a panel. Rows: a profile's seats, then the weights.
        rows = np.zeros((kinds + 1, len(held) + 1))
        rows[:kinds, 0], rows[:kinds, 1:] = -sizes, held.T
        rows[kinds, 1:] = 1.0
        self._least, self._most = np.zeros(kinds + 1), np.full(kinds + 1, INFINITY)
        self._least[kinds] = self._most[kinds] = 1.0
        self._program = Program(rows, self._least, self._most, np.ones(len(held) + 1))
        self._program.cost(np.append(-1.0, np.zeros(len(held))))
        self.settled = np.zeros(kinds, dtype=np.bool_)
        self._prices = np.zeros(kinds)

    def add(self, panels: Floats) -> None:
        """More panels to weigh."""
        for panel in panels:
            self._program.add_column(0.0, np.append(panel, 1.0))

    def solve(self) -> tuple[Floats, float]:
        """What a seat of each profile is worth to the smallest chance that is not settled, and
        what a panel has to be worth for its weight to be no loss."""
        if not self._program.solve():
            raise ArithmeticError("the solver lost a program that has a solution")
        prices = self._program.row_prices()
        self._prices = prices[:-1]
        return prices[:-1], -float(prices[-1])

    def settle(self) -> float:
        """Settles the profiles that the last prices hold; their chance."""
        level = max(0.0, float(self._program.point()[0]))
        tight = ~self.settled & (self._prices * self._sizes > PRICED)
        if not tight.any():
            tight = ~self.settled
        self.settled |= tight
        self._least[:-1][tight] = self._sizes[tight] * level
        for t in np.flatnonzero(tight):
            self._program.coefficient(int(t), 0, 0.0)
        self._program.bound_rows(self._least, self._most)
        return level

    def weights(self) -> Floats:
        """The panels' weights at the last solution."""
        return np.maximum(self._program.point()[1:], 0.0)
