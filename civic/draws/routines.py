"""What the worker does for the draws: lotteries are worked out and letters made, no list and no
letter stays longer than it must."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from civic.draws.service import lots
from civic.draws.service.erasing import erase_due
from civic.draws.service.preparing import work_due
from civic.house.jobs import every
from civic.house.paper import pdf_of

every(timedelta(seconds=2), "draws.prepare")(work_due)
every(timedelta(hours=1), "draws.erase_lists")(erase_due)


@every(timedelta(seconds=2), "draws.letters")
def letters(db: Session, now: datetime) -> None:
    """Makes the letters that somebody asked for."""
    lots.work_due(db, now, folder=db.info["settings"].vault, make=pdf_of)


@every(timedelta(minutes=10), "draws.forget_letters")
def forget_letters(db: Session, now: datetime) -> None:
    """Erases the letters that were made more than a day ago, or whose draw has ended."""
    lots.forget(db, now, folder=db.info["settings"].vault)
