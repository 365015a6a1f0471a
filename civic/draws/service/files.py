"""A file of names that was sent: looked at, its columns chosen, forgotten or (in `lists`) loaded.
Only its sender sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.features import OWN
from civic.draws.models import ListDraft, SourceList
from civic.draws.queries import pool
from civic.draws.reading import (
    BadList,
    Problem,
    Reading,
    Table,
    fields_for,
    guess,
    read_dwellings,
    read_people,
    read_table,
)
from civic.draws.service.rows import open_draw
from civic.house import journal
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal

MOST_VALUES = 20
"""A free column with more values than this is no criterion (and may identify people)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a list comes from. `convention`: the agreement under which it was handed over."""

    municipality_id: int
    label: str
    kind: str
    convention: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file that was sent looks like, before anything is stored."""

    table: Table
    reading: Reading | None
    problems: Sequence[Problem]


def receive(
    db: Session, *, draw_id: int, origin: Origin, content: bytes, by: str, at: datetime
) -> str:
    """Takes a file in, to be looked at; its key. Raises `BadList` when it can't be read at all."""
    table = read_table(content)
    digest = hashlib.sha256(content).hexdigest()
    with writing(db):
        draw = open_draw(db, draw_id)
        if origin.municipality_id not in pool.municipalities(db, draw.council_id):
            raise Refusal(
                lazy("Cette commune n'est pas concernée par ce conseil."), field="municipality"
            )
        if (draw.unit == "addresses") != (origin.kind == "dwellings"):
            raise Refusal(
                lazy(
                    "Ce tirage part d'adresses : il lui faut une liste de logements. Un tirage de "
                    "personnes n'en prend pas."
                ),
                field="kind",
            )
        not_twice(db, draw_id, origin.label, digest)
        draft = ListDraft(
            id=new_token(),
            draw_id=draw_id,
            municipality_id=origin.municipality_id,
            label=origin.label,
            kind=origin.kind,
            convention=origin.convention,
            content=content,
            mapping={
                "fields": {
                    name: column
                    for name, column in guess(table.header).items()
                    if name in fields_for(origin.kind)
                },
                "criteria": {},
            },
            sent_by=by,
            sent_at=at,
        )
        db.add(draft)
        journal.record(
            db, at=at, actor=by, verb="draw.receive_list", target=f"draw:{draw_id}",
            municipality=origin.municipality_id, kind=origin.kind, digest=digest,
        )  # fmt: skip
        return draft.id


def not_twice(db: Session, draw_id: int, label: str, digest: str) -> None:
    """Refuses a file, or a name, that the draw already has."""
    rows = db.execute(
        select(SourceList.label, SourceList.digest).where(SourceList.draw_id == draw_id)
    ).all()
    for other, other_digest in rows:
        if other_digest == digest:
            raise Refusal(
                lazy("Ce fichier est déjà chargé, sous le nom « %(label)s ».", label=other),
                field="file",
            )
        if other == label:
            raise Refusal(
                lazy("Une liste de ce tirage porte déjà ce nom. Donnez-en un autre."),
                field="label",
            )


def own_draft(db: Session, draft_id: str, by: str) -> ListDraft:
    """A sent file, for the person who sent it and nobody else."""
    draft = db.get(ListDraft, draft_id)
    if draft is None or draft.sent_by != by:
        raise NotFound
    return draft


def preview(draft: ListDraft, *, today: date) -> Preview:
    """How the file reads with the columns chosen: people, and every line that is left out."""
    table = read_table(draft.content)
    try:
        reading = read(table, draft, today)
    except BadList as wrong:
        return Preview(table, None, wrong.problems)
    return Preview(table, reading, reading.problems)


def read(table: Table, draft: ListDraft, today: date) -> Reading:
    """The people of a sent file with the columns chosen; raises `BadList` when they don't do."""
    criteria: Mapping[str, int] = draft.mapping["criteria"]
    wrong = [
        Problem(
            1,
            lazy(
                "La colonne « %(column)s » a plus de %(most)s valeurs différentes : elle ne peut "
                "pas servir de critère.",
                column=name,
                most=MOST_VALUES,
            ),
        )
        for name, column in criteria.items()
        if len({cells[column] for _n, cells in table.lines if column < len(cells)}) > MOST_VALUES
    ]
    wrong += [
        Problem(1, lazy("Le critère « %(name)s » est déjà fait par le site.", name=name))
        for name in criteria
        if name in OWN
    ]
    if wrong:
        raise BadList(*wrong)
    if draft.kind == "dwellings":
        return read_dwellings(table, draft.mapping["fields"], criteria=criteria)
    return read_people(table, draft.mapping["fields"], today=today, criteria=criteria)


def choose_columns(
    db: Session, *, draft_id: str, fields: Mapping[str, int], criteria: Mapping[str, int], by: str
) -> None:
    """Says what each column of a sent file is."""
    with writing(db):
        draft = own_draft(db, draft_id, by)
        draft.mapping = {"fields": dict(fields), "criteria": dict(criteria)}


def drop(db: Session, *, draft_id: str, by: str, at: datetime) -> int:
    """Forgets a sent file; the draw's number."""
    with writing(db):
        draft = own_draft(db, draft_id, by)
        draw_id = draft.draw_id
        db.delete(draft)
        journal.record(db, at=at, actor=by, verb="draw.drop_list", target=f"draw:{draw_id}")
        return draw_id
