"""What a draw is, what it asks, how far it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from civic.councils.models import COLLEGES
from civic.house.db import (
    Base,
    Data,
    Day,
    Instant,
    IntKey,
    Line,
    Prose,
    points_to,
)

STATUSES = (
    "draft",
    "lists_received",
    "lists_checked",
    "order_asked",
    "order_frozen",
    "inviting",
    "freeze_asked",
    "frozen",
    "drawn",
    "record_signed",
    "letters_sent",
    "completed",
    "list_sent",
    "closed",
    "cancelled",
)
"""DOMAINE.md § 8b, in order: brouillon, listes reçues, listes contrôlées, gel demandé, figé, tiré,
PV signé, courriers envoyés, complété, liste transmise, clos, annulé. « Graine connue » and « tiré »
are one instant here: the second person's reading runs the draw in the same transaction. The way in
two steps passes through « ordre demandé, ordre figé, invitations » before the freeze."""
BEFORE_FREEZE = ("draft", "lists_received", "lists_checked")
WITH_NUMBERS = ("drawn", "record_signed", "letters_sent", "completed", "list_sent", "closed")
ANSWERING = ("drawn", "record_signed", "letters_sent")
AFTER = ("completed", "list_sent")
"""When mandates are prepared or run, and the reserve may still be called for an empty seat."""
OVER = ("completed", "list_sent", "closed", "cancelled")
INVITING = ("order_asked", "order_frozen", "inviting")
WAYS = ("direct", "invited")
"""Straight from the lists, or among those who accepted an invitation drawn by lot."""
CHANCES = ("seed", "number")
"""What the hall reads aloud: a text (a public lottery's result), or a number from dice or balls."""
UNITS = ("people", "addresses")
"""What the lists hold: people, or dwellings whose door one knocks at."""
STAGES = ("order", "panel")
"""What chance is read aloud for: the order of the invitations, or the panel itself."""


class Draw(Base):
    """A draw for one collège of a council.

    `pool_version` goes up with every change of the lists or criteria, so that the lottery that
    was worked out beforehand is stored only if it is still about them. `lottery` is public from
    the freeze on, `sealed` (who has which number, salts) never is and goes when the draw ends.
    `chance` says what is read aloud, `chance_source` what was announced, for `session_at`.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint(f"college IN {COLLEGES}", name="college"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint(f"unit IN {UNITS}", name="unit"),
        CheckConstraint("unit = 'people' OR way = 'invited'", name="addresses_are_invited"),
        CheckConstraint(f"way = 'invited' OR status NOT IN {INVITING}", name="inviting"),
        CheckConstraint(f"chance IN {CHANCES}", name="chance"),
        CheckConstraint("seats BETWEEN 1 AND 500", name="seats"),
        CheckConstraint("reserve_size BETWEEN 0 AND 5000", name="reserve"),
        CheckConstraint("minimum_age BETWEEN 0 AND 99", name="age"),
        CheckConstraint(
            "confirmed_by IS NULL OR (frozen_by IS NOT NULL AND confirmed_by <> frozen_by)",
            name="two_freeze",
        ),
        CheckConstraint(
            "second_reader IS NULL OR (first_reader IS NOT NULL AND second_reader <> first_reader)",
            name="two_read",
        ),
        CheckConstraint("(commitment IS NULL) = (frozen_at IS NULL)", name="commitment"),
        CheckConstraint(
            f"status NOT IN {('frozen', *WITH_NUMBERS)} OR (commitment IS NOT NULL"
            " AND confirmed_by IS NOT NULL AND session_at IS NOT NULL)",
            name="frozen",
        ),
        CheckConstraint(
            f"status NOT IN {WITH_NUMBERS} OR (record_digest IS NOT NULL"
            " AND second_reader IS NOT NULL AND drawn_at IS NOT NULL)",
            name="drawn",
        ),
        CheckConstraint("(status = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled"),
        CheckConstraint("(relaxed_by IS NULL) = (relaxed_reason IS NULL)", name="relaxed"),
        Index(
            "uq_draw_under_way",
            "council_id",
            "college",
            unique=True,
            sqlite_where=text(f"status NOT IN {OVER}"),
            postgresql_where=text(f"status NOT IN {OVER}"),
        ),
    )

    id: Mapped[IntKey]
    title: Mapped[Line]
    council_id: Mapped[int] = points_to("citizen_council.id")
    college: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    way: Mapped[str] = mapped_column(String(8), default="direct")
    unit: Mapped[str] = mapped_column(String(10), default="people")
    seats: Mapped[int]
    reserve_size: Mapped[int]
    minimum_age: Mapped[int]
    age_on: Mapped[Day]
    one_per_household: Mapped[bool] = mapped_column(default=False)
    algorithm: Mapped[str] = mapped_column(String(12), default="leximin")
    created_by: Mapped[str] = mapped_column(String(22))
    created_at: Mapped[Instant]
    lists_until: Mapped[Day]
    pool_version: Mapped[int] = mapped_column(default=0)
    chance: Mapped[str] = mapped_column(String(8), default="number")
    chance_source: Mapped[Line] = mapped_column(default="")
    session_at: Mapped[Instant | None]
    session_place: Mapped[Line] = mapped_column(default="")
    frozen_by: Mapped[str | None] = mapped_column(String(22))
    asked_at: Mapped[Instant | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(22))
    frozen_at: Mapped[Instant | None]
    commitment: Mapped[str | None] = mapped_column(String(64), unique=True)
    people: Mapped[int] = mapped_column(default=0)
    """How many people the frozen lists hold."""
    panels: Mapped[int] = mapped_column(default=0)
    chances: Mapped[Data]
    """For the public drawing: {"bins": [[from, to, people] …] in tenths of a percent, "least":
    share, "most": share, "asked": [[feature, value, minimum, maximum] …]}; {} before the freeze."""
    lottery: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    sealed: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    record: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    record_digest: Mapped[str | None] = mapped_column(String(64))
    reading: Mapped[str | None] = mapped_column(String(200))
    """What the hall read aloud, as two people typed it."""
    drawn_number: Mapped[int | None]
    totals: Mapped[Data]
    """Of the drawn panel alone: [[feature, value, people] …] under "panel"; {} before."""
    first_reader: Mapped[str | None] = mapped_column(String(22))
    second_reader: Mapped[str | None] = mapped_column(String(22))
    drawn_at: Mapped[Instant | None]
    answer_by: Mapped[Day | None]
    completed_at: Mapped[Instant | None]
    lists_erased_at: Mapped[Instant | None]
    cancelled_at: Mapped[Instant | None]
    cancel_reason: Mapped[Prose | None]
    list_sent_at: Mapped[Instant | None]
    previous_id: Mapped[int | None] = points_to("draw.id")
    replaces_id: Mapped[int | None] = points_to("draw.id")
    """The completed draw whose group this one completes; None for a draw of its own."""
    whole: Mapped[Data]
    """Of a replacement draw: {"seats": of the whole group, "staying": people who remain, "asked":
    the bounds of the whole group, "left": those for the newcomers, before any relaxation}; {}
    for a draw of its own."""
    relaxed_by: Mapped[str | None] = mapped_column(String(22))
    relaxed_reason: Mapped[Prose | None]
    """Who made the bounds of a replacement draw wider, and why; None when nothing gave way."""
    is_demo: Mapped[bool] = mapped_column(default=False)


class Claimed(Base):
    """What a row needs that a worker works on. A worker claims the row and says every few seconds
    that it is alive (`beat_at`); one that was killed is followed by the next, which begins anew.
    `problem` says why it could not be done; then nobody works on it."""

    __abstract__ = True

    claim: Mapped[str | None] = mapped_column(String(22))
    started_at: Mapped[Instant | None]
    beat_at: Mapped[Instant | None]
    step: Mapped[str] = mapped_column(String(40), default="")
    share: Mapped[int] = mapped_column(default=0)
    """In a hundred, of the step."""
    problem: Mapped[str] = mapped_column(String(1000), default="")

    @classmethod
    def asked_for_at(cls) -> Any:
        """The column that says since when the work waits."""
        raise NotImplementedError


class Preparation(Claimed):
    """The lottery that the worker is working out for a freeze that somebody confirmed. Nothing of
    the draw is written before the end, in one transaction."""

    __tablename__ = "draw_preparation"
    __table_args__ = (CheckConstraint("share BETWEEN 0 AND 100", name="share"),)

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    confirmed_by: Mapped[str] = mapped_column(String(22))
    confirmed_at: Mapped[Instant]
    version: Mapped[int]
    """Of the lists and criteria, as the person who confirmed saw them."""

    @classmethod
    def asked_for_at(cls) -> Any:
        return cls.confirmed_at


class DrawCriterion(Base):
    """« Between `minimum` and `maximum` people whose `feature` is `value` »."""

    __tablename__ = "draw_criterion"
    __table_args__ = (
        CheckConstraint("minimum >= 0 AND minimum <= maximum", name="bounds"),
        UniqueConstraint("draw_id", "feature", "value"),
    )

    id: Mapped[IntKey]
    draw_id: Mapped[int] = points_to("draw.id")
    feature: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(100))
    minimum: Mapped[int]
    maximum: Mapped[int]
    position: Mapped[int]


class ChanceReading(Base):
    """What one person typed of what the hall read aloud; the draw is made when two agree."""

    __tablename__ = "chance_reading"
    __table_args__ = (CheckConstraint(f"stage IN {STAGES}", name="stage"),)

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    stage: Mapped[str] = mapped_column(String(8), primary_key=True, default="panel")
    person_id: Mapped[str] = points_to("person.id", primary=True)
    value: Mapped[str] = mapped_column(String(200))
    at: Mapped[Instant]
