"""The figures of a count, worked out by `rules/tally` from opened ballots."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from civic.ballots.queries import PollItem, PollView
from civic.rules import tally, urn


def count_of(
    view: PollView,
    projects: Sequence[PollItem],
    ballots: Sequence[urn.Choices],
    spoilt: int,
    channels: Mapping[str, int],
) -> tuple[dict[str, Any], str]:
    """The figures (JSON values, references in the order of the paper) and their SHA-256."""
    election = tally.Election.of(
        [tally.Project(id=one.reference, name=one.label, cost=one.cost) for one in projects],
        [tally.Ballot(choices=one.references, points=one.points) for one in ballots],
        budget=sum(one.cost for one in projects),
        vote_type="cumulative" if view.ballot_type == "points" else "approval",
    )
    result = {
        "ballots": len(ballots) + spoilt,
        "blank": sum(one.blank for one in ballots),
        "spoilt": spoilt,
        "votes": election.votes(),
        "scores": election.scores(),
        "channels": dict(channels),
    }
    text = json.dumps(
        {"vote": view.slug, **result}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return result, hashlib.sha256(text.encode()).hexdigest()
