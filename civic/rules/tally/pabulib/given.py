"""Votes with points, counted into ballots: those that give the same are one, with its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from civic.rules.tally.election import Ballots
from civic.rules.tally.pabulib.sections import NULL
from civic.rules.tally.pabulib.votes import VoteReader

_LARGE = 4_000  # different votes from which NumPy is worth its loading


class Given:
    """Takes votes some hundreds at a time. Raises NotAVote if one of them cannot be counted.

    Points follow their vote after a null character, which no file has.
    """

    def __init__(self, reader: VoteReader) -> None:
        self.reader = reader
        self.counted: Counter[str] = Counter()
        self.low = 0  # how many are under a minimum

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """The next votes of the file."""
        pairs = zip(columns[self.reader.vote], columns[self.reader.points], strict=True)
        self.counted.update(map(NULL.join, pairs))

    def ballots(self) -> Ballots:
        """All that were added."""
        reader = self.reader
        if len(self.counted) > _LARGE:
            from civic.rules.tally.pabulib.bulk import bulk

            taken = bulk(reader, self.counted)
            if taken is not None:
                ballots, self.low = taken
                return ballots
        scale = reader.point_scale
        parsed = self._parsed()
        if reader.point_scale != scale:  # decimals were met: all points again, at their scale
            parsed = self._parsed()
        self.low = sum(
            times for places, marks, times in parsed if reader.under_minimum(places, marks)
        )
        return Ballots.grouped(tuple(reader.places), parsed, reader.head.vote_type)

    def _parsed(self) -> list[tuple[Sequence[int], Sequence[int], int]]:
        parsed = []
        for said, times in self.counted.items():
            text, _, marks = said.partition(NULL)
            parsed.append((*self.reader.parse(text, marks), times))
        return parsed
