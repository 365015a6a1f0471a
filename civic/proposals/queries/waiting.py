"""What waits for an agent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from civic.house.access import Scope
from civic.house.text import folded
from civic.proposals.models import (
    Assessment,
    Proposal,
)
from civic.proposals.states import SENTENCES
from civic.territory import queries as territory
from civic.territory.models import Territory

Municipality = aliased(Territory)
Neighbourhood = aliased(Territory)


WAITING = ("submitted", "published", "checking", "admissible", "assessing", "returned")


def desk(municipalities: list[int], state: str, words: str) -> Select[Any]:
    """What waits for an agent, by deadline: number, title, status, due_on, filed_at, channel,
    municipality, hidden_reason. `state` narrows to one status, "" to those that wait."""
    columns: list[Any] = [
        Proposal.number,
        Proposal.title,
        Proposal.theme,
        Proposal.status,
        Proposal.due_on,
        Proposal.filed_at,
        Municipality.name.label("municipality"),
        Neighbourhood.name.label("neighbourhood"),
    ]
    query = (
        select(*columns)
        .join(Municipality, Municipality.id == Proposal.municipality_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Proposal.neighbourhood_id)
        .where(Proposal.municipality_id.in_(municipalities))
        .order_by(Proposal.due_on.is_(None), Proposal.due_on, Proposal.number)
    )
    if state in SENTENCES:
        query = query.where(Proposal.status == state)
    elif state != "toutes":
        query = query.where(Proposal.status.in_(WAITING))
    for word in folded(words).split()[:6]:
        query = query.where(Proposal.search.contains(word, autoescape=True))
    return query


def ready_for_project(db: Session, municipalities: list[int]) -> list[Row[Any]]:
    """Feasible proposals that may become projects: number, title, lowest fixed cost said."""
    fixed = (
        select(func.sum(Assessment.final_cost))
        .where(Assessment.proposal_id == Proposal.id)
        .scalar_subquery()
    )
    return list(
        db.execute(
            select(Proposal.number, Proposal.title, fixed.label("cost"))
            .where(
                Proposal.municipality_id.in_(municipalities),
                Proposal.status.in_(("feasible", "feasible_with_reserve", "codesign")),
            )
            .order_by(Proposal.number)
        )
    )


def scope_of_assessment(db: Session, number: int, assessment_id: int) -> Scope | None:
    """The units whose people may answer for a service on a proposal."""
    found = db.scalar(
        select(Proposal.municipality_id)
        .join(Assessment, Assessment.proposal_id == Proposal.id)
        .where(Proposal.number == number, Assessment.id == assessment_id)
    )
    return None if found is None else territory.scope_of(db, [found])
