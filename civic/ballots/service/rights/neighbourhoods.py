"""The neighbourhood of a right, where the règlement gives each person their own neighbourhood's
projects: from a list's address, from the person's word, or from a proof seen at a desk.

It is a property of the right before the vote. Nothing of it is kept with an envelope.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, Poll, VotingRight
from civic.ballots.service.locks import locked_poll, locked_right, require_before_closing
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.territory import queries as territory

NO_NEIGHBOURHOOD = lazy(
    "Votre quartier n'est pas encore connu pour ce vote. Venez à l'accueil d'un lieu de vote avec "
    "un justificatif de domicile : il y est noté, puis vous votez."
)


def groups_at(db: Session, poll: Poll, addresses: Sequence[str]) -> list[str | None]:
    """The neighbourhood of each address; None when no street answers, or streets of two towns do.

    A fixed number of statements a town, whatever the number of addresses.
    """
    if not poll.districts or not addresses:
        return [None] * len(addresses)
    names = {number: name for name, number in poll.districts}
    units = [one.partition(":") for one in poll.scope]
    towns = [int(number) for kind, _colon, number in units if kind == "municipality"]
    if not towns:
        towns = [one.id for one in territory.places(db, "municipality")]
    found: list[set[int]] = [set() for _one in addresses]
    for town in towns:
        for place, number in enumerate(territory.locate(db, town, list(addresses))):
            if number is not None:
                found[place].add(number)
    return [names.get(next(iter(one))) if len(one) == 1 else None for one in found]


def require_known(poll: Poll, group: str) -> str:
    """The neighbourhood, if it is one of this poll; refuses any other."""
    if group not in {name for name, _number in poll.districts}:
        raise Refusal(lazy("Choisissez un quartier de la liste."), field="group")
    return group


def take_word(poll: Poll, right: VotingRight, group: str) -> None:
    """Gives a right the neighbourhood that its holder declares, where residence is declared. One
    that a list or a desk has given stands."""
    if poll.districts and poll.residence == "declared" and right.group is None:
        right.group = require_known(poll, group)


def set_neighbourhood(
    db: Session, *, poll_id: int, right_id: str, group: str, by: str, at: datetime
) -> None:
    """Notes at the desk, after a proof was seen, which neighbourhood's projects a right may choose.

    It may change until the person has voted: a ballot in the urn keeps to the neighbourhood that
    it was chosen in, and nobody can open it to see.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, share=True)
        require_before_closing(poll, at)
        right = locked_right(db, poll_id, right_id)
        require_known(poll, group)
        if right.group == group:
            return
        if db.get(CheckIn, (poll_id, right_id)) is not None:
            raise Refusal(lazy("Cette personne a déjà voté : son quartier ne change plus."))
        if right.place_id is not None:
            raise Refusal(
                lazy(
                    "Cette personne est sur l'émargement imprimé d'un lieu de vote : elle vote là."
                )
            )
        before, right.group = right.group, group
        journal.record(
            db, at=at, actor=by, verb="right.neighbourhood", target=f"poll:{poll_id}",
            first=before is None,
        )  # fmt: skip
