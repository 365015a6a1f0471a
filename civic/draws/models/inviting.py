"""The order of the invitations, and the waves that go down it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from civic.draws.models.draw import CHANCES
from civic.house.db import (
    Base,
    Data,
    Day,
    Instant,
    IntKey,
    Line,
    points_to,
)


class InvitationOrder(Base):
    """The order in which a draw's lists are invited: committed to by two people, then fixed by
    chance, before anybody is invited. Waves go down it; nobody picks.

    `published` holds a salted digest for each single-use number, `sealed` the secret and who has
    which number; `sealed` goes with the lists. The order is that of SHA-256(seed ‖ number).
    """

    __tablename__ = "invitation_order"
    __table_args__ = (
        CheckConstraint(f"chance IN {CHANCES}", name="chance"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_freeze"),
        CheckConstraint(
            "second_reader IS NULL OR (first_reader IS NOT NULL AND second_reader <> first_reader)",
            name="two_read",
        ),
        CheckConstraint(
            "(commitment IS NULL) = (confirmed_by IS NULL)"
            " AND (commitment IS NULL) = (published IS NULL)",
            name="commitment",
        ),
        CheckConstraint("(seed IS NULL) = (second_reader IS NULL)", name="seed"),
        CheckConstraint("seed IS NULL OR commitment IS NOT NULL", name="seed_after"),
    )

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    asked_by: Mapped[str] = mapped_column(String(22))
    asked_at: Mapped[Instant]
    version: Mapped[int]
    chance: Mapped[str] = mapped_column(String(8))
    chance_source: Mapped[Line]
    chance_at: Mapped[Instant]
    """When chance will be read aloud, as announced."""
    place: Mapped[Line] = mapped_column(default="")
    confirmed_by: Mapped[str | None] = mapped_column(String(22))
    frozen_at: Mapped[Instant | None]
    commitment: Mapped[str | None] = mapped_column(String(64), unique=True)
    people: Mapped[int] = mapped_column(default=0)
    """How many people, or dwellings, the frozen lists hold."""
    published: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    sealed: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    seed: Mapped[str | None] = mapped_column(String(200))
    """What was read aloud, as it counts."""
    first_reader: Mapped[str | None] = mapped_column(String(22))
    second_reader: Mapped[str | None] = mapped_column(String(22))
    drawn_at: Mapped[Instant | None]


class InvitationWave(Base):
    """A wave of invitations: how many accepts it was made for, at which expected rates, and how
    far down the order it went. The people are `DrawnPerson` rows whose place is "invited"."""

    __tablename__ = "invitation_wave"
    __table_args__ = (
        CheckConstraint("number >= 1 AND aim >= 1 AND invited >= 1", name="counts"),
        UniqueConstraint("draw_id", "number"),
    )

    id: Mapped[IntKey]
    draw_id: Mapped[int] = points_to("draw.id")
    number: Mapped[int]
    aim: Mapped[int]
    """How many people should have accepted in the end, all waves together."""
    plan: Mapped[Data]
    """{"rate": share, "base": people, "rates": [[feature, value, share] …], "wanted": [[feature,
    value, people] …], "salt": of the digest that stands for "wanted" in public}: what the animateur
    expected, and what the rule made of it."""
    invited: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(22))
    made_at: Mapped[Instant]
    answer_by: Mapped[Day]
