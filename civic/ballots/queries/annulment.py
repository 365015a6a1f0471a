"""The annulment of a vote: the act as it is published, or as it waits to be confirmed."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import Poll, PollAnnulment, PollContest
from civic.house.i18n import lazy
from civic.rules import urn

GROUND_WORDS: dict[str, Any] = {
    "contest": lazy("La commission du vote, sur une contestation qu'elle admet"),
    "authority": lazy("L'autorité qui organise le vote (maire, président, conseil)"),
    "judge": lazy("Le juge administratif"),
}


def annulment(db: Session, poll_id: int) -> PollAnnulment | None:
    """The act of a vote, whether it is confirmed or waits; None when there is none."""
    return db.get(PollAnnulment, poll_id)


def act_text(act: PollAnnulment, sealed: str) -> bytes:
    """The text that the digest of a confirmed act covers. `sealed`: digest of the sealed vote."""
    assert act.confirmed_at is not None
    return urn.annulment_text(
        sealed,
        urn.Annulment(
            act.ground, act.decided_by, act.decided_on.isoformat(), act.reference, act.reason,
            act.confirmed_at.astimezone(UTC).isoformat(), act.contest, act.log, act.result,
            act.archive,
        ),
    )  # fmt: skip


def annullable(db: Session, poll_id: int) -> list[int]:
    """The contests on which the commission may annul: published, upheld or without an answer."""
    return list(
        db.scalars(
            select(PollContest.number)
            .where(
                PollContest.poll_id == poll_id,
                PollContest.moderated_at.is_not(None),
                PollContest.outcome.is_(None) | PollContest.outcome.in_(("upheld", "partly")),
            )
            .order_by(PollContest.number)
        )
    )


def replaced_by(db: Session, poll_id: int) -> tuple[str, str] | None:
    """The vote held in place of this annulled one: its address part and title."""
    row = db.execute(
        select(Poll.slug, Poll.title)
        .join(PollAnnulment, PollAnnulment.next_poll_id == Poll.id)
        .where(PollAnnulment.poll_id == poll_id)
    ).first()
    return None if row is None else (row.slug, row.title)


def replaces(db: Session, poll_id: int) -> tuple[str, str] | None:
    """The annulled vote that this one takes the place of: its address part and title."""
    row = db.execute(
        select(Poll.slug, Poll.title)
        .join(PollAnnulment, PollAnnulment.poll_id == Poll.id)
        .where(PollAnnulment.next_poll_id == poll_id)
    ).first()
    return None if row is None else (row.slug, row.title)


def waits(db: Session, poll_id: int) -> bool:
    """Whether an act is written and nobody has confirmed it."""
    return (
        db.scalar(
            select(PollAnnulment.poll_id).where(
                PollAnnulment.poll_id == poll_id, PollAnnulment.confirmed_at.is_(None)
            )
        )
        is not None
    )
