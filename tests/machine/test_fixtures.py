"""The fixtures of tests/conftest.py keep their promises, on both databases."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.house import post
from civic.house.clock import clock as house_clock
from tests import make
from tests.machine.outbox import Outbox
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

MAIL = post.Mail("a@b.test", "Bienvenue", "Ouvrez https://civic.test/compte/x.")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_row_is_left_for_the_next_test(turn: str, db: Session, outbox: Outbox) -> None:
    assert outbox.all() == []
    post.put(db, MAIL, at=house_clock.now())
    db.commit()
    assert outbox.to("a@b.test") == [MAIL]
    assert outbox.link("a@b.test") == "/compte/x"


def test_statements_are_counted_but_not_the_bounds_of_transactions(
    db: Session, count_statements: CountStatements
) -> None:
    with count_statements() as asked:
        for _ in range(3):
            db.scalar(select(func.count()).select_from(post.OutboxMail))
        db.rollback()
    assert len(asked) == 3
    db.scalar(select(1))
    assert len(asked) == 3


def test_time_stands_still_until_it_is_moved(clock: StoppedClock) -> None:
    before = house_clock.now()
    assert house_clock.now() == before
    clock.move(days=2, hours=1)
    assert house_clock.now() - before == timedelta(days=2, hours=1)


def test_no_test_reaches_beyond_this_machine() -> None:
    # pytest-socket warns before it refuses, and here a warning is an error.
    with socket.socket() as out, pytest.raises(UserWarning, match=r"192\.0\.2\.1"):
        out.connect(("192.0.2.1", 80))


def test_a_visitor_signs_in_with_the_password_of_all_builders(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    made = make.account(db, first_names="Ada")
    assert client.see("/mon-espace", status=303).location.startswith("/compte/connexion")
    assert client.sign_in(made.email).location == "/mon-espace"
    assert "Ada" in client.see("/mon-espace")
