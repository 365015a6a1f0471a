"""Seats, and who is asked to sit on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil, College, CouncilNeighbourhood, Rank
from civic.councils.queries import SEATS_OPEN
from civic.house import journal
from civic.house.access import Role
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.mandates import queries
from civic.mandates.models import COMING, IN_OFFICE, Mandate, Seat
from civic.people.models import Person, RoleHeld
from civic.people.service import add_person_within, keep_until_within

BARRED = (Role.ELECTED, Role.AGENT, Role.ADMINISTRATOR)
"""Roles that don't sit on a council (DOMAINE.md § 1.1): élus, agents, the site's technicians."""


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
    refuse_barred(db, person_ids, day_of(at))
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


def refuse_barred(db: Session, person_ids: Sequence[str], today: date) -> None:
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
