"""The outbox against a real SMTP server: nothing sent twice, nothing lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from civic.house import post
from civic.house.db import sessions, writing
from civic.house.post import DELAYS, Mail, OutboxMail
from tests.machine.outbox import Outbox
from tests.make import NOW


class Listener:
    """A mail server that keeps what it gets, and can be told to refuse."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            text = envelope.content.decode()
            identifier = next(x for x in text.splitlines() if x.startswith("Message-ID"))
            self.got.append((envelope.rcpt_tos[0], identifier))
        return self.answer


@pytest.fixture
def listener() -> Iterator[tuple[Listener, str]]:
    handler = Listener()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def _put(db: Session, to: str = "a@essai.test") -> str:
    with writing(db):
        return post.put(db, Mail(to, "Sujet é", "Corps à lire"), at=NOW)


def _send(engine: Engine, url: str, at: datetime = NOW) -> int:
    return post.send_due(
        sessions(engine), post.carrier(url), sender="s@essai.test", host="h.test", now=lambda: at
    )


def test_a_mail_is_sent_once(
    engine: Engine, db: Session, outbox: Outbox, listener: tuple[Listener, str]
) -> None:
    handler, url = listener
    key = _put(db)
    assert _send(engine, url) == 1
    assert _send(engine, url) == 0
    assert handler.got == [("a@essai.test", f"Message-ID: <{key}@h.test>")]
    assert outbox.last("a@essai.test").subject == "Sujet é"


def test_a_verb_that_fails_sends_nothing(
    engine: Engine, db: Session, outbox: Outbox, listener: tuple[Listener, str]
) -> None:
    with pytest.raises(ZeroDivisionError), writing(db):  # noqa: PT012 - what the verb does
        post.put(db, Mail("a@essai.test", "s", "b"), at=NOW)
        raise ZeroDivisionError
    assert _send(engine, listener[1]) == 0
    assert outbox.all() == []


def test_a_refused_mail_is_tried_again_later_and_later_then_given_up(
    engine: Engine, db: Session, outbox: Outbox, listener: tuple[Listener, str]
) -> None:
    handler, url = listener
    handler.answer = "451 later"
    key = _put(db)
    at = NOW
    for minutes in DELAYS:
        _send(engine, url, at)
        row = db.get_one(OutboxMail, key, populate_existing=True)
        assert (row.state, row.due_at) == ("waiting", at + timedelta(minutes=minutes))
        assert "451" in row.problem
        assert _send(engine, url, at + timedelta(minutes=minutes, seconds=-1)) == 0
        at = row.due_at
        db.rollback()
    _send(engine, url, at)
    assert db.get_one(OutboxMail, key, populate_existing=True).state == "given_up"
    assert handler.got == []
    assert len(outbox.all()) == 1


def test_a_server_that_is_away_loses_nothing(
    engine: Engine, db: Session, outbox: Outbox, listener: tuple[Listener, str]
) -> None:
    handler, url = listener
    _put(db)
    assert _send(engine, "smtp://127.0.0.1:1") == 0
    assert _send(engine, url, NOW + timedelta(minutes=2)) == 1
    assert len(handler.got) == len(outbox.all()) == 1


CRASH = """
import os, signal, sys
from datetime import datetime, UTC
from civic.house import db as house, post
engine = house.make_engine(sys.argv[1])
class Dies:
    def carry(self, message, handing):
        if sys.argv[2] == "after":
            handing()
        os.kill(os.getpid(), signal.SIGKILL)
post.send_due(house.sessions(engine), Dies(), sender="s@essai.test", host="h.test",
              now=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))
"""


def _crash(url: str, when: str) -> None:
    root = Path(__file__).parent.parent.parent
    words = [sys.executable, "-c", CRASH, url, when]
    killed = subprocess.run(words, cwd=root, env=dict(os.environ), check=False)
    assert killed.returncode == -signal.SIGKILL


def test_a_worker_killed_before_handing_over_loses_nothing(
    engine: Engine,
    db: Session,
    database_url: str,
    outbox: Outbox,
    listener: tuple[Listener, str],
) -> None:
    handler, url = listener
    _put(db)
    _crash(database_url, "before")
    assert _send(engine, url, NOW + timedelta(minutes=1)) == 0  # still held by the dead worker
    assert _send(engine, url, NOW + timedelta(minutes=6)) == 1
    assert len(handler.got) == len(outbox.all()) == 1


def test_a_worker_killed_while_handing_over_never_sends_twice(
    engine: Engine,
    db: Session,
    database_url: str,
    outbox: Outbox,
    listener: tuple[Listener, str],
) -> None:
    handler, url = listener
    key = _put(db)
    _crash(database_url, "after")
    assert _send(engine, url, NOW + timedelta(minutes=6)) == 0
    assert handler.got == []
    assert db.get_one(OutboxMail, key, populate_existing=True).state == "uncertain"
    assert len(outbox.all()) == 1


def test_an_address_that_no_mail_can_bear_is_given_up_and_stops_nobody_elses(
    engine: Engine, db: Session, outbox: Outbox, listener: tuple[Listener, str]
) -> None:
    handler, url = listener
    bad = [_put(db, to) for to in ("élise@essai.test", "a@[essai.test", "=?utf-8?q?=0a?=@essai.fr")]
    _put(db)
    assert _send(engine, url) == 1
    assert [to for to, _id in handler.got] == ["a@essai.test"]
    db.expire_all()
    assert [db.get_one(OutboxMail, key).state for key in bad] == ["given_up"] * 3
