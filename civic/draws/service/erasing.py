"""The lists go when the draw ends; digests and counts stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from civic.draws.models import (
    LEFT,
    OVER,
    AnswerCode,
    Draw,
    DrawnPerson,
    InvitationOrder,
    LetterLot,
    ListDraft,
    PoolEntry,
    Preparation,
    SourceList,
)
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing

DRAFT_KEPT = timedelta(days=1)


def erase_within(db: Session, draw: Draw, *, at: datetime, keep_reserve: bool = False) -> int:
    """Erases the people of a draw's lists, inside the caller's transaction; how many lines went.

    With `keep_reserve`, those who were drawn for the reserve and may still be called stay until
    `draw.lists_until`. The key from numbers to people goes in any case, and so do the codes of
    letters that nobody has to answer any more.
    """
    stay = (
        select(DrawnPerson.entry)
        .where(
            DrawnPerson.draw_id == draw.id,
            DrawnPerson.place == "reserve",
            DrawnPerson.answer.not_in((*LEFT, "accepted")),
            DrawnPerson.entry.is_not(None),
        )
        .scalar_subquery()
    )
    gone = update(DrawnPerson).where(DrawnPerson.draw_id == draw.id)
    lines = delete(PoolEntry).where(PoolEntry.draw_id == draw.id)
    if keep_reserve:
        kept = list(db.scalars(select(PoolEntry.token).where(PoolEntry.token.in_(stay))))
        gone = gone.where(DrawnPerson.entry.not_in(kept))
        lines = lines.where(PoolEntry.token.not_in(kept))
    db.execute(gone.values(entry=None))
    nobody_left = select(DrawnPerson.id).where(
        DrawnPerson.draw_id == draw.id, DrawnPerson.entry.is_(None)
    )
    db.execute(delete(AnswerCode).where(AnswerCode.drawn_id.in_(nobody_left)))
    db.execute(
        update(DrawnPerson)
        .where(DrawnPerson.draw_id == draw.id, DrawnPerson.place == "invited")
        .values(entry=None, email="", phone="", shows_name=False, features={})
    )
    db.execute(
        update(InvitationOrder).where(InvitationOrder.draw_id == draw.id).values(sealed=None)
    )
    db.execute(delete(Preparation).where(Preparation.draw_id == draw.id))
    db.execute(delete(LetterLot).where(LetterLot.draw_id == draw.id))  # `lots.forget`: the files
    many: int = db.execute(lines).rowcount  # type: ignore[attr-defined]
    db.execute(delete(ListDraft).where(ListDraft.draw_id == draw.id))
    db.execute(
        update(SourceList)
        .where(SourceList.draw_id == draw.id, SourceList.erased_at.is_(None))
        .values(erased_at=at)
    )
    draw.sealed = None
    draw.lists_erased_at = at
    return many


def erase_due(db: Session, now: datetime) -> None:
    """Erases files never confirmed after a day, and what is left of lists whose day has come."""
    with writing(db):
        db.execute(delete(ListDraft).where(ListDraft.sent_at < now - DRAFT_KEPT))
        due = db.scalars(
            select(Draw)
            .where(
                Draw.lists_until < day_of(now),
                select(PoolEntry.token).where(PoolEntry.draw_id == Draw.id).exists(),
            )
            .with_for_update()
        ).all()
        for draw in due:
            many = erase_within(db, draw, at=now)
            if draw.status in OVER:
                draw.status = "cancelled" if draw.status == "cancelled" else "closed"
            else:
                draw.status, draw.cancelled_at = "cancelled", now
                draw.cancel_reason = (
                    "Le délai de conservation des listes est passé sans que le tirage soit terminé."
                )
            journal.record(
                db, at=now, actor="system", verb="draw.erase_lists", target=f"draw:{draw.id}",
                lines=many,
            )  # fmt: skip
