"""What a count needs to know: projects, ballots, a budget. Plain frozen values.

Amounts are integers in `1/scale` of the currency unit (cents when `scale` is 100). Ballots carry
no voter: who voted is checked before, and the count needs only what was chosen and how many times.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from civic.rules.records import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, overload

    from civic.rules.tally.supporters import Supporters

    VoteType = Literal["approval", "ordinal", "cumulative", "scoring", "choose-1"]
else:  # `typing` is not loaded for the sake of these
    VoteType = str

VOTE_TYPES: tuple[VoteType, ...] = ("approval", "ordinal", "cumulative", "scoring", "choose-1")
FEW = 1 << 23  # projects times different ballots up to which NumPy gains nothing
WITH_POINTS = frozenset({"cumulative", "scoring"})


def are_few(projects: int, ballots: int) -> bool:
    """Whether sets of supporters as whole numbers count so many different ballots soonest."""
    return projects * ballots <= FEW


class BadElection(ValueError):
    """Projects and ballots that do not fit together; the message is one French sentence."""


@record(frozen=True)
class Project:
    """One project on the ballot. `cost` is in 1/scale of the unit; `zone` is its neighbourhood.

    `declared_votes`, `declared_score` and `selected` are what a file says of the result, never
    used by a count; `columns` holds the other columns of its row.
    """

    id: str
    cost: int
    name: str = ""
    zone: str = ""
    categories: tuple[str, ...] = ()
    declared_votes: int | None = None
    declared_score: str | None = None
    selected: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)


@record(frozen=True)
class Ballot:
    """What was chosen, `weight` times over: ids by preference, and as many points if points count.

    No choice at all is a blank ballot, which counts as a voter.
    """

    choices: tuple[str, ...]
    points: tuple[int, ...] = ()
    weight: int = 1


class Ballots(Sequence[Ballot]):
    """Distinct ballots with their weights, in flat arrays: a million fit in some tens of MB.

    `starts[i]:starts[i + 1]` cuts ballot i out of `choices` (positions in `ids`) and `points`.
    """

    def __init__(
        self,
        ids: tuple[str, ...],
        starts: array[int],
        choices: array[int],
        points: array[int] | None,
        weights: array[int],
    ) -> None:
        self.ids = ids
        self.starts = starts
        self.choices = choices
        self.points = points
        self.weights = weights

    @classmethod
    def grouped(
        cls,
        ids: tuple[str, ...],
        ballots: Iterable[tuple[Sequence[int], Sequence[int], int]],
        vote_type: VoteType,
    ) -> Ballots:
        """Groups (positions, points, weight) that mean the same: order only counts if ordinal."""
        counted: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        with_points = vote_type in WITH_POINTS
        for positions, marks, weight in ballots:
            if with_points and len(positions) > 1:
                pairs = sorted(zip(positions, marks, strict=True))
                key = (tuple(p for p, _ in pairs), tuple(m for _, m in pairs))
            elif vote_type == "ordinal" or len(positions) < 2:
                key = (tuple(positions), tuple(marks))
            else:
                key = (tuple(sorted(positions)), ())
            counted[key] = counted.get(key, 0) + weight
        starts, choices, weights = array("q", [0]), array("i"), array("q")
        points = array("q") if with_points else None
        for (positions, marks), weight in counted.items():
            choices.extend(positions)
            if points is not None:
                points.extend(marks)
            starts.append(len(choices))
            weights.append(weight)
        return cls(ids, starts, choices, points, weights)

    @property
    def few(self) -> bool:
        """Whether sets of supporters as whole numbers count these ballots soonest."""
        return are_few(len(self.ids), len(self.weights))

    @cached_property
    def supporters(self) -> Supporters:
        """Who supports each project."""
        from civic.rules.tally.supporters import Supporters

        return Supporters.among(self)

    @cached_property
    def votes(self) -> list[int]:
        """How many voters chose each of `ids`."""
        if self.few:
            return self.supporters.votes()
        once = Counter(self.choices)
        totals = [once[place] for place in range(len(self.ids))]
        starts, choices = self.starts, self.choices
        for index, weight in enumerate(self.weights):
            if weight > 1:
                for place in choices[starts[index] : starts[index + 1]]:
                    totals[place] += weight - 1
        return totals

    def __len__(self) -> int:
        return len(self.weights)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> Ballot: ...

        @overload
        def __getitem__(self, index: slice) -> Sequence[Ballot]: ...

    def __getitem__(self, index: int | slice) -> Ballot | Sequence[Ballot]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        cut = slice(self.starts[index], self.starts[index + 1])
        marks = tuple(self.points[cut]) if self.points is not None else ()
        return Ballot(tuple(self.ids[p] for p in self.choices[cut]), marks, self.weights[index])

    def __iter__(self) -> Iterator[Ballot]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ballots) and sorted(self, key=repr) == sorted(other, key=repr)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} ballots distincts, {sum(self.weights)} en tout>"


@record(frozen=True)
class Election:
    """One envelope to share out: use `Election.of` to make one from projects and ballots.

    `point_scale` is 1 unless a file gives decimal points; `budget_text` is the budget as a file
    writes it; `notices` are the file's oddities that change no count, as (line, French sentence).
    """

    projects: tuple[Project, ...]
    ballots: Ballots
    budget: int
    vote_type: VoteType = "approval"
    scale: int = 100
    point_scale: int = 1
    default_score: int = 0
    meta: Mapping[str, str] = field(default_factory=dict, hash=False)
    budget_text: str = ""
    notices: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(
        cls,
        projects: Iterable[Project],
        ballots: Iterable[Ballot],
        budget: int,
        *,
        vote_type: VoteType = "approval",
        scale: int = 100,
        default_score: int = 0,
        meta: Mapping[str, str] | None = None,
    ) -> Election:
        """An election from plain values; amounts in 1/scale of the unit.

        Raises BadElection (one French sentence) for two projects of one id, a negative amount, a
        ballot that names an unknown project or one project twice, or points that do not match.
        """
        listed = tuple(projects)
        places = {project.id: place for place, project in enumerate(listed)}
        if len(places) < len(listed):
            raise BadElection("Deux projets portent le même identifiant.")
        if budget < 0 or any(project.cost < 0 for project in listed):
            raise BadElection("Un montant est négatif.")
        if vote_type not in VOTE_TYPES:
            raise BadElection(f"Le type de vote « {vote_type} » est inconnu.")

        def located() -> Iterator[tuple[Sequence[int], Sequence[int], int]]:
            for ballot in ballots:
                try:
                    positions = [places[choice] for choice in ballot.choices]
                except KeyError as unknown:
                    raise BadElection(f"Projet inconnu : {unknown.args[0]}.") from None
                if len(set(positions)) < len(positions):
                    raise BadElection("Un bulletin cite deux fois le même projet.")
                if vote_type in WITH_POINTS and len(ballot.points) != len(positions):
                    raise BadElection("Un bulletin n'a pas autant de points que de projets.")
                if ballot.weight < 1:
                    raise BadElection("Un bulletin compte moins d'une fois.")
                yield positions, ballot.points, ballot.weight

        return cls(
            projects=listed,
            ballots=Ballots.grouped(tuple(places), located(), vote_type),
            budget=budget,
            vote_type=vote_type,
            scale=scale,
            default_score=default_score,
            meta=dict(meta or {}),
        )

    @property
    def voters(self) -> int:
        """How many ballots were cast, blank ones included."""
        return sum(self.ballots.weights)

    @property
    def blanks(self) -> int:
        """How many ballots choose nothing."""
        starts, weights = self.ballots.starts, self.ballots.weights
        return sum(weights[i] for i in range(len(weights)) if starts[i] == starts[i + 1])

    def votes(self) -> dict[str, int]:
        """Per project, in the order of the ballot paper, how many voters chose it."""
        return dict(zip(self.ballots.ids, self.ballots.votes, strict=True))

    def scores(self) -> dict[str, int]:
        """Per project, its points (times `point_scale`), or its votes if there are none."""
        if self.vote_type not in WITH_POINTS:
            return self.votes()
        points = self.ballots.points or array("q")
        return dict(zip(self.ballots.ids, self._sums(lambda at, _: points[at]), strict=True))

    def borda(self) -> dict[str, int]:
        """Per project, its Borda points: of L projects on a ballot the k-th gets L - k."""
        return dict(zip(self.ballots.ids, self._sums(lambda at, end: end - at - 1), strict=True))

    def _sums(self, worth: Callable[[int, int], int]) -> list[int]:
        """Per project, what its choices are worth, by their place and their ballot's end."""
        totals = [0] * len(self.projects)
        starts, choices = self.ballots.starts, self.ballots.choices
        for index, weight in enumerate(self.ballots.weights):
            end = starts[index + 1]
            for at in range(starts[index], end):
                totals[choices[at]] += weight * worth(at, end)
        return totals
