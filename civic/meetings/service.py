"""The verbs of meetings: plan, change, convene, cancel, note presence, publish, give an avis."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil
from civic.councils.queries import council_by_id
from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.mandates import queries as mandates
from civic.meetings import mails, queries
from civic.meetings.models import (
    PRESENCES,
    Meeting,
    MeetingDocument,
    Opinion,
    Presence,
)
from civic.people.models import Organisation

MEETS = ("recognised", "installed", "active", "renewing")
"""States of a council that meets."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a meeting. `starts_at` is an instant, `minutes_length` minutes;
    `documents` are (label, http address)."""

    kind: str
    title: str
    starts_at: datetime
    minutes_length: int
    place: str
    agenda: str = ""
    open_to_all: bool = False
    documents: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """How many members were written to, and how many have no address: call or visit them."""

    mails: int
    without: int


def plan(db: Session, *, council_id: int, details: Details, by: str, at: datetime) -> int:
    """Plans a meeting; its number. The quorum and the notice are those of the règlement in
    force. Refuses a past hour and a council that does not sit yet."""
    with writing(db):
        council = db.get(CitizenCouncil, council_id, with_for_update=True)
        page = council_by_id(db, council_id)
        if council is None or page is None:
            raise NotFound
        if council.status not in MEETS:
            raise Refusal(
                lazy("Ce conseil n'a pas encore de membres en fonction : installez-les d'abord.")
            )
        _refuse_past(details, at)
        one = Meeting(
            council_id=council_id,
            quorum=page.quorum,
            notice_days=page.notice_days,
            status="planned",
            **_values(details),
        )
        db.add(one)
        db.flush()
        _lay_documents(db, one.id, details.documents)
        journal.record(db, at=at, actor=by, verb="meeting.plan", target=f"meeting:{one.id}")
        return one.id


def _values(details: Details) -> dict[str, Any]:
    names = ("kind", "title", "starts_at", "minutes_length", "place", "agenda", "open_to_all")
    return {name: getattr(details, name) for name in names}


def _refuse_past(details: Details, at: datetime) -> None:
    if details.starts_at <= at:
        raise Refusal(
            lazy("Cette heure est passée : choisissez une heure à venir."), field="starts_at"
        )


def _lay_documents(db: Session, meeting_id: int, given: Sequence[tuple[str, str]]) -> None:
    db.execute(delete(MeetingDocument).where(MeetingDocument.meeting_id == meeting_id))
    db.add_all(
        MeetingDocument(meeting_id=meeting_id, label=label, address=address)
        for address, label in {address: label for label, address in given}.items()
    )
    db.flush()


def _locked(db: Session, meeting_id: int) -> Meeting:
    one = db.get(Meeting, meeting_id, with_for_update=True)
    if one is None:
        raise NotFound
    return one


def change(
    db: Session,
    *,
    meeting_id: int,
    details: Details,
    by: str,
    at: datetime,
    base_url: str = "",
) -> Sent:
    """Changes a meeting to come; who was convened is written to when its hour or place moves."""
    with writing(db):
        one = _locked(db, meeting_id)
        if one.status not in {"planned", "convened"} or one.starts_at <= at:
            raise Refusal(lazy("Cette réunion est passée ou annulée : elle ne change plus."))
        _refuse_past(details, at)
        moved = (one.starts_at, one.place) != (details.starts_at, details.place)
        for name, value in _values(details).items():
            setattr(one, name, value)
        one.revision += 1
        _lay_documents(db, meeting_id, details.documents)
        sent = Sent(0, 0)
        if moved and one.status == "convened":
            sent = _write_members(db, one, mails.changed, base_url, at)
        journal.record(
            db, at=at, actor=by, verb="meeting.change", target=f"meeting:{meeting_id}", moved=moved
        )
        return sent


def _write_members(
    db: Session,
    one: Meeting,
    make: Callable[[str, str, Meeting, str], post.Mail],
    base_url: str,
    at: datetime,
) -> Sent:
    council = db.get_one(CitizenCouncil, one.council_id)
    link = f"{base_url}/conseils/{council.slug}/reunions/{one.id}"
    members = mandates.members(db, one.council_id, only=queries.in_office_on(day_of(one.starts_at)))
    addresses = sorted({member.email for member in members if member.email})
    for address in addresses:
        post.put(db, make(address, council.name, one, link), at=at)
    return Sent(len(addresses), sum(not member.email for member in members))


def convene(
    db: Session,
    *,
    meeting_id: int,
    by: str,
    at: datetime,
    late_reason: str = "",
    base_url: str = "",
) -> Sent:
    """Convenes the members in office on the day of the meeting, by mail.

    Later than the règlement says, it needs a reason, which is public.
    """
    with writing(db):
        one = _locked(db, meeting_id)
        if one.status != "planned" or one.starts_at <= at:
            raise Refusal(lazy("Cette réunion n'est plus à convoquer."))
        if queries.late(one, at) and not late_reason:
            raise Refusal(
                lazy(
                    "Le règlement demande %(days)s jours entre la convocation et la réunion. "
                    "Changez la date, ou écrivez pourquoi cette réunion ne peut pas attendre.",
                    days=one.notice_days,
                ),
                field="late_reason",
            )
        one.status, one.convened_at, one.late_reason = "convened", at, late_reason
        sent = _write_members(db, one, mails.convened, base_url, at)
        journal.record(
            db, at=at, actor=by, verb="meeting.convene", target=f"meeting:{meeting_id}",
            mails=sent.mails, late=bool(late_reason),
        )  # fmt: skip
        return sent


def cancel(db: Session, *, meeting_id: int, reason: str, by: str, at: datetime) -> None:
    """Cancels a meeting to come, with a public reason; who was convened is written to."""
    with writing(db):
        one = _locked(db, meeting_id)
        if one.status not in {"planned", "convened"}:
            raise Refusal(lazy("Cette réunion a eu lieu ou est déjà annulée."))
        if not reason:
            raise Refusal(lazy("Écrivez pourquoi : cette raison est publique."), field="reason")
        convened = one.status == "convened"
        one.status, one.cancel_reason = "cancelled", reason
        one.revision += 1
        if convened:
            _write_members(db, one, mails.cancelled, "", at)
        journal.record(db, at=at, actor=by, verb="meeting.cancel", target=f"meeting:{meeting_id}")


def note_presence(
    db: Session, *, meeting_id: int, presences: Mapping[int, str], by: str, at: datetime
) -> queries.Quorum:
    """Notes who came (mandate → presence); the quorum that follows.

    Refuses before the meeting starts, after its minutes are published, a member who was not in
    office that day, and a sheet that forgets somebody.
    """
    with writing(db):
        one = _locked(db, meeting_id)
        if one.status == "cancelled" or one.starts_at > at:
            raise Refusal(lazy("La feuille de présence s'ouvre quand la réunion commence."))
        if one.minutes_published_at is not None:
            raise Refusal(lazy("Le compte rendu est publié : la feuille de présence est close."))
        expected = {line.member.id for line in queries.sheet(db, one)}
        if set(presences) - expected:
            raise Refusal(lazy("Un de ces membres n'était pas en fonction ce jour-là."))
        if expected - set(presences) or set(presences.values()) - set(PRESENCES):
            raise Refusal(lazy("Indiquez pour chaque membre : présent, excusé ou absent."))
        db.execute(delete(Presence).where(Presence.meeting_id == meeting_id))
        db.add_all(
            Presence(meeting_id=meeting_id, mandate_id=mandate_id, presence=presence)
            for mandate_id, presence in presences.items()
        )
        one.status = "held"
        db.flush()
        found = queries.quorum(one.quorum, queries.sheet(db, one))
        journal.record(
            db, at=at, actor=by, verb="meeting.presence", target=f"meeting:{meeting_id}",
            counted=found.counted, in_office=found.in_office, met=found.met,
        )  # fmt: skip
        return found


def publish_minutes(db: Session, *, meeting_id: int, minutes: str, by: str, at: datetime) -> None:
    """Publishes the minutes of a meeting that was held; a correction replaces them, and the
    journal keeps the digest of each version."""
    with writing(db):
        one = _locked(db, meeting_id)
        if one.status != "held":
            raise Refusal(lazy("Remplissez d'abord la feuille de présence."))
        if not minutes:
            raise Refusal(lazy("Écrivez le compte rendu."), field="minutes")
        one.minutes, one.minutes_published_at = minutes, at
        journal.record(
            db, at=at, actor=by, verb="meeting.minutes", target=f"meeting:{meeting_id}",
            digest=hashlib.sha256(minutes.encode()).hexdigest(),
        )  # fmt: skip


def give_opinion(
    db: Session,
    *,
    meeting_id: int,
    title: str,
    text: str,
    addressee_id: int,
    reply_due_on: date,
    by: str,
    at: datetime,
) -> int:
    """Records the avis that a council gave in a meeting; its number in the council, from 1.

    The text is final. Refuses a meeting that was not held or had no quorum, and a reply due
    before the meeting.
    """
    with writing(db):
        one = _locked(db, meeting_id)
        if one.status != "held":
            raise Refusal(
                lazy("Un avis se donne en réunion : remplissez d'abord la feuille de présence."),
                field="meeting",
            )
        if not queries.quorum(one.quorum, queries.sheet(db, one)).met:
            raise Refusal(
                lazy("Le quorum n'était pas atteint : cette réunion ne pouvait pas donner d'avis."),
                field="meeting",
            )
        given_on = day_of(one.starts_at)
        if reply_due_on <= given_on:
            raise Refusal(lazy("La réponse vient après la réunion."), field="reply_due_on")
        if db.get(Organisation, addressee_id) is None:
            raise Refusal(lazy("Choisissez à qui l'avis s'adresse."), field="addressee")
        db.get_one(CitizenCouncil, one.council_id, with_for_update=True)
        last = db.scalar(
            select(func.max(Opinion.number)).where(Opinion.council_id == one.council_id)
        )
        number = (last or 0) + 1
        digest = hashlib.sha256(text.encode()).hexdigest()
        opinion = Opinion(
            council_id=one.council_id,
            meeting_id=meeting_id,
            number=number,
            title=title,
            text=text,
            digest=digest,
            addressee_id=addressee_id,
            given_on=given_on,
            reply_due_on=reply_due_on,
            recorded_at=at,
            recorded_by=by,
        )
        db.add(opinion)
        db.flush()
        journal.record(
            db, at=at, actor=by, verb="opinion.give", target=f"opinion:{opinion.id}",
            council=one.council_id, digest=digest,
        )  # fmt: skip
        return number


def answered_within(db: Session, *, opinion_id: int, on: date, by: str, at: datetime) -> None:
    """Says that an avis got its reply, inside the caller's transaction (room decisions, which
    keeps the reply itself). Refuses a second reply and one before the avis."""
    opinion = db.get(Opinion, opinion_id, with_for_update=True)
    if opinion is None:
        raise NotFound
    if opinion.answered_on is not None:
        raise Refusal(lazy("Cet avis a déjà reçu une réponse."))
    if on < opinion.given_on:
        raise Refusal(lazy("La réponse ne peut pas dater d'avant l'avis."))
    opinion.answered_on = on
    journal.record(
        db, at=at, actor=by, verb="opinion.answered", target=f"opinion:{opinion_id}",
        on=on.isoformat(),
    )  # fmt: skip
