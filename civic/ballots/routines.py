"""What the worker does for the votes. Opening and closing need no worker: they are instants."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from civic.ballots import service
from civic.house.jobs import every


@every(timedelta(hours=1), "ballots.checkpoints")
def checkpoints(db: Session, now: datetime) -> None:
    """Publishes the day's checkpoint of each open vote's log."""
    service.publish_checkpoints(db, now)
