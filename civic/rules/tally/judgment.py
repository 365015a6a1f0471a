"""Majority judgment (Balinski and Laraki): every project is graded, the median grade decides.

The median is the lower middlemost grade; equals are parted by taking away one vote of the common
median from each and looking again. A project a voter did not grade has the worst grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cmp_to_key

from civic.rules.tally.election import Election, Project
from civic.rules.tally.outcome import BadRule, Options
from civic.rules.tally.ties import tie_key
from civic.rules.tally.walk import Walk


def grades(election: Election) -> tuple[list[int], dict[str, list[int]]]:
    """The grades given, best first, and per project how many voters gave each.

    Scoring and cumulative ballots grade by points, approval ballots by one or nothing; what is not
    graded gets `default_score`, or the worst grade if some are worse. Refuses rankings.
    """
    if election.vote_type == "ordinal":
        raise BadRule("Le jugement majoritaire demande des mentions, pas un classement.")
    given: dict[str, dict[int, int]] = {project.id: {} for project in election.projects}
    for ballot in election.ballots:
        marks = ballot.points or (1,) * len(ballot.choices)
        for choice, mark in zip(ballot.choices, marks, strict=True):
            given[choice][mark] = given[choice].get(mark, 0) + ballot.weight
    seen = {mark for counts in given.values() for mark in counts}
    worst = min({election.default_score, *seen})
    scale = sorted({worst, *seen}, reverse=True)
    voters = election.voters
    table = {}
    for identifier, counts in given.items():
        row = [counts.get(mark, 0) for mark in scale]
        row[-1] += voters - sum(row)
        table[identifier] = row
    return scale, table


def median(counts: Sequence[int]) -> int:
    """Which grade (0 is best) the lower middlemost voter gave; the best grade if nobody voted."""
    voters = sum(counts)
    before = 0
    for grade, count in enumerate(counts):
        before += count
        if before > voters // 2:
            return grade
    return 0


def compare(one: Sequence[int], other: Sequence[int]) -> int:
    """Below 0 if `one` comes before `other`, above 0 if after, 0 if nothing parts them.

    Both count the same voters, best grade first.
    """
    a, b = list(one), list(other)
    while a != b:
        grade, rival = median(a), median(b)
        if grade != rival:
            return grade - rival
        step = min(_lasts(a, grade), _lasts(b, grade)) + 1
        a[grade] -= step
        b[grade] -= step
    return 0


def _lasts(counts: list[int], grade: int) -> int:
    """How many votes of the median grade can go, one by one, with the median still there."""
    better, same, worse = sum(counts[:grade]), counts[grade], sum(counts[grade + 1 :])
    return min(same + worse - better, same + better - worse - 1)


def judged(election: Election, options: Options, votes: Mapping[str, int]) -> list[Project]:
    """Projects, best graded first, equals by the tie rule."""
    _, table = grades(election)
    tie = tie_key(options, election.projects, votes)
    by_tie: list[Project] = sorted(election.projects, key=tie)

    def before(one: Project, other: Project) -> int:
        return compare(table[one.id], table[other.id])

    return sorted(by_tie, key=cmp_to_key(before))


def majority_judgment(
    election: Election, options: Options, scores: Mapping[str, int], votes: Mapping[str, int]
) -> Walk:
    """Down the graded list while money lasts, or up to `laureates` projects (Paris)."""
    walk = Walk(election.budget, options)
    walk.down(judged(election, options, votes), scores)
    return walk
