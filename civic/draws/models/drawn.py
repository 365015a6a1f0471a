"""Those whom a draw named: their answers, and their letters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.draws.models.draw import Claimed
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

PLACES = ("invited", "titular", "reserve")
ANSWERS = (
    "waiting",
    "contacted",
    "accepted",
    "refused",
    "silent",
    "unreachable",
    "ineligible",
)
"""Pas encore contactée, contactée, a accepté, a refusé, sans réponse, injoignable, inéligible."""
LEFT = ("refused", "silent", "unreachable", "ineligible")
CHANNELS = ("letter", "call", "visit", "mail", "sms", "desk")
OUTCOMES = ("sent", "reached", "no_answer", "undeliverable")


class DrawnPerson(Base):
    """A drawn person: the single-use number that the hall saw, and what they answered.

    `rank` counts from 1 inside a place (panel, reserve, invitations of all waves). `entry` is
    erased with the lists. `called_at`: when a reserve was called; `replaces` whom they were called
    for. Somebody who accepted an invitation and was then drawn has two rows with one `entry`: the
    invitation (its number in the order of invitations, `email` and `phone` as they gave them) and
    the place in the panel or its reserve.
    """

    __tablename__ = "drawn_person"
    __table_args__ = (
        ForeignKeyConstraint(["entry", "draw_id"], ["pool_entry.token", "pool_entry.draw_id"]),
        CheckConstraint(f"place IN {PLACES}", name="place"),
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        CheckConstraint(
            "(answer = 'accepted' AND place <> 'invited') = (person_id IS NOT NULL)",
            name="accepted",
        ),
        CheckConstraint("(place = 'invited') = (wave > 0)", name="wave"),
        CheckConstraint("rank >= 1 AND number >= 1", name="rank"),
        UniqueConstraint("draw_id", "place", "number"),
        UniqueConstraint("draw_id", "place", "rank"),
        Index(
            "uq_drawn_person_replaces",
            "replaces",
            unique=True,
            sqlite_where=text("replaces IS NOT NULL"),
            postgresql_where=text("replaces IS NOT NULL"),
        ),
    )

    id: Mapped[TokenKey]
    draw_id: Mapped[int] = points_to("draw.id")
    entry: Mapped[str | None] = mapped_column(String(22), index=True)
    number: Mapped[int]
    place: Mapped[str] = mapped_column(String(8))
    wave: Mapped[int] = mapped_column(default=0)
    rank: Mapped[int]
    features: Mapped[Data]
    answer: Mapped[str] = mapped_column(String(12), default="waiting")
    answered_on: Mapped[Day | None]
    answer_by: Mapped[Day | None]
    called_at: Mapped[Instant | None]
    replaces: Mapped[str | None] = mapped_column(String(22))
    breach_accepted_by: Mapped[str | None] = mapped_column(String(22))
    breach_reason: Mapped[Line] = mapped_column(default="")
    """Who called them knowing that a bound would be broken, and why."""
    person_id: Mapped[str | None] = points_to("person.id")
    email: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    """How somebody who accepted an invitation may be reached; erased with the lists."""
    shows_name: Mapped[bool] = mapped_column(default=False)
    """They agreed to have their name on the hall's screen if they are drawn."""


class ContactAttempt(Base):
    """A letter, a call, a visit: what was tried to reach a drawn person, and what came of it."""

    __tablename__ = "contact_attempt"
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    )

    id: Mapped[IntKey]
    drawn_id: Mapped[str] = points_to("drawn_person.id", on_delete="CASCADE")
    channel: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str] = mapped_column(String(14))
    made_on: Mapped[Day]
    made_by: Mapped[str] = mapped_column(String(22))


class LetterSheet(Base):
    """What the letters of a draw say that the site can't know: whom to call, where the slip goes,
    who may help, and who answers for personal data."""

    __tablename__ = "letter_sheet"

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    phone: Mapped[Line]
    bring_to: Mapped[Line]
    helpers: Mapped[Line]
    privacy_contact: Mapped[Line]
    saved_by: Mapped[str] = mapped_column(String(22))


class LetterLot(Claimed):
    """Some letters that the worker makes, then keeps for a day in the vault under this key. The
    letters hold names and codes, which the database never does: until they are paper, they are in
    the vault too. `first` counts from 1 in the list of those to write to."""

    __tablename__ = "letter_lot"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 100", name="share"),
        CheckConstraint("first >= 1 AND letters >= 1", name="counts"),
    )

    id: Mapped[TokenKey]
    draw_id: Mapped[int] = points_to("draw.id")
    first: Mapped[int]
    letters: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(22))
    asked_at: Mapped[Instant]
    ready_at: Mapped[Instant | None]

    @classmethod
    def asked_for_at(cls) -> Any:
        return cls.asked_at


class AnswerCode(Base):
    """The code of a letter, as a keyed hash: it opens one drawn person's answer page, and nothing
    else. Each letter has its own; they go with the lists, or when the person may answer no more."""

    __tablename__ = "answer_code"

    keyed_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    drawn_id: Mapped[str] = points_to("drawn_person.id", on_delete="CASCADE")
    made_on: Mapped[Day]
