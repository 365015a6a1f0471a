"""The rows that all ways to a right share: identities, rights, codes, homonyms."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, HomonymCase, Poll, VotingCode, VotingRight
from civic.ballots.vault import PollSecrets
from civic.house.clock import day_of
from civic.house.db import new_token
from civic.house.i18n import day, lazy
from civic.house.refusal import Refusal
from civic.house.text import folded
from civic.rules import urn
from civic.rules.urn.codes import CHANCE

MOST_HOMONYMS = 20
MOST_AT_ONCE = 1_000
"""How many values a question to the database holds."""


def identity_in(
    poll: Poll, known: PollSecrets, family: str, first: str, born: date, homonym: int = 0
) -> str:
    """What a person is filed under in this poll."""
    return urn.identity_of(known.identity, poll.slug, folded(family), folded(first), born, homonym)


def require_old_enough(poll: Poll, born: date) -> None:
    """Refuses who is too young on the day that the règlement says."""
    if poll.born_by is not None and born > poll.born_by:
        raise Refusal(
            lazy(
                "Ce vote demande une date de naissance au %(day)s ou avant.", day=day(poll.born_by)
            ),
            field="born",
        )


def require_check(poll: Poll, *wanted: str) -> None:
    """Refuses a way to the ballot that the règlement of this poll does not have."""
    if not set(wanted) & set(poll.checks):
        raise Refusal(lazy("Le règlement de ce vote ne prévoit pas ce moyen de voter."))


def by_identity(db: Session, poll_id: int, identity: str) -> VotingRight | None:
    """The right filed under this identity, locked."""
    return db.scalars(
        select(VotingRight)
        .where(VotingRight.poll_id == poll_id, VotingRight.identity == identity)
        .with_for_update()
    ).first()


def by_identities(
    db: Session, poll_id: int, identities: Collection[str]
) -> dict[str, tuple[VotingRight, bool]]:
    """The rights filed under these identities, locked, and whether each has voted: a fixed number
    of statements a thousand."""
    found: dict[str, tuple[VotingRight, bool]] = {}
    for some in batched(identities, MOST_AT_ONCE):
        rows = db.scalars(
            select(VotingRight)
            .where(VotingRight.poll_id == poll_id, VotingRight.identity.in_(some))
            .with_for_update()
        ).all()
        voted = set(
            db.scalars(
                select(CheckIn.right_id).where(
                    CheckIn.poll_id == poll_id, CheckIn.right_id.in_([row.id for row in rows])
                )
            )
        )
        found |= {row.identity: (row, row.id in voted) for row in rows}
    return found


def batched(values: Iterable[str], most: int) -> Iterator[list[str]]:
    """The values, so many at a time."""
    rest = iter(values)
    while some := list(islice(rest, most)):
        yield some


def same_names(
    db: Session, poll: Poll, known: PollSecrets, family: str, first: str, born: date
) -> list[VotingRight]:
    """All the rights of this name and birth date, the first registered first."""
    identities = [
        identity_in(poll, known, family, first, born, number) for number in range(MOST_HOMONYMS)
    ]
    rows = {
        row.identity: row
        for row in db.scalars(
            select(VotingRight)
            .where(VotingRight.poll_id == poll.id, VotingRight.identity.in_(identities))
            .with_for_update()
        )
    }
    return [rows[one] for one in identities if one in rows]


def add_right(
    db: Session, poll_id: int, identity: str, level: str, *, person_id: str | None = None
) -> VotingRight:
    """A new right; refuses when another request has just given it."""
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


def new_code(db: Session, poll: Poll, right: VotingRight, known: PollSecrets) -> str:
    """A new code for a right; an older one stops working. Kept as a keyed hash only."""
    db.execute(delete(VotingCode).where(VotingCode.right_id == right.id))
    code = urn.make_code(secrets.token_bytes(CHANCE))
    db.add(VotingCode(keyed_hash=urn.code_hash(known.code, poll.slug, code), right_id=right.id))
    db.flush()
    return code


def open_case(
    db: Session,
    *,
    poll_id: int,
    identity: str,
    origin: str,
    told: str,
    by: str,
    at: datetime,
    person_id: str | None = None,
) -> HomonymCase:
    """Puts two people of one name before a human; the same case is not opened twice."""
    same = HomonymCase.person_id == person_id if person_id else HomonymCase.told == told
    found = db.scalars(
        select(HomonymCase).where(
            HomonymCase.poll_id == poll_id,
            HomonymCase.identity == identity,
            HomonymCase.origin == origin,
            same,
        )
    ).first()
    if found is not None:
        return found
    case = HomonymCase(
        id=new_token(), poll_id=poll_id, identity=identity, origin=origin, told=told,
        person_id=person_id, opened_by=by, opened_on=day_of(at),
    )  # fmt: skip
    db.add(case)
    db.flush()
    return case
