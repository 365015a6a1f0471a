"""Whether each voter is in the file once, with little memory."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import islice
from operator import lt

_BUCKET = 16_384  # voters compared at once
_MOST = 8  # and how many times they are gone through for it, at most


class Voters:
    """Takes the voters some hundreds at a time, and says whether they all differ.

    Most files number them in order, and then nothing is kept. Of others it keeps hashes: in a set
    while they are few, then in an array, which is a tenth as large.
    """

    def __init__(self) -> None:
        self.last: int | None = None
        self.named = False  # not numbered in order
        self.number = 0  # of those that were named
        self.few: set[int] = set()
        self.many: array[int] = array("q")
        self.unsure = False

    def add(self, names: Sequence[str]) -> None:
        """The next voters of the file."""
        if not self.named:
            last = _rising(names, self.last)
            if last is not None:
                self.last = last
                return
            self.named = True
            self.unsure = self.last is not None  # in order until here
        if self.unsure:
            return
        self.number += len(names)
        if self.many:
            self.many.extend(map(hash, names))
            return
        self.few.update(map(hash, names))
        self.unsure = len(self.few) < self.number
        if self.number > _BUCKET:
            self.many.extend(self.few)
            self.few.clear()

    def all_differ(self) -> bool:
        """Whether no voter is there twice, for sure: if not, they have to be compared by name."""
        if self.unsure:
            return False
        parts = min(_MOST, len(self.many) // _BUCKET + 1)
        different = sum(
            len({number for number in self.many if number % parts == part}) for part in range(parts)
        )
        return different == len(self.many)


def _rising(names: Sequence[str], last: int | None) -> int | None:
    """The last of numbers that rise from `last` on; None if they do not."""
    try:
        numbers = list(map(int, names))
    except ValueError:
        return None
    if last is not None and numbers[0] <= last:
        return None
    return numbers[-1] if all(map(lt, numbers, islice(numbers, 1, None))) else None
