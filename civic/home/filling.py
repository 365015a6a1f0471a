"""Fills the demo: each room writes its own part, through its own verbs, in the order of rooms."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path

from sqlalchemy import event

from civic import rooms
from civic.house.clock import clock
from civic.house.db import make_engine, migrate, sessions
from civic.house.demo import Demo
from civic.house.settings import Settings


def fill(
    settings: Settings,
    folder: Path,
    reference: Path | None,
    *,
    tell: Callable[[str], None],
    only: Container[str] = rooms.ROOMS,
) -> Demo:
    """A new database with the demo of the rooms in `only`; `tell` says what is being done."""
    rooms.load_models()
    engine = make_engine(settings.database_url)
    if engine.dialect.name == "sqlite":  # a draft: nobody votes in it until it is whole
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    migrate(engine)
    demo = Demo(now=clock.now(), folder=folder, settings=settings, reference=reference)
    try:
        with sessions(engine)() as db:
            db.info["settings"] = settings
            for room in rooms.part("demo"):
                name = room.__name__.split(".")[1]
                if name in only:
                    tell(f"Démonstration : {name}")
                    room.fill(db, demo)
    finally:
        engine.dispose()
    return demo
