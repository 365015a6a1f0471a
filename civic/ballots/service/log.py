"""The published log of digests: a checkpoint a day while the vote is open, and one at closing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import mails
from civic.ballots.models import LogCheckpoint, LoggedDigest, Poll
from civic.ballots.queries import addresses_of
from civic.ballots.service.locks import locked_poll
from civic.house import journal, post
from civic.house.access import Role, unit
from civic.house.clock import day_of
from civic.house.db import writing
from civic.people.queries import holders
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


def publish_checkpoints(db: Session, at: datetime, base_url: str = "") -> int:
    """Publishes a checkpoint of each vote that is open and has none of today; how many.

    With the site's address, the members of each commission are sent its digest: what lies in their
    mailboxes is out of reach of whoever would rewrite the log here.
    """
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
        with writing(db):
            number = publish_within(db, poll_id=poll_id, by="system", at=at)
            if base_url:
                _hand_over(db, poll_id, number, base_url, at)
    return len(due)


def _hand_over(db: Session, poll_id: int, number: int, base_url: str, at: datetime) -> None:
    poll, page = db.get_one(Poll, poll_id), db.get_one(LogCheckpoint, (poll_id, number))
    members = holders(db, Role.VOTE_COMMISSION, frozenset({unit("poll", poll_id)}), day_of(at))
    link = f"{base_url}/votes/{poll.slug}/urne"
    post.put_all(
        db,
        [
            mails.checkpoint(email, poll.title, number, page.day, page.digest, link, language)
            for email, language in addresses_of(db, members)
        ],
        at=at,
    )
