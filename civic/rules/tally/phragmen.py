"""Sequential Phragmén: voters earn money at one speed; a project is bought when its supporters can.

A project's supporters pay together, and each then carries the same load: the time of the purchase.
The count stops when a project whose time has come would pass the budget; projects that cost more
than the whole budget take no part. Projects nobody chose come last, in the order of the tie rule
(a `threshold` of 1 leaves them out).

Every comparison is one of whole numbers: of times rounded down to a fine fraction of the unit of
account, and, where two are too close for that, of fractions over one common denominator.
"""

from __future__ import annotations

import heapq
from math import gcd

from civic.rules.tally.election import Election
from civic.rules.tally.outcome import Cause, Explanation, Options, Outcome
from civic.rules.tally.supporters import Supporters
from civic.rules.tally.ties import tie_places
from civic.rules.tally.walk import Against, against_of

_LONG = 61  # bits of a whole number that the machine adds up by itself


class Loads:
    """What each group of voters carries: the load of the last purchase they took part in.

    `load` is the time of that purchase, rounded down, times the voters in the group; `last` its
    turn, from 1 (0: none yet).
    """

    def __init__(self, costs: list[int], supporters: Supporters, budget: int) -> None:
        self.costs = costs
        self.fine = max(1, _LONG - budget.bit_length())  # all voters carry at most the budget
        self.supporters = supporters
        self.load = [0] * (len(supporters.weights) + 1)
        self.last = [0] * len(self.load)
        self.bought: list[int] = []
        self.before: list[tuple[int, ...]] = []  # per purchase: `last` of its supporters until then
        self.common = 1
        self.times = [0]  # by turn: exact times, times `common`

    def floor(self, project: int) -> int:
        """Its time in 1 / 2 ** fine, rounded down: at most one for each purchase and one more too
        low, since a purchase rounds down what it finds rounded down."""
        supporters = self.supporters
        carried = sum(supporters.pick(project)(self.load))
        return ((self.costs[project] << self.fine) + carried) // supporters.number[project]

    def exact(self, project: int, last: tuple[int, ...]) -> int:
        """Its cost and what its supporters carry together, when `last` is theirs, times `common`:
        its time is that over `common` and their number. Their turns have to be settled."""
        counts: dict[int, int] = {}
        weights = self.supporters.weights
        for group, turn in zip(self.supporters.groups[project], last, strict=False):
            counts[turn] = counts.get(turn, 0) + weights[group]
        carried = sum(self.times[turn] * number for turn, number in counts.items())
        return self.costs[project] * self.common + carried

    def settle(self, turn: int) -> None:
        """Work out the exact times up to that turn; each makes the common denominator finer."""
        for at in range(len(self.times) - 1, turn):
            project = self.bought[at]
            carried = self.exact(project, self.before[at])
            shared = gcd(carried, self.supporters.number[project])
            finer = self.supporters.number[project] // shared
            self.common *= finer
            self.times = [time * finer for time in self.times]
            self.times.append(carried // shared)

    def buy(self, project: int, floor: int) -> None:
        """All its supporters now carry the load of this purchase."""
        weights, load, last = self.supporters.weights, self.load, self.last
        self.before.append(self.supporters.pick(project)(last))
        self.bought.append(project)
        turn = len(self.bought)
        for group in self.supporters.groups[project]:
            load[group] = floor * weights[group]
            last[group] = turn


def phragmen(election: Election, options: Options) -> Outcome:
    """Count by sequential Phragmén. A project that costs nothing is bought at once if chosen."""
    projects = election.projects
    votes = election.votes()
    tie = tie_places(options, projects, votes)
    costs = [project.cost for project in projects]
    loads = Loads(costs, Supporters(election.ballots), election.budget)
    against = against_of(election, options)
    refused, stopper = _run(loads, tie, against, election.budget)
    winners = tuple(projects[place].id for place in loads.bought)

    def explained() -> tuple[Explanation, ...]:
        from civic.rules.tally.explain_shares import explain_loads

        return explain_loads(election, votes, winners, refused, stopper)

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
        explainer=explained,
    )


def _run(
    loads: Loads, tie: list[int], against: Against | None, budget: int
) -> tuple[dict[int, tuple[Cause, str]], int | None]:
    """Buy; answers the projects that limits forbid, and the project that ended the count."""
    costs = loads.costs
    left = budget
    refused: dict[int, tuple[Cause, str]] = {}
    heap = [  # by the least time at which their supporters can pay, which only rises
        ((costs[place] << loads.fine) // number, place)
        for place, number in enumerate(loads.supporters.number)
        if number and costs[place] <= budget
    ]
    heapq.heapify(heap)
    while heap:
        off = len(loads.bought) + 1
        best, project = heapq.heappop(heap)
        best = loads.floor(project)
        near = [(best, project)]
        while heap and heap[0][0] <= best + off:
            floor = loads.floor(heap[0][1])
            near.append((floor, heapq.heappop(heap)[1]))
            best = min(best, floor)
        first = _earliest(loads, tie, [place for floor, place in near if floor <= best + off])
        allowed = []
        for project in first:
            cause = against(loads.bought, project) if against else None
            if cause is None:
                allowed.append(project)
            else:
                refused[project] = cause
        floors = {place: floor for floor, place in near}
        for floor, project in near:
            if project not in first or project in allowed[1:]:
                heapq.heappush(heap, (floor, project))
        for project in allowed:
            if costs[project] > left:
                return refused, project
        if allowed:
            loads.buy(allowed[0], floors[allowed[0]])
            left -= costs[allowed[0]]
    return refused, _unsupported(loads, tie, against, refused, budget, left)


def _earliest(loads: Loads, tie: list[int], near: list[int]) -> list[int]:
    """The projects whose time comes first, all that are equal, in the order of the tie rule."""
    if len(near) == 1:
        return near
    supporters = loads.supporters
    lasts = [supporters.pick(project)(loads.last) for project in near]
    loads.settle(max(map(max, lasts)))
    exact = [
        (loads.exact(project, last), supporters.number[project])
        for project, last in zip(near, lasts, strict=True)
    ]
    first: list[int] = []
    least, among = exact[0]
    for project, (carried, number) in zip(near, exact, strict=True):
        later = carried * among - least * number
        if later < 0:
            first, least, among = [project], carried, number
        elif not later:
            first.append(project)
    return sorted(first, key=tie.__getitem__)


def _unsupported(
    loads: Loads,
    tie: list[int],
    against: Against | None,
    refused: dict[int, tuple[Cause, str]],
    budget: int,
    left: int,
) -> int | None:
    """Buy projects nobody chose: all come at the same, last, time. The one that ends it, if any."""
    costs = loads.costs
    waiting = [
        place
        for place in sorted(range(len(costs)), key=tie.__getitem__)
        if not loads.supporters.number[place] and costs[place] <= budget
    ]
    while waiting:
        allowed = []
        for place in waiting:
            cause = against(loads.bought, place) if against else None
            if cause is None:
                allowed.append(place)
            else:
                refused[place] = cause
        waiting = allowed
        for place in waiting:
            if costs[place] > left:
                return place
        if waiting:
            loads.bought.append(waiting[0])
            left -= costs[waiting.pop(0)]
    return None
