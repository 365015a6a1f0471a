"""What time does to mandates, and who looked at names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.mandates.models import IN_OFFICE, Mandate
from civic.mandates.service.rows import finish
from civic.people.models import Person
from civic.people.service import keep_until_within

KEPT_AFTER_MANDATE = timedelta(days=365)
KEPT_AFTER_REFUSAL = timedelta(days=60)
"""How long names and addresses are kept once somebody sits no more, or never sat."""


def close_over(db: Session, now: datetime) -> None:
    """Ends the mandates whose last day has passed."""
    today = day_of(now)
    with writing(db):
        over = db.scalars(
            select(Mandate)
            .where(Mandate.status.in_(IN_OFFICE), Mandate.ends_on < today)
            .order_by(Mandate.id)
            .with_for_update()
        ).all()
        for mandate in over:
            assert mandate.ends_on is not None
            finish(mandate, "term", mandate.ends_on + timedelta(days=1))
            journal.record(
                db, at=now, actor="system", verb="mandate.end", target=f"mandate:{mandate.id}",
                reason="term",
            )  # fmt: skip


def forget_former(db: Session, now: datetime) -> None:
    """Sets the day on which the identity of former members goes: a year after their last
    mandate, two months after a refusal when they never sat. The room of people erases it then;
    mandates stay, without a name."""
    with writing(db):
        former: Sequence[Any] = db.execute(
            select(
                Mandate.person_id,
                func.max(Mandate.ended_on),
                func.count().filter(Mandate.starts_on.is_not(None)),
            )
            .join(Person, Person.id == Mandate.person_id)
            .where(
                Person.purpose == "member", Person.keep_until.is_(None), Person.erased.is_(False)
            )
            .group_by(Mandate.person_id)
            .having(func.count().filter(Mandate.status != "ended") == 0)
        ).all()
        for person_id, ended_on, terms in former:
            kept = KEPT_AFTER_MANDATE if terms else KEPT_AFTER_REFUSAL
            keep_until_within(db, person_id=person_id, day=ended_on + kept)
        if former:
            journal.record(
                db, at=now, actor="system", verb="mandate.forget", target="mandate:former",
                people=len(former),
            )  # fmt: skip


def note_look(db: Session, *, council_id: int, what: str, by: str, at: datetime) -> None:
    """Keeps in the journal that somebody is about to see members' names."""
    with writing(db):
        journal.record(
            db, at=at, actor=by, verb="mandate.look", target=f"council:{council_id}", what=what
        )
