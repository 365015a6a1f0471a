"""add1: let every share grow by one currency unit until the budget is well spent."""

from __future__ import annotations

from fractions import Fraction

from civic.rules.tally.equal_shares.columns import Columns, End
from civic.rules.tally.equal_shares.run import Bought, Market, run

_TABLE = 6_000_000  # most figures in one table of shares: 48 MB
_MOST = 192  # most endowments at once
_FEW = 6  # fewer steps than this are not worth a table
_WIDE = 1 << 62  # amounts from here on do not add up in a table


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
    singly = market.against is not None or max([budget, *market.costs]) >= _WIDE
    while increments < _FEW or singly:
        if _over(market, last, budget, exhaustive_stop=exhaustive_stop):
            return last, increments
        following = run(market, share + (increments + 1) * step, budget)
        if not following.complete:
            return last, increments
        increments += 1
        last = following
    if _over(market, last, budget, exhaustive_stop=exhaustive_stop):
        return last, increments
    increments = _by_tables(market, share, step, budget, increments, exhaustive_stop)
    return run(market, share + increments * step, budget), increments


def _over(market: Market, bought: Bought, budget: int, *, exhaustive_stop: bool) -> bool:
    if len(bought.order) + len(bought.refused) == len(market.supported):
        return True
    return exhaustive_stop and exhaustive(market, bought, budget)


def _by_tables(
    market: Market, share: Fraction, step: int, budget: int, reached: int, exhaustive_stop: bool
) -> int:
    """The number of steps where growth stops, when it goes on after `reached` steps."""
    most = max(1, min(_MOST, _TABLE // max(1, len(market.profile.weight))))
    size = min(most, 4 * _FEW)
    while True:
        steps = range(reached + 1, reached + 1 + size)
        endowments = [share + at * step for at in steps]
        for at, endowment, end in zip(
            steps, endowments, Columns(market, endowments, budget).run(), strict=True
        ):
            known = end or _alone(market, endowment, budget)
            if not known.feasible:
                return at - 1
            if known.everything or (exhaustive_stop and known.exhaustive):
                return at
        reached += size
        size = min(most, 2 * size)


def _alone(market: Market, endowment: Fraction, budget: int) -> End:
    """One endowment that floats could not decide, counted exactly."""
    bought = run(market, endowment, budget)
    return End(
        bought.complete,
        exhaustive(market, bought, budget),
        len(bought.order) == len(market.supported),
    )
