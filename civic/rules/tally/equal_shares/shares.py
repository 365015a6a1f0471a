"""What each voter still has, in floats with a proven error bound and, on demand, exactly.

Every voter starts with the same share b. A project bought at price X takes X for each unit of
utility from each supporter, or all that is left of their share. So a supporter with money left has
exactly b minus the prices of what they helped to buy, and sums over many voters need only whole
numbers of voters for each price: O(rounds) fractions, never one a voter. Fractions are worked out
only when floats cannot tell two things apart.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from civic.rules.records import record
from civic.rules.tally.profile import Floats, Ints, Mask, Profile

EPS = 2.0**-53
_LOOSE = 2.0**-30  # a float price less sure than this share of itself is worked out exactly
_TIGHT = 2.0**-42  # and as sure as this, it needs no account of each voter's own error
_INFINITY = float("inf")


@record
class Price:
    """What a project would cost each supporter for each unit of utility.

    The true price is within `error` of `near`; `exact` is it, when known. `units` is the utility of
    those who pay it in full. `drained` marks, among the project's supporters still in the purse,
    those who give all they have (None: nobody).
    """

    near: float
    error: float
    exact: Fraction | None
    units: int
    drained: Mask | None
    remains: tuple[tuple[int, float], ...] = ()  # what full payers keep, where floats cannot tell


class Shares:
    """The voters' money during one run, for one endowment."""

    def __init__(
        self, profile: Profile, costs: list[int], endowment: Fraction, *, record: bool = False
    ) -> None:
        self.profile = profile
        self.costs = costs
        self.endowment = endowment
        self.left: Floats = np.full(len(profile.weight), float(endowment))
        self.error: Floats = np.full(len(self.left), float(endowment) * EPS)  # of each in `left`
        self.worst = float(endowment) * EPS  # at least the largest of them
        self.bought: list[int] = []
        self.round_of: dict[int, int] = {}
        self.prices: list[Fraction | None] = []
        self.units: list[int] = []
        self.drained: list[Ints] = []  # groups that gave all they had, round by round
        self.supporters: dict[int, tuple[Ints, Floats, Floats | None, float]] = {}
        self.flows: list[Floats] | None = [] if record else None
        self.payers: list[tuple[int, int]] = []  # voters who paid, and those who gave all

    def purse(self, project: int) -> tuple[Ints, Floats, Floats | None, float]:
        """Its supporters who have money left: groups, weights times utilities, utilities, sum."""
        known = self.supporters.get(project)
        if known is None:
            groups = self.profile.supporters(project)
            values = self.profile.values(project)
            weights = self.profile.weight[groups]
            if values is not None:
                weights = weights * values
            known = (groups, weights, values, float(weights.sum()))
            self.supporters[project] = known
        return known

    def _without_the_drained(self, project: int, money: Floats) -> Floats:
        groups, weights, values, _ = self.supporters[project]
        kept = money > 0
        weights = weights[kept]
        values = values if values is None else values[kept]
        self.supporters[project] = (groups[kept], weights, values, float(weights.sum()))
        return money[kept]

    def price(self, project: int, at_least: float, enough: float) -> Price | None:
        """The project's price now, or None if its supporters cannot pay for it.

        `at_least` is a price it had before (prices only rise). As soon as the price is known to
        pass `enough` by far, a lower bound of it is answered instead, with `units` 0.
        """
        groups, weights, values, units = self.purse(project)
        if not self.costs[project]:
            return Price(0.0, 0.0, Fraction(0), max(1, int(units)), None)
        cost = float(self.costs[project])
        money = self.left.take(groups)
        # `money` for each unit of utility: who has less than the price gives all they have
        ratio = money if values is None else money / values
        if enough < _INFINITY and units:
            bound = self._bound(ratio, weights, units, cost, enough)
            if bound > enough:
                return Price(bound, 0.0, None, 0, None)
        if len(money) and money.min() <= 0:
            money = self._without_the_drained(project, money)
            groups, weights, values, units = self.supporters[project]
            ratio = money if values is None else money / values
        if not len(money):
            return None
        rounding = (len(money) + 4) * EPS
        price = cost / units
        slack = 4 * (self.worst + price * (rounding + 4 * EPS))
        if ratio.min() > price + slack:
            return Price(
                price, 2 * EPS * price, Fraction(self.costs[project], int(units)), int(units), None
            )
        able = self._able(groups, weights, units, ratio, cost)
        if able is None:
            return self._exact(project, None)
        if not able:
            return None
        price = max(price, at_least)
        while True:
            given, full, poor = _poorer(ratio, weights, units, price)
            if full <= 0:
                return self._exact(project, None)
            better = (cost - given) / full
            if better <= price * (1 + 4 * EPS):
                break
            price = better
        price = better
        error = _doubt(self.worst * (units - full), full, rounding, given + cost, price)
        apart = np.abs(ratio - price)
        if error > _TIGHT * price or float(apart.min()) <= 4 * (self.worst + error):
            own = self.error.take(groups)
            error = _doubt(float(weights[poor] @ own[poor]), full, rounding, given + cost, price)
            band = 4 * (own + error)
            if (apart <= band).any() or error > _LOOSE * price:
                return self._exact(project, (ratio, price, band))
        return Price(price, error, None, int(full), poor)

    def _able(
        self, groups: Ints, weights: Floats, units: float, ratio: Floats, cost: float
    ) -> bool | None:
        """Whether these groups have the cost between them; None if floats cannot tell."""
        rounding = (len(ratio) + 4) * EPS
        total = float(weights @ ratio)
        doubt = self.worst * units * (1 + rounding) + rounding * (total + cost)
        if abs(total - cost) <= doubt:  # each voter's own error may say more than the worst
            errors = float(weights @ self.error.take(groups))
            doubt = errors * (1 + rounding) + rounding * (total + cost)
        return None if abs(total - cost) <= doubt else total > cost

    def _bound(
        self, ratio: Floats, weights: Floats, units: float, cost: float, enough: float
    ) -> float:
        """A lower bound of the price: one step of Newton's method, from wherever it begins, ends
        at most at the price, since what is given for a price is a concave function of it."""
        given, full, _ = _poorer(ratio, weights, units, enough)
        if full <= 0:
            return 0.0
        price = (cost - given) / full
        rounding = (len(ratio) + 4) * EPS
        return price - _doubt(self.worst * (units - full), full, rounding, given + cost, price)

    def settle(self, project: int, price: Price) -> Fraction:
        """The exact value of a price found this round."""
        if price.exact is None:
            groups = self.purse(project)[0]
            poor = groups[price.drained] if price.drained is not None else groups[:0]
            price.exact = self._worth(poor, price.units, self.costs[project], len(self.bought))
        return price.exact

    def buy(self, project: int, price: Price) -> None:
        """Take the money of one purchase."""
        groups, _, values, _ = self.purse(project)
        money = self.left[groups]
        near = price.near if price.exact is None else float(price.exact)
        error = price.error if price.exact is None else near * EPS
        paid = money - (near if values is None else near * values)
        if price.drained is not None:
            paid[price.drained] = 0.0
            self.drained.append(groups[price.drained])
        else:
            self.drained.append(groups[:0])
        added = error if values is None else error * values
        errors = self.error[groups] + (added + 4 * EPS * float(self.endowment))
        if price.drained is not None:
            errors[price.drained] = 0.0
        for at, remainder in price.remains:
            paid[at] = remainder
            errors[at] = remainder * EPS
        self.left[groups] = paid
        self.error[groups] = errors
        self.worst = max(self.worst, float(errors.max(initial=0.0)))
        if self.flows is not None:
            self.flows.append(self.profile.flow(groups, money - paid))
            weights = self.profile.weight[groups]
            self.payers.append((int(weights.sum()), int(weights[paid <= 0].sum())))
        self.round_of[project] = len(self.bought)
        self.bought.append(project)
        self.prices.append(price.exact)
        self.units.append(price.units)

    def exact_price(self, turn: int) -> Fraction:
        """The exact price of the purchase of that turn."""
        known = self.prices[turn]
        if known is None:
            for earlier in range(turn + 1):
                if self.prices[earlier] is None:
                    cost = self.costs[self.bought[earlier]]
                    self.prices[earlier] = self._worth(
                        self.drained[earlier], self.units[earlier], cost, earlier
                    )
            known = self.prices[turn]
            assert known is not None
        return known

    def _worth(self, poor: Ints, units: int, cost: int, turn: int) -> Fraction:
        """The price when `poor` give all they have before that turn and others pay for `units`."""
        return (cost - self._money(poor, turn)) / units

    def money_now(self, groups: Ints) -> Fraction:
        """What these groups, each with something left, have together now, exactly."""
        return self._money(groups, len(self.bought))

    def _money(self, groups: Ints, turn: int) -> Fraction:
        """What these groups, none of them drained yet, have together before that turn."""
        if not len(groups):
            return Fraction(0)
        voters = int(self.profile.weight[groups].sum())
        sums = self.profile.sums(groups)
        money = self.endowment * voters
        for earlier in range(turn):
            units = int(sums[self.bought[earlier]])
            if units:
                money -= self.exact_price(earlier) * units
        return money

    def _one(self, group: int) -> Fraction:
        """What one voter of a group that was never drained has now, exactly."""
        begin, end = self.profile.begin[group], self.profile.begin[group + 1]
        money = self.endowment
        for at in range(begin, end):
            turn = self.round_of.get(int(self.profile.projects[at]))
            if turn is not None:
                value = 1 if self.profile.value_of is None else int(self.profile.value_of[at])
                money -= self.exact_price(turn) * value
        return money

    def _exact(self, project: int, near: tuple[Floats, float, Floats] | None) -> Price | None:
        """The exact price, where floats cannot tell; `near` spares whom they can tell apart."""
        groups, weights, values, units = self.purse(project)
        cost = self.costs[project]
        if near is None:
            sure_poor = np.zeros(len(groups), dtype=np.bool_)
            unsure = np.ones(len(groups), dtype=np.bool_)
        else:
            ratio, price, band = near
            sure_poor = ratio < price - band
            unsure = np.abs(ratio - price) <= band
        signatures: dict[tuple[int, ...], Fraction] = {}
        doubtful: list[tuple[Fraction, int]] = []
        for where in np.flatnonzero(unsure):
            money = self._by_signature(int(groups[where]), signatures)
            value = 1 if values is None else int(values[where])
            doubtful.append((money / value, int(where)))
        doubtful.sort()
        given = self._money(groups[sure_poor], len(self.bought))
        full = int(units) - int(weights[sure_poor].sum())
        drained = sure_poor
        for ratio_of, at in doubtful:
            if full * ratio_of + given >= cost:
                break
            part = int(weights[at])
            given += ratio_of * part
            full -= part
            drained[at] = True
        if full <= 0:
            return None
        exact = (cost - given) / full
        remains = tuple(
            (at, float((ratio_of - exact) * (1 if values is None else int(values[at]))))
            for ratio_of, at in doubtful
            if ratio_of >= exact
        )
        near_exact = float(exact)
        mask = drained if drained.any() else None
        return Price(near_exact, near_exact * EPS, exact, full, mask, remains)

    def _by_signature(self, group: int, signatures: dict[tuple[int, ...], Fraction]) -> Fraction:
        begin, end = self.profile.begin[group], self.profile.begin[group + 1]
        turns: list[int] = []
        for at in range(begin, end):
            turn = self.round_of.get(int(self.profile.projects[at]))
            if turn is not None:
                turns.append(turn)
                if self.profile.value_of is not None:
                    turns.append(int(self.profile.value_of[at]))
        key = tuple(turns)
        if key not in signatures:
            signatures[key] = self._one(group)
        return signatures[key]


def _poorer(
    ratio: Floats, weights: Floats, units: float, price: float
) -> tuple[float, float, Mask]:
    """What those give who have less than a price, the utility of the others, and who they are."""
    poor = ratio < price
    theirs = weights * poor
    return float(theirs @ ratio), units - float(theirs.sum()), poor


def _doubt(errors: float, full: float, rounding: float, amounts: float, price: float) -> float:
    """How far the true price may be from `price`, the poor being off by `errors` in all."""
    off = errors * (1 + rounding)
    return (off + rounding * amounts) / full * (1 + 4 * EPS) + 4 * EPS * price
