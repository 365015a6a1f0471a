"""Retained projects and their milestones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from civic.budgets.models import Edition, EditionProject
from civic.decisions.models import MILESTONES, FollowUp
from civic.house.access import Scope
from civic.house.i18n import lazy
from civic.proposals.models import Project
from civic.territory import queries as territory

MILESTONE_WORDS = {
    "funds": lazy("Crédits inscrits"),
    "contract": lazy("Marché ou commande"),
    "works": lazy("Travaux"),
    "acceptance": lazy("Réception"),
    "review": lazy("Bilan"),
}


@dataclass(frozen=True, slots=True)
class Followed:
    """A project that élus retained, with its milestones in order (None: nothing known yet)."""

    id: int
    title: str
    reference: str
    edition: str
    edition_slug: str
    territory_id: int
    cost: int
    outcome: str
    milestones: tuple[FollowUp | None, ...]

    @property
    def spent(self) -> int | None:
        """What it cost in the end, in cents, once the review or the acceptance says so."""
        known = [one.cost for one in self.milestones[3:] if one and one.cost is not None]
        return known[-1] if known else None

    def stops(self) -> list[tuple[str, str, date | None]]:
        """The milestones as stations."""
        found: list[tuple[str, str, date | None]] = []
        reached = False
        for name, one in zip(MILESTONES, self.milestones, strict=True):
            if one is not None and one.done_on is not None:
                found.append((str(MILESTONE_WORDS[name]), "done", one.done_on))
                continue
            state = "todo" if reached else "current"
            reached = True
            found.append((str(MILESTONE_WORDS[name]), state, one.planned_on if one else None))
        return found


def retained() -> Select[*tuple[Any, ...]]:
    """The projects that élus retained, for a paged list."""
    query: Select[*tuple[Any, ...]] = (
        select(
            EditionProject.id,
            Project.title,
            EditionProject.reference,
            Edition.title.label("edition"),
            Edition.slug,
            Edition.territory_id,
            EditionProject.cost,
            EditionProject.outcome,
        )
        .join(Edition, Edition.id == EditionProject.edition_id)
        .join(Project, Project.id == EditionProject.project_id)
        .where(EditionProject.outcome.in_(("adopted", "delivered")), Edition.is_external.is_(False))
        .order_by(EditionProject.outcome, Edition.id.desc(), EditionProject.id)
    )
    return query


def followed(db: Session, rows: list[Any]) -> list[Followed]:
    """The rows of `retained` with their milestones: one statement."""
    keys = [row.id for row in rows]
    known: dict[tuple[int, str], FollowUp] = {
        (one.edition_project_id, one.milestone): one
        for one in db.scalars(select(FollowUp).where(FollowUp.edition_project_id.in_(keys)))
    }
    return [
        Followed(
            id=row.id,
            title=row.title,
            reference=row.reference,
            edition=row.edition,
            edition_slug=row.slug,
            territory_id=row.territory_id,
            cost=row.cost,
            outcome=row.outcome,
            milestones=tuple(known.get((row.id, name)) for name in MILESTONES),
        )
        for row in rows
    ]


def one_followed(db: Session, edition_project_id: int) -> Followed | None:
    """One retained project with its milestones."""
    rows = db.execute(retained().where(EditionProject.id == edition_project_id)).all()
    return followed(db, list(rows))[0] if rows else None


def scope_of_project(db: Session, edition_project_id: int, **_other: Any) -> Scope | None:
    """The units whose people follow a project up."""
    place = db.scalar(
        select(Edition.territory_id)
        .join(EditionProject, EditionProject.edition_id == Edition.id)
        .where(EditionProject.id == edition_project_id)
    )
    return None if place is None else territory.scope_of(db, [place])
