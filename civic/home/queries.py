"""Questions to the whole house. A room answers those it has something to say to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from civic import rooms
from civic.house.access import Identity
from civic.house.todo import Found, News, OpenNow, Todo


def _asked(name: str) -> list[Any]:
    """What the rooms call `name`, in the order of the rooms; the entrance itself is not asked."""
    others = (room for room in rooms.part("queries") if room.__name__ != __name__)
    return [getattr(room, name) for room in others if hasattr(room, name)]


def open_now(db: Session, now: datetime, most: int = 3) -> list[OpenNow]:
    """At most three things that anybody can do now, each place once: what has a deadline first,
    votes before ideas before sessions to attend."""
    found: list[OpenNow] = [thing for ask in _asked("open_now") for thing in ask(db, now)]
    order = {"vote": 0, "propose": 1, "draw": 2}
    found.sort(
        key=lambda one: (
            one.until is None,
            order.get(one.kind, 3),
            one.until.timestamp() if one.until else 0,
        )
    )
    once = {one.url: one for one in reversed(found)}
    return [one for one in found if once[one.url] is one][:most]


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """What one person has to do, by deadline; what has none comes last."""
    found: list[Todo] = [thing for ask in _asked("todo") for thing in ask(db, me, now)]
    return sorted(found, key=lambda one: one.due.timestamp() if one.due else 9e18)


def news(db: Session, kind: str, most: int = 4) -> list[News]:
    """The latest of a kind ("decided", "moving", "council"), newest first."""
    found: list[News] = [thing for ask in _asked("news") for thing in ask(db, kind, most)]
    return sorted(found, key=lambda one: one.on, reverse=True)[:most]


def search(db: Session, words: str, most: int = 8) -> list[tuple[str, list[Found]]]:
    """What each room finds for folded words, by room; nothing for fewer than two letters."""
    if len(words) < 2:
        return []
    answers = []
    for ask in _asked("search"):
        label, found = ask(db, words, most)
        if found:
            answers.append((str(label), found))
    return answers


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """All that the site knows of the asker, room by room, as JSON-able values."""
    answer: dict[str, Any] = {}
    for ask in _asked("own_data"):
        answer |= ask(db, me)
    return answer


def open_files() -> list[tuple[str, str, str]]:
    """The open data files of the rooms: (name, sentence, address)."""
    return [
        (str(name), str(sentence), address)
        for files in _asked("OPEN_DATA")
        for name, sentence, address in files
    ]
