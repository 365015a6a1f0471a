"""Read the points of a large file with NumPy: all at once, or not at all.

`bulk` answers only when every vote is plainly good; whatever is unusual is left to the careful
reader, which takes or refuses it vote by vote.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from civic.rules.tally.election import Ballots
from civic.rules.tally.pabulib.sections import NULL
from civic.rules.tally.pabulib.votes import VoteReader

_WHOLE = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9})*", re.ASCII)
Ints = NDArray[np.int64]
_WORD = 8
_MASKS = np.array([(1 << 8 * width) - 1 for width in range(_WORD + 1)], dtype="<u8")
_BATCH = 4_096  # different votes parsed at once


def bulk(reader: VoteReader, counted: Counter[str]) -> tuple[Ballots, int] | None:
    """The ballots, and how many are under a minimum; None if any vote is not plainly good."""
    weights: dict[bytes, int] = {}
    blank = low = 0
    known = _Known(reader.places)
    said, numbers = iter(counted), iter(counted.values())
    while both := list(islice(said, _BATCH)):
        times = list(islice(numbers, _BATCH))
        texts = [text.partition(NULL)[0] for text in both]
        marks = [text.partition(NULL)[2] for text in both]
        if "" in texts:
            empty = [at for at, text in enumerate(texts) if not text]
            if any(marks[at] for at in empty):
                return None
            blank += sum(times[at] for at in empty)
            for at in reversed(empty):
                del texts[at], times[at], marks[at]
            if not texts:
                continue
        located = known.places(texts)
        if located is None:
            return None
        places, lengths = located
        points = _points(marks, lengths)
        if points is None:
            return None
        starts = np.concatenate([[0], np.cumsum(lengths)])
        placed = _placed(places, points, starts, lengths, reader)
        if placed is None:
            return None
        low += _under_minimum(reader, lengths, placed[1], starts, np.array(times))
        _add(weights, placed, starts, times)
    if not weights:
        return None
    return _ballots(tuple(reader.places), weights, blank), low


class _Known:
    """Finds the projects that votes name. Names of at most eight bytes are compared as numbers."""

    def __init__(self, place_of: dict[str, int]) -> None:
        self.place_of = place_of
        names = [name.encode() for name in place_of]
        self.short = max(map(len, names)) <= _WORD
        if self.short:
            words = np.array([int.from_bytes(name, "little") for name in names], dtype="<u8")
            self.order = np.argsort(words)
            self.words = words[self.order]

    def places(self, texts: list[str]) -> tuple[Ints, Ints] | None:
        """Every choice's project, vote after vote, and how many each has; None: an unknown one."""
        raw = NULL.join(texts).encode() + bytes(_WORD)
        letters = np.frombuffer(raw, dtype=np.uint8)[: 1 - _WORD]
        ends = np.flatnonzero((letters == ord(",")) | (letters == 0))
        lengths = np.diff(np.flatnonzero(letters[ends] == 0), prepend=-1)
        if not self.short:
            try:
                found = map(self.place_of.__getitem__, ",".join(texts).split(","))
                return np.fromiter(found, dtype=np.int64), lengths
            except KeyError:
                return None
        begins = np.concatenate([[0], ends[:-1] + 1])
        widths = ends - begins
        if int(widths.max()) > _WORD:
            return None
        eight = np.ndarray((len(letters),), dtype="<u8", buffer=raw, strides=(1,))
        named = eight[begins] & _MASKS[widths]
        at = np.minimum(np.searchsorted(self.words, named), len(self.words) - 1)
        if (self.words[at] != named).any():
            return None
        return self.order[at], lengths


def _points(marks: list[str], lengths: Ints) -> Ints | None:
    joined = ",".join(marks)
    if not _WHOLE.fullmatch(joined):
        return None
    if not np.array_equal(np.array([text.count(",") + 1 for text in marks]), lengths):
        return None
    return np.array(list(map(int, joined.split(","))))


def _placed(
    places: Ints, points: Ints, starts: Ints, lengths: Ints, reader: VoteReader
) -> tuple[Ints, Ints] | None:
    """Choices in each ballot's canonical order, with their points; None beyond any limit."""
    if reader.point_scale != 1 or int(lengths.max()) > reader.most:
        return None
    if reader.most_cost is not None:
        costs = np.array([float(cost) for cost in reader.costs])[places]
        sums = np.add.reduceat(costs, starts[:-1])
        if (sums[lengths > 1] > reader.most_cost).any():
            return None
    if reader.most_points is not None and int(points.max()) > reader.most_points:
        return None
    sums = np.add.reduceat(points, starts[:-1])
    if reader.most_sum is not None and int(sums.max()) > reader.most_sum:
        return None
    owner = np.repeat(np.arange(len(lengths)) * len(reader.costs), lengths)
    key = owner + places
    order = np.argsort(key)
    key, points = key[order], points[order]
    if (key[1:] == key[:-1]).any():
        return None
    return key - owner, points


def _under_minimum(
    reader: VoteReader, lengths: Ints, points: Ints, starts: Ints, times: Ints
) -> int:
    low = lengths < reader.least
    if reader.least_sum is not None:
        low = low | (np.add.reduceat(points, starts[:-1]) < reader.least_sum)
    return int(times[low].sum())


def _add(
    weights: dict[bytes, int], placed: tuple[Ints, Ints], starts: Ints, times: list[int]
) -> None:
    """Ballots that mean the same are one, in the order they first appear."""
    packed = np.stack(placed, axis=1).astype(np.uint32)
    width = packed.itemsize * 2
    raw = packed.tobytes()
    for (begin, end), number in zip(pairwise((starts * width).tolist()), times, strict=True):
        key = raw[begin:end]
        weights[key] = weights.get(key, 0) + number


def _ballots(ids: tuple[str, ...], weights: dict[bytes, int], blank: int) -> Ballots:
    """The ballots in flat arrays; blanks come last."""
    unique = np.frombuffer(b"".join(weights), dtype=np.uint32)
    width = unique.itemsize * 2
    lengths = np.fromiter(map(len, weights), dtype=np.int64, count=len(weights)) // width
    begins = array("q", [0])
    begins.frombytes(np.cumsum(lengths).tobytes())
    numbers = array("q", weights.values())
    if blank:
        begins.append(begins[-1])
        numbers.append(blank)
    given = array("q")
    given.frombytes(unique[1::2].astype(np.int64).tobytes())
    choices = array("i")
    choices.frombytes(unique[::2].astype(np.int32).tobytes())
    return Ballots(ids, begins, choices, given, numbers)
