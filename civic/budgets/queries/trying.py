"""A draft règlement tried on past votes: on which it may be, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import Poll, PollStep
from civic.budgets.models import BudgetEnvelope, Edition
from civic.budgets.queries.editions import Seen
from civic.budgets.rules_data import digest_of
from civic.budgets.trying import Part, drafted
from civic.territory.models import Territory


@dataclass(frozen=True, slots=True)
class Triable:
    """A past vote on which a draft may be tried; `chose`: people who chose something."""

    id: int
    slug: str
    title: str
    poll_id: int
    chose: int


def triable(db: Session) -> list[Triable]:
    """Past votes whose opened ballots are published, the newest first: one statement.

    No others: with rules written for it, and the number of people each leaves without any of their
    choices, whoever tries could tell ballots apart that stayed secret.
    """
    rows = db.execute(
        select(Edition, PollStep.figures)
        .join(Poll, Poll.id == Edition.poll_id)
        .outerjoin(PollStep, (PollStep.poll_id == Poll.id) & (PollStep.step == "counted"))
        .where(
            Edition.compared_at.is_not(None),
            Poll.stage == "counted",
            Poll.annulled_at.is_(None),
            Poll.counted_at <= Edition.settled_at,
        )
        .order_by(Edition.vote_opens_at.desc(), Edition.id.desc())
    )
    return [
        Triable(row.id, row.slug, row.title, row.poll_id or 0, row.measures["own"]["chose"])
        for row, figures in rows
        if "own" in row.measures and (row.is_external or (figures or {}).get("bulletins_publies"))
    ]


def parts(db: Session, edition_id: int) -> list[Part]:
    """An édition's envelopes as a trial takes them: one statement."""
    rows = db.execute(
        select(BudgetEnvelope.name, BudgetEnvelope.amount, Territory.name, BudgetEnvelope.theme)
        .outerjoin(Territory, Territory.id == BudgetEnvelope.neighbourhood_id)
        .where(BudgetEnvelope.edition_id == edition_id)
        .order_by(BudgetEnvelope.position)
    )
    return [Part(name, amount, place or "", theme or "") for name, amount, place, theme in rows]


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft tried on one past vote. `state`: none | waiting | outdated (the draft has changed
    since) | refused (`problem` says why, in French) | done, with its effect (as comparing.py makes
    it) and what has to be said of it (`trying.Carried.notes`)."""

    state: str
    found: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def trial(seen: Seen, own: list[Part], past_id: int) -> Trial:
    """What is known of a draft (`own`: its envelopes) on one past vote."""
    kept = seen.row.measures.get("trials", {}).get(str(past_id))
    if kept is None or seen.current is None:
        return Trial("none")
    if kept["draft"] != digest_of(drafted(seen.current.data, own)):
        return Trial("outdated")
    if "problem" in kept:
        return Trial("refused", problem=kept["problem"])
    if "found" not in kept:
        return Trial("waiting")
    return Trial("done", kept["found"], kept["notes"])


def trials(seen: Seen, own: list[Part], votes: list[Triable]) -> dict[int, Trial]:
    """The same for each of these votes on which something was asked."""
    found = {one.id: trial(seen, own, one.id) for one in votes}
    return {key: one for key, one in found.items() if one.state != "none"}
