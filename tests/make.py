"""Builders that every room's tests may use: accounts, roles, a small territory.

They go through the house's own verbs. A room's own builders are in `tests/<room>/make.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.accounts import passwords
from civic.accounts import service as accounts
from civic.house.access import SITE, Role, unit
from civic.house.clock import day_of
from civic.house.db import writing
from civic.people import service as people
from civic.territory import service as territory
from civic.territory.models import Territory
from tests.machine.visitor import PASSWORD

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


@cache
def password_hash() -> str:
    """The hash of the password that all builders give."""
    return passwords.hashed(PASSWORD)


@dataclass(frozen=True)
class Made:
    """An account that a builder opened."""

    person: str
    email: str


def account(
    db: Session,
    *,
    first_names: str = "Ada",
    family_name: str = "Essai",
    email: str | None = None,
    at: datetime = NOW,
) -> Made:
    """A confirmed account; its password is `tests.machine.visitor.PASSWORD`."""
    email = email or f"personne{next(_numbers)}@essai.test"
    person = accounts.open_confirmed(
        db,
        first_names=first_names,
        family_name=family_name,
        email=email,
        password_hash=password_hash(),
        at=at,
    )
    return Made(person, email)


def staff(db: Session, role: Role, where: str = SITE, *, at: datetime = NOW) -> Made:
    """An account that holds a role for a unit."""
    made = account(db, family_name=f"Rôle {role.value}", at=at)
    give(db, made.person, role, where, at=at)
    return made


def give(db: Session, person: str, role: Role, where: str, *, at: datetime = NOW) -> None:
    """Gives one more role."""
    with writing(db):
        people.give_role_within(
            db, person_id=person, role=role, unit=where, starts_on=day_of(at), by="system", at=at
        )


@dataclass(frozen=True)
class Town:
    """A small territory: an agglomération, two municipalities, three neighbourhoods."""

    agglomeration: int
    municipality: int
    other_municipality: int
    neighbourhood: int
    second_neighbourhood: int
    other_neighbourhood: int

    @property
    def unit(self) -> str:
        """The unit of the first municipality's people."""
        return unit("municipality", self.municipality)

    @property
    def agglomeration_unit(self) -> str:
        """The unit of the agglomération's people."""
        return unit("agglomeration", self.agglomeration)


def town(db: Session, *, at: datetime = NOW) -> Town:
    """Makes that territory, with « rue des Essais » cut by sides between its neighbourhoods."""
    place, street = territory.PlaceToLoad, territory.StreetToLoad
    territory.load(
        db,
        places=[
            place("agglomeration", "Essai Métropole", code="200000000"),
            place("municipality", "Essaiville", code="99001", within=("Essai Métropole",)),
            place("municipality", "Autreville", code="99002", within=("Essai Métropole",)),
            place("neighbourhood", "Les Tilleuls", within=("Essaiville",)),
            place("neighbourhood", "La Gare", within=("Essaiville",)),
            place("neighbourhood", "Le Port", within=("Autreville",)),
        ],
        streets=[
            street("Essaiville", "rue des Essais", "Les Tilleuls", "odd", 1, 99),
            street("Essaiville", "rue des Essais", "La Gare", "even", 2, 98),
            street("Essaiville", "avenue de l'Égalité", "La Gare"),
            street("Essaiville", "Résidence Balzac", "Les Tilleuls", is_residence=True),
        ],
        by="system",
        at=at,
    )
    ids = {row.name: row.id for row in db.execute(select(Territory.name, Territory.id))}
    return Town(
        ids["Essai Métropole"],
        ids["Essaiville"],
        ids["Autreville"],
        ids["Les Tilleuls"],
        ids["La Gare"],
        ids["Le Port"],
    )
