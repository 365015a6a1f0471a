"""Contests of a result, and the counts that one of them led to make again."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code, Data, Instant, IntKey, Line, Prose, points_to

SUBJECTS = ("check_in", "place", "project", "papers", "count", "other")
"""What a contest may be about."""
OUTCOMES = ("upheld", "partly", "rejected", "unexamined")
"""What the commission answers; "unexamined": it says why it does not look into it."""
REMEDIES = ("none", "papers", "recount")
"""What an upheld contest leads to: nothing more, papers to correct and a new count, a new count."""


class PollContest(Base):
    """Somebody contests a result. `text` is theirs; `public_text` what is published of it, written
    by the commission without personal data ("" with `withheld`: why nothing is).

    Purpose of `person_id`, `name` and `email`: to answer. They and `text` are erased with what is
    left of the vote in secret, `keep_days` after the count. `noted_by`: who wrote it down at the
    desk for somebody who came there; such a contest may have no address.
    """

    __tablename__ = "poll_contest"
    __table_args__ = (
        UniqueConstraint("poll_id", "number"),
        CheckConstraint(f"about IN {SUBJECTS}", name="about"),
        CheckConstraint(f"outcome IS NULL OR outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint(f"remedy IN {REMEDIES}", name="remedy"),
        CheckConstraint("outcome IS NULL OR answer <> ''", name="reason"),
        CheckConstraint("remedy = 'none' OR outcome IN ('upheld', 'partly')", name="upheld"),
        CheckConstraint(
            "moderated_at IS NULL OR public_text <> '' OR withheld <> ''", name="moderated"
        ),
        CheckConstraint("outcome IS NULL OR moderated_at IS NOT NULL", name="moderated_first"),
    )

    id: Mapped[IntKey]
    poll_id: Mapped[int] = points_to("poll.id")
    number: Mapped[int]
    person_id: Mapped[str | None] = points_to("person.id")
    name: Mapped[Line]
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(5))
    about: Mapped[Code]
    which: Mapped[Line]
    text: Mapped[Prose]
    filed_at: Mapped[Instant]
    public_text: Mapped[Prose]
    withheld: Mapped[str] = mapped_column(String(500))
    moderated_at: Mapped[Instant | None]
    outcome: Mapped[str | None] = mapped_column(String(12))
    remedy: Mapped[str] = mapped_column(String(8), default="none")
    answer: Mapped[Prose]
    answered_by: Mapped[str | None] = mapped_column(String(22))
    answered_at: Mapped[Instant | None]
    noted_by: Mapped[str | None] = mapped_column(String(22))


class UnconfirmedContest(Base):
    """A contest by somebody without an account who has not yet followed the link sent to their
    address. It is in no register and holds nothing up but `Poll.unconfirmed_until`. Its key is the
    digest of the link's token. Erased when it is confirmed, or by a job after `ends_at`."""

    __tablename__ = "unconfirmed_contest"
    __table_args__ = (CheckConstraint(f"about IN {SUBJECTS}", name="about"),)

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    poll_id: Mapped[int] = points_to("poll.id")
    name: Mapped[Line]
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(5))
    about: Mapped[Code]
    which: Mapped[Line]
    text: Mapped[Prose]
    filed_at: Mapped[Instant]
    ends_at: Mapped[Instant]


class FormerCount(Base):
    """A count that an upheld contest (`contest`, its number) or the annulment of the vote (0) set
    aside: what it said stays readable."""

    __tablename__ = "former_count"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contest: Mapped[int]
    result: Mapped[Data]
    digest: Mapped[str] = mapped_column(String(64))
    archive: Mapped[str | None] = mapped_column(String(64))
    counted_by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]
    set_aside_at: Mapped[Instant]
