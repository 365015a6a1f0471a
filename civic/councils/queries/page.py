"""One council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select, union_all
from sqlalchemy.orm import Session, aliased

from civic.councils.models import (
    CitizenCouncil,
    CouncilMunicipality,
    CouncilNeighbourhood,
    CouncilStep,
    HouseRules,
)
from civic.councils.queries.words import LOOKS, state_sentence
from civic.people.models import Organisation
from civic.territory.models import Territory


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
