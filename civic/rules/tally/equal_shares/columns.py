"""Many endowments at once: the same election in the columns of one table.

add1 asks, for hundreds of endowments, only what an outcome costs and whether it is exhaustive, and
for this the order of purchases may be changed: a project that is strictly better than every project
it shares a supporter with will be bought at its present price whatever happens elsewhere first,
since prices only rise and only its neighbours can change its own. So such a project is bought at
once in all the columns where that is certain. Prices are floats with proven error bounds; a column
in which floats cannot decide is given up (`None`), and counted alone in exact arithmetic.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from civic.rules.records import record
from civic.rules.tally.equal_shares.run import Market
from civic.rules.tally.equal_shares.shares import EPS
from civic.rules.tally.profile import Floats, Ints, Mask

_LOOSE = 2.0**-20  # a price less sure than this share of itself is left to exact arithmetic
_TIGHT = 2.0**-42  # and one as sure as this needs no account of each voter's own error
_ROUND = 2.0**-46  # more than one division and the rounding of a share may be off
_NEWTON = 200
_INFINITY = float("inf")


@record(frozen=True)
class End:
    """How a run ends: within the budget or not, and if so whether nothing more fits or is left."""

    feasible: bool
    exhaustive: bool
    everything: bool


class Columns:
    """One run a column, all going forward together. Rows are supported projects in tie order."""

    def __init__(self, market: Market, endowments: list[Fraction], budget: int) -> None:
        profile = market.profile
        self.market = market
        self.budget = budget
        self.places = sorted(market.supported, key=market.tie.__getitem__)
        self.row_of = np.full(len(market.costs), -1, dtype=np.int64)
        self.row_of[self.places] = np.arange(len(self.places))
        self.cost = np.array([float(market.costs[p]) for p in self.places])
        self.per = np.array([float(market.per[p] or 1) for p in self.places])
        self.by_cost = any(market.per[p] != 1 for p in self.places)
        shares = np.array([float(share) for share in endowments])
        self.top = float(shares.max())
        self.left: Floats = np.tile(shares, (len(profile.weight), 1))
        self.error: Floats = np.full(len(profile.weight), self.top * EPS)
        size = (len(self.places), len(shares))
        self.price: Floats = np.zeros(size)
        self.doubt: Floats = np.zeros(size)
        self.full: Floats = np.zeros(size)
        self.plain: Mask = np.zeros(size, dtype=np.bool_)
        self.high: Floats = np.full(size, _INFINITY)
        self.fresh: Mask = np.zeros(size, dtype=np.bool_)
        self.bought: Mask = np.zeros(size, dtype=np.bool_)
        self.spent: Ints = np.zeros(len(shares), dtype=np.int64)
        self.over: Mask = np.zeros(len(shares), dtype=np.bool_)
        self.given_up: Mask = np.zeros(len(shares), dtype=np.bool_)
        self.weights = []
        most, voters = np.ones(len(self.places)), np.zeros(len(self.places))
        for row, place in enumerate(self.places):
            weights = profile.weight[profile.supporters(place)]
            values = profile.values(place)
            voters[row] = weights.sum()
            if values is not None:
                most[row] = values.max()
                weights = weights * values
            self.weights.append(weights)
        units = np.array([float(weights.sum()) for weights in self.weights])
        start = self.cost / units / self.per * (1 - 1e-12)
        self.low: Floats = np.repeat(start[:, None], len(shares), axis=1)
        self._begin(units, shares, most, voters)
        self.neighbours: dict[int, Ints] = {}

    def _begin(self, units: Floats, shares: Floats, most: Floats, voters: Floats) -> None:
        """Before any purchase all have as much: where even who pays `most` times the price can,
        it is what all pay, and where all `voters` together cannot, nothing is bought."""
        price = self.cost / units
        key = 1 / units if self.by_cost else price / self.per
        able = (price * most)[:, None] * (1 + _ROUND) < shares
        self.price[:] = price[:, None]
        self.doubt[:] = 8 * EPS * price[:, None]
        self.full[:] = units[:, None]
        self.plain |= able
        self.fresh |= able
        self.low = np.where(able, (key * (1 - 16 * EPS))[:, None], self.low)
        self.high = np.where(able, (key * (1 + 16 * EPS))[:, None], self.high)
        self.low[(self.cost / voters)[:, None] > shares * (1 + _ROUND)] = _INFINITY

    def run(self) -> list[End | None]:
        """Run every column to its end; None for those that need exact arithmetic."""
        columns = np.arange(self.low.shape[1])
        while True:
            best = self.low.argmin(axis=0)
            going = np.isfinite(self.low[best, columns])
            if not going.any():
                return self._ends()
            stale = going & ~self.fresh[best, columns]
            if stale.any():
                for row in np.unique(best[stale]):
                    self._look(int(row))
                continue
            for row in np.unique(best[going]):
                self._buy_where_certain(int(row), going & (best == row))

    def _ends(self) -> list[End | None]:
        room = (self.budget - self.spent)[None, :]
        fits = ~self.bought & (self.cost[:, None] <= room)
        misfit: Mask = np.asarray(fits.any(axis=0))
        everything: Mask = np.asarray(self.bought.all(axis=0))
        return [
            None
            if self.given_up[c]
            else End(not bool(self.over[c]), not bool(misfit[c]), bool(everything[c]))
            for c in range(len(self.spent))
        ]

    def _close(self, columns: Mask | Ints) -> None:
        self.low[:, columns] = _INFINITY

    def _give_up(self, columns: Mask) -> None:
        self.given_up |= columns
        self._close(columns)

    def _rows_beside(self, row: int) -> Ints:
        known = self.neighbours.get(row)
        if known is None:
            rows = self.row_of[self.market.profile.neighbours(self.places[row])]
            known = rows[(rows >= 0) & (rows != row)]
            self.neighbours[row] = known
        return known

    def _look(self, row: int) -> None:
        """Work out one project's price in every column where it may still be bought."""
        profile = self.market.profile
        place = self.places[row]
        wanted = np.flatnonzero(np.isfinite(self.low[row]) & ~self.fresh[row])
        groups = profile.supporters(place)
        weights = self.weights[row]
        values = profile.values(place)
        ratio = self.left[groups]
        if len(wanted) < ratio.shape[1]:
            ratio = ratio[:, wanted]
        if values is not None:
            ratio = ratio / values[:, None]
        cost = self.cost[row]
        rounding = (len(groups) + 8) * EPS
        units = float(weights.sum())
        total = weights @ ratio
        errors = float(weights @ self.error[groups]) * (1 + rounding)
        doubt = errors + rounding * (total + cost)
        dead = total < cost - doubt
        unsure = ~dead & (total <= cost + doubt)
        price = np.maximum(self.price[row, wanted] - self.doubt[row, wanted], cost / units)
        price[dead] = 0.0
        given = np.zeros(len(wanted))
        full = np.full(len(wanted), units)
        poor: Floats = np.empty(ratio.shape)
        for _ in range(_NEWTON):
            np.less(ratio, price, out=poor)
            full = units - weights @ poor
            poor *= ratio
            given = weights @ poor
            with np.errstate(divide="ignore", invalid="ignore"):
                better = (cost - given) / full
            rises = ~dead & (full > 0) & (better > price * (1 + 4 * EPS))
            price = np.where(~dead & (full > 0), better, price)
            if not rises.any():
                break
        else:
            unsure |= ~dead
        unsure |= ~dead & (full <= 0)
        sure = ~dead & ~unsure
        amounts = rounding * (given + cost)
        payers = np.maximum(full, 1)
        own = self.error[groups]
        worst = float(own.max())
        # with the worst error of all for each, first, and where that cannot tell with their own
        off = worst * (units - full) * (1 + rounding)
        error = np.where(sure, (off + amounts) / payers + 8 * EPS * price, 0.0)
        np.subtract(ratio, price, out=poor)
        np.abs(poor, out=poor)
        near = poor.min(axis=0) <= 4 * (worst + error)
        if (sure & (near | (error > _TIGHT * price))).any():
            off = (weights * own) @ ((ratio < price) & (ratio > 0)) * (1 + rounding)
            error = np.where(sure, (off + amounts) / payers + 8 * EPS * price, 0.0)
            band = 4 * (own[:, None] + error)
            unsure |= sure & ((poor <= band).any(axis=0) | (error > _LOOSE * price))
        self._note(row, wanted, price, error, given, full)
        self.low[row, wanted[dead]] = _INFINITY
        if unsure.any():
            lost = np.zeros(len(self.spent), dtype=np.bool_)
            lost[wanted[unsure]] = True
            self._give_up(lost)

    def _note(
        self, row: int, wanted: Ints, price: Floats, error: Floats, given: Floats, full: Floats
    ) -> None:
        per = self.per[row]
        plain = given == 0
        key = price / per
        if self.by_cost:
            key = np.where(plain, 1 / np.maximum(full, 1), key)
        # equal prices that everybody pays in full must look equal, so that the tie rule parts them
        error = np.where(plain, 8 * EPS * price, error)
        spread = np.where(plain, 0.0, error / per) + 16 * EPS * key
        self.price[row, wanted] = price
        self.doubt[row, wanted] = error
        self.full[row, wanted] = full
        self.plain[row, wanted] = plain
        self.low[row, wanted] = key - spread
        self.high[row, wanted] = key + spread
        self.fresh[row, wanted] = True

    def _buy_where_certain(self, row: int, first: Mask) -> None:
        """Buy a project where it is surely better than all its neighbours.

        `first` are the columns where it comes before all others as far as floats can tell.
        """
        able = self.fresh[row] & np.isfinite(self.low[row]) & ~self.given_up & ~self.over
        beside = self._rows_beside(row)
        rivals = self.low[beside].min(axis=0, initial=_INFINITY)
        clear = able & (rivals > self.high[row])
        for column in np.flatnonzero(first & able & ~clear):
            if self._settled(row, beside, int(column)):
                clear[column] = True
        if clear.any():
            self._buy(row, beside, np.flatnonzero(clear))

    def _settled(self, row: int, beside: Ints, column: int) -> bool:
        """Whether this project beats its near equals exactly; looks at those not looked at yet."""
        rivals = beside[self.low[beside, column] <= self.high[row, column]]
        stale = rivals[~self.fresh[rivals, column]]
        if len(stale):
            for rival in stale:
                if not self.fresh[rival, column]:
                    self._look(int(rival))
            return False
        if self.plain[row, column] and self.plain[rivals, column].all():
            own = self._exact_key(row, column)
            if all(own < self._exact_key(int(rival), column) for rival in rivals):
                return True
        lost = np.zeros(len(self.spent), dtype=np.bool_)
        lost[column] = True
        self._give_up(lost)
        return False

    def _exact_key(self, row: int, column: int) -> tuple[Fraction, int]:
        place = self.places[row]
        full = int(self.full[row, column])
        per = self.market.per[place] or 1
        return Fraction(self.market.costs[place], full * per), row

    def _buy(self, row: int, beside: Ints, columns: Ints) -> None:
        place = self.places[row]
        groups = self.market.profile.supporters(place)
        values = self.market.profile.values(place)
        price = self.price[row, columns]
        every = len(columns) == self.left.shape[1]
        money = self.left[groups] if every else self.left[np.ix_(groups, columns)]
        owed = price if values is None else values[:, None] * price
        rest = np.maximum(money - owed, 0.0)
        if every:
            self.left[groups] = rest
        else:
            self.left[np.ix_(groups, columns)] = rest
        added = float(self.doubt[row, columns].max())
        self.error[groups] += (added if values is None else added * values) + 4 * EPS * self.top
        self.bought[row, columns] = True
        self.low[row, columns] = _INFINITY
        self.fresh[np.ix_(beside, columns)] = False
        self.spent[columns] += self.market.costs[place]
        over = columns[self.spent[columns] > self.budget]
        if len(over):
            self.over[over] = True
            self._close(over)
