"""Letters by the lot: what they say is ready when somebody asks, the paper is made by the worker,
however long it takes. Names and codes are in the vault meanwhile, never in the database; the paper
is kept there for a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from civic.draws import vault
from civic.draws.models import LetterLot
from civic.draws.service.letters import keep_codes_within
from civic.draws.service.rows import locked
from civic.draws.service.working import Alive, Withdrawn, claim
from civic.house.clock import clock
from civic.house.db import new_token, writing
from civic.house.i18n import lazy, speaking
from civic.house.refusal import NotFound, Refusal

KEPT = timedelta(days=1)
"""How long the file of a lot can be taken."""

Make = Callable[[Sequence[str], Callable[[float], None]], bytes]
"""The HTML of each letter, and whom to tell the share done (0 to 1): the PDF."""


def ask(
    db: Session, *, draw_id: int, first: int, codes: Mapping[str, str], key: bytes, pages: bytes,
    folder: Path, by: str, at: datetime,
) -> str:  # fmt: skip
    """Asks for the letters of these people, from place `first` of the list on: drawn person → the
    code that `pages` (HTML, as `vault` keeps it) say. The lot's key."""
    with writing(db):
        draw = locked(db, draw_id)
        if db.scalar(
            select(LetterLot.id).where(
                LetterLot.draw_id == draw_id,
                LetterLot.first == first,
                LetterLot.ready_at.is_(None),
                LetterLot.problem == "",
            )
        ):
            raise Refusal(lazy("Ces lettres sont déjà en préparation : rechargez la page."))
        keep_codes_within(db, draw, codes, key=key, by=by, at=at)
        row = LetterLot(
            id=new_token(), draw_id=draw_id, first=first, letters=len(codes), asked_by=by,
            asked_at=at, beat_at=at,
        )  # fmt: skip
        db.add(row)
        name = row.id
    # The row stands before its file, so that no file is ever without one; nobody takes it up yet.
    vault.lay(folder, vault.pages_of(name), pages)
    with writing(db):
        db.execute(update(LetterLot).where(LetterLot.id == name).values(beat_at=None))
    return name


def work_due(db: Session, now: datetime, *, folder: Path, make: Make) -> None:
    """What the worker does: makes the lots that wait, one after the other."""
    while (mine := claim(db, LetterLot, now, LetterLot.ready_at.is_(None))) is not None:
        name, key = mine
        try:
            with Alive(db, LetterLot, name, key) as alive:
                pages = vault.read_pages(folder, name)
                paper = make(pages, partial(alive.tell, "lettres"))
                vault.lay(folder, vault.paper_of(name), paper)
            _ended(db, name, key, ready_at=clock.now(), share=100)
            vault.drop(folder, vault.pages_of(name))
        except Withdrawn:
            continue
        except FileNotFoundError:
            _ended(db, name, key, problem=_said(_LOST))
        except Refusal as refusal:
            _ended(db, name, key, problem=_said(refusal.text))


_LOST = lazy("Ces lettres n'ont pas pu être gardées. Demandez-les de nouveau.")


def _said(text: Any) -> str:
    with speaking("fr"):
        return str(text)[:1000]


def _ended(db: Session, name: str, key: str, **values: Any) -> None:
    """Writes the end of the work, unless somebody else has taken it up or it is withdrawn."""
    with writing(db):
        db.execute(
            update(LetterLot)
            .where(LetterLot.id == name, LetterLot.claim == key)
            .values(step="", **values)
        )


def paper(db: Session, *, draw_id: int, lot_id: str, folder: Path) -> bytes:
    """The PDF of a lot. Every caller writes the look at names down first."""
    row = db.get(LetterLot, lot_id)
    if row is None or row.draw_id != draw_id:
        raise NotFound
    try:
        return vault.read(folder, vault.paper_of(lot_id))
    except FileNotFoundError:
        raise Refusal(
            lazy("Ce fichier n'est pas prêt, ou il est effacé. Demandez ces lettres de nouveau.")
        ) from None


def forget(db: Session, now: datetime, *, folder: Path) -> None:
    """Erases the lots of more than a day, and the files of those that are gone."""
    with writing(db):
        db.execute(delete(LetterLot).where(LetterLot.asked_at < now - KEPT))
    there = vault.kept(folder)  # read before the rows: a file whose row is younger is not looked at
    known = set(db.scalars(select(LetterLot.id)))
    for file, lot in there:
        if lot not in known:
            vault.drop(folder, file)
