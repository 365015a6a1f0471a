"""The panel of few seats that prices ask for, sought among all panels.

Panels grow a seat at a time, profiles in order; a beginning is dropped once it holds too much of
something, or lacks more than the seats and profiles left can give. Where few beginnings go on, all
panels are listed and priced. Elsewhere the relaxed optimum of « which panel is worth most at these
prices » says what each seat of a profile loses at least, so that a beginning is dropped too once it
has lost all that lies between that optimum and ``base``; of many beginnings, those that lost least
go on; and where that finds nothing, a whole-number program does, or proves that there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.diving import dive, scattered
from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import Program

# Beginnings that go on when any panel will do, and when all are listed.
SOME = 500
LISTED = 3_000_000
# Dives at each search, where beginnings led to nothing.
DIVES = 6
# Beginnings looked at together.
TOGETHER = 4_000
# What more than ``base`` counts as more.
WORTHWHILE = 1e-9
Small = NDArray[np.int8]
Places = NDArray[np.int16]


@dataclass(frozen=True)
class _Beginnings:
    """Panels of which some seats are taken: J lines."""

    picks: Places
    held: Small
    run: Small
    lost: Floats

    def take(self, some: NDArray[np.int64]) -> _Beginnings:
        return _Beginnings(self.picks[some], self.held[some], self.run[some], self.lost[some])


class Seeker:
    """``panels(prices, base)`` are some panels worth more than ``base``, none when there are
    none."""

    def __init__(self, shape: Shape) -> None:
        self.seats = round(float(shape.lower[0]))
        rows = shape.rows[1:].astype(np.int8)
        least = np.clip(shape.lower[1:], 0, self.seats + 1).astype(np.int8)
        most = np.clip(shape.upper[1:], 0, self.seats).astype(np.int8)
        # What is needed and rare comes first: profiles that nobody further on can stand in for.
        rare = np.lexsort((rows.sum(axis=1), least == 0))
        order = np.lexsort(-rows[rare[::-1]])
        may: NDArray[np.bool_] = ~np.any(rows > most[:, None], axis=0)
        groups = _apart(rows)
        lacks = np.maximum(least[:, None] - rows, 0)
        for first, end in zip(groups, [*groups[1:], len(rows)], strict=True):
            may &= lacks[first:end].sum(axis=0) <= self.seats - 1
        order = order[may[order]]
        #: Profiles that may sit in a panel (places in the shape), in the order of the search.
        self.profiles = order
        self._rows = np.ascontiguousarray(rows[:, order].T)
        self._matrix = self._rows.T.astype(np.float32)
        self._sizes = np.minimum(shape.sizes[order], self.seats).astype(np.int8)
        self._least, self._most, self._groups = least, most, groups
        self._group = np.repeat(np.arange(len(groups)), np.diff([*groups, len(rows)]))
        # Up to which profile those from there on can still give a row what it lacks.
        gives = self._rows.astype(np.int64) * self._sizes[:, None]
        left = np.cumsum(gives[::-1], axis=0)[::-1]
        wanted = np.arange(self.seats + 2)
        self._last = (left[:, :, None] >= wanted).sum(axis=0) - 1
        whole = (shape.rows[:, order], shape.lower, shape.upper, shape.sizes[order])
        #: All panels (J by seats places in ``profiles``), where they can be listed.
        self.listed = self._grown(np.zeros(len(order)), 1.0, LISTED, forget=False)[0]
        self._relaxed, self._diving = Program(*whole), Program(*whole)
        self._exact: Program | None = None
        self._whole = whole

    def panels(self, prices: Floats, base: float) -> Floats:
        """Panels (J by P seats of ``profiles``) that are worth more than ``base`` at these
        ``prices`` (one a profile of ``profiles``): for each profile, the best of those found that
        seat it."""
        if self.listed is not None:
            return self._spread(self.listed, prices, base)
        none = np.zeros((0, len(prices)))
        self._relaxed.cost(-prices)
        if not self._relaxed.solve():
            return none
        room = -self._relaxed.value() - base
        if room <= WORTHWHILE:
            return none
        loses = np.maximum(self._relaxed.reduced_costs(), 0.0)
        grown, every = self._grown(loses, room, SOME)
        found = none if grown is None else self._spread(grown, prices, base)
        if every or len(found):
            return found
        dived = self._dived(prices, base)
        return dived if len(dived) else self._proved(prices, base)

    def _grown(
        self, loses: Floats, room: float, many: int, *, forget: bool = True
    ) -> tuple[Places | None, bool]:
        """Panels (J by seats places) that lose at most ``room``, by way of ``many`` beginnings at
        most, and whether they are all of them; None when that is not so and nothing was to be
        forgotten."""
        now = _Beginnings(
            np.zeros((1, 0), np.int16),
            np.zeros((1, len(self._least)), np.int8),
            np.zeros(1, np.int8),
            np.zeros(1),
        )
        every = True
        for _seat in range(self.seats):
            if len(now.lost) > many:
                if not forget:
                    return None, False
                every = False
                apart = np.arange(1, len(now.lost) + 1) * 0.6180339887498949 % 1.0
                now = now.take(np.sort(np.lexsort((apart, now.lost))[:many]))
            if now.picks.shape[1]:
                # Those that go on with the same profiles stand together.
                now = now.take(np.argsort(now.picks[:, -1], kind="stable"))
            parts = []
            for at in range(0, max(1, len(now.lost)), TOGETHER):
                some = np.arange(at, min(at + TOGETHER, len(now.lost)))
                parts.append(self._next(now.take(some), loses, room))
                if not forget and sum(len(part.lost) for part in parts) > many:
                    return None, False
            now = _Beginnings(
                np.vstack([part.picks for part in parts]),
                np.vstack([part.held for part in parts]),
                np.concatenate([part.run for part in parts]),
                np.concatenate([part.lost for part in parts]),
            )
        return now.picks, every

    def _next(self, now: _Beginnings, loses: Floats, room: float) -> _Beginnings:
        """The same beginnings with one seat more, in every way that may become a panel."""
        kinds, taken = len(loses), now.picks.shape[1]
        lacks = np.maximum(self._least - now.held, 0)
        # Where a feature lacks as many seats as are left, each of them has to bring one.
        short = np.add.reduceat(lacks, self._groups, axis=1) == self.seats - taken
        needed = (lacks > 0) & short[:, self._group]
        # A profile brings one for each such feature, and nothing that is full already.
        brings = (needed - 99.0 * (now.held >= self._most)).astype(np.float32)
        # Nothing is passed over that nobody further on can give.
        last = self._last[np.arange(lacks.shape[1]), lacks].min(axis=1)
        # No one sits twice: a profile is taken again while it has people left.
        first = np.zeros(len(last), np.int64)
        if taken:
            first += now.picks[:, -1] + (now.run >= self._sizes[now.picks[:, -1]])
        start, end = int(first.min(initial=kinds)), int(last.max(initial=-1)) + 1
        places = np.arange(start, max(start, end))
        fits = brings @ self._matrix[:, places] == short.sum(axis=1)[:, None]
        fits &= now.lost[:, None] + loses[places] <= room
        fits &= (places >= first[:, None]) & (places <= last[:, None])
        line, place = np.nonzero(fits)
        place += start
        again = now.picks[line, -1] == place if taken else np.zeros(len(line), np.bool_)
        return _Beginnings(
            np.hstack([now.picks[line], place[:, None].astype(np.int16)]),
            now.held[line] + self._rows[place],
            np.where(again, now.run[line] + 1, 1).astype(np.int8),
            now.lost[line] + loses[place],
        )

    def _spread(self, panels: Places, prices: Floats, base: float) -> Floats:
        """Of the panels worth more than ``base``, for each profile the one worth most among those
        that seat it, as seats."""
        worth = np.zeros(len(panels))
        for line in panels.T:
            worth += prices[line]
        better = np.flatnonzero(worth > base + WORTHWHILE)
        found = panels[better[np.argsort(worth[better], kind="stable")]]
        best = np.full(len(prices), -1, dtype=np.int64)
        for line in found.T:
            np.maximum.at(best, line, np.arange(len(found)))
        kept = found[np.unique(best[best >= 0])]
        points = np.zeros((len(kept), len(prices)))
        for line in kept.T:
            points[np.arange(len(kept)), line] += 1.0
        return points

    def _dived(self, prices: Floats, base: float) -> Floats:
        """Panels worth more that dives in nearby directions meet."""
        found = []
        for scatter in range(DIVES):
            self._diving.cost(-scattered(prices, scatter))
            panel = dive(self._diving, np.zeros(len(prices)), self._whole[3])
            if panel is not None and float(prices @ panel) > base + WORTHWHILE:
                found.append(panel)
        return np.unique(np.reshape(found, (-1, len(prices))), axis=0)

    def _proved(self, prices: Floats, base: float) -> Floats:
        """The panel worth most, or the proof that there is none, by a whole-number program."""
        if self._exact is None:
            self._exact = Program(*self._whole, integer=True)
        self._exact.cost(-prices)
        if self._exact.solve():
            panel = np.rint(self._exact.point())
            if float(prices @ panel) > base + WORTHWHILE:
                return panel[None]
        return np.zeros((0, len(prices)))


def _apart(rows: Small) -> list[int]:
    """Where each group of rows starts such that no profile is in two rows of a group (the values
    of a feature)."""
    starts: list[int] = []
    for row in range(len(rows)):
        if not starts or (rows[starts[-1] : row].any(axis=0) & (rows[row] > 0)).any():
            starts.append(row)
    return starts
