"""Read the votes of a large file with NumPy: all at once, or not at all.

`bulk` answers only when every vote is plainly good; whatever is unusual is left to the careful
reader, which takes or refuses it vote by vote.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from civic.rules.tally.election import Ballots, VoteType
from civic.rules.tally.pabulib.votes import VoteReader

_WHOLE = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9})*", re.ASCII)
Ints = NDArray[np.int64]


def bulk(
    reader: VoteReader, counted: Counter[tuple[str, str]], vote_type: VoteType
) -> tuple[Ballots, int] | None:
    """The ballots, and how many are under a minimum; None if any vote is not plainly good."""
    texts = [text for text, _ in counted]
    times = list(counted.values())
    blank = sum(n for text, n in zip(texts, times, strict=True) if not text)
    if blank:
        if any(marks for (text, marks) in counted if not text):
            return None
        kept = [(key, n) for key, n in counted.items() if key[0]]
        texts, times = [key[0] for key, _ in kept], [n for _, n in kept]
    marks = [key[1] for key in counted if key[0]] if reader.points >= 0 else None
    if not texts:
        return None
    lengths = np.array([text.count(",") + 1 for text in texts])
    try:
        flat = list(map(reader.places.__getitem__, ",".join(texts).split(",")))
    except KeyError:
        return None
    starts = np.concatenate([[0], np.cumsum(lengths)])
    points = None
    if marks is not None:
        points = _points(marks, lengths)
        if points is None:
            return None
    placed = _placed(np.array(flat), points, starts, lengths, reader, vote_type)
    if placed is None:
        return None
    low = _under_minimum(reader, lengths, placed[1], starts, np.array(times))
    ids = tuple(reader.places)
    return _grouped(ids, placed, starts, times, blank), low


def _points(marks: list[str], lengths: Ints) -> Ints | None:
    joined = ",".join(marks)
    if not _WHOLE.fullmatch(joined):
        return None
    if not np.array_equal(np.array([text.count(",") + 1 for text in marks]), lengths):
        return None
    return np.array(list(map(int, joined.split(","))))


def _placed(
    places: Ints,
    points: Ints | None,
    starts: Ints,
    lengths: Ints,
    reader: VoteReader,
    vote_type: VoteType,
) -> tuple[Ints, Ints | None] | None:
    """Choices in each ballot's canonical order, with their points; None beyond any limit."""
    if reader.point_scale != 1 or int(lengths.max()) > reader.most:
        return None
    if reader.most_cost is not None:
        costs = np.array([float(cost) for cost in reader.costs])[places]
        sums = np.add.reduceat(costs, starts[:-1])
        if (sums[lengths > 1] > reader.most_cost).any():
            return None
    if points is not None:
        if reader.most_points is not None and int(points.max()) > reader.most_points:
            return None
        sums = np.add.reduceat(points, starts[:-1])
        if reader.most_sum is not None and int(sums.max()) > reader.most_sum:
            return None
    number = len(reader.costs)
    owner = np.repeat(np.arange(len(lengths)) * number, lengths)
    key = owner + places
    if points is not None:
        order = np.argsort(key)
        key, points = key[order], points[order]
        ordered = key
    elif vote_type == "ordinal":
        ordered = np.sort(key)
    else:
        key.sort()
        ordered = key
    if (ordered[1:] == ordered[:-1]).any():
        return None
    return key - owner, points


def _under_minimum(
    reader: VoteReader, lengths: Ints, points: Ints | None, starts: Ints, times: Ints
) -> int:
    low = lengths < reader.least
    if points is not None and reader.least_sum is not None:
        low = low | (np.add.reduceat(points, starts[:-1]) < reader.least_sum)
    return int(times[low].sum())


def _grouped(
    ids: tuple[str, ...],
    placed: tuple[Ints, Ints | None],
    starts: Ints,
    times: list[int],
    blank: int,
) -> Ballots:
    """Ballots that mean the same are one, in the order they first appear; blanks come last."""
    places, points = placed
    kind = np.uint16 if points is None and len(ids) < 1 << 16 else np.uint32
    packed = places.astype(kind)
    if points is not None:
        packed = np.stack([packed, points.astype(kind)], axis=1)
    width = packed.itemsize * (1 if points is None else 2)
    raw = packed.tobytes()
    keys = [raw[a:b] for a, b in pairwise((starts * width).tolist())]
    weights: dict[bytes, int] = {}
    if max(times) == 1:
        weights = Counter(keys)
    else:
        for key, number in zip(keys, times, strict=True):
            weights[key] = weights.get(key, 0) + number
    unique = np.frombuffer(b"".join(weights), dtype=kind)
    ends = np.cumsum([len(key) // width for key in weights])
    if points is not None:
        unique, marks = unique[::2], unique[1::2]
    begins = [0, *ends.tolist()]
    numbers = list(weights.values())
    if blank:
        begins.append(begins[-1])
        numbers.append(blank)
    choices = array("i")
    choices.frombytes(unique.astype(np.int32).tobytes())
    given = None
    if points is not None:
        given = array("q")
        given.frombytes(marks.astype(np.int64).tobytes())
    return Ballots(ids, array("q", begins), choices, given, array("q", numbers))
