"""The lists of a draw: as they were read, and the people or dwellings in them."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import (
    Base,
    Data,
    Day,
    Instant,
    IntKey,
    Line,
    TokenKey,
    points_to,
)

LIST_KINDS = ("electoral", "landlord", "volunteers", "other", "dwellings")
ENTRY_STATUSES = (
    "kept",
    "duplicate",
    "homonym",
    "unmatched",
    "outside",
    "underage",
    "excluded",
)
"""Retenue, doublon, homonyme à trancher, adresse inconnue, hors quartier, trop jeune, exclue."""
ENTRY_REASONS = ("", "member", "elected", "agent", "left", "named_like", "by_hand")
DECISIONS = ("", "same", "different", "out")


class ListDraft(Base):
    """A file that an agent has sent and not confirmed yet. Only they see it; erased when they
    confirm or give up, and after a day whatever happens."""

    __tablename__ = "list_draft"
    __table_args__ = (CheckConstraint(f"kind IN {LIST_KINDS}", name="kind"),)

    id: Mapped[TokenKey]
    draw_id: Mapped[int] = points_to("draw.id")
    municipality_id: Mapped[int] = points_to("territory.id")
    label: Mapped[Line]
    kind: Mapped[str] = mapped_column(String(12))
    convention: Mapped[Line] = mapped_column(default="")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    mapping: Mapped[Data]
    """{"fields": {field: column}, "criteria": {name: column}}, as last chosen."""
    sent_by: Mapped[str] = mapped_column(String(22))
    sent_at: Mapped[Instant]


class SourceList(Base):
    """A list that went into a draw: where it comes from, and how much of it was kept. The digest
    and the counts stay when the people are erased."""

    __tablename__ = "source_list"
    __table_args__ = (
        CheckConstraint(f"kind IN {LIST_KINDS}", name="kind"),
        CheckConstraint("kind = 'dwellings' OR lines = people + refused", name="counts"),
        UniqueConstraint("draw_id", "digest"),
        UniqueConstraint("draw_id", "label"),
    )

    id: Mapped[IntKey]
    draw_id: Mapped[int] = points_to("draw.id")
    municipality_id: Mapped[int] = points_to("territory.id")
    """The municipality that is controller."""
    label: Mapped[Line]
    kind: Mapped[str] = mapped_column(String(12))
    convention: Mapped[Line] = mapped_column(default="")
    """The agreement under which a landlord or another body handed the list over."""
    digest: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(20))
    separator: Mapped[str] = mapped_column(String(1))
    lines: Mapped[int]
    people: Mapped[int]
    refused: Mapped[int]
    kept: Mapped[int] = mapped_column(default=0)
    """How many are in the draw, set at the freeze."""
    loaded_by: Mapped[str] = mapped_column(String(22))
    loaded_at: Mapped[Instant]
    erased_at: Mapped[Instant | None]


class PoolEntry(Base):
    """A person as a list says, for this draw only; in a draw of addresses a dwelling, nameless
    until somebody there accepts. `household` as households.py writes it."""

    __tablename__ = "pool_entry"
    __table_args__ = (
        CheckConstraint("sex IN ('F', 'M', '')", name="sex"),
        CheckConstraint("precision IN ('day', 'year', '')", name="precision"),
        CheckConstraint("(precision = '') = (birth_date IS NULL)", name="birth"),
        CheckConstraint(f"status IN {ENTRY_STATUSES}", name="status"),
        CheckConstraint(f"reason IN {ENTRY_REASONS}", name="reason"),
        CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
        UniqueConstraint("token", "draw_id"),
        Index("ix_pool_entry_draw", "draw_id", "status"),
    )

    token: Mapped[TokenKey]
    draw_id: Mapped[int] = points_to("draw.id")
    list_id: Mapped[int] = points_to("source_list.id")
    line: Mapped[int]
    family_name: Mapped[Line]
    used_name: Mapped[Line] = mapped_column(default="")
    first_names: Mapped[Line]
    sex: Mapped[str] = mapped_column(String(1), default="")
    birth_date: Mapped[Day | None]
    precision: Mapped[str] = mapped_column(String(4), default="")
    number: Mapped[Line] = mapped_column(default="")
    street: Mapped[Line] = mapped_column(default="")
    complement: Mapped[str] = mapped_column(String(401), default="")
    place: Mapped[Line] = mapped_column(default="")
    dwelling: Mapped[Line] = mapped_column(default="")
    postal_code: Mapped[Line] = mapped_column(default="")
    city: Mapped[Line] = mapped_column(default="")
    list_type: Mapped[str] = mapped_column(String(3), default="")
    household: Mapped[str | None] = mapped_column(String(1200))
    municipality_id: Mapped[int] = points_to("territory.id")
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    settled_outside: Mapped[bool] = mapped_column(default=False)
    """An agent has said that this address lies in no neighbourhood."""
    features: Mapped[Data]
    """The free columns kept as criteria: name → value."""
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(12), default="")
    double_of: Mapped[str | None] = mapped_column(String(22))
    decision: Mapped[str] = mapped_column(String(10), default="")
    """What a human said of a doubtful line; it outlives every new sorting out."""
    decided_by: Mapped[str | None] = mapped_column(String(22))
