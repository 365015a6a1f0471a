"""Limits count in the database and survive a refusal."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from civic.house import limits
from civic.house.db import sessions
from tests.make import NOW


def _try(db: Session, bucket: str = "x", minutes: int = 0) -> None:
    limits.count(
        db, bucket, most=3, per=timedelta(minutes=10), now=NOW + timedelta(minutes=minutes)
    )


def test_the_fourth_try_is_refused_and_says_how_long_to_wait(db: Session) -> None:
    for _ in range(3):
        _try(db)
    with pytest.raises(limits.TooMany, match="dans 10 min"):
        _try(db)
    _try(db, "another bucket")
    _try(db, minutes=10)


def test_all_processes_share_the_count(engine: Engine) -> None:
    for _ in range(3):
        with sessions(engine)() as db:
            _try(db)
    with sessions(engine)() as db, pytest.raises(limits.TooMany):
        _try(db)


def test_two_first_tries_at_once_both_count(engine: Engine) -> None:
    """The second waits for the first: neither visitor gets a page of error."""
    problems: list[BaseException] = []

    def second() -> None:
        try:
            with sessions(engine)() as db:
                _try(db)
        except BaseException as wrong:
            problems.append(wrong)

    first = sessions(engine)()
    first.connection(execution_options={"civic_writes": True})
    first.add(limits.Attempt(bucket=hashlib.sha256(b"|x").hexdigest(), window=NOW, tries=1))
    first.flush()
    other = Thread(target=second)
    other.start()
    other.join(0.3)
    first.commit()
    first.close()
    other.join(60)
    assert not problems
    with sessions(engine)() as db:
        assert db.scalars(select(limits.Attempt.tries)).one() == 2


def test_a_counted_try_does_not_use_the_form_up(db: Session) -> None:
    db.info["once"] = ("k" * 64, NOW.date())
    _try(db)
    assert db.info["once"] == ("k" * 64, NOW.date())


def test_no_bucket_is_kept_in_clear(db: Session) -> None:
    _try(db, "sign-in|ada@essai.test")
    assert "ada" not in db.scalars(select(limits.Attempt.bucket)).one()
    limits.forget(db, before=NOW + timedelta(days=2))
    assert db.scalars(select(limits.Attempt)).all() == []
