"""The lottery of a freeze is worked out by the worker, however long it takes, while the page says
how far it is. Nothing of the draw is written before the end, in one transaction: a worker that is
killed leaves a row that the next one takes up, and nothing else.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from civic.draws import mails
from civic.draws.models import Draw, Preparation
from civic.draws.service import freezing
from civic.draws.service.rows import in_state, locked
from civic.house import journal, post
from civic.house.clock import clock
from civic.house.db import new_token, sessions, writing
from civic.house.i18n import lazy, speaking
from civic.house.refusal import Busy, Refusal
from civic.people.models import Person

BEAT = 3.0
"""Seconds between two signs of life."""

DEAD = timedelta(seconds=60)
"""A worker that has given no sign for so long was killed: another one takes its work up."""


def start(db: Session, *, draw_id: int, by: str, at: datetime) -> None:
    """Confirms the freeze that another person asked for: the worker will work it out."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            {"freeze_asked"},
            lazy("Ce gel a déjà été confirmé ou retiré : rechargez la page."),
        )
        freezing.not_alone(draw, by)
        freezing.still_ahead(draw, at)
        row = db.get(Preparation, draw_id)
        if row is not None and not row.problem:
            raise Refusal(lazy("Ce gel est déjà confirmé : le calcul est en cours."))
        if row is not None:
            db.delete(row)
            db.flush()
        db.add(
            Preparation(
                draw_id=draw_id, confirmed_by=by, confirmed_at=at, version=draw.pool_version
            )
        )
        journal.record(db, at=at, actor=by, verb="draw.confirm_freeze", target=f"draw:{draw_id}")


class Withdrawn(Exception):
    """The freeze was taken back, or another worker has taken over, while this one worked."""


class Alive:
    """Says every few seconds that this worker is alive and how far it is, on a connection of its
    own, so that a solver that is busy for long is not taken for dead."""

    def __init__(self, db: Session, draw_id: int, claim: str) -> None:
        self._make = sessions(db.get_bind())  # type: ignore[arg-type]
        self._where = (Preparation.draw_id == draw_id, Preparation.claim == claim)
        self._over = threading.Event()
        self._at = ("", 0)
        self.withdrawn = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def tell(self, step: str, share: float) -> None:
        """Where the solver is; stops it when its work is no longer wanted."""
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
                    update(Preparation)
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


def claim(db: Session, now: datetime) -> tuple[int, str] | None:
    """Takes up the earliest preparation that nobody works on: the draw and the claim's key."""
    free = (
        Preparation.problem == "",
        or_(Preparation.beat_at.is_(None), Preparation.beat_at < now - DEAD),
    )
    if db.scalar(select(Preparation.draw_id).where(*free).limit(1)) is None:
        return None
    with writing(db):
        row = db.scalars(
            select(Preparation)
            .where(*free)
            .order_by(Preparation.confirmed_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        row.claim, row.started_at, row.beat_at = new_token(), now, now
        row.step, row.share = "", 0
        return row.draw_id, row.claim


def work_due(db: Session, now: datetime) -> None:
    """What the worker does: works the waiting lotteries out, one after the other."""
    while (mine := claim(db, now)) is not None:
        draw_id, key = mine
        row = db.get_one(Preparation, draw_id)
        by, version = row.confirmed_by, row.version
        try:
            with Alive(db, draw_id, key) as alive:
                work = freezing.work_out(db, draw_id=draw_id, progress=alive.tell)
            if work.version != version:
                raise Refusal(lazy("Les critères ont changé depuis la confirmation."))
            freezing.confirm(db, draw_id=draw_id, work=work, by=by, at=clock.now())
        except Withdrawn:
            continue
        except Refusal as refusal:
            _failed(db, draw_id, key, refusal)


def _failed(db: Session, draw_id: int, key: str, refusal: Refusal) -> None:
    with speaking("fr"):
        why = str(refusal.text)
    with writing(db):
        row = db.get(Preparation, draw_id, with_for_update=True)
        if row is None or row.claim != key:
            return  # withdrawn meanwhile, or another worker was faster
        row.problem = why[:1000]
        draw = db.get_one(Draw, draw_id)
        person = db.get(Person, row.confirmed_by)
        if person is not None and person.email:
            post.put(db, mails.not_frozen(person.email, draw.title, why), at=clock.now())
