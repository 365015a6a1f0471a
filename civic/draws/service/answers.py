"""Drawn people are reached and answer; the reserve is called by rule, never picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.models import (
    AFTER,
    ANSWERING,
    CHANNELS,
    LEFT,
    OUTCOMES,
    ContactAttempt,
    Draw,
    DrawCriterion,
    DrawnPerson,
    PoolEntry,
)
from civic.draws.queries.board import departed
from civic.draws.queries.pool import address_of
from civic.draws.reserve import Bound, Call, Waiting, next_call
from civic.draws.service.rows import in_state, locked
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.mandates.models import Mandate
from civic.mandates.queries import substitute_waits
from civic.mandates.service import prepare_within
from civic.people.service import add_person_within

DAYS_TO_ANSWER = 21

_CLOSED = lazy("On ne répond plus à ce tirage : il n'est pas fait, ou il est terminé.")


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody who accepts may be reached; only what they give."""

    email: str | None = None
    phone: str | None = None


def look_at_names(db: Session, *, draw_id: int, by: str, at: datetime, what: str) -> None:
    """Writes down that somebody looks at names (`what`: "drawn", "one", "homonyms"), in a short
    transaction of its own, before anything is shown; the form of the request is not consumed."""
    once = db.info.pop("once", None)
    with writing(db):
        journal.record(db, at=at, actor=by, verb="draw.look", target=f"draw:{draw_id}", what=what)
    if once is not None:
        db.info["once"] = once


def _drawn(db: Session, drawn_id: str) -> tuple[Draw, DrawnPerson]:
    one = db.get(DrawnPerson, drawn_id)
    if one is None:
        raise NotFound
    draw = locked(db, one.draw_id)
    db.refresh(one, with_for_update=True)
    in_state(draw, (*ANSWERING, *AFTER), _CLOSED)
    if one.place == "reserve" and one.called_at is None:
        raise Refusal(lazy("Cette personne est en réserve : elle n'est pas encore appelée."))
    return draw, one


def note_attempt(
    db: Session, *, drawn_id: str, channel: str, outcome: str, by: str, at: datetime
) -> None:
    """Writes down that somebody was written to, called or visited, and what came of it."""
    if channel not in CHANNELS or outcome not in OUTCOMES:
        raise Refusal(lazy("Choisissez comment et avec quel résultat."), field="channel")
    with writing(db):
        draw, one = _drawn(db, drawn_id)
        db.add(
            ContactAttempt(
                drawn_id=drawn_id, channel=channel, outcome=outcome, made_on=day_of(at), made_by=by
            )
        )
        if one.answer == "waiting":
            one.answer, one.answer_by = "contacted", day_of(at) + timedelta(days=DAYS_TO_ANSWER)
        if draw.status in ANSWERING:
            draw.status = "letters_sent"
        journal.record(
            db, at=at, actor=by, verb="draw.attempt", target=f"drawn:{drawn_id}",
            channel=channel, outcome=outcome,
        )  # fmt: skip


def accept(db: Session, *, drawn_id: str, reach: Reach, by: str, at: datetime) -> str:
    """The person accepts; from now on they are known to the site. Their public identifier."""
    with writing(db):
        draw, one = _drawn(db, drawn_id)
        if one.answer == "accepted":
            raise Refusal(lazy("Cette personne a déjà accepté."))
        if one.answer in LEFT:
            raise Refusal(
                lazy("Cette personne a été remplacée : la suivante de la réserve est déjà appelée.")
            )
        entry = db.get(PoolEntry, one.entry) if one.entry else None
        if entry is None:
            raise Refusal(lazy("Les listes de ce tirage sont effacées."))
        person = add_person_within(
            db,
            first_names=entry.first_names,
            family_name=entry.family_name,
            used_name=entry.used_name,
            sex=entry.sex,
            birth_date=entry.birth_date if entry.precision == "day" else None,
            email=reach.email,
            phone=reach.phone,
            address=address_of(entry)[:200],
            municipality_id=entry.municipality_id,
            neighbourhood_id=entry.neighbourhood_id,
            purpose="member",
        )
        one.answer, one.answered_on, one.person_id = "accepted", day_of(at), person
        if draw.status == "drawn":
            draw.status = "letters_sent"
        journal.record(
            db, at=at, actor=by, verb="draw.accept", target=f"drawn:{drawn_id}", person=person
        )
        if draw.status in AFTER:
            db.flush()
            _seat(db, draw, one, person, by=by, at=at)
        return person


def leave(db: Session, *, drawn_id: str, answer: str, by: str, at: datetime) -> str | None:
    """The person refuses, stays silent, can't be reached or may not sit: the next of the reserve
    is called by rule. The called one's key, None when the reserve can't keep the bounds."""
    if answer not in LEFT:
        raise Refusal(lazy("Choisissez une réponse."), field="answer")
    with writing(db):
        draw, one = _drawn(db, drawn_id)
        if one.answer in LEFT:
            raise Refusal(lazy("Cette réponse est déjà notée."))
        if one.answer == "accepted":
            raise Refusal(
                lazy("Cette personne a accepté. Si elle change d'avis, notez-le dans les mandats.")
            )
        if answer == "silent" and (one.answer_by is None or one.answer_by >= day_of(at)):
            raise Refusal(
                lazy("Son délai de réponse n'est pas passé : attendez, ou notez un refus."),
                field="answer",
            )
        one.answer, one.answered_on = answer, day_of(at)
        if draw.status == "drawn":
            draw.status = "letters_sent"
        journal.record(
            db, at=at, actor=by, verb="draw.leave", target=f"drawn:{drawn_id}", answer=answer
        )
        db.flush()
        return _call_next(db, draw, leaving=one, by=by, at=at)


def call_anyway(db: Session, *, draw_id: int, reason: str, by: str, at: datetime) -> str:
    """Calls the next of the reserve although a bound breaks: a named person's explicit act, with
    a reason that is kept. The called one's key."""
    with writing(db):
        draw = in_state(locked(db, draw_id), (*ANSWERING, *AFTER), _CLOSED)
        if len(reason.strip()) < 10:
            raise Refusal(lazy("Dites pourquoi, en une phrase."), field="reason")
        empty = _empty_seats(db, draw)
        if not empty:
            raise Refusal(lazy("Aucun siège n'est vide : il n'y a personne à appeler."))
        found = _call_next(db, draw, leaving=empty[0], by=by, at=at, anyway=reason.strip())
        if found is None:
            raise Refusal(lazy("La réserve est épuisée : il faut un nouveau tirage."))
        return found


def call_after(db: Session, *, draw_id: int, by: str, at: datetime) -> str:
    """Calls the next of the reserve for a seat that fell empty after the end of the draw, by the
    same rule and in the same order. The called one's key.

    Refuses while a suppléant may take a titulaire's empty seat, when nobody has left, and when
    nobody of the reserve keeps the bounds (`call_anyway`, or a replacement draw).
    """
    with writing(db):
        draw = in_state(locked(db, draw_id), AFTER, _CLOSED)
        if substitute_waits(db, draw.council_id, draw.college):
            raise Refusal(
                lazy(
                    "Un siège de titulaire est vide et des suppléants siègent : appelez d'abord "
                    "la personne suppléante dont c'est le tour, dans les mandats."
                )
            )
        if db.scalar(
            select(Draw.id).where(Draw.replaces_id == draw.id, Draw.status != "cancelled").limit(1)
        ):
            raise Refusal(lazy("Un tirage de remplacement complète déjà ce groupe."))
        empty = _empty_seats(db, draw)
        if not empty:
            raise Refusal(lazy("Aucun siège n'est vide : il n'y a personne à appeler."))
        found = _call_next(db, draw, leaving=empty[0], by=by, at=at)
        if found is None:
            raise Refusal(
                lazy(
                    "Personne dans la réserve ne permet de tenir les critères : il faut un tirage "
                    "de remplacement."
                )
            )
        return found


def _seat(db: Session, draw: Draw, one: DrawnPerson, person: str, *, by: str, at: datetime) -> None:
    """Somebody called after the end of the draw accepts: their mandate is prepared at once."""
    source = db.scalars(
        select(Mandate.source).where(Mandate.draw_id == draw.id).order_by(Mandate.id)
    ).first()
    prepare_within(
        db,
        council_id=draw.council_id,
        college=draw.college,
        person_ids=[person],
        origin="draw",
        source=source or "",
        draw_id=draw.id,
        by=by,
        at=at,
        criteria={person: one.features},
    )


def empty_seats(db: Session, draw: Draw) -> int:
    """How many of those who were drawn or called left, and nobody was called for them yet."""
    return len(_empty_seats(db, draw))


def who_is_next(db: Session, draw: Draw) -> Call | None:
    """Who the rule would call now, and what would break; None when the reserve is empty."""
    drawn = list(
        db.scalars(
            select(DrawnPerson)
            .where(DrawnPerson.draw_id == draw.id, DrawnPerson.place != "invited")
            .order_by(DrawnPerson.place.desc(), DrawnPerson.rank)
        )
    )
    homes: dict[str, str | None] = {}
    if draw.one_per_household:
        rows = db.execute(
            select(PoolEntry.token, PoolEntry.household).where(
                PoolEntry.token.in_([one.entry for one in drawn if one.entry])
            )
        )
        homes = dict(rows.all())

    def waiting(one: DrawnPerson) -> Waiting:
        return Waiting(one.id, one.features, homes.get(one.entry or ""))

    bounds = [
        Bound(*row)
        for row in db.execute(
            select(
                DrawCriterion.feature, DrawCriterion.value, DrawCriterion.minimum,
                DrawCriterion.maximum,
            ).where(DrawCriterion.draw_id == draw.id)
        )
    ]  # fmt: skip
    left = departed(db, draw)
    return next_call(
        [
            waiting(one)
            for one in drawn
            if one.answer not in LEFT and _sits(one) and one.id not in left
        ],
        [
            waiting(one)
            for one in drawn
            if one.place == "reserve"
            and one.called_at is None
            and one.answer not in LEFT
            and one.entry is not None
        ],
        bounds,
        draw.seats,
    )


def _sits(one: DrawnPerson) -> bool:
    return one.place == "titular" or one.called_at is not None


def _empty_seats(db: Session, draw: Draw) -> Sequence[DrawnPerson]:
    """Those who left and for whom nobody was called yet."""
    replaced = select(DrawnPerson.replaces).where(
        DrawnPerson.draw_id == draw.id, DrawnPerson.replaces.is_not(None)
    )
    return db.scalars(
        select(DrawnPerson)
        .where(
            DrawnPerson.draw_id == draw.id,
            DrawnPerson.answer.in_(LEFT) | DrawnPerson.id.in_(departed(db, draw)),
            (DrawnPerson.place == "titular") | DrawnPerson.called_at.is_not(None),
            DrawnPerson.id.not_in(replaced),
        )
        .order_by(DrawnPerson.place.desc(), DrawnPerson.rank)
    ).all()


def _call_next(
    db: Session,
    draw: Draw,
    *,
    leaving: DrawnPerson,
    by: str,
    at: datetime,
    anyway: str = "",
) -> str | None:
    call = who_is_next(db, draw)
    if call is None or ((call.broken or call.shares_household) and not anyway):
        return None
    one = db.get_one(DrawnPerson, call.key)
    one.called_at, one.replaces = at, leaving.id
    one.answer_by = day_of(at) + timedelta(days=DAYS_TO_ANSWER)
    detail: dict[str, Any] = {"replaces": leaving.id}
    if call.broken or call.shares_household:
        one.breach_accepted_by, one.breach_reason = by, anyway[:200]
        detail |= {"anyway": anyway}
    db.flush()
    journal.record(db, at=at, actor=by, verb="draw.call", target=f"drawn:{one.id}", **detail)
    return one.id
