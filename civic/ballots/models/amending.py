"""What an amendment changes once a vote is sealed: a project that leaves it."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code, Instant, Line, Prose


class ProjectWithdrawal(Base):
    """A project withdrawn from a sealed vote by a public amendment; never changed.

    `decided_by`: name and quality of who decided, as published; `by`: who wrote it here. `log`:
    digest of the log's last checkpoint then; `previous`: the amendment before it ("" for the
    first); `digest` covers all that (`rules.urn.amendment_text`). `told_at`: when the account
    holders were written to.
    """

    __tablename__ = "project_withdrawal"
    __table_args__ = (
        UniqueConstraint("poll_id", "reference"),
        ForeignKeyConstraint(
            ["poll_id", "reference"],
            ["ballot_item.poll_id", "ballot_item.reference"],
            name="fk_project_withdrawal_item",
        ),
        CheckConstraint("reason <> '' AND decided_by <> ''", name="public"),
        Index("ix_project_withdrawal_told_at", "told_at"),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[Code]
    reason: Mapped[Prose]
    decided_by: Mapped[Line]
    by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]
    log: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    told_at: Mapped[Instant | None]
