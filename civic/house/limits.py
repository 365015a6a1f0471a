"""How often something may be tried. Counted in the database, so that all workers agree.

A try is counted in its own short transaction before anything else happens, and stays counted
when the request is refused.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.house.db import Base, Instant, before_the_act, writing
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
    with before_the_act(db), writing(db):
        tries = db.execute(_one_more(db, key, window)).scalar_one()
    if tries > most:
        minutes = max(1, round((window + per - now).total_seconds() / 60))
        raise TooMany(
            lazy(
                "Trop d'essais. Essayez de nouveau dans %(minutes)s min.",
                minutes=minutes,
            )
        )


def _one_more(db: Session, key: str, window: datetime) -> Any:
    """One statement: two first tries at once both count, and neither is an error."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    return (
        insert(Attempt)
        .values(bucket=key, window=window, tries=1)
        .on_conflict_do_update(
            index_elements=[Attempt.bucket, Attempt.window], set_={"tries": Attempt.tries + 1}
        )
        .returning(Attempt.tries)
    )


def forget(db: Session, *, before: datetime) -> None:
    """Erases the counts of windows older than `before`."""
    with writing(db):
        db.execute(delete(Attempt).where(Attempt.window < before))
