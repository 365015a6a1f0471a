"""One's own right, émargement and receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.accounts.models import Account
from civic.ballots.models import (
    CheckIn,
    LoggedDigest,
    Poll,
    PollContest,
    VotingRight,
)
from civic.house.access import Identity
from civic.house.i18n import lazy
from civic.people.models import Person
from civic.rules import urn


@dataclass(frozen=True, slots=True)
class OwnRight:
    """A voting right as its holder sees it. `channel` and `day`: the émargement, None if none.
    `printed`: it is used at a place without network, and nowhere else. `group`: its neighbourhood,
    where the vote asks for one and it is known."""

    id: str
    level: str
    revoked: str | None
    channel: str | None
    day: date | None
    printed: bool = False
    group: str | None = None


def right(db: Session, poll_id: int, right_id: str) -> OwnRight | None:
    """A right of this poll, with its émargement, in one statement."""
    return _right(db, VotingRight.poll_id == poll_id, VotingRight.id == right_id)


def right_of(db: Session, poll_id: int, person_id: str) -> OwnRight | None:
    """The right that a person asked for with their account."""
    return _right(db, VotingRight.poll_id == poll_id, VotingRight.person_id == person_id)


def _right(db: Session, *where: Any) -> OwnRight | None:
    row = db.execute(
        select(
            VotingRight.id,
            VotingRight.level,
            VotingRight.revoked_reason,
            CheckIn.channel,
            CheckIn.day,
            VotingRight.place_id.is_not(None),
            VotingRight.group,
        )
        .outerjoin(
            CheckIn,
            (CheckIn.poll_id == VotingRight.poll_id) & (CheckIn.right_id == VotingRight.id),
        )
        .where(*where)
    ).first()
    return None if row is None else OwnRight(*row)


CHANNEL_WORDS = {
    "account": lazy("en ligne, avec votre compte"),
    "code": lazy("en ligne, avec le code d'une lettre"),
    "identity": lazy("en ligne, avec une identité vérifiée"),
    "paper": lazy("sur papier, dans un lieu de vote"),
}


def receipt_state(db: Session, poll_id: int, typed: str) -> str | None:
    """What became of a receipt's envelope: in_urn, replaced or withdrawn; None when unknown.

    Raises `urn.BadReceipt` for what can't be a receipt number.
    """
    lowest, highest = urn.read_receipt(typed)
    return db.scalars(
        select(LoggedDigest.state).where(
            LoggedDigest.poll_id == poll_id,
            LoggedDigest.digest >= lowest,
            LoggedDigest.digest <= highest,
        )
    ).first()


def declared_name(db: Session, person_id: str) -> tuple[str, str]:
    """Family name and first names of a person, as they are known."""
    row = db.execute(
        select(Person.family_name, Person.first_names).where(Person.id == person_id)
    ).one()
    return row.family_name, row.first_names


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room knows of the asker: in which votes they have a right, and the day they
    voted; never what they chose, which nobody can tell."""
    rows = db.execute(
        select(Poll.title, CheckIn.day, CheckIn.channel, VotingRight.group)
        .join(VotingRight, VotingRight.poll_id == Poll.id)
        .outerjoin(
            CheckIn,
            (CheckIn.poll_id == VotingRight.poll_id) & (CheckIn.right_id == VotingRight.id),
        )
        .where(VotingRight.person_id == me.person)
        .order_by(Poll.id)
    )
    contests = db.execute(
        select(Poll.title, PollContest.filed_at, PollContest.text, PollContest.answer)
        .join(PollContest, PollContest.poll_id == Poll.id)
        .where(PollContest.person_id == me.person)
        .order_by(PollContest.id)
    )
    return {
        "votes": [
            {"vote": title, "émargement": day, "canal": channel, "quartier": group}
            for title, day, channel, group in rows
        ],
        "contestations": [
            {"vote": title, "le": at, "texte": text, "réponse": answer}
            for title, at, text, answer in contests
        ],
    }


def addresses_of(db: Session, people: list[str]) -> list[tuple[str, str]]:
    """Address and language of the confirmed accounts of these people."""
    rows = db.execute(
        select(Account.email, Account.language)
        .where(Account.person_id.in_(people), Account.confirmed_at.is_not(None))
        .order_by(Account.person_id)
    )
    return [(email, language) for email, language in rows]


def addresses_with_right(db: Session, poll_id: int) -> list[tuple[str, str]]:
    """Address and language of every confirmed account that holds a right in a poll, whether it
    voted or not: a mail to all of them joins nobody to a ballot."""
    rows = db.execute(
        select(Account.email, Account.language)
        .join(VotingRight, VotingRight.person_id == Account.person_id)
        .where(
            VotingRight.poll_id == poll_id,
            VotingRight.revoked_reason.is_(None),
            Account.confirmed_at.is_not(None),
        )
        .order_by(Account.person_id)
    )
    return [(email, language) for email, language in rows]
