"""Questions about places."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house.access import Identity, Right, Scope, unit
from civic.rules import addresses
from civic.territory.models import (
    Residence,
    Street,
    StreetStretch,
    Territory,
    TerritoryPart,
    UnmatchedAddress,
)


def agglomeration(db: Session) -> Territory | None:
    """The agglomération of this site."""
    return db.scalars(
        select(Territory).where(Territory.kind == "agglomeration", ~Territory.is_external)
    ).first()


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbourhood or municipality as lists show it; `within` names what it lies in."""

    id: int
    kind: str
    name: str
    slug: str
    population: int | None
    within: tuple[str, ...]


def places(db: Session, kind: str) -> list[Place]:
    """All our own territories of a kind by name, with the municipalities they lie in."""
    whole = select(Territory.id, Territory.name).where(Territory.kind == "municipality").subquery()
    rows = db.execute(
        select(
            Territory.id,
            Territory.kind,
            Territory.name,
            Territory.slug,
            Territory.population,
            whole.c.name,
        )
        .outerjoin(TerritoryPart, TerritoryPart.part_id == Territory.id)
        .outerjoin(whole, whole.c.id == TerritoryPart.whole_id)
        .where(Territory.kind == kind, ~Territory.is_external)
        .order_by(Territory.folded_name, whole.c.name)
    )
    found: dict[int, Place] = {}
    for key, its_kind, name, slug, population, container in rows:
        before = found[key].within if key in found else ()
        inside = (*before, container) if container else before
        found[key] = Place(key, its_kind, name, slug, population, inside)
    return list(found.values())


def choices(db: Session) -> list[tuple[int, str]]:
    """Neighbourhoods for a form: identifier and « name (municipality) »."""
    return [
        (one.id, f"{one.name} ({', '.join(one.within)})" if one.within else one.name)
        for one in places(db, "neighbourhood")
    ]


def wholes(db: Session, territory_id: int) -> list[Territory]:
    """What a territory lies in, itself not included."""
    return list(
        db.scalars(
            select(Territory)
            .join(TerritoryPart, TerritoryPart.whole_id == Territory.id)
            .where(TerritoryPart.part_id == territory_id)
        )
    )


def scope_of(db: Session, territory_ids: list[int]) -> Scope:
    """The units whose people act on things that lie in these territories: two statements."""
    found = set(territory_ids)
    edge = set(territory_ids)
    for _level in range(2):  # neighbourhood → municipality → agglomération
        edge = set(
            db.scalars(select(TerritoryPart.whole_id).where(TerritoryPart.part_id.in_(edge)))
        )
        found |= edge
    rows = db.execute(
        select(Territory.kind, Territory.id).where(
            Territory.id.in_(found), Territory.kind.in_(("municipality", "agglomeration"))
        )
    )
    return frozenset(unit(kind, key) for kind, key in rows)


def locate(db: Session, municipality_id: int, texts: list[str]) -> list[int | None]:
    """The neighbourhood of each address of a municipality, None when no street answers.

    Looks at what an agent has settled, then streets with side and number, then residences.
    Four statements, whatever the number of addresses.
    """
    stretches: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    for name, side, first, last, where in db.execute(
        select(
            Street.folded_name,
            StreetStretch.side,
            StreetStretch.first_number,
            StreetStretch.last_number,
            StreetStretch.neighbourhood_id,
        )
        .join(StreetStretch, StreetStretch.street_id == Street.id)
        .where(Street.municipality_id == municipality_id)
    ):
        stretches[name].append((side, first, last, where))
    named = db.execute(
        select(Residence.folded_name, Residence.neighbourhood_id).where(
            Residence.municipality_id == municipality_id
        )
    )
    homes = [(row.folded_name, row.neighbourhood_id) for row in named]
    answers = db.execute(
        select(UnmatchedAddress.folded_address, UnmatchedAddress.neighbourhood_id).where(
            UnmatchedAddress.municipality_id == municipality_id,
            UnmatchedAddress.settled_on.is_not(None),
        )
    )
    settled = {row.folded_address: row.neighbourhood_id for row in answers}
    return [_locate(text, stretches, homes, settled) for text in texts]


def _locate(
    text: str,
    stretches: dict[str, list[tuple[str, int, int, int]]],
    homes: list[tuple[str, int]],
    settled: dict[str, int | None],
) -> int | None:
    plain = addresses.folded(text)
    if plain in settled:
        return settled[plain]
    read = addresses.read(text)
    for name, parts in stretches.items():
        if read.street == name or read.street.startswith(name + " "):
            for side, first, last, where in parts:
                if read.number is None:
                    if len({part[3] for part in parts}) == 1:
                        return where
                elif addresses.within(read.number, side, first, last):
                    return where
    for name, where in homes:
        if f" {name} " in f" {plain} ":
            return where
    return None


def settled_outside(db: Session, municipality_id: int) -> set[str]:
    """Folded addresses that an agent has said to lie in no neighbourhood."""
    return set(
        db.scalars(
            select(UnmatchedAddress.folded_address).where(
                UnmatchedAddress.municipality_id == municipality_id,
                UnmatchedAddress.settled_on.is_not(None),
                UnmatchedAddress.neighbourhood_id.is_(None),
            )
        )
    )


def waiting(db: Session, me: Identity) -> list[tuple[UnmatchedAddress, str]]:
    """The addresses that wait for this agent's decision, with their municipality's name."""
    units = me.units(Right.RESOLVE_ADDRESSES)
    ids = [int(one.split(":")[1]) for one in units if one.startswith("municipality:")]
    query = (
        select(UnmatchedAddress, Territory.name)
        .join(Territory, Territory.id == UnmatchedAddress.municipality_id)
        .where(UnmatchedAddress.settled_on.is_(None))
        .order_by(Territory.folded_name, UnmatchedAddress.folded_address)
        .limit(200)
    )
    if not any(one.startswith("agglomeration:") for one in units):
        query = query.where(UnmatchedAddress.municipality_id.in_(ids))
    return [(row, name) for row, name in db.execute(query)]


def scope_of_address(db: Session, address_id: int) -> Scope | None:
    """Who settles an address."""
    row = db.get(UnmatchedAddress, address_id)
    return None if row is None else scope_of(db, [row.municipality_id])
