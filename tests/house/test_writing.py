"""The write discipline: no update is lost, every writer gets an answer that is kept."""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from civic.house import db as house
from civic.house.db import DoneOnce, sessions, writing
from civic.house.limits import Attempt
from civic.house.refusal import AlreadyDone, Busy, Refusal, Unsure
from tests.machine.kinds import on_postgresql, on_sqlite
from tests.machine.visitor import Visitor
from tests.make import NOW

ROUNDS = 100

WRITER = """
import sys
from datetime import datetime, UTC
from civic.house import db as house
from civic.house.limits import Attempt
engine = house.make_engine(sys.argv[1])
key = ("shared", datetime(2026, 3, 2, 9, tzinfo=UTC))
for _ in range(int(sys.argv[2])):
    with house.sessions(engine)() as db:
        if sys.argv[3] == "verb":
            with house.writing(db):
                row = db.get(Attempt, key, with_for_update=True)
                row.tries = row.tries + 1
        else:
            row = db.get(Attempt, key)
            row.tries = row.tries + 1
            db.commit()
"""


def _four_processes(url: str, how: str) -> list[int]:
    words = [sys.executable, "-c", WRITER, url, str(ROUNDS), how]
    root = Path(__file__).parent.parent.parent
    writers = [subprocess.Popen(words, cwd=root, stderr=subprocess.DEVNULL) for _ in range(4)]
    return [writer.wait(120) for writer in writers]


def _shared_row(engine: Engine) -> None:
    with sessions(engine)() as db, writing(db):
        db.add(Attempt(bucket="shared", window=NOW, tries=0))


def _tries(engine: Engine) -> int:
    with sessions(engine)() as db:
        return db.scalars(select(Attempt.tries)).one()


def test_four_processes_lose_no_update(engine: Engine, database_url: str) -> None:
    _shared_row(engine)
    assert _four_processes(database_url, "verb") == [0, 0, 0, 0]
    assert _tries(engine) == 4 * ROUNDS


def test_the_discipline_is_needed(engine: Engine, database_url: str) -> None:
    """Read-then-write without it loses updates, or fails: else this file would prove nothing."""
    _shared_row(engine)
    ends = _four_processes(database_url, "plain")
    assert _tries(engine) < 4 * ROUNDS or any(ends)


@on_sqlite
def test_two_hundred_clients_writing_at_once_all_get_an_answer_that_is_kept(
    engine: Engine,
) -> None:
    _shared_row(engine)
    answers: list[str] = []
    start = threading.Barrier(200)

    def client() -> None:
        start.wait()
        try:
            with sessions(engine)() as db, writing(db):
                row = db.get_one(Attempt, ("shared", NOW))
                row.tries += 1
            answers.append("done")
        except Busy:
            answers.append("busy")

    crowd = [threading.Thread(target=client) for _ in range(200)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(answers) == 200
    assert answers.count("done") == _tries(engine)
    assert answers.count("done") >= 190  # short writes: hardly anybody is turned away


def test_a_writer_that_waits_too_long_is_told_so_and_nothing_is_written(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _shared_row(engine)
    monkeypatch.setattr(house, "LOCK_SECONDS", 1)
    impatient = house.make_engine(database_url)
    with engine.connect() as holder:
        writes = holder.execution_options(civic_writes=True)
        writes.execute(text("UPDATE attempt SET tries = 5"))
        with sessions(impatient)() as db, pytest.raises(Busy), writing(db):
            db.get_one(Attempt, ("shared", NOW), with_for_update=True).tries = 9
        holder.rollback()
    impatient.dispose()
    assert _tries(engine) == 0


def test_a_refusal_writes_nothing_and_leaves_the_form_usable(db: Session) -> None:
    db.info["once"] = ("a" * 64, NOW.date())
    with pytest.raises(Refusal), writing(db):  # noqa: PT012 - what the verb does
        db.add(Attempt(bucket="b", window=NOW, tries=1))
        raise Refusal("non")
    assert db.scalars(select(Attempt)).all() == []
    assert db.scalars(select(DoneOnce)).all() == []


def test_the_same_form_twice_does_nothing_twice(db: Session) -> None:
    for place, expected in (("first", None), ("second", AlreadyDone)):
        db.info["once"] = ("a" * 64, NOW.date())
        if expected is None:
            with writing(db):
                db.add(Attempt(bucket=place, window=NOW, tries=1))
        else:
            with pytest.raises(expected), writing(db):
                db.add(Attempt(bucket=place, window=NOW, tries=1))
    assert [row.bucket for row in db.scalars(select(Attempt))] == ["first"]


def test_a_verb_inside_a_verb_is_a_mistake(db: Session) -> None:
    with pytest.raises(RuntimeError), writing(db):  # noqa: PT012 - a verb in a verb
        db.execute(text("SELECT 1"))
        with writing(db):
            pass


# --- a database that goes away --------------------------------------------------------------------


def _cut_off(engine: Engine) -> None:
    """Ends every connection to this database but the one that says so, as a crash does."""
    other = house.make_engine(engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.dispose()


@on_postgresql
def test_a_database_that_was_restarted_costs_a_visitor_no_error(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.see("/votes/")
    monkeypatch.setattr(house, "IDLE_SECONDS", 0.0)
    _cut_off(app.extensions["civic_engine"])
    client.see("/votes/")


@on_postgresql
def test_a_connection_cut_off_a_moment_ago_is_answered_with_the_page_of_a_crowd(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.see("/votes/")
    monkeypatch.setattr(house, "IDLE_SECONDS", 60.0)
    _cut_off(app.extensions["civic_engine"])
    page = client.see("/votes/", 503)
    assert "Rien n'a été enregistré" in page.text
    assert page.headers["Retry-After"]
    client.see("/votes/")


@on_postgresql
def test_a_database_that_goes_away_before_the_commit_kept_nothing(engine: Engine) -> None:
    with sessions(engine)() as db, pytest.raises(Busy) as said, writing(db):  # noqa: PT012 - a verb
        db.add(Attempt(bucket="away", window=NOW, tries=0))
        db.flush()
        _cut_off(engine)
        db.execute(text("SELECT 1"))
    assert not isinstance(said.value, Unsure)


@on_postgresql
def test_a_database_that_goes_away_during_the_commit_is_not_said_to_have_kept_nothing(
    engine: Engine,
) -> None:
    with sessions(engine)() as db:
        event.listen(db, "before_commit", lambda _db: _cut_off(engine))
        with pytest.raises(Unsure), writing(db):
            db.add(Attempt(bucket="away", window=NOW, tries=0))


def test_what_was_not_a_matter_of_reach_stays_an_error(engine: Engine) -> None:
    with sessions(engine)() as db, pytest.raises(DBAPIError), writing(db):
        db.execute(text("SELECT nothing FROM nowhere"))


@on_postgresql
def test_a_commit_reaches_the_disk_whatever_the_servers_own_setting(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_an_error_says_nothing_of_the_row_that_failed(engine: Engine) -> None:
    """It is logged, and the row may be a voter's."""
    row = insert(Attempt).values(bucket="somebody", window=NOW, tries=1)
    with engine.connect() as connection:
        connection.execute(row)
        with pytest.raises(DBAPIError) as failed:
            connection.execute(row)
    said = "".join(traceback.format_exception(failed.value))
    assert "IntegrityError" in said
    assert "somebody" not in said


@on_sqlite
def test_a_file_keeps_what_it_was_given_and_nothing_of_what_was_erased(engine: Engine) -> None:
    with engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
