"""Tables of steering bodies, designations and référents."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.models import COLLEGES, RANKS
from civic.house.db import Base, Day, Instant, IntKey, Line, Prose, Slug, points_to

BODY_KINDS = (
    "city_contract",
    "technical",
    "renewal",
    "project",
    "proximity",
    "project_review",
    "residents_fund",
    "budget_jury",
    "tax_abatement",
    "project_house",
)
"""DOMAINE.md § 2: comité de pilotage du contrat de ville, comité technique, comité de pilotage
NPNRU, comité de quartier ou de projet, GUP/GUSP, revue de projets, comité d'attribution du FPH,
jury du budget participatif, groupe de travail TFPB, conseil de la maison du projet."""

STATUSES = ("open", "calling", "convened", "in_office", "closed")
METHODS = ("consensus", "vote", "lot")
END_REASONS = (
    "term",
    "resignation",
    "mandate_lost",
    "absences",
    "called",
    "renewed",
    "body_closed",
)


def _while(name: str, where: str, *columns: str) -> Index:
    """A unique index over the rows that satisfy `where`, on both databases."""
    clause = text(where)
    return Index(name, *columns, unique=True, sqlite_where=clause, postgresql_where=clause)


class SteeringBody(Base):
    """An instance of the agglomération, of a municipality or a landlord, where councils sit.

    `council_seats` of `total_seats` are theirs: a third at most. `neighbourhood_id` is set when
    the body is about one neighbourhood (renouvellement urbain).
    """

    __tablename__ = "steering_body"
    __table_args__ = (
        CheckConstraint(f"kind IN {BODY_KINDS}", name="kind"),
        CheckConstraint("council_seats >= 2", name="pair"),
        CheckConstraint("council_seats * 3 <= total_seats", name="third"),
    )

    id: Mapped[IntKey]
    slug: Mapped[Slug]
    name: Mapped[Line] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[Prose] = mapped_column(default="")
    organisation_id: Mapped[int] = points_to("organisation.id")
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    total_seats: Mapped[int]
    council_seats: Mapped[int]
    created_on: Mapped[Day]
    closed_on: Mapped[Day | None]


class Designation(Base):
    """One council's choice of its référents for one body (DOMAINE.md § 8f).

    `meeting_id` is the meeting of the council where it is made; `method` the council's own
    choice; `present` and `needed` the quorum as it was found there.
    """

    __tablename__ = "designation"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"method IS NULL OR method IN {METHODS}", name="method"),
        CheckConstraint("term_months BETWEEN 3 AND 72", name="term"),
        CheckConstraint(
            "status NOT IN ('open', 'calling', 'convened') OR method IS NULL", name="undecided"
        ),
        CheckConstraint(
            "status <> 'in_office' OR (method IS NOT NULL AND meeting_id IS NOT NULL "
            "AND minutes <> '' AND present >= needed)",
            name="decided",
        ),
        _while(
            "uq_designation_under_way",
            "status IN ('open', 'calling', 'convened')",
            "body_id",
            "council_id",
        ),
    )

    id: Mapped[IntKey]
    body_id: Mapped[int] = points_to("steering_body.id")
    council_id: Mapped[int] = points_to("citizen_council.id")
    status: Mapped[str] = mapped_column(String(12), default="open")
    term_months: Mapped[int]
    candidates_until: Mapped[Day]
    opened_by: Mapped[str] = mapped_column(String(22))
    opened_at: Mapped[Instant]
    meeting_id: Mapped[int | None] = points_to("meeting.id")
    method: Mapped[str | None] = mapped_column(String(12))
    present: Mapped[int | None]
    needed: Mapped[int | None]
    minutes: Mapped[Prose] = mapped_column(default="")
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[str | None] = mapped_column(String(22))
    closed_on: Mapped[Day | None]


class Candidacy(Base):
    """A member of the council who volunteers to be its référent."""

    __tablename__ = "candidacy"
    __table_args__ = (UniqueConstraint("designation_id", "mandate_id"),)

    id: Mapped[IntKey]
    designation_id: Mapped[int] = points_to("designation.id")
    mandate_id: Mapped[int] = points_to("mandate.id")
    recorded_at: Mapped[Instant]
    withdrawn_on: Mapped[Day | None]


class Referent(Base):
    """A référent of a council in a body: titulaire or suppléant, for one collège, with dates.

    In office while `ended_on` is empty **and** the mandate in the council runs.
    """

    __tablename__ = "referent"
    __table_args__ = (
        CheckConstraint(f"college IN {COLLEGES}", name="college"),
        CheckConstraint(f"rank IN {RANKS}", name="rank"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name="ended"),
        CheckConstraint(f"end_reason IS NULL OR end_reason IN {END_REASONS}", name="end_reason"),
        _while("uq_referent_seat", "ended_on IS NULL", "body_id", "council_id", "college", "rank"),
        _while("uq_referent_member", "ended_on IS NULL", "body_id", "mandate_id"),
    )

    id: Mapped[IntKey]
    designation_id: Mapped[int] = points_to("designation.id")
    body_id: Mapped[int] = points_to("steering_body.id")
    council_id: Mapped[int] = points_to("citizen_council.id")
    mandate_id: Mapped[int] = points_to("mandate.id")
    college: Mapped[str] = mapped_column(String(12))
    rank: Mapped[str] = mapped_column(String(10))
    starts_on: Mapped[Day]
    ends_on: Mapped[Day]
    ended_on: Mapped[Day | None]
    end_reason: Mapped[str | None] = mapped_column(String(16))
