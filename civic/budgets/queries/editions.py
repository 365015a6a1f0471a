"""Éditions in lists, and one édition with its money and its règlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots.models import Poll
from civic.budgets.models import (
    BudgetEnvelope,
    Edition,
    EditionProject,
    EditionRules,
    EnvelopeFunding,
)
from civic.councils.models import CitizenCouncil
from civic.house.access import Identity, Right, Scope
from civic.people.models import Organisation
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
    annulled: str = ""
    """The address part of its vote, when that vote is annulled."""

    @property
    def total(self) -> int:
        """All envelopes together, in cents."""
        return sum(envelope.amount for envelope in self.envelopes)

    @property
    def has_result(self) -> bool:
        """Whether a result is proclaimed and its vote stands."""
        return self.row.settled_at is not None and not self.annulled

    @property
    def current(self) -> EditionRules | None:
        """The règlement in force: its last version."""
        return self.rules[-1] if self.rules else None


def edition(db: Session, slug: str) -> Seen | None:
    """The édition of that slug, None when there is none."""
    found = db.execute(
        select(Edition, Territory.name, Territory.kind, Organisation.name, Poll.slug)
        .join(Territory, Territory.id == Edition.territory_id)
        .join(Organisation, Organisation.id == Edition.organisation_id)
        .outerjoin(Poll, (Poll.id == Edition.poll_id) & Poll.annulled_at.is_not(None))
        .where(Edition.slug == slug)
    ).one_or_none()
    if found is None:
        return None
    row, territory, kind, organisation, annulled = found
    rules = db.scalars(
        select(EditionRules).where(EditionRules.edition_id == row.id).order_by(EditionRules.version)
    )
    return Seen(
        row, territory, kind, organisation, envelopes(db, row.id), tuple(rules), annulled or ""
    )


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


def by_poll(db: Session, poll_id: int) -> Edition | None:
    """The édition whose vote this poll is."""
    return db.scalar(select(Edition).where(Edition.poll_id == poll_id))
