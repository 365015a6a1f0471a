"""Builders of meetings, through the verbs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from civic.meetings import queries, service
from tests.councils.make import Place
from tests.make import NOW


def details(starts_at: datetime, **changes: object) -> service.Details:
    """What is said of a meeting."""
    values: dict[str, object] = {
        "kind": "plenary",
        "title": "Réunion de rentrée",
        "starts_at": starts_at,
        "minutes_length": 90,
        "place": "Maison de quartier",
        "agenda": "- Les bancs",
        **changes,
    }
    return service.Details(**values)  # type: ignore[arg-type]


def make_meeting(
    db: Session,
    where: Place,
    council_id: int,
    *,
    after: int = 20,
    at: datetime = NOW,
    convened: bool = True,
    **changes: object,
) -> int:
    """A meeting `after` days after `at`, convened on the day `at` unless told otherwise."""
    meeting_id = service.plan(
        db,
        council_id=council_id,
        details=details(at + timedelta(days=after), **changes),
        by=where.facilitator.person,
        at=at,
    )
    if convened:
        service.convene(db, meeting_id=meeting_id, by=where.facilitator.person, at=at)
    return meeting_id


def hold(
    db: Session, where: Place, council_id: int, meeting_id: int, *, absent: int = 0
) -> queries.Quorum:
    """The meeting took place an hour ago; the first `absent` members of the sheet did not come."""
    one = queries.meeting(db, council_id, meeting_id)
    assert one is not None
    sheet = queries.sheet(db, one)
    return service.note_presence(
        db,
        meeting_id=meeting_id,
        presences={
            line.member.id: "absent" if place < absent else "present"
            for place, line in enumerate(sheet)
        },
        by=where.facilitator.person,
        at=one.starts_at + timedelta(hours=1),
    )
