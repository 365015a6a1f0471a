"""Tables of proposals. Places are GeoJSON geometries (WGS 84); amounts are cents."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code, Day, Instant, IntKey, Line, Prose, TokenKey, points_to
from civic.proposals.states import CHANNELS, KINDS, ROLES, STATUSES, THEMES, VERDICTS

_theme = f"theme IN {tuple(THEMES)}"
_kind = f"kind IN {tuple(KINDS)}"


class ProposalDraft(Base):
    """What somebody is still writing, seen by nobody else. Erased 90 days after the last change."""

    __tablename__ = "proposal_draft"

    id: Mapped[TokenKey]
    person_id: Mapped[str] = points_to("person.id", on_delete="CASCADE")
    title: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(10), default="works")
    theme: Mapped[str] = mapped_column(String(20), default="")
    municipality_id: Mapped[int | None] = points_to("territory.id")
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    place_text: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text, default="")
    picture_digest: Mapped[str | None] = mapped_column(ForeignKey("stored_file.digest"))
    picture_alt: Mapped[str] = mapped_column(String(200), default="")
    changed_on: Mapped[date] = mapped_column(index=True)


class ProposalCounter(Base):
    """The last public number given: one row, locked by whoever files a proposal."""

    __tablename__ = "proposal_counter"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Proposal(Base):
    """An idea that was filed. `number` is how people name it; public once `published_at` is set,
    unless `hidden_reason` says why it was taken off the pages.

    `place` is a GeoJSON point, line or polygon; `search` the folded words that a search looks in.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(_theme, name="theme"),
        CheckConstraint(_kind, name="kind"),
        CheckConstraint(f"channel IN {tuple(CHANNELS)}", name="channel"),
        CheckConstraint(
            "published_at IS NOT NULL OR status IN ('submitted', 'returned', 'rejected',"
            " 'withdrawn')",
            name="published",
        ),
        Index("ix_proposal_public", "status", "published_at"),
    )

    id: Mapped[IntKey]
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(80))
    body: Mapped[Prose]
    kind: Mapped[str] = mapped_column(String(10))
    theme: Mapped[str] = mapped_column(String(20), index=True)
    municipality_id: Mapped[int] = points_to("territory.id")
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    place_text: Mapped[Line]
    place: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    filed_by: Mapped[str | None] = points_to("person.id")
    channel: Mapped[str] = mapped_column(String(10))
    filed_at: Mapped[Instant]
    status: Mapped[str] = mapped_column(String(24))
    status_since: Mapped[Instant]
    due_on: Mapped[date | None] = mapped_column(index=True)
    published_at: Mapped[Instant | None]
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    search: Mapped[Prose]


class Proponent(Base):
    """One of the people who carry a proposal. `shown_as` is what the page says (a name or a
    pseudonym, "" for « un habitant »), as they chose. No account is needed to be one."""

    __tablename__ = "proponent"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[IntKey]
    proposal_id: Mapped[int] = points_to("proposal.id", on_delete="CASCADE")
    person_id: Mapped[str | None] = points_to("person.id")
    shown_as: Mapped[str] = mapped_column(String(80), default="")
    is_contact: Mapped[bool] = mapped_column(default=True)


class ProposalEvent(Base):
    """One step of the public history. `status_from` and `status_to` differ when the state changed;
    `by_role` says in which quality it was done, never by which person (the journal knows)."""

    __tablename__ = "proposal_event"
    __table_args__ = (CheckConstraint(f"by_role IN {tuple(ROLES)}", name="by_role"),)

    id: Mapped[IntKey]
    proposal_id: Mapped[int] = points_to("proposal.id", on_delete="CASCADE")
    at: Mapped[Instant]
    status_from: Mapped[str] = mapped_column(String(24))
    status_to: Mapped[str] = mapped_column(String(24))
    reason: Mapped[Code] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text, default="")
    by_role: Mapped[str] = mapped_column(String(10))
    link: Mapped[str] = mapped_column(String(200), default="")


class Assessment(Base):
    """What one organisation (a service, a landlord, the agglomération) was asked by `due_on`, and
    its answer: a verdict, a cost range or a fixed cost, and what it costs each year (cents)."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("proposal_id", "organisation_id"),
        CheckConstraint(f"verdict IS NULL OR verdict IN {VERDICTS}", name="verdict"),
        CheckConstraint("(verdict IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("cost_min >= 0 AND cost_min <= cost_max", name="range"),
        CheckConstraint("final_cost >= 0", name="final_cost"),
        CheckConstraint("yearly_cost >= 0", name="yearly_cost"),
        CheckConstraint("verdict <> 'not_feasible' OR reason <> ''", name="reason"),
    )

    id: Mapped[IntKey]
    proposal_id: Mapped[int] = points_to("proposal.id", on_delete="CASCADE")
    organisation_id: Mapped[int] = points_to("organisation.id")
    asked_at: Mapped[Instant]
    due_on: Mapped[Day]
    verdict: Mapped[str | None] = mapped_column(String(24))
    cost_min: Mapped[int | None] = mapped_column(BigInteger)
    cost_max: Mapped[int | None] = mapped_column(BigInteger)
    final_cost: Mapped[int | None] = mapped_column(BigInteger)
    yearly_cost: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str | None] = points_to("person.id")
    answered_at: Mapped[Instant | None]


class ProposalPicture(Base):
    """A picture of a proposal: a stored file, and what it shows, in words."""

    __tablename__ = "proposal_picture"
    __table_args__ = (UniqueConstraint("proposal_id", "digest"),)

    id: Mapped[IntKey]
    proposal_id: Mapped[int] = points_to("proposal.id", on_delete="CASCADE")
    digest: Mapped[str] = mapped_column(ForeignKey("stored_file.digest"), index=True)
    alt: Mapped[Line]


class Project(Base):
    """What can be voted on, decided and built: made of one or several proposals, at a fixed cost.

    `sentence` says it in one easy sentence, for the ballot; `is_external` marks the projects of
    éditions of elsewhere, which are in no list and no total of ours.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint(_theme, name="theme"),
        CheckConstraint(_kind, name="kind"),
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint("yearly_cost >= 0", name="yearly_cost"),
        Index("ix_project_external", "is_external"),
    )

    id: Mapped[IntKey]
    title: Mapped[str] = mapped_column(String(300))
    slug: Mapped[str] = mapped_column(String(80))
    sentence: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(10), default="works")
    theme: Mapped[str] = mapped_column(String(20))
    municipality_id: Mapped[int | None] = points_to("territory.id")
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    place_text: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    cost: Mapped[int] = mapped_column(BigInteger)
    yearly_cost: Mapped[int | None] = mapped_column(BigInteger)
    is_external: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[Instant]


class ProjectProposal(Base):
    """« This proposal is in this project »: several proposals may be merged, one may be split."""

    __tablename__ = "project_proposal"

    project_id: Mapped[int] = points_to("project.id", primary=True, on_delete="CASCADE")
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id"), primary_key=True, index=True
    )
    is_main: Mapped[bool] = mapped_column(default=True)
