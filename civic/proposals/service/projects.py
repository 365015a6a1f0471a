"""From proposals to a project: alone, several together (merge), or one in several (split)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import _, lazy, speaking
from civic.house.refusal import Refusal
from civic.house.text import slug
from civic.proposals.models import Project, ProjectProposal, Proposal, ProposalEvent
from civic.proposals.service.moves import move
from civic.proposals.states import THEMES

READY = ("feasible", "feasible_with_reserve", "codesign")


def make_project(
    db: Session,
    *,
    numbers: list[int],
    title: str,
    sentence: str,
    cost: int,
    by: str,
    at: datetime,
    body: str = "",
    yearly_cost: int | None = None,
    municipalities: list[int] | None = None,
) -> int:
    """Makes a project of feasible proposals, at a fixed cost in cents; its identifier.

    The first number leads: theme, kind and place are its own. The others are merged into the
    project and say so on their pages. A proposal already in a project is split: it is in both.
    """
    with writing(db):
        return make_project_within(
            db,
            numbers=numbers,
            title=title,
            sentence=sentence,
            cost=cost,
            by=by,
            at=at,
            body=body,
            yearly_cost=yearly_cost,
            municipalities=municipalities,
        )


def make_project_within(
    db: Session,
    *,
    numbers: list[int],
    title: str,
    sentence: str,
    cost: int,
    by: str,
    at: datetime,
    body: str = "",
    yearly_cost: int | None = None,
    municipalities: list[int] | None = None,
) -> int:
    """`make_project`, inside the caller's transaction."""
    if cost <= 0:
        raise Refusal(lazy("Donnez le coût du projet, en euros."), field="cost")
    wanted = list(dict.fromkeys(numbers))
    found = {
        row.number: row
        for row in db.scalars(
            select(Proposal)
            .where(Proposal.number.in_(wanted))
            .order_by(Proposal.id)
            .with_for_update()
        )
    }
    rows = [found[number] for number in wanted if number in found]
    if not rows or len(rows) < len(wanted):
        raise Refusal(
            lazy("Indiquez les numéros de propositions qui existent, séparés par des virgules."),
            field="numbers",
        )
    for row in rows:
        elsewhere = municipalities is not None and row.municipality_id not in municipalities
        if row.status not in READY or elsewhere:
            raise Refusal(
                lazy(
                    "La proposition n° %(number)s n'est pas prête : un projet se fait avec des "
                    "propositions faisables de votre territoire.",
                    number=row.number,
                ),
                field="numbers",
            )
    project = _project(db, rows[0], title, sentence, body, cost, yearly_cost, at)
    for place, row in enumerate(rows):
        db.add(ProjectProposal(project_id=project.id, proposal_id=row.id, is_main=place == 0))
        _tell_history(db, row, project, rows, at, merged=place > 0)
    journal.record(
        db,
        at=at,
        actor=by,
        verb="project.make",
        target=f"project:{project.id}",
        proposals=wanted,
        cost=cost,
    )
    return project.id


def _project(
    db: Session,
    lead: Proposal,
    title: str,
    sentence: str,
    body: str,
    cost: int,
    yearly_cost: int | None,
    at: datetime,
) -> Project:
    project = Project(
        title=title,
        slug=slug(title),
        sentence=sentence,
        body=body or lead.body,
        kind=lead.kind,
        theme=lead.theme,
        municipality_id=lead.municipality_id,
        neighbourhood_id=lead.neighbourhood_id,
        place_text=lead.place_text,
        place=lead.place,
        cost=cost,
        yearly_cost=yearly_cost,
        made_at=at,
    )
    db.add(project)
    db.flush()
    return project


def _tell_history(
    db: Session,
    row: Proposal,
    project: Project,
    rows: list[Proposal],
    at: datetime,
    *,
    merged: bool,
) -> None:
    others = ", ".join(str(other.number) for other in rows if other is not row)
    with speaking("fr"):  # kept as it is written, whatever the agent's language
        text = (
            _(
                "Regroupée avec les propositions n° %(others)s dans le projet « %(title)s ».",
                others=others,
                title=project.title,
            )
            if merged
            else _("Elle devient le projet « %(title)s ».", title=project.title)
        )
    if merged:
        move(db, row, "merged", by_role="agent", at=at, text=text)
        return
    db.add(
        ProposalEvent(
            proposal_id=row.id,
            at=at,
            status_from=row.status,
            status_to=row.status,
            text=text,
            by_role="agent",
        )
    )


def add_external_within(
    db: Session, *, title: str, theme: str, cost: int, at: datetime, body: str = ""
) -> int:
    """A project of somewhere else, for an édition that only illustrates; its identifier."""
    project = Project(
        title=title[:300],
        slug=slug(title),
        body=body,
        kind="works",
        theme=theme if theme in THEMES else "autre",
        cost=cost,
        is_external=True,
        made_at=at,
    )
    db.add(project)
    db.flush()
    return project.id
