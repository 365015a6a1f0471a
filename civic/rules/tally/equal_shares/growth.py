"""add1: let every share grow by one currency unit until the budget is well spent."""

from __future__ import annotations

from fractions import Fraction

from civic.rules.tally.equal_shares.run import Bought, Market, run


def exhaustive(market: Market, bought: Bought, budget: int) -> bool:
    """Whether no supported project, unless a limit forbids it, fits in what is left."""
    left = budget - bought.spent
    out = set(market.supported).difference(bought.order, bought.refused)
    return all(market.costs[place] > left for place in out)


def grown(
    market: Market, share: Fraction, step: int, budget: int, *, exhaustive_stop: bool
) -> tuple[Bought, int]:
    """The outcome where growth stops, and by how many steps the share grew.

    It stops at the first exhaustive outcome (unless `exhaustive_stop` is off), and otherwise just
    before an outcome passes the budget, or when everything supported is bought.
    """
    increments = 0
    last = run(market, share, budget)
    while True:
        if exhaustive_stop and exhaustive(market, last, budget):
            return last, increments
        if len(last.order) + len(last.refused) == len(market.supported):
            return last, increments
        following = run(market, share + (increments + 1) * step, budget)
        if not following.complete:
            return last, increments
        increments += 1
        last = following
