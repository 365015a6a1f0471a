"""Éditions in lists, and one édition with its money and its règlement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from civic.ballots.models import ProjectWithdrawal
from civic.ballots.queries import PollItem
from civic.budgets.models import (
    BudgetEnvelope,
    Edition,
    EditionProject,
    EditionRules,
    EnvelopeFunding,
)
from civic.budgets.queries.recordings import recordings
from civic.councils.models import CitizenCouncil
from civic.house.access import Identity, Right, Scope
from civic.people.models import Organisation
from civic.proposals.models import Project, ProjectProposal, Proposal, ProposalPicture
from civic.territory import queries as territory_queries
from civic.territory.models import Territory, TerritoryPart


@dataclass(frozen=True, slots=True)
class Listed:
    """An édition in a list, with its money (cents) and how many projects it has."""

    row: Edition
    territory: str
    total: int
    projects: int
    elected: int
    spent: int


def editions(
    db: Session, *, external: bool, prepared: bool = False, territory_ids: list[int] | None = None
) -> list[Listed]:
    """Éditions, newest vote first: one statement. `prepared` adds those not yet adopted."""
    money = (
        select(BudgetEnvelope.edition_id, func.sum(BudgetEnvelope.amount).label("total"))
        .group_by(BudgetEnvelope.edition_id)
        .subquery()
    )
    projects = (
        select(
            EditionProject.edition_id,
            func.count().label("projects"),
            func.count().filter(EditionProject.elected.is_(True)).label("elected"),
            func.coalesce(
                func.sum(EditionProject.cost).filter(EditionProject.elected.is_(True)), 0
            ).label("spent"),
        )
        .where(EditionProject.status != "withdrawn")
        .group_by(EditionProject.edition_id)
        .subquery()
    )
    query = (
        select(
            Edition,
            Territory.name,
            func.coalesce(money.c.total, 0),
            func.coalesce(projects.c.projects, 0),
            func.coalesce(projects.c.elected, 0),
            func.coalesce(projects.c.spent, 0),
        )
        .join(Territory, Territory.id == Edition.territory_id)
        .outerjoin(money, money.c.edition_id == Edition.id)
        .outerjoin(projects, projects.c.edition_id == Edition.id)
        .where(Edition.is_external.is_(external))
        .order_by(Edition.vote_opens_at.desc(), Edition.id.desc())
    )
    if not prepared:
        query = query.where(Edition.status != "preparation")
    if territory_ids is not None:
        query = query.where(Edition.territory_id.in_(territory_ids))
    return [Listed(*tuple(found)) for found in db.execute(query)]


def scope_of(db: Session, slug: str, **_rest: Any) -> Scope | None:
    """The units whose people may act on an édition: its territory, and what that lies in."""
    found = db.scalar(select(Edition.territory_id).where(Edition.slug == slug))
    return None if found is None else territory_queries.scope_of(db, [found])


def may_manage_at(db: Session, me: Identity, territory_id: int) -> bool:
    """Whether this person may prepare an édition for a territory of ours."""
    found = db.get(Territory, territory_id)
    if found is None or found.is_external:
        return False
    return me.may(Right.MANAGE_EDITIONS, territory_queries.scope_of(db, [territory_id]))


def territories(db: Session) -> list[tuple[int, str]]:
    """Where an édition may be held: the agglomération and its municipalities."""
    return [
        (key, name)
        for key, name in db.execute(
            select(Territory.id, Territory.name)
            .where(
                Territory.kind.in_(("agglomeration", "municipality")),
                Territory.is_external.is_(False),
            )
            .order_by(Territory.kind, Territory.folded_name)
        )
    ]


def funders(db: Session, *kinds: str) -> list[tuple[int, str]]:
    """Organisations of ours (of these kinds, if any are given), by name."""
    query = (
        select(Organisation.id, Organisation.name)
        .outerjoin(Territory, Territory.id == Organisation.territory_id)
        .where(Territory.is_external.is_not(True))
        .order_by(Organisation.name)
    )
    rows = db.execute(query.where(Organisation.kind.in_(kinds)) if kinds else query)
    return [(key, name) for key, name in rows]


def councils(db: Session) -> list[tuple[int, str]]:
    """The councils that an envelope may be entrusted to, by name."""
    rows = db.execute(select(CitizenCouncil.id, CitizenCouncil.name).order_by(CitizenCouncil.name))
    return [(key, name) for key, name in rows]


def neighbourhoods(db: Session, territory_id: int) -> list[tuple[int, str]]:
    """The neighbourhoods (and municipalities) inside a territory, two levels down."""
    inner = select(TerritoryPart.part_id).where(TerritoryPart.whole_id == territory_id)
    return [
        (key, name)
        for key, name in db.execute(
            select(Territory.id, Territory.name)
            .join(TerritoryPart, TerritoryPart.part_id == Territory.id)
            .where(
                Territory.kind == "neighbourhood",
                (TerritoryPart.whole_id == territory_id) | TerritoryPart.whole_id.in_(inner),
            )
            .distinct()
            .order_by(Territory.name)
        )
    ]


@dataclass(frozen=True, slots=True)
class Funding:
    """Who puts how much (cents) into an envelope."""

    id: int
    organisation: str
    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """A part of the money, with who funds it. Amounts in cents."""

    id: int
    name: str
    amount: int
    neighbourhood_id: int | None
    council_id: int | None
    theme: str | None
    fundings: tuple[Funding, ...]

    @property
    def local(self) -> bool:
        """Whether it is a neighbourhood's or a theme's, and not the whole territory's."""
        return self.neighbourhood_id is not None or self.theme is not None


@dataclass(frozen=True, slots=True)
class Seen:
    """One édition, as its pages need it: three statements."""

    row: Edition
    territory: str
    territory_kind: str
    organisation: str
    envelopes: tuple[Envelope, ...]
    rules: tuple[EditionRules, ...]

    @property
    def total(self) -> int:
        """All envelopes together, in cents."""
        return sum(envelope.amount for envelope in self.envelopes)

    @property
    def current(self) -> EditionRules | None:
        """The règlement in force: its last version."""
        return self.rules[-1] if self.rules else None


def edition(db: Session, slug: str) -> Seen | None:
    """The édition of that slug, None when there is none."""
    found = db.execute(
        select(Edition, Territory.name, Territory.kind, Organisation.name)
        .join(Territory, Territory.id == Edition.territory_id)
        .join(Organisation, Organisation.id == Edition.organisation_id)
        .where(Edition.slug == slug)
    ).one_or_none()
    if found is None:
        return None
    row, territory, kind, organisation = found
    rules = db.scalars(
        select(EditionRules).where(EditionRules.edition_id == row.id).order_by(EditionRules.version)
    )
    return Seen(row, territory, kind, organisation, envelopes(db, row.id), tuple(rules))


def envelopes(db: Session, edition_id: int) -> tuple[Envelope, ...]:
    """An édition's envelopes in their order, with their fundings: one statement."""
    kept: dict[int, tuple[Any, list[Funding]]] = {}
    for row in db.execute(
        select(
            BudgetEnvelope.id,
            BudgetEnvelope.name,
            BudgetEnvelope.amount,
            BudgetEnvelope.neighbourhood_id,
            BudgetEnvelope.council_id,
            BudgetEnvelope.theme,
            EnvelopeFunding.id,
            Organisation.name,
            EnvelopeFunding.label,
            EnvelopeFunding.amount,
        )
        .outerjoin(EnvelopeFunding, EnvelopeFunding.envelope_id == BudgetEnvelope.id)
        .outerjoin(Organisation, Organisation.id == EnvelopeFunding.organisation_id)
        .where(BudgetEnvelope.edition_id == edition_id)
        .order_by(BudgetEnvelope.position, EnvelopeFunding.id)
    ):
        fundings = kept.setdefault(row[0], (row[:6], []))[1]
        if row[6] is not None:
            fundings.append(Funding(row[6], row[7], row[8], row[9]))
    return tuple(
        Envelope(head[0], head[1], head[2], head[3], head[4], head[5], tuple(fundings))
        for head, fundings in kept.values()
    )


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


def by_poll(db: Session, poll_id: int) -> Edition | None:
    """The édition whose vote this poll is."""
    return db.scalar(select(Edition).where(Edition.poll_id == poll_id))


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
