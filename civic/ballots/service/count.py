"""The figures of a count, worked out by `rules/tally` from opened ballots."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from civic.ballots.queries import PollItem, PollView
from civic.rules import tally, urn

VOTE_TYPES: dict[str, tally.VoteType] = {
    "approval": "approval",
    "knapsack": "approval",
    "points": "cumulative",
    "ranking": "scoring",
    "graded": "scoring",
}
"""As what `rules/tally` counts each type of ballot."""


def weighed(ballot_type: str, most: int, choices: urn.Choices) -> tuple[int, ...]:
    """What a ballot gives to each of its projects: points, grades, or for a ranking `most` points
    to the first, one less to each next; empty for choices that all count alike."""
    if ballot_type == "ranking":
        return tuple(range(most, most - len(choices.references), -1))
    return choices.points


def count_of(
    view: PollView,
    projects: Sequence[PollItem],
    ballots: Sequence[urn.Choices],
    spoilt: int,
    channels: Mapping[str, int],
) -> tuple[dict[str, Any], str]:
    """The figures (JSON values, references in the order of the paper) and their SHA-256.

    `mentions`, for grades: per project how many gave each grade, the best first, and last how many
    gave it none, among the ballots that grade a project of its envelope.
    """
    election = tally.Election.of(
        [tally.Project(id=one.reference, name=one.label, cost=one.cost) for one in projects],
        [
            tally.Ballot(one.references, weighed(view.ballot_type, view.maximum, one))
            for one in ballots
        ],
        budget=sum(one.cost for one in projects),
        vote_type=VOTE_TYPES[view.ballot_type],
    )
    result = {
        "ballots": len(ballots) + spoilt,
        "blank": sum(one.blank for one in ballots),
        "spoilt": spoilt,
        "votes": election.votes(),
        "scores": election.scores(),
        "channels": dict(channels),
    }
    if view.ballot_type == "graded":
        result["mentions"] = _mentions(projects, ballots, view.max_points or 0)
    text = json.dumps(
        {"vote": view.slug, **result}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return result, hashlib.sha256(text.encode()).hexdigest()


def _mentions(
    projects: Sequence[PollItem], ballots: Iterable[urn.Choices], best: int
) -> dict[str, list[int]]:
    group = {one.reference: one.group for one in projects}
    voters = dict.fromkeys(group.values(), 0)
    given = {one.reference: [0] * (best + 1) for one in projects}
    for ballot in ballots:
        for name in {group[one] for one in ballot.references}:
            voters[name] += 1
        for reference, grade in zip(ballot.references, ballot.points, strict=True):
            given[reference][best - grade] += 1
    return {
        reference: [*row, voters[group[reference]] - sum(row)] for reference, row in given.items()
    }
