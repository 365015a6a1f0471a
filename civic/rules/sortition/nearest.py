"""The mixture of given panels that is nearest to X: Wolfe's minimum-norm point.

P. Wolfe, « Finding the nearest point in a polytope », Mathematical Programming 11 (1976). A few
panels, none of which is an affine mixture of the others, are kept with the weights that bring them
nearest to X; the panel that goes furthest towards X joins them, those whose weight would be
negative leave, and so on until none goes further. What X then still lacks is the direction in
which a new panel is worth most, or the reason why there is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.profiles import Floats

# A panel goes further when it does by more than this, in shares of the distance left.
FURTHER = 1e-6
# Below this share of its length a panel is an affine mixture of the others.
APART = 1e-10
# Changes after which the inverse is computed again from the panels themselves.
FRESH = 100
WEIGHTLESS = 1e-13


class Nearest:
    """Panels to mix (``offer``) and the nearest mixture of them to ``seats`` (``approach``).

    ``lacking`` is X minus that mixture, by profile.
    """

    def __init__(self, seats: Floats) -> None:
        self.seats = seats
        self.lacking = seats
        self._panels: list[Floats] = []
        self._known: set[bytes] = set()
        # A line a panel: its difference from X, then 1, so that affine is linear.
        self._lines = np.zeros((64, len(seats) + 1))
        self._barred: set[int] = set()
        # The panels that are mixed, their weights, and the inverse of their lines' products.
        self._mixed: list[int] = []
        self._weights = np.zeros(0)
        self._inverse = np.zeros((0, 0))
        self._changes = 0

    @property
    def missing(self) -> float:
        """Seats that the mixture misses in all; infinite before there is one."""
        return float(np.abs(self.lacking).sum()) if self._mixed else np.inf

    @property
    def panels(self) -> list[Floats]:
        """Every panel that was offered, each once."""
        return self._panels

    def offer(self, panel: Floats) -> bool:
        """One panel more; False when it is known."""
        name = panel.tobytes()
        if name in self._known:
            return False
        self._known.add(name)
        place = len(self._panels)
        self._panels.append(panel)
        if place == len(self._lines):
            self._lines = np.vstack([self._lines, np.zeros_like(self._lines)])
        self._lines[place, :-1] = panel - self.seats
        self._lines[place, -1] = 1.0
        return True

    def approach(self, close: float) -> None:
        """The nearest mixture of what was offered, or one that misses ``close`` seats at most."""
        if not self._panels:
            return
        if not self._mixed:
            lines = self._lines[: len(self._panels)]
            self._enter(int(np.argmin((lines * lines).sum(axis=1))))
            self._settle()
        fresh = False
        while self.missing > close:
            best = self._furthest()
            if best is None:
                return
            if self._enter(best):
                self._settle()
                fresh = False
            elif fresh:
                self._barred.add(best)
            else:
                # What seems to be a mixture of the others may be the inverse's own drift.
                self._refresh()
                self._settle()
                fresh = True

    def mixture(self) -> tuple[Floats, Floats]:
        """Weights that add up to 1, and their panels, one a line."""
        weights = np.maximum(self._weights, 0.0)
        return weights / weights.sum(), np.array([self._panels[place] for place in self._mixed])

    def worth(self, panel: Floats) -> float:
        """How much further towards X the panel is than the mixture, in shares of the distance."""
        length = float(np.linalg.norm(self.lacking))
        return float((panel - self.seats) @ self.lacking) / length + length

    def _furthest(self) -> int | None:
        gains = self._lines[: len(self._panels), :-1] @ self.lacking
        gains[self._mixed] = -np.inf
        gains[list(self._barred)] = -np.inf
        best = int(np.argmax(gains))
        length = float(np.linalg.norm(self.lacking))
        return best if gains[best] > -(length**2) + FURTHER * length else None

    def _enter(self, place: int) -> bool:
        """Mix one more, with weight 0; False when it is an affine mixture of the others."""
        many, line = len(self._mixed), self._lines[place]
        products = self._lines[self._mixed] @ line
        shares = self._inverse @ products
        length = float(line @ line)
        apart = length - float(products @ shares)
        if apart <= APART * length:
            return False
        inverse = np.empty((many + 1, many + 1))
        inverse[:many, :many] = self._inverse + np.outer(shares / apart, shares)
        inverse[many, :many] = inverse[:many, many] = -shares / apart
        inverse[many, many] = 1.0 / apart
        self._inverse = inverse
        self._weights = np.append(self._weights, 0.0)
        self._mixed.append(place)
        self._barred.clear()
        self._changes += 1
        return True

    def _leave(self, place: int) -> None:
        kept = np.arange(len(self._mixed)) != place
        column = self._inverse[kept, place]
        self._inverse = self._inverse[np.ix_(kept, kept)] - np.outer(
            column / self._inverse[place, place], column
        )
        self._weights = self._weights[kept]
        del self._mixed[place]
        self._changes += 1

    def _refresh(self) -> None:
        lines = self._lines[self._mixed]
        self._inverse = np.asarray(np.linalg.inv(lines @ lines.T), dtype=np.float64)
        self._changes = 0

    def _settle(self) -> None:
        """The weights nearest to X, after those that would be negative have left."""
        if self._changes >= FRESH:
            self._refresh()
        while True:
            wanted = self._inverse.sum(axis=1)
            wanted = wanted / wanted.sum()
            low = wanted <= WEIGHTLESS
            if not low.any():
                break
            now = self._weights
            steps = now[low] / np.maximum(now[low] - wanted[low], 1e-300)
            self._weights = now + min(1.0, float(steps.min())) * (wanted - now)
            out: NDArray[np.int64] = np.flatnonzero(low & (self._weights <= WEIGHTLESS))
            if not len(out):
                out = np.flatnonzero(low)[[int(np.argmin(steps))]]
            for place in out[::-1].tolist():
                self._leave(place)
        self._weights = wanted
        self.lacking = -(self._weights @ self._lines[self._mixed, :-1])
