"""Fills the demo: each room writes its own part, through its own verbs, in the order of rooms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from civic import rooms
from civic.house.clock import clock
from civic.house.db import make_engine, migrate, sessions
from civic.house.demo import Demo
from civic.house.settings import Settings


def fill(
    settings: Settings, folder: Path, reference: Path | None, *, tell: Callable[[str], None]
) -> Demo:
    """A new database with the whole demo; `tell` says what is being done."""
    rooms.load_models()
    engine = make_engine(settings.database_url)
    migrate(engine)
    demo = Demo(now=clock.now(), folder=folder, settings=settings, reference=reference)
    try:
        with sessions(engine)() as db:
            db.info["settings"] = settings
            for room in rooms.part("demo"):
                tell(f"Démonstration : {room.__name__.split('.')[1]}")
                room.fill(db, demo)
    finally:
        engine.dispose()
    return demo
