"""Where a proposal lies: a territory of ours, and a GeoJSON geometry that makes sense."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.territory.models import Territory, TerritoryPart

SHAPES = {"Point": 0, "LineString": 1, "Polygon": 2}
MOST_POINTS = 500


def municipality_of(db: Session, territory_id: int) -> tuple[int, int | None]:
    """(municipality, neighbourhood or None) of what a person chose; refuses anything else."""
    found = db.get(Territory, territory_id)
    unknown = Refusal(lazy("Choisissez une commune ou un quartier de la liste."), field="territory")
    if found is None or found.is_external:
        raise unknown
    if found.kind == "municipality":
        return found.id, None
    if found.kind != "neighbourhood":
        raise unknown
    whole = db.scalar(
        select(TerritoryPart.whole_id)
        .join(Territory, Territory.id == TerritoryPart.whole_id)
        .where(TerritoryPart.part_id == found.id, Territory.kind == "municipality")
        .order_by(TerritoryPart.whole_id)
        .limit(1)
    )
    if whole is None:
        raise unknown
    return whole, found.id


def checked_place(geometry: Any) -> dict[str, Any] | None:
    """A GeoJSON point, line or polygon in WGS 84 with its points in range; None for none.

    Raises Refusal when it is anything else.
    """
    if geometry is None:
        return None
    wrong = Refusal(
        lazy("Nous n'avons pas compris ce lieu. Donnez une latitude et une longitude."),
        field="place",
    )
    if not isinstance(geometry, dict) or geometry.get("type") not in SHAPES:
        raise wrong
    points = _points(geometry.get("coordinates"), SHAPES[geometry["type"]])
    if points is None or not 1 <= len(points) <= MOST_POINTS:
        raise wrong
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}


def _points(value: Any, depth: int) -> list[Any] | None:
    if not isinstance(value, (list, tuple)):
        return None
    if depth:
        found: list[Any] = []
        for part in value:
            inner = _points(part, depth - 1)
            if inner is None:
                return None
            found += inner
        return found
    numbers = len(value) == 2 and all(
        isinstance(n, (int, float)) and not isinstance(n, bool) for n in value
    )
    in_range = numbers and -180 <= value[0] <= 180 and -90 <= value[1] <= 90
    return [tuple(value)] if in_range else None
