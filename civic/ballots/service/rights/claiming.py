"""Asking for one's right with an account, and with a code sent to a phone if the rule says so."""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.ballots.models import PhoneCheck, Poll, VotingCode, VotingRight
from civic.ballots.service.locks import locked_poll, require_before_closing, require_online
from civic.ballots.service.rights.neighbourhoods import take_word
from civic.ballots.service.rights.rows import (
    add_right,
    by_identity,
    identity_in,
    open_case,
    require_check,
    require_old_enough,
)
from civic.ballots.vault import PollSecrets
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Busy, Refusal
from civic.rules import urn

LASTS = timedelta(minutes=10)
"""How long a code sent by SMS may be typed."""
TRIES = 5
"""How many times one may be typed wrong; then another has to be asked for."""


def send_phone_code(
    db: Session,
    *,
    poll_id: int,
    person_id: str,
    number: str,
    code: str,
    known: PollSecrets,
    at: datetime,
) -> None:
    """Keeps what is needed to recognise a code that the caller then sends to `number` (+33…).

    Number and code are kept as keyed hashes. An earlier code of this person stops working.
    Refuses a number that has already opened as many rights as the règlement gives to one.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        require_check(poll, "sms")
        phone = urn.phone_of(known.identity, poll.slug, number)
        _free_slot(db, poll, phone)
        row = db.get(PhoneCheck, (poll_id, person_id), with_for_update=True)
        if row is None:
            row = PhoneCheck(poll_id=poll_id, person_id=person_id)
            db.add(row)
        row.phone, row.tries, row.expires_at = phone, 0, at + LASTS
        row.code = urn.phone_code_hash(known.code, poll.slug, person_id, phone, code)


def claim_right(
    db: Session,
    *,
    poll_id: int,
    person_id: str,
    family: str,
    first: str,
    born: date,
    known: PollSecrets,
    at: datetime,
    sms_code: str = "",
    group: str = "",
) -> str | None:
    """The right that a person asks for with their account; None when a human must decide first.

    Asking again answers the same right. Where residence is declared, a new right is given; where
    it rests on lists, the right is the one that a list gave, if no letter or desk has it already.
    When somebody of this name and birth date has a right by another way (or with another account),
    the question goes to the commission: same person, or a homonym? `sms_code` is used up by the
    same act; a wrong one is counted. `group`: the neighbourhood that
    the person declares, where the vote asks for it and residence is declared.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        require_check(poll, "account", "sms")
        require_old_enough(poll, born)
        own = db.scalars(
            select(VotingRight)
            .where(VotingRight.poll_id == poll_id, VotingRight.person_id == person_id)
            .with_for_update()
        ).first()
        if own is not None:
            return own.id
        phone, problem = _typed_code(db, poll, person_id, sms_code, known, at)
        if problem is None:
            return _given(db, poll, person_id, family, first, born, phone, known, at, group)
    raise problem


def _typed_code(
    db: Session, poll: Poll, person_id: str, typed: str, known: PollSecrets, at: datetime
) -> tuple[str | None, Refusal | None]:
    """The phone that a right code proves. A wrong code is answered and not raised: it counts."""
    if "sms" not in poll.checks:
        return None, None
    row = db.get(PhoneCheck, (poll.id, person_id), with_for_update=True)
    if row is None or at >= row.expires_at or row.tries >= TRIES:
        return None, Refusal(
            lazy("Ce code ne vaut plus rien. Demandez-en un autre."), field="sms_code"
        )
    expected = urn.phone_code_hash(known.code, poll.slug, person_id, row.phone, typed)
    if not hmac.compare_digest(expected, row.code):
        row.tries += 1
        return None, Refusal(
            lazy("Ce n'est pas le code du message. Comparez-le chiffre à chiffre."),
            field="sms_code",
        )
    phone = row.phone
    db.delete(row)
    db.flush()
    return phone, None


def _given(
    db: Session,
    poll: Poll,
    person_id: str,
    family: str,
    first: str,
    born: date,
    phone: str | None,
    known: PollSecrets,
    at: datetime,
    group: str,
) -> str | None:
    identity = identity_in(poll, known, family, first, born)
    right = by_identity(db, poll.id, identity)
    level = "sms" if phone else "account"
    if right is None:
        if poll.residence == "roll":
            raise Refusal(
                lazy(
                    "Aucune liste de ce vote n'a ce nom et cette date de naissance. Venez à "
                    "l'accueil d'un lieu de vote avec une pièce d'identité et un justificatif."
                ),
                field="born",
            )
        right = add_right(db, poll.id, identity, level, person_id=person_id)
    elif _free_for_account(db, right):
        right.person_id, right.level = person_id, level
    else:
        open_case(
            db, poll_id=poll.id, identity=identity, origin="account", told="", by=person_id,
            at=at, person_id=person_id,
        )  # fmt: skip
        return None
    take_word(poll, right, group)
    if phone is not None:
        _tie_phone(db, poll, right, phone)
    return right.id


def _tie_phone(db: Session, poll: Poll, right: VotingRight, phone: str) -> None:
    """Gives the right one of the number's slots; another request may take one at the same time."""
    for _try in range(poll.phone_share + 1):
        slot = _free_slot(db, poll, phone)
        try:
            with db.begin_nested():
                right.phone, right.phone_slot = phone, slot
                db.flush()
        except IntegrityError:
            db.expire(right)
        else:
            return
    _free_slot(db, poll, phone)
    raise Busy


def _free_for_account(db: Session, right: VotingRight) -> bool:
    """Whether a list gave this right and nothing has been done with it."""
    if right.level != "roll" or right.person_id is not None or right.revoked_reason is not None:
        return False
    require_online(right.place_id)
    coded = select(func.count()).where(VotingCode.right_id == right.id)
    return not db.scalar(coded)


def _free_slot(db: Session, poll: Poll, phone: str) -> int:
    taken = set(
        db.scalars(
            select(VotingRight.phone_slot).where(
                VotingRight.poll_id == poll.id, VotingRight.phone == phone
            )
        )
    )
    for slot in range(1, poll.phone_share + 1):
        if slot not in taken:
            return slot
    raise Refusal(
        lazy(
            "Ce numéro a déjà servi pour ce vote. Prenez un autre numéro, ou venez à l'accueil "
            "d'un lieu de vote avec une pièce d'identité."
        ),
        field="phone",
    )


def forget_phone_checks(db: Session, now: datetime) -> None:
    """Erases the codes sent by SMS that nobody used in time."""
    with writing(db):
        db.execute(delete(PhoneCheck).where(PhoneCheck.expires_at < now))
