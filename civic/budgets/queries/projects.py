"""The projects of an édition: its catalogue, its ballot, one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from civic.ballots.models import ProjectWithdrawal
from civic.ballots.queries import PollItem
from civic.budgets.models import (
    BudgetEnvelope,
    Edition,
    EditionProject,
)
from civic.budgets.queries.recordings import recordings
from civic.proposals.models import Project, ProjectProposal, Proposal, ProposalPicture
from civic.territory.models import Territory, TerritoryPart


@dataclass(frozen=True, slots=True)
class Item:
    """A project in a catalogue or a result. Amounts in cents. `withdrawn_at`, by whom, why, and the
    amendment's digest: None unless it left a sealed vote."""

    id: int
    project_id: int
    reference: str
    envelope_id: int
    envelope: str
    title: str
    sentence: str
    theme: str
    place_text: str
    cost: int
    status: str
    votes: int | None
    score: int | None
    rank: int | None
    elected: bool | None
    cause: str
    explanation: str
    outcome: str | None
    outcome_reason: str
    figures: dict[str, Any]
    home_id: int | None
    neighbourhood: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None
    amendment: str | None

    @property
    def place(self) -> str:
        """The neighbourhood whose money or whose street it is, "" if it is of no neighbourhood."""
        return self.envelope if self.home_id is not None else self.neighbourhood or ""


def catalogue(db: Session, edition_id: int, *, all_of_them: bool = False) -> list[Item]:
    """The projects of an édition by envelope, then rank or number: one statement."""
    query = (
        select(
            EditionProject.id,
            EditionProject.project_id,
            EditionProject.reference,
            EditionProject.envelope_id,
            BudgetEnvelope.name,
            Project.title,
            Project.sentence,
            Project.theme,
            Project.place_text,
            EditionProject.cost,
            EditionProject.status,
            EditionProject.votes,
            EditionProject.score,
            EditionProject.rank,
            EditionProject.elected,
            EditionProject.cause,
            EditionProject.explanation,
            EditionProject.outcome,
            EditionProject.outcome_reason,
            EditionProject.figures,
            BudgetEnvelope.neighbourhood_id,
            Territory.name,
            ProjectWithdrawal.at,
            ProjectWithdrawal.decided_by,
            ProjectWithdrawal.reason,
            ProjectWithdrawal.digest,
        )
        .join(Edition, Edition.id == EditionProject.edition_id)
        .join(BudgetEnvelope, BudgetEnvelope.id == EditionProject.envelope_id)
        .join(Project, Project.id == EditionProject.project_id)
        .outerjoin(Territory, Territory.id == Project.neighbourhood_id)
        .outerjoin(
            ProjectWithdrawal,
            (ProjectWithdrawal.poll_id == Edition.poll_id)
            & (ProjectWithdrawal.reference == EditionProject.reference),
        )
        .where(EditionProject.edition_id == edition_id)
        .order_by(
            BudgetEnvelope.position,
            EditionProject.rank.is_(None),
            EditionProject.rank,
            EditionProject.position,
        )
    )
    if not all_of_them:
        query = query.where(EditionProject.status != "withdrawn")
    return [Item(*tuple(row)) for row in db.execute(query)]


def ballot_items(db: Session, edition_id: int) -> list[PollItem]:
    """The projects as the ballot lists them: by envelope, then in the order they came."""
    rows = db.execute(
        select(
            EditionProject.reference,
            Project.title,
            EditionProject.cost,
            BudgetEnvelope.name,
            Project.sentence,
            Project.theme,
            Project.place_text,
            Project.id,
            Edition.slug,
            EditionProject.id.label("own"),
        )
        .join(Project, Project.id == EditionProject.project_id)
        .join(BudgetEnvelope, BudgetEnvelope.id == EditionProject.envelope_id)
        .join(Edition, Edition.id == EditionProject.edition_id)
        .where(EditionProject.edition_id == edition_id, EditionProject.status != "withdrawn")
        .order_by(BudgetEnvelope.position, EditionProject.position)
    ).all()
    pictures = _pictures(db, [row.id for row in rows])
    heard = recordings(db, [row.own for row in rows])
    return [
        PollItem(
            reference, label, cost, group, sentence, theme, place,
            *pictures.get(project, (None, "")), f"/budgets/{slug}/projets/{reference}",
            heard.get(own, ()),
        )
        for reference, label, cost, group, sentence, theme, place, project, slug, own in rows
    ]  # fmt: skip


def _pictures(db: Session, projects: list[int]) -> dict[int, tuple[str | None, str]]:
    """By project, the first picture of its proposals, the main one's first: digest and words."""
    rows = db.execute(
        select(ProjectProposal.project_id, ProposalPicture.digest, ProposalPicture.alt)
        .join(ProposalPicture, ProposalPicture.proposal_id == ProjectProposal.proposal_id)
        .where(ProjectProposal.project_id.in_(projects))
        .order_by(ProjectProposal.is_main, ProposalPicture.id.desc())
    )
    return {project: (digest, alt) for project, digest, alt in rows}


def sealed(rules_digest: str, items: list[PollItem], incompatible: list[list[str]]) -> list[Any]:
    """What the digest of a sealed catalogue covers: the règlement's own digest, each project
    (number, title, cents, envelope) in the order of the ballot, and those that exclude another."""
    return [
        rules_digest,
        [[one.reference, one.label, one.cost, one.group] for one in items],
        incompatible,
    ]


def item(db: Session, edition_id: int, reference: str) -> Item | None:
    """One project of an édition, by its number on the ballot."""
    found = [i for i in catalogue(db, edition_id, all_of_them=True) if i.reference == reference]
    return found[0] if found else None


def item_for_decision(db: Session, edition_project_id: int) -> tuple[Item, str] | None:
    """One project of an édition by identifier, with the édition's slug."""
    found = db.execute(
        select(EditionProject.edition_id, EditionProject.reference, Edition.slug)
        .join(Edition, Edition.id == EditionProject.edition_id)
        .where(EditionProject.id == edition_project_id)
    ).one_or_none()
    if found is None:
        return None
    one = item(db, found[0], found[1])
    return None if one is None else (one, found[2])


def proposals_of(db: Session, project_id: int) -> list[Row[Any]]:
    """The public proposals that a project is made of: number, title."""
    return list(
        db.execute(
            select(Proposal.number, Proposal.title)
            .join(ProjectProposal, ProjectProposal.proposal_id == Proposal.id)
            .where(
                ProjectProposal.project_id == project_id,
                Proposal.published_at.is_not(None),
                Proposal.hidden_reason.is_(None),
            )
            .order_by(Proposal.number)
        )
    )


def project(db: Session, project_id: int) -> Project | None:
    """The project itself."""
    return db.get(Project, project_id)


def free_projects(db: Session, row: Edition) -> list[Row[Any]]:
    """Projects that could join a catalogue: id, title, cost, neighbourhood_id."""
    inner = select(TerritoryPart.part_id).where(TerritoryPart.whole_id == row.territory_id)
    taken = select(EditionProject.project_id).where(
        (EditionProject.edition_id == row.id) | EditionProject.elected.is_(True)
    )
    return list(
        db.execute(
            select(Project.id, Project.title, Project.cost, Project.neighbourhood_id)
            .where(
                Project.is_external.is_(False),
                (Project.municipality_id == row.territory_id) | Project.municipality_id.in_(inner),
                Project.id.not_in(taken),
            )
            .order_by(Project.title)
        )
    )
