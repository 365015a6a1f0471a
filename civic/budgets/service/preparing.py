"""Preparing an édition: perimeter, calendar and rules; its money is in funding.py.

All of it can change until the act that adopts it; afterwards only an amendment can (amending.py).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets.models import Edition, EditionRules
from civic.budgets.queries import neighbourhoods
from civic.budgets.rules_data import (
    DEFAULTS,
    by_model,
    check_rules,
)
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.house.text import slug as slug_of
from civic.people.models import Organisation
from civic.territory.models import Territory


def locked(db: Session, edition_id: int) -> Edition:
    """The édition, locked for the rest of the transaction."""
    row = db.get(Edition, edition_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def in_preparation(db: Session, edition_id: int) -> Edition:
    """The édition, locked; refused once the act has adopted it."""
    row = locked(db, edition_id)
    if row.status != "preparation":
        raise Refusal(
            lazy(
                "Le règlement et les enveloppes sont adoptés : ils ne changent plus que par un "
                "avenant."
            )
        )
    return row


def create(
    db: Session,
    *,
    title: str,
    territory_id: int,
    organisation_id: int,
    by: str,
    at: datetime,
    presentation: str = "",
) -> str:
    """Opens the preparation of an édition, with the usual rules; its slug."""
    with writing(db):
        return create_within(
            db,
            title=title,
            territory_id=territory_id,
            organisation_id=organisation_id,
            by=by,
            at=at,
            presentation=presentation,
        ).slug


def create_within(
    db: Session,
    *,
    title: str,
    territory_id: int,
    organisation_id: int,
    by: str,
    at: datetime,
    presentation: str = "",
    is_external: bool = False,
    source_note: str = "",
) -> Edition:
    """`create`, inside the caller's transaction; the row."""
    if not title:
        raise Refusal(lazy("Donnez un titre à cette édition."), field="title")
    place = db.get(Territory, territory_id)
    if place is None or place.kind not in {"agglomeration", "municipality"}:
        raise Refusal(lazy("Choisissez un territoire de la liste."), field="territory")
    if db.get(Organisation, organisation_id) is None:
        raise Refusal(lazy("Choisissez un organisme de la liste."), field="organisation")
    slug = slug_of(title)
    taken = set(db.scalars(select(Edition.slug).where(Edition.slug.startswith(slug))))
    number = 2
    while slug in taken or slug in {"preparer", "simulateur"}:
        slug = f"{slug_of(title)}-{number}"
        number += 1
    row = Edition(
        slug=slug,
        title=title,
        presentation=presentation,
        territory_id=territory_id,
        organisation_id=organisation_id,
        status="preparation",
        is_external=is_external,
        source_note=source_note,
        made_at=at,
    )
    db.add(row)
    db.flush()
    db.add(
        EditionRules(
            edition_id=row.id, version=1, data=dict(DEFAULTS), text="", digest="", written_at=at
        )
    )
    journal.record(db, at=at, actor=by, verb="edition.create", target=f"edition:{row.id}")
    return row


def set_calendar(
    db: Session,
    *,
    edition_id: int,
    filing_opens_at: datetime,
    filing_closes_at: datetime,
    vote_opens_at: datetime,
    vote_closes_at: datetime,
    results_on: date | None,
    by: str,
    at: datetime,
) -> None:
    """Sets the calendar of an édition in preparation."""
    with writing(db):
        row = in_preparation(db, edition_id)
        put_calendar(
            row, filing_opens_at, filing_closes_at, vote_opens_at, vote_closes_at, results_on
        )
        journal.record(db, at=at, actor=by, verb="edition.calendar", target=f"edition:{row.id}")


def put_calendar(
    row: Edition,
    filing_opens_at: datetime,
    filing_closes_at: datetime,
    vote_opens_at: datetime,
    vote_closes_at: datetime,
    results_on: date | None,
) -> None:
    """Writes a calendar on a locked row; refuses dates out of order, naming the field."""
    if filing_opens_at >= filing_closes_at:
        raise Refusal(
            lazy("Le dépôt se termine avant de commencer : corrigez cette date."),
            field="filing_closes_at",
        )
    if filing_closes_at > vote_opens_at:
        raise Refusal(
            lazy("Le vote commence avant la fin du dépôt : corrigez cette date."),
            field="vote_opens_at",
        )
    if vote_opens_at >= vote_closes_at:
        raise Refusal(
            lazy("Le vote se termine avant de commencer : corrigez cette date."),
            field="vote_closes_at",
        )
    if results_on is not None and results_on < day_of(vote_closes_at):
        raise Refusal(
            lazy("Les résultats viennent avant la fin du vote : corrigez cette date."),
            field="results_on",
        )
    row.filing_opens_at, row.filing_closes_at = filing_opens_at, filing_closes_at
    row.vote_opens_at, row.vote_closes_at, row.results_on = (
        vote_opens_at,
        vote_closes_at,
        results_on,
    )


def set_rules(db: Session, *, edition_id: int, by: str, at: datetime, **rules: Any) -> None:
    """Sets the rules of an édition in preparation: any of `rules_data.DEFAULTS`."""
    unknown = set(rules) - set(DEFAULTS)
    if unknown:
        raise TypeError(f"no such rule: {sorted(unknown)}")
    with writing(db):
        row = in_preparation(db, edition_id)
        draft = db.scalars(
            select(EditionRules).where(EditionRules.edition_id == row.id).with_for_update()
        ).one()
        data = by_model({**draft.data, **rules}, chosen="model" in rules)
        for name in ("place_limits", "place_places"):
            data[name] = _known_places(db, row, data[name])
        check_rules(data)
        draft.data, draft.written_at = data, at
        journal.record(db, at=at, actor=by, verb="edition.rules", target=f"edition:{row.id}")


def _known_places(db: Session, row: Edition, said: dict[str, int]) -> dict[str, int]:
    """The limits by neighbourhood under the names of the territory's own; refuses another."""
    if not said:
        return said
    known = {folded(name): name for _key, name in neighbourhoods(db, row.territory_id)}
    for name in said:
        if folded(name) not in known:
            raise Refusal(
                lazy("Aucun quartier d'ici ne s'appelle « %(name)s ».", name=name), field="themes"
            )
    return {known[folded(name)]: most for name, most in said.items()}
