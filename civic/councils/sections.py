"""What later rooms add to a council's page: who sits, when it meets, what it said, who speaks
for it. A room registers a section once, and the council's page shows them in order of place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from civic.councils.queries import CouncilPage
from civic.house.access import Identity

Reader = Callable[[Session, CouncilPage, Identity, datetime], Any]
"""`(db, council, me, now) -> what the section's template knows as `part``; None hides it. At
most two statements, the same number however long the council's history is."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: where it stands, its template, and what it reads."""

    place: int
    template: str
    read: Reader


SECTIONS: dict[str, Section] = {}


def section(place: int, template: str) -> Callable[[Reader], Reader]:
    """Registers `template` at `place` (10, 20 …) of every council's page."""

    def register(read: Reader) -> Reader:
        SECTIONS[template] = Section(place, template, read)
        return read

    return register


def in_order() -> list[Section]:
    """The sections as the page shows them."""
    return sorted(SECTIONS.values(), key=lambda one: one.place)
