"""What the front page, « Mon espace », the search and the open data ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets.models import (
    Edition,
    EditionProject,
)
from civic.budgets.queries.phases import phase
from civic.house.access import Identity, Right
from civic.house.i18n import _, lazy, moment
from civic.house.text import folded
from civic.house.todo import Found, OpenNow, Todo
from civic.proposals.models import Project
from civic.territory.models import TerritoryPart


def open_now(db: Session, now: datetime) -> list[OpenNow]:
    """Éditions where ideas are filed today: one statement. (Open votes are told by `ballots`.)"""
    rows = db.execute(
        select(Edition.title, Edition.filing_closes_at)
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
            _("Déposez vos idées jusqu'au %(when)s.", when=moment(closes)),
            closes,
            "/propositions/proposer",
            _("Proposer une idée"),
        )
        for title, closes in rows
        if closes is not None
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
        late = row.waits_for_key and row.vote_closes_at and now >= row.vote_closes_at
        text, due = {
            "catalogue_frozen": (
                _("Fixer de nouvelles dates de vote : « %(title)s »", title=row.title)
                if late
                else "",
                None,
            ),
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
