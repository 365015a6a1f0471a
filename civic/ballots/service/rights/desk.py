"""At a desk, with an identity document seen: find a right, give one, print a code."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, VotingCode
from civic.ballots.service.locks import locked_poll, locked_right, require_before_closing
from civic.ballots.service.rights.rows import (
    add_right,
    identity_in,
    new_code,
    require_check,
    require_old_enough,
    same_names,
)
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.rules import urn

PROOF = 16


def find_right_by_code(db: Session, *, poll: str, code: str, known: PollSecrets) -> str | None:
    """The right that a code (16 signs) of this poll opens; None when it opens none. Reads only."""
    found: str | None = db.scalars(
        select(VotingCode.right_id).where(
            VotingCode.keyed_hash == urn.code_hash(known.code, poll, code)
        )
    ).first()
    return found


def proof_of_code(*, poll: str, code: str, known: PollSecrets) -> str:
    """What a draft keeps of the code that opened it (16 hex digits): a deposit compares it, so that
    a code made anew also ends the drafts of the one before."""
    return urn.code_hash(known.code, poll, code)[:PROOF]


def rights_at_desk(
    db: Session,
    *,
    poll_id: int,
    family: str,
    first: str,
    born: date,
    known: PollSecrets,
    at: datetime,
) -> tuple[list[str], bool]:
    """The rights of a person whose identity was seen, and whether it was given just now.

    Several only when homonyms were told apart: the first registered first. A person who had none
    gets one, on the desk's word that they live there, where the règlement lets a desk do so; where
    it does not, the desk still finds who may vote on paper.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        if not poll.paper:
            require_check(poll, "desk")
        found = same_names(db, poll, known, family, first, born)
        if found:
            return [right.id for right in found], False
        require_check(poll, "desk")
        require_old_enough(poll, born)
        right = add_right(db, poll_id, identity_in(poll, known, family, first, born), "desk")
        return [right.id], True


def register_at_desk(
    db: Session,
    *,
    poll_id: int,
    family: str,
    first: str,
    born: date,
    known: PollSecrets,
    at: datetime,
) -> tuple[str, bool]:
    """The same for somebody who has no homonym: the right's key, and whether it is new."""
    found, new = rights_at_desk(
        db, poll_id=poll_id, family=family, first=first, born=born, known=known, at=at
    )
    return found[0], new


def give_code(
    db: Session, *, poll_id: int, right_id: str, known: PollSecrets, by: str, at: datetime
) -> str:
    """A new code for a right, to print at the desk; an older one of this right stops working.

    The person then votes online by themselves, on any device: nobody chooses for them.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        require_check(poll, "desk", "letter")
        right = locked_right(db, poll_id, right_id)
        if right.place_id is not None:
            raise Refusal(
                lazy(
                    "Cette personne est sur l'émargement imprimé d'un lieu de vote : elle vote là."
                )
            )
        check_in = db.get(CheckIn, (poll_id, right_id))
        if check_in is not None and check_in.channel == "paper":
            raise Refusal(lazy("Cette personne a déjà voté sur papier."))
        code = new_code(db, poll, right, known)
        journal.record(db, at=at, actor=by, verb="poll.code", target=f"poll:{poll_id}")
        return code
