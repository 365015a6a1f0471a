"""Mandates with their seats and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from civic.councils.models import College, Rank
from civic.house.i18n import _, day
from civic.mandates.models import COMING, IN_OFFICE, Mandate, Seat
from civic.mandates.queries.words import END_NAMES
from civic.people.models import Person


def runs(today: date) -> Any:
    """A condition on mandates: in office on `today` (term not over, even if no job ran yet)."""
    return and_(Mandate.status.in_(IN_OFFICE), Mandate.starts_on <= today, Mandate.ends_on >= today)


@dataclass(frozen=True, slots=True)
class Member:
    """A mandate with its seat and its person. `sex` is "F", "M" or ""."""

    id: int
    council_id: int
    seat_id: int
    college: str
    rank: str
    number: int
    seat_neighbourhood: int | None
    person: str
    name: str
    name_shown: bool
    sex: str
    email: str | None
    neighbourhood_id: int | None
    origin: str
    source: str
    status: str
    prepared_at: datetime
    answer_due_on: date | None
    starts_on: date | None
    ends_on: date | None
    ended_on: date | None
    end_reason: str | None

    @property
    def seat(self) -> str:
        """The seat in words: « Habitants 3 », « Acteurs locaux 1, suppléant »."""
        if self.college == College.RESIDENTS:
            if self.rank == Rank.TITULAR:
                return _("Habitants, siège %(n)s", n=self.number)
            return _("Habitants, siège suppléant %(n)s", n=self.number)
        if self.rank == Rank.TITULAR:
            return _("Acteurs locaux, siège %(n)s", n=self.number)
        return _("Acteurs locaux, siège suppléant %(n)s", n=self.number)

    @property
    def public_name(self) -> str:
        """The name when the person agreed to be named, else words that say so."""
        return self.name if self.name_shown else _("Membre dont le nom n'est pas publié")

    @property
    def in_office(self) -> bool:
        """Whether the mandate runs (or is suspended)."""
        return self.status in IN_OFFICE

    @property
    def coming(self) -> bool:
        """Whether it is prepared but has not started."""
        return self.status in COMING

    def sentence(self) -> str:
        """Where the mandate stands, in words."""
        if self.in_office and self.starts_on and self.ends_on:
            return _(
                "en fonction du %(first)s au %(last)s",
                first=day(self.starts_on),
                last=day(self.ends_on),
            )
        if self.status == "accepted":
            return _("a accepté ; commence à l'installation")
        if self.status == "approached" and self.answer_due_on:
            return _("réponse attendue avant le %(day)s", day=day(self.answer_due_on))
        if self.status == "approached":
            return _("réponse attendue")
        return _(
            "terminé le %(day)s : %(reason)s",
            day=day(self.ended_on) if self.ended_on else "",
            reason=END_NAMES[self.end_reason or "term"],
        )


def members(
    db: Session, council_id: int, *, statuses: Sequence[str] = (), only: Any = None
) -> list[Member]:
    """The mandates of a council with their seats and people: one statement, by seat then date."""
    query = (
        select(Mandate, Seat, Person)
        .join(Seat, Seat.id == Mandate.seat_id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.council_id == council_id)
        .order_by(Seat.college.desc(), Seat.rank.desc(), Seat.number, Mandate.id)
    )
    if statuses:
        query = query.where(Mandate.status.in_(statuses))
    if only is not None:
        query = query.where(only)
    return [_member(*row) for row in db.execute(query)]


def member(db: Session, mandate_id: int) -> Member | None:
    """One mandate with its seat and person; None when there is none."""
    row = db.execute(
        select(Mandate, Seat, Person)
        .join(Seat, Seat.id == Mandate.seat_id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.id == mandate_id)
    ).first()
    return _member(row[0], row[1], row[2]) if row else None


def _member(mandate: Mandate, seat: Seat, person: Person) -> Member:
    return Member(
        id=mandate.id,
        council_id=mandate.council_id,
        seat_id=seat.id,
        college=seat.college,
        rank=seat.rank,
        number=seat.number,
        seat_neighbourhood=seat.neighbourhood_id,
        person=person.id,
        name=f"{person.first_names} {person.used_name or person.family_name}".strip(),
        name_shown=mandate.name_shown and not person.erased,
        sex=person.sex,
        email=person.email,
        neighbourhood_id=person.neighbourhood_id,
        origin=mandate.origin,
        source=mandate.source,
        status=mandate.status,
        prepared_at=mandate.prepared_at,
        answer_due_on=mandate.answer_due_on,
        starts_on=mandate.starts_on,
        ends_on=mandate.ends_on,
        ended_on=mandate.ended_on,
        end_reason=mandate.end_reason,
    )


def sits_for(db: Session, person: str, today: date) -> list[tuple[int, int, str]]:
    """Where a person sits today: (mandate, council, collège)."""
    rows = db.execute(
        select(Mandate.id, Mandate.council_id, Seat.college)
        .join(Seat, Seat.id == Mandate.seat_id)
        .where(Mandate.person_id == person, runs(today))
    )
    return [(mandate, council, college) for mandate, council, college in rows]


def in_office_people(db: Session, council_ids: Sequence[int], today: date) -> set[str]:
    """The people in office in these councils: a draw leaves them out."""
    return set(
        db.scalars(
            select(Mandate.person_id).where(Mandate.council_id.in_(council_ids), runs(today))
        )
    )
