"""Lists of councils."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from civic.councils.models import (
    CitizenCouncil,
    CouncilMunicipality,
    CouncilNeighbourhood,
)
from civic.councils.queries.page import places_of
from civic.councils.queries.scopes import in_units
from civic.councils.queries.words import KIND_NAMES, STATUS_NAMES, state_sentence
from civic.house.i18n import lazy
from civic.house.text import folded
from civic.house.todo import Found, News
from civic.territory.models import Territory


def listing(
    *, kind: str = "", town: int = 0, words: str = "", gone: bool = False
) -> Select[*tuple[Any, ...]]:
    """The councils to list, by name: (id, slug, name, kind, status, installed_on, closed_on,
    prefect_order, resident_seats, local_actor_seats)."""
    query = select(
        CitizenCouncil.id,
        CitizenCouncil.slug,
        CitizenCouncil.name,
        CitizenCouncil.kind,
        CitizenCouncil.status,
        CitizenCouncil.installed_on,
        CitizenCouncil.closed_on,
        CitizenCouncil.prefect_order,
        CitizenCouncil.resident_seats,
        CitizenCouncil.local_actor_seats,
    ).order_by(CitizenCouncil.folded_name)
    if not gone:
        query = query.where(CitizenCouncil.status != "dissolved")
    if kind in KIND_NAMES:
        query = query.where(CitizenCouncil.kind == kind)
    if town:
        query = query.where(
            CitizenCouncil.id.in_(
                select(CouncilMunicipality.council_id).where(
                    CouncilMunicipality.territory_id == town
                )
            )
        )
    for word in folded(words).split()[:6]:
        covered = (
            select(CouncilNeighbourhood.council_id)
            .join(Territory, Territory.id == CouncilNeighbourhood.territory_id)
            .where(Territory.folded_name.contains(word, autoescape=True))
        )
        query = query.where(
            CitizenCouncil.folded_name.contains(word, autoescape=True)
            | CitizenCouncil.id.in_(covered)
        )
    return query


def towns(db: Session) -> list[tuple[int, str]]:
    """The municipalities that have a council, by name."""
    rows = db.execute(
        select(Territory.id, Territory.name)
        .where(Territory.id.in_(select(CouncilMunicipality.territory_id)))
        .order_by(Territory.folded_name)
    )
    return [(number, name) for number, name in rows]


def mine(db: Session, units: Iterable[str]) -> list[tuple[int, str, str]]:
    """The councils that people of these units act on: (id, slug, name), by name."""
    rows = db.execute(
        select(CitizenCouncil.id, CitizenCouncil.slug, CitizenCouncil.name)
        .where(in_units(units), CitizenCouncil.status != "dissolved")
        .order_by(CitizenCouncil.folded_name)
    )
    return [(number, slug, name) for number, slug, name in rows]


# --- what the house asks ----------------------------------------------------------------------


def news(db: Session, kind: str, most: int) -> list[News]:
    """For the front page (« council »): the councils at work, latest installed first."""
    if kind != "council":
        return []
    rows = db.execute(
        select(CitizenCouncil)
        .where(CitizenCouncil.status.in_(("recognised", "installed", "active", "renewing")))
        .order_by(CitizenCouncil.installed_on.desc(), CitizenCouncil.folded_name)
        .limit(most)
    ).scalars()
    return [
        News(one.installed_on or one.created_on, one.name, _said(one), f"/conseils/{one.slug}")
        for one in rows
    ]


def search(db: Session, words: str, most: int) -> tuple[Any, list[Found]]:
    """The councils whose name, or that of a neighbourhood they cover, has these words."""
    found = db.execute(listing(words=words, gone=True).limit(most))
    return lazy("Conseils"), [
        Found(
            row.name,
            state_sentence(
                row.status,
                installed_on=row.installed_on,
                closed_on=row.closed_on,
                prefect_order=row.prefect_order,
            ),
            f"/conseils/{row.slug}",
        )
        for row in found
    ]


def _said(one: CitizenCouncil) -> str:
    return state_sentence(
        one.status,
        installed_on=one.installed_on,
        closed_on=one.closed_on,
        prefect_order=one.prefect_order,
    )


OPEN_DATA = [
    (
        lazy("Conseils"),
        lazy("Les conseils, leurs sièges par collège, leur état et leurs dates ; aucun nom."),
        "/conseils/conseils.csv",
    )
]
COLUMNS = (
    "conseil",
    "sorte",
    "etat",
    "quartiers",
    "communes",
    "sieges_habitants",
    "sieges_acteurs_locaux",
    "cree_le",
    "installe_le",
    "dissous_le",
)


def open_rows(db: Session) -> list[tuple[Any, ...]]:
    """The councils as open data, one tuple of `COLUMNS` each: two statements."""
    rows = db.scalars(select(CitizenCouncil).order_by(CitizenCouncil.folded_name)).all()
    places = places_of(db, [one.id for one in rows])

    def named(council_id: int, kind: str) -> str:
        return ", ".join(one.name for one in places.get(council_id, ()) if one.kind == kind)

    return [
        (
            one.name,
            str(KIND_NAMES[one.kind]),
            str(STATUS_NAMES[one.status]),
            named(one.id, "neighbourhood"),
            named(one.id, "municipality"),
            one.resident_seats,
            one.local_actor_seats,
            one.created_on.isoformat(),
            one.installed_on.isoformat() if one.installed_on else "",
            one.closed_on.isoformat() if one.closed_on else "",
        )
        for one in rows
    ]
