"""Tables of éditions. Amounts are cents; the poll itself (rights, urn, count) is in `ballots`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from civic.ballots.models import Poll
from civic.budgets.states import ACT_KINDS, OUTCOMES, STATUSES
from civic.house.db import Base, Cents, Day, Instant, IntKey, Line, Prose, Slug, points_to


class Edition(Base):
    """One édition. `status` is what people decided; the phase of the day comes from the calendar
    (`queries.phase`). Instants of the calendar are the first of each phase and the end of the last.

    `incompatible` lists groups of project numbers of which one at most may win. `measures`:
    turnout, written with the result; its effect and what other rules would have given, written by
    the worker soon after, at `compared_at`. Before that, `trials`: what its draft would have given
    on past votes (`service.trying`).

    `waits_for_key`: its vote is not sealed until the commission gives its key.

    `is_external` marks the éditions of elsewhere that only illustrate (`source_note` says whence).
    """

    __tablename__ = "edition"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(
            "status IN ('preparation', 'cancelled') OR is_external OR"
            " (adoption_authority IS NOT NULL AND adoption_kind IS NOT NULL"
            " AND adoption_number IS NOT NULL AND adopted_on IS NOT NULL)",
            name="adopted",
        ),
        CheckConstraint(
            f"adoption_kind IS NULL OR adoption_kind IN {tuple(ACT_KINDS)}", name="adoption_kind"
        ),
        CheckConstraint("filing_opens_at < filing_closes_at", name="filing"),
        CheckConstraint("filing_closes_at <= vote_opens_at", name="vote_after_filing"),
        CheckConstraint("vote_opens_at < vote_closes_at", name="vote"),
        CheckConstraint(
            "status NOT IN ('suspended', 'cancelled') OR stop_reason <> ''", name="stop_reason"
        ),
        CheckConstraint("(poll_id IS NULL) = (sealed_at IS NULL)", name="sealed"),
        Index("ix_edition_status", "status", "vote_opens_at"),
    )

    id: Mapped[IntKey]
    slug: Mapped[Slug]
    title: Mapped[Line]
    presentation: Mapped[str] = mapped_column(Text, default="")
    territory_id: Mapped[int] = points_to("territory.id")
    organisation_id: Mapped[int] = points_to("organisation.id")
    status: Mapped[str] = mapped_column(String(20))
    stop_reason: Mapped[str] = mapped_column(Text, default="")
    is_external: Mapped[bool] = mapped_column(default=False)
    source_note: Mapped[str] = mapped_column(Text, default="")
    filing_opens_at: Mapped[Instant | None]
    filing_closes_at: Mapped[Instant | None]
    vote_opens_at: Mapped[Instant | None]
    vote_closes_at: Mapped[Instant | None]
    results_on: Mapped[date | None]
    adoption_authority: Mapped[str | None] = mapped_column(String(200))
    adoption_kind: Mapped[str | None] = mapped_column(String(20))
    adoption_number: Mapped[str | None] = mapped_column(String(60))
    adopted_on: Mapped[date | None]
    poll_id: Mapped[int | None] = points_to("poll.id")
    incompatible: Mapped[list[Any]] = mapped_column(JSON, default=list)
    catalogue_digest: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    compared_at: Mapped[Instant | None]
    measures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_at: Mapped[Instant]
    waits_for_key: Mapped[bool | None] = column_property(
        select(Poll.stage == "configured")
        .where(Poll.id == poll_id)
        .correlate_except(Poll)
        .scalar_subquery()
    )


class EditionRules(Base):
    """One version of the règlement: its data, the text made from them, and the digest of both.

    Version 1 is sealed by the adopting act; every later one is an amendment, dated, with a reason.
    """

    __tablename__ = "edition_rules"
    __table_args__ = (
        UniqueConstraint("edition_id", "version"),
        CheckConstraint("version = 1 OR reason <> ''", name="amendment"),
    )

    id: Mapped[IntKey]
    edition_id: Mapped[int] = points_to("edition.id", on_delete="CASCADE")
    version: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    text: Mapped[Prose]
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[Instant]
    sealed_at: Mapped[Instant | None]


class BudgetEnvelope(Base):
    """A part of an édition's money, for a neighbourhood, a theme or the whole territory; it may be
    entrusted to a council. `amount` is the sum of its fundings."""

    __tablename__ = "budget_envelope"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        UniqueConstraint("edition_id", "position"),
    )

    id: Mapped[IntKey]
    edition_id: Mapped[int] = points_to("edition.id", on_delete="CASCADE")
    position: Mapped[int]
    name: Mapped[Line]
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    theme: Mapped[str | None] = mapped_column(String(20))
    council_id: Mapped[int | None] = points_to("citizen_council.id")
    amount: Mapped[Cents]


class EnvelopeFunding(Base):
    """Who puts how much into an envelope (ville, crédits politique de la ville, bailleur …)."""

    __tablename__ = "envelope_funding"
    __table_args__ = (
        UniqueConstraint("envelope_id", "organisation_id", "label"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[IntKey]
    envelope_id: Mapped[int] = points_to("budget_envelope.id", on_delete="CASCADE")
    organisation_id: Mapped[int] = points_to("organisation.id")
    label: Mapped[str] = mapped_column(String(120), default="")
    amount: Mapped[Cents]


class EditionProject(Base):
    """A project in an édition's catalogue: its number on the ballot, its cost there (fixed at the
    freeze), and what became of it: votes, score, rank in its envelope,
    outcome and why (`figures`: those of the sentence)."""

    __tablename__ = "edition_project"
    __table_args__ = (
        UniqueConstraint("edition_id", "project_id"),
        UniqueConstraint("edition_id", "reference"),
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint(f"outcome IS NULL OR outcome IN {tuple(OUTCOMES)}", name="outcome"),
        CheckConstraint("status IN ('proposed', 'on_ballot', 'withdrawn')", name="status"),
        CheckConstraint("votes >= 0", name="votes"),
    )

    id: Mapped[IntKey]
    edition_id: Mapped[int] = points_to("edition.id", on_delete="CASCADE")
    envelope_id: Mapped[int] = points_to("budget_envelope.id")
    project_id: Mapped[int] = points_to("project.id")
    reference: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    cost: Mapped[Cents]
    status: Mapped[str] = mapped_column(String(12), default="proposed")
    votes: Mapped[int | None]
    score: Mapped[int | None] = mapped_column(BigInteger)
    rank: Mapped[int | None]
    elected: Mapped[bool | None]
    cause: Mapped[str] = mapped_column(String(20), default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[str | None] = mapped_column(String(20))
    outcome_reason: Mapped[str] = mapped_column(Text, default="")
    outcome_on: Mapped[Day | None]


class EditionRecording(Base):
    """A project of a catalogue read aloud, in one language: a stored file. Goes on the ballot when
    it is sealed, and does not change afterwards."""

    __tablename__ = "edition_recording"

    edition_project_id: Mapped[int] = mapped_column(
        ForeignKey("edition_project.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    digest: Mapped[str] = points_to("stored_file.digest")


class RecountFile(Base):
    """The opened ballots of one envelope (0: of all together) as a `.pb` file, made once: only
    where they are published, and gone with the count when a contest sets it aside."""

    __tablename__ = "recount_file"

    poll_id: Mapped[int] = mapped_column(
        ForeignKey("poll_count.poll_id", ondelete="CASCADE"), primary_key=True
    )
    envelope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
