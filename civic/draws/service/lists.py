"""Lists are loaded, sorted out, corrected, and declared checked.

Reading and sorting out are done before the write lock is asked for; the verb then makes sure that
nothing has changed meanwhile (`Draw.pool_version`) and stores.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from civic.draws import households
from civic.draws.cleaning import Line, Standing, classify
from civic.draws.identity import Known
from civic.draws.models import Draw, ListDraft, PoolEntry, SourceList
from civic.draws.queries import pool
from civic.draws.reading import LinePerson, read_table
from civic.draws.service.files import not_twice, own_draft, read
from civic.draws.service.replacing import reset_within
from civic.draws.service.rows import changed, open_draw
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import addresses
from civic.territory.queries import locate, settled_outside
from civic.territory.service import queue_unmatched_within

QUEUED_AT_ONCE = 1000
"""How many unknown addresses go to the queue in one transaction."""


def confirm(db: Session, *, draft_id: str, by: str, at: datetime) -> int:
    """Stores the people of a sent file and sorts all lists out anew; the list's number.

    Lines with something wrong stay out, counted; the file itself is forgotten. Raises `BadList`
    when the columns chosen don't do.
    """
    draft = own_draft(db, draft_id, by)
    draw = db.get_one(Draw, draft.draw_id)
    today = day_of(at)
    table = read_table(draft.content)
    reading = read(table, draft, today)
    if not reading.people:
        raise Refusal(lazy("Aucune ligne de ce fichier ne peut être lue : rien n'est chargé."))
    rows = _rows(db, draft, reading.people)
    old = pool.lines(db, draw.id)
    new = [_line(row, draft) for row in rows]
    standings = _sorted_out(db, draw, [*(one.line for one in old), *new], today)
    version, digest = draw.pool_version, hashlib.sha256(draft.content).hexdigest()
    source = SourceList(
        draw_id=draw.id,
        municipality_id=draft.municipality_id,
        label=draft.label,
        kind=draft.kind,
        convention=draft.convention,
        digest=digest,
        encoding=table.encoding,
        separator=table.separator,
        lines=len(table.lines),
        people=len(rows),
        refused=len({one.line for one in reading.problems}),
        loaded_by=by,
        loaded_at=at,
    )
    draw_id = draw.id
    with writing(db):
        draw = open_draw(db, draw_id)
        changed(draw, version)
        not_twice(db, draw_id, source.label, digest)
        db.add(source)
        db.flush()
        for row in rows:
            standing = standings[row["token"]]
            row |= {
                "list_id": source.id,
                "status": standing.status,
                "reason": standing.reason,
                "double_of": standing.double_of,
            }
        # By the table, so that one statement takes all rows: a town's roll holds the lock briefly.
        db.execute(insert(PoolEntry.__table__), rows)  # type: ignore[arg-type]
        _restand(db, old, standings)
        db.execute(delete(ListDraft).where(ListDraft.id == draft_id))
        _touched(draw)
        journal.record(
            db, at=at, actor=by, verb="draw.load_list", target=f"draw:{draw_id}",
            list=source.id, digest=digest, people=source.people, refused=source.refused,
        )  # fmt: skip
        list_id, municipality_id = source.id, source.municipality_id
    _queue(db, municipality_id, [row for row in rows if row["status"] == "unmatched"], at)
    return list_id


def _queue(
    db: Session, municipality_id: int, rows: Iterable[Mapping[str, Any]], at: datetime
) -> None:
    """Puts unknown addresses in the agents' queue, some at a time so that others can write too.
    Doing it again is harmless; `locate_again` does."""
    texts = sorted({_asked(row) for row in rows})
    for start in range(0, len(texts), QUEUED_AT_ONCE):
        with writing(db):
            queue_unmatched_within(
                db,
                municipality_id=municipality_id,
                addresses=texts[start : start + QUEUED_AT_ONCE],
                at=at,
            )


def _rows(db: Session, draft: ListDraft, people: Iterable[LinePerson]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "token": new_token(),
            "draw_id": draft.draw_id,
            "line": one.line,
            "family_name": one.family_name,
            "used_name": one.used_name,
            "first_names": one.first_names,
            "sex": one.sex,
            "birth_date": one.birth_date,
            "precision": one.precision,
            "number": one.number,
            "street": one.street,
            "complement": one.complement,
            "place": one.place,
            "dwelling": one.dwelling,
            "postal_code": one.postal_code,
            "city": one.city,
            "list_type": one.list_type,
            "household": _home(one),
            "municipality_id": draft.municipality_id,
            "features": dict(one.features),
            "decision": "",
            "decided_by": None,
        }
        for one in people
    ]
    _locate(db, draft.municipality_id, rows)
    return rows


def _home(one: LinePerson) -> str | None:
    where = {
        "number": one.number, "street": one.street, "complement": one.complement,
        "place": one.place, "dwelling": one.dwelling, "postal_code": one.postal_code,
        "city": one.city,
    }  # fmt: skip
    if not one.family_name:
        return households.dwelling_key(**where)
    return households.household(**where, family_name=one.family_name)


def _asked(row: Mapping[str, Any]) -> str:
    return households.located_as(number=row["number"], street=row["street"], place=row["place"])


def _locate(db: Session, municipality_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Puts each row's neighbourhood in, asking for each different address once."""
    texts = sorted({_asked(row) for row in rows})
    where = dict(zip(texts, locate(db, municipality_id, texts), strict=True))
    outside = settled_outside(db, municipality_id)
    for row in rows:
        text = _asked(row)
        row["neighbourhood_id"] = where[text]
        row["settled_outside"] = where[text] is None and addresses.folded(text)[:200] in outside


def _line(row: Mapping[str, Any], draft: ListDraft) -> Line:
    return Line(
        Known(
            row["token"], row["family_name"], row["used_name"], row["first_names"],
            row["birth_date"], row["precision"], row["household"], f"draft {draft.id}",
            row["list_type"],
        ),
        row["neighbourhood_id"],
        row["settled_outside"],
    )  # fmt: skip


def _sorted_out(
    db: Session, draw: Draw, lines: Sequence[Line], today: date
) -> Mapping[str, Standing]:
    return classify(
        lines,
        barred=pool.barred(db, draw, today),
        neighbourhoods=frozenset(pool.neighbourhoods(db, draw.council_id)),
        minimum_age=draw.minimum_age,
        day=draw.age_on,
    )


def _restand(
    db: Session,
    old: Iterable[pool.Placed],
    standings: Mapping[str, Standing],
) -> None:
    """Writes the standings that are not what is stored."""
    moved = [
        {
            "token": one.line.known.key,
            "status": now.status,
            "reason": now.reason,
            "double_of": now.double_of,
        }
        for one in old
        if (now := standings[one.line.known.key]) != one.standing
    ]
    if moved:
        db.execute(update(PoolEntry), moved)


def _touched(draw: Draw) -> None:
    """What was declared checked is not any more."""
    draw.pool_version += 1
    draw.status = "lists_received"


def remove(db: Session, *, list_id: int, by: str, at: datetime) -> None:
    """Takes a list out of a draw, with its people, and sorts the others out anew."""
    source = db.get(SourceList, list_id)
    if source is None:
        raise NotFound
    draw = db.get_one(Draw, source.draw_id)
    draw_id, version = draw.id, draw.pool_version
    rest = [one for one in pool.lines(db, draw_id) if one.line.known.source != str(list_id)]
    standings = _sorted_out(db, draw, [one.line for one in rest], day_of(at))
    with writing(db):
        draw = open_draw(db, draw_id)
        changed(draw, version)
        db.execute(delete(PoolEntry).where(PoolEntry.list_id == list_id))
        db.execute(delete(SourceList).where(SourceList.id == list_id))
        _restand(db, rest, standings)
        _touched(draw)
        if db.scalar(select(func.count()).where(SourceList.draw_id == draw_id)) == 0:
            draw.status = "draft"
        journal.record(
            db, at=at, actor=by, verb="draw.remove_list", target=f"draw:{draw_id}", list=list_id
        )


def decide(db: Session, *, draw_id: int, token: str, decision: str, by: str, at: datetime) -> None:
    """Says of a doubtful line: the same person ("same"), another one ("different"), or somebody
    who may not be drawn ("out"). Everything is sorted out anew."""
    if decision not in {"same", "different", "out"}:
        raise Refusal(lazy("Choisissez une réponse."), field="decision")
    entry, draw = db.get(PoolEntry, token), db.get(Draw, draw_id)
    if entry is None or draw is None or entry.draw_id != draw_id:
        raise NotFound
    version = draw.pool_version
    now = [
        replace(one, line=replace(one.line, decision=decision))
        if one.line.known.key == token
        else one
        for one in pool.lines(db, draw_id)
    ]
    standings = _sorted_out(db, draw, [one.line for one in now], day_of(at))
    with writing(db):
        draw = open_draw(db, draw_id)
        changed(draw, version)
        db.execute(update(PoolEntry), [{"token": token, "decision": decision, "decided_by": by}])
        _restand(db, now, standings)
        _touched(draw)
        journal.record(
            db, at=at, actor=by, verb="draw.decide_line", target=f"draw:{draw_id}",
            line=token, decision=decision,
        )  # fmt: skip


def locate_again(db: Session, *, draw_id: int, by: str, at: datetime) -> int:
    """Looks all addresses up once more, after some were settled; how many people moved in."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    version = draw.pool_version
    waiting = [
        dict(row)
        for row in db.execute(
            select(
                PoolEntry.token, PoolEntry.municipality_id, PoolEntry.number, PoolEntry.street,
                PoolEntry.place,
            ).where(PoolEntry.draw_id == draw_id, PoolEntry.status == "unmatched")
        ).mappings()
    ]  # fmt: skip
    for municipality_id in sorted({row["municipality_id"] for row in waiting}):
        _locate(
            db,
            municipality_id,
            [row for row in waiting if row["municipality_id"] == municipality_id],
        )
    found = {
        row["token"]: row for row in waiting if row["neighbourhood_id"] or row["settled_outside"]
    }
    for municipality_id in sorted({row["municipality_id"] for row in waiting}):
        still = [
            row
            for row in waiting
            if row["municipality_id"] == municipality_id and row["token"] not in found
        ]
        _queue(db, municipality_id, still, at)
    if not found:
        return 0
    now = []
    for one in pool.lines(db, draw_id):
        row = found.get(one.line.known.key)
        if row is not None:
            where, outside = row["neighbourhood_id"], row["settled_outside"]
            placed = replace(one, line=replace(one.line, where=where, settled_outside=outside))
            now.append(placed)
        else:
            now.append(one)
    standings = _sorted_out(db, draw, [one.line for one in now], day_of(at))
    columns = ("token", "neighbourhood_id", "settled_outside")
    with writing(db):
        draw = open_draw(db, draw_id)
        changed(draw, version)
        db.execute(
            update(PoolEntry), [{name: row[name] for name in columns} for row in found.values()]
        )
        _restand(db, now, standings)
        _touched(draw)
        journal.record(
            db, at=at, actor=by, verb="draw.locate_again", target=f"draw:{draw_id}",
            lines=len(found),
        )  # fmt: skip
    return len(found)


def check(db: Session, *, draw_id: int, without_unmatched: bool, by: str, at: datetime) -> bool:
    """Declares the lists checked. Every homonym must be settled; people whose address nobody
    knows stay out only if that is said.

    False when somebody in the lists took a seat or a role meanwhile: the lists are sorted out
    anew, and nothing is declared before the agent has seen them.
    """
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    version, now = draw.pool_version, pool.lines(db, draw_id)
    standings = _sorted_out(db, draw, [one.line for one in now], day_of(at))
    with writing(db):
        draw = open_draw(db, draw_id)
        changed(draw, version)
        if any(standings[one.line.known.key] != one.standing for one in now):
            _restand(db, now, standings)
            _touched(draw)
            journal.record(db, at=at, actor=by, verb="draw.sort_again", target=f"draw:{draw_id}")
            return False
        counts = pool.status_counts(db, draw_id)
        if not counts.get("kept"):
            raise Refusal(
                lazy(
                    "Aucune personne ne peut encore être tirée au sort. Chargez une liste d'abord."
                )
            )
        if counts.get("homonym"):
            raise Refusal(lazy("Il reste des homonymes à trancher. Faites-le d'abord."))
        if counts.get("unmatched") and not without_unmatched:
            raise Refusal(
                lazy(
                    "Des adresses n'ont pas été reconnues. Dites où elles se trouvent, ou cochez "
                    "la case pour continuer sans ces personnes."
                ),
                field="without_unmatched",
            )
        if draw.replaces_id is not None:
            reset_within(db, draw)
        draw.status = "lists_checked"
        journal.record(
            db, at=at, actor=by, verb="draw.check_lists", target=f"draw:{draw_id}",
            kept=counts.get("kept", 0), without=counts.get("unmatched", 0),
        )  # fmt: skip
        return True
