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

_LONG = 61  # bits of a whole number that the machine adds up by itself
_KEY = 64  # bits more of a price that is divided by a cost
_NEVER = 1 << 1_000
_ROUGH = 20  # bits of a share that a price must be sure of, or it is worked out exactly


@record
class Price:
    """What each supporter with money left pays for a project, within `error`; `full` of them in
    whole, the groups of `poor` all they have. `exact` is it, when known."""

    cost: int
    near: int
    error: int
    full: int
    poor: list[int]
    exact: Fraction | None = None


class Purses:
    """What one voter of each group still has, in 1 / 2 ** fine, within `error`.

    0 is said only of those who gave all they had. `alive` counts the others among the supporters
    of each project.
    """

    def __init__(self, ballots: Ballots, costs: list[int], share: Fraction, budget: int) -> None:
        self.ballots = ballots
        self.costs = costs
        self.share = share
        self.fine = max(1, _LONG - budget.bit_length())
        self.supporters = Supporters(ballots)
        self.alive = list(self.supporters.number)
        whole = max(1, (share.numerator << self.fine) // share.denominator)
        self.money = [whole] * len(ballots.weights) + [0]
        self.weights = [*ballots.weights, 0]
        self.error = 1
        self.most = whole + 1  # more than anybody has
        self.rough = whole >> _ROUGH
        self.bought: list[int] = []
        self.paid: list[Price] = []
        self.turn_of: dict[int, int] = {}

    def price(self, project: int, enough: int) -> Price | None:
        """The project's price now, or None if its supporters cannot pay for it.

        As soon as it is known to pass `enough`, a lower bound is answered instead, `full` being 0.
        """
        alive, cost = self.alive[project], self.costs[project]
        if not cost:
            return Price(0, 0, 0, max(1, alive), [], Fraction(0))
        if not alive:
            return None
        due = cost << self.fine
        equal = due // alive
        if equal > self.most:
            return None
        if equal > enough:
            return Price(cost, equal, 0, 0, [])
        had = self.supporters.pick(project)(self.money)
        if min(had) > equal + 1 + self.error:
            return Price(cost, equal, 1, alive, [])
        weights = self.supporters.pick(project)(self.weights)
        purses = [
            purse
            for purse in zip(had, weights, self.supporters.groups[project], strict=False)
            if purse[0]
        ]
        total = sum([money * weight for money, weight, _ in purses])
        if total < due - self.error * alive:
            return None
        if total <= due + self.error * alive:
            return self._exact(project)
        return self._unequal(project, purses, equal, enough)

    def _unequal(
        self, project: int, purses: list[tuple[int, int, int]], near: int, enough: int
    ) -> Price | None:
        """Its price when some may have less; `purses` are money, weight and group."""
        alive, cost = self.alive[project], self.costs[project]
        due = cost << self.fine
        while True:
            poor = [purse for purse in purses if purse[0] < near]
            full = alive - sum([weight for _, weight, _ in poor])
            if full <= 0:
                return self._exact(project)
            better = (due - sum([money * weight for money, weight, _ in poor])) // full
            error = (alive - full) * self.error // full + 2
            if better <= near:
                break
            if better - error > enough:
                return Price(cost, better - error, 0, 0, [])
            near = better
        near = better
        low, high = near - self.error - error, near + self.error + error
        if any(low <= purse[0] <= high for purse in purses):
            return self._exact(project)
        return Price(cost, near, error, full, [group for _, _, group in poor])

    def _exact(self, project: int) -> Price | None:
        """Its exact price, where what is near cannot tell."""
        weights = self.ballots.weights
        purses = sorted(
            (self._left(group, len(self.bought)), group)
            for group in self.supporters.groups[project]
            if self.money[group]
        )
        given, full = Fraction(0), self.alive[project]
        poor: list[int] = []
        for money, group in purses:
            if money * full + given >= self.costs[project]:
                exact = (self.costs[project] - given) / full
                near = (exact.numerator << self.fine) // exact.denominator
                return Price(self.costs[project], near, 1, full, poor, exact)
            given += money * weights[group]
            full -= weights[group]
            poor.append(group)
        return None

    def _left(self, group: int, turn: int) -> Fraction:
        """What a voter of a group who has not given all has before that turn, exactly."""
        starts = self.ballots.starts
        money = self.share
        for project in self.ballots.choices[starts[group] : starts[group + 1]]:
            earlier = self.turn_of.get(project, turn)
            if earlier < turn:
                money -= self.settle(self.paid[earlier], earlier)
        return money

    def settle(self, price: Price, turn: int) -> Fraction:
        """The exact value of a price of that turn."""
        if price.exact is None:
            for earlier, known in enumerate(self.paid[:turn]):
                if known.exact is None:
                    self._work_out(known, earlier)
            self._work_out(price, turn)
        assert price.exact is not None
        return price.exact

    def _work_out(self, price: Price, turn: int) -> None:
        """The exact price once all before it are known."""
        weights = self.ballots.weights
        given = sum((self._left(group, turn) * weights[group] for group in price.poor), Fraction(0))
        price.exact = (price.cost - given) / price.full

    def buy(self, project: int, price: Price) -> None:
        """Take the money of one purchase."""
        turn = len(self.bought)
        near, error = price.near, price.error
        if error > max(1, self.rough):
            exact = self.settle(price, turn)
            near, error = (exact.numerator << self.fine) // exact.denominator, 1
        money = self.money
        for group in self.supporters.groups[project]:
            if had := money[group]:
                money[group] = had - near if had > near else 1
        weights, starts, choices = self.ballots.weights, self.ballots.starts, self.ballots.choices
        for group in price.poor:
            money[group] = 0
            for other in choices[starts[group] : starts[group + 1]]:
                self.alive[other] -= weights[group]
        self.error += error
        self.turn_of[project] = turn
        self.bought.append(project)
        self.paid.append(price)


def plain_run(
    ballots: Ballots,
    costs: list[int],
    per: list[int],
    tie: list[int],
    against: Against | None,
    share: Fraction,
    budget: int,
) -> list[int]:
    """Buy until no project can be paid for; answers the projects in order of purchase.

    A project's price is divided by `per` to rank it; `tie` is its place among equals. `share` is at
    most what `budget` gives each voter.
    """
    purses = Purses(ballots, costs, share, budget)
    bits = purses.fine + _KEY
    heap = [
        ((costs[project] << bits) // (number * (per[project] or 1)), project)
        for project, number in enumerate(purses.supporters.number)
        if number
    ]
    heapq.heapify(heap)
    while True:
        near: list[tuple[int, int, Price]] = []
        best = -1
        while heap and (best < 0 or heap[0][0] <= best):
            project = heapq.heappop(heap)[1]
            worth = per[project] or 1
            enough = _NEVER if best < 0 else (best + 1) * worth >> _KEY
            price = purses.price(project, enough)
            if price is None:
                continue
            if not price.full:
                heapq.heappush(heap, ((price.near << _KEY) // worth, project))
                continue
            low = (max(0, price.near - price.error) << _KEY) // worth
            high = ((price.near + price.error) << _KEY) // worth + 1
            if not price.poor:  # everybody pays the same, so that its exact price is known
                low = (costs[project] << bits) // (price.full * worth)
                high = low + 1
            best = high if best < 0 else min(best, high)
            near.append((low, project, price))
        if not near:
            return purses.bought
        rivals = [(project, price) for low, project, price in near if low <= best]
        project, price = _first(purses, per, tie, rivals)
        for low, other, _ in near:
            if other != project:
                heapq.heappush(heap, (low, other))
        if against is None or against(purses.bought, project) is None:
            purses.buy(project, price)


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
