"""Votes without points, checked and counted into ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from civic.rules.tally.election import Ballots
from civic.rules.tally.pabulib.codes import CODES, END, PLACE_END, TO_PLACES
from civic.rules.tally.pabulib.distinct import Distinct
from civic.rules.tally.pabulib.names import Names
from civic.rules.tally.pabulib.rows import Rows, apart
from civic.rules.tally.pabulib.votes import NotAVote, VoteReader

_SOME = 256  # votes by which to tell whether many of a file are alike
_MANY = 4_096  # different votes that wait for others like them


class Chosen:
    """Takes votes some hundreds at a time. Raises NotAVote if one of them cannot be counted."""

    def __init__(self, reader: VoteReader) -> None:
        self.reader = reader
        self.ordinal = reader.head.vote_type == "ordinal"
        self.low = 0  # how many are under a minimum
        self.waiting: Counter[str] = Counter()
        ids = tuple(reader.places)
        self.distinct = Distinct(ids)
        few = 0 < len(ids) <= len(CODES) and self.distinct.in_bytes
        self.names = Names(ids) if few and not reader.least_sum else None

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """The next votes of the file."""
        votes = columns[self.reader.vote]
        if blank := votes.count(""):
            self.distinct.add((), blank)
            votes = [*filter(None, votes)]
        some = votes[:_SOME]
        if 4 * len({*some}) >= 3 * len(some):
            self._take(votes)
        else:
            self.waiting.update(votes)
            if len(self.waiting) > _MANY:
                self._take_waiting()

    def ballots(self) -> Ballots:
        """All that were added."""
        self._take_waiting()
        return self.distinct.ballots()

    def _take_waiting(self) -> None:
        numbers, self.waiting = self.waiting, Counter()
        self._take([vote for vote, number in numbers.items() if number == 1])
        self._take_alone({vote: number for vote, number in numbers.items() if number > 1})

    def _take(self, votes: Sequence[str]) -> None:
        """Votes that mostly differ, all at once if nothing about them is unusual."""
        found = self.names.find(votes) if self.names is not None else None
        if found is None:
            self._take_alone(Counter(votes))
        elif votes:
            self._take_together(found)

    def _take_alone(self, votes: Mapping[str, int]) -> None:
        """Votes one by one; how many times each is there."""
        for text, times in votes.items():
            places = self.reader.choices(text)
            if self.reader.under_minimum(places, ()):
                self.low += times
            self.distinct.add(places if self.ordinal else sorted(places), times)

    def _take_together(self, votes: bytes) -> None:
        """Votes as CODES with END after each."""
        reader = self.reader
        few, many = apart(votes)
        rows = Rows(few)
        in_order = b"".join([rows.in_order(), *(bytes(sorted(vote)) + END for vote in many)])
        if max([rows.longest, *map(len, many)]) > reader.most or _repeats(in_order):
            raise NotAVote
        meant = votes if self.ordinal else in_order
        ballots = meant.translate(TO_PLACES).removesuffix(PLACE_END).split(PLACE_END)
        if reader.most_cost is not None:
            sure = rows.dearest(reader.costs) <= reader.most_cost
            unsure = [vote.translate(TO_PLACES) for vote in many] if sure else ballots
            if _too_dear(unsure, reader.costs, reader.most_cost):
                raise NotAVote
        if reader.least > 1:
            self.low += sum(len(places) < reader.least for places in ballots)
        self.distinct.add_each(ballots)


def _repeats(votes: bytes) -> bool:
    """Whether one of these votes, each in order, has a project twice."""
    number = int.from_bytes(votes, "little")
    return 0 in (number ^ (number >> 8)).to_bytes(len(votes), "little")


def _too_dear(ballots: Iterable[bytes], costs: Sequence[int], most: int) -> bool:
    """Whether the projects of one ballot cost more together; one project alone may cost more."""
    return any(len(places) > 1 and sum(map(costs.__getitem__, places)) > most for places in ballots)
