"""Where proposals lie, who acts on them there, and the public list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from civic.house.access import Identity, Right, Scope
from civic.house.text import folded
from civic.proposals.models import (
    Proposal,
)
from civic.proposals.states import GROUPS, THEMES
from civic.territory import queries as territory
from civic.territory.models import Territory, TerritoryPart

Municipality = aliased(Territory)
Neighbourhood = aliased(Territory)


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality or a neighbourhood to choose; `label` says both for a neighbourhood."""

    id: int
    label: str
    municipality_id: int
    is_neighbourhood: bool


@cache
def _places() -> Select[int, str, str, int, str]:
    whole = aliased(Territory)
    return (
        select(Territory.id, Territory.name, Territory.kind, whole.id, whole.name)
        .join(TerritoryPart, TerritoryPart.part_id == Territory.id)
        .join(whole, whole.id == TerritoryPart.whole_id)
        .where(
            Territory.is_external.is_(False),
            ((Territory.kind == "municipality") & (whole.kind == "agglomeration"))
            | ((Territory.kind == "neighbourhood") & (whole.kind == "municipality")),
        )
        .order_by(
            case(
                (Territory.kind == "municipality", Territory.folded_name), else_=whole.folded_name
            ),
            Territory.kind,
            Territory.folded_name,
        )
    )


def places(db: Session) -> list[Place]:
    """The municipalities of the agglomération and their neighbourhoods, by name: one statement.

    A neighbourhood that crosses municipalities is listed once under each of them.
    """
    rows = db.execute(_places())
    return [
        Place(key, name, key, False)
        if kind == "municipality"
        else Place(key, f"{whole_name} – {name}", whole_id, True)
        for key, name, kind, whole_id, whole_name in rows
    ]


def scope_of(db: Session, number: int, **_rest: Any) -> Scope | None:
    """The units whose people may act on a proposal."""
    found = db.scalar(select(Proposal.municipality_id).where(Proposal.number == number))
    return None if found is None else territory.scope_of(db, [found])


def municipalities_of(db: Session, me: Identity, right: Right) -> list[int]:
    """The municipalities where `right` is held, through the agglomération or directly."""
    units = me.units(right)
    own = [int(u.split(":")[1]) for u in units if u.startswith("municipality:")]
    wholes = [int(u.split(":")[1]) for u in units if u.startswith("agglomeration:")]
    if wholes:
        own += db.scalars(
            select(TerritoryPart.part_id)
            .join(Territory, Territory.id == TerritoryPart.part_id)
            .where(TerritoryPart.whole_id.in_(wholes), Territory.kind == "municipality")
        )
    return sorted(set(own))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; "" and None narrow nothing. `state` is a key of GROUPS."""

    place: int | None = None
    theme: str = ""
    state: str = ""
    words: str = ""


def is_public() -> ColumnElement[bool]:
    """The condition that everybody may see a proposal."""
    return Proposal.published_at.is_not(None) & Proposal.hidden_reason.is_(None)


def listing(filters: Filters) -> Select[Any]:
    """Published proposals, newest first: number, title, theme, status, status_since, place_text,
    beginning (of the text), neighbourhood, municipality."""
    query = (
        select(
            Proposal.number,
            Proposal.title,
            Proposal.theme,
            Proposal.status,
            Proposal.status_since,
            Proposal.place_text,
            func.substr(Proposal.body, 1, 220).label("beginning"),
            Neighbourhood.name.label("neighbourhood"),
            Municipality.name.label("municipality"),
        )
        .join(Municipality, Municipality.id == Proposal.municipality_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Proposal.neighbourhood_id)
        .where(is_public())
        .order_by(Proposal.filed_at.desc(), Proposal.number.desc())
    )
    if filters.place is not None:
        query = query.where(
            or_(
                Proposal.neighbourhood_id == filters.place,
                Proposal.municipality_id == filters.place,
            )
        )
    if filters.theme in THEMES:
        query = query.where(Proposal.theme == filters.theme)
    if filters.state in GROUPS:
        query = query.where(Proposal.status.in_(GROUPS[filters.state][1]))
    for word in folded(filters.words).split()[:6]:
        query = query.where(Proposal.search.contains(word, autoescape=True))
    return query


def counts(db: Session) -> dict[str, int]:
    """How many published proposals there are in each state: one statement."""
    rows = db.execute(
        select(Proposal.status, func.count()).where(is_public()).group_by(Proposal.status)
    )
    return {row[0]: row[1] for row in rows}
