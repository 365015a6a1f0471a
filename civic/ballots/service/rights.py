"""Who may vote: with an account, by letter, or at the desk with an identity seen; once each.

One person is one identity in a poll: folded family name, first first name and birth date, kept as
an HMAC. Names are never kept here.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.ballots.models import (
    BallotEnvelope,
    CheckIn,
    LoggedDigest,
    Poll,
    VotingCode,
    VotingRight,
)
from civic.ballots.service.locks import locked_poll, locked_right, require_before_closing
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.rules import urn
from civic.rules.urn.codes import CHANCE


@dataclass(frozen=True, slots=True)
class RollEntry:
    """A person of a list who gets a letter; none of this is kept."""

    family: str
    first: str
    born: date
    address: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to print now: its code exists nowhere else."""

    entry: RollEntry
    code: str


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
) -> str:
    """Gives the right that a person asks for with their account, on their honour; its key.

    Asking again answers the same right. Refuses somebody whose right exists already by letter or
    at the desk (or a homonym born the same day): the desk, where an identity is seen, settles it.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        identity = urn.identity_of(known.identity, poll.slug, folded(family), folded(first), born)
        own = db.scalars(
            select(VotingRight)
            .where(VotingRight.poll_id == poll_id, VotingRight.person_id == person_id)
            .with_for_update()
        ).first()
        if own is not None:
            return own.id
        if _by_identity(db, poll_id, identity) is not None:
            raise Refusal(
                lazy(
                    "Un droit de vote existe déjà à ce nom et à cette date de naissance : par une "
                    "lettre, ou à l'accueil. Utilisez le code de la lettre, ou venez à l'accueil "
                    "avec une pièce d'identité."
                ),
                field="born",
            )
        return _add(db, poll_id, identity, "account", person_id=person_id).id


def make_letters(
    db: Session,
    *,
    poll_id: int,
    entries: Sequence[RollEntry],
    known: PollSecrets,
    by: str,
    at: datetime,
) -> tuple[list[Letter], list[RollEntry]]:
    """Gives rights and codes to people of a list: the letters to print, and those who got none.

    A person whose letter was lost gets a new code and the old one no longer opens anything; one
    who has voted, has an account's right or had it taken away gets none. Codes are answered here
    once and kept as keyed hashes only.
    """
    letters: list[Letter] = []
    without: list[RollEntry] = []
    with writing(db):
        poll = locked_poll(db, poll_id)
        require_before_closing(poll, at)
        for entry in entries:
            identity = urn.identity_of(
                known.identity, poll.slug, folded(entry.family), folded(entry.first), entry.born
            )
            right = _by_identity(db, poll_id, identity)
            if right is not None and not _may_get_letter(db, right):
                without.append(entry)
                continue
            if right is None:
                right = _add(db, poll_id, identity, "letter")
            code = _new_code(db, poll, right, known)
            letters.append(Letter(entry, code))
        journal.record(
            db, at=at, actor=by, verb="poll.letters", target=f"poll:{poll_id}",
            letters=len(letters), without=len(without),
        )  # fmt: skip
    return letters, without


def _may_get_letter(db: Session, right: VotingRight) -> bool:
    if right.level != "letter" or right.revoked_reason is not None:
        return False
    return db.get(CheckIn, (right.poll_id, right.id)) is None


def _new_code(db: Session, poll: Poll, right: VotingRight, known: PollSecrets) -> str:
    db.execute(delete(VotingCode).where(VotingCode.right_id == right.id))
    code = urn.make_code(secrets.token_bytes(CHANCE))
    db.add(VotingCode(keyed_hash=urn.code_hash(known.code, poll.slug, code), right_id=right.id))
    db.flush()
    return code


def find_right_by_code(db: Session, *, poll: str, code: str, known: PollSecrets) -> str | None:
    """The right that a code (16 signs) of this poll opens; None when it opens none. Reads only."""
    found: str | None = db.scalars(
        select(VotingCode.right_id).where(
            VotingCode.keyed_hash == urn.code_hash(known.code, poll, code)
        )
    ).first()
    return found


def register_at_desk(
    db: Session,
    *,
    poll_id: int,
    family: str,
    first: str,
    born: date,
    homonym_reason: str,
    known: PollSecrets,
    by: str,
    at: datetime,
) -> tuple[str, bool]:
    """Finds or gives the right of a person whose identity was seen: its key, and whether it is new.

    With a written reason the person is a true homonym of somebody registered: they get a right of
    their own, and the journal says that a homonym was told apart (no name).
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        number = 0
        while True:
            identity = urn.identity_of(
                known.identity, poll.slug, folded(family), folded(first), born, number
            )
            right = _by_identity(db, poll_id, identity)
            if right is None:
                break
            if not homonym_reason:
                return right.id, False
            number += 1
        right = _add(db, poll_id, identity, "desk")
        if homonym_reason:
            journal.record(
                db, at=at, actor=by, verb="right.homonym", target=f"poll:{poll_id}",
                reason=homonym_reason,
            )  # fmt: skip
        return right.id, True


def revoke_right(
    db: Session,
    *,
    poll_id: int,
    right_id: str,
    reason: str,
    known: PollSecrets,
    by: str,
    at: datetime,
) -> bool:
    """Takes a right away before closing, with a reason; whether an envelope was withdrawn with it.

    A ballot on paper is in a closed box: a right used on paper can't be taken away any more.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        require_before_closing(poll, at)
        right = db.get(VotingRight, right_id, with_for_update=True)
        if right is None or right.poll_id != poll_id:
            raise NotFound
        if right.revoked_reason is not None:
            raise Refusal(lazy("Ce droit de vote a déjà été retiré."))
        check_in = db.get(CheckIn, (poll_id, right_id))
        if check_in is not None and check_in.channel == "paper":
            raise Refusal(
                lazy("Cette personne a voté sur papier : son bulletin est dans la boîte fermée.")
            )
        withdrawn = withdraw_envelope(db, poll, right_id, known)
        if check_in is not None:
            db.delete(check_in)
        db.execute(delete(VotingCode).where(VotingCode.right_id == right_id))
        right.revoked_reason = reason
        journal.record(
            db, at=at, actor=by, verb="right.revoke", target=f"poll:{poll_id}",
            reason=reason, withdrawn=withdrawn,
        )  # fmt: skip
        return withdrawn


def withdraw_envelope(db: Session, poll: Poll, right_id: str, known: PollSecrets) -> bool:
    """Takes a right's envelope out of the urn, inside the caller's transaction; whether it had one.

    The log keeps its digest as « withdrawn ».
    """
    token = urn.token_of(known.token, poll.slug, right_id)
    envelope = db.get(BallotEnvelope, (poll.id, token), with_for_update=True)
    if envelope is None:
        return False
    logged = db.get_one(LoggedDigest, (poll.id, envelope.digest))
    logged.state = urn.WITHDRAWN
    db.delete(envelope)
    db.flush()
    return True


def _by_identity(db: Session, poll_id: int, identity: str) -> VotingRight | None:
    return db.scalars(
        select(VotingRight)
        .where(VotingRight.poll_id == poll_id, VotingRight.identity == identity)
        .with_for_update()
    ).first()


def _add(
    db: Session, poll_id: int, identity: str, level: str, *, person_id: str | None = None
) -> VotingRight:
    right = VotingRight(
        id=new_token(), poll_id=poll_id, person_id=person_id, identity=identity, level=level
    )
    try:
        with db.begin_nested():
            db.add(right)
            db.flush()
    except IntegrityError as wrong:
        raise Refusal(
            lazy("Un droit de vote vient d'être donné à cette personne. Rechargez la page.")
        ) from wrong
    return right


def give_code(
    db: Session, *, poll_id: int, right_id: str, known: PollSecrets, by: str, at: datetime
) -> str:
    """A new code for a right, to print at the desk; an older one of this right stops working.

    The person then votes online by themselves, on any device: nobody chooses for them.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        right = locked_right(db, poll_id, right_id)
        check_in = db.get(CheckIn, (poll_id, right_id))
        if check_in is not None and check_in.channel == "paper":
            raise Refusal(lazy("Cette personne a déjà voté sur papier."))
        code = _new_code(db, poll, right, known)
        journal.record(db, at=at, actor=by, verb="poll.code", target=f"poll:{poll_id}")
        return code
