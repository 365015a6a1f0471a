"""Sequential Phragmén: voters earn money at one speed; a project is bought when its supporters can.

A project's supporters pay together, and each then carries the same load: the time of the purchase.
The count stops when a project whose time has come would pass the budget; projects that cost more
than the whole budget take no part. Projects nobody chose come last, in the order of the tie rule
(a `threshold` of 1 leaves them out).
"""

from __future__ import annotations

import heapq
from fractions import Fraction

import numpy as np

from civic.rules.tally.election import Election
from civic.rules.tally.equal_shares.rule import market_of
from civic.rules.tally.equal_shares.run import Market
from civic.rules.tally.explain_shares import explain_loads
from civic.rules.tally.outcome import Cause, Options, Outcome
from civic.rules.tally.profile import Floats, Ints

EPS = 2.0**-53


class Loads:
    """What each group of voters carries: the load of the last purchase they took part in.

    Loads are floats within `error`; fractions are worked out only to part what floats cannot.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        profile = market.profile
        self.load = np.zeros(len(profile.weight))
        self.last = np.full(len(profile.weight), -1, dtype=np.int64)
        self.error = 0.0
        self.bought: list[int] = []
        self.times: list[Fraction | None] = []
        self.before: list[Ints] = []  # per purchase: the turn its supporters last took part in
        self.known: dict[int, tuple[Ints, Floats, float]] = {}

    def supporters(self, project: int) -> tuple[Ints, Floats, float]:
        """Its groups of supporters, their weights, and the voters they are together."""
        known = self.known.get(project)
        if known is None:
            groups = self.market.profile.supporters(project)
            weights = self.market.profile.weight[groups]
            known = self.known[project] = (groups, weights, float(weights.sum()))
        return known

    def time(self, project: int) -> tuple[float, float]:
        """When its supporters can pay for it, and how far off that may be."""
        groups, weights, voters = self.supporters(project)
        carried = float(weights @ self.load[groups])
        near = (self.market.costs[project] + carried) / voters
        return near, self.error + (len(groups) + 6) * EPS * near

    def _carried(self, project: int, last: Ints) -> list[tuple[int, int]]:
        """How many supporters carry the load of each turn, when `last` is theirs."""
        counts = np.bincount(last + 1, weights=self.supporters(project)[1])
        return [(int(turn) - 1, int(counts[turn])) for turn in np.flatnonzero(counts) if turn]

    def exact(self, project: int) -> Fraction:
        """When its supporters can pay for it, exactly."""
        groups, _, voters = self.supporters(project)
        carried = Fraction(self.market.costs[project])
        for turn, number in self._carried(project, self.last[groups]):
            carried += self.exact_turn(turn) * number
        return carried / int(voters)

    def exact_turn(self, turn: int) -> Fraction:
        """The exact time of an earlier purchase."""
        known = self.times[turn]
        if known is not None:
            return known
        needed: dict[int, list[tuple[int, int]]] = {}
        pending = [turn]
        while pending:
            at = pending.pop()
            if at not in needed:
                needed[at] = self._carried(self.bought[at], self.before[at])
                pending.extend(e for e, _ in needed[at] if self.times[e] is None)
        for at in sorted(needed):
            project = self.bought[at]
            carried = Fraction(self.market.costs[project])
            for earlier, number in needed[at]:
                time = self.times[earlier]
                assert time is not None
                carried += time * number
            self.times[at] = carried / int(self.supporters(project)[2])
        known = self.times[turn]
        assert known is not None
        return known

    def buy(self, project: int, near: float, error: float) -> None:
        """All its supporters now carry the load of this purchase."""
        groups = self.supporters(project)[0]
        self.before.append(self.last[groups])
        self.times.append(None)
        self.load[groups] = near
        self.last[groups] = len(self.bought)
        self.bought.append(project)
        self.error = max(self.error, error)


def phragmen(election: Election, options: Options) -> Outcome:
    """Count by sequential Phragmén. A project that costs nothing is bought at once if chosen."""
    market = market_of(election, Options(**{**options.__dict__, "utility": "count"}))
    loads, refused, stopper = _run(market, election.budget)
    projects = election.projects
    winners = tuple(projects[place].id for place in loads.bought)
    votes = election.votes()
    return Outcome(
        rule="phragmen",
        options=options,
        budget=election.budget,
        spent=sum(projects[place].cost for place in loads.bought),
        winners=winners,
        votes=votes,
        scores=votes,
        scale=election.scale,
        budget_text=election.budget_text,
        explainer=lambda: explain_loads(election, votes, winners, refused, stopper),
    )


def _run(market: Market, budget: int) -> tuple[Loads, dict[int, tuple[Cause, str]], int | None]:
    """The purchases, the projects that limits forbid, and the project that ended the count."""
    loads = Loads(market)
    costs, tie = market.costs, market.tie
    left = budget
    refused: dict[int, tuple[Cause, str]] = {}
    touched = np.zeros(len(costs), dtype=np.int64)
    timed: dict[int, tuple[int, float, float]] = {}
    heap = [(0.0, tie[p], p) for p in market.supported if costs[p] <= budget]
    heapq.heapify(heap)
    while True:
        turn = len(loads.bought)
        best = float("inf")
        fresh: list[tuple[float, int, float, float]] = []
        while heap and heap[0][0] <= best:
            _, _, project = heapq.heappop(heap)
            known = timed.get(project)
            if known is None or known[0] <= touched[project]:
                near, error = loads.time(project)
                timed[project] = (turn + 1, near, error)
            else:
                near, error = known[1], known[2]
            best = min(best, near + error)
            fresh.append((near - error, project, near, error))
        first = _earliest(loads, [entry for entry in fresh if entry[0] <= best])
        if not first:
            return loads, refused, _unsupported(market, loads, refused, budget, left)
        allowed = []
        for project in first:
            cause = market.against(loads.bought, project) if market.against else None
            if cause is None:
                allowed.append(project)
            else:
                refused[project] = cause
        for low, project, _, _ in fresh:
            if project not in first or (project in allowed and project != allowed[0]):
                heapq.heappush(heap, (low, tie[project], project))
        if not allowed:
            continue
        for project in allowed:
            if costs[project] > left:
                return loads, refused, project
        project = allowed[0]
        _, near, error = timed[project]
        loads.buy(project, near, error)
        left -= costs[project]
        touched[market.profile.chosen(loads.supporters(project)[0])] = turn + 1


def _unsupported(
    market: Market,
    loads: Loads,
    refused: dict[int, tuple[Cause, str]],
    budget: int,
    left: int,
) -> int | None:
    """Buy projects nobody chose: all come at the same, last, time. The one that ends it, if any."""
    supported = set(market.supported)
    waiting = [
        place
        for place in sorted(range(len(market.costs)), key=market.tie.__getitem__)
        if place not in supported and market.costs[place] <= budget
    ]
    while waiting:
        allowed = []
        for place in waiting:
            cause = market.against(loads.bought, place) if market.against else None
            if cause is None:
                allowed.append(place)
            else:
                refused[place] = cause
        waiting = allowed
        for place in waiting:
            if market.costs[place] > left:
                return place
        if waiting:
            loads.bought.append(waiting[0])
            left -= market.costs[waiting.pop(0)]
    return None


def _earliest(loads: Loads, rivals: list[tuple[float, int, float, float]]) -> list[int]:
    """The projects whose time comes first, all that are equal, in the order of the tie rule."""
    if len(rivals) < 2:
        return [entry[1] for entry in rivals]
    exact = {entry[1]: loads.exact(entry[1]) for entry in rivals}
    first = min(exact.values())
    equal = [project for project, time in exact.items() if time == first]
    return sorted(equal, key=lambda project: loads.market.tie[project])
