"""The list of those whom a draw made members: for public notice, and for the préfet where the
local regime wants it. Every caller writes the look down first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.models import DrawnPerson
from civic.mandates.models import COMING, IN_OFFICE, Mandate, Seat
from civic.people.models import Person
from civic.territory.models import Territory


@dataclass(frozen=True, slots=True)
class Named:
    """A member that a draw gave. `number` is 0 when no number of this draw leads to them;
    `shown`: they agreed to be named in public."""

    name: str
    shown: bool
    number: int
    college: str
    rank: str
    neighbourhood: str
    status: str


def members(db: Session, draw_id: int) -> list[Named]:
    """Those who hold a mandate of this draw, or are asked for one: titulaires first, by seat."""
    rows = db.execute(
        select(
            Person.first_names,
            Person.used_name,
            Person.family_name,
            Mandate.name_shown,
            DrawnPerson.number,
            Seat.college,
            Seat.rank,
            Territory.name,
            Mandate.status,
        )
        .select_from(Mandate)
        .join(Person, Person.id == Mandate.person_id)
        .join(Seat, Seat.id == Mandate.seat_id)
        .outerjoin(Territory, Territory.id == Person.neighbourhood_id)
        .outerjoin(
            DrawnPerson,
            (DrawnPerson.person_id == Mandate.person_id) & (DrawnPerson.draw_id == Mandate.draw_id),
        )
        .where(Mandate.draw_id == draw_id, Mandate.status.in_((*IN_OFFICE, *COMING)))
        .order_by(Seat.rank.desc(), Seat.number, Mandate.id)
    )
    return [
        Named(
            name=f"{first.split(',')[0].split()[0] if first.strip() else ''} {used or family}",
            shown=shown,
            number=number or 0,
            college=college,
            rank=rank,
            neighbourhood=where or "",
            status=status,
        )
        for first, used, family, shown, number, college, rank, where, status in rows
    ]
