"""Choose one or several people: by approval, by two rounds, or by a ranking (Schulze).

Ballots are (choices, number of ballots alike); names are ids of candidates. Nothing here knows who
voted. Equals are parted by a declared order only, and each result says where that was needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from civic.rules.records import record
from civic.rules.tally.outcome import BadRule


@record(frozen=True)
class Designation:
    """Who is designated, in order; `scores` is votes per candidate (for Schulze: duels won).

    `tied` names the candidates whom only the declared order parted, at the last seat. `runoff`
    names the two who go to a second round when nobody has a majority.
    """

    elected: tuple[str, ...]
    scores: dict[str, int]
    tied: tuple[str, ...] = ()
    runoff: tuple[str, ...] = ()


def _checked(candidates: Sequence[str], seats: int) -> None:
    if len(set(candidates)) < len(candidates):
        raise BadRule("Deux candidatures portent le même nom.")
    if seats < 1:
        raise BadRule("Il faut au moins un siège.")


def approval(
    candidates: Sequence[str], ballots: Iterable[tuple[Sequence[str], int]], seats: int = 1
) -> Designation:
    """The `seats` most approved; `candidates` stand in the order that parts equals."""
    _checked(candidates, seats)
    scores = dict.fromkeys(candidates, 0)
    for choices, weight in ballots:
        for name in set(choices):
            if name not in scores:
                raise BadRule(f"Candidature inconnue : {name}.")
            scores[name] += weight
    return _first(candidates, scores, seats)


def _first(candidates: Sequence[str], scores: dict[str, int], seats: int) -> Designation:
    places = {name: place for place, name in enumerate(candidates)}
    order = sorted(candidates, key=lambda name: (-scores[name], places[name]))
    elected = tuple(order[:seats])
    tied: tuple[str, ...] = ()
    if len(order) > seats and scores[order[seats - 1]] == scores[order[seats]]:
        tied = tuple(name for name in order if scores[name] == scores[order[seats]])
    return Designation(elected, scores, tied)


def first_round(
    candidates: Sequence[str], ballots: Iterable[tuple[Sequence[str], int]]
) -> Designation:
    """One choice a ballot: elected with more than half of the ballots cast for somebody.

    Otherwise `runoff` holds the two who stay for the second round; with more than two equals for
    these places, `tied` names them, and the declared order decides.
    """
    _checked(candidates, 1)
    ballots = list(ballots)
    if any(len(choices) > 1 for choices, _ in ballots):
        raise BadRule("Un seul nom par bulletin.")
    counted = approval(candidates, ballots, 2)
    cast = sum(weight for choices, weight in ballots if choices)
    leader = counted.elected[0] if counted.elected else ""
    if leader and 2 * counted.scores[leader] > cast:
        return Designation((leader,), counted.scores)
    return Designation((), counted.scores, counted.tied, counted.elected[:2])


def second_round(
    runoff: Sequence[str], ballots: Iterable[tuple[Sequence[str], int]]
) -> Designation:
    """Most votes among those who stayed; the declared order parts equals."""
    _checked(runoff, 1)
    ballots = list(ballots)
    if any(len(choices) > 1 for choices, _ in ballots):
        raise BadRule("Un seul nom par bulletin.")
    return approval(runoff, ballots, 1)


def schulze(
    candidates: Sequence[str], ballots: Iterable[tuple[Sequence[str], int]], seats: int = 1
) -> Designation:
    """Rankings counted by Schulze's strongest paths (winning votes), `seats` first places.

    A ballot ranks some candidates, best first; those it leaves out come equal last. `scores` counts
    the candidates each one beats.
    """
    _checked(candidates, seats)
    places = {name: place for place, name in enumerate(candidates)}
    number = len(candidates)
    prefer = [[0] * number for _ in range(number)]
    for choices, weight in ballots:
        try:
            ranked = [places[name] for name in choices]
        except KeyError as unknown:
            raise BadRule(f"Candidature inconnue : {unknown.args[0]}.") from None
        if len(set(ranked)) < len(ranked):
            raise BadRule("Un bulletin classe deux fois la même candidature.")
        below = set(range(number))
        for better in ranked:
            below.discard(better)
            for worse in below:
                prefer[better][worse] += weight
    path = [
        [prefer[i][j] if prefer[i][j] > prefer[j][i] else 0 for j in range(number)]
        for i in range(number)
    ]
    for through in range(number):
        for i in range(number):
            for j in range(number):
                strength = min(path[i][through], path[through][j])
                if i != j and strength > path[i][j]:
                    path[i][j] = strength
    beats = {
        name: sum(path[i][j] > path[j][i] for j in range(number)) for name, i in places.items()
    }
    return _first(candidates, beats, seats)
