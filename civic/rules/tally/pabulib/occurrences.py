"""How many times each project is in a long string of places, one byte each.

A bit for each choice, eight parts of the string side by side: those where the place has its first
bit are one large whole number, and so on. Both halves of all choices by one bit, of each half by
the next, down to single projects: their set bits are counted. `Counter` takes twice as long.
"""

from __future__ import annotations

_BLOCK = 1 << 16  # places at once
_PARTS = 8  # bits of a byte


def occurrences(places: bytes, projects: int) -> list[int]:
    """For each of so many projects, how often its place is there."""
    numbers = [0] * projects
    for start in range(0, len(places), _BLOCK):
        _add(places[start : start + _BLOCK], numbers)
    return numbers


def _add(places: bytes, numbers: list[int]) -> None:
    size = -(-len(places) // _PARTS)
    ones = int.from_bytes(b"\1" * size, "little")
    parts = [
        int.from_bytes(places[part * size : (part + 1) * size], "little") for part in range(_PARTS)
    ]
    bits = [
        sum(((place >> bit) & ones) << part for part, place in enumerate(parts))
        for bit in range((len(numbers) - 1).bit_length())
    ]
    whole, rest = divmod(len(places), size)
    every = sum(ones << part for part in range(whole)) | (ones & (1 << 8 * rest) - 1) << whole
    halves = [(every, 0, len(bits))]
    while halves:
        choices, place, bit = halves.pop()
        if not bit:
            numbers[place] += choices.bit_count()
            continue
        bit -= 1
        above = choices & bits[bit]
        halves.append((choices ^ above, place, bit))
        if place + (1 << bit) < len(numbers):
            halves.append((above, place + (1 << bit), bit))
