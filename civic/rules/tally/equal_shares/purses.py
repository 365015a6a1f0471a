"""What voters have and what projects cost them, in whole numbers of a fine fraction of the unit of
account, each within a known error; as fractions where that is not enough."""

from __future__ import annotations

from fractions import Fraction

from civic.rules.records import record
from civic.rules.tally.equal_shares.bits import Bits
from civic.rules.tally.supporters import Supporters

_LONG = 61  # bits of the whole budget
_ROUGH = 20  # bits of a share that a price must be sure of, or it is worked out exactly


@record
class Price:
    """What each supporter with money left pays for a project, within `error`; `full` of them in
    whole, the groups of `poor` all they have. `exact` is it, when known."""

    cost: int
    near: int
    error: int
    full: int
    poor: int
    exact: Fraction | None = None


class Purses:
    """What one voter of each group still has, in 1 / 2 ** fine, within `error`. `alive` are the
    groups that have not given all they had; only theirs is kept. `given` is, by purchase, who
    supports the project and how much each gave, and `_shared` those of them that concern one
    project, with how many purchases have been looked at."""

    def __init__(
        self, supporters: Supporters, costs: list[int], share: Fraction, budget: int
    ) -> None:
        self.of = supporters.of
        self.count = supporters.count
        self.costs = costs
        self.share = share
        self.fine = max(1, _LONG - budget.bit_length())
        self.whole = max(1, (share.numerator << self.fine) // share.denominator)
        self.error = 1
        self.rough = self.whole >> _ROUGH
        self.alive = supporters.all
        self.left = Bits(self.alive, self.count, self.whole)
        self.bought: list[int] = []
        self.paid: list[Price] = []
        self.given: list[tuple[int, int]] = []
        self._shared: list[tuple[list[tuple[int, int]], int]] = [([], 0) for _ in costs]

    def price(self, project: int, least: int, enough: int) -> Price | None:
        """The project's price now, which is at least `least`, or None if its supporters cannot pay
        for it.

        As soon as it is known to pass `enough`, a lower bound is answered instead, `full` being 0.
        """
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
        sure = equal + 2 + self.error
        if enough <= self.whole:
            poor = self.left.below(groups, enough)
            if not poor and sure <= enough:
                return Price(cost, equal, 1, number, 0)
            # whoever gives all they have, others giving the same, that is at most the price
            if full := number - self.count(poor):
                bound = (due - self.left.roughly(poor)) // full - self._doubt(number, full)
                if bound > enough:
                    return Price(cost, bound, 0, 0, 0)
                least = max(least, bound)
        elif least <= equal and not self.left.below(groups, sure):
            return Price(cost, equal, 1, number, 0)
        elif self.left.roughly(groups) + self.error * number < due:
            return None
        return self._unequal(project, groups, max(equal, least), enough)

    def _unequal(self, project: int, groups: int, near: int, enough: int) -> Price | None:
        """Its price, at least `near`, when some may have less, or all together too little: by
        Newton's method from below."""
        cost, number = self.costs[project], self.count(groups)
        due = cost << self.fine
        poor = self.left.below(groups, near)
        while full := number - self.count(poor):
            better = (due - self._held(project, poor)) // full
            error = self._doubt(number, full)
            if better - error > enough:
                return Price(cost, better - error, 0, 0, 0)
            band = self.error + error
            poorer, most = self.left.below_both(groups, better - band, better + band + 1)
            if poorer == poor == most:
                return Price(cost, better, error, full, poor)
            poorer |= poor
            if poorer == poor:
                break
            poor = poorer
        if self._held(project, groups) + self.error * number < due:
            return None
        return self._exact(project, groups)

    def _doubt(self, number: int, full: int) -> int:
        """How far a price may be off that `full` of that number of voters pay in whole."""
        return (number - full) * self.error // full + 2

    def _held(self, project: int, groups: int) -> int:
        """What these of its supporters have together, each voter's within `error`."""
        if not groups:
            return 0
        count, mine = self.count, self.of[project]
        shared, seen = self._shared[project]
        shared += [one for one in self.given[seen:] if mine & one[0]]
        self._shared[project] = shared, len(self.given)
        spent = [price * count(both) for who, price in shared if (both := groups & who)]
        return self.whole * count(groups) - sum(spent)

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
        poor, most = self.left.below_both(groups, near - self.error, near + self.error + 1)
        parts = [(most ^ poor, self.share)]
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
        """What these groups, none of which had given all, had together before that turn."""
        if not groups:
            return Fraction(0)
        money = self.share * self.count(groups)
        for earlier, project in enumerate(self.bought[:turn]):
            if both := groups & self.of[project]:
                money -= self.settle(self.paid[earlier], earlier) * self.count(both)
        return money

    def settle(self, price: Price, turn: int) -> Fraction:
        """The exact value of a price of that turn."""
        if price.exact is None:
            for earlier, known in enumerate(self.paid[:turn]):
                if known.exact is None:
                    known.exact = (known.cost - self._money(known.poor, earlier)) / known.full
            price.exact = (price.cost - self._money(price.poor, turn)) / price.full
        return price.exact

    def buy(self, project: int, price: Price) -> None:
        """Its supporters give the price, those who have less all they have."""
        if price.error > max(1, self.rough):
            exact = self.settle(price, len(self.bought))
            price.near, price.error = (exact.numerator << self.fine) // exact.denominator, 1
        self.left.take(self.of[project] & self.alive ^ price.poor, price.near)
        self.alive ^= price.poor
        self.error += price.error
        self.bought.append(project)
        self.paid.append(price)
        self.given.append((self.of[project], price.near))
