"""The deposit: one act, one transaction, one envelope a right, and nothing that says when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from civic.ballots.models import BallotEnvelope, CheckIn, LoggedDigest
from civic.ballots.queries import PollItem, PollView, form_of
from civic.ballots.service.locks import locked_poll, locked_right, require_open
from civic.ballots.vault import PollSecrets
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy, lazy_n
from civic.house.refusal import Refusal
from civic.rules import urn


@dataclass(frozen=True, slots=True)
class Deposited:
    """What the voter is told: the receipt's number, and whether an earlier ballot was replaced."""

    receipt: str
    replaced: bool


def deposit(
    db: Session,
    *,
    poll: PollView,
    items: list[PollItem],
    right_id: str,
    choices: urn.Choices,
    known: PollSecrets,
    channel: str,
    at: datetime,
) -> Deposited:
    """Seals the choices and puts them into the urn in place of what this right had there.

    `channel` is "account" or "code". Refuses choices that the poll does not allow (nothing is
    written then), a right taken away or already used on paper, and a poll that is not open at
    `at`. Writes no journal line, no hour and no sequence.
    """
    if poll.public_key is None:
        raise Refusal(lazy("Ce vote n'est pas encore ouvert. Revenez quand il ouvrira."))
    sealed = urn.seal(poll.public_key, _written(poll, items, choices))
    digest = urn.digest(sealed)
    token = urn.token_of(known.token, poll.slug, right_id)
    with writing(db):
        require_open(locked_poll(db, poll.id, share=True), at)
        locked_right(db, poll.id, right_id)
        check_in = db.get(CheckIn, (poll.id, right_id))
        if check_in is None:
            db.add(CheckIn(poll_id=poll.id, right_id=right_id, channel=channel, day=day_of(at)))
        elif check_in.channel == "paper":
            raise Refusal(lazy("Vous avez déjà voté sur papier : c'est ce bulletin-là qui compte."))
        else:
            check_in.channel, check_in.day = channel, day_of(at)
        envelope = db.get(BallotEnvelope, (poll.id, token))
        replaced = envelope is not None
        if envelope is None:
            db.add(BallotEnvelope(poll_id=poll.id, token=token, sealed=sealed, digest=digest))
        else:
            db.execute(
                update(LoggedDigest)
                .where(LoggedDigest.poll_id == poll.id, LoggedDigest.digest == envelope.digest)
                .values(state=urn.REPLACED)
            )
            envelope.sealed, envelope.digest = sealed, digest
        db.add(LoggedDigest(poll_id=poll.id, digest=digest, state=urn.IN_URN, published=""))
    return Deposited(urn.receipt_number(digest), replaced)


def _written(poll: PollView, items: list[PollItem], choices: urn.Choices) -> bytes:
    try:
        return urn.write(form_of(poll, items), choices)
    except urn.BadBallot as bad:
        raise Refusal(_why(poll, bad), field="choices") from bad


def _why(poll: PollView, bad: urn.BadBallot) -> object:
    match bad.reason:
        case "too-many":
            return lazy_n(
                "Vous avez choisi %(chosen)s projets : il en faut %(n)s au plus. Décochez-en.",
                "Vous avez choisi %(chosen)s projets : il en faut %(n)s au plus. Décochez-en.",
                poll.maximum,
                chosen=bad.value,
            )
        case "too-few":
            return lazy_n(
                "Vous avez choisi %(chosen)s projet : il en faut %(n)s au moins, ou aucun pour un "
                "bulletin blanc.",
                "Vous avez choisi %(chosen)s projets : il en faut %(n)s au moins, ou aucun pour un "
                "bulletin blanc.",
                poll.minimum,
                chosen=bad.value,
            )
        case "sum":
            return lazy(
                "Vous avez donné %(given)s points : vous en avez %(most)s.",
                given=bad.value,
                most=poll.max_sum,
            )
        case "too-many-points":
            return lazy(
                "Un projet a reçu %(given)s points : c'est %(most)s au plus.",
                given=bad.value,
                most=poll.max_points,
            )
        case _:
            return lazy("Ce bulletin ne va pas avec ce vote. Rouvrez-le, puis choisissez.")
