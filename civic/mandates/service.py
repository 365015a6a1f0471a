"""The verbs of mandates: prepare, answer, install, end, call the next, close what is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from civic.councils import service as councils
from civic.councils.models import CitizenCouncil, College, CouncilNeighbourhood, Rank
from civic.councils.queries import SEATS_OPEN
from civic.house import journal, post
from civic.house.access import Role
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.mandates import mails, queries
from civic.mandates.models import COMING, IN_OFFICE, Mandate, Seat, Vacancy
from civic.people.models import Person, RoleHeld
from civic.people.service import add_person_within, keep_until_within
from civic.rules.parity import balance, next_called
from civic.rules.terms import term_end

ANSWER_DAYS = 15
"""How long somebody who is called has to answer."""

BARRED = (Role.ELECTED, Role.AGENT, Role.ADMINISTRATOR)
"""Roles that don't sit on a council (DOMAINE.md § 1.1): élus, agents, the site's technicians."""

ENDINGS = ("resignation", "moved", "absences", "death", "exclusion", "incompatibility")
"""The reasons for which an animateur records the end of a mandate."""

KEPT_AFTER_MANDATE = timedelta(days=365)
KEPT_AFTER_REFUSAL = timedelta(days=60)
"""How long names and addresses are kept once somebody sits no more, or never sat."""

SITTING = ("recognised", "installed", "active")
"""States of a council in which who accepts starts at once."""


# --- seats and preparation -------------------------------------------------------------------


def ensure_seats_within(db: Session, council: CitizenCouncil) -> list[Seat]:
    """Makes the seats that the council's composition counts and that don't exist yet; returns
    those that count today, titulaires first. Requires the caller's transaction."""
    there = {(one.college, one.rank, one.number): one for one in queries.seats(db, council.id)}
    found = []
    for rank in Rank:
        for college in College:
            for number in range(1, council.seats(college, rank) + 1):
                seat = there.get((college, rank, number))
                if seat is None:
                    seat = Seat(council_id=council.id, college=college, rank=rank, number=number)
                    db.add(seat)
                found.append(seat)
    db.flush()
    return found


def prepare_within(
    db: Session,
    *,
    council_id: int,
    college: str,
    person_ids: list[str],
    origin: str,
    source: str,
    draw_id: int | None,
    by: str,
    at: datetime,
    criteria: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[int]:
    """Prepares mandates (« pressentis ») for these people, in this order, inside the caller's
    transaction; the numbers of the mandates, in the same order.

    Free titulaire seats of the collège are given first, then suppléant seats; a seat kept for a
    neighbourhood goes to somebody who lives there. `criteria` holds, by person, the values that
    the bounds of the draw need. Refuses more people than free seats, somebody who already sits
    or is already asked, and who holds a role that bars them.
    """
    council = db.get(CitizenCouncil, council_id, with_for_update=True)
    if council is None:
        raise NotFound
    _refuse_barred(db, person_ids, day_of(at))
    free = _free_seats(db, council, college)
    asked = select(Person.id, Person.neighbourhood_id).where(Person.id.in_(person_ids))
    homes: dict[str, int | None] = {row.id: row.neighbourhood_id for row in db.execute(asked)}
    if len(homes) != len(set(person_ids)):
        raise NotFound
    made = []
    for person_id in person_ids:
        seat = _seat_for(free, homes[person_id])
        if seat is None:
            raise Refusal(
                lazy(
                    "Il n'y a pas assez de sièges libres dans ce collège pour %(n)s personnes.",
                    n=len(person_ids),
                )
            )
        free.remove(seat)
        made.append(
            Mandate(
                council_id=council_id,
                seat_id=seat.id,
                person_id=person_id,
                origin=origin,
                source=source,
                draw_id=draw_id,
                status="approached",
                prepared_at=at,
                name_shown=False,
                criteria=dict((criteria or {}).get(person_id, {})),
            )
        )
    _refuse_double(db, council_id, person_ids)
    db.add_all(made)
    db.flush()
    for person_id in person_ids:
        keep_until_within(db, person_id=person_id, day=None)
    journal.record(
        db, at=at, actor=by, verb="mandate.prepare", target=f"council:{council_id}",
        mandates=[one.id for one in made], college=college, origin=origin, draw=draw_id,
    )  # fmt: skip
    return [one.id for one in made]


def _free_seats(db: Session, council: CitizenCouncil, college: str) -> list[Seat]:
    """Seats of a collège that nobody holds or is asked for, titulaires first. When the council
    is being formed anew, seats whose holders leave at the installation count as free."""
    among = COMING if council.status in SEATS_OPEN else COMING + IN_OFFICE
    taken = set(
        db.scalars(
            select(Mandate.seat_id).where(
                Mandate.council_id == council.id, Mandate.status.in_(among)
            )
        )
    )
    seats = ensure_seats_within(db, council)
    return [one for one in seats if one.college == college and one.id not in taken]


def _seat_for(free: Sequence[Seat], home: int | None) -> Seat | None:
    """The first free seat for somebody of this neighbourhood: one kept for it, else an open one;
    never one kept for another neighbourhood."""
    kept = [one for one in free if home is not None and one.neighbourhood_id == home]
    anyone = [one for one in free if one.neighbourhood_id is None]
    return next(iter(kept + anyone), None)


def _refuse_barred(db: Session, person_ids: Sequence[str], today: date) -> None:
    barred = db.scalar(
        select(RoleHeld.id)
        .where(
            RoleHeld.person_id.in_(person_ids),
            RoleHeld.role.in_([role.value for role in BARRED]),
            RoleHeld.starts_on <= today,
            or_(RoleHeld.ends_on.is_(None), RoleHeld.ends_on > today),
        )
        .limit(1)
    )
    if barred is not None:
        raise Refusal(
            lazy("Un élu, une élue, un agent ou une agente ne siège pas dans un conseil : son "
                 "rôle doit d'abord prendre fin.")
        )  # fmt: skip


def _refuse_double(db: Session, council_id: int, person_ids: Sequence[str]) -> None:
    double = db.scalar(
        select(Mandate.id)
        .where(
            Mandate.council_id == council_id,
            Mandate.person_id.in_(person_ids),
            Mandate.status.in_(COMING),
        )
        .limit(1)
    )
    if double is not None or len(set(person_ids)) != len(person_ids):
        raise Refusal(lazy("Une de ces personnes a déjà un siège proposé dans ce conseil."))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who enters a council without a draw. `sex` is as declared: "F", "M" or ""."""

    first_names: str
    family_name: str
    sex: str = ""
    email: str = ""
    phone: str = ""
    neighbourhood_id: int | None = None


def propose(
    db: Session,
    *,
    council_id: int,
    college: str,
    newcomer: Newcomer,
    origin: str,
    source: str,
    by: str,
    at: datetime,
) -> int:
    """Proposes a seat to a volunteer or to somebody an association designates; the mandate.

    Somebody already known by the same name and e-mail address is the same person.
    """
    with writing(db):
        if origin not in ("volunteer", "designated"):
            raise Refusal(lazy("Une personne tirée au sort vient du tirage, pas d'ici."))
        if college == College.RESIDENTS:
            _refuse_outsider(db, council_id, newcomer.neighbourhood_id)
        person_id = _known(db, newcomer) or add_person_within(
            db,
            first_names=newcomer.first_names,
            family_name=newcomer.family_name,
            purpose="member",
            sex=newcomer.sex,
            email=newcomer.email or None,
            phone=newcomer.phone or None,
            neighbourhood_id=newcomer.neighbourhood_id,
        )
        return prepare_within(
            db,
            council_id=council_id,
            college=college,
            person_ids=[person_id],
            origin=origin,
            source=source,
            draw_id=None,
            by=by,
            at=at,
        )[0]


def _known(db: Session, newcomer: Newcomer) -> str | None:
    if not newcomer.email:
        return None
    return db.scalar(
        select(Person.id).where(
            Person.email == newcomer.email,
            Person.folded_name == folded(f"{newcomer.family_name} {newcomer.first_names}"),
        )
    )


def _refuse_outsider(db: Session, council_id: int, neighbourhood_id: int | None) -> None:
    covered = db.scalars(
        select(CouncilNeighbourhood.territory_id).where(
            CouncilNeighbourhood.council_id == council_id
        )
    ).all()
    if neighbourhood_id not in covered:
        raise Refusal(
            lazy("Un membre du collège des habitants habite un des quartiers du conseil : "
                 "choisissez lequel."),
            field="neighbourhood_id",
        )  # fmt: skip


def keep_seats(
    db: Session, *, council_id: int, homes: Mapping[int, int | None], by: str, at: datetime
) -> None:
    """Keeps habitants' seats for neighbourhoods: `homes` is seat → neighbourhood, or None for
    anybody. Refuses a neighbourhood that the council does not cover."""
    with writing(db):
        council = db.get(CitizenCouncil, council_id, with_for_update=True)
        if council is None:
            raise NotFound
        for seat in ensure_seats_within(db, council):
            if seat.id in homes and seat.college == College.RESIDENTS:
                if homes[seat.id] is not None:
                    _refuse_outsider(db, council_id, homes[seat.id])
                seat.neighbourhood_id = homes[seat.id]
        journal.record(
            db, at=at, actor=by, verb="mandate.keep_seats", target=f"council:{council_id}",
            kept=sum(one is not None for one in homes.values()),
        )  # fmt: skip


# --- answers and installation --------------------------------------------------------------------


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
        mandate = _locked(db, mandate_id)
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
                _refuse_barred(db, [mandate.person_id], day_of(at))
                _start(db, mandate, on, _rest_of_term(db, council, mandate, on))
        else:
            _finish(mandate, "declined", on)
        journal.record(
            db, at=at, actor=by, verb="mandate.answer", target=f"mandate:{mandate_id}",
            accepted=accepted, named=mandate.name_shown,
        )  # fmt: skip
        return mandate.status


def _locked(db: Session, mandate_id: int) -> Mandate:
    mandate = db.get(Mandate, mandate_id, with_for_update=True)
    if mandate is None:
        raise NotFound
    return mandate


def _finish(mandate: Mandate, reason: str, on: date) -> None:
    mandate.status, mandate.end_reason, mandate.ended_on = "ended", reason, on


def _rest_of_term(db: Session, council: CitizenCouncil, mandate: Mandate, on: date) -> date:
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


def _start(db: Session, mandate: Mandate, on: date, ends_on: date) -> None:
    """Starts a mandate: ends what the person held in the council, and fills the vacancy."""
    before = db.scalars(
        select(Mandate).where(
            Mandate.council_id == mandate.council_id,
            Mandate.person_id == mandate.person_id,
            Mandate.status.in_(IN_OFFICE),
        )
    ).first()
    if before is not None:
        _finish(before, "called", max(on, before.starts_on or on))
        _open_vacancy(db, before, "called", on)
        db.flush()
    mandate.status, mandate.starts_on, mandate.ends_on = "running", on, ends_on
    vacancy = db.scalars(
        select(Vacancy).where(Vacancy.seat_id == mandate.seat_id, Vacancy.filled_by.is_(None))
    ).first()
    if vacancy is not None:
        vacancy.filled_by, vacancy.filled_on = mandate.id, on
    db.flush()


def _open_vacancy(db: Session, mandate: Mandate, reason: str, on: date) -> Vacancy:
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
        _refuse_barred(db, [one.person for one in accepted], on)
        ends_on = term_end(on, council.term_months)
        _make_room(db, accepted, rows, on)
        for row in accepted:
            _start(db, db.get_one(Mandate, row.id), on, ends_on)
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
            _finish(db.get_one(Mandate, row.id), "term", max(on, row.starts_on or on))
    db.flush()


# --- ends and replacements -----------------------------------------------------------------------


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
        mandate = _locked(db, mandate_id)
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
        _finish(mandate, reason, on)
        vacancy = _open_vacancy(db, mandate, reason, on)
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
        and one.prepared_at.date() >= vacancy.opened_on
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
            _finish(mandate, "term", mandate.ends_on + timedelta(days=1))
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
