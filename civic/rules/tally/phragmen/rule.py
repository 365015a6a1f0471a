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

from civic.rules.tally.election import Election
from civic.rules.tally.outcome import Cause, Explanation, Options, Outcome
from civic.rules.tally.phragmen.loads import LONG, Sets
from civic.rules.tally.ties import tie_places
from civic.rules.tally.walk import Against, against_of

_NEVER = 1 << 1_000

TYPE_CHECKING = False
if TYPE_CHECKING:
    from civic.rules.tally.phragmen.tables import Tables

    Loads = Sets | Tables


def phragmen(election: Election, options: Options) -> Outcome:
    """Count by sequential Phragmén. A project that costs nothing is bought at once if chosen."""
    projects = election.projects
    votes = election.votes()
    tie = tie_places(options, projects, votes)
    costs = [project.cost for project in projects]
    loads = _loads_of(election, costs)
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


def _loads_of(election: Election, costs: list[int]) -> Loads:
    if election.ballots.few or election.budget.bit_length() > LONG:
        return Sets(costs, election.ballots.supporters, election.budget)
    from civic.rules.tally.phragmen.tables import Tables
    from civic.rules.tally.profile import profile_of

    return Tables(costs, profile_of(election, "count"), election.ballots.votes, election.budget)


def _run(
    loads: Loads, tie: list[int], against: Against | None, budget: int
) -> tuple[dict[int, tuple[Cause, str]], int | None]:
    """Buy; answers the projects that limits forbid, and the project that ended the count."""
    costs = loads.costs
    left = budget
    refused: dict[int, tuple[Cause, str]] = {}
    heap = [  # by the least time at which their supporters can pay, which only rises
        ((costs[place] << loads.fine) // number, place)
        for place, number in enumerate(loads.number)
        if number and costs[place] <= budget
    ]
    heapq.heapify(heap)
    while heap:
        off = len(loads.bought) + 1
        best, project = heapq.heappop(heap)
        best = loads.floor(project, _NEVER)
        near = [(best, project)]
        while heap and heap[0][0] <= best + off:
            floor = loads.floor(heap[0][1], best + off)
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
    turns = [loads.turns(project) for project in near]
    loads.settle(max(turn for carried in turns for turn, _ in [(0, 0), *carried]))
    exact = [
        (loads.exact(project, carried), loads.number[project])
        for project, carried in zip(near, turns, strict=True)
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
        if not loads.number[place] and costs[place] <= budget
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
