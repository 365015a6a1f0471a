"""To whom letters go, and what they say. Every caller that shows or prints a name writes the look
down first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil
from civic.draws.features import OWN
from civic.draws.models import (
    LEFT,
    AnswerCode,
    Draw,
    DrawCriterion,
    DrawnPerson,
    LetterLot,
    LetterSheet,
    PoolEntry,
    SourceList,
)
from civic.draws.queries.pool import name_of
from civic.territory.models import Territory

ASKED = ("waiting", "contacted")


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody a letter goes to; `name` is "" for a dwelling that was drawn. `lines`: the address
    below the name, as the post wants it."""

    id: str
    number: int
    place: str
    name: str
    lines: tuple[str, ...]
    answer: str
    answer_by: date | None
    source: str
    """The list they stand in, by the name it is published under."""
    controller: str
    """The municipality that answers for that list."""


def to_write(db: Session, draw_id: int, *, only: str | None = None) -> list[Addressed]:
    """Those who are asked and have not answered, the lists not being erased: panel or invited
    first, then those called from the reserve, by rank."""
    query = (
        select(DrawnPerson, PoolEntry, SourceList.label, Territory.name)
        .join(PoolEntry, PoolEntry.token == DrawnPerson.entry)
        .join(SourceList, SourceList.id == PoolEntry.list_id)
        .join(Territory, Territory.id == SourceList.municipality_id)
        .where(
            DrawnPerson.draw_id == draw_id,
            DrawnPerson.answer.in_(ASKED),
            (DrawnPerson.place != "reserve") | DrawnPerson.called_at.is_not(None),
        )
        .order_by(DrawnPerson.place.desc(), DrawnPerson.wave, DrawnPerson.rank)
    )
    if only is not None:
        query = query.where(DrawnPerson.id == only)
    return [
        Addressed(
            id=one.id,
            number=one.number,
            place=one.place,
            name=name_of(entry) if entry.family_name else "",
            lines=postal_lines(entry),
            answer=one.answer,
            answer_by=one.answer_by,
            source=label,
            controller=town,
        )
        for one, entry, label, town in db.execute(query)
    ]


def postal_lines(entry: PoolEntry) -> tuple[str, ...]:
    """An address below the name, from the inside out: flat, residence, street, town."""
    flat = f"Logement {entry.dwelling}" if entry.dwelling else ""
    inside = ", ".join(part for part in (flat, entry.complement) if part)
    street = f"{entry.number} {entry.street}".strip()
    town = f"{entry.postal_code} {entry.city.upper()}".strip()
    return tuple(one for one in (inside, entry.place, street, town) if one)


def how_many(db: Session, draw_id: int) -> tuple[int, int, int]:
    """How many letters can be printed now, how many of them go to people nobody has written to
    yet, and how many letters were printed in all."""
    rows = db.execute(
        select(DrawnPerson.answer, func.count())
        .where(
            DrawnPerson.draw_id == draw_id,
            DrawnPerson.answer.in_(ASKED),
            DrawnPerson.entry.is_not(None),
            (DrawnPerson.place != "reserve") | DrawnPerson.called_at.is_not(None),
        )
        .group_by(DrawnPerson.answer)
    )
    counts = dict(rows.all())
    printed = db.scalar(
        select(func.count())
        .select_from(AnswerCode)
        .join(DrawnPerson, DrawnPerson.id == AnswerCode.drawn_id)
        .where(DrawnPerson.draw_id == draw_id)
    )
    return sum(counts.values()), counts.get("waiting", 0), printed or 0


def free_criteria(db: Session, draw_id: int) -> dict[str, list[str]]:
    """The criteria that only a person can say, when dwellings are drawn: name → values."""
    found: dict[str, list[str]] = {}
    for feature, value in db.execute(
        select(DrawCriterion.feature, DrawCriterion.value)
        .where(DrawCriterion.draw_id == draw_id, DrawCriterion.feature.not_in(OWN))
        .order_by(DrawCriterion.position)
    ):
        found.setdefault(feature, []).append(value)
    return found


def sheet(db: Session, draw_id: int) -> LetterSheet | None:
    """What the letters of a draw say, once somebody has typed it."""
    return db.get(LetterSheet, draw_id)


def lots(db: Session, draw_id: int) -> Sequence[LetterLot]:
    """The lots of letters that are being made or can be taken, the latest first."""
    return db.scalars(
        select(LetterLot).where(LetterLot.draw_id == draw_id).order_by(LetterLot.asked_at.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the names of a draw come from, for the information of article 14."""

    controllers: tuple[str, ...]
    lists: tuple[tuple[str, str, str], ...]
    """(label, municipality, agreement) of each list."""


def origin(db: Session, draw_id: int) -> Origin:
    """The lists of a draw and the municipalities that answer for them."""
    rows: Sequence[tuple[str, str, str]] = [
        (label, town, convention)
        for label, town, convention in db.execute(
            select(SourceList.label, Territory.name, SourceList.convention)
            .join(Territory, Territory.id == SourceList.municipality_id)
            .where(SourceList.draw_id == draw_id)
            .order_by(SourceList.id)
        )
    ]
    return Origin(tuple(dict.fromkeys(town for _label, town, _c in rows)), tuple(rows))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody with a code is asked: no name, no address."""

    drawn_id: str
    draw: Draw
    council: str
    council_slug: str
    number: int
    place: str
    answer: str
    answer_by: date | None
    called: bool
    phone: str

    @property
    def at_a_door(self) -> bool:
        """Whether a dwelling was drawn, so that who answers says who they are."""
        return self.place == "invited" and self.draw.unit == "addresses"

    @property
    def answered(self) -> bool:
        """Whether an answer is noted."""
        return self.answer == "accepted" or self.answer in LEFT


def asked_of(db: Session, drawn_id: str) -> Asked | None:
    """What one drawn person is asked: one statement."""
    row = db.execute(
        select(DrawnPerson, Draw, CitizenCouncil.name, CitizenCouncil.slug, LetterSheet.phone)
        .join(Draw, Draw.id == DrawnPerson.draw_id)
        .join(CitizenCouncil, CitizenCouncil.id == Draw.council_id)
        .outerjoin(LetterSheet, LetterSheet.draw_id == Draw.id)
        .where(DrawnPerson.id == drawn_id)
    ).first()
    if row is None:
        return None
    one, draw, council, slug, phone = row
    return Asked(
        one.id, draw, council, slug, one.number, one.place, one.answer, one.answer_by,
        one.place != "reserve" or one.called_at is not None, phone or "",
    )  # fmt: skip
