"""Whose people may act on which councils."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from civic.councils.models import (
    CitizenCouncil,
    CouncilMunicipality,
)
from civic.house.access import Scope, unit
from civic.territory.models import Territory, TerritoryPart


def scope_of(db: Session, slug: str, **_args: Any) -> Scope | None:
    """Whose people may act on the council of this address; None when there is none."""
    return _scope(db, CitizenCouncil.slug == slug)


def scope_of_id(db: Session, council_id: int, **_args: Any) -> Scope | None:
    """The same, by number."""
    return _scope(db, CitizenCouncil.id == council_id)


def _scope(db: Session, which: Any) -> Scope | None:
    whole = aliased(Territory)
    rows = db.execute(
        select(CitizenCouncil.id, CouncilMunicipality.territory_id, whole.id)
        .outerjoin(CouncilMunicipality, CouncilMunicipality.council_id == CitizenCouncil.id)
        .outerjoin(TerritoryPart, TerritoryPart.part_id == CouncilMunicipality.territory_id)
        .outerjoin(whole, and_(whole.id == TerritoryPart.whole_id, whole.kind == "agglomeration"))
        .where(which)
    ).all()
    if not rows:
        return None
    return frozenset(
        {unit("council", rows[0][0])}
        | {unit("municipality", row[1]) for row in rows if row[1]}
        | {unit("agglomeration", row[2]) for row in rows if row[2]}
    )


def in_units(units: Iterable[str]) -> Any:
    """A condition on councils: those that the people of these units may act on."""
    numbers: dict[str, list[int]] = {}
    for name in units:
        kind, _sep, number = name.partition(":")
        if number.isascii() and number.isdigit():
            numbers.setdefault(kind, []).append(int(number))
    parts = select(TerritoryPart.part_id).where(
        TerritoryPart.whole_id.in_(numbers.get("agglomeration", []))
    )
    covered = select(CouncilMunicipality.council_id).where(
        CouncilMunicipality.territory_id.in_(numbers.get("municipality", []))
        | CouncilMunicipality.territory_id.in_(parts)
    )
    return CitizenCouncil.id.in_(numbers.get("council", [])) | CitizenCouncil.id.in_(covered)


def neighbourhood_choices(db: Session, units: Iterable[str]) -> list[tuple[int, str]]:
    """The neighbourhoods that people of these units may give a council: (id, « name, town »)."""
    numbers: dict[str, list[int]] = {"municipality": [], "agglomeration": []}
    for name in units:
        kind, _sep, number = name.partition(":")
        if kind in numbers and number.isascii() and number.isdigit():
            numbers[kind].append(int(number))
    inside = select(TerritoryPart.part_id).where(
        TerritoryPart.whole_id.in_(numbers["agglomeration"])
    )
    town = aliased(Territory)
    rows = db.execute(
        select(Territory.id, Territory.name, town.name)
        .join(TerritoryPart, TerritoryPart.part_id == Territory.id)
        .join(town, and_(town.id == TerritoryPart.whole_id, town.kind == "municipality"))
        .where(
            Territory.kind == "neighbourhood",
            Territory.ends_on.is_(None),
            town.id.in_(numbers["municipality"]) | town.id.in_(inside),
        )
        .order_by(town.folded_name, Territory.folded_name)
    )
    found: dict[int, str] = {}
    for territory_id, name, town_name in rows:
        before = found.get(territory_id)
        found[territory_id] = f"{before}, {town_name}" if before else f"{name} – {town_name}"
    return list(found.items())
