"""Go down a list of projects and fund those that fit: what every list rule has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from civic.rules.tally.election import Election, Project
from civic.rules.tally.outcome import Cause, Options, Step

COMPLEMENT = "complément"
"""The stage in which the whole town chooses among what its neighbourhoods did not fund."""
Against = Callable[[list[int], int], tuple[Cause, str] | None]


class Limits:
    """What stands against a project beside money: what is chosen already, by theme or by pair."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.spent: dict[str, int] = {}
        self.taken: dict[str, int] = {}
        self.winners: list[str] = []
        self._foes: dict[str, set[str]] = {}
        for group in options.incompatible:
            for identifier in group:
                self._foes.setdefault(identifier, set()).update(group - {identifier})

    def against(self, project: Project) -> tuple[Cause, str] | None:
        """Why this project may not be chosen any more: the cause, and by what; None if it may."""
        options = self.options
        if options.laureates is not None and len(self.winners) >= options.laureates:
            return "places-filled", ""
        foes = self._foes.get(project.id)
        if foes:
            for winner in self.winners:
                if winner in foes:
                    return "incompatible", winner
        for category in project.categories:
            most = options.category_limits.get(category)
            if most is not None and self.spent.get(category, 0) + project.cost > most:
                return "category-limit", category
            places = options.category_places.get(category)
            if places is not None and self.taken.get(category, 0) >= places:
                return "category-limit", category
        return None

    def take(self, project: Project) -> None:
        """Note that the project is chosen."""
        self.winners.append(project.id)
        for category in project.categories:
            self.spent[category] = self.spent.get(category, 0) + project.cost
            self.taken[category] = self.taken.get(category, 0) + 1


def against_of(election: Election, options: Options) -> Against | None:
    """Whether what is bought already forbids a project, by which limit; None: there is no limit."""
    if not (
        options.incompatible
        or options.category_limits
        or options.category_places
        or options.laureates is not None
        or options.threshold
    ):
        return None
    votes = election.votes()

    def against(bought: list[int], project: int) -> tuple[Cause, str] | None:
        if votes[election.projects[project].id] < options.threshold:
            return "threshold", ""
        limits = Limits(options)
        for place in bought:
            limits.take(election.projects[place])
        return limits.against(election.projects[project])

    return against


class Walk:
    """The money that is left, the limits, and the steps taken so far, over all stages of a rule."""

    def __init__(self, budget: int, options: Options) -> None:
        self.left = budget
        self.options = options
        self.limits = Limits(options)
        self.steps: list[Step] = []

    def down(
        self,
        order: Sequence[Project],
        scores: Mapping[str, int],
        *,
        stage: str = "",
        envelope: int | None = None,
        places: int | None = None,
    ) -> None:
        """Offer each project its turn. A stage may have an envelope and a number of places."""
        stage_left = envelope
        taken = 0
        stopped = False
        for rank, project in enumerate(order, start=1):
            room = self.left if stage_left is None else min(self.left, stage_left)
            cause: Cause | None = None
            because = ""
            against = self.limits.against(project)
            if scores[project.id] < self.options.threshold:
                cause = "threshold"
            elif stopped:
                cause = "after-stop"
            elif places is not None and taken >= places:
                cause = "zone-spent"
            elif against is not None:
                cause, because = against
            elif project.cost > room:
                in_zone = stage_left is not None and project.cost <= self.left
                cause = "zone-spent" if in_zone else "too-expensive"
                stopped = not self.options.skip
            self.steps.append(
                Step(
                    project.id, stage, rank, scores[project.id], room, cause is None, cause, because
                )
            )
            if cause is None:
                taken += 1
                self.left -= project.cost
                if stage_left is not None:
                    stage_left -= project.cost
                self.limits.take(project)
