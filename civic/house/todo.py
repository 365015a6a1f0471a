"""What a room tells the front page and « Mon espace »."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Something anybody can do now. `kind`: propose, vote, draw or decide."""

    kind: str
    title: str
    sentence: str
    until: datetime | None
    url: str
    verb: str


@dataclass(frozen=True, slots=True)
class Todo:
    """Something one person has to do, by `due` if there is a deadline."""

    due: datetime | None
    text: str
    url: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, for the front page."""

    on: date
    title: str
    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a search found."""

    title: str
    sentence: str
    url: str
