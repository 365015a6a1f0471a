"""Purses of sets of voters, each one whole number: a question about all of a set at once."""

from __future__ import annotations

from fractions import Fraction

from civic.rules.tally.equal_shares.purses import Price, Purses
from civic.rules.tally.supporters import Supporters

_HIGH = 8  # bits of what voters have that show which price is worth working out


class Sets(Purses):
    """Purses bit by bit: `bits` are, from the highest to the lowest, the groups whose money has
    that bit. `alive` are the groups that have not given all they had; only theirs is kept.
    """

    def __init__(
        self, supporters: Supporters, costs: list[int], share: Fraction, budget: int
    ) -> None:
        super().__init__(costs, share, budget)
        self.of = supporters.of
        self.count = supporters.count
        self.form = f"0{self.whole.bit_length()}b"
        self.alive = supporters.all
        self.bits = [self.alive if bit == "1" else 0 for bit in format(self.whole, self.form)]

    def price(self, project: int, enough: int) -> Price | None:
        """As `Purses.price`."""
        cost, groups = self.costs[project], self.of[project] & self.alive
        number = self.count(groups)
        if not cost:
            return Price(0, 0, 0, max(1, number), 0, Fraction(0))
        if not number:
            return None
        due = cost << self.fine
        equal = due // number
        if equal > self.whole + 1:  # more than anybody has
            return None
        if equal > enough:
            return Price(cost, equal, 0, 0, 0)
        if not self._below(groups, equal + 2 + self.error):
            return Price(cost, equal, 1, number, 0)
        if enough <= self.whole:
            # whoever gives all they have, others giving the same, that is at most the price
            poor = self._below(groups, enough)
            if full := number - self.count(poor):
                least = (due - self._roughly(poor)) // full - self._doubt(number, full)
                if least > enough:
                    return Price(cost, least, 0, 0, 0)
                equal = max(equal, least)
        elif self._roughly(groups) + self.error * number < due:
            return None
        return self._unequal(project, groups, equal, enough)

    def _unequal(self, project: int, groups: int, near: int, enough: int) -> Price | None:
        """Its price, at least `near`, when some may have less, or all together too little: by
        Newton's method from below, first by the highest bits alone."""
        cost, number = self.costs[project], self.count(groups)
        due = cost << self.fine
        better = error = full = poor = 0
        for held in (self._roughly, self._held):
            poor = -1  # not known
            while True:
                poorer = self._below(groups, near)
                if poorer == poor:
                    break
                poor = poorer
                full = number - self.count(poor)
                if full <= 0:
                    return self._exact(project, groups)
                better = (due - held(poor)) // full
                error = self._doubt(number, full)
                if better - error > enough:
                    return Price(cost, better - error, 0, 0, 0)
                if better <= near:
                    break
                near = better
        band = self.error + error
        low, high = self._below(groups, better - band), self._below(groups, better + band + 1)
        if not low == poor == high:
            return self._exact(project, groups)
        return Price(cost, better, error, full, poor)

    def _below(self, groups: int, amount: int) -> int:
        """Those of these groups that have less than an amount: they lack its bit where they part
        from it first."""
        if amount > self.whole:
            return groups
        below = 0
        if amount <= 0:
            return below
        for having, bit in zip(self.bits, format(amount, self.form), strict=True):
            both = groups & having
            if bit == "1":
                below |= groups ^ both
                groups = both
            else:
                groups ^= both
            if not groups:
                break
        return below

    def _held(self, groups: int) -> int:
        """What these groups have together, in 1 / 2 ** fine, each voter's within `error`."""
        if not groups:
            return 0
        count, of = self.count, self.of
        spent = [
            price.near * count(both)
            for project, price in zip(self.bought, self.paid, strict=True)
            if (both := groups & of[project])
        ]
        return self.whole * count(groups) - sum(spent)

    def _roughly(self, groups: int) -> int:
        """At most a little more than that: by the highest bits alone."""
        count = self.count
        held = 0
        for having in self.bits[:_HIGH]:
            held = 2 * held + count(groups & having)
        return held + count(groups) << max(0, len(self.bits) - _HIGH)

    def _exact(self, project: int, groups: int) -> Price | None:
        """Its exact price, where what is near cannot tell: from below, by Newton's method."""
        cost, turn = self.costs[project], len(self.bought)
        if self._money(groups, turn) < cost:
            return None
        poor = 0
        while True:
            full = self.count(groups ^ poor)
            exact = (cost - self._money(poor, turn)) / full
            more = self._poorer(groups, exact)
            if more == poor:
                near = (exact.numerator << self.fine) // exact.denominator
                return Price(cost, near, 1, full, poor, exact)
            poor = more

    def _poorer(self, groups: int, price: Fraction) -> int:
        """Those of these groups that have less than a price, exactly."""
        near = (price.numerator << self.fine) // price.denominator
        poor = self._below(groups, near - self.error)
        parts = [(self._below(groups, near + self.error + 1) ^ poor, self.share)]
        for turn, project in enumerate(self.bought):  # parts that have all bought the same
            parted = []
            for part, money in parts:
                if both := part & self.of[project]:
                    parted.append((both, money - self.settle(self.paid[turn], turn)))
                if part != both:
                    parted.append((part ^ both, money))
            parts = parted
        for part, money in parts:
            if money < price:
                poor |= part
        return poor

    def _money(self, groups: int, turn: int) -> Fraction:
        if not groups:
            return Fraction(0)
        money = self.share * self.count(groups)
        for earlier, project in enumerate(self.bought[:turn]):
            if both := groups & self.of[project]:
                money -= self.settle(self.paid[earlier], earlier) * self.count(both)
        return money

    def _pay(self, project: int, price: Price) -> None:
        self._take(self.of[project] & self.alive ^ price.poor, price.near)
        self.alive ^= price.poor

    def _take(self, groups: int, amount: int) -> None:
        """Take an amount from each of these groups, or what they have if that is a little less."""
        bits = self.bits
        borrow = 0
        for at in range(len(bits) - 1, -1, -1):
            if amount & 1:
                lone = groups ^ borrow
                bits[at] ^= lone
                borrow |= lone & bits[at]
            else:
                bits[at] ^= borrow
                borrow &= bits[at]
            amount >>= 1
            if not amount and not borrow:
                break
        if borrow:
            self.bits = [having ^ (having & borrow) for having in bits]
