"""A « lieu de vote » is written down, with its hours and its team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.ballots.models import PlaceDuty, PlaceHours, Poll, PollingPlace
from civic.ballots.service.locks import locked_poll, require_before_closing
from civic.ballots.service.places.common import place_of
from civic.house import journal
from civic.house.access import Role, unit
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.people import queries as people


def add_place(
    db: Session,
    *,
    poll_id: int,
    name: str,
    address: str,
    kind: str,
    hours: Sequence[tuple[datetime, datetime]],
    expected: int | None = None,
    by: str,
    at: datetime,
) -> int:
    """A place of a poll, with its opening hours, all inside those of the poll; its number.

    `kind`: "connected", "printed" (no network: an émargement on paper) or "group" (a class, of
    `expected` people). Refuses a name that is taken, and hours in the wrong order.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        require_before_closing(poll, at)
        if kind != "connected" and not poll.paper:
            raise Refusal(
                lazy(
                    "Le règlement de ce vote ne prévoit pas de bulletin de papier : un lieu y "
                    "donne des codes, avec l'émargement partagé."
                ),
                field="kind",
            )
        taken = db.scalar(
            select(PollingPlace.id).where(
                PollingPlace.poll_id == poll_id, PollingPlace.name == name
            )
        )
        if taken is not None:
            raise Refusal(lazy("Un autre lieu de ce vote a déjà ce nom."), field="name")
        if (kind == "group") != (expected is not None):
            raise Refusal(
                lazy("Dites combien de personnes a le groupe ; laissez vide pour un lieu."),
                field="expected",
            )
        place = PollingPlace(
            poll_id=poll_id, name=name, address=address, kind=kind, expected=expected
        )
        db.add(place)
        db.flush()
        write_hours(db, poll, place.id, hours)
        journal.record(
            db, at=at, actor=by, verb="place.add", target=f"poll:{poll_id}", place=name, kind=kind
        )
        return place.id


def write_hours(
    db: Session, poll: Poll, place_id: int, hours: Sequence[tuple[datetime, datetime]]
) -> None:
    """Writes when a place is open, inside the caller's transaction; refuses hours in the wrong
    order, or outside those of the poll."""
    if not hours:
        raise Refusal(lazy("Écrivez au moins une ouverture de ce lieu."), field="hours")
    for opens, closes in hours:
        if not poll.opens_at <= opens < closes <= poll.closes_at:
            raise Refusal(
                lazy("Un lieu ouvre et ferme pendant le vote, et ferme après avoir ouvert."),
                field="hours",
            )
    db.add_all(
        PlaceHours(place_id=place_id, opens_at=opens, closes_at=closes)
        for opens, closes in dict(hours).items()
    )


def put_on_duty(
    db: Session, *, place_id: int, person_ids: Iterable[str], by: str, at: datetime
) -> None:
    """Says which members of the poll's commission are on duty at a place, in place of those named
    before. Refuses people who are not of the commission."""
    with writing(db):
        place, poll = place_of(db, place_id)
        require_before_closing(poll, at)
        wanted = set(person_ids)
        members = people.holders(
            db, Role.VOTE_COMMISSION, frozenset({unit("poll", poll.id)}), day_of(at)
        )
        if not wanted <= set(members):
            raise Refusal(lazy("Une de ces personnes n'est pas de la commission de ce vote."))
        db.execute(delete(PlaceDuty).where(PlaceDuty.place_id == place_id))
        db.add_all(PlaceDuty(place_id=place_id, person_id=one) for one in sorted(wanted))
        journal.record(
            db, at=at, actor=by, verb="place.duty", target=f"poll:{poll.id}", place=place.name,
            people=len(wanted),
        )  # fmt: skip
