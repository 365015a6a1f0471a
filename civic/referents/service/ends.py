"""Référents who stop, and the suppléants who take their places."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.councils.models import Rank
from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.mandates import queries as mandates
from civic.mandates.models import IN_OFFICE, Mandate
from civic.referents import mails, queries
from civic.referents.models import (
    Referent,
)

ENDINGS = ("resignation", "absences")
"""The reasons for which an animateur records that a référent stops; the others come by rule."""


def _substitute(db: Session, row: Referent) -> Referent | None:
    """The suppléant of a titulaire's place whose mandate in the council runs."""
    return db.scalars(
        select(Referent)
        .join(Mandate, Mandate.id == Referent.mandate_id)
        .where(
            Referent.body_id == row.body_id,
            Referent.council_id == row.council_id,
            Referent.college == row.college,
            Referent.rank == Rank.SUBSTITUTE,
            Referent.ended_on.is_(None),
            Mandate.status.in_(IN_OFFICE),
        )
    ).first()


def _finish_within(
    db: Session, row: Referent, *, reason: str, on: date, by: str, at: datetime, base_url: str
) -> int | None:
    """Ends a référent; the suppléant takes a titulaire's place at once; their new number."""
    on = max(on, row.starts_on)
    row.ended_on, row.end_reason = on, reason
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="referent.end", target=f"referent:{row.id}", reason=reason
    )
    if row.rank != Rank.TITULAR or reason in {"term", "body_closed"}:
        return None
    deputy = _substitute(db, row)
    if deputy is None:
        return None
    deputy.ended_on, deputy.end_reason = max(on, deputy.starts_on), "called"
    db.flush()
    new = Referent(
        designation_id=deputy.designation_id,
        body_id=deputy.body_id,
        council_id=deputy.council_id,
        mandate_id=deputy.mandate_id,
        college=deputy.college,
        rank=Rank.TITULAR,
        starts_on=on,
        ends_on=max(on, deputy.ends_on),
    )
    db.add(new)
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="referent.call", target=f"referent:{new.id}", instead_of=row.id
    )
    person = mandates.member(db, new.mandate_id)
    line = queries.referent(db, new.id)
    if person is not None and person.email and line is not None:
        link = f"{base_url}/referents/instances/{line.body_slug}"
        mail = mails.called(person.email, line.council, line.body, new.ends_on, link)
        post.put(db, mail, at=at)
    return new.id


def end(
    db: Session,
    *,
    referent_id: int,
    reason: str,
    by: str,
    at: datetime,
    base_url: str = "",
) -> int | None:
    """Records that a référent stops (they gave up, or missed three meetings); the number of the
    suppléant who takes the place at once, None when there is none."""
    with writing(db):
        row = db.get(Referent, referent_id, with_for_update=True)
        if row is None:
            raise NotFound
        if row.ended_on is not None:
            raise Refusal(lazy("Cette personne n'est déjà plus référente."))
        if reason not in ENDINGS:
            raise Refusal(lazy("Choisissez une raison."), field="reason")
        return _finish_within(
            db, row, reason=reason, on=day_of(at), by=by, at=at, base_url=base_url
        )


def close_lost(db: Session, now: datetime) -> None:
    """Closes the rows of référents whose mandate in the council is over, or whose term is: the
    suppléant takes a place that is lost before its time. The register already left them out."""
    today = day_of(now)
    with writing(db):
        rows = db.execute(
            select(Referent, Mandate)
            .join(Mandate, Mandate.id == Referent.mandate_id)
            .where(
                Referent.ended_on.is_(None),
                (Mandate.status.not_in(IN_OFFICE)) | (Referent.ends_on < today),
            )
            .order_by(Referent.rank, Referent.id)  # suppléants first: they can't be called then
            .with_for_update(of=Referent)
        ).all()
        for row, mandate in rows:
            if row.ended_on is not None:
                continue
            lost = mandate.status not in IN_OFFICE
            lost_on = mandate.ended_on or today
            _finish_within(
                db,
                row,
                reason="mandate_lost" if lost and mandate.end_reason != "term" else "term",
                on=lost_on if lost else row.ends_on,
                by="system",
                at=now,
                base_url="",
            )
