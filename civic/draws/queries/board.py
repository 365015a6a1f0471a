"""The board of drawn people, for those who contact them. Every caller writes the look down first
(`service.answers.look_at_names`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.draws import states
from civic.draws.models import (
    AFTER,
    LEFT,
    ContactAttempt,
    Draw,
    DrawCriterion,
    DrawnPerson,
    PoolEntry,
)
from civic.draws.queries.pool import address_of, full_name_of
from civic.mandates.models import COMING, IN_OFFICE, Mandate
from civic.people.models import Person


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn person as the board shows them. `name` is "" once the lists are erased."""

    id: str
    number: int
    place: str
    rank: int
    called: bool
    name: str
    born: str
    address: str
    answer: str
    answer_by: date | None
    attempts: int
    breach_reason: str
    person_id: str | None

    @property
    def sits(self) -> bool:
        """Whether they hold one of the seats, or did."""
        return self.place == "titular" or self.called

    @property
    def gone(self) -> bool:
        """Whether they will not sit."""
        return self.answer in LEFT

    def late(self, today: date) -> bool:
        """Whether their time to answer is over."""
        return (
            self.answer in {"waiting", "contacted"}
            and self.answer_by is not None
            and self.answer_by < today
        )


def drawn(db: Session, draw_id: int, *, only: str | None = None) -> list[Drawn]:
    """The drawn people of a draw: panel by number, then those called, then the reserve by rank.
    `only` gives one of them."""
    attempts = (
        select(func.count()).where(ContactAttempt.drawn_id == DrawnPerson.id).scalar_subquery()
    )
    query: Any = (
        select(DrawnPerson, PoolEntry, Person.first_names, Person.family_name, attempts)
        .outerjoin(PoolEntry, PoolEntry.token == DrawnPerson.entry)
        .outerjoin(Person, Person.id == DrawnPerson.person_id)
        .where(DrawnPerson.draw_id == draw_id, DrawnPerson.place != "invited")
        .order_by(DrawnPerson.place.desc(), DrawnPerson.rank)
    )
    if only is not None:
        query = query.where(DrawnPerson.id == only)
    found = []
    for one, entry, first, family, many in db.execute(query):
        name = full_name_of(entry) if entry is not None else f"{first or ''} {family or ''}".strip()
        found.append(
            Drawn(
                id=one.id,
                number=one.number,
                place=one.place,
                rank=one.rank,
                called=one.called_at is not None,
                name=name,
                born=states.birthday_words(entry.precision, entry.birth_date) if entry else "",
                address=address_of(entry) if entry is not None else "",
                answer=one.answer,
                answer_by=one.answer_by,
                attempts=many,
                breach_reason=one.breach_reason,
                person_id=one.person_id,
            )
        )
    return found


def attempts_of(db: Session, drawn_id: str) -> Sequence[Any]:
    """What was tried to reach a drawn person, oldest first: channel, outcome, day."""
    return db.execute(
        select(ContactAttempt.channel, ContactAttempt.outcome, ContactAttempt.made_on)
        .where(ContactAttempt.drawn_id == drawn_id)
        .order_by(ContactAttempt.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Held:
    """A bound, and how many of those who accepted, or may still, hold its value."""

    feature: str
    value: str
    minimum: int
    maximum: int
    accepted: int
    possible: int

    @property
    def state(self) -> str:
        """ "held", "open" (still to come) or "broken"."""
        if self.accepted > self.maximum:
            return "broken"
        if self.accepted >= self.minimum:
            return "held"
        return "open" if self.accepted + self.possible >= self.minimum else "broken"


def bounds(db: Session, draw: Draw) -> list[Held]:
    """Each bound of a draw against the answers so far."""
    accepted: Counter[tuple[str, str]] = Counter()
    possible: Counter[tuple[str, str]] = Counter()
    left = departed(db, draw)
    for key, features, answer in db.execute(
        select(DrawnPerson.id, DrawnPerson.features, DrawnPerson.answer).where(
            DrawnPerson.draw_id == draw.id,
            DrawnPerson.answer.not_in(LEFT),
            (DrawnPerson.place == "titular") | DrawnPerson.called_at.is_not(None),
        )
    ):
        if key not in left:
            (accepted if answer == "accepted" else possible).update(features.items())
    return [
        Held(
            feature,
            value,
            minimum,
            maximum,
            accepted[feature, value],
            possible[feature, value],
        )
        for feature, value, minimum, maximum in db.execute(
            select(
                DrawCriterion.feature,
                DrawCriterion.value,
                DrawCriterion.minimum,
                DrawCriterion.maximum,
            )
            .where(DrawCriterion.draw_id == draw.id)
            .order_by(DrawCriterion.position)
        )
    ]


def departed(db: Session, draw: Draw) -> set[str]:
    """After the end of a draw: those who had accepted and whose mandate is over, by their key."""
    if draw.status not in AFTER:
        return set()
    sitting = select(Mandate.person_id).where(
        Mandate.council_id == draw.council_id, Mandate.status.in_((*IN_OFFICE, *COMING))
    )
    return set(
        db.scalars(
            select(DrawnPerson.id).where(
                DrawnPerson.draw_id == draw.id,
                DrawnPerson.place != "invited",
                DrawnPerson.answer == "accepted",
                DrawnPerson.person_id.not_in(sitting),
            )
        )
    )
