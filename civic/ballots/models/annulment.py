"""The annulment of a vote: a public act, written by one person and confirmed by another."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code, Day, Instant, Line, Prose
from civic.rules.urn.annulment import GROUNDS


class PollAnnulment(Base):
    """A vote annulled, or about to be. `ground`: who decides (GROUNDS); `decided_by` that in words,
    as published, `reference` the number of the act or judgment.

    One person writes it (`asked_by`); nothing is public and nothing changes until another confirms
    it. From then on it never changes: `log` is the digest of the log's last checkpoint, `result`
    and `archive` those of the count that it sets aside ("" where there was none), `digest` covers
    all that (`rules.urn.annulment_text`); `published` is the digest of the archive that tells it.
    `next_poll_id`: the vote held in its place. `told_at`: when the account holders were written to.
    """

    __tablename__ = "poll_annulment"
    __table_args__ = (
        CheckConstraint(f"ground IN {GROUNDS}", name="ground"),
        CheckConstraint("(ground = 'contest') = (contest IS NOT NULL)", name="contest"),
        CheckConstraint("reason <> '' AND decided_by <> ''", name="public"),
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)"
            " AND (confirmed_at IS NULL OR digest <> '')",
            name="confirmed",
        ),
        CheckConstraint("next_poll_id IS NULL OR confirmed_at IS NOT NULL", name="next"),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    ground: Mapped[Code]
    contest: Mapped[int | None]
    decided_by: Mapped[Line]
    decided_on: Mapped[Day]
    reference: Mapped[Line]
    reason: Mapped[Prose]
    asked_by: Mapped[str] = mapped_column(String(22))
    asked_at: Mapped[Instant]
    confirmed_by: Mapped[str | None] = mapped_column(String(22))
    confirmed_at: Mapped[Instant | None]
    log: Mapped[str] = mapped_column(String(64), default="")
    result: Mapped[str] = mapped_column(String(64), default="")
    archive: Mapped[str] = mapped_column(String(64), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    published: Mapped[str] = mapped_column(String(64), default="")
    next_poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"), unique=True)
    told_at: Mapped[Instant | None]
