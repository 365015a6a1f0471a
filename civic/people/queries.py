"""Questions about people and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from civic.house.access import Role
from civic.house.i18n import lazy
from civic.people.models import Organisation, Person, RoleHeld

ROLE_NAMES = {
    Role.FACILITATOR: lazy("animateur ou animatrice"),
    Role.AGENT: lazy("agent ou agente"),
    Role.ELECTED: lazy("élu ou élue"),
    Role.VOTE_COMMISSION: lazy("membre de la commission du vote"),
    Role.ADMINISTRATOR: lazy("administrateur ou administratrice"),
    Role.AUDITOR: lazy("auditeur ou auditrice"),
}


def names(db: Session, ids: list[str]) -> dict[str, str]:
    """Names of people by public identifier, in one statement."""
    rows = db.execute(
        select(Person.id, Person.first_names, Person.used_name, Person.family_name).where(
            Person.id.in_(ids)
        )
    )
    return {key: f"{first} {used or family}".strip() for key, first, used, family in rows}


def running_roles(db: Session, person_id: str, today: date) -> list[RoleHeld]:
    """The roles a person holds today."""
    return list(
        db.scalars(
            select(RoleHeld).where(
                RoleHeld.person_id == person_id,
                RoleHeld.starts_on <= today,
                or_(RoleHeld.ends_on.is_(None), RoleHeld.ends_on > today),
            )
        )
    )


def holders(db: Session, role: Role, units: frozenset[str], today: date) -> list[str]:
    """The people who hold `role` today for one of `units`."""
    return list(
        db.scalars(
            select(RoleHeld.person_id)
            .where(
                RoleHeld.role == role,
                RoleHeld.unit.in_(units),
                RoleHeld.starts_on <= today,
                or_(RoleHeld.ends_on.is_(None), RoleHeld.ends_on > today),
            )
            .distinct()
        )
    )


def how_many_hold(db: Session, role: Role, units: Iterable[str], today: date) -> dict[str, int]:
    """How many people hold `role` today for each of these units: one statement; 0 is left out."""
    rows = db.execute(
        select(RoleHeld.unit, func.count(RoleHeld.person_id.distinct()))
        .where(
            RoleHeld.role == role,
            RoleHeld.unit.in_(list(units)),
            RoleHeld.starts_on <= today,
            or_(RoleHeld.ends_on.is_(None), RoleHeld.ends_on > today),
        )
        .group_by(RoleHeld.unit)
    )
    return {str(where): int(number) for where, number in rows}


def organisations(db: Session, *kinds: str) -> list[Organisation]:
    """Organisations of these kinds (of all when none is given), by name."""
    query = select(Organisation).order_by(Organisation.name)
    return list(db.scalars(query.where(Organisation.kind.in_(kinds)) if kinds else query))
