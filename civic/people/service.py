"""The verbs of people: make a person known, give and end a role, erase."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.access import Role
from civic.house.clock import day_of
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded, one_line
from civic.people.models import Organisation, Person, RoleHeld
from civic.rules.incompatibilities import clash


def add_person_within(
    db: Session,
    *,
    first_names: str,
    family_name: str,
    purpose: str,
    used_name: str = "",
    sex: str = "",
    birth_date: date | None = None,
    email: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    municipality_id: int | None = None,
    neighbourhood_id: int | None = None,
    keep_until: date | None = None,
) -> str:
    """Makes a person known, inside the caller's transaction; their public identifier."""
    first_names, family_name = one_line(first_names), one_line(family_name)
    if not (first_names and family_name):
        raise Refusal(lazy("Il faut un prénom et un nom."), field="family_name")
    person = Person(
        id=new_token(),
        first_names=first_names,
        family_name=family_name,
        used_name=one_line(used_name),
        folded_name=folded(f"{family_name} {first_names}"),
        sex=sex,
        birth_date=birth_date,
        email=email,
        phone=phone,
        address=address,
        municipality_id=municipality_id,
        neighbourhood_id=neighbourhood_id,
        purpose=purpose,
        keep_until=keep_until,
        erased=False,
    )
    db.add(person)
    db.flush()
    return person.id


def give_role_within(
    db: Session,
    *,
    person_id: str,
    role: Role,
    unit: str,
    starts_on: date,
    by: str,
    at: datetime,
    organisation_id: int | None = None,
    ends_on: date | None = None,
) -> int:
    """Gives a dated role for a unit, inside the caller's transaction; refuses what clashes."""
    person = db.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    running = db.scalars(
        select(RoleHeld).where(
            RoleHeld.person_id == person_id,
            or_(RoleHeld.ends_on.is_(None), RoleHeld.ends_on > starts_on),
        )
    ).all()
    if any(held.role == role and held.unit == unit for held in running):
        raise Refusal(lazy("Cette personne a déjà ce rôle à cet endroit."))
    reason = clash({held.role for held in running}, role)
    if reason:
        raise Refusal(lazy("Ces deux rôles ne vont pas ensemble : %(reason)s.", reason=reason))
    held = RoleHeld(
        person_id=person_id,
        role=role,
        unit=unit,
        organisation_id=organisation_id,
        starts_on=starts_on,
        ends_on=ends_on,
        given_by=by if by != "system" else None,
    )
    db.add(held)
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="role.give", target=f"person:{person_id}", role=role, unit=unit
    )
    return held.id


def end_role(db: Session, *, role_id: int, by: str, at: datetime) -> None:
    """Ends a role from today on; the row stays, dated."""
    with writing(db):
        held = db.get(RoleHeld, role_id, with_for_update=True)
        if held is None:
            raise NotFound
        today = day_of(at)
        if held.ends_on is not None and held.ends_on <= today:
            raise Refusal(lazy("Ce rôle a déjà pris fin."))
        held.ends_on = max(held.starts_on, today)
        journal.record(
            db, at=at, actor=by, verb="role.end", target=f"person:{held.person_id}",
            role=held.role, unit=held.unit,
        )  # fmt: skip


def add_organisation_within(
    db: Session,
    *,
    kind: str,
    name: str,
    territory_id: int | None = None,
    parent_id: int | None = None,
    is_demo: bool = False,
) -> int:
    """Makes an organisation known, or finds the one of that name; its identifier."""
    name = one_line(name)
    found = db.scalars(select(Organisation).where(Organisation.name == name)).first()
    if found is None:
        found = Organisation(
            kind=kind, name=name, territory_id=territory_id, parent_id=parent_id, is_demo=is_demo
        )
        db.add(found)
        db.flush()
    return found.id


def erase_within(db: Session, *, person_id: str) -> None:
    """Erases all that identifies a person, inside the caller's transaction; the row stays."""
    person = db.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    person.first_names, person.family_name, person.used_name = "Personne", "effacée", ""
    person.folded_name = "effacee personne"
    person.sex = ""
    person.birth_date = person.email = person.phone = person.address = None
    person.neighbourhood_id = person.municipality_id = None
    person.keep_until, person.erased = None, True


def keep_until_within(db: Session, *, person_id: str, day: date | None) -> None:
    """Says until when what identifies a person is kept (None: as long as it is needed), inside
    the caller's transaction. Only of those known as members: the others have their own rules."""
    person = db.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    if person.purpose == "member" and not person.erased:
        person.keep_until = day


def erase_expired(db: Session, now: datetime) -> None:
    """Erases the people whose day has come."""
    with writing(db):
        due = db.scalars(
            select(Person).where(Person.keep_until < day_of(now), Person.erased.is_(False))
        ).all()
        for person in due:
            erase_within(db, person_id=person.id)
            journal.record(
                db, at=now, actor="system", verb="person.erase", target=f"person:{person.id}"
            )
