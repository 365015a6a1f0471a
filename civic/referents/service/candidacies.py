"""Members who come forward, and the meeting where the council chooses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.mandates.models import IN_OFFICE, Mandate
from civic.meetings.models import Meeting
from civic.referents import queries
from civic.referents.models import (
    Candidacy,
    Designation,
)


def locked(db: Session, designation_id: int) -> Designation:
    one = db.get(Designation, designation_id, with_for_update=True)
    if one is None:
        raise NotFound
    if one.status not in queries.UNDER_WAY:
        raise Refusal(lazy("Le conseil a déjà choisi : cette désignation est close."))
    return one


def _sits(db: Session, mandate_id: int, council_id: int, today: date) -> Mandate:
    mandate = db.get(Mandate, mandate_id)
    if (
        mandate is None
        or mandate.council_id != council_id
        or mandate.status not in IN_OFFICE
        or mandate.ends_on is None
        or mandate.ends_on < today
    ):
        raise Refusal(
            lazy("Seul un membre en fonction dans ce conseil peut être référent."), field="mandate"
        )
    return mandate


def come_forward(
    db: Session, *, designation_id: int, mandate_id: int, by: str, at: datetime
) -> None:
    """Records that a member proposes themselves. Refuses who does not sit on the council, a
    second time, and after the last day."""
    with writing(db):
        one = locked(db, designation_id)
        today = day_of(at)
        if today > one.candidates_until:
            raise Refusal(
                lazy("Le temps pour se proposer est passé : au besoin, le conseil rouvre une "
                     "désignation."),
                field="mandate",
            )  # fmt: skip
        _sits(db, mandate_id, one.council_id, today)
        found = db.scalars(
            select(Candidacy).where(
                Candidacy.designation_id == designation_id, Candidacy.mandate_id == mandate_id
            )
        ).first()
        if found is not None and found.withdrawn_on is None:
            raise Refusal(lazy("Cette personne s'est déjà proposée."), field="mandate")
        if found is not None:
            found.withdrawn_on = None
        else:
            db.add(Candidacy(designation_id=designation_id, mandate_id=mandate_id, recorded_at=at))
        if one.status == "open":
            one.status = "calling"
        journal.record(
            db, at=at, actor=by, verb="designation.candidacy",
            target=f"designation:{designation_id}", mandate=mandate_id,
        )  # fmt: skip


def withdraw(db: Session, *, designation_id: int, mandate_id: int, by: str, at: datetime) -> None:
    """Records that a member no longer proposes themselves."""
    with writing(db):
        locked(db, designation_id)
        found = db.scalars(
            select(Candidacy).where(
                Candidacy.designation_id == designation_id,
                Candidacy.mandate_id == mandate_id,
                Candidacy.withdrawn_on.is_(None),
            )
        ).first()
        if found is None:
            raise NotFound
        found.withdrawn_on = day_of(at)
        journal.record(
            db, at=at, actor=by, verb="designation.withdraw",
            target=f"designation:{designation_id}", mandate=mandate_id,
        )  # fmt: skip


def set_meeting(
    db: Session, *, designation_id: int, meeting_id: int, by: str, at: datetime
) -> None:
    """Says at which meeting the council chooses. It must be convened, after the last day to come
    forward, and its members convened in time or with a written reason (room meetings)."""
    with writing(db):
        one = locked(db, designation_id)
        meeting = db.get(Meeting, meeting_id)
        if meeting is None or meeting.council_id != one.council_id:
            raise NotFound
        if meeting.status not in {"convened", "held"}:
            raise Refusal(
                lazy("Convoquez d'abord cette réunion : chaque membre doit savoir qu'on y choisit "
                     "les référents."),
                field="meeting",
            )  # fmt: skip
        if day_of(meeting.starts_at) <= one.candidates_until:
            raise Refusal(
                lazy("La réunion vient après le dernier jour pour se proposer."), field="meeting"
            )
        one.meeting_id, one.status = meeting_id, "convened"
        journal.record(
            db, at=at, actor=by, verb="designation.convene",
            target=f"designation:{designation_id}", meeting=meeting_id,
        )  # fmt: skip
