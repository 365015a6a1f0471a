"""What each of many voters has, bit by bit: a question about a set of them is asked of all at once.

Sets are whole numbers with a bit for each group of voters, as in `supporters`.
"""

from __future__ import annotations

from collections.abc import Callable

_HIGH = 8  # bits that show roughly what voters have


class Bits:
    """`having` are, from the highest bit to the lowest, the groups whose amount has that bit.
    All begin with `whole`, and nobody ever has more."""

    def __init__(self, everybody: int, count: Callable[[int], int], whole: int) -> None:
        self.count = count
        self.whole = whole
        self.size = whole.bit_length()
        self.form = f"0{self.size}b"
        self.having = [everybody if bit == "1" else 0 for bit in format(whole, self.form)]

    def below(self, groups: int, amount: int) -> int:
        """Those of these groups that have less than an amount."""
        if amount > self.whole:
            return groups
        return self._apart(groups, amount, self.size)[0] if amount > 0 else 0

    def below_both(self, groups: int, low: int, high: int) -> tuple[int, int]:
        """Those of these groups that have less than the one and the other of two close amounts."""
        if low > 0 and high <= self.whole:
            alike = self.size - (low ^ high).bit_length()
            below, beside = self._apart(groups, low, alike)
            if not beside:
                return below, below
        return self.below(groups, low), self.below(groups, high)

    def _apart(self, groups: int, amount: int, most: int) -> tuple[int, int]:
        """Those of these groups that have less than an amount by so many of the highest bits, for
        they lack its bit where they part from it first; and those that part from it nowhere."""
        below = 0
        for having, bit in zip(self.having, format(amount, self.form)[:most], strict=False):
            both = groups & having
            if bit == "1":
                below |= groups ^ both
                groups = both
            else:
                groups ^= both
            if not groups:
                break
        return below, groups

    def roughly(self, groups: int) -> int:
        """At most a little more than what these groups have together."""
        count = self.count
        held = 0
        for having in self.having[:_HIGH]:
            held = 2 * held + count(groups & having)
        return held + count(groups) << max(0, self.size - _HIGH)

    def take(self, groups: int, amount: int) -> None:
        """Take an amount from each of these groups, or what they have if that is a little less."""
        having = self.having
        at, borrow = self.size, 0
        for bit in reversed(format(min(amount, self.whole), self.form)):
            at -= 1
            if bit == "1":
                lone = groups ^ borrow
                having[at] ^= lone
                borrow |= lone & having[at]
            elif borrow:
                having[at] ^= borrow
                borrow &= having[at]
        if borrow:
            self.having = [those ^ (those & borrow) for those in having]
