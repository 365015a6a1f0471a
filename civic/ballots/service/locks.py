"""What every verb here begins with: the rows that decide, locked, and the poll's hours.

The poll is always locked before a right: two verbs never wait for each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.orm import Session

from civic.ballots.models import Poll, VotingRight
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal


def locked_poll(db: Session, poll_id: int, *, share: bool = False, annulled: bool = False) -> Poll:
    """The poll, locked; with `share`, for a deposit: many at once, but none during a closing.

    Refuses a vote that is annulled, unless `annulled` says that this verb is for one too.
    """
    row = db.get(Poll, poll_id, with_for_update={"read": True} if share else True)
    if row is None:
        raise NotFound
    if row.annulled_at is not None and not annulled:
        raise Refusal(ANNULLED)
    return row


ANNULLED = lazy("Ce vote est annulé : rien n'y change plus. L'acte qui l'annule dit pourquoi.")


def locked_right(db: Session, poll_id: int, right_id: str) -> VotingRight:
    """The voting right, locked: what two deposits of one right queue on."""
    row = db.get(VotingRight, right_id, with_for_update=True)
    if row is None or row.poll_id != poll_id:
        raise NotFound
    _require_kept(row.revoked_reason)
    return row


def _require_kept(revoked_reason: str | None) -> None:
    if revoked_reason is not None:
        raise Refusal(
            lazy(
                "Ce droit de vote a été retiré : %(reason)s. La commission du vote peut vous "
                "répondre.",
                reason=revoked_reason,
            )
        )


def require_online(place_id: int | None) -> None:
    """Refuses a right that stands on the printed émargement of a place without network."""
    if place_id is not None:
        raise Refusal(VOTES_THERE)


VOTES_THERE = lazy(
    "Votre nom est sur l'émargement imprimé d'un lieu de vote : votez là, sur papier."
)


# What thousands of deposits begin with: the same two locks, without making objects of the rows.

_poll, _right = Poll.__table__.c, VotingRight.__table__.c
_POLL = (
    select(_poll.stage, _poll.opens_at, _poll.closes_at, _poll.withdrawals, _poll.annulled_at)
    .where(_poll.id == bindparam("poll"))
    .with_for_update(read=True)
)
_RIGHT = (
    select(_right.revoked_reason, _right.place_id, _right.group)
    .where(_right.id == bindparam("right"), _right.poll_id == bindparam("poll"))
    .with_for_update()
)


def require_open(poll: Poll | Row[Any, Any, Any, Any, Any], at: datetime) -> None:
    """Refuses when no ballot is taken at this instant."""
    if poll.annulled_at is not None:
        raise Refusal(ANNULLED)
    if poll.stage == "configured" or at < poll.opens_at:
        raise Refusal(lazy("Ce vote n'est pas encore ouvert. Revenez quand il ouvrira."))
    if at >= poll.closes_at or poll.stage != "sealed":
        raise Refusal(lazy("Ce vote est clos : aucun bulletin n'est plus reçu."))


def hold_open_poll(on: Connection, poll_id: int, at: datetime) -> int:
    """Locks the poll for a deposit: many at once, but none during a closing.

    Refuses when no ballot is taken at this instant. Answers how many projects were withdrawn.
    """
    row = on.execute(_POLL, {"poll": poll_id}).first()
    if row is None:
        raise NotFound
    require_open(row, at)
    withdrawals: int = row.withdrawals
    return withdrawals


def hold_right(on: Connection, poll_id: int, right_id: str) -> str | None:
    """Locks the voting right: two deposits of it queue here. Refuses one that was taken away, or
    stands on a printed émargement. Answers its neighbourhood, if it has one."""
    row = on.execute(_RIGHT, {"poll": poll_id, "right": right_id}).first()
    if row is None:
        raise NotFound
    _require_kept(row.revoked_reason)
    require_online(row.place_id)
    group: str | None = row.group
    return group


def require_before_closing(poll: Poll, at: datetime) -> None:
    """Refuses once the poll is over: rights are given and taken away before."""
    if poll.stage == "configured":
        raise Refusal(lazy("Scellez d'abord ce vote : il n'a pas encore d'urne."))
    if at >= poll.closes_at or poll.stage != "sealed":
        raise Refusal(lazy("Ce vote est clos : les droits de vote ne changent plus."))
