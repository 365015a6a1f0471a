"""The one verb of the entrance: an administrator sends a stuck mail again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.post import OutboxMail
from civic.house.refusal import NotFound, Refusal


def resend(db: Session, *, mail_id: str, by: str, at: datetime) -> None:
    """Puts a given-up or uncertain mail back in the queue."""
    with writing(db):
        row = db.get(OutboxMail, mail_id, with_for_update=True)
        if row is None:
            raise NotFound
        if row.state not in {"given_up", "uncertain"}:
            raise Refusal(lazy("Ce courriel n'est pas bloqué : il n'y a rien à renvoyer."))
        row.state, row.due_at, row.attempts = "waiting", at, 0
        journal.record(db, at=at, actor=by, verb="mail.resend", target=f"mail:{mail_id}")
