"""Questions about accounts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from civic.accounts.models import Account, MailToken, SignIn
from civic.house.access import VISITOR, Grant, Identity, Role
from civic.house.clock import day_of
from civic.house.settings import Settings
from civic.people.models import Person, RoleHeld


def digest(token: str) -> str:
    """What is kept of a token: its SHA-256, 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def identity(db: Session, token: str, now: datetime) -> Identity:
    """Who holds this sign-in, with the roles of the day: one statement; a visitor when it ended."""
    today = day_of(now)
    rows = db.execute(
        select(
            Account.id,
            Account.language,
            Person.id,
            Person.first_names,
            Person.family_name,
            RoleHeld.role,
            RoleHeld.unit,
        )
        .join(SignIn, SignIn.account_id == Account.id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(
            RoleHeld,
            (RoleHeld.person_id == Person.id)
            & (RoleHeld.starts_on <= today)
            & or_(RoleHeld.ends_on.is_(None), RoleHeld.ends_on > today),
        )
        .where(SignIn.id == digest(token), SignIn.ends_at > now)
    ).all()
    if not rows:
        return VISITOR
    account, language, person, first, family, *_role = rows[0]
    return Identity(
        person=person,
        account=account,
        session=token,
        name=f"{first} {family}".strip(),
        language=language,
        grants=frozenset(Grant(Role(row[5]), row[6]) for row in rows if row[5]),
    )


def by_email(db: Session, email: str) -> Account | None:
    """The account of an address, None when there is none."""
    return db.scalars(select(Account).where(Account.email == email.strip().lower())).first()


def usable_token(db: Session, kind: str, token: str, now: datetime) -> MailToken | None:
    """The mailed link, if it exists, was not used and has not run out."""
    row = db.get(MailToken, digest(token))
    if row is None or row.kind != kind or row.used_at is not None or row.ends_at <= now:
        return None
    return row


@dataclass(frozen=True, slots=True)
class Device:
    """One running sign-in, as its owner sees it."""

    device: str
    started_at: datetime
    here: bool


def devices(db: Session, me: Identity, now: datetime) -> list[Device]:
    """The running sign-ins of an account, newest first."""
    rows = db.execute(
        select(SignIn.id, SignIn.device, SignIn.started_at)
        .where(SignIn.account_id == me.account, SignIn.ends_at > now)
        .order_by(SignIn.started_at.desc())
    )
    here = digest(me.session)
    return [Device(device or "?", started, key == here) for key, device, started in rows]


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room and `people` know of the asker, as JSON-able values."""
    account = db.get_one(Account, me.account)
    person = db.get_one(Person, me.person)
    return {
        "compte": {
            "courriel": account.email,
            "langue": account.language,
            "créé": account.created_at.isoformat(),
            "confirmé": account.confirmed_at.isoformat() if account.confirmed_at else None,
        },
        "personne": {
            "prénoms": person.first_names,
            "nom": person.family_name,
            "nom d'usage": person.used_name,
            "sexe": person.sex,
            "naissance": person.birth_date.isoformat() if person.birth_date else None,
            "courriel": person.email,
            "téléphone": person.phone,
            "adresse": person.address,
            "conservé jusqu'au": person.keep_until.isoformat() if person.keep_until else None,
        },
        "rôles": [
            {
                "rôle": role.role,
                "pour": role.unit,
                "du": role.starts_on.isoformat(),
                "au": role.ends_on.isoformat() if role.ends_on else None,
            }
            for role in db.scalars(select(RoleHeld).where(RoleHeld.person_id == me.person))
        ],
    }


def demo_accounts(settings: Settings) -> list[dict[str, str]]:
    """The accounts of a demo, one a role (role, name, email, password); none on a real site."""
    file = settings.vault / "demo-accounts.json"
    if not settings.demo or not file.exists():
        return []
    found: list[dict[str, str]] = json.loads(file.read_text("utf-8"))
    return found
