"""Filing an idea, completing it, taking it back."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.house import files, journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded, slug
from civic.proposals.models import (
    Proponent,
    Proposal,
    ProposalCounter,
    ProposalEvent,
    ProposalPicture,
)
from civic.proposals.service.drafts import own
from civic.proposals.service.moves import due_after, locked, move
from civic.proposals.service.places import checked_place, municipality_of


def file_draft(db: Session, *, draft_id: str, by: str, at: datetime, shown_as: str = "") -> int:
    """Files one's own draft; the proposal's public number. The draft is gone.

    `shown_as` is what the page will say of the person: a name, a pseudonym, or "" for neither.
    """
    with writing(db):
        draft = own(db, draft_id, by)
        if not (draft.title and draft.theme):
            raise Refusal(lazy("Dites d'abord en quelques mots quelle est votre idée."))
        if draft.municipality_id is None or not draft.place_text:
            raise Refusal(lazy("Dites d'abord où se trouve votre idée."))
        if not draft.body:
            raise Refusal(lazy("Expliquez d'abord pourquoi cette idée serait utile."))
        row = _new(
            db,
            title=draft.title,
            body=draft.body,
            kind=draft.kind,
            theme=draft.theme,
            municipality_id=draft.municipality_id,
            neighbourhood_id=draft.neighbourhood_id,
            place_text=draft.place_text,
            place=draft.place,
            filed_by=by,
            channel="web",
            at=at,
            by_role="resident",
        )
        db.add(Proponent(proposal_id=row.id, person_id=by, shown_as=shown_as, is_contact=True))
        if draft.picture_digest:
            db.add(
                ProposalPicture(
                    proposal_id=row.id, digest=draft.picture_digest, alt=draft.picture_alt
                )
            )
        db.delete(draft)
        journal.record(db, at=at, actor=by, verb="proposal.file", target=f"proposal:{row.number}")
        return row.number


def file_at_desk(
    db: Session,
    *,
    title: str,
    body: str,
    kind: str,
    theme: str,
    territory_id: int,
    place_text: str,
    channel: str,
    by: str,
    at: datetime,
    place: Any = None,
    shown_as: str = "",
    person_id: str | None = None,
    municipalities: list[int] | None = None,
) -> int:
    """Files an idea that somebody brought to a desk, wrote on paper or said during a walk; its
    number. `municipalities`: those where the agent may do so (None: anywhere)."""
    place = checked_place(place)
    with writing(db):
        municipality_id, neighbourhood_id = municipality_of(db, territory_id)
        if municipalities is not None and municipality_id not in municipalities:
            raise Refusal(
                lazy("Ce lieu n'est pas dans votre commune. Choisissez-en un autre."),
                field="territory",
            )
        row = _new(
            db,
            title=title,
            body=body,
            kind=kind,
            theme=theme,
            municipality_id=municipality_id,
            neighbourhood_id=neighbourhood_id,
            place_text=place_text,
            place=place,
            filed_by=by,
            channel=channel,
            at=at,
            by_role="agent",
        )
        db.add(
            Proponent(
                proposal_id=row.id,
                person_id=person_id,
                shown_as=shown_as,
                is_contact=person_id is not None,
            )
        )
        journal.record(
            db,
            at=at,
            actor=by,
            verb="proposal.file",
            target=f"proposal:{row.number}",
            channel=channel,
        )
        return row.number


def _new(db: Session, *, at: datetime, by_role: str, **values: Any) -> Proposal:
    counter = _counter(db)
    counter.last += 1
    row = Proposal(
        number=counter.last,
        slug=slug(values["title"]),
        search=_search(values["title"], values["body"], values["place_text"]),
        filed_at=at,
        status="submitted",
        status_since=at,
        due_on=due_after("submitted", at),
        **values,
    )
    db.add(row)
    db.flush()
    db.add(
        ProposalEvent(
            proposal_id=row.id,
            at=at,
            status_from="",
            status_to="submitted",
            by_role=by_role,
        )
    )
    return row


def _counter(db: Session) -> ProposalCounter:
    """The counter's row, locked; made by the first of those who file at the same time."""
    if db.get(ProposalCounter, 1) is None:
        with contextlib.suppress(IntegrityError), db.begin_nested():
            db.execute(insert(ProposalCounter).values(id=1, last=0))
    return db.get_one(ProposalCounter, 1, with_for_update=True, populate_existing=True)


def _search(*texts: str) -> str:
    return folded(" ".join(texts))


def is_carried_by(db: Session, row: Proposal, person: str) -> bool:
    """Whether this person carries the proposal."""
    return (
        db.scalar(
            select(Proponent.id).where(
                Proponent.proposal_id == row.id, Proponent.person_id == person
            )
        )
        is not None
    )


def _mine(db: Session, number: int, by: str) -> Proposal:
    row = locked(db, number)
    if not is_carried_by(db, row, by):
        raise NotFound
    return row


def complete(
    db: Session,
    *,
    number: int,
    title: str,
    body: str,
    place_text: str,
    by: str,
    at: datetime,
    picture: files.Picture | None = None,
    picture_alt: str = "",
    drop_pictures: bool = False,
) -> None:
    """Sends a returned (or rejected) proposal again, as its proponent wrote it anew."""
    with writing(db):
        row = _mine(db, number, by)
        if row.status not in {"returned", "rejected"}:
            raise Refusal(
                lazy("Cette proposition est déjà relue : son texte ne peut plus changer.")
            )
        row.title, row.body, row.place_text = title, body, place_text
        row.slug, row.search = slug(title), _search(title, body, place_text)
        if drop_pictures or picture is not None:
            for old in db.scalars(
                select(ProposalPicture).where(ProposalPicture.proposal_id == row.id)
            ):
                db.delete(old)
            db.flush()
        if picture is not None:
            digest = files.keep(db, picture, purpose="proposal", on=day_of(at))
            db.add(ProposalPicture(proposal_id=row.id, digest=digest, alt=picture_alt))
        move(db, row, "submitted", by_role="resident", at=at)
        journal.record(db, at=at, actor=by, verb="proposal.complete", target=f"proposal:{number}")


def withdraw(db: Session, *, number: int, by: str, at: datetime, text: str = "") -> None:
    """Takes back a proposal that one carries; possible until the ballot is sealed."""
    with writing(db):
        row = _mine(db, number, by)
        if row.status == "on_ballot":
            raise Refusal(
                lazy(
                    "Le bulletin de vote est scellé : cette proposition ne peut plus être retirée."
                )
            )
        move(db, row, "withdrawn", by_role="resident", at=at, text=text)
        journal.record(db, at=at, actor=by, verb="proposal.withdraw", target=f"proposal:{number}")
