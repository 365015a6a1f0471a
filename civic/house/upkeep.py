"""The house's own periodic work: what it kept for a time goes when the time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from civic.house import files, limits
from civic.house.clock import day_of
from civic.house.db import DoneOnce, writing
from civic.house.jobs import every
from civic.house.post import OutboxMail

FORMS_FOR = timedelta(days=7)
ATTEMPTS_FOR = timedelta(days=1)
MAILS_FOR = timedelta(days=30)


@every(timedelta(hours=6), "house.forget")
def forget(db: Session, now: datetime) -> None:
    """Erases forms after seven days, counted tries after one, mails that were sent, given up or
    are uncertain after thirty."""
    limits.forget(db, before=now - ATTEMPTS_FOR)
    with writing(db):
        db.execute(delete(DoneOnce).where(DoneOnce.day < day_of(now - FORMS_FOR)))
        db.execute(
            delete(OutboxMail).where(
                OutboxMail.state.in_(("sent", "given_up", "uncertain")),
                func.coalesce(OutboxMail.sent_at, OutboxMail.written_at) < now - MAILS_FOR,
            )
        )


@every(timedelta(days=1), "house.sweep")
def sweep(db: Session, now: datetime) -> None:
    """Erases the pictures that nothing shows any more."""
    files.sweep(db, db.info["settings"].uploads, now=now)
