"""Who supports each project, as one whole number a project: a bit for each group of voters.

A *group* is voters whose ballots are the same; its weight is their number. Who supports two
projects is then an `&`, and how many they are a count of bits, which Python does for thirty at a
time.
"""

from __future__ import annotations

import sys
from bisect import bisect
from collections.abc import Callable
from io import BytesIO
from itertools import chain, islice, pairwise, repeat
from operator import neg, sub

from civic.rules.tally.choosers import choosers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from civic.rules.tally.choosers import Chosen
    from civic.rules.tally.election import Ballots

_ALIKE = 2  # voters a group up to which each has a bit
_BYTE = 256  # what a byte can tell apart


class Supporters:
    """`of[p]` are the groups that support project p, and `count` says how many voters groups are.

    Where ballots mostly differ each voter has a bit, so that bits only have to be counted.
    Otherwise heavy groups have the lowest bits, and the sets in `_more`, which say who weighs more
    than one voter, are short numbers.
    """

    def __init__(self, chosen: Chosen, weights: array[int], projects: int) -> None:
        self.count: Callable[[int], int] = int.bit_count
        self._more: list[tuple[int, int]] = []
        if sum(weights) <= _ALIKE * len(weights):
            heavy = [group for group, weight in enumerate(weights) if weight > 1]
            again = [repeat(chosen[group], weights[group] - 1) for group in heavy]
            chosen = [*chosen, *chain.from_iterable(again)]
        else:
            order = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)
            chosen = [chosen[group] for group in order]
            self._more = _planes([weights[group] - 1 for group in order])
            self.count = self._weighed
        self.all = (1 << len(chosen)) - 1
        self.of = choosers(chosen, projects)

    @classmethod
    def among(cls, ballots: Ballots) -> Supporters:
        """Those of an election's projects."""
        return cls(_chosen_in(ballots), ballots.weights, len(ballots.ids))

    def votes(self) -> list[int]:
        """How many voters support each project."""
        return list(map(self.count, self.of))

    def _weighed(self, groups: int) -> int:
        number = groups.bit_count()
        for shift, plane in self._more:
            if both := groups & plane:
                number += both.bit_count() << shift
        return number


def _chosen_in(ballots: Ballots) -> Chosen:
    """What each group chose, by place."""
    starts, choices = ballots.starts, ballots.choices
    if len(ballots.ids) >= _BYTE:
        return [choices[begin:end] for begin, end in pairwise(starts)]
    width = choices.itemsize  # bytes are cut faster
    low = choices.tobytes()[0 if sys.byteorder == "little" else width - 1 :: width]
    return list(map(BytesIO(low).read, map(sub, islice(starts, 1, None), starts)))


def _planes(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers, which go down, in base two: for each power that occurs, the set of who has it."""
    planes = []
    for shift in range(max(numbers, default=0).bit_length()):
        numbers = numbers[: bisect(numbers, -(1 << shift), key=neg)]
        having = bytes([48 + (number >> shift & 1) for number in numbers])
        planes.append((shift, int(having[::-1], 2)))
    return planes
