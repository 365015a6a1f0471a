"""Whether somebody stands in the lists of a draw: for the desk, where an identity was seen. Every
caller writes the look down first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from civic.draws.models import PoolEntry, SourceList
from civic.draws.queries.pool import address_of, born_of, full_name_of
from civic.house.text import folded

MOST = 20
"""Lines shown at once; more means that the search says too little."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list that answers the search. `token` leads to the proof; "" when there is
    none, because the line was left out for a reason."""

    token: str
    name: str
    born: str
    address: str
    origin: str
    status: str
    reason: str


def seek(
    db: Session, draw_id: int, *, family: str, born: date | None, municipality_ids: Collection[int]
) -> list[Line]:
    """The lines whose family or used name is this one, in the lists of these municipalities. With
    a birth date, lines that say another one are left out; a line that knows the year alone, or
    nothing, stays."""
    query = (
        select(PoolEntry, SourceList.label)
        .join(SourceList, SourceList.id == PoolEntry.list_id)
        .where(
            PoolEntry.draw_id == draw_id,
            SourceList.municipality_id.in_(municipality_ids),
        )
        .order_by(PoolEntry.list_id, PoolEntry.line)
    )
    if born is not None:
        query = query.where(
            or_(
                PoolEntry.birth_date.is_(None),
                PoolEntry.birth_date == born,
                PoolEntry.precision == "year",
            )
        )
    wanted = folded(family)
    names = query.with_only_columns(
        PoolEntry.token, PoolEntry.family_name, PoolEntry.used_name
    ).execution_options(yield_per=2000)
    keys = []
    for token, one, two in db.execute(names):
        if wanted in (folded(one), folded(two or "")):
            keys.append(token)
        if len(keys) > MOST:
            break
    found = []
    for entry, label in db.execute(query.where(PoolEntry.token.in_(keys))):
        known = entry.birth_date
        if known is not None and born is not None and known.year != born.year:
            continue  # a line that knows the year alone
        found.append(
            Line(
                token=_proof(entry),
                name=full_name_of(entry),
                born=born_of(entry),
                address=address_of(entry),
                origin=label,
                status=entry.status,
                reason=entry.reason,
            )
        )
    return found[:MOST]


def _proof(entry: PoolEntry) -> str:
    if entry.status == "kept":
        return entry.token
    return entry.double_of or "" if entry.status == "duplicate" else ""
