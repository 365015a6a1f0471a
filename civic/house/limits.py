"""How often something may be tried. Counted in the database, so that all workers agree.

A try is counted in its own short transaction before anything else happens, and stays counted
when the request is refused.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.house.db import Base, Instant, writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal


class Attempt(Base):
    """How many tries a bucket has seen in a window. Erased after a day by a job."""

    __tablename__ = "attempt"

    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[Instant] = mapped_column(primary_key=True)
    tries: Mapped[int]


class TooMany(Refusal):
    """Too many tries: a 429, with the time to wait."""


def count(
    db: Session, bucket: str, *, most: int, per: timedelta, now: datetime, salt: str = ""
) -> None:
    """Counts one try of `bucket` (kept as a digest) and raises `TooMany` past `most` `per` window.

    A shared address (a hall, a family) must not be the only thing a bucket is made of where a
    vote is at stake.
    """
    key = hashlib.sha256(f"{salt}|{bucket}".encode()).hexdigest()
    seconds = int(per.total_seconds())
    window = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    once = db.info.pop("once", None)
    with writing(db):
        found = db.get(Attempt, (key, window), with_for_update=True)
        if found is None:
            found = Attempt(bucket=key, window=window, tries=0)
            db.add(found)
        found.tries += 1
        tries = found.tries
    if once is not None:
        db.info["once"] = once
    if tries > most:
        minutes = max(1, round((window + per - now).total_seconds() / 60))
        raise TooMany(
            lazy(
                "Trop d'essais. Essayez de nouveau dans %(minutes)s min.",
                minutes=minutes,
            )
        )


def forget(db: Session, *, before: datetime) -> None:
    """Erases the counts of windows older than `before`."""
    with writing(db):
        db.execute(delete(Attempt).where(Attempt.window < before))
