"""The demo's territory: CA Valenciennes Métropole with its real municipalities and the names of
its renewal neighbourhoods; no code of a quartier prioritaire (none was found to be certain).
Streets, numbers and outlines are invented."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house.demo import Demo
from civic.territory import reading, service
from civic.territory.models import Territory

HERE = Path(__file__).parent


def fill(db: Session, demo: Demo) -> None:
    """Loads the territory through the same reader and verb as the command line."""
    places = reading.read_places((HERE / "places.csv").read_bytes())
    streets = reading.read_streets((HERE / "streets.csv").read_bytes())
    hoods = [one for one in places if one.kind == "neighbourhood"]
    places = [
        replace(one, outline=_sketch(hoods.index(one))) if one.kind == "neighbourhood" else one
        for one in places
    ]
    service.load(db, places=places, streets=streets, by="system", at=demo.now)
    for row in db.scalars(select(Territory)):
        demo.territories[row.kind, row.name] = row
        if row.kind == "agglomeration":
            demo.agglomeration = row
    db.expunge_all()


def _sketch(place: int) -> dict[str, Any]:
    """A plain invented outline: six corners, laid out on a grid."""
    west, south = 3.44 + 0.03 * (place % 5), 50.33 + 0.03 * (place // 5)
    corners = [(0, 4), (6, 0), (16, 1), (20, 8), (14, 15), (4, 13), (0, 4)]
    ring = [[round(west + x / 1000, 5), round(south + y / 1000, 5)] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}
