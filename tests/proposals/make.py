"""Builders of proposals, through the room's own verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from civic.house.clock import day_of
from civic.house.db import writing
from civic.people import service as people
from civic.proposals import queries, service
from tests.make import NOW, Town

BODY = "Beaucoup d'enfants attendent ici le bus, debout, sans ombre ni banc."


def filed(db: Session, town: Town, by: str, **changes: Any) -> int:
    """A proposal that `by` filed online; its number."""
    at: datetime = changes.pop("at", NOW)
    shown_as = changes.pop("shown_as", "")
    fields = {
        "title": "Un banc devant l'école",
        "theme": "banc",
        "body": BODY,
        "place_text": "rue des Essais, devant le 12",
        "territory_id": town.neighbourhood,
        **changes,
    }
    key = service.begin(db, by=by, at=at)
    service.write(db, draft_id=key, by=by, at=at, **fields)
    return service.file_draft(db, draft_id=key, by=by, at=at, shown_as=shown_as)


def published(db: Session, town: Town, by: str, agent: str, **changes: Any) -> int:
    """A public proposal; its number."""
    number = filed(db, town, by, **changes)
    service.publish(db, number=number, by=agent, at=changes.get("at", NOW))
    return number


def organisation(db: Session, name: str = "Service des espaces verts") -> int:
    """A service that can be asked."""
    with writing(db):
        return people.add_organisation_within(db, kind="service", name=name)


def feasible(db: Session, town: Town, by: str, agent: str, cost: int, **changes: Any) -> int:
    """A proposal that a service found feasible at a fixed cost (cents); its number."""
    at: datetime = changes.get("at", NOW)
    number = published(db, town, by, agent, **changes)
    service.admit(db, number=number, by=agent, at=at)
    service.ask(
        db,
        number=number,
        organisation_ids=[organisation(db)],
        due_on=day_of(at + timedelta(days=30)),
        by=agent,
        at=at,
    )
    seen = queries.proposal(db, number)
    assert seen is not None
    service.answer(
        db, assessment_id=seen.answers[0].id, verdict="feasible", final_cost=cost, by=agent, at=at
    )
    return number


def project(db: Session, town: Town, by: str, agent: str, cost: int, **changes: Any) -> int:
    """A costed project made of one proposal; the project's identifier."""
    number = feasible(db, town, by, agent, cost, **changes)
    return service.make_project(
        db,
        numbers=[number],
        title=changes.get("title", "Un banc devant l'école"),
        sentence="Un banc pour attendre le bus à l'ombre.",
        cost=cost,
        by=agent,
        at=changes.get("at", NOW),
    )
