"""One run of Equal Shares in plain whole numbers, for elections too small to be worth NumPy.

The same rounds as `run`, where each choice has the same worth. What voters have, and prices, are
whole numbers of a fine fraction of the unit of account, each within a known error; where two things
are too close for that, they are worked out exactly as fractions of the prices paid before.
"""

from __future__ import annotations

import heapq
from fractions import Fraction

from civic.rules.records import record
from civic.rules.tally.election import Ballots
from civic.rules.tally.supporters import Supporters
from civic.rules.tally.walk import Against

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LONG = 61  # bits of a whole number that the machine adds up by itself
_KEY = 64  # bits more of a price that is divided by a cost
_HIGH = 8  # bits of what voters have that show which price is worth working out
_NEVER = 1 << 1_000
_SHORT = 25_000  # choices up to which lists of voters are sooner gone through than sets are made,
DENSE = 8  # unless ballots hold more than this, and a project shares a supporter with nearly all
_ROUGH = 20  # bits of a share that a price must be sure of, or it is worked out exactly


@record
class Price:
    """What each supporter with money left pays for a project, within `error`; `full` of them in
    whole, the groups of `poor` all they have. `exact` is it, when known."""

    cost: int
    near: int
    error: int
    full: int
    poor: Any  # as the purses keep groups
    exact: Fraction | None = None


class Purses:
    """What one voter of each group still has, in 1 / 2 ** fine, within `error`."""

    def __init__(self, costs: list[int], share: Fraction, budget: int) -> None:
        self.costs = costs
        self.share = share
        self.fine = max(1, _LONG - budget.bit_length())
        self.whole = max(1, (share.numerator << self.fine) // share.denominator)
        self.error = 1
        self.rough = self.whole >> _ROUGH
        self.bought: list[int] = []
        self.paid: list[Price] = []

    def price(self, project: int, enough: int) -> Price | None:
        """The project's price now, or None if its supporters cannot pay for it.

        As soon as it is known to pass `enough`, a lower bound is answered instead, `full` being 0.
        """
        raise NotImplementedError

    def settle(self, price: Price, turn: int) -> Fraction:
        """The exact value of a price of that turn."""
        if price.exact is None:
            for earlier, known in enumerate(self.paid[:turn]):
                if known.exact is None:
                    known.exact = (known.cost - self._money(known.poor, earlier)) / known.full
            price.exact = (price.cost - self._money(price.poor, turn)) / price.full
        return price.exact

    def buy(self, project: int, price: Price) -> None:
        """Take the money of one purchase."""
        if price.error > max(1, self.rough):
            exact = self.settle(price, len(self.bought))
            price.near, price.error = (exact.numerator << self.fine) // exact.denominator, 1
        self._pay(project, price)
        self.error += price.error
        self.bought.append(project)
        self.paid.append(price)

    def _money(self, groups: Any, turn: int) -> Fraction:
        """What these groups, none of which had given all, had together before that turn."""
        raise NotImplementedError

    def _pay(self, project: int, price: Price) -> None:
        """Its supporters give the price, those who have less all they have."""
        raise NotImplementedError


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

    def _doubt(self, number: int, full: int) -> int:
        """How far a price may be off that `full` of that number of voters pay in whole."""
        return (number - full) * self.error // full + 2

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


@record
class Stall:
    """What all runs share: who supports what, what it costs, `per` that divides a price to rank
    it, and `tie`, its place among equals. No share times all voters passes `budget` by far."""

    ballots: Ballots
    costs: list[int]
    per: list[int]
    tie: list[int]
    budget: int

    def opened(self, share: Fraction) -> tuple[Purses, list[tuple[int, int]]]:
        """Everybody's purse with that share in it, and a heap of the least keys of projects."""
        purses = self._purses(share)
        bits = purses.fine + _KEY
        heap = [
            ((self.costs[project] << bits) // (number * (self.per[project] or 1)), project)
            for project, number in enumerate(self.ballots.votes)
            if number
        ]
        heapq.heapify(heap)
        return purses, heap

    def _purses(self, share: Fraction) -> Purses:
        if len(self.ballots.choices) <= min(_SHORT, DENSE * len(self.ballots.weights)):
            from civic.rules.tally.equal_shares.lists import Lists

            return Lists(self.ballots, self.costs, share, self.budget)
        return Sets(self.ballots.supporters, self.costs, share, self.budget)

    def look(self, purses: Purses, project: int, most: int) -> tuple[int, int, Price] | None:
        """Within which keys it is ranked now, and its price; None if it cannot be paid for.

        As soon as its key is known to pass `most`, a lower bound is answered, `full` being 0.
        """
        worth = self.per[project] or 1
        price = purses.price(project, (most + 1) * worth >> _KEY)
        if price is None:
            return None
        if price.full and not price.poor:  # all pay the same, so that its exact price is known
            low = (self.costs[project] << purses.fine + _KEY) // (price.full * worth)
            return low, low + 1, price
        low = (max(0, price.near - price.error) << _KEY) // worth
        return low, ((price.near + price.error) << _KEY) // worth + 1, price


def plain_run(
    stall: Stall, share: Fraction, against: Against | None = None
) -> tuple[list[int], list[int]]:
    """Buy until no project can be paid for; answers the projects in order of purchase, and for each
    a key that its own did not pass."""
    purses, heap = stall.opened(share)
    keys: list[int] = []
    while True:
        near: list[tuple[int, int, int, Price]] = []
        best = _NEVER
        while heap and heap[0][0] <= best:
            project = heapq.heappop(heap)[1]
            found = stall.look(purses, project, best)
            if found is None:
                continue
            low, high, price = found
            if not price.full:
                heapq.heappush(heap, (low, project))
                continue
            best = min(best, high)
            near.append((low, project, high, price))
        if not near:
            return purses.bought, keys
        rivals = [(project, price) for low, project, _, price in near if low <= best]
        project, price = _first(purses, stall.per, stall.tie, rivals)
        for low, other, high, _ in near:
            if other != project:
                heapq.heappush(heap, (low, other))
            else:
                key = high
        if against is None or against(purses.bought, project) is None:
            purses.buy(project, price)
            keys.append(key)


def _first(
    purses: Purses, per: list[int], tie: list[int], rivals: list[tuple[int, Price]]
) -> tuple[int, Price]:
    """The project with the least exact price for its worth, the first of equals by the tie."""
    if len(rivals) == 1:
        return rivals[0]
    turn = len(purses.bought)

    def key(rival: tuple[int, Price]) -> tuple[Fraction, int]:
        project, price = rival
        return purses.settle(price, turn) / (per[project] or 1), tie[project]

    return min(rivals, key=key)
