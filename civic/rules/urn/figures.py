"""The figures of a count, worked out by `rules/tally` from opened ballots: by the site when it
counts, and by anybody who counts again from a published archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from civic.rules import tally
from civic.rules.urn.amendments import all_without
from civic.rules.urn.envelope import BallotForm, Choices

VOTE_TYPES: dict[str, tally.VoteType] = {
    "approval": "approval",
    "knapsack": "approval",
    "points": "cumulative",
    "ranking": "scoring",
    "graded": "scoring",
}
"""As what `rules/tally` counts each type of ballot."""
FLOOR = 50
"""The fewest ballots of an area whose opened ballots may be published."""
SIGNATURES = ("points", "ranking")
"""Types whose ballots can act as a signature: published only where the règlement says so."""


def weighed(ballot_type: str, most: int, choices: Choices) -> tuple[int, ...]:
    """What a ballot gives to each of its projects: points, grades, or for a ranking `most` points
    to the first, one less to each next; empty for choices that all count alike."""
    if ballot_type == "ranking":
        return tuple(range(most, most - len(choices.references), -1))
    return choices.points


def figures(
    form: BallotForm,
    ballots: Sequence[Choices],
    spoilt: int,
    channels: Mapping[str, int],
    withdrawn: Collection[str] = (),
) -> dict[str, Any]:
    """The figures as JSON values, references in the order of the paper.

    `withdrawn`: projects that an amendment took out. A ballot that chose one stays valid and is
    never blank for it; what it gave to them is not counted.

    `mentions`, for grades: per project how many gave each grade, the best first, and last how many
    gave it none, among the ballots that grade a project of its envelope.
    """
    kept = all_without(ballots, frozenset(withdrawn))
    costs = form.costs or (0,) * len(form.references)
    election = tally.Election.of(
        [
            tally.Project(id=one, name=one, cost=cost)
            for one, cost in zip(form.references, costs, strict=True)
        ],
        [tally.Ballot(one.references, weighed(form.type, form.maximum, one)) for one in kept],
        budget=sum(costs),
        vote_type=VOTE_TYPES[form.type],
    )
    result = {
        "ballots": len(ballots) + spoilt,
        "blank": sum(one.blank for one in ballots),
        "spoilt": spoilt,
        "votes": election.votes(),
        "scores": election.scores(),
        "channels": dict(channels),
    }
    if form.type == "graded":
        result["mentions"] = _mentions(form, kept)
    if withdrawn:
        result["withdrawn"] = [one for one in form.references if one in withdrawn]
    return result


def _mentions(form: BallotForm, ballots: Iterable[Choices]) -> dict[str, list[int]]:
    group, best = group_of(form), form.max_points
    voters = dict.fromkeys(group.values(), 0)
    given = {one: [0] * (best + 1) for one in form.references}
    for ballot in ballots:
        for name in {group[one] for one in ballot.references}:
            voters[name] += 1
        for reference, grade in zip(ballot.references, ballot.points, strict=True):
            given[reference][best - grade] += 1
    return {
        reference: [*row, voters[group[reference]] - sum(row)] for reference, row in given.items()
    }


def group_of(form: BallotForm) -> dict[str, str]:
    """The envelope of each project ("" when there is one for all)."""
    groups = form.groups or ("",) * len(form.references)
    return dict(zip(form.references, groups, strict=True))


def result_text(vote: str, result: Mapping[str, Any]) -> bytes:
    """The figures as canonical JSON: what the result's digest covers."""
    text = json.dumps(
        {"vote": vote, **result}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def result_digest(vote: str, result: Mapping[str, Any]) -> str:
    """SHA-256 of `result_text`."""
    return hashlib.sha256(result_text(vote, result)).hexdigest()


def may_publish(form: BallotForm, publication: str, ballots: Sequence[Choices]) -> bool:
    """Whether opened ballots are published: the règlement allows it ("auto" leaves out points and
    rankings), and there are FLOOR ballots or more: in all, and when projects are of several areas,
    in each area that somebody chose in."""
    if publication == "never" or (publication == "auto" and form.type in SIGNATURES):
        return False
    if len(ballots) < FLOOR:
        return False
    group = group_of(form)
    if len(set(group.values())) == 1:
        return True
    areas: dict[str, int] = {}
    for one in ballots:
        for name in {group[reference] for reference in one.references}:
            areas[name] = areas.get(name, 0) + 1
    return all(count >= FLOOR for count in areas.values())
