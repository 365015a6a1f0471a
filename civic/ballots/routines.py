"""What the worker does for the votes. Opening and closing need no worker: they are instants."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from civic.ballots import service, vault
from civic.house.jobs import every


@every(timedelta(hours=1), "ballots.checkpoints")
def checkpoints(db: Session, now: datetime) -> None:
    """Publishes the day's checkpoint of each open vote's log, and hands it to its commission."""
    service.publish_checkpoints(db, now, db.info["settings"].base_url)


@every(timedelta(minutes=5), "ballots.withdrawals")
def tell_of_withdrawals(db: Session, now: datetime) -> None:
    """Tells the account holders of a vote that a project was withdrawn from it."""
    service.tell_of_withdrawals(db, db.info["settings"].base_url, now)


@every(timedelta(minutes=5), "ballots.annulments")
def tell_of_annulments(db: Session, now: datetime) -> None:
    """Tells the account holders of a vote that it is annulled."""
    service.tell_of_annulments(db, db.info["settings"].base_url, now)


@every(timedelta(hours=6), "ballots.unconfirmed")
def forget_unconfirmed_contests(db: Session, now: datetime) -> None:
    """Erases the contests whose address nobody confirmed in time."""
    service.forget_unconfirmed_contests(db, now)


@every(timedelta(hours=6), "ballots.destroy")
def destroy(db: Session, now: datetime) -> None:
    """Destroys, after their date, what is left of counted votes, and certifies it."""
    folder = db.info["settings"].vault
    service.destroy_due(db, now, lambda name: vault.forget(folder, name))


@every(timedelta(hours=1), "ballots.phones")
def forget_phones(db: Session, now: datetime) -> None:
    """Erases the codes sent by SMS that nobody used in time."""
    service.forget_phone_checks(db, now)
