"""Mandates that end before their time, and who is called next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil, Rank
from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.mandates import mails, queries
from civic.mandates.models import IN_OFFICE, Mandate, Seat, Vacancy
from civic.mandates.service.rows import finish, locked, open_vacancy
from civic.rules.parity import balance, next_called

ANSWER_DAYS = 15
"""How long somebody who is called has to answer."""

ENDINGS = ("resignation", "moved", "absences", "death", "exclusion", "incompatibility")
"""The reasons for which an animateur records the end of a mandate."""


def end(
    db: Session,
    *,
    mandate_id: int,
    reason: str,
    on: date,
    by: str,
    at: datetime,
    heard: bool = False,
) -> int:
    """Ends a running mandate for one of `ENDINGS`; the vacancy it opens.

    An exclusion is refused unless the person was heard; so is a day to come or before the start.
    """
    with writing(db):
        mandate = locked(db, mandate_id)
        if mandate.status not in IN_OFFICE or mandate.starts_on is None:
            raise Refusal(lazy("Ce mandat n'est pas en cours."))
        if reason not in ENDINGS:
            raise Refusal(lazy("Choisissez une raison."), field="reason")
        if not mandate.starts_on <= on <= day_of(at):
            raise Refusal(
                lazy("Ce jour doit être entre le début du mandat et aujourd'hui."), field="on"
            )
        if reason == "exclusion" and not heard:
            raise Refusal(
                lazy("Une exclusion demande que la personne ait été entendue par le conseil."),
                field="heard",
            )
        finish(mandate, reason, on)
        vacancy = open_vacancy(db, mandate, reason, on)
        journal.record(
            db, at=at, actor=by, verb="mandate.end", target=f"mandate:{mandate_id}",
            reason=reason, on=on.isoformat(), vacancy=vacancy.id,
        )  # fmt: skip
        return vacancy.id


def call_next(db: Session, *, vacancy_id: int, by: str, at: datetime, base_url: str = "") -> int:
    """Calls the suppléant whose turn it is to a titulaire's vacant seat; the new mandate.

    The order is that of the suppléant seats; parity decides between them only when the first
    would break it (rules/parity). Nobody picks. Refuses while somebody is already asked, and
    when no suppléant is left: a new draw is needed then.
    """
    with writing(db):
        vacancy = db.get(Vacancy, vacancy_id, with_for_update=True)
        if vacancy is None:
            raise NotFound
        seat = db.get_one(Seat, vacancy.seat_id)
        if vacancy.filled_by is not None or seat.rank != Rank.TITULAR:
            raise Refusal(lazy("Ce siège n'attend pas de suppléant."))
        council = db.get_one(CitizenCouncil, vacancy.council_id, with_for_update=True)
        rows = queries.members(db, council.id)
        if any(one.seat_id == seat.id and one.coming for one in rows):
            raise Refusal(lazy("Quelqu'un a déjà été appelé pour ce siège : attendez sa réponse."))
        chosen = _whose_turn(rows, seat, vacancy)
        if chosen is None:
            raise Refusal(
                lazy("Il n'y a plus de suppléant ni de suppléante à appeler dans ce collège : il "
                     "faut un nouveau tirage ou un appel à volontaires.")
            )  # fmt: skip
        due = day_of(at) + timedelta(days=ANSWER_DAYS)
        before = db.get_one(Mandate, chosen.id)
        mandate = Mandate(
            council_id=council.id,
            seat_id=seat.id,
            person_id=chosen.person,
            origin=before.origin,
            source=before.source,
            draw_id=before.draw_id,
            criteria=before.criteria,
            status="approached",
            prepared_at=at,
            answer_due_on=due,
            name_shown=before.name_shown,
        )
        db.add(mandate)
        db.flush()
        if chosen.email:
            link = f"{base_url}/conseils/{council.slug}/mandats/{mandate.id}/ma-reponse"
            post.put(db, mails.called(chosen.email, council.name, due, link), at=at)
        journal.record(
            db, at=at, actor=by, verb="mandate.call", target=f"mandate:{mandate.id}",
            vacancy=vacancy_id, substitute=chosen.id,
        )  # fmt: skip
        return mandate.id


def _whose_turn(
    rows: Sequence[queries.Member], seat: Seat, vacancy: Vacancy
) -> queries.Member | None:
    declined = {
        one.person
        for one in rows
        if one.seat_id == seat.id
        and one.end_reason == "declined"
        and day_of(one.prepared_at) >= vacancy.opened_on
    }
    asked = {one.person for one in rows if one.coming}
    reserve = [
        one
        for one in rows
        if one.in_office
        and one.rank == Rank.SUBSTITUTE
        and one.college == seat.college
        and one.person not in declined | asked
    ]
    at_home = [one for one in reserve if one.neighbourhood_id == seat.neighbourhood_id]
    if seat.neighbourhood_id is not None and at_home:
        reserve = at_home
    sitting = balance(
        one.sex
        for one in rows
        if one.in_office and one.rank == Rank.TITULAR and one.college == seat.college
    )
    turn = next_called([(one.id, one.sex) for one in reserve], sitting)
    return next((one for one in reserve if one.id == turn), None)
