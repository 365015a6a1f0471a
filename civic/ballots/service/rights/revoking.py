"""Taking a right away, and what becomes of the envelope that it had put into the urn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from civic.ballots.models import (
    BallotEnvelope,
    CheckIn,
    LoggedDigest,
    Poll,
    VotingCode,
    VotingRight,
)
from civic.ballots.service.locks import locked_poll, require_before_closing
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn


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
