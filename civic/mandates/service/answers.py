"""Answers, and the installation of those who accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from civic.councils import service as councils
from civic.councils.models import CitizenCouncil
from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.mandates import mails, queries
from civic.mandates.models import COMING, IN_OFFICE, Mandate
from civic.mandates.service.rows import finish, locked, rest_of_term, start
from civic.mandates.service.seats import refuse_barred
from civic.rules.terms import term_end

SITTING = ("recognised", "installed", "active")
"""States of a council in which who accepts starts at once."""


def answer(
    db: Session,
    *,
    mandate_id: int,
    accepted: bool,
    name_shown: bool,
    on: date,
    by: str,
    at: datetime,
) -> str:
    """Records the answer of somebody who was asked; the mandate's state after it.

    Who accepts (and signs the charte) waits for the installation; in a council already sitting
    they start at once, and who was suppléant leaves that seat. Refuses a second answer.
    """
    with writing(db):
        mandate = locked(db, mandate_id)
        if mandate.status != "approached":
            raise Refusal(lazy("Cette personne a déjà répondu."))
        if on > day_of(at) or on < day_of(mandate.prepared_at):
            raise Refusal(
                lazy("La réponse ne peut pas dater d'avant la proposition, ni du futur."),
                field="on",
            )
        if accepted:
            mandate.status, mandate.accepted_on = "accepted", on
            mandate.name_shown = name_shown
            council = db.get_one(CitizenCouncil, mandate.council_id, with_for_update=True)
            if council.status in SITTING:
                refuse_barred(db, [mandate.person_id], day_of(at))
                start(db, mandate, on, rest_of_term(db, council, mandate, on))
        else:
            finish(mandate, "declined", on)
        journal.record(
            db, at=at, actor=by, verb="mandate.answer", target=f"mandate:{mandate_id}",
            accepted=accepted, named=mandate.name_shown,
        )  # fmt: skip
        return mandate.status


def install(
    db: Session,
    *,
    council_id: int,
    on: date,
    by: str,
    at: datetime,
    prefect_order: str = "",
    prefect_order_on: date | None = None,
    base_url: str = "",
) -> int:
    """Installs everybody who accepted: their term starts on the same day; how many.

    Who held their seats before leaves them. Refuses what `queries.installation_checks` calls an
    error: nobody, fewer habitants than local actors, parity broken without a written reason.
    """
    with writing(db):
        council = councils.install_within(
            db,
            council_id=council_id,
            on=on,
            by=by,
            at=at,
            prefect_order=prefect_order,
            prefect_order_on=prefect_order_on,
        )
        if on > day_of(at):
            raise Refusal(
                lazy("L'installation s'enregistre le jour même ou après : ce jour est à venir."),
                field="on",
            )
        rows = queries.members(db, council_id, statuses=COMING + IN_OFFICE)
        wrong = [c for c in queries.installation_checks(council, rows) if c.kind == "error"]
        if wrong:
            raise Refusal(wrong[0].sentence)
        accepted = [one for one in rows if one.status == "accepted"]
        refuse_barred(db, [one.person for one in accepted], on)
        ends_on = term_end(on, council.term_months)
        _make_room(db, accepted, rows, on)
        for row in accepted:
            start(db, db.get_one(Mandate, row.id), on, ends_on)
            if row.email:
                mail = mails.installed(
                    row.email, council.name, on, ends_on, f"{base_url}/conseils/{council.slug}"
                )
                post.put(db, mail, at=at)
        journal.record(
            db, at=at, actor=by, verb="mandate.install", target=f"council:{council_id}",
            mandates=[one.id for one in accepted], on=on.isoformat(),
        )  # fmt: skip
        return len(accepted)


def _make_room(
    db: Session, accepted: Sequence[queries.Member], rows: Sequence[queries.Member], on: date
) -> None:
    """Ends the mandates whose seat or person takes a new one."""
    seats, people = {one.seat_id for one in accepted}, {one.person for one in accepted}
    for row in rows:
        if row.in_office and (row.seat_id in seats or row.person in people):
            finish(db.get_one(Mandate, row.id), "term", max(on, row.starts_on or on))
    db.flush()
