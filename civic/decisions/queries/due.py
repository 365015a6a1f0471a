"""What « Mon espace » hears of décisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.decisions.queries.acts import drafts
from civic.house.access import Identity, Right
from civic.house.clock import day_of
from civic.house.i18n import _
from civic.house.todo import Todo
from civic.meetings.models import Opinion


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """Acts to publish and avis to answer: two statements."""
    if not me.is_staff:
        return []
    found = [
        Todo(
            None,
            _("Relire et publier l'acte « %(title)s »", title=row.title),
            f"/decisions/{row.id}",
            "decide",
        )
        for row, _name in drafts(db, me)
        if me.may(Right.PUBLISH_DECISIONS, frozenset(row.scope))
    ]
    if me.may(Right.PREPARE_DECISIONS):
        waits = db.scalar(
            select(func.count())
            .select_from(Opinion)
            .where(Opinion.answered_on.is_(None), Opinion.reply_due_on < day_of(now))
        )
        if waits:
            found.append(
                Todo(now, _("Répondre aux avis en retard"), "/decisions/preparer", "decide")
            )
    return found
