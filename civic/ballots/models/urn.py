"""Who has voted, and what is in the urn.

Three tables must never say who chose what: `check_in` (who has voted, by which channel, on which
day), `ballot_envelope` (what is in the urn, under tokens that only a secret outside the database
can derive) and `logged_digest` (what receipts are looked up in). None has an hour, a sequence or a
column of another; on SQLite they are kept in the order of their random keys.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code, DataList, Day

ONLINE = ("account", "code", "identity")
CHANNELS = (*ONLINE, "paper")
STATES = ("in_urn", "replaced", "withdrawn")


class CheckIn(Base):
    """The émargement: who has voted, by which channel, on which Paris day. Never the hour.

    The day of those who voted online goes with the second step of closing: the log of digests
    says which came on which day, and on a quiet one that may be a single person's. `place_id`:
    where a paper ballot went into a box. Destroyed `keep_days` after the count, by a job that
    certifies it.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        ForeignKeyConstraint(
            ["poll_id", "right_id"],
            ["voting_right.poll_id", "voting_right.id"],
            name="fk_check_in_right",
        ),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    right_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    channel: Mapped[Code]
    day: Mapped[date | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("polling_place.id"))


class BallotEnvelope(Base):
    """A sealed ballot, under a token that says nothing without the poll's secret."""

    __tablename__ = "ballot_envelope"
    __table_args__ = (UniqueConstraint("poll_id", "digest"), {"sqlite_with_rowid": False})

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))


class LoggedDigest(Base):
    """The digest of an envelope that is or was in the urn. `published` is its last public state."""

    __tablename__ = "logged_digest"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[Code]
    published: Mapped[Code] = mapped_column(default="")


class LogCheckpoint(Base):
    """A published checkpoint of the log: its changed lines, sorted, and its chained digest."""

    __tablename__ = "log_checkpoint"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[Day]
    lines: Mapped[DataList]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class UrnExport(Base):
    """The envelopes after closing, one after the other, sorted by digest."""

    __tablename__ = "urn_export"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    envelopes: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class OpenedBallot(Base):
    """A ballot after opening: choices and points, nothing else, under a random key."""

    __tablename__ = "opened_ballot"
    __table_args__ = {"sqlite_with_rowid": False}

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    choices: Mapped[DataList]
    points: Mapped[list[Any] | None] = mapped_column(JSON)
