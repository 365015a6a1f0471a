"""Two people of one name born the same day, or one twice: somebody decides, with a reason."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from civic.ballots.models import HomonymCase, Poll, VotingRight
from civic.ballots.service.locks import locked_poll, require_before_closing
from civic.ballots.service.rights.rows import (
    MOST_HOMONYMS,
    add_right,
    by_identity,
    identity_in,
    open_case,
)
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn


def report_homonym(
    db: Session,
    *,
    poll_id: int,
    family: str,
    first: str,
    born: date,
    told: str,
    known: PollSecrets,
    by: str,
    at: datetime,
) -> None:
    """The desk sees somebody whose name and birth date are another person's: puts it before the
    commission. `told` says what was seen, without the name. Refuses when nobody has that name."""
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        identity = identity_in(poll, known, family, first, born)
        if by_identity(db, poll_id, identity) is None:
            raise Refusal(
                lazy("Personne n'a encore de droit à ce nom : laissez ce motif vide."),
                field="homonym",
            )
        open_case(db, poll_id=poll_id, identity=identity, origin="desk", told=told, by=by, at=at)


def decide_homonym(
    db: Session,
    *,
    poll_id: int,
    case_id: str,
    other: bool,
    reason: str,
    known: PollSecrets,
    by: str,
    at: datetime,
) -> None:
    """Decides a case: the same person (one right in all), or another (a right of their own).

    The same person who asked with an account gets their existing right on that account, if no
    other account has it. Refuses a case that is decided, and one's own.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        require_before_closing(poll, at)
        case = db.get(HomonymCase, case_id, with_for_update=True)
        if case is None or case.poll_id != poll_id:
            raise NotFound
        if case.state != "waiting":
            raise Refusal(lazy("Une décision est déjà prise pour ces deux personnes."))
        if case.person_id == by or (case.origin == "desk" and case.opened_by == by):
            raise Refusal(
                lazy(
                    "Vous ne décidez pas de ce que vous avez signalé : une autre personne le fait."
                )
            )
        case.state = "other" if other else "same"
        case.reason, case.decided_by, case.decided_at = reason, by, at
        right = _another(db, poll, case, known) if other else _the_same(db, case)
        case.right_id = right.id if right is not None else None
        journal.record(
            db, at=at, actor=by, verb="right.homonym", target=f"poll:{poll_id}",
            decision=case.state, origin=case.origin, reason=reason,
        )  # fmt: skip


def _another(db: Session, poll: Poll, case: HomonymCase, known: PollSecrets) -> VotingRight:
    for number in range(1, MOST_HOMONYMS):
        identity = urn.homonym_of(known.identity, case.identity, number)
        if by_identity(db, poll.id, identity) is None:
            level = {"account": "account", "desk": "desk", "roll": "roll"}[case.origin]
            return add_right(db, poll.id, identity, level, person_id=case.person_id)
    raise Refusal(lazy("Trop de personnes ont ce nom et cette date de naissance."))


def _the_same(db: Session, case: HomonymCase) -> VotingRight | None:
    right = by_identity(db, case.poll_id, case.identity)
    if right is None or case.person_id is None:
        return right
    if right.person_id is None and right.revoked_reason is None:
        right.person_id = case.person_id
        db.flush()
        return right
    return None
