"""The published log of digests: a checkpoint a day while the vote is open, and one at closing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import LogCheckpoint, LoggedDigest, Poll
from civic.ballots.service.locks import locked_poll
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.rules import urn


def publish_checkpoint(db: Session, *, poll_id: int, by: str, at: datetime) -> int:
    """Publishes what has changed in the urn since the last checkpoint; the checkpoint's number.

    The lines are sorted, so that they say nothing of the order or the hour of deposits.
    """
    with writing(db):
        return publish_within(db, poll_id=poll_id, by=by, at=at)


def publish_within(db: Session, *, poll_id: int, by: str, at: datetime) -> int:
    """The same, inside the caller's transaction."""
    locked_poll(db, poll_id)
    last = db.scalars(
        select(LogCheckpoint)
        .where(LogCheckpoint.poll_id == poll_id)
        .order_by(LogCheckpoint.number.desc())
        .limit(1)
    ).first()
    changed = db.scalars(
        select(LoggedDigest)
        .where(LoggedDigest.poll_id == poll_id, LoggedDigest.state != LoggedDigest.published)
        .with_for_update()
    ).all()
    found = urn.chain(
        last.digest if last else urn.START, [(one.digest, one.state) for one in changed]
    )
    number = (last.number if last else 0) + 1
    db.add(
        LogCheckpoint(
            poll_id=poll_id,
            number=number,
            day=day_of(at),
            lines=[list(line) for line in found.lines],
            previous=found.previous,
            digest=found.digest,
        )
    )
    for one in changed:
        one.published = one.state
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="poll.checkpoint", target=f"poll:{poll_id}",
        number=number, digest=found.digest,
    )  # fmt: skip
    return number


def publish_checkpoints(db: Session, at: datetime) -> int:
    """Publishes a checkpoint of each vote that is open and has none of today; how many."""
    due = db.scalars(
        select(Poll.id).where(
            Poll.stage == "sealed",
            Poll.annulled_at.is_(None),
            Poll.opens_at <= at,
            Poll.closes_at > at,
            ~select(LogCheckpoint.number)
            .where(LogCheckpoint.poll_id == Poll.id, LogCheckpoint.day >= day_of(at))
            .exists(),
        )
    ).all()
    for poll_id in due:
        publish_checkpoint(db, poll_id=poll_id, by="system", at=at)
    return len(due)
