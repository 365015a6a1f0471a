"""Purses of groups of voters in a list: where choices are so few that sets are not worth making."""

from __future__ import annotations

from fractions import Fraction
from operator import itemgetter

from civic.rules.tally.election import Ballots
from civic.rules.tally.equal_shares.purses import Price, Purses
from civic.rules.tally.supporters import chosen_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Purse = tuple[int, int, int]  # money, weight, group


class Lists(Purses):
    """`money` is that of one voter of each group; 0 is said only of those who gave all they had.
    `alive` counts the other voters among the supporters of each project."""

    def __init__(self, ballots: Ballots, costs: list[int], share: Fraction, budget: int) -> None:
        super().__init__(costs, share, budget)
        self.ballots = ballots
        self.groups: list[list[int]] = [[] for _ in ballots.ids]
        add = [groups.append for groups in self.groups]
        for group, chosen in enumerate(chosen_in(ballots)):
            for project in chosen:
                add[project](group)
        self.weights = [*ballots.weights, 0]  # and nobody, whom each project picks too
        self.money = [self.whole] * len(self.weights)
        self._picks: list[Any] = [None] * len(self.groups)
        self.alive = list(ballots.votes)
        self.turn_of: dict[int, int] = {}

    def price(self, project: int, enough: int) -> Price | None:
        """As `Purses.price`."""
        alive, cost = self.alive[project], self.costs[project]
        if not cost:
            return Price(0, 0, 0, max(1, alive), [], Fraction(0))
        if not alive:
            return None
        due = cost << self.fine
        equal = due // alive
        if equal > self.whole + 1:  # more than anybody has
            return None
        if equal > enough:
            return Price(cost, equal, 0, 0, [])
        pick = self._pick(project)
        had = pick(self.money)
        if min(had) > equal + 1 + self.error:
            return Price(cost, equal, 1, alive, [])
        each = zip(had, pick(self.weights), self.groups[project], strict=False)
        purses = [purse for purse in each if purse[0]]
        if enough <= self.whole:
            # whoever gives all they have, others giving the same, that is at most the price
            poor = [purse for purse in purses if purse[0] < enough]
            full = alive - sum([weight for _, weight, _ in poor])
            if full > 0:
                given = sum([money * weight for money, weight, _ in poor])
                least = (due - given) // full - self._doubt(alive, full)
                if least > enough:
                    return Price(cost, least, 0, 0, [])
                equal = max(equal, least)
        elif sum([money * weight for money, weight, _ in purses]) < due - self.error * alive:
            return None
        return self._unequal(project, purses, equal, enough)

    def _pick(self, project: int) -> Any:
        """Takes out of a list those of its supporters, and the last one."""
        if self._picks[project] is None:
            self._picks[project] = itemgetter(*self.groups[project], -1)
        return self._picks[project]

    def _unequal(self, project: int, purses: list[Purse], near: int, enough: int) -> Price | None:
        """Its price, at least `near`, when some may have less: by Newton's method from below."""
        alive, cost = self.alive[project], self.costs[project]
        due = cost << self.fine
        while True:
            poor = [purse for purse in purses if purse[0] < near]
            full = alive - sum([weight for _, weight, _ in poor])
            if full <= 0:
                return self._exact(project)
            better = (due - sum([money * weight for money, weight, _ in poor])) // full
            error = self._doubt(alive, full)
            if better <= near:
                break
            if better - error > enough:
                return Price(cost, better - error, 0, 0, [])
            near = better
        low, high = near - self.error - error, near + self.error + error
        if [money for money, _, _ in purses if low <= money <= high]:
            return self._exact(project)
        return Price(cost, near, error, full, [group for _, _, group in poor])

    def _exact(self, project: int) -> Price | None:
        """Its exact price, where what is near cannot tell: the poorest give all they have."""
        turn = len(self.bought)
        purses = sorted(
            (self._left(group, turn), group) for group in self.groups[project] if self.money[group]
        )
        given, full = Fraction(0), self.alive[project]
        poor: list[int] = []
        for money, group in purses:
            if money * full + given >= self.costs[project]:
                exact = (self.costs[project] - given) / full
                near = (exact.numerator << self.fine) // exact.denominator
                return Price(self.costs[project], near, 1, full, poor, exact)
            given += money * self.weights[group]
            full -= self.weights[group]
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

    def _money(self, groups: list[int], turn: int) -> Fraction:
        return sum((self._left(group, turn) * self.weights[group] for group in groups), Fraction(0))

    def _pay(self, project: int, price: Price) -> None:
        money, starts, choices = self.money, self.ballots.starts, self.ballots.choices
        for group in self.groups[project]:
            if had := money[group]:
                money[group] = had - price.near if had > price.near else 1
        for group in price.poor:
            money[group] = 0
            for other in choices[starts[group] : starts[group + 1]]:
                self.alive[other] -= self.weights[group]
        self.turn_of[project] = len(self.bought)
