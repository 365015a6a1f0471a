"""What the commission adds to the procès-verbal after its figures are certified."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots.models import PollRemark, PollStep
from civic.ballots.service.locks import locked_poll
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal


def add_remark(db: Session, *, poll_id: int, text: str, by: str, at: datetime) -> int:
    """Adds a remark to a vote's procès-verbal, public and for good; its number.

    Refused before step 1, while sheets and bundles can still be put right, and once the vote is
    destroyed: its procès-verbal then changes no more. A vote that is annulled takes remarks too.
    """
    if not text:
        raise Refusal(lazy("Écrivez votre observation."), field="text")
    with writing(db):
        poll = locked_poll(db, poll_id, annulled=True)
        if poll.is_external:
            raise NotFound
        if poll.stage in ("configured", "sealed") and poll.annulled_at is None:
            raise Refusal(
                lazy("L'étape 1 n'est pas faite : corrigez la feuille du lieu ou la liasse."),
                field="text",
            )
        if db.get(PollStep, (poll_id, "destroyed")) is not None:
            raise Refusal(
                lazy("Ce qui restait de ce vote est détruit : son procès-verbal ne change plus."),
                field="text",
            )
        last = db.scalar(select(func.max(PollRemark.number)).where(PollRemark.poll_id == poll_id))
        number = (last or 0) + 1
        db.add(PollRemark(poll_id=poll_id, number=number, text=text, by=by, at=at))
        journal.record(
            db, at=at, actor=by, verb="poll.remark", target=f"poll:{poll_id}", number=number
        )
        return number
