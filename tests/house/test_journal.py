"""The journal finds what was altered, removed or reordered, and says which line."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.db import writing
from tests.make import NOW


@pytest.fixture
def five_lines(db: Session) -> Session:
    for number in range(1, 6):
        with writing(db):
            journal.record(
                db, at=NOW, actor="system", verb="test.do", target=f"thing:{number}", n=number
            )
    return db


def _tamper(db: Session, *statements: str) -> journal.Verdict:
    """What somebody with the database in their hands could do: guards off, then the change."""
    db.rollback()
    postgresql = db.get_bind().dialect.name == "postgresql"
    if postgresql:
        db.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
    else:
        for (name,) in db.execute(
            text("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE '%journal%'")
        ).all():
            db.execute(text(f"DROP TRIGGER {name}"))
    for statement in statements:
        db.execute(text(statement))
    db.commit()
    db.expire_all()
    return journal.verify(db)


def test_an_untouched_journal_is_right(five_lines: Session) -> None:
    verdict = journal.verify(five_lines)
    assert (verdict.lines, verdict.wrong) == (5, None)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("UPDATE journal_entry SET actor = 'other' WHERE id = 3", "ligne 3"),
        ("UPDATE journal_entry SET detail = '{\"n\": 4}' WHERE id = 2", "ligne 2"),
        ("UPDATE journal_entry SET target = 'thing:9' WHERE id = 5", "ligne 5"),
        ("DELETE FROM journal_entry WHERE id = 2", "ligne 2"),
        ("DELETE FROM journal_entry WHERE id = 1", "ligne 1"),
        ("DELETE FROM journal_entry WHERE id = 5", "ligne 5"),
    ],
)
def test_a_changed_or_removed_line_is_named(five_lines: Session, change: str, line: str) -> None:
    wrong = _tamper(five_lines, change).wrong
    assert wrong is not None
    assert line in wrong


def test_two_lines_that_changed_places_are_found(five_lines: Session) -> None:
    wrong = _tamper(
        five_lines,
        "UPDATE journal_entry SET id = 99 WHERE id = 2",
        "UPDATE journal_entry SET id = 2 WHERE id = 3",
        "UPDATE journal_entry SET id = 3 WHERE id = 99",
    ).wrong
    assert wrong is not None
    assert "ligne 2" in wrong


@pytest.mark.parametrize(
    "change", ["UPDATE journal_entry SET actor = 'x'", "DELETE FROM journal_entry"]
)
def test_the_database_itself_refuses_changes(five_lines: Session, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        five_lines.execute(text(change))
