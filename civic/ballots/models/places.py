"""Where people vote on paper, and how their papers are counted."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code, Data, DataList, Instant, IntKey, Line, points_to

PLACES = ("connected", "printed", "group")
"""A place with the live émargement, one without a network, a group with its own émargement."""


class PollingPlace(Base):
    """A « lieu de vote » of one poll, or a group that votes on an émargement of its own.

    `expected`: how many people a group has.
    """

    __tablename__ = "polling_place"
    __table_args__ = (
        UniqueConstraint("poll_id", "name"),
        CheckConstraint(f"kind IN {PLACES}", name="kind"),
        CheckConstraint("(kind = 'group') = (expected IS NOT NULL)", name="expected"),
        CheckConstraint("expected BETWEEN 1 AND 500", name="size"),
    )

    id: Mapped[IntKey]
    poll_id: Mapped[int] = points_to("poll.id")
    name: Mapped[Line]
    address: Mapped[Line]
    kind: Mapped[Code]
    expected: Mapped[int | None]


class PlaceHours(Base):
    """When a place is open: two instants of one opening."""

    __tablename__ = "place_hours"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="order"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("polling_place.id"), primary_key=True)
    opens_at: Mapped[Instant] = mapped_column(primary_key=True)
    closes_at: Mapped[Instant]


class PlaceDuty(Base):
    """A member of the commission who is on duty at a place."""

    __tablename__ = "place_duty"

    place_id: Mapped[int] = mapped_column(ForeignKey("polling_place.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)


class PlaceSheet(Base):
    """A signed sheet of a place: signatures, ballots found, blank and spoilt ones, the gap.

    Never changed: a correction is a new version, with its reason, signed and dated.
    """

    __tablename__ = "place_sheet"
    __table_args__ = (
        CheckConstraint("signatures >= 0", name="signatures"),
        CheckConstraint("blank >= 0 AND spoilt >= 0 AND blank + spoilt <= ballots", name="ballots"),
        CheckConstraint("ballots = signatures OR explanation <> ''", name="gap"),
        CheckConstraint("version = 1 OR correction <> ''", name="correction"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("polling_place.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signatures: Mapped[int]
    ballots: Mapped[int]
    blank: Mapped[int]
    spoilt: Mapped[int]
    explanation: Mapped[str] = mapped_column(String(500))
    correction: Mapped[str] = mapped_column(String(500))
    by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]


class PaperBatch(Base):
    """A bundle of paper ballots of one place, typed in twice by two people.

    `corrections` tells each line that somebody changed after both had typed it: which ballot, by
    whom, when, what it said before and after. A bundle opened by mistake (counted twice, another
    number of ballots) is set aside: `drop_asked_by` with `dropped_why`, then another member,
    `dropped_by`, at `dropped_at`; it stays in the procès-verbal and is not counted.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        UniqueConstraint("poll_id", "number"),
        CheckConstraint("ballots BETWEEN 1 AND 500", name="ballots"),
    )

    id: Mapped[IntKey]
    poll_id: Mapped[int] = points_to("poll.id")
    number: Mapped[int]
    place: Mapped[Line]
    ballots: Mapped[int]
    agreed: Mapped[bool] = mapped_column(default=False)
    corrections: Mapped[DataList] = mapped_column(default=list)
    dropped_why: Mapped[str | None] = mapped_column(String(500))
    drop_asked_by: Mapped[str | None] = mapped_column(String(22))
    dropped_by: Mapped[str | None] = mapped_column(String(22))
    dropped_at: Mapped[Instant | None]


class PaperCount(Base):
    """One person's typing of a batch: one line a ballot, in the order of the bundle: `{"c":
    references, "p": points}`, or `{"nul": reason}` for a spoilt one, or None while it waits."""

    __tablename__ = "paper_count"

    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lines: Mapped[DataList]
    complete: Mapped[bool] = mapped_column(default=False)
    at: Mapped[Instant]


class PaperReopening(Base):
    """The papers taken up again after the first reconciliation: a bundle was found. One member asks
    with a reason, another agrees; then bundles and sheets may be added to until step 1 is made
    again (`closed_at`). `former`: the certified figures about paper that it replaced.
    """

    __tablename__ = "paper_reopening"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("agreed_by <> asked_by", name="two_people"),
        CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name="agreed"),
        CheckConstraint("closed_at IS NULL OR agreed_at IS NOT NULL", name="closed"),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(500))
    asked_by: Mapped[str] = mapped_column(String(22))
    asked_at: Mapped[Instant]
    agreed_by: Mapped[str | None] = mapped_column(String(22))
    agreed_at: Mapped[Instant | None]
    closed_by: Mapped[str | None] = mapped_column(String(22))
    closed_at: Mapped[Instant | None]
    former: Mapped[Data] = mapped_column(default=dict)
