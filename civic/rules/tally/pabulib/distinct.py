"""Ballots that say the same are one, with its number."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import accumulate

from civic.rules.tally.election import Ballots, are_few
from civic.rules.tally.pabulib.occurrences import occurrences
from civic.rules.tally.supporters import Supporters

_BYTE = 256  # what a byte can tell apart


class Distinct:
    """Ballots as the places of their projects: bytes, or whole numbers where those are too many."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        self.ids = ids
        self.in_bytes = len(ids) < _BYTE
        self.weights: Counter[bytes] = Counter()

    def add(self, places: Sequence[int], times: int) -> None:
        """One ballot, so many times."""
        self.weights[bytes(places) if self.in_bytes else array("i", places).tobytes()] += times

    def add_each(self, ballots: Iterable[bytes]) -> None:
        """Ballots whose places are bytes, once each."""
        self.weights.update(ballots)

    def ballots(self) -> Ballots:
        """All that were added, none of which is kept here."""
        weights = array("q", self.weights.values())
        if not self.in_bytes:
            choices, starts = array("i", self._written()), self._starts(array("i").itemsize)
            self.weights.clear()
            return Ballots(self.ids, starts, choices, None, weights)
        supporters = None
        if are_few(len(self.ids), len(weights)):
            supporters = Supporters(list(self.weights), weights, len(self.ids))
        places, starts = self._written(), self._starts(1)
        votes = self._votes(places) if supporters is None else supporters.votes()
        self.weights.clear()
        ballots = Ballots(self.ids, starts, _widened(places), None, weights)
        ballots.votes = votes
        if supporters is not None:
            ballots.supporters = supporters
        return ballots

    def _written(self) -> bytes:
        """The different ballots, one after the other."""
        written = BytesIO()
        written.writelines(self.weights)  # `join` would take some eighty bytes for each
        return written.getvalue()

    def _starts(self, width: int) -> array[int]:
        """Where each begins, in whole numbers of so many bytes, and where the last one ends."""
        return array("q", accumulate((len(one) // width for one in self.weights), initial=0))

    def _votes(self, places: bytes) -> list[int]:
        """How many voters chose each project; the different ballots, one after the other, given."""
        votes = occurrences(places, len(self.ids))
        for ballot, times in self.weights.items():
            if times > 1:
                for place in ballot:
                    votes[place] += times - 1
        return votes


def _widened(places: bytes) -> array[int]:
    """The same whole numbers, one byte each until now."""
    wide = array("i", [0]) * len(places)
    lowest = 0 if sys.byteorder == "little" else wide.itemsize - 1
    memoryview(wide).cast("B")[lowest :: wide.itemsize] = places
    return wide
