"""Tables of seats and mandates. Mandates are dated and never deleted."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.models import COLLEGES, RANKS
from civic.house.db import Base, Data, Day, Instant, IntKey, Line, points_to

ORIGINS = ("draw", "volunteer", "designated")
STATUSES = ("approached", "accepted", "running", "suspended", "ended")
"""DOMAINE.md § 8a: pressenti, accepté, en cours, suspendu, terminé."""

IN_OFFICE = ("running", "suspended")
COMING = ("approached", "accepted")

END_REASONS = (
    "term",
    "resignation",
    "moved",
    "absences",
    "death",
    "exclusion",
    "incompatibility",
    "declined",
    "called",
    "council_closed",
)
"""Échéance, démission, déménagement, absences, décès, exclusion, incompatibilité; then refus
avant l'installation, appelé·e comme titulaire, fin du conseil."""


def _only(name: str, *columns: str, among: tuple[str, ...]) -> Index:
    """A unique index over the mandates whose status is `among` these, on both databases."""
    where = text(f"status IN {among}")
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class Seat(Base):
    """A seat of a council: its collège, its rank, its number in them, perhaps a neighbourhood
    whose habitants alone may hold it."""

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint(f"college IN {COLLEGES}", name="college"),
        CheckConstraint(f"rank IN {RANKS}", name="rank"),
        CheckConstraint("number >= 1", name="number"),
        UniqueConstraint("council_id", "college", "rank", "number"),
        UniqueConstraint("id", "council_id"),
    )

    id: Mapped[IntKey]
    council_id: Mapped[int] = points_to("citizen_council.id")
    college: Mapped[str] = mapped_column(String(12))
    rank: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")


class Mandate(Base):
    """A person on a seat. `source` says where the person comes from (« liste électorale »,
    « association des locataires »); `draw_id` is the draw's number when there was one; `criteria`
    holds the values its bounds need. `name_shown`: the person agreed to be named in public.

    `starts_on` and `ends_on` are the first and last days of the term; `ended_on` the first day
    without it, when it is over.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        ForeignKeyConstraint(["seat_id", "council_id"], ["seat.id", "seat.council_id"]),
        CheckConstraint(f"origin IN {ORIGINS}", name="origin"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"end_reason IS NULL OR end_reason IN {END_REASONS}", name="end_reason"),
        CheckConstraint(
            f"status NOT IN {IN_OFFICE} OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)",
            name="dated",
        ),
        CheckConstraint(
            "(status = 'ended') = (ended_on IS NOT NULL AND end_reason IS NOT NULL)", name="ended"
        ),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        _only("uq_mandate_seat_in_office", "seat_id", among=IN_OFFICE),
        _only("uq_mandate_person_in_office", "council_id", "person_id", among=IN_OFFICE),
        _only("uq_mandate_seat_coming", "seat_id", among=COMING),
        _only("uq_mandate_person_coming", "council_id", "person_id", among=COMING),
    )

    id: Mapped[IntKey]
    council_id: Mapped[int] = points_to("citizen_council.id")
    seat_id: Mapped[int] = points_to("seat.id")
    person_id: Mapped[str] = points_to("person.id")
    origin: Mapped[str] = mapped_column(String(12))
    source: Mapped[Line] = mapped_column(default="")
    draw_id: Mapped[int | None] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(12), default="approached")
    prepared_at: Mapped[Instant]
    answer_due_on: Mapped[Day | None]
    accepted_on: Mapped[Day | None]
    name_shown: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[Day | None]
    ends_on: Mapped[Day | None]
    ended_on: Mapped[Day | None]
    end_reason: Mapped[str | None] = mapped_column(String(16))
    criteria: Mapped[Data]


class Vacancy(Base):
    """A seat without anybody, from a day on, until a mandate fills it."""

    __tablename__ = "vacancy"
    __table_args__ = (
        CheckConstraint(f"reason IN {END_REASONS}", name="reason"),
        CheckConstraint("(filled_by IS NULL) = (filled_on IS NULL)", name="filled"),
        Index(
            "uq_vacancy_open",
            "seat_id",
            unique=True,
            sqlite_where=text("filled_by IS NULL"),
            postgresql_where=text("filled_by IS NULL"),
        ),
    )

    id: Mapped[IntKey]
    council_id: Mapped[int] = points_to("citizen_council.id")
    seat_id: Mapped[int] = points_to("seat.id")
    opened_by: Mapped[int] = points_to("mandate.id")
    opened_on: Mapped[Day]
    reason: Mapped[str] = mapped_column(String(16))
    filled_by: Mapped[int | None] = points_to("mandate.id")
    filled_on: Mapped[Day | None]
