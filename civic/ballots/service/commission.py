"""Who sits in the commission of one vote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from civic.accounts import queries as accounts
from civic.ballots.service.locks import locked_poll
from civic.house.access import Role, unit
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.people import service as people
from civic.people.queries import holders

FEWEST = 2
"""The fewest members who can close and count a vote: nobody does it alone."""


def appoint(db: Session, *, poll_id: int, email: str, by: str, at: datetime) -> None:
    """Makes somebody with an account a member of the commission of this vote, before it closes; or
    later while it has fewer than two members, who could neither close nor count it.

    Refuses the person who appoints, élus and administrators, and an address without an account.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        here = unit("poll", poll_id)
        if (
            at >= poll.closes_at
            and len(holders(db, Role.VOTE_COMMISSION, frozenset({here}), day_of(at))) >= FEWEST
        ):
            raise Refusal(lazy("Ce vote est clos : sa commission ne change plus."), field="email")
        account = accounts.by_email(db, email)
        if account is None or account.confirmed_at is None:
            raise Refusal(
                lazy("Cette adresse n'a pas de compte. Demandez à la personne d'en créer un."),
                field="email",
            )
        if account.person_id == by:
            raise Refusal(
                lazy("Qui prépare le vote ne le surveille pas : nommez une autre personne."),
                field="email",
            )
        people.give_role_within(
            db,
            person_id=account.person_id,
            role=Role.VOTE_COMMISSION,
            unit=here,
            starts_on=day_of(at),
            by=by,
            at=at,
        )
