"""Votes of few choices as the rows of a table, so that some hundreds are worked on at once.

A column, the k-th choices of all votes, is held as one large whole number: adding, comparing or
exchanging two columns, byte by byte, takes a few operations on such numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from math import gcd

from civic.rules.tally.pabulib.codes import CODES, END, PAD

FEW = 16  # choices: a vote with more is better worked on alone
_NONE = b"\0"  # in a cell: lower than all projects
_CHOICE = b"x"  # any project
_SHAPE = bytes.maketrans(CODES, _CHOICE * len(CODES))
_EMPTIED = bytes.maketrans(PAD, _NONE)
_WORD = 4  # bytes of a sum
_MOST = (1 << 8 * _WORD) // FEW - 1


def apart(votes: bytes) -> tuple[bytes, list[bytes]]:
    """Votes as CODES with END after each: those of few choices, and a list of those of more."""
    shape = votes.translate(_SHAPE)
    few, many, begun = [], [], 0
    while (at := shape.find(_CHOICE * (FEW + 1), begun)) >= 0:
        end = shape.index(END, at)
        few.append(votes[begun:at])
        many.append(votes[at:end])
        begun = end + 1
    return b"".join([*few, votes[begun:]]), many


class Rows:
    """Votes of few choices, as CODES with END after each."""

    def __init__(self, votes: bytes) -> None:
        shape = votes.translate(_SHAPE)
        self.longest = FEW
        while _CHOICE * self.longest not in shape:
            self.longest -= 1
        self.width = self.longest + 1
        self.cells = votes.expandtabs(self.width).translate(_EMPTIED)
        self.number = len(self.cells) // self.width

    def in_order(self) -> bytes:
        """The same votes, the projects of each in their order.

        By a sorting network: the same comparisons sort any row, so that all are sorted at once.
        """
        cells, width, number = bytearray(self.cells), self.width, self.number
        columns = [int.from_bytes(cells[at::width], "little") for at in range(self.longest)]
        high = int.from_bytes(b"\x80" * number, "little")
        low = high - (high >> 7)
        for one, other in comparisons(self.longest):
            left, right = columns[one], columns[other]
            differ = left ^ right
            above = (left | high) - (right & low)  # high bits: are left's low bits not below?
            swap = (above ^ (above ^ left) & differ) & high  # high bits: is left not below?
            change = differ & ((swap << 1) - (swap >> 7))
            columns[one], columns[other] = left ^ change, right ^ change
        for at, column in enumerate(columns):
            cells[at::width] = column.to_bytes(number, "little")
        cells[self.longest :: width] = END * number
        return bytes(cells.translate(None, _NONE))

    def dearest(self, costs: Sequence[int]) -> int:
        """The highest sum of costs on one vote, or a little more."""
        unit = gcd(*costs) or 1
        unit *= max(costs) // unit // _MOST + 1
        units = [-(-cost // unit) for cost in costs]
        digits = [
            bytes.maketrans(CODES[: len(costs)], bytes(cost >> 8 * at & 255 for cost in units))
            for at in range(_WORD)
            if max(units) >> 8 * at
        ]
        sums = 0
        for at in range(self.longest):
            words = bytearray(_WORD * self.number)
            column = self.cells[at :: self.width]
            for place, digit in enumerate(digits):
                words[place::_WORD] = column.translate(digit)
            sums += int.from_bytes(words, "little")
        each = memoryview(sums.to_bytes(_WORD * self.number, sys.byteorder)).cast("I")
        return max(each, default=0) * unit


@cache
def comparisons(size: int) -> tuple[tuple[int, int], ...]:
    """Which two of so many values to compare and exchange, in turn, so that they end up sorted.

    Batcher's: runs in order are merged two by two.
    """
    steps: list[tuple[int, int]] = []
    run = 1
    while run < size:
        distance = run
        while distance:
            begin = distance % run
            steps.extend(
                (at, at + distance)
                for at in range(begin, size - distance)
                if (at - begin) // distance % 2 == 0
                and at // run // 2 == (at + distance) // run // 2
            )
            distance //= 2
        run *= 2
    return tuple(steps)
