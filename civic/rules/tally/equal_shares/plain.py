"""One run of Equal Shares in plain whole numbers, for elections too small to be worth NumPy.

The same rounds as `run`, where each choice has the same worth. What voters have, and prices, are
known within an error; where two things are too close for that, they are worked out exactly as
fractions of the prices paid before.
"""

from __future__ import annotations

import heapq
from fractions import Fraction

from civic.rules.records import record
from civic.rules.tally.election import Ballots
from civic.rules.tally.equal_shares.purses import Price, Purses
from civic.rules.tally.walk import Against

_KEY = 64  # bits more of a price that is divided by a cost
_NEVER = 1 << 1_000


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
        purses = Purses(self.ballots.supporters, self.costs, share, self.budget)
        bits = purses.fine + _KEY
        heap = [
            ((self.costs[project] << bits) // (number * (self.per[project] or 1)), project)
            for project, number in enumerate(self.ballots.votes)
            if number
        ]
        heapq.heapify(heap)
        return purses, heap

    def look(
        self, purses: Purses, project: int, least: int, most: int
    ) -> tuple[int, int, Price] | None:
        """Within which keys it is ranked now, `least` or above, and its price; None if it cannot
        be paid for.

        As soon as its key is known to pass `most`, a lower bound is answered, `full` being 0.
        """
        worth = self.per[project] or 1
        price = purses.price(project, least * worth >> _KEY, (most + 1) * worth >> _KEY)
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
            key, project = heapq.heappop(heap)
            found = stall.look(purses, project, key, best)
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
