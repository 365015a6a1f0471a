"""The figures of a count, worked out from opened ballots by the rules that anybody may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from civic.ballots.queries import PollItem, PollView, form_of, withdrawn_of
from civic.rules import urn
from civic.rules.urn.figures import VOTE_TYPES, figures, result_digest, weighed

__all__ = ["VOTE_TYPES", "count_of", "weighed"]


def count_of(
    view: PollView,
    projects: Sequence[PollItem],
    ballots: Sequence[urn.Choices],
    spoilt: int,
    channels: Mapping[str, int],
) -> tuple[dict[str, Any], str]:
    """The figures (JSON values, references in the order of the paper) and their SHA-256."""
    form = form_of(view, list(projects))
    result = figures(form, ballots, spoilt, channels, withdrawn_of(projects))
    return result, result_digest(view.slug, result)
