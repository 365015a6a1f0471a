"""Most votes first (or points, or Borda points, or any of them for its cost), while money lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from civic.rules.tally.election import WITH_POINTS, Election, Project
from civic.rules.tally.outcome import BadRule, Options
from civic.rules.tally.ties import tie_key
from civic.rules.tally.walk import Walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction


def scores_by(election: Election, options: Options) -> dict[str, int]:
    """What projects are ranked by: votes, unless the utility is points or borda."""
    if options.utility == "points":
        if election.vote_type not in WITH_POINTS:
            raise BadRule("Ces bulletins n'ont pas de points.")
        return election.scores()
    if options.utility == "borda":
        if election.vote_type != "ordinal":
            raise BadRule("Ces bulletins n'ont pas d'ordre de préférence.")
        return election.borda()
    return election.votes()


def ranked(
    election: Election,
    options: Options,
    scores: Mapping[str, int],
    votes: Mapping[str, int],
    *,
    per_cost: bool = False,
) -> list[Project]:
    """Projects, best first. `per_cost` ranks by score over cost; a free project comes first.

    By cost utilities a project's value over its cost is its number of votes again.
    """
    tie = tie_key(options, election.projects, votes)
    if per_cost and options.utility != "cost":
        from fractions import Fraction

        def value(project: Project) -> tuple[int, Fraction]:
            score = scores[project.id]
            if not project.cost:
                return (1 if score > 0 else 0), Fraction(0)
            return 0, Fraction(score, project.cost)

        return sorted(election.projects, key=lambda p: (_down(value(p)), tie(p)))
    return sorted(election.projects, key=lambda p: (-scores[p.id], tie(p)))


def _down(value: tuple[int, Fraction]) -> tuple[int, Fraction]:
    return -value[0], -value[1]


def greedy(
    election: Election, options: Options, scores: Mapping[str, int], votes: Mapping[str, int]
) -> Walk:
    """By score; projects that do not fit are skipped, or stop the count."""
    walk = Walk(election.budget, options)
    walk.down(ranked(election, options, scores, votes), scores)
    return walk


def greedy_per_cost(
    election: Election, options: Options, scores: Mapping[str, int], votes: Mapping[str, int]
) -> Walk:
    """By score over cost; projects that do not fit are skipped, or stop the count."""
    walk = Walk(election.budget, options)
    walk.down(ranked(election, options, scores, votes, per_cost=True), scores)
    return walk


def size_classes(
    election: Election, options: Options, scores: Mapping[str, int], votes: Mapping[str, int]
) -> Walk:
    """Class after class in the declared order, each by score within its envelope and places.

    A project belongs to the first class whose `up_to` it does not pass; classes are filled in the
    order they are declared, so that large projects may be declared, and chosen, first.
    """
    if not options.classes:
        raise BadRule("Cette règle demande des classes de taille.")
    walk = Walk(election.budget, options)
    order = ranked(election, options, scores, votes)
    smallest_first = sorted(
        options.classes, key=lambda c: (c.up_to is None, c.up_to if c.up_to is not None else 0)
    )
    own: dict[str, list[Project]] = {size.name: [] for size in options.classes}
    for project in order:
        for size in smallest_first:
            if size.up_to is None or project.cost <= size.up_to:
                own[size.name].append(project)
                break
    for size in options.classes:
        walk.down(
            own[size.name],
            scores,
            stage=size.name,
            envelope=size.envelope,
            places=size.laureates,
        )
    return walk


def complete(
    walk: Walk, election: Election, winners: Sequence[str], votes: Mapping[str, int], stage: str
) -> None:
    """Spend what is left, most votes first, on the projects not chosen yet."""
    chosen = set(winners)
    order = ranked(election, walk.options, votes, votes)
    walk.down([p for p in order if p.id not in chosen], votes, stage=stage)
