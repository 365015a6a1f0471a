"""What the worker does for the éditions: what follows a result and would keep a person waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from civic.budgets import service
from civic.house.jobs import every


@every(timedelta(seconds=10), "budgets.compare")
def compare(db: Session, now: datetime) -> None:
    """Counts proclaimed results by the other rules, and makes the files to count them again."""
    service.compare_due(db, now)


@every(timedelta(seconds=3), "budgets.trials")
def try_drafts(db: Session, now: datetime) -> None:
    """Counts past votes by the règlements that are being written, for who asked for it."""
    service.try_due(db, now)


@every(timedelta(seconds=10), "budgets.annulments")
def take_annulments(db: Session, now: datetime) -> None:
    """Suspends the éditions whose vote is annulled and takes their result back."""
    service.take_annulments(db, now)
