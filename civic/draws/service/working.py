"""Long work that a worker does while a page says how far it is: it is claimed by its row, and the
worker says every few seconds that it is alive. One that was killed is followed by the next."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import inspect, or_, select, update
from sqlalchemy.orm import Session

from civic.draws.models import Claimed
from civic.house.clock import clock
from civic.house.db import new_token, sessions, writing
from civic.house.refusal import Busy

BEAT = 3.0
"""Seconds between two signs of life."""

DEAD = timedelta(seconds=60)
"""A worker that has given no sign for so long was killed: another one takes its work up."""


class Withdrawn(Exception):
    """The work was taken back, or another worker has taken over, while this one worked."""


class Alive:
    """Says every few seconds that this worker is alive and how far it is, on a connection of its
    own, so that what is busy for long is not taken for dead."""

    def __init__(self, db: Session, table: type[Claimed], key: Any, claim: str) -> None:
        self._make = sessions(db.get_bind())  # type: ignore[arg-type]
        self._table, self._where = table, (_key(table) == key, table.claim == claim)
        self._over = threading.Event()
        self._at = ("", 0)
        self.withdrawn = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def tell(self, step: str, share: float) -> None:
        """Where the work is; stops it when it is no longer wanted."""
        self._at = (step[:40], round(max(0.0, min(1.0, share)) * 100))
        if self.withdrawn:
            raise Withdrawn

    def _run(self) -> None:
        while not self._over.wait(BEAT):
            self.beat()

    def beat(self) -> None:
        """One sign of life."""
        step, share = self._at
        try:
            with self._make() as db, writing(db):
                done: Any = db.execute(
                    update(self._table)
                    .where(*self._where)
                    .values(step=step, share=share, beat_at=clock.now())
                )
                self.withdrawn = done.rowcount == 0
        except Busy:
            return  # the next beat will do

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _value: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()


def _key(table: type[Claimed]) -> Any:
    return inspect(table).primary_key[0]


def claim(db: Session, table: type[Claimed], now: datetime, *waits: Any) -> tuple[Any, str] | None:
    """Takes up the earliest row of this table that nobody works on, among those that answer to
    `waits`: its key, and the claim's."""
    key = _key(table)
    free = (
        table.problem == "",
        or_(table.beat_at.is_(None), table.beat_at < now - DEAD),
        *waits,
    )
    if db.scalar(select(key).where(*free).limit(1)) is None:
        return None
    with writing(db):
        row = db.scalars(
            select(table)
            .where(*free)
            .order_by(table.asked_for_at(), key)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        row.claim, row.started_at, row.beat_at = new_token(), now, now
        row.step, row.share = "", 0
        (name,) = inspect(row).identity or ()
        return name, row.claim
