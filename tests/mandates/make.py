"""Builders of members: people asked, accepted, installed, through the verbs."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from civic.councils import service as councils
from civic.councils.models import College
from civic.house.db import writing
from civic.mandates import queries, service
from civic.people.service import add_person_within
from tests.councils.make import Place, adopt
from tests.make import NOW

_numbers = count(1)


def person(db: Session, where: Place, sex: str = "F", *, email: bool = False) -> str:
    """Somebody of « Les Tilleuls »; their public identifier."""
    number = next(_numbers)
    with writing(db):
        return add_person_within(
            db,
            first_names=f"Prénom{number}",
            family_name=f"Membre{number}",
            purpose="member",
            sex=sex,
            email=f"membre{number}@essai.test" if email else None,
            neighbourhood_id=where.town.neighbourhood,
        )


def ask(
    db: Session,
    where: Place,
    council_id: int,
    college: str,
    people: list[str],
    *,
    at: datetime = NOW,
) -> list[int]:
    """Mandates « pressentis » for these people, as a draw prepares them."""
    with writing(db):
        return service.prepare_within(
            db,
            council_id=council_id,
            college=college,
            person_ids=people,
            origin="draw",
            source="liste électorale",
            draw_id=7,
            by=where.facilitator.person,
            at=at,
        )


def accept(
    db: Session,
    where: Place,
    mandates: list[int],
    *,
    name_shown: bool = True,
    at: datetime = NOW,
) -> None:
    """All of these accept."""
    for mandate_id in mandates:
        service.answer(
            db,
            mandate_id=mandate_id,
            accepted=True,
            name_shown=name_shown,
            on=at.date(),
            by=where.facilitator.person,
            at=at,
        )


def install(db: Session, where: Place, council_id: int, *, at: datetime = NOW) -> int:
    """The installation of those who accepted, on the day `at`."""
    return service.install(
        db, council_id=council_id, on=at.date(), by=where.facilitator.person, at=at
    )


def sitting(
    db: Session,
    where: Place,
    council_id: int,
    *,
    residents: str = "FMFMFMF",
    actors: str = "FMF",
    email: bool = False,
    at: datetime = NOW,
    active: bool = True,
) -> list[queries.Member]:
    """A council at work: its members, titulaires first. One letter a person, in order of seats
    (4 titulaires and 3 suppléants, then 2 and 1, with the composition of councils.make)."""
    for college, sexes in ((College.RESIDENTS, residents), (College.LOCAL_ACTORS, actors)):
        people = [person(db, where, sex.strip("-"), email=email) for sex in sexes]
        accept(db, where, ask(db, where, council_id, college, people, at=at), at=at)
    install(db, where, council_id, at=at)
    if active:
        adopt(db, where, council_id, at=at)
        councils.move(db, council_id=council_id, to="active", by=where.agent.person, at=at)
    return queries.members(db, council_id)


def member_of(
    members: list[queries.Member], college: str, rank: str, number: int = 1
) -> queries.Member:
    """The one on that seat, in office."""
    return next(
        one
        for one in members
        if (one.college, one.rank, one.number) == (college, rank, number) and one.in_office
    )
