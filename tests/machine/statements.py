"""Counts the SQL statements that the code under test sends, on whichever engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Engine, event

# They mark the bounds of a transaction, they ask for nothing.
BOUNDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")

CountStatements: TypeAlias = Callable[[], AbstractContextManager[list[str]]]


@contextmanager
def count() -> Iterator[list[str]]:
    """A list that fills with the statements sent while the block runs, in order."""
    asked: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(BOUNDS):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
