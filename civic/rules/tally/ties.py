"""Who goes first among equals: by an order declared before the count, never by chance during it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from civic.rules.tally.election import Project
from civic.rules.tally.outcome import BadRule, Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    TieKey = Callable[[Project], Any]


def tie_key(options: Options, projects: Sequence[Project], votes: Mapping[str, int]) -> TieKey:
    """A sort key: among equals the smallest goes first.

    A declared order must name every project; refuses one that does not.
    """
    tie = options.tie
    if tie == "lex":
        return lambda project: project.id
    if tie == "cheapest":
        return lambda project: (project.cost, -votes[project.id], project.id)
    if not isinstance(tie, tuple):
        raise BadRule(f"La règle d'égalité « {tie} » est inconnue.")
    places = {identifier: place for place, identifier in enumerate(tie)}
    missing = [project.id for project in projects if project.id not in places]
    if missing:
        raise BadRule(f"L'ordre des égalités oublie le projet {missing[0]}.")
    return lambda project: places[project.id]


def tie_places(
    options: Options, projects: Sequence[Project], votes: Mapping[str, int]
) -> list[int]:
    """Per project, its place among equals."""
    key = tie_key(options, projects, votes)
    places = [0] * len(projects)
    order = sorted(range(len(projects)), key=lambda place: key(projects[place]))
    for place, project in enumerate(order):
        places[project] = place
    return places
