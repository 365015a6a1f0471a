"""Count again with one thing changed: how dear, or how little chosen, a project may be.

Answers are found by halving, each step a whole count: milliseconds for a town, but not for free.
"""

from __future__ import annotations

from collections.abc import Callable

from civic.rules.records import replace
from civic.rules.tally.counting import count
from civic.rules.tally.election import Ballot, Ballots, Election
from civic.rules.tally.outcome import Outcome


def _wins(election: Election, outcome: Outcome, project: str) -> bool:
    again = count(election, outcome.rule, **outcome.options.__dict__)
    return project in again.winners


def at_cost(election: Election, outcome: Outcome, project: str, cost: int) -> bool:
    """Whether the project would win if it cost that much, all else equal."""
    projects = tuple(replace(p, cost=cost) if p.id == project else p for p in election.projects)
    return _wins(replace(election, projects=projects), outcome, project)


def with_voters(election: Election, outcome: Outcome, project: str, more: int) -> bool:
    """Whether the project would win if `more` people came and chose it alone.

    They give it one point each where ballots have points.
    """
    place = next(at for at, p in enumerate(election.projects) if p.id == project)
    marks = (election.point_scale,) if election.ballots.points is not None else ()
    places = {p.id: at for at, p in enumerate(election.projects)}

    def located(ballot: Ballot) -> tuple[list[int], tuple[int, ...], int]:
        return [places[choice] for choice in ballot.choices], ballot.points, ballot.weight

    rows = [located(ballot) for ballot in election.ballots]
    rows.append(([place], marks, more))
    ballots = Ballots.grouped(election.ballots.ids, rows, election.vote_type)
    return _wins(replace(election, ballots=ballots), outcome, project)


def highest_cost(election: Election, outcome: Outcome, project: str) -> int | None:
    """A cost at which a losing project wins, while one unit of account more loses; None if none.

    Whole counts decide; where several costs have that property, one of them is answered.
    """
    cost = next(p.cost for p in election.projects if p.id == project)
    return _turning_point(lambda low: at_cost(election, outcome, project, low), 0, cost)


def fewest_voters(election: Election, outcome: Outcome, project: str) -> int | None:
    """How many more people, choosing it alone, make a losing project win; None if no crowd does.

    Up to ten times the voters there are; one person fewer would not be enough.
    """
    most = 10 * election.voters + 10
    return _turning_point(lambda n: with_voters(election, outcome, project, n), most, 0)


def _turning_point(wins: Callable[[int], bool], good: int, bad: int) -> int | None:
    """Between a value that wins and one that loses, the last that wins; None if `good` loses."""
    if not wins(good):
        return None
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        if wins(middle):
            good = middle
        else:
            bad = middle
    return good
