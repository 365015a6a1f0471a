"""Work that goes on without a page: the worker `civic work`, and what rooms ask it to do.

A room registers `@every(timedelta(hours=1), "draws.erase_lists")` on a function `(db, now)`; each
run is one verb of that room. Two workers may run at once: a run is claimed by its row.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from civic.house.clock import clock
from civic.house.db import Base, Instant, is_away, writing
from civic.house.refusal import Busy

Work = Callable[[Session, datetime], None]
log = logging.getLogger("civic.work")


class JobRun(Base):
    """When a periodic job is due next."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    due_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    problem: Mapped[str] = mapped_column(String(500), default="")


@dataclass(frozen=True, slots=True)
class Job:
    """A periodic job: its name, how often it runs, what it does."""

    name: str
    period: timedelta
    work: Work


JOBS: dict[str, Job] = {}


def every(period: timedelta, name: str) -> Callable[[Work], Work]:
    """Registers a function to be run every `period` by the worker."""

    def register(work: Work) -> Work:
        JOBS[name] = Job(name, period, work)
        return work

    return register


def run_due(make: sessionmaker[Session], now: Callable[[], datetime] = clock.now) -> int:
    """Runs the jobs that are due, each once whatever the number of workers; how many ran."""
    ran = 0
    for job in JOBS.values():
        with make() as db:
            if not _claim(db, job, now()):
                continue
        problem = ""
        try:
            with make() as db:
                job.work(db, now())
        except Exception as wrong:  # one job's failure must not stop the others
            log.exception("job %s failed", job.name)
            problem = f"{type(wrong).__name__}: {wrong}"[:500]
        with make() as db, writing(db):
            row = db.get_one(JobRun, job.name)
            row.ended_at, row.problem = now(), problem
        ran += 1
    return ran


def _claim(db: Session, job: Job, now: datetime) -> bool:
    with writing(db):
        if db.get(JobRun, job.name) is None:  # two workers may start on an empty table at once
            with suppress(IntegrityError), db.begin_nested():
                db.execute(insert(JobRun).values(name=job.name, due_at=now, problem=""))
        row = db.get_one(JobRun, job.name, with_for_update=True, populate_existing=True)
        if row.due_at > now:
            return False
        row.due_at = now + job.period
        return True


def work_for_ever(step: Callable[[], None], *, pause: float = 2.0) -> None:
    """Repeats `step` until the process is asked to stop; what is under way is finished first.

    A database that is away or busy ends nothing: the step is taken again after the pause.
    """
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    while not stop.is_set():
        try:
            step()
        except Busy:
            log.warning("the database is busy or away: later")
        except DBAPIError as wrong:
            if not is_away(wrong):
                raise
            log.warning("the database is away: %s", wrong.orig)
        stop.wait(pause)
