"""The verbs of the territory: load it, queue an address, settle it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded, slug
from civic.rules.addresses import folded as fold_address
from civic.territory.models import (
    Residence,
    Street,
    StreetStretch,
    Territory,
    TerritoryPart,
    UnmatchedAddress,
)

QPV_CODE = re.compile(r"QP\d{6}|QN[0-9AB]{2}\d{3}[NMI]")


@dataclass(frozen=True, slots=True)
class PlaceToLoad:
    """One territory of a file. `within` are names (or codes) of territories it lies in."""

    kind: str
    name: str
    code: str | None = None
    qpv_code: str | None = None
    population: int | None = None
    within: tuple[str, ...] = ()
    outline: dict[str, Any] | None = None
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class StreetToLoad:
    """The numbers of a side of a street, or a residence (no numbers), and their neighbourhood."""

    municipality: str
    name: str
    neighbourhood: str
    side: str = "all"
    first: int = 1
    last: int = 9999
    is_residence: bool = False


@dataclass(slots=True)
class Loaded:
    """How many territories and stretches were added or changed."""

    places: int = 0
    streets: int = 0
    names: dict[str, int] = field(default_factory=dict)


def load(
    db: Session,
    *,
    places: Iterable[PlaceToLoad],
    streets: Iterable[StreetToLoad] = (),
    by: str,
    at: datetime,
) -> Loaded:
    """Loads territories, then streets and residences; loading the same again changes nothing."""
    done = Loaded()
    with writing(db):
        for place in places:
            load_place_within(db, place)
            done.places += 1
        for street in streets:
            _load_street(db, street)
            done.streets += 1
        journal.record(
            db, at=at, actor=by, verb="territory.load", target="territory:all",
            places=done.places, streets=done.streets,
        )  # fmt: skip
    return done


def load_place_within(db: Session, place: PlaceToLoad) -> int:
    """Adds or changes one territory, inside the caller's transaction; its identifier."""
    if place.qpv_code is not None and not QPV_CODE.fullmatch(place.qpv_code):
        raise Refusal(
            lazy(
                "« %(code)s » n'est pas un code de quartier prioritaire (QP… ou QN…).",
                code=place.qpv_code,
            )
        )
    found = _find(db, place.name, place.kind, place.within)
    if found is None:
        base = slug(place.name)
        taken = db.scalar(select(Territory.id).where(Territory.slug == base))
        if taken is not None:
            base = f"{base}-{slug(place.within[0]) if place.within else place.kind}"[:80]
        found = Territory(
            kind=place.kind, name=place.name, folded_name=folded(place.name), slug=base
        )
        db.add(found)
    found.code = place.code or found.code
    found.qpv_code = place.qpv_code or found.qpv_code
    found.population = place.population if place.population is not None else found.population
    found.outline = place.outline or found.outline
    found.is_external = place.is_external
    db.flush()
    for name in place.within:
        whole = _named(db, name)
        if db.get(TerritoryPart, (whole.id, found.id)) is None:
            db.add(TerritoryPart(whole_id=whole.id, part_id=found.id))
    db.flush()
    return found.id


def _find(db: Session, name: str, kind: str, within: tuple[str, ...]) -> Territory | None:
    same = db.scalars(
        select(Territory).where(Territory.kind == kind, Territory.folded_name == folded(name))
    ).all()
    if kind in {"agglomeration", "municipality"} or not within:
        return same[0] if same else None
    wholes = {_named(db, one).id for one in within}
    for one in same:
        mine = set(
            db.scalars(select(TerritoryPart.whole_id).where(TerritoryPart.part_id == one.id))
        )
        if mine & wholes:
            return one
    return None


def _named(db: Session, name: str) -> Territory:
    found = db.scalars(
        select(Territory)
        .where((Territory.folded_name == folded(name)) | (Territory.code == name))
        .order_by(Territory.kind.desc())
    ).all()
    for kind in ("municipality", "agglomeration", "neighbourhood", "sector"):
        for one in found:
            if one.kind == kind:
                return one
    raise Refusal(
        lazy("« %(name)s » n'est pas encore connu : chargez d'abord ce territoire.", name=name)
    )


def _load_street(db: Session, line: StreetToLoad) -> None:
    town = _named(db, line.municipality)
    hood = _find(db, line.neighbourhood, "neighbourhood", (line.municipality,))
    if hood is None:
        raise Refusal(
            lazy(
                "Le quartier « %(name)s » n'est pas connu à %(town)s.",
                name=line.neighbourhood,
                town=line.municipality,
            )
        )
    name = fold_address(line.name)
    if line.is_residence:
        home = db.scalars(
            select(Residence).where(
                Residence.municipality_id == town.id, Residence.folded_name == name
            )
        ).first()
        if home is None:
            home = Residence(municipality_id=town.id, name=line.name, folded_name=name)
            db.add(home)
        home.neighbourhood_id = hood.id
        return
    street = db.scalars(
        select(Street).where(Street.municipality_id == town.id, Street.folded_name == name)
    ).first()
    if street is None:
        street = Street(municipality_id=town.id, name=line.name, folded_name=name)
        db.add(street)
        db.flush()
    same = db.scalars(
        select(StreetStretch).where(
            StreetStretch.street_id == street.id,
            StreetStretch.side == line.side,
            StreetStretch.first_number == line.first,
            StreetStretch.last_number == line.last,
        )
    ).first()
    if same is None:
        same = StreetStretch(
            street_id=street.id, side=line.side, first_number=line.first, last_number=line.last
        )
        db.add(same)
    same.neighbourhood_id = hood.id
    db.flush()


def queue_unmatched_within(
    db: Session, *, municipality_id: int, addresses: list[str], at: datetime
) -> int:
    """Queues addresses that no street answers to; how many are new. They never vanish."""
    wanted = {fold_address(text): text.strip()[:200] for text in addresses if text.strip()}
    known = {
        row.folded_address: row
        for row in db.scalars(
            select(UnmatchedAddress).where(UnmatchedAddress.municipality_id == municipality_id)
        )
    }
    new = 0
    for plain, text in wanted.items():
        if plain[:200] in known:
            known[plain[:200]].seen += 1
            known[plain[:200]].seen_on = day_of(at)
            continue
        db.add(
            UnmatchedAddress(
                municipality_id=municipality_id,
                address=text,
                folded_address=plain[:200],
                seen=1,
                seen_on=day_of(at),
            )
        )
        new += 1
    db.flush()
    return new


def settle(
    db: Session, *, address_id: int, neighbourhood_id: int | None, by: str, at: datetime
) -> None:
    """Says where an address lies: in a neighbourhood, or in none of them (None)."""
    with writing(db):
        row = db.get(UnmatchedAddress, address_id, with_for_update=True)
        if row is None:
            raise NotFound
        if neighbourhood_id is not None:
            hood = db.get(Territory, neighbourhood_id)
            if hood is None or hood.kind != "neighbourhood":
                raise Refusal(lazy("Choisissez un quartier de la liste."), field="neighbourhood")
        row.neighbourhood_id, row.settled_on, row.settled_by = neighbourhood_id, day_of(at), by
        journal.record(
            db, at=at, actor=by, verb="address.settle", target=f"address:{address_id}",
            neighbourhood=neighbourhood_id,
        )  # fmt: skip
