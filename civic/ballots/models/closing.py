"""From the commission's key to the count: what was opened, by whom, and what was found."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.ballots.models.poll import STAGES
from civic.house.db import Base, Data, Instant, Prose

STEPS = (*STAGES[1:], "destroyed")


class UrnRehearsal(Base):
    """The commission's public key, and the test urn that it must open before the poll is sealed.

    `content` is made of test envelopes; `expected` the digest of what is in them. The test ballots
    themselves are kept nowhere: only who holds the key can say them.
    """

    __tablename__ = "urn_rehearsal"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    expected: Mapped[str] = mapped_column(String(64))
    passed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    passed_at: Mapped[Instant | None]


class UrnOpening(Base):
    """One member's opening of the urn: the digest of what they found. Two must agree."""

    __tablename__ = "urn_opening"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    list_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant]


class PollStep(Base):
    """A certified step of a poll (STEPS): by whom, when, with which figures."""

    __tablename__ = "poll_step"
    __table_args__ = (CheckConstraint(f"step IN {STEPS}", name="step"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(12), primary_key=True)
    by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]
    figures: Mapped[Data]


class PollCount(Base):
    """The count of a poll: its figures, and the digest that covers them; the digest of the
    published archive."""

    __tablename__ = "poll_count"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    result: Mapped[Data]
    digest: Mapped[str] = mapped_column(String(64))
    archive: Mapped[str | None] = mapped_column(String(64))
    counted_by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]


class PollRemark(Base):
    """What a member of the commission adds to the procès-verbal once its figures are certified: an
    émargement that came back too late, a paper found behind a cupboard. Public, dated, and never
    changed; it changes no figure."""

    __tablename__ = "poll_remark"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[Prose]
    by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]
