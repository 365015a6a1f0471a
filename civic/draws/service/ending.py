"""The record is signed, the draw completed: mandates are prepared, the lists go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.models import ANSWERING, LEFT, DrawnPerson, SourceList
from civic.draws.reading import KINDS
from civic.draws.service.answers import who_is_next
from civic.draws.service.erasing import erase_within
from civic.draws.service.rows import in_state, locked
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy, speaking
from civic.house.refusal import Refusal
from civic.mandates.service import prepare_within


def sign_record(db: Session, *, draw_id: int, by: str, at: datetime) -> None:
    """Notes that the procès-verbal of the session is signed."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            {"drawn"},
            lazy("Le procès-verbal est déjà signé, ou le tirage n'est pas fait."),
        )
        draw.status = "record_signed"
        journal.record(
            db, at=at, actor=by, verb="draw.sign_record", target=f"draw:{draw_id}",
            record=draw.record_digest,
        )  # fmt: skip


def complete(db: Session, *, draw_id: int, by: str, at: datetime) -> list[int]:
    """Ends the draw: those who accepted get a mandate « pressenti », and the lists are erased but
    for the reserve that may still be called. The mandates' numbers."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            ANSWERING,
            lazy("Ce tirage n'est pas fait, ou il est déjà terminé."),
        )
        drawn = db.scalars(
            select(DrawnPerson)
            .where(
                DrawnPerson.draw_id == draw_id,
                (DrawnPerson.place == "titular") | DrawnPerson.called_at.is_not(None),
            )
            .order_by(DrawnPerson.place.desc(), DrawnPerson.rank)
        ).all()
        if any(one.answer not in (*LEFT, "accepted") for one in drawn):
            raise Refusal(
                lazy(
                    "Des personnes n'ont pas encore répondu. Notez leur réponse, ou leur silence "
                    "une fois le délai passé."
                )
            )
        accepted = [one.person_id for one in drawn if one.person_id]
        if len(accepted) < draw.seats and who_is_next(db, draw) is not None:
            raise Refusal(
                lazy(
                    "Il reste des sièges vides et du monde en réserve : appelez la personne "
                    "suivante."
                )
            )
        if not accepted:
            raise Refusal(
                lazy(
                    "Personne n'a accepté : annulez ce tirage avec sa raison, puis faites-en un "
                    "autre."
                )
            )
        kinds = db.scalars(select(SourceList.kind).where(SourceList.draw_id == draw_id).distinct())
        with speaking("fr"):  # kept with each mandate, whatever the language of who ends the draw
            source = ", ".join(sorted(str(KINDS[kind]) for kind in kinds))[:200]
        mandates = prepare_within(
            db,
            council_id=draw.council_id,
            college=draw.college,
            person_ids=accepted,
            origin="draw",
            source=source,
            draw_id=draw_id,
            by=by,
            at=at,
            criteria={one.person_id: one.features for one in drawn if one.person_id},
        )
        draw.status, draw.completed_at = "completed", at
        lines = erase_within(db, draw, at=at, keep_reserve=True)
        journal.record(
            db, at=at, actor=by, verb="draw.complete", target=f"draw:{draw_id}",
            mandates=mandates, erased=lines,
        )  # fmt: skip
        return mandates


def note_list_sent(db: Session, *, draw_id: int, by: str, at: datetime) -> None:
    """Notes that the list of members was posted up, and sent to the préfet where the local regime
    wants it."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            {"completed"},
            lazy("Cette liste est déjà transmise, ou le tirage n'est pas terminé."),
        )
        draw.status, draw.list_sent_at = "list_sent", at
        journal.record(db, at=at, actor=by, verb="draw.send_list", target=f"draw:{draw_id}")
