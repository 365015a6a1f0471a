"""Tables of décisions. A published act is never edited: a correction is a new act that names it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import (
    Base,
    Cents,
    Code,
    DataList,
    Day,
    Instant,
    IntKey,
    Line,
    Prose,
    points_to,
)

KINDS = ("deliberation", "executive_decision", "landlord_decision")
TARGETS = ("edition_rules", "edition_result", "opinion")
OUTCOMES = ("follows", "amends", "sets_aside", "postpones")
ITEM_OUTCOMES = ("adopted", "set_aside", "postponed")
MILESTONES = ("funds", "contract", "works", "acceptance", "review")


class Act(Base):
    """An act of an organisation; `authority` says who took it (« Conseil municipal de … »).

    `prepared_by` wrote it down, `published_by` (never the same person) published it, under the
    name and quality of its author. `digest` covers all that is published. `scope` lists the units
    whose people may act on it. `subject_code` is that of the national nomenclature (« 7.10 »).
    """

    __tablename__ = "act"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(
            "published_at IS NULL OR (published_by IS NOT NULL AND digest IS NOT NULL"
            " AND author_name <> '' AND author_quality <> '')",
            name="published",
        ),
        CheckConstraint("published_by IS NULL OR published_by <> prepared_by", name="two_people"),
        CheckConstraint(
            "votes_for >= 0 AND votes_against >= 0 AND abstentions >= 0 AND present >= 0",
            name="votes",
        ),
        UniqueConstraint("organisation_id", "number"),
    )

    id: Mapped[IntKey]
    organisation_id: Mapped[int] = points_to("organisation.id")
    authority: Mapped[Line]
    kind: Mapped[Code]
    number: Mapped[str] = mapped_column(String(60))
    title: Mapped[Line]
    folded_title: Mapped[Line]
    subject_code: Mapped[str] = mapped_column(String(6))
    subject_name: Mapped[Line]
    adopted_on: Mapped[Day]
    members: Mapped[int | None]
    present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstentions: Mapped[int | None]
    text: Mapped[Prose]
    prefecture_number: Mapped[str] = mapped_column(String(60), default="")
    prefecture_receipt_on: Mapped[date | None]
    scope: Mapped[DataList]
    corrects_id: Mapped[int | None] = points_to("act.id")
    prepared_by: Mapped[str] = mapped_column(String(22))
    prepared_at: Mapped[Instant]
    published_by: Mapped[str | None] = mapped_column(String(22))
    published_at: Mapped[Instant | None] = mapped_column(index=True)
    author_name: Mapped[str] = mapped_column(String(200), default="")
    author_quality: Mapped[str] = mapped_column(String(200), default="")
    digest: Mapped[str | None] = mapped_column(String(64))


class Decision(Base):
    """What an act decides of one thing: it follows what was asked, amends, sets aside, postpones.

    `target_id` is the édition or the avis. Anything but following needs a reason.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(f"target_kind IN {TARGETS}", name="target_kind"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint("outcome = 'follows' OR reason <> ''", name="reason"),
        UniqueConstraint("act_id", "target_kind", "target_id"),
    )

    id: Mapped[IntKey]
    act_id: Mapped[int] = points_to("act.id", on_delete="CASCADE")
    target_kind: Mapped[Code]
    target_id: Mapped[int] = mapped_column(index=True)
    outcome: Mapped[Code]
    reason: Mapped[str] = mapped_column(Text, default="")


class DecisionItem(Base):
    """What a décision on a vote's result says of one project; a difference has its reason."""

    __tablename__ = "decision_item"
    __table_args__ = (
        CheckConstraint(f"outcome IN {ITEM_OUTCOMES}", name="outcome"),
        UniqueConstraint("decision_id", "edition_project_id"),
    )

    id: Mapped[IntKey]
    decision_id: Mapped[int] = points_to("decision.id", on_delete="CASCADE")
    edition_project_id: Mapped[int] = points_to("edition_project.id")
    outcome: Mapped[Code]
    reason: Mapped[str] = mapped_column(Text, default="")


class FollowUp(Base):
    """One milestone of a retained project: planned, then done; with its cost where there is one."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint(f"milestone IN {MILESTONES}", name="milestone"),
        CheckConstraint("planned_on IS NOT NULL OR done_on IS NOT NULL", name="dated"),
        CheckConstraint("cost >= 0", name="cost"),
        UniqueConstraint("edition_project_id", "milestone"),
    )

    id: Mapped[IntKey]
    edition_project_id: Mapped[int] = points_to("edition_project.id")
    milestone: Mapped[Code]
    planned_on: Mapped[date | None]
    done_on: Mapped[date | None]
    cost: Mapped[Cents | None]
    note: Mapped[str] = mapped_column(Text, default="")
    written_by: Mapped[str] = mapped_column(String(22))
    written_at: Mapped[Instant]
