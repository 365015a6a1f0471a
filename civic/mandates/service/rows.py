"""What the verbs of mandates do to rows, inside their transaction."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil
from civic.house.refusal import NotFound
from civic.mandates.models import IN_OFFICE, Mandate, Vacancy
from civic.rules.terms import term_end


def locked(db: Session, mandate_id: int) -> Mandate:
    mandate = db.get(Mandate, mandate_id, with_for_update=True)
    if mandate is None:
        raise NotFound
    return mandate


def finish(mandate: Mandate, reason: str, on: date) -> None:
    mandate.status, mandate.end_reason, mandate.ended_on = "ended", reason, on


def open_vacancy(db: Session, mandate: Mandate, reason: str, on: date) -> Vacancy:
    vacancy = Vacancy(
        council_id=mandate.council_id,
        seat_id=mandate.seat_id,
        opened_by=mandate.id,
        opened_on=on,
        reason=reason,
    )
    db.add(vacancy)
    db.flush()
    return vacancy


def start(db: Session, mandate: Mandate, on: date, ends_on: date) -> None:
    """Starts a mandate: ends what the person held in the council, and fills the vacancy."""
    before = db.scalars(
        select(Mandate).where(
            Mandate.council_id == mandate.council_id,
            Mandate.person_id == mandate.person_id,
            Mandate.status.in_(IN_OFFICE),
        )
    ).first()
    if before is not None:
        finish(before, "called", max(on, before.starts_on or on))
        open_vacancy(db, before, "called", on)
        db.flush()
    mandate.status, mandate.starts_on, mandate.ends_on = "running", on, ends_on
    vacancy = db.scalars(
        select(Vacancy).where(Vacancy.seat_id == mandate.seat_id, Vacancy.filled_by.is_(None))
    ).first()
    if vacancy is not None:
        vacancy.filled_by, vacancy.filled_on = mandate.id, on
    db.flush()


def rest_of_term(db: Session, council: CitizenCouncil, mandate: Mandate, on: date) -> date:
    """The last day of somebody who takes over: that of who left, else of the council's term."""
    left = db.scalar(
        select(Mandate.ends_on)
        .join(Vacancy, Vacancy.opened_by == Mandate.id)
        .where(Vacancy.seat_id == mandate.seat_id, Vacancy.filled_by.is_(None))
    )
    common = db.scalar(
        select(func.max(Mandate.ends_on)).where(
            Mandate.council_id == council.id, Mandate.status.in_(IN_OFFICE)
        )
    )
    last: date | None = left or common
    return last if last is not None and last >= on else term_end(on, council.term_months)
