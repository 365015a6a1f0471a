"""Waves of invitations go down the committed order; the invited are reached in parallel and
answer, until enough have accepted. Nobody picks: a wave has a size, never a name."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, undefer

from civic.draws import features as known
from civic.draws.identity import Known, compare
from civic.draws.models import (
    CHANNELS,
    LEFT,
    OUTCOMES,
    ContactAttempt,
    Draw,
    DrawnPerson,
    InvitationOrder,
    InvitationWave,
    PoolEntry,
)
from civic.draws.queries import invitations, pool
from civic.draws.service.answers import Reach
from civic.draws.service.rows import in_state, locked
from civic.draws.waves import Pair, Wave, plan
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import new_token, writing
from civic.house.i18n import lazy, number
from civic.house.refusal import NotFound, Refusal
from civic.rules.sortition.invitations import Behind, choose, order_of
from civic.territory.models import Territory

MOST_AIM = 5000
DAYS = (7, 90)
"""How many days an invitation may leave to answer, at least and at most."""

_NOT_NOW = lazy("On n'invite plus personne à ce tirage : il n'en est pas là, ou il est figé.")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the animateur expects of a wave: `aim` acceptances in all, `rate` (0 to 1) for
    everybody, `rates` by value, `days` to answer."""

    aim: int
    rate: float
    rates: Mapping[Pair, float]
    days: int = 21


def planned(db: Session, *, draw_id: int, expected: Expectation) -> Wave:
    """The wave that this expectation would make. Writes nothing, shows nobody."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    if not draw.seats <= expected.aim <= MOST_AIM:
        raise Refusal(
            lazy(
                "Visez au moins %(seats)s accords, un par place, et au plus %(most)s.",
                seats=number(draw.seats), most=number(MOST_AIM),
            ),
            field="aim",
        )  # fmt: skip
    if not DAYS[0] <= expected.days <= DAYS[1]:
        raise Refusal(
            lazy("Laissez de %(least)s à %(most)s jours.", least=DAYS[0], most=DAYS[1]),
            field="days",
        )
    everybody, seen = invitations.seen(db, draw)
    return plan(
        aim=expected.aim,
        seats=draw.seats,
        bounds=invitations.bounds_of(db, draw_id),
        rate=expected.rate,
        rates=expected.rates,
        everybody=everybody,
        seen=seen,
    )


def launch(
    db: Session, *, draw_id: int, expected: Expectation, by: str, at: datetime
) -> tuple[int, int]:
    """Makes the next wave: its number, and how many are invited. The order decides who."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    in_state(draw, {"inviting"}, _NOT_NOW)
    version = _last(db, draw_id)
    wave = planned(db, draw_id=draw_id, expected=expected)
    order = db.get_one(
        InvitationOrder, draw_id, options=[undefer(InvitationOrder.sealed)], populate_existing=True
    )
    if order.sealed is None or order.seed is None:
        raise Refusal(lazy("Les listes de ce tirage sont effacées."))
    behind = {one["number"]: one for one in order.sealed["people"]}
    people = {
        key: Behind(one["features"], one["household"] if draw.one_per_household else None)
        for key, one in behind.items()
    }
    invited = list(
        db.scalars(
            select(DrawnPerson.number)
            .where(DrawnPerson.draw_id == draw_id, DrawnPerson.place == "invited")
            .order_by(DrawnPerson.rank)
        )
    )
    chosen = choose(
        order_of(people, order.seed), people, invited, base=wave.base, wanted=wave.wanted
    )
    if not chosen:
        raise Refusal(
            lazy(
                "Cette vague n'inviterait personne : les accords attendus suffisent, ou tout le "
                "monde est déjà invité."
            ),
            field="aim",
        )
    until = day_of(at) + timedelta(days=expected.days)
    with writing(db):
        in_state(locked(db, draw_id), {"inviting"}, _NOT_NOW)
        if _last(db, draw_id) != version:
            raise Refusal(lazy("Une autre vague vient d'être lancée : rechargez la page."))
        row = InvitationWave(
            draw_id=draw_id, number=version + 1, aim=expected.aim, invited=len(chosen),
            made_by=by, made_at=at, answer_by=until,
            plan={
                "rate": expected.rate,
                "base": wave.base,
                "salt": secrets.token_hex(16),
                "rates": [[*pair, rate] for pair, rate in sorted(expected.rates.items())],
                "wanted": [list(one) for one in wave.wanted],
            },
        )  # fmt: skip
        db.add(row)
        db.flush()
        db.execute(
            insert(DrawnPerson),
            [
                {
                    "id": new_token(),
                    "draw_id": draw_id,
                    "entry": behind[key]["id"],
                    "number": key,
                    "place": "invited",
                    "wave": row.number,
                    "rank": len(invited) + rank,
                    "features": behind[key]["features"],
                    "answer": "waiting",
                    "answer_by": until,
                }
                for rank, key in enumerate(chosen, 1)
            ],
        )
        journal.record(
            db, at=at, actor=by, verb="draw.invite", target=f"draw:{draw_id}",
            wave=row.number, invited=len(chosen), aim=expected.aim,
        )  # fmt: skip
        return row.number, len(chosen)


def _last(db: Session, draw_id: int) -> int:
    return (
        db.scalar(
            select(func.coalesce(func.max(InvitationWave.number), 0)).where(
                InvitationWave.draw_id == draw_id
            )
        )
        or 0
    )


# --- reaching them -------------------------------------------------------------------------------


def note_letters(db: Session, *, draw_id: int, wave: int, by: str, at: datetime) -> int:
    """Notes that the letters of a wave are posted, for those to whom nothing was sent yet; how
    many."""
    with writing(db):
        in_state(locked(db, draw_id), {"inviting"}, _NOT_NOW)
        keys = list(
            db.scalars(
                select(DrawnPerson.id).where(
                    DrawnPerson.draw_id == draw_id,
                    DrawnPerson.place == "invited",
                    DrawnPerson.wave == wave,
                    DrawnPerson.answer == "waiting",
                )
            )
        )
        if not keys:
            raise Refusal(lazy("Toutes les lettres de cette vague sont déjà notées."))
        db.execute(
            insert(ContactAttempt),
            [
                {
                    "drawn_id": key, "channel": "letter", "outcome": "sent",
                    "made_on": day_of(at), "made_by": by,
                }
                for key in keys
            ],
        )  # fmt: skip
        db.execute(update(DrawnPerson), [{"id": key, "answer": "contacted"} for key in keys])
        journal.record(
            db, at=at, actor=by, verb="draw.note_letters", target=f"draw:{draw_id}",
            wave=wave, letters=len(keys),
        )  # fmt: skip
        return len(keys)


def _invited(db: Session, drawn_id: str) -> tuple[Draw, DrawnPerson]:
    one = db.get(DrawnPerson, drawn_id)
    if one is None or one.place != "invited":
        raise NotFound
    draw = locked(db, one.draw_id)
    db.refresh(one, with_for_update=True)
    in_state(
        draw,
        {"inviting"},
        lazy("Les réponses à cette invitation sont closes : le groupe se tire au sort."),
    )
    return draw, one


def note_attempt(
    db: Session, *, drawn_id: str, channel: str, outcome: str, by: str, at: datetime
) -> None:
    """Writes down that somebody invited was written to, called or visited, and what came of it."""
    if channel not in CHANNELS or outcome not in OUTCOMES:
        raise Refusal(lazy("Choisissez comment et avec quel résultat."), field="channel")
    with writing(db):
        _draw, one = _invited(db, drawn_id)
        db.add(
            ContactAttempt(
                drawn_id=drawn_id, channel=channel, outcome=outcome, made_on=day_of(at), made_by=by
            )
        )
        if one.answer == "waiting":
            one.answer = "contacted"
        journal.record(
            db, at=at, actor=by, verb="draw.attempt", target=f"drawn:{drawn_id}",
            channel=channel, outcome=outcome,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """What somebody says of themselves at a door that was drawn: names, and the criteria that no
    list gave. `free` holds the other criteria asked, name → value."""

    first_names: str
    family_name: str
    sex: str = ""
    birth_date: date | None = None
    tenant: bool = False
    free: Mapping[str, str] = field(default_factory=dict)


def accept(
    db: Session,
    *,
    drawn_id: str,
    reach: Reach,
    by: str,
    at: datetime,
    shows_name: bool = False,
    said: AtTheDoor | None = None,
) -> None:
    """Somebody invited accepts to be in the draw. `said` is needed for a dwelling, and refused
    for a person of a list, whose criteria the list gives."""
    with writing(db):
        draw, one = _invited(db, drawn_id)
        if one.answer == "accepted":
            raise Refusal(lazy("Cette personne a déjà accepté."))
        if one.answer in LEFT and one.answer != "silent":
            raise Refusal(lazy("Une autre réponse est déjà notée."))
        entry = db.get(PoolEntry, one.entry) if one.entry else None
        if entry is None:
            raise Refusal(lazy("Les listes de ce tirage sont effacées."))
        if draw.unit == "addresses":
            if said is None:
                raise Refusal(lazy("Donnez le nom de la personne."), field="family_name")
            one.features = _declared(db, draw, entry, said, day_of(at))
        one.answer, one.answered_on = "accepted", day_of(at)
        one.email, one.phone = reach.email or "", reach.phone or ""
        one.shows_name = shows_name
        journal.record(db, at=at, actor=by, verb="draw.accept_invitation",
                       target=f"drawn:{drawn_id}")  # fmt: skip


def _declared(
    db: Session, draw: Draw, entry: PoolEntry, said: AtTheDoor, today: date
) -> dict[str, str]:
    """Writes what was said at the door on the dwelling's line; the person's criteria."""
    if not said.first_names.strip() or not said.family_name.strip():
        raise Refusal(lazy("Donnez le nom de la personne."), field="family_name")
    precision = "day" if said.birth_date else ""
    age = known.age_on(draw.age_on, said.birth_date, precision)
    if age is not None and age < draw.minimum_age:
        raise Refusal(
            lazy("Il faut avoir %(age)s ans pour ce tirage.", age=draw.minimum_age),
            field="birth_date",
        )
    person = Known(
        entry.token, said.family_name, "", said.first_names, said.birth_date, precision,
        entry.household, "door",
    )  # fmt: skip
    if any(compare(one.known, person) == "duplicate" for one in pool.barred(db, draw, today)):
        raise Refusal(
            lazy(
                "Une personne de ce nom et de cette date de naissance siège déjà, a quitté ce "
                "groupe, est élue ou travaille pour la collectivité : elle ne peut pas être tirée "
                "au sort."
            ),
            field="family_name",
        )
    entry.first_names, entry.family_name = said.first_names, said.family_name
    entry.sex = said.sex if said.sex in {"F", "M"} else ""
    entry.birth_date, entry.precision = said.birth_date, precision
    where = (
        db.scalar(select(Territory.name).where(Territory.id == entry.neighbourhood_id))
        if entry.neighbourhood_id
        else None
    )
    return known.features_of(
        sex=entry.sex, birth_date=said.birth_date, precision=precision, neighbourhood=where,
        is_tenant=said.tenant, free=said.free, day=draw.age_on,
    )  # fmt: skip


def decline(db: Session, *, drawn_id: str, answer: str, by: str, at: datetime) -> None:
    """Somebody invited refuses, stays silent after the deadline, can't be reached or may not sit.
    Somebody who had accepted may change their mind until the freeze."""
    if answer not in LEFT:
        raise Refusal(lazy("Choisissez une réponse."), field="answer")
    with writing(db):
        _draw, one = _invited(db, drawn_id)
        if one.answer in LEFT:
            raise Refusal(lazy("Cette réponse est déjà notée."))
        if answer == "silent" and (
            one.answer == "accepted" or one.answer_by is None or one.answer_by >= day_of(at)
        ):
            raise Refusal(
                lazy("Son délai de réponse n'est pas passé : attendez, ou notez un refus."),
                field="answer",
            )
        one.answer, one.answered_on = answer, day_of(at)
        one.email, one.phone, one.shows_name = "", "", False
        journal.record(
            db, at=at, actor=by, verb="draw.decline", target=f"drawn:{drawn_id}", answer=answer
        )


def note_silence(db: Session, *, draw_id: int, by: str, at: datetime) -> int:
    """Notes the silence of all those whose time to answer is over; how many."""
    with writing(db):
        in_state(locked(db, draw_id), {"inviting"}, _NOT_NOW)
        many = silence_within(db, draw_id, at)
        journal.record(
            db, at=at, actor=by, verb="draw.note_silence", target=f"draw:{draw_id}", silent=many
        )
        return many


def silence_within(db: Session, draw_id: int, at: datetime) -> int:
    """The same inside the caller's transaction."""
    done: Any = db.execute(
        update(DrawnPerson)
        .where(
            DrawnPerson.draw_id == draw_id,
            DrawnPerson.place == "invited",
            DrawnPerson.answer.in_(invitations.STILL),
            DrawnPerson.answer_by < day_of(at),
        )
        .values(answer="silent", answered_on=day_of(at))
    )
    many: int = done.rowcount
    return many


def close_within(db: Session, draw: Draw, at: datetime) -> None:
    """Ends the invitations before the panel is drawn among those who accepted: nobody whose time
    to answer still runs may be left behind, and there must be enough people."""
    silence_within(db, draw.id, at)
    waiting = db.execute(
        select(func.count(), func.max(DrawnPerson.answer_by)).where(
            DrawnPerson.draw_id == draw.id,
            DrawnPerson.place == "invited",
            DrawnPerson.answer.in_(invitations.STILL),
        )
    ).one()
    if waiting[0]:
        raise Refusal(
            lazy(
                "Des personnes invitées peuvent encore répondre : attendez leur réponse, ou la fin "
                "de leur délai. Il en reste %(count)s.",
                count=waiting[0],
            )
        )
    accepted = len(pool.accepted(db, draw))
    if accepted < draw.seats:
        raise Refusal(
            lazy(
                "%(accepted)s personnes ont accepté et il faut pourvoir %(seats)s places : lancez "
                "une autre vague d'invitations.",
                accepted=accepted, seats=draw.seats,
            )
        )  # fmt: skip
