"""Who chose each project, as whole numbers with a bit for each ballot, the first the lowest.

`by_columns` takes the first choices of all ballots, then the second ones, and so on. A place is a
byte, so a column is eight whole numbers with a byte for each eighth ballot; turned like a square
of eight by eight bits, they are the eight bits of the places with a bit for each ballot. All
ballots are then parted by the highest of these, both halves by the next, down to single places.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import repeat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import TypeGuard

    # places, ballot by ballot; as bytes if there are fewer than 256
    Chosen = Sequence[bytes | array[int]]

_BITS = 8
_PLACES = 1 << _BITS
_NONE = b"\xff"
_HALVES = ((4, 0b00001111), (2, 0b00110011), (1, 0b01010101))
_WIDE = 32  # choices a ballot up to which filling up the shorter ones is not too much


def choosers(chosen: Chosen, projects: int) -> list[int]:
    """Per project, who chose it, of so many projects whose places the ballots hold."""
    width = max(map(len, chosen), default=0)
    if _in_bytes(chosen) and width <= _WIDE:
        return by_columns(chosen, width, projects)
    return by_rows(chosen, projects)


def _in_bytes(chosen: Chosen) -> TypeGuard[Sequence[bytes]]:
    return bool(chosen) and isinstance(chosen[0], bytes)


def by_columns(ballots: Sequence[bytes], width: int, projects: int) -> list[int]:
    """As `choosers`, for ballots of at most `width` choices."""
    size = -(-len(ballots) // _BITS)
    written = BytesIO()
    written.writelines(map(bytes.ljust, ballots, repeat(width), repeat(_NONE)))
    written.write(_NONE * width * (_BITS * size - len(ballots)))
    cells = written.getvalue()
    masks = [(step, int.from_bytes(bytes([half]) * size, "little")) for step, half in _HALVES]
    everybody = (1 << _BITS * size) - 1
    sets = [0] * _PLACES
    for column in range(width):
        eighths = [cells[column + width * at :: width * _BITS] for at in range(_BITS)]
        bits = _turned([int.from_bytes(eighth, "little") for eighth in eighths], masks)
        parts = {0: everybody}
        for bit in reversed(range(projects.bit_length())):  # so that none is above all projects
            halves = {}
            for place, ballots_there in parts.items():
                above = ballots_there & bits[bit]
                if above:
                    halves[place | 1 << bit] = above
                if above != ballots_there:
                    halves[place] = ballots_there ^ above
            parts = halves
        for place, ballots_there in parts.items():
            sets[place] |= ballots_there
    return sets[:projects]


def _turned(rows: list[int], masks: list[tuple[int, int]]) -> list[int]:
    """The bytes of eight whole numbers, of which the k-th have their j-th bit: those of the j-th
    have it as their k-th. Squares of four, two and one bits are exchanged in turn."""
    for step, mask in masks:
        for at in range(_BITS):
            if not at & step:
                differ = (rows[at] >> step ^ rows[at + step]) & mask
                rows[at + step] ^= differ
                rows[at] ^= differ << step
    return rows


def by_rows(chosen: Chosen, projects: int) -> list[int]:
    """As `choosers`, for ballots of any length: every eighth ballot at a time, since each then has
    a byte of its own to write its bit into."""
    sets = [0] * projects
    size = -(-len(chosen) // _BITS)
    for at in range(_BITS):
        rows = [bytearray(size) for _ in range(projects)]
        bit = 1 << at
        for place, projects_of_one in enumerate(chosen[at::_BITS]):
            for project in projects_of_one:
                rows[project][place] = bit
        for project, row in enumerate(rows):
            sets[project] |= int.from_bytes(row, "little")
    return sets
