"""Votes without points, counted into ballots: those that say the same are one, with its number.

Ballots are kept as bytes: the places of their projects, in order unless the order says something.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import accumulate

from civic.rules.tally.election import Ballots
from civic.rules.tally.pabulib.codes import CODES, END, PLACE_END, TO_PLACES
from civic.rules.tally.pabulib.names import Names
from civic.rules.tally.pabulib.occurrences import occurrences
from civic.rules.tally.pabulib.rows import Rows, apart
from civic.rules.tally.pabulib.votes import NotAVote, VoteReader

_BYTE = 256  # what a byte can tell apart
_SOME = 256  # votes: where fewer than three quarters of these differ, those alike are read once
_MANY = 4_096  # votes that wait for others like them


class Chosen:
    """Takes votes some hundreds at a time. Raises NotAVote if one of them cannot be counted."""

    def __init__(self, reader: VoteReader) -> None:
        self.reader = reader
        self.ordinal = reader.head.vote_type == "ordinal"
        self.kind = "B" if len(reader.places) < _BYTE else "i"  # of array
        self.weights: Counter[bytes] = Counter()
        self.alike: Counter[str] = Counter()  # votes not added yet
        self.low = 0  # how many are under a minimum
        plain = 0 < len(reader.places) <= len(CODES) and self.kind == "B" and not reader.least_sum
        self.names = Names(tuple(reader.places)) if plain else None

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """The next votes of the file."""
        votes = columns[self.reader.vote]
        if blank := votes.count(""):
            self.weights[b""] += blank
            votes = [*filter(None, votes)]
        some = votes[:_SOME]
        if 4 * len({*some}) >= 3 * len(some):
            self._together(votes)
        else:
            self.alike.update(votes)
            if len(self.alike) > _MANY:
                self._add_alike()

    def _add_alike(self) -> None:
        numbers, self.alike = self.alike, Counter()
        self._together([vote for vote, number in numbers.items() if number == 1])
        self._one_by_one({vote: number for vote, number in numbers.items() if number > 1})

    def _together(self, votes: Sequence[str]) -> None:
        """Votes none of which is blank."""
        if not votes:
            return
        found = self.names.find(votes) if self.names is not None else None
        if found is None:
            self._one_by_one(Counter(votes))
        else:
            self._at_once(found)

    def _at_once(self, votes: bytes) -> None:
        """Votes whose projects are known, as CODES with END after each."""
        reader = self.reader
        few, many = apart(votes)
        rows = Rows(few)
        sets = b"".join([rows.in_order(), *(bytes(sorted(vote)) + END for vote in many)])
        if max([rows.longest, *map(len, many)]) > reader.most or _repeats(sets):
            raise NotAVote
        written = votes if self.ordinal else sets
        ballots = written.translate(TO_PLACES).removesuffix(PLACE_END).split(PLACE_END)
        if reader.most_cost is not None:
            sure = rows.dearest(reader.costs) <= reader.most_cost
            self._check_costs([vote.translate(TO_PLACES) for vote in many] if sure else ballots)
        if reader.least > 1:
            self.low += sum(len(places) < reader.least for places in ballots)
        self.weights.update(ballots)

    def _check_costs(self, ballots: Iterable[bytes]) -> None:
        cost_of, most = self.reader.costs.__getitem__, self.reader.most_cost
        for places in ballots:
            if most is not None and len(places) > 1 and sum(map(cost_of, places)) > most:
                raise NotAVote

    def _one_by_one(self, votes: Mapping[str, int]) -> None:
        """Votes, and how many times each is there."""
        for text, times in votes.items():
            places = self.reader.choices(text)
            if self.reader.under_minimum(places, ()):
                self.low += times
            if not self.ordinal:
                places.sort()
            self.weights[array(self.kind, places).tobytes()] += times

    def ballots(self) -> Ballots:
        """All that were added; nothing of them is kept here."""
        self._add_alike()
        written = BytesIO()
        written.writelines(self.weights)  # `join` would take some eighty bytes for each
        places, weights = written.getvalue(), array("q", self.weights.values())
        width = array(self.kind).itemsize
        starts = array("q", [0])
        starts.extend(accumulate(map(len, self.weights)))
        if width > 1:
            starts = array("q", [start // width for start in starts])
        votes = self._votes(places) if width == 1 else None
        self.weights.clear()
        choices = array("i", [0]) * starts[-1]
        lowest = 0 if sys.byteorder == "little" else choices.itemsize - width
        memoryview(choices).cast("B")[lowest :: choices.itemsize // width] = places
        ballots = Ballots(tuple(self.reader.places), starts, choices, None, weights)
        if votes is not None:
            ballots.votes = votes
        return ballots

    def _votes(self, places: bytes) -> list[int]:
        votes = occurrences(places, len(self.reader.places))
        for ballot, times in self.weights.items():
            if times > 1:
                for place in ballot:
                    votes[place] += times - 1
        return votes


def _repeats(ballots: bytes) -> bool:
    """Whether one of these ballots, each in order, has a project twice."""
    number = int.from_bytes(ballots, "little")
    return 0 in (number ^ (number >> 8)).to_bytes(len(ballots), "little")
