"""One run of the Method of Equal Shares, for one endowment (Peters, Pierczyński, Skowron 2021).

Each round buys the project whose supporters get the most utility for what they pay. A project's
price can only rise from round to round, so its last price is a bound, and most projects need not be
looked at.
"""

from __future__ import annotations

import heapq
from fractions import Fraction
from functools import cached_property

import numpy as np

from civic.rules.records import record
from civic.rules.tally.equal_shares.shares import Price, Shares
from civic.rules.tally.outcome import Cause
from civic.rules.tally.profile import Profile
from civic.rules.tally.walk import Against

_INFINITY = float("inf")


@record
class Market:
    """What all runs share. `per[p]` divides project p's price to rank it: its cost by cost
    utilities, 1 otherwise. `tie[p]` is its place among equals. `against` says whether what is
    bought already forbids a project (None: nothing does)."""

    profile: Profile
    costs: list[int]
    per: list[int]
    tie: list[int]
    against: Against | None = None

    @cached_property
    def supported(self) -> list[int]:
        """The projects that somebody chose."""
        return [int(p) for p in np.flatnonzero(np.diff(self.profile.first))]


@record
class Bought:
    """A run's end: projects in order of purchase, what they cost, and the state of the shares.

    `complete` is False if the run was given up because it spent more than it may.
    """

    order: list[int]
    spent: int
    complete: bool
    shares: Shares
    refused: dict[int, tuple[Cause, str]]


def run(market: Market, endowment: Fraction, most: int, *, record: bool = False) -> Bought:
    """Buy until no project can be paid for, or give up once more than `most` is spent."""
    costs, per, tie = market.costs, market.per, market.tie
    shares = Shares(market.profile, costs, endowment, record=record)
    touched = np.zeros(len(costs), dtype=np.int64)
    priced: dict[int, tuple[int, Price]] = {}
    refused: dict[int, tuple[Cause, str]] = {}
    spent = 0
    heap = [(0.0, tie[p], p) for p in market.supported]
    heapq.heapify(heap)
    while True:
        turn = len(shares.bought)
        fresh: list[tuple[float, float, int, Price]] = []  # (lowest key, highest key, project)
        best = _INFINITY
        while heap and heap[0][0] <= best:
            bound, _, project = heapq.heappop(heap)
            known = priced.get(project)
            if known is not None and known[0] > touched[project] and known[1].units:
                price: Price | None = known[1]
            else:
                scale = per[project] or 1
                price = shares.price(project, bound * scale, best * scale * (1 + 1e-9))
            if price is None:
                priced.pop(project, None)
                continue
            priced[project] = (turn + 1, price)
            scale = per[project] or 1
            low = (price.near - price.error) / scale * (1 - 1e-15)
            high = (price.near + price.error) / scale * (1 + 1e-15)
            if price.units:
                best = min(best, high)
                fresh.append((low, high, project, price))
            else:
                heapq.heappush(heap, (low, tie[project], project))
        rivals = [entry for entry in fresh if entry[0] <= best]
        if not rivals:
            break
        project, price = _best(market, shares, rivals)
        for low, _, other, _ in fresh:
            if other != project:
                heapq.heappush(heap, (low, tie[other], other))
        if market.against is not None:
            cause = market.against(shares.bought, project)
            if cause is not None:
                refused[project] = cause
                continue
        shares.buy(project, price)
        touched[market.profile.near(project)] = turn + 1
        spent += costs[project]
        if spent > most:
            return Bought(shares.bought, spent, False, shares, refused)
    return Bought(shares.bought, spent, True, shares, refused)


def _best(
    market: Market, shares: Shares, rivals: list[tuple[float, float, int, Price]]
) -> tuple[int, Price]:
    """The project with the least exact price for its utility, the first of equals by the tie."""
    if len(rivals) == 1:
        return rivals[0][2], rivals[0][3]
    best: tuple[Fraction, int] | None = None
    chosen = rivals[0]
    for rival in rivals:
        project, price = rival[2], rival[3]
        key = (shares.settle(project, price) / (market.per[project] or 1), market.tie[project])
        if best is None or key < best:
            best, chosen = key, rival
    return chosen[2], chosen[3]
