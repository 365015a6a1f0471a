"""The write discipline: no update is lost, every writer gets an answer that is kept."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from civic.house import db as house
from civic.house.db import DoneOnce, sessions, writing
from civic.house.limits import Attempt
from civic.house.refusal import AlreadyDone, Busy, Refusal
from tests.machine.kinds import on_sqlite
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
