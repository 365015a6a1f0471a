"""The worker: a periodic job runs once whatever the number of workers; what is due goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from civic import rooms
from civic.house import jobs, post
from civic.house.db import DoneOnce, sessions, writing
from civic.house.limits import Attempt
from civic.house.post import Mail, OutboxMail
from civic.house.upkeep import forget
from civic.people import service as people
from civic.people.models import Person
from tests.machine.outbox import Outbox
from tests.make import NOW


def test_a_job_runs_once_a_period_and_its_failure_stops_no_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def fine(_db: Session, _now: datetime) -> None:
        ran.append("fine")

    def broken(_db: Session, _now: datetime) -> None:
        raise ValueError("broken")

    made = [jobs.Job("broken", timedelta(hours=1), broken), jobs.Job("f", timedelta(hours=1), fine)]
    monkeypatch.setattr(jobs, "JOBS", {job.name: job for job in made})
    make = sessions(engine)
    assert jobs.run_due(make, lambda: NOW) == 2
    assert jobs.run_due(make, lambda: NOW + timedelta(minutes=59)) == 0
    assert jobs.run_due(make, lambda: NOW + timedelta(minutes=61)) == 2
    assert ran == ["fine", "fine"]
    with make() as db:
        assert "broken" in db.get_one(jobs.JobRun, "broken").problem


def test_every_room_registers_its_jobs() -> None:
    rooms.load_routines()
    assert {"house.forget", "people.erase_expired", "accounts.erase_forgotten"} <= set(jobs.JOBS)


def test_what_was_kept_for_a_time_goes(db: Session, outbox: Outbox) -> None:
    with writing(db):
        db.add(DoneOnce(key="a" * 64, day=NOW.date()))
        db.add(Attempt(bucket="b", window=NOW, tries=1))
        key = post.put(db, Mail("a@essai.test", "s", "b"), at=NOW)
        sent = db.get_one(OutboxMail, key)
        sent.state, sent.sent_at = "sent", NOW
        for state in ("given_up", "uncertain"):
            lost = db.get_one(OutboxMail, post.put(db, Mail("c@essai.test", "s", "b"), at=NOW))
            lost.state = state
        post.put(db, Mail("b@essai.test", "s", "b"), at=NOW)
    forget(db, NOW + timedelta(days=40))
    assert db.scalars(select(DoneOnce)).all() == []
    assert db.scalars(select(Attempt)).all() == []
    assert [mail.to for mail in outbox.all()] == ["b@essai.test"]


def test_a_person_whose_day_has_come_is_erased(db: Session) -> None:
    with writing(db):
        key = people.add_person_within(
            db,
            first_names="Ancienne",
            family_name="Membre",
            purpose="member",
            email="m@essai.test",
            keep_until=NOW.date(),
        )
    people.erase_expired(db, NOW)
    assert not db.get_one(Person, key).erased
    people.erase_expired(db, NOW + timedelta(days=1))
    row = db.get_one(Person, key, populate_existing=True)
    assert (row.erased, row.family_name, row.email) == (True, "effacée", None)
