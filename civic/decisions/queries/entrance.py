"""What décisions tell the front page, the search and the open data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from civic.budgets.models import Edition, EditionProject
from civic.decisions.models import Act, FollowUp
from civic.decisions.queries.follow import MILESTONE_WORDS
from civic.house.clock import day_of
from civic.house.i18n import _, lazy
from civic.house.todo import Found, News
from civic.proposals.models import Project

OPEN_DATA = (
    (
        lazy("Délibérations"),
        lazy("Une délibération par ligne, au format commun des collectivités."),
        "/decisions/deliberations.csv",
    ),
)


def news(db: Session, kind: str, most: int) -> list[News]:
    """The latest acts ("decided"), or the projects that reached a milestone last, each with its
    latest one ("moving"): one statement."""
    if kind == "decided":
        acts = db.execute(
            select(Act.id, Act.title, Act.authority, Act.number, Act.published_at)
            .where(Act.published_at.is_not(None))
            .order_by(Act.published_at.desc(), Act.id.desc())
            .limit(most)
        )
        return [
            News(
                day_of(published_at),
                title,
                _("%(authority)s, acte n° %(number)s", authority=authority, number=number),
                f"/decisions/{key}",
            )
            for key, title, authority, number, published_at in acts
            if published_at is not None
        ]
    if kind == "moving":
        later = aliased(FollowUp)
        passed = (
            select(later.id)
            .where(
                later.edition_project_id == FollowUp.edition_project_id,
                or_(
                    later.done_on > FollowUp.done_on,
                    and_(later.done_on == FollowUp.done_on, later.id > FollowUp.id),
                ),
            )
            .exists()
        )
        steps = db.execute(
            select(Project.title, Edition.title, FollowUp.milestone, FollowUp.done_on)
            .join(EditionProject, EditionProject.id == FollowUp.edition_project_id)
            .join(Project, Project.id == EditionProject.project_id)
            .join(Edition, Edition.id == EditionProject.edition_id)
            .where(FollowUp.done_on.is_not(None), Edition.is_external.is_(False), ~passed)
            .order_by(FollowUp.done_on.desc(), FollowUp.id.desc())
            .limit(most)
        )
        return [
            News(
                done_on,
                title,
                _("%(step)s · %(edition)s", step=MILESTONE_WORDS[milestone], edition=edition),
                "/decisions/realisations",
            )
            for title, edition, milestone, done_on in steps
            if done_on is not None
        ]
    return []


def search(db: Session, words: str, most: int) -> tuple[Any, list[Found]]:
    """Published acts whose title holds the folded words: one statement."""
    rows = db.execute(
        select(Act.id, Act.title, Act.authority)
        .where(Act.published_at.is_not(None), Act.folded_title.contains(words))
        .order_by(Act.published_at.desc())
        .limit(most)
    )
    found = [Found(title, authority, f"/decisions/{key}") for key, title, authority in rows]
    return lazy("Décisions"), found
