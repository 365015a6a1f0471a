"""Writing an idea, step by step, before anybody sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from civic.house import files
from civic.house.clock import day_of
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.people.models import Person
from civic.proposals.models import Proponent, ProposalDraft
from civic.proposals.service.places import checked_place, municipality_of

MOST_DRAFTS = 10
KEPT = timedelta(days=90)
FIELDS = frozenset({"title", "kind", "theme", "body", "place_text", "place", "picture_alt"})


def begin(db: Session, *, by: str, at: datetime) -> str:
    """Opens a draft; its identifier. A person has ten at most."""
    with writing(db):
        count = db.scalar(
            select(func.count()).select_from(ProposalDraft).where(ProposalDraft.person_id == by)
        )
        if (count or 0) >= MOST_DRAFTS:
            raise Refusal(
                lazy("Vous avez déjà dix brouillons. Déposez-en un ou supprimez-en un d'abord.")
            )
        row = ProposalDraft(id=new_token(), person_id=by, kind="works", changed_on=day_of(at))
        db.add(row)
        db.flush()
        return row.id


def own(db: Session, draft_id: str, by: str) -> ProposalDraft:
    """One's own draft, locked; anybody else's does not exist."""
    row = db.get(ProposalDraft, draft_id, with_for_update=True)
    if row is None or row.person_id != by:
        raise NotFound
    return row


def write(
    db: Session,
    *,
    draft_id: str,
    by: str,
    at: datetime,
    territory_id: int | None = None,
    picture: files.Picture | None = None,
    drop_picture: bool = False,
    **fields: Any,
) -> None:
    """Keeps what was typed at one step: any of FIELDS, where it is, or a picture already laid."""
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"no such part of a draft: {sorted(unknown)}")
    if "place" in fields:
        fields["place"] = checked_place(fields["place"])
    with writing(db):
        row = own(db, draft_id, by)
        if territory_id is not None:
            row.municipality_id, row.neighbourhood_id = municipality_of(db, territory_id)
        if picture is not None:
            row.picture_digest = files.keep(db, picture, purpose="proposal", on=day_of(at))
        if drop_picture:
            row.picture_digest, row.picture_alt = None, ""
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_on = day_of(at)


def drop(db: Session, *, draft_id: str, by: str) -> None:
    """Throws a draft away."""
    with writing(db):
        db.delete(own(db, draft_id, by))


def forget_erased(db: Session, _now: datetime) -> None:
    """Takes the names of people who were erased off their proposals, and their drafts away.

    The proposals stay: they belong to the public history.
    """
    gone = select(Person.id).where(Person.erased.is_(True))
    with writing(db):
        db.execute(delete(ProposalDraft).where(ProposalDraft.person_id.in_(gone)))
        db.execute(
            update(Proponent)
            .where(Proponent.person_id.in_(gone), Proponent.shown_as != "")
            .values(shown_as="", is_contact=False)
        )


def erase_old_drafts(db: Session, now: datetime) -> None:
    """Erases the drafts that nobody has touched for ninety days."""
    with writing(db):
        db.execute(delete(ProposalDraft).where(ProposalDraft.changed_on < day_of(now - KEPT)))
