"""The files with which anybody counts again, as they were made with the comparisons."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets.models import RecountFile


def recount_digests(db: Session, poll_id: int) -> dict[int, str]:
    """The SHA-256 of each file of a count, by its envelope (0: all together): one statement."""
    rows = db.execute(
        select(RecountFile.envelope_id, RecountFile.digest)
        .where(RecountFile.poll_id == poll_id)
        .order_by(RecountFile.envelope_id)
    )
    return {row.envelope_id: row.digest for row in rows}


def recount_content(db: Session, poll_id: int, digest: str) -> bytes | None:
    """The bytes of one of them; None when the count was set aside meanwhile."""
    return db.scalar(
        select(RecountFile.content)
        .where(RecountFile.poll_id == poll_id, RecountFile.digest == digest)
        .limit(1)
    )
