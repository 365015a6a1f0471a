"""The time. Instants are UTC inside; days and hours that people read are Europe/Paris.

Nothing else in the house asks what time it is: views and workers read `clock.now()` and pass it
on, so that a test (or a rehearsal of a vote) can set it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock:
    """A clock that can be stopped. `now()` is an aware UTC datetime."""

    def __init__(self) -> None:
        self._read: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self._read()

    def today(self) -> date:
        """The present day in Paris."""
        return day_of(self.now())

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """Stops the clock at `instant` for the length of the block."""
        before, self._read = self._read, lambda: instant
        try:
            yield
        finally:
            self._read = before


clock = Clock()


def day_of(instant: datetime) -> date:
    """The Paris day of an instant."""
    return instant.astimezone(PARIS).date()


def paris(day: date, at: time = time(0, 0)) -> datetime:
    """The UTC instant of an hour of a Paris day."""
    return datetime.combine(day, at, tzinfo=PARIS).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The UTC instant at which a Paris day ends (the next midnight)."""
    return paris(day + timedelta(days=1))
