"""Ballots as NumPy tables, read both ways: who supports a project, what a group of voters supports.

A *group* is all voters whose ballots are the same; its weight is their number.
"""

from __future__ import annotations

import numpy as np

from civic.rules.records import field, record
from civic.rules.tally.election import Election
from civic.rules.tally.outcome import BadRule, Utility

TYPE_CHECKING = False
if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32 | np.int64]
    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
else:  # `numpy.typing` takes more memory than a small election
    Ints = Floats = Mask = np.ndarray

_EXACT = 1 << 53  # whole numbers below are exact in a float64
_MANY = 16


@record
class Profile:
    """Supporters of each project and choices of each group, with their utilities.

    `first[p]:first[p + 1]` cuts project p's supporters out of `groups`, `begin[g]:begin[g + 1]`
    group g's choices out of `projects`. `value` and `value_of` hold utilities in those two orders
    (None: all are 1). Every sum of weights times utilities is exact in a float64.
    """

    voters: int
    weight: Floats
    first: Ints
    groups: Ints
    value: Floats | None
    begin: Ints
    projects: Ints
    value_of: Floats | None
    neighbours_of: dict[int, Ints] = field(default_factory=dict)

    def supporters(self, project: int) -> Ints:
        """The groups that support a project."""
        return self.groups[self.first[project] : self.first[project + 1]]

    def values(self, project: int) -> Floats | None:
        """Their utilities, in the same order; None: all are 1."""
        if self.value is None:
            return None
        return self.value[self.first[project] : self.first[project + 1]]

    def _at(self, groups: Ints) -> tuple[Ints, Ints]:
        """Where the choices of these groups are, one after the other, and how many each has."""
        starts = self.begin[groups]
        lengths = self.begin[groups + 1] - starts
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        at = np.repeat((starts - (ends - lengths)).astype(np.int32), lengths)
        at += np.arange(total, dtype=np.int32)
        return at, lengths

    def chosen(self, groups: Ints) -> Ints:
        """Every project these groups support, as often as they do."""
        return self.projects[self._at(groups)[0]]

    def sums(self, groups: Ints) -> Floats:
        """Per project, the weight times utility that these groups give it."""
        at, lengths = self._at(groups)
        weights = np.repeat(self.weight[groups], lengths)
        if self.value_of is not None:
            weights = weights * self.value_of[at]
        return _by_project(self.projects[at], weights, len(self.first) - 1)

    def flow(self, groups: Ints, amounts: Floats) -> Floats:
        """Per project, what its supporters among these groups give in all, `amounts` a voter."""
        at, lengths = self._at(groups)
        given = np.repeat(self.weight[groups] * amounts, lengths)
        return _by_project(self.projects[at], given, len(self.first) - 1)

    def near(self, project: int) -> Ints | slice:
        """At least its neighbours; all projects, where so many support it that most would be."""
        if _MANY * int(self.first[project + 1] - self.first[project]) > len(self.weight):
            return slice(None)
        return self.neighbours(project)

    def neighbours(self, project: int) -> Ints:
        """The projects that share a supporter with this one, itself included."""
        known = self.neighbours_of.get(project)
        if known is None:
            shared = np.zeros(len(self.first) - 1, dtype=np.bool_)
            shared[self.chosen(self.supporters(project))] = True
            known = np.flatnonzero(shared)
            self.neighbours_of[project] = known
        return known


def _by_project(projects: Ints, amounts: Floats, number: int) -> Floats:
    """The sum of amounts for each project."""
    sums = np.bincount(projects, weights=amounts, minlength=number)
    return np.asarray(sums, dtype=np.float64)


def profile_of(election: Election, utility: Utility) -> Profile:
    """The tables of an election. Utilities of 0 are no support; negative points are refused."""
    ballots = election.ballots
    begin = np.frombuffer(ballots.starts, dtype=np.int64)
    projects: Ints = np.zeros(0, dtype=np.int32)
    if len(ballots.choices):
        projects = np.frombuffer(ballots.choices, dtype=np.int32)
    weight = np.zeros(0)
    if len(ballots.weights):
        weight = np.frombuffer(ballots.weights, dtype=np.int64).astype(np.float64)
    value_of = _utilities(election, utility, begin, len(projects))
    lengths = np.diff(begin)
    owner: Ints = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    if value_of is not None and len(value_of):
        if value_of.min() < 0:
            raise BadRule("Cette règle n'admet pas de points négatifs.")
        if not value_of.all():
            kept = value_of > 0
            projects, owner, value_of = projects[kept], owner[kept], value_of[kept]
            begin = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(lengths)))])
        if float(weight.sum()) * float(value_of.max(initial=0)) >= _EXACT:
            raise BadRule("Les points de ces bulletins sont trop grands pour cette règle.")
    narrow = np.uint16 if len(election.projects) < 1 << 16 else np.int64  # sorts by radix
    by_project = np.argsort(projects.astype(narrow), kind="stable")
    counts = np.bincount(projects, minlength=len(election.projects))
    return Profile(
        voters=election.voters,
        weight=weight,
        first=np.concatenate([[0], np.cumsum(counts)]),
        groups=owner[by_project],
        value=None if value_of is None else value_of[by_project],
        begin=begin,
        projects=projects,
        value_of=value_of,
    )


def _utilities(
    election: Election, utility: Utility, begin: NDArray[np.int64], size: int
) -> Floats | None:
    if utility in ("cost", "count"):
        return None
    if utility == "points":
        if election.ballots.points is None:
            raise BadRule("Ces bulletins n'ont pas de points.")
        if not size:
            return np.zeros(0)
        return np.frombuffer(election.ballots.points, dtype=np.int64).astype(np.float64)
    if utility == "borda":
        if election.vote_type != "ordinal":
            raise BadRule("Ces bulletins n'ont pas d'ordre de préférence.")
        last = np.repeat(begin[1:], np.diff(begin))
        return (last - np.arange(size) - 1).astype(np.float64)
    raise BadRule(f"L'utilité « {utility} » est inconnue.")
