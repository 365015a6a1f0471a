"""The verbs of accounts. Passwords arrive hashed: hashing is slow and must not hold the lock."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.accounts import mails, queries
from civic.accounts.models import Account, MailToken, SignIn
from civic.accounts.queries import digest
from civic.house import journal, post
from civic.house.access import Identity, Role
from civic.house.clock import day_of
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.people import service as people
from civic.people.queries import ROLE_NAMES

CONFIRM_FOR = timedelta(days=2)
RESET_FOR = timedelta(hours=1)
INVITE_FOR = timedelta(days=7)
INACTIVE_FOR = timedelta(days=3 * 365)


def sign_up(
    db: Session,
    *,
    first_names: str,
    family_name: str,
    email: str,
    password_hash: str,
    language: str,
    base_url: str,
    at: datetime,
) -> None:
    """Opens an account to be confirmed by mail; the answer never says whether one existed."""
    email = email.strip().lower()
    with writing(db):
        if queries.by_email(db, email) is not None:
            post.put(
                db, mails.already(email, f"{base_url}/compte/mot-de-passe-oublie", language), at=at
            )
            return
        account = _open_within(
            db,
            first_names=first_names,
            family_name=family_name,
            email=email,
            password_hash=password_hash,
            language=language,
            purpose="account",
            at=at,
        )
        link = f"{base_url}/compte/confirmer/{_token_within(db, 'confirm', email, account, at)}"
        post.put(db, mails.confirm(email, first_names, link, language), at=at)


def open_confirmed(
    db: Session,
    *,
    first_names: str,
    family_name: str,
    email: str,
    password_hash: str,
    at: datetime,
    purpose: str = "account",
    language: str = "fr",
) -> str:
    """An account whose address needs no confirmation (demo, tests, command line); its person."""
    with writing(db):
        account = _open_within(
            db,
            first_names=first_names,
            family_name=family_name,
            email=email,
            password_hash=password_hash,
            language=language,
            purpose=purpose,
            at=at,
        )
        account.confirmed_at = at
        return account.person_id


def _open_within(
    db: Session,
    *,
    first_names: str,
    family_name: str,
    email: str,
    password_hash: str,
    language: str,
    purpose: str,
    at: datetime,
) -> Account:
    person_id = people.add_person_within(
        db, first_names=first_names, family_name=family_name, email=email, purpose=purpose
    )
    account = Account(
        id=new_token(),
        person_id=person_id,
        email=email.strip().lower(),
        password=password_hash,
        language=language,
        created_at=at,
    )
    db.add(account)
    db.flush()
    journal.record(db, at=at, actor=person_id, verb="account.open", target=f"person:{person_id}")
    return account


def _token_within(
    db: Session,
    kind: str,
    email: str,
    account: Account | None,
    at: datetime,
    offer: dict[str, str] | None = None,
) -> str:
    lasts = {"confirm": CONFIRM_FOR, "reset": RESET_FOR, "invite": INVITE_FOR}[kind]
    token = secrets.token_urlsafe(24)
    db.execute(
        delete(MailToken).where(MailToken.email == email, MailToken.kind == kind)
        if kind != "invite"
        else delete(MailToken).where(MailToken.ends_at < at)
    )
    db.add(
        MailToken(
            id=digest(token),
            kind=kind,
            account_id=account.id if account else None,
            email=email,
            offer=offer,
            made_at=at,
            ends_at=at + lasts,
        )
    )
    return token


def confirm(db: Session, *, token: str, at: datetime) -> None:
    """Confirms an address by its mailed link."""
    with writing(db):
        row = queries.usable_token(db, "confirm", token, at)
        if row is None or row.account_id is None:
            raise Refusal(lazy("Ce lien a déjà servi ou a expiré. Demandez-en un autre."))
        row.used_at = at
        db.get_one(Account, row.account_id).confirmed_at = at


def sign_in(
    db: Session, *, email: str, password_fits: bool, device: str, minutes: int, at: datetime
) -> str:
    """Opens a sign-in whose token goes into the cookie; refuses without saying which part is wrong.

    `password_fits` was worked out before, outside the lock.
    """
    refused = Refusal(lazy("Adresse ou mot de passe inconnu. Vérifiez les deux."))
    if not password_fits:
        raise refused
    with writing(db):
        account = queries.by_email(db, email)
        if account is None:
            raise refused
        if account.confirmed_at is None:
            raise Refusal(
                lazy("Confirmez d'abord votre adresse : ouvrez le lien que nous vous avons envoyé.")
            )
        account.last_seen_on = at
        return _sign_in_within(db, account.id, device, minutes, at)


def _sign_in_within(db: Session, account_id: str, device: str, minutes: int, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    db.execute(delete(SignIn).where(SignIn.ends_at < at))
    db.add(
        SignIn(
            id=digest(token),
            account_id=account_id,
            device=device[:120],
            started_at=at,
            ends_at=at + timedelta(minutes=minutes),
        )
    )
    return token


def sign_out(db: Session, *, token: str) -> None:
    """Ends this sign-in."""
    with writing(db):
        db.execute(delete(SignIn).where(SignIn.id == digest(token)))


def sign_out_everywhere(db: Session, *, me: Identity, at: datetime) -> None:
    """Ends every sign-in of the account."""
    with writing(db):
        db.execute(delete(SignIn).where(SignIn.account_id == me.account))
        journal.record(
            db, at=at, actor=me.person, verb="account.sign_out_everywhere",
            target=f"person:{me.person}",
        )  # fmt: skip


def ask_reset(db: Session, *, email: str, base_url: str, at: datetime) -> None:
    """Mails a link to a new password, if there is an account; the page says the same if not."""
    with writing(db):
        account = queries.by_email(db, email)
        if account is not None:
            token = _token_within(db, "reset", account.email, account, at)
            link = f"{base_url}/compte/mot-de-passe/{token}"
            post.put(db, mails.reset(account.email, link, account.language), at=at)


def reset(db: Session, *, token: str, password_hash: str, at: datetime) -> None:
    """Sets a new password by a mailed link, and ends every sign-in."""
    with writing(db):
        row = queries.usable_token(db, "reset", token, at)
        if row is None or row.account_id is None:
            raise Refusal(lazy("Ce lien a déjà servi ou a expiré. Demandez-en un autre."))
        account = db.get_one(Account, row.account_id)
        row.used_at = at
        account.password = password_hash
        account.confirmed_at = account.confirmed_at or at
        db.execute(delete(SignIn).where(SignIn.account_id == account.id))
        journal.record(
            db, at=at, actor=account.person_id, verb="account.reset",
            target=f"person:{account.person_id}",
        )  # fmt: skip


def change_password(
    db: Session, *, me: Identity, old_fits: bool, password_hash: str, at: datetime
) -> None:
    """Sets a new password and ends the other sign-ins."""
    if not old_fits:
        raise Refusal(lazy("Ce n'est pas votre mot de passe actuel."), field="old")
    with writing(db):
        account = db.get(Account, me.account, with_for_update=True)
        if account is None:
            raise NotFound
        account.password = password_hash
        db.execute(
            delete(SignIn).where(SignIn.account_id == account.id, SignIn.id != digest(me.session))
        )
        journal.record(
            db, at=at, actor=me.person, verb="account.password", target=f"person:{me.person}"
        )


def set_language(db: Session, *, me: Identity, language: str) -> None:
    """Keeps the language that a person reads in, for their mails too."""
    with writing(db):
        account = db.get(Account, me.account, with_for_update=True)
        if account is None:
            raise NotFound
        account.language = language


def invite(
    db: Session,
    *,
    email: str,
    first_names: str,
    family_name: str,
    role: Role,
    unit: str,
    organisation_id: int | None,
    base_url: str,
    by: str,
    at: datetime,
) -> None:
    """Mails an invitation to hold a role; somebody with an account gets the role at once."""
    email = email.strip().lower()
    with writing(db):
        account = queries.by_email(db, email)
        if account is not None:
            people.give_role_within(
                db,
                person_id=account.person_id,
                role=role,
                unit=unit,
                organisation_id=organisation_id,
                starts_on=day_of(at),
                by=by,
                at=at,
            )
            link = f"{base_url}/mon-espace"
            name = first_names
        else:
            offer = {
                "first_names": first_names,
                "family_name": family_name,
                "role": role.value,
                "unit": unit,
                "organisation": str(organisation_id or ""),
                "by": by,
            }
            token = _token_within(db, "invite", email, None, at, offer)
            link = f"{base_url}/compte/invitation/{token}"
            name = first_names
            journal.record(
                db, at=at, actor=by, verb="account.invite", target=f"unit:{unit}", role=role.value
            )
        post.put(db, mails.invitation(email, name, ROLE_NAMES[role], link), at=at)


def accept_invitation(db: Session, *, token: str, password_hash: str, at: datetime) -> None:
    """Opens the invited person's account and gives the role."""
    with writing(db):
        row = queries.usable_token(db, "invite", token, at)
        if row is None or row.offer is None:
            raise Refusal(lazy("Cette invitation a déjà servi ou a expiré. Demandez-en une autre."))
        if queries.by_email(db, row.email) is not None:
            raise Refusal(lazy("Cette adresse a déjà un compte. Connectez-vous."))
        row.used_at = at
        offer = row.offer
        account = _open_within(
            db,
            first_names=offer["first_names"],
            family_name=offer["family_name"],
            email=row.email,
            password_hash=password_hash,
            language="fr",
            purpose="staff",
            at=at,
        )
        account.confirmed_at = at
        people.give_role_within(
            db,
            person_id=account.person_id,
            role=Role(offer["role"]),
            unit=offer["unit"],
            organisation_id=int(offer["organisation"]) if offer["organisation"] else None,
            starts_on=day_of(at),
            by=offer["by"],
            at=at,
        )


def erase_own(db: Session, *, me: Identity, password_fits: bool, at: datetime) -> None:
    """Erases the asker's account and what identifies them; what they published stays, unsigned."""
    if not password_fits:
        raise Refusal(lazy("Ce n'est pas votre mot de passe."), field="password")
    with writing(db):
        _erase_within(db, me.account, by=me.person, at=at)


def _erase_within(db: Session, account_id: str, *, by: str, at: datetime) -> None:
    account = db.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound
    person_id, email = account.person_id, account.email
    db.execute(delete(MailToken).where(MailToken.email == email))
    db.execute(delete(SignIn).where(SignIn.account_id == account_id))
    db.delete(account)
    db.flush()
    people.erase_within(db, person_id=person_id)
    journal.record(db, at=at, actor=by, verb="account.erase", target=f"person:{person_id}")


def erase_forgotten(db: Session, now: datetime) -> None:
    """Erases accounts not used for three years, and links and sign-ins that have run out."""
    with writing(db):
        limit = now - INACTIVE_FOR
        for account_id in db.scalars(
            select(Account.id).where(
                Account.created_at < limit,
                (Account.last_seen_on.is_(None)) | (Account.last_seen_on < limit),
            )
        ).all():
            _erase_within(db, account_id, by="system", at=now)
        db.execute(delete(MailToken).where(MailToken.ends_at < now - timedelta(days=7)))
        db.execute(delete(SignIn).where(SignIn.ends_at < now))
