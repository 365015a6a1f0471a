"""Tables of meetings, presence and opinions."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.models import QUORUMS
from civic.house.db import Base, Day, Instant, IntKey, Line, Prose, points_to

KINDS = ("plenary", "working_group", "designation", "training", "public")
STATUSES = ("planned", "convened", "held", "cancelled")
PRESENCES = ("present", "excused", "absent")


class Meeting(Base):
    """A meeting of a council. `quorum` is the rule in force when it was called; `late_reason`
    why it was convened later than the règlement says; minutes are public once published."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"quorum IN {QUORUMS}", name="quorum"),
        CheckConstraint("minutes_length BETWEEN 15 AND 720", name="length"),
        CheckConstraint("status <> 'convened' OR convened_at IS NOT NULL", name="convened"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancelled"),
        CheckConstraint("minutes_published_at IS NULL OR minutes <> ''", name="minutes"),
    )

    id: Mapped[IntKey]
    council_id: Mapped[int] = points_to("citizen_council.id")
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[Line]
    starts_at: Mapped[Instant] = mapped_column(index=True)
    minutes_length: Mapped[int]
    place: Mapped[Line]
    open_to_all: Mapped[bool] = mapped_column(default=False)
    agenda: Mapped[Prose] = mapped_column(default="")
    quorum: Mapped[str] = mapped_column(String(8))
    notice_days: Mapped[int]
    status: Mapped[str] = mapped_column(String(12), default="planned")
    convened_at: Mapped[Instant | None]
    late_reason: Mapped[Line] = mapped_column(default="")
    cancel_reason: Mapped[Line] = mapped_column(default="")
    minutes: Mapped[Prose] = mapped_column(default="")
    minutes_published_at: Mapped[Instant | None]
    revision: Mapped[int] = mapped_column(default=0)
    """How many times it was moved or changed: calendars want it."""


class MeetingDocument(Base):
    """A document of a meeting: what it is, and its address (http or https)."""

    __tablename__ = "meeting_document"
    __table_args__ = (
        UniqueConstraint("meeting_id", "address"),
        CheckConstraint("address LIKE 'http://%' OR address LIKE 'https://%'", name="address"),
    )

    id: Mapped[IntKey]
    meeting_id: Mapped[int] = points_to("meeting.id")
    label: Mapped[Line]
    address: Mapped[str] = mapped_column(String(500))


class Presence(Base):
    """Whether a member came. Kept as long as the mandate: repeated absences have consequences."""

    __tablename__ = "presence"
    __table_args__ = (CheckConstraint(f"presence IN {PRESENCES}", name="presence"),)

    meeting_id: Mapped[int] = points_to("meeting.id", primary=True)
    mandate_id: Mapped[int] = points_to("mandate.id", primary=True)
    presence: Mapped[str] = mapped_column(String(8))


class Opinion(Base):
    """An avis that a council gave in a meeting, to an organisation which owes a reasoned reply.

    The text is the council's: it is never edited, and no élu writes it. `digest` is the SHA-256
    of the text. The reply itself is recorded by the room of décisions, which sets `answered_on`.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        UniqueConstraint("council_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("reply_due_on >= given_on", name="due"),
        CheckConstraint("answered_on IS NULL OR answered_on >= given_on", name="answered"),
    )

    id: Mapped[IntKey]
    council_id: Mapped[int] = points_to("citizen_council.id")
    meeting_id: Mapped[int] = points_to("meeting.id")
    number: Mapped[int]
    title: Mapped[Line]
    text: Mapped[Prose]
    digest: Mapped[str] = mapped_column(String(64))
    addressee_id: Mapped[int] = points_to("organisation.id")
    given_on: Mapped[Day]
    reply_due_on: Mapped[Day] = mapped_column(index=True)
    answered_on: Mapped[Day | None]
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[str] = mapped_column(String(22))
