"""Questions about councils."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select, union_all
from sqlalchemy.orm import Session, aliased

from civic.councils.models import (
    CitizenCouncil,
    College,
    CouncilMunicipality,
    CouncilNeighbourhood,
    CouncilStep,
    HouseRules,
    Rank,
)
from civic.house.access import Scope, unit
from civic.house.i18n import _, day, lazy
from civic.house.text import folded
from civic.people.models import Organisation
from civic.territory.models import Territory, TerritoryPart

KIND_NAMES = {
    "citizen_council": lazy("Conseil citoyen"),
    "neighbourhood_council": lazy("Conseil de quartier"),
    "neighbourhood_table": lazy("Table de quartier"),
}
MODE_NAMES = {
    "draw": lazy("tirage au sort"),
    "volunteers": lazy("appel à volontaires"),
    "designated": lazy("désignation"),
    "mixed": lazy("tirage au sort et appel à volontaires"),
}
COLLEGE_NAMES = {
    College.RESIDENTS.value: lazy("Collège des habitants"),
    College.LOCAL_ACTORS.value: lazy("Collège des acteurs locaux"),
}
RANK_NAMES = {
    Rank.TITULAR.value: lazy("titulaire"),
    Rank.SUBSTITUTE.value: lazy("suppléant ou suppléante"),
}
QUORUM_SENTENCES = {
    "none": lazy("Aucun quorum n'est demandé."),
    "third": lazy("Il faut un tiers des titulaires en fonction."),
    "half": lazy("Il faut la moitié des titulaires en fonction."),
    "majority": lazy("Il faut plus de la moitié des titulaires en fonction."),
}
STATUS_NAMES = {
    "project": lazy("Projet"),
    "forming": lazy("En constitution"),
    "proposed": lazy("Composition proposée"),
    "recognised": lazy("Reconnu"),
    "installed": lazy("Installé"),
    "active": lazy("Actif"),
    "renewing": lazy("En renouvellement"),
    "dormant": lazy("Mis en sommeil"),
    "dissolved": lazy("Dissous"),
}
LOOKS = {
    "project": "draft",
    "forming": "open",
    "proposed": "waiting",
    "recognised": "done",
    "installed": "done",
    "active": "done",
    "renewing": "open",
    "dormant": "closed",
    "dissolved": "closed",
}

MOVES: dict[str, tuple[str, ...]] = {
    "project": ("forming", "dissolved"),
    "forming": ("proposed", "dissolved"),
    "proposed": ("forming", "dissolved"),
    "recognised": ("active", "dissolved"),
    "installed": ("active", "dissolved"),
    "active": ("renewing", "dormant", "dissolved"),
    "renewing": ("active", "dormant", "dissolved"),
    "dormant": ("renewing", "dissolved"),
    "dissolved": (),
}
"""What an agent may record by hand. A council becomes reconnu or installé only when its members
are installed (room mandates)."""

SEATS_OPEN = ("project", "forming", "renewing", "dormant")
"""The states in which the number of seats and the length of the term may change."""


def state_sentence(
    status: str,
    *,
    installed_on: date | None = None,
    closed_on: date | None = None,
    prefect_order: str = "",
) -> str:
    """Where a council stands, as a sentence."""
    since = day(installed_on) if installed_on else ""
    if status == "project":
        return _("Projet : ce conseil n'existe pas encore.")
    if status == "forming":
        return _("En constitution : ses membres sont recherchés.")
    if status == "proposed":
        return _("Composition proposée : le maire et l'agglomération sont consultés.")
    if status == "recognised":
        return _("Reconnu par arrêté (%(order)s) ; première réunion à venir.", order=prefect_order)
    if status == "installed":
        return _("Installé le %(day)s ; première réunion à venir.", day=since)
    if status == "active":
        return _("Actif, installé le %(day)s.", day=since) if since else _("Actif.")
    if status == "renewing":
        return _("En renouvellement : une partie des sièges va changer de mains.")
    if status == "dormant":
        return _("Mis en sommeil : il ne se réunit plus pour le moment.")
    return _("Dissous le %(day)s.", day=day(closed_on)) if closed_on else _("Dissous.")


# --- scopes ----------------------------------------------------------------------------------


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


# --- one council -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A territory a council covers or lies in."""

    id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class CouncilPage:
    """A council as its page tells it; `rules_*` are the règlement in force, if there is one."""

    council: CitizenCouncil
    organisation: str | None
    host: str | None
    rules_version: int | None
    rules_digest: str | None
    rules_on: date | None
    notice_days: int
    quorum: str
    places: tuple[Place, ...]

    @property
    def id(self) -> int:
        """Its number."""
        return self.council.id

    @property
    def slug(self) -> str:
        """Its address."""
        return self.council.slug

    @property
    def name(self) -> str:
        """Its name."""
        return self.council.name

    @property
    def neighbourhoods(self) -> list[str]:
        """The names of the neighbourhoods it covers."""
        return [place.name for place in self.places if place.kind == "neighbourhood"]

    @property
    def municipalities(self) -> list[str]:
        """The names of the municipalities it lies in."""
        return [place.name for place in self.places if place.kind == "municipality"]

    @property
    def state(self) -> str:
        """Its state sentence."""
        one = self.council
        return state_sentence(
            one.status,
            installed_on=one.installed_on,
            closed_on=one.closed_on,
            prefect_order=one.prefect_order,
        )

    @property
    def look(self) -> str:
        """The shape that goes with the state sentence."""
        return LOOKS[self.council.status]


DEFAULT_NOTICE = 15
"""Days between the convocation and the meeting when no règlement says otherwise (§ 8f)."""


def council(db: Session, slug: str) -> CouncilPage | None:
    """A council by its address, in two statements."""
    return _page(db, CitizenCouncil.slug == slug)


def council_by_id(db: Session, council_id: int) -> CouncilPage | None:
    """A council by its number, in two statements."""
    return _page(db, CitizenCouncil.id == council_id)


def _page(db: Session, which: Any) -> CouncilPage | None:
    host, owner = aliased(Organisation), aliased(Organisation)
    last = (
        select(HouseRules.council_id, func.max(HouseRules.version).label("version"))
        .group_by(HouseRules.council_id)
        .subquery()
    )
    row: Any = db.execute(
        select(
            CitizenCouncil,
            owner.name,
            host.name,
            HouseRules.version,
            HouseRules.digest,
            HouseRules.adopted_on,
            HouseRules.notice_days,
            HouseRules.quorum,
        )
        .outerjoin(owner, owner.id == CitizenCouncil.organisation_id)
        .outerjoin(host, host.id == CitizenCouncil.host_organisation_id)
        .outerjoin(last, last.c.council_id == CitizenCouncil.id)
        .outerjoin(
            HouseRules,
            and_(
                HouseRules.council_id == CitizenCouncil.id,
                HouseRules.version == last.c.version,
            ),
        )
        .where(which)
    ).first()
    if row is None:
        return None
    one: CitizenCouncil = row[0]
    return CouncilPage(
        council=one,
        organisation=row[1],
        host=row[2],
        rules_version=row[3],
        rules_digest=row[4],
        rules_on=row[5],
        notice_days=DEFAULT_NOTICE if row[6] is None else row[6],
        quorum=row[7] or "half",
        places=places_of(db, [one.id]).get(one.id, ()),
    )


def places_of(db: Session, council_ids: Sequence[int]) -> dict[int, tuple[Place, ...]]:
    """The neighbourhoods and municipalities of these councils, in one statement."""
    links = union_all(
        *(
            select(link.council_id, link.territory_id).where(link.council_id.in_(council_ids))
            for link in (CouncilNeighbourhood, CouncilMunicipality)
        )
    ).subquery()
    found: dict[int, list[Place]] = {}
    for council_id, number, name, kind in db.execute(
        select(links.c.council_id, Territory.id, Territory.name, Territory.kind)
        .join(Territory, Territory.id == links.c.territory_id)
        .order_by(Territory.folded_name)
    ):
        found.setdefault(council_id, []).append(Place(number, name, kind))
    return {council_id: tuple(places) for council_id, places in found.items()}


def steps(db: Session, council_id: int) -> list[CouncilStep]:
    """The states a council went through, oldest first."""
    return list(
        db.scalars(
            select(CouncilStep)
            .where(CouncilStep.council_id == council_id)
            .order_by(CouncilStep.at, CouncilStep.id)
        )
    )


def house_rules(db: Session, council_id: int) -> list[HouseRules]:
    """The versions of a council's règlement, newest first."""
    return list(
        db.scalars(
            select(HouseRules)
            .where(HouseRules.council_id == council_id)
            .order_by(HouseRules.version.desc())
        )
    )


# --- lists -------------------------------------------------------------------------------------


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
