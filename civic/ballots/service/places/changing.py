"""A « lieu de vote » written down wrongly: mended, or taken away while nobody voted there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.ballots.models import (
    CheckIn,
    PlaceDuty,
    PlaceHours,
    PlaceSheet,
    Poll,
    PollingPlace,
    VotingRight,
)
from civic.ballots.service.locks import require_before_closing
from civic.ballots.service.places.adding import write_hours
from civic.ballots.service.places.common import place_of
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal


def change_place(
    db: Session,
    *,
    place_id: int,
    name: str,
    address: str,
    hours: Sequence[tuple[datetime, datetime]],
    expected: int | None = None,
    by: str,
    at: datetime,
) -> None:
    """Gives a place another name, address, hours, or a group another size, until the vote closes or
    its sheet is signed; how one votes there never changes. Refuses as `add_place` does."""
    with writing(db):
        place, poll = _still_open(db, place_id, at)
        taken = select(PollingPlace.id).where(
            PollingPlace.poll_id == poll.id, PollingPlace.name == name, PollingPlace.id != place_id
        )
        if db.scalar(taken) is not None:
            raise Refusal(lazy("Un autre lieu de ce vote a déjà ce nom."), field="name")
        if (place.kind == "group") != (expected is not None):
            raise Refusal(
                lazy("Dites combien de personnes a le groupe ; laissez vide pour un lieu."),
                field="expected",
            )
        before = place.name
        place.name, place.address, place.expected = name, address, expected
        db.execute(delete(PlaceHours).where(PlaceHours.place_id == place_id))
        write_hours(db, poll, place_id, hours)
        journal.record(
            db, at=at, actor=by, verb="place.change", target=f"poll:{poll.id}", place=name,
            before=before,
        )  # fmt: skip


def remove_place(db: Session, *, place_id: int, by: str, at: datetime) -> None:
    """Takes a place away. Refuses one where somebody has voted, or whose émargement is printed."""
    with writing(db):
        place, poll = _still_open(db, place_id, at)
        used = db.scalar(select(CheckIn.right_id).where(CheckIn.place_id == place_id).limit(1))
        listed = db.scalar(select(VotingRight.id).where(VotingRight.place_id == place_id).limit(1))
        if used is not None or listed is not None:
            raise Refusal(
                lazy(
                    "Des personnes ont voté dans ce lieu, ou sont sur son émargement : il reste. "
                    "Corrigez plutôt ses heures."
                )
            )
        for model in (PlaceHours, PlaceDuty):
            db.execute(delete(model).where(model.place_id == place_id))
        db.delete(place)
        journal.record(
            db, at=at, actor=by, verb="place.remove", target=f"poll:{poll.id}", place=place.name
        )


def _still_open(db: Session, place_id: int, at: datetime) -> tuple[PollingPlace, Poll]:
    place, poll = place_of(db, place_id)
    require_before_closing(poll, at)
    if db.scalar(select(PlaceSheet.version).where(PlaceSheet.place_id == place_id).limit(1)):
        raise Refusal(lazy("La feuille de ce lieu est signée : il ne change plus."))
    return place, poll
