"""What a council chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.councils.models import College, Rank
from civic.councils.queries import RANK_NAMES
from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.mandates import queries as mandates
from civic.meetings import queries as meetings
from civic.meetings.models import Meeting
from civic.referents import mails, queries
from civic.referents.models import (
    METHODS,
    Designation,
    Referent,
    SteeringBody,
)
from civic.referents.service.candidacies import locked
from civic.rules.terms import term_end

Places = Mapping[tuple[str, str], int | None]
"""(collège, rang) → mandate, None for a place left empty."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the council chose, how, and what was written of it."""

    places: Places
    method: str
    minutes: str


def decide(
    db: Session,
    *,
    designation_id: int,
    choice: Choice,
    by: str,
    at: datetime,
    base_url: str = "",
) -> list[int]:
    """Records whom the council chose at its meeting; the référents' numbers.

    One titulaire of each collège is required, a suppléant of each is expected. Refuses before the
    meeting was held with its quorum, who did not come forward or sits in the other collège, one
    person twice, and a method that nobody chose. Those of the last designation leave.
    """
    with writing(db):
        one = locked(db, designation_id)
        body = db.get_one(SteeringBody, one.body_id, with_for_update=True)
        found = _quorum(db, one)
        if choice.method not in METHODS:
            raise Refusal(lazy("Choisissez comment le conseil a décidé."), field="method")
        if not choice.minutes:
            raise Refusal(lazy("Écrivez le procès-verbal."), field="minutes")
        members = _check_places(db, one, choice.places, day_of(at))
        on = day_of(at)
        _leave(db, body_id=one.body_id, council_id=one.council_id, on=on)
        made = []
        for (college, rank), member in members.items():
            assert member.ends_on is not None
            made.append(
                Referent(
                    designation_id=one.id,
                    body_id=one.body_id,
                    council_id=one.council_id,
                    mandate_id=member.id,
                    college=college,
                    rank=rank,
                    starts_on=on,
                    ends_on=min(term_end(on, one.term_months), member.ends_on),
                )
            )
        db.add_all(made)
        one.status, one.method, one.minutes = "in_office", choice.method, choice.minutes
        one.present, one.needed = found.counted, found.needed
        one.decided_at, one.decided_by = at, by
        try:
            db.flush()
        except IntegrityError as double:
            raise Refusal(
                lazy("Une de ces personnes parle déjà pour le conseil dans cette instance.")
            ) from double
        for row, member in zip(made, members.values(), strict=True):
            if member.email:
                link = f"{base_url}/referents/instances/{body.slug}"
                words = RANK_NAMES[row.rank]  # said by the mail, in the mail's language
                line = queries.designation(db, one.id)
                assert line is not None
                mail = mails.chosen(member.email, line.council, body.name, words, row.ends_on, link)
                post.put(db, mail, at=at)
        journal.record(
            db, at=at, actor=by, verb="designation.decide",
            target=f"designation:{designation_id}", method=choice.method,
            referents=[row.id for row in made],
        )  # fmt: skip
        return [row.id for row in made]


def _quorum(db: Session, one: Designation) -> meetings.Quorum:
    meeting = db.get(Meeting, one.meeting_id) if one.meeting_id else None
    if meeting is None or meeting.status != "held":
        raise Refusal(
            lazy("Le conseil choisit en réunion : indiquez laquelle et remplissez sa feuille de "
                 "présence.")
        )  # fmt: skip
    found = meetings.quorum(meeting.quorum, meetings.sheet(db, meeting))
    if not found.met:
        raise Refusal(
            lazy("Le quorum n'était pas atteint : le conseil ne pouvait pas choisir. Prévoyez une "
                 "autre réunion.")
        )  # fmt: skip
    return found


def _check_places(
    db: Session, one: Designation, places: Places, today: date
) -> dict[tuple[str, str], mandates.Member]:
    running = {c.member.id: c.member for c in queries.candidates(db, one.id, today) if c.sits}
    members: dict[tuple[str, str], mandates.Member] = {}
    for (college, rank), mandate_id in places.items():
        field = f"{college}_{rank}"
        if mandate_id is None:
            if rank == Rank.TITULAR:
                raise Refusal(
                    lazy("Un conseil envoie deux titulaires, un de chaque collège."), field=field
                )
            continue
        member = running.get(mandate_id)
        if member is None or member.college != college:
            raise Refusal(
                lazy("Cette personne ne s'est pas proposée, ou ne siège pas dans ce collège."),
                field=field,
            )
        if any(other.id == member.id for other in members.values()):
            raise Refusal(lazy("La même personne ne peut pas tenir deux places."), field=field)
        members[college, rank] = member
    if {college for college, rank in members if rank == Rank.TITULAR} != set(College):
        raise Refusal(lazy("Un conseil envoie deux titulaires, un de chaque collège."))
    return members


def _leave(db: Session, *, body_id: int, council_id: int, on: date) -> None:
    """Ends the référents of the last designation, and closes it."""
    before = db.scalars(
        select(Referent).where(
            Referent.body_id == body_id,
            Referent.council_id == council_id,
            Referent.ended_on.is_(None),
        )
    ).all()
    for row in before:
        row.ended_on, row.end_reason = max(on, row.starts_on), "renewed"
    for old in db.scalars(
        select(Designation).where(
            Designation.body_id == body_id,
            Designation.council_id == council_id,
            Designation.status == "in_office",
        )
    ):
        old.status, old.closed_on = "closed", on
    db.flush()
