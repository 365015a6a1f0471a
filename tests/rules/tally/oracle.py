"""The rules as their papers state them, slowly, in fractions: what fast counts must agree with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Utilities = Sequence[dict[int, int]]  # per voter: project → utility, only what is chosen


def lex(places: list[int]) -> list[int]:
    """Projects by id as a string, when ids are their places."""
    return sorted(places, key=str)


def equal_shares(
    costs: Sequence[int], voters: Utilities, endowment: Fraction, per: Sequence[int]
) -> list[int]:
    """One run: places in order of purchase. `per` divides a price to rank it (1, or the cost)."""
    money = [endowment] * len(voters)
    bought: list[int] = []
    while True:
        best: tuple[Fraction, str] | None = None
        choice: tuple[int, Fraction] | None = None
        for project, cost in enumerate(costs):
            fans = [v for v, ballot in enumerate(voters) if ballot.get(project)]
            if project in bought or not fans or sum(money[v] for v in fans) < cost:
                continue
            price = _price(cost, [(money[v], voters[v][project]) for v in fans])
            key = (price / (per[project] or 1), str(project))
            if best is None or key < best:
                best, choice = key, (project, price)
        if choice is None:
            return bought
        project, price = choice
        bought.append(project)
        for voter, ballot in enumerate(voters):
            if ballot.get(project):
                money[voter] -= min(money[voter], price * ballot[project])


def _price(cost: int, fans: list[tuple[Fraction, int]]) -> Fraction:
    """The least price per unit of utility at which these fans pay the whole cost."""
    waiting = sorted(fans, key=lambda fan: fan[0] / fan[1])
    left, units = Fraction(cost), sum(value for _, value in fans)
    for money, value in waiting:
        if left / units <= money / value:
            return left / units
        left -= money
        units -= value
    return Fraction(0)


def grown(
    costs: Sequence[int],
    voters: Utilities,
    budget: int,
    per: Sequence[int],
    *,
    exhaustive_stop: bool,
    integral: bool = False,
) -> list[int]:
    """add1, one unit at a time."""
    supported = {p for p in range(len(costs)) if any(ballot.get(p) for ballot in voters)}
    share = Fraction(budget, len(voters))
    if integral:
        share = Fraction(budget // len(voters))
    last = equal_shares(costs, voters, share, per)
    while True:
        left = budget - sum(costs[p] for p in last)
        if exhaustive_stop and all(costs[p] > left for p in supported.difference(last)):
            return last
        if set(last) == supported:
            return last
        share += 1
        following = equal_shares(costs, voters, share, per)
        if sum(costs[p] for p in following) > budget:
            return last
        last = following


def phragmen(costs: Sequence[int], voters: Utilities, budget: int) -> list[int]:
    """Sequential Phragmén; projects nobody chose have their turn at the end of time."""
    load = [Fraction(0)] * len(voters)
    bought: list[int] = []
    left = budget
    while True:
        times: dict[int, Fraction | None] = {}
        for project, cost in enumerate(costs):
            if project in bought or cost > budget:
                continue
            fans = [v for v, ballot in enumerate(voters) if ballot.get(project)]
            total = sum((load[v] for v in fans), Fraction(cost))
            times[project] = total / len(fans) if fans else None
        if not times:
            return bought
        known = [time for time in times.values() if time is not None]
        first = min(known) if known else None
        equal = lex([project for project, time in times.items() if time == first])
        if any(costs[project] > left for project in equal):
            return bought
        bought.append(equal[0])
        left -= costs[equal[0]]
        for voter, ballot in enumerate(voters):
            if ballot.get(equal[0]) and first is not None:
                load[voter] = first


def greedy(costs: Sequence[int], scores: Sequence[Fraction], budget: int) -> list[int]:
    """By score, skipping what does not fit."""
    bought = []
    for project in sorted(range(len(costs)), key=lambda p: (-scores[p], str(p))):
        if costs[project] <= budget:
            bought.append(project)
            budget -= costs[project]
    return bought
