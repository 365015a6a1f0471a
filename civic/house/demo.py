"""What the rooms share while a demo is filled: the day, a seeded chance, and who is who."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from civic.house.clock import day_of
from civic.house.settings import Settings


@dataclass(slots=True)
class Demo:
    """A demo being filled. Rooms come in the order of `civic.rooms`; each leaves in `shared` what
    the next ones need. `reference` is the folder of real instances, None when it is not there."""

    now: datetime
    folder: Path
    settings: Settings
    reference: Path | None
    random: Random = field(default_factory=lambda: Random(2014173))  # noqa: S311 - a demo's chance
    territories: dict[tuple[str, str], Any] = field(default_factory=dict)
    agglomeration: Any = None
    staff: dict[str, str] = field(default_factory=dict)
    residents: list[str] = field(default_factory=list)
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The Paris day of the demo."""
        return day_of(self.now)

    def municipality(self, name: str) -> Any:
        """The municipality of that name (a `Territory`)."""
        return self.territories["municipality", name]

    def neighbourhood(self, name: str) -> Any:
        """The neighbourhood of that name (a `Territory`)."""
        return self.territories["neighbourhood", name]
