"""A clock that stands still until a test moves it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from civic.house.clock import Clock, clock

MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Ten o'clock in Paris, four weeks before summer time; the same instant as tests.make.NOW."""


class StoppedClock:
    """Holds the house's clock at one instant, `MONDAY_MORNING` at first."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self.house: Clock = clock
        self.set(MONDAY_MORNING)

    @property
    def now(self) -> datetime:
        """The instant, UTC."""
        return clock.now()

    def set(self, instant: datetime) -> None:
        """It is now `instant` (aware)."""
        self._held.close()
        self._held.enter_context(clock.at(instant.astimezone(UTC)))

    def move(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Time passes."""
        self.set(self.now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))

    def close(self) -> None:
        """The clock runs again."""
        self._held.close()
