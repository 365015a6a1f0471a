"""What a result does: where the money goes, and how many voters see one of their choices funded."""

from __future__ import annotations

from civic.rules.records import record
from civic.rules.tally.election import Election
from civic.rules.tally.outcome import Outcome


@record(frozen=True)
class Effect:
    """Figures to set beside those of another rule. Amounts in 1/scale of the unit.

    `funded_choices[k]` is how many voters have exactly k of their choices funded; blank ballots are
    not among them. A project of several themes is counted once in each; zones add up to `spent`.
    """

    projects: int
    spent: int
    by_zone: dict[str, int]
    by_theme: dict[str, int]
    funded_choices: tuple[int, ...]

    @property
    def with_none(self) -> int:
        """How many voters chose something and got nothing."""
        return self.funded_choices[0]


def effect(election: Election, outcome: Outcome) -> Effect:
    """Measure an outcome on the ballots it came from."""
    winners = set(outcome.winners)
    by_zone: dict[str, int] = {}
    by_theme: dict[str, int] = {}
    for project in election.projects:
        if project.id in winners:
            by_zone[project.zone] = by_zone.get(project.zone, 0) + project.cost
            for theme in project.categories:
                by_theme[theme] = by_theme.get(theme, 0) + project.cost
    won = [project.id in winners for project in election.projects]
    counts = [0]
    ballots = election.ballots
    start = 0
    for index, weight in enumerate(ballots.weights):
        end = ballots.starts[index + 1]
        if end > start:
            funded = sum(won[place] for place in ballots.choices[start:end])
            while len(counts) <= funded:
                counts.append(0)
            counts[funded] += weight
        start = end
    return Effect(len(winners), outcome.spent, by_zone, by_theme, tuple(counts))
