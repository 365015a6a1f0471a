"""The sheet that each place signs, and its agreement with the bundles typed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, PlaceHours, PlaceSheet, PollingPlace
from civic.ballots.queries.papers import by_place, reopened
from civic.ballots.service.places.common import place_of, require_sheets_time
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal


def sign_sheet(
    db: Session,
    *,
    place_id: int,
    signatures: int,
    ballots: int,
    blank: int,
    spoilt: int,
    explanation: str,
    correction: str,
    by: str,
    at: datetime,
) -> int:
    """Signs the sheet of a place; its version. A second one corrects the first, with a reason.

    `signatures` are those of the émargement, `ballots` what the box held, blank and spoilt ones
    included. A difference between the two has to be explained; so has one with the émargement of
    the site. Refuses before the place's last hour and after the reconciliation, unless two members
    have taken the papers up again.
    """
    with writing(db):
        place, poll = place_of(db, place_id)
        if not reopened(db, poll.id):
            require_sheets_time(poll, at)
        if at < _last_hour(db, place_id):
            raise Refusal(lazy("Ce lieu est encore ouvert : sa feuille se signe à la fermeture."))
        if min(signatures, ballots, blank, spoilt) < 0 or blank + spoilt > ballots:
            raise Refusal(
                lazy("Les blancs et les nuls font partie des bulletins : vérifiez ces nombres."),
                field="ballots",
            )
        limit = place.expected
        if limit is not None and signatures > limit:
            raise Refusal(
                lazy("Ce groupe a %(most)s personnes, pas plus.", most=limit), field="signatures"
            )
        listed = None if place.kind == "group" else signed_at(db, place_id)
        if not explanation and (signatures != ballots or listed not in (None, signatures)):
            raise Refusal(
                lazy(
                    "Signatures, bulletins et émargement ne sont pas égaux : écrivez pourquoi, ou "
                    "que vous ne le savez pas."
                ),
                field="explanation",
            )
        last = db.scalar(
            select(func.max(PlaceSheet.version)).where(PlaceSheet.place_id == place_id)
        )
        version = (last or 0) + 1
        if version > 1 and not correction:
            raise Refusal(
                lazy("Cette feuille est déjà signée : écrivez pourquoi vous la corrigez."),
                field="correction",
            )
        db.add(
            PlaceSheet(
                place_id=place_id, version=version, signatures=signatures, ballots=ballots,
                blank=blank, spoilt=spoilt, explanation=explanation,
                correction=correction if version > 1 else "", by=by, at=at,
            )
        )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="place.sheet", target=f"poll:{poll.id}", place=place.name,
            version=version, signatures=signatures, ballots=ballots,
        )  # fmt: skip
        return version


def signed_at(db: Session, place_id: int) -> int:
    """How many people the site's émargement says voted on paper at a place."""
    return (
        db.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.place_id == place_id))
        or 0
    )


def require_sheets(db: Session, poll_id: int) -> int:
    """Refuses to reconcile while a place has no sheet, or its sheet and the bundles typed from it
    differ in ballots, blank or spoilt ones; how many people took part in groups that have an
    émargement of their own."""
    groups = 0
    typed = by_place(db, poll_id)
    places = db.scalars(
        select(PollingPlace).where(PollingPlace.poll_id == poll_id).order_by(PollingPlace.id)
    ).all()
    last = {
        sheet.place_id: sheet
        for sheet in db.scalars(
            select(PlaceSheet)
            .where(PlaceSheet.place_id.in_([place.id for place in places]))
            .order_by(PlaceSheet.version)
        )
    }
    for place in places:
        if place.id not in last:
            raise Refusal(
                lazy("Le lieu « %(place)s » n'a pas encore signé sa feuille.", place=place.name)
            )
    for place in places:
        count, blank, spoilt = typed.get(place.name, (0, 0, 0))
        sheet = last[place.id]
        if sheet.ballots != count:
            raise Refusal(
                lazy(
                    "Lieu « %(place)s » : la feuille dit %(sheet)s bulletins et les liasses en ont "
                    "%(typed)s. Corrigez l'une ou les autres.",
                    place=place.name, sheet=sheet.ballots, typed=count,
                )
            )  # fmt: skip
        if (sheet.blank, sheet.spoilt) != (blank, spoilt):
            raise Refusal(
                lazy(
                    "Lieu « %(place)s » : la feuille dit %(blank)s blancs et %(spoilt)s nuls, les "
                    "liasses en ont %(typed_blank)s et %(typed_spoilt)s. Reprenez ces papiers, "
                    "puis corrigez la feuille, avec sa raison, ou la saisie.",
                    place=place.name, blank=sheet.blank, spoilt=sheet.spoilt, typed_blank=blank,
                    typed_spoilt=spoilt,
                )
            )  # fmt: skip
        if place.kind == "group":
            groups += last[place.id].signatures
    return groups


def _last_hour(db: Session, place_id: int) -> datetime:
    rows = db.scalars(select(PlaceHours.closes_at).where(PlaceHours.place_id == place_id)).all()
    return max(rows)
