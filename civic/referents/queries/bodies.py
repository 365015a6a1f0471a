"""Steering bodies, and whose people act on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.house.access import Scope
from civic.people.models import Organisation
from civic.referents.models import Designation, Referent, SteeringBody
from civic.referents.queries.words import PAIR
from civic.territory.models import Territory
from civic.territory.queries import scope_of as territory_scope


def body_scope(db: Session, slug: str, **_args: Any) -> Scope | None:
    """Whose people may act on the body of this address: those of its organisation's territory."""
    row = db.execute(
        select(SteeringBody.id, Organisation.territory_id)
        .join(Organisation, Organisation.id == SteeringBody.organisation_id)
        .where(SteeringBody.slug == slug)
    ).first()
    if row is None:
        return None
    return territory_scope(db, [row[1]]) if row[1] else frozenset()


def designation_scope(db: Session, designation_id: int, **_args: Any) -> Scope | None:
    """Whose people record a designation: those of the council that designates."""
    council_id = db.scalar(select(Designation.council_id).where(Designation.id == designation_id))
    return councils.scope_of_id(db, council_id) if council_id else None


def referent_scope(db: Session, referent_id: int, **_args: Any) -> Scope | None:
    """Whose people record what becomes of a référent: those of the council."""
    council_id = db.scalar(select(Referent.council_id).where(Referent.id == referent_id))
    return councils.scope_of_id(db, council_id) if council_id else None


@dataclass(frozen=True, slots=True)
class Body:
    """A steering body with its owner, and the neighbourhood it is about if there is one."""

    id: int
    slug: str
    name: str
    kind: str
    purpose: str
    organisation: str
    neighbourhood: str | None
    total_seats: int
    council_seats: int
    closed_on: date | None

    @property
    def most_councils(self) -> int:
        """How many councils can send a binôme."""
        return self.council_seats // PAIR


def bodies(db: Session, *, slug: str | None = None) -> list[Body]:
    """The bodies, by name (or the one of this address)."""
    query = (
        select(SteeringBody, Organisation.name, Territory.name)
        .join(Organisation, Organisation.id == SteeringBody.organisation_id)
        .outerjoin(Territory, Territory.id == SteeringBody.neighbourhood_id)
        .order_by(SteeringBody.name)
    )
    if slug is not None:
        query = query.where(SteeringBody.slug == slug)
    return [
        Body(
            one.id,
            one.slug,
            one.name,
            one.kind,
            one.purpose,
            owner,
            about,
            one.total_seats,
            one.council_seats,
            one.closed_on,
        )
        for one, owner, about in db.execute(query)
    ]


def body(db: Session, slug: str) -> Body | None:
    """One body by its address."""
    return next(iter(bodies(db, slug=slug)), None)
