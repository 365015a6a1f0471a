"""Questions about éditions: their phase, their money, their catalogue, their result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from civic.ballots.queries import PollItem
from civic.budgets.models import (
    BudgetEnvelope,
    Edition,
    EditionProject,
    EditionRules,
    EnvelopeFunding,
)
from civic.councils.models import CitizenCouncil
from civic.house.access import Identity, Right, Scope
from civic.house.i18n import _, lazy, moment
from civic.house.text import folded
from civic.house.todo import Found, OpenNow, Todo
from civic.people.models import Organisation
from civic.proposals.models import Project, ProjectProposal, Proposal
from civic.territory import queries as territory_queries
from civic.territory.models import Territory, TerritoryPart

# --- where it stands ----------------------------------


def phase(row: Edition, now: datetime) -> str:
    """The state of § 8d at `now`: what people decided, and what the calendar makes of it.

    Nothing runs on a worker: the vote is open between its two instants, and not one second more.
    """
    if row.status == "filing":
        assert row.filing_closes_at is not None
        assert row.vote_opens_at is not None
        if now < row.filing_closes_at:
            return "filing"
        return "filing_closed" if now < row.vote_opens_at else "analysis"
    if row.status == "catalogue_frozen" and row.vote_opens_at and row.vote_closes_at:
        if now < row.vote_opens_at:
            return "catalogue_frozen"
        return "voting" if now < row.vote_closes_at else "voting_closed"
    return row.status


LOOKS = {
    "preparation": "draft",
    "filing": "open",
    "filing_closed": "waiting",
    "analysis": "waiting",
    "codesign": "waiting",
    "catalogue_frozen": "waiting",
    "voting": "vote",
    "voting_closed": "waiting",
    "counted": "waiting",
    "provisional": "waiting",
    "deliberated": "done",
    "delivery": "done",
    "review": "done",
    "archived": "closed",
    "suspended": "stopped",
    "cancelled": "stopped",
}
"""Which shape of the design goes with each phase."""


def state_sentence(row: Edition, now: datetime) -> str:
    """Where an édition stands, in one sentence with its next date."""
    at = phase(row, now)
    if row.is_external:
        return _("Exemple extérieur : une édition passée d'une autre ville")
    if at == "filing":
        assert row.filing_opens_at is not None
        assert row.filing_closes_at is not None
        if now < row.filing_opens_at:
            return _("Dépôt des idées à partir du %(when)s", when=moment(row.filing_opens_at))
        return _("Dépôt des idées jusqu'au %(when)s", when=moment(row.filing_closes_at))
    if at in {"filing_closed", "analysis"}:
        return _("Les services étudient les idées ; vote prévu à partir du %(when)s",
                 when=moment(row.vote_opens_at)) if row.vote_opens_at and at != "analysis" else _(
            "Les services étudient les idées")  # fmt: skip
    if at == "catalogue_frozen" and row.vote_opens_at:
        return _("Vote à partir du %(when)s", when=moment(row.vote_opens_at))
    if at == "voting" and row.vote_closes_at:
        return _("Ouvert au vote jusqu'au %(when)s", when=moment(row.vote_closes_at))
    if at == "suspended":
        return _("Suspendue : %(reason)s", reason=row.stop_reason)
    if at == "cancelled":
        return _("Annulée : %(reason)s", reason=row.stop_reason)
    return {
        "preparation": _("En préparation : ses règles ne sont pas encore adoptées"),
        "voting_closed": _("Vote clos, dépouillement à venir"),
        "counted": _("Dépouillée, résultats à proclamer"),
        "provisional": _("Résultats proclamés : les élus doivent maintenant décider"),
        "deliberated": _("Décidée par les élus"),
        "delivery": _("Projets en cours de réalisation"),
        "review": _("Projets réalisés, bilan en cours"),
        "archived": _("Édition terminée"),
        "codesign": _("Les projets se précisent avec les habitants"),
    }[at]


STOPS = ("preparation", "filing", "analysis", "vote", "results", "decision", "delivery")
_PLACE = {
    "preparation": 0, "filing": 1, "filing_closed": 2, "analysis": 2, "codesign": 2,
    "catalogue_frozen": 3, "voting": 3, "voting_closed": 4, "counted": 4, "provisional": 5,
    "deliberated": 6, "delivery": 6, "review": 6, "archived": 7,
}  # fmt: skip


def stations(row: Edition, now: datetime) -> list[tuple[str, str, date | datetime | None]]:
    """Its life as stations: (name, done | current | todo | stopped, when)."""
    names = (
        _("Préparation"), _("Dépôt des idées"), _("Étude"), _("Vote"), _("Résultats"),
        _("Décision des élus"), _("Réalisation"),
    )  # fmt: skip
    when: tuple[date | datetime | None, ...] = (
        row.adopted_on, row.filing_opens_at, row.filing_closes_at, row.vote_opens_at,
        row.results_on, None, None,
    )  # fmt: skip
    at = phase(row, now)
    stopped = at in {"suspended", "cancelled"}
    here = (1 if row.adopted_on else 0) if stopped else _PLACE[at]
    states = [
        "done" if place < here
        else ("stopped" if stopped else "current") if place == here
        else "todo"
        for place in range(len(STOPS))
    ]  # fmt: skip
    return list(zip(names, states, when, strict=True))


# --- lists ----------------------------------


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


# --- one édition ----------------------------------


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
    fundings: tuple[Funding, ...]


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
        fundings = kept.setdefault(row[0], (row[:5], []))[1]
        if row[5] is not None:
            fundings.append(Funding(*row[5:]))
    return tuple(
        Envelope(key, head[1], head[2], head[3], head[4], tuple(fundings))
        for key, (head, fundings) in kept.items()
    )


@dataclass(frozen=True, slots=True)
class Item:
    """A project in a catalogue or a result. Amounts in cents."""

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
        )
        .join(BudgetEnvelope, BudgetEnvelope.id == EditionProject.envelope_id)
        .join(Project, Project.id == EditionProject.project_id)
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
        )
        .join(Project, Project.id == EditionProject.project_id)
        .join(BudgetEnvelope, BudgetEnvelope.id == EditionProject.envelope_id)
        .where(EditionProject.edition_id == edition_id, EditionProject.status != "withdrawn")
        .order_by(BudgetEnvelope.position, EditionProject.position)
    )
    return [
        PollItem(reference, label, cost, group, sentence, theme)
        for reference, label, cost, group, sentence, theme in rows
    ]


def sealed(rules_digest: str, items: list[PollItem]) -> list[Any]:
    """What the digest of a sealed catalogue covers: the règlement's own digest, then each project
    (number, title, cents, envelope) in the order of the ballot."""
    return [rules_digest, [[one.reference, one.label, one.cost, one.group] for one in items]]


@dataclass(frozen=True, slots=True)
class EnvelopeResult:
    """One envelope after the count: `spent + left == amount`, to the cent."""

    envelope: Envelope
    items: tuple[Item, ...]

    @property
    def winners(self) -> tuple[Item, ...]:
        """The funded projects, in their order."""
        return tuple(item for item in self.items if item.elected)

    @property
    def spent(self) -> int:
        """What the funded projects cost, in cents."""
        return sum(item.cost for item in self.winners)

    @property
    def left(self) -> int:
        """What stays in the envelope, in cents."""
        return self.envelope.amount - self.spent


def results(seen: Seen, items: list[Item]) -> list[EnvelopeResult]:
    """The result of each envelope, in the order of the règlement."""
    return [
        EnvelopeResult(envelope, tuple(i for i in items if i.envelope_id == envelope.id))
        for envelope in seen.envelopes
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


# --- what there is to do ----------------------------------


def open_now(db: Session, now: datetime) -> list[OpenNow]:
    """Éditions where ideas are filed today: one statement. (Open votes are told by `ballots`.)"""
    rows = db.execute(
        select(Edition.title, Edition.filing_closes_at, Territory.name)
        .join(Territory, Territory.id == Edition.territory_id)
        .where(
            Edition.is_external.is_(False),
            Edition.status == "filing",
            Edition.filing_opens_at <= now,
            Edition.filing_closes_at > now,
        )
        .order_by(Edition.filing_closes_at)
    )
    return [
        OpenNow(
            "propose",
            title,
            _("%(where)s : déposez vos idées.", where=where),
            closes,
            "/propositions/proposer",
            _("Proposer une idée"),
        )
        for title, closes, where in rows
    ]


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """What an agent has to do about éditions: one statement."""
    if not me.may(Right.MANAGE_EDITIONS):
        return []
    ids = [
        int(one.split(":")[1])
        for one in me.units(Right.MANAGE_EDITIONS)
        if one.startswith(("municipality:", "agglomeration:"))
    ]
    parts = select(TerritoryPart.part_id).where(TerritoryPart.whole_id.in_(ids))
    rows = db.scalars(
        select(Edition).where(
            Edition.is_external.is_(False),
            Edition.status.in_(("preparation", "filing", "catalogue_frozen")),
            Edition.territory_id.in_(ids) | Edition.territory_id.in_(parts),
        )
    )
    found = []
    for row in rows:
        at = phase(row, now)
        text, due = {
            "preparation": (_("Préparer l'édition « %(title)s »", title=row.title),
                            row.filing_opens_at),
            "filing_closed": (_("Composer le bulletin de « %(title)s »", title=row.title),
                              row.vote_opens_at),
            "analysis": (_("Composer le bulletin de « %(title)s »", title=row.title),
                         row.vote_opens_at),
            "voting_closed": (_("Proclamer les résultats de « %(title)s »", title=row.title),
                              None),
        }.get(at, ("", None))  # fmt: skip
        if text:
            found.append(Todo(due, text, f"/budgets/{row.slug}/gestion", "vote"))
    return found


# --- for the entrance ----------------------------------

OPEN_DATA = (
    (
        lazy("Éditions des budgets participatifs"),
        lazy("Territoire, argent, nombre de projets et de lauréats de chaque édition."),
        "/budgets/editions.csv",
    ),
)


def search(db: Session, words: str, most: int) -> tuple[Any, list[Found]]:
    """Éditions and their projects whose titles hold all these folded words; ours only."""
    rows = db.execute(
        select(Project.title, EditionProject.reference, Edition.slug, Edition.title)
        .join(EditionProject, EditionProject.project_id == Project.id)
        .join(Edition, Edition.id == EditionProject.edition_id)
        .where(Edition.is_external.is_(False), EditionProject.status != "withdrawn")
        .order_by(Edition.id.desc(), EditionProject.position)
    ).all()
    found = {
        f"/budgets/{slug}": Found(edition, "", f"/budgets/{slug}")
        for _title, _reference, slug, edition in rows
    } | {
        f"/budgets/{slug}/projets/{reference}": Found(
            title, edition, f"/budgets/{slug}/projets/{reference}"
        )
        for title, reference, slug, edition in rows
    }
    wanted = words.split()
    fitting = [one for one in found.values() if all(word in folded(one.title) for word in wanted)]
    return lazy("Budgets participatifs"), fitting[:most]
