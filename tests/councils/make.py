"""Builders of councils: through the verbs, on the small territory of tests/make.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from civic.councils import queries, service
from civic.house.access import Role
from tests import make
from tests.make import NOW, Made, Town

COMPOSITION = service.Composition(
    resident_seats=4,
    resident_substitutes=3,
    local_actor_seats=2,
    local_actor_substitutes=1,
    term_months=36,
)
RULES = "# Règlement\n\nOn écoute et on parle pour le quartier."
_numbers = count(1)


@dataclass(frozen=True)
class Place:
    """A town with an agent, an animatrice, and an agent of the agglomération."""

    town: Town
    agent: Made
    facilitator: Made
    agglo: Made
    stranger: Made
    """The animatrice of the other municipality."""


def place(db: Session) -> Place:
    """A town and those who work for it."""
    town = make.town(db)
    return Place(
        town,
        make.staff(db, Role.AGENT, town.unit),
        make.staff(db, Role.FACILITATOR, town.unit),
        make.staff(db, Role.AGENT, town.agglomeration_unit),
        make.staff(db, Role.FACILITATOR, f"municipality:{town.other_municipality}"),
    )


def sheet(where: Place, name: str | None = None, **changes: object) -> service.Sheet:
    """What an agent says of a council of « Les Tilleuls »."""
    made = service.Sheet(
        name=name or f"Conseil citoyen {next(_numbers)}",
        kind="citizen_council",
        designation_mode="draw",
        neighbourhood_ids=[where.town.neighbourhood],
        place="Maison de quartier",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def make_council(
    db: Session,
    where: Place,
    *,
    name: str | None = None,
    composition: service.Composition = COMPOSITION,
    forming: bool = True,
    at: datetime = NOW,
    **changes: object,
) -> int:
    """A council, in constitution unless `forming` is False; its number."""
    council_id = service.create(
        db,
        sheet=sheet(where, name, **changes),
        composition=composition,
        by=where.agent.person,
        at=at,
    )
    if forming:
        service.move(db, council_id=council_id, to="forming", by=where.agent.person, at=at)
    return council_id


def adopt(
    db: Session, where: Place, council_id: int, *, quorum: str = "half", at: datetime = NOW
) -> None:
    """The council's règlement, adopted on the day `at`."""
    service.adopt_rules(
        db,
        council_id=council_id,
        text=RULES,
        quorum=quorum,
        notice_days=15,
        adopted_on=at.date(),
        by=where.facilitator.person,
        at=at,
    )


def slug(db: Session, council_id: int) -> str:
    """The council's address."""
    found = queries.council_by_id(db, council_id)
    assert found is not None
    return found.slug
