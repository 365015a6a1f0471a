"""What is handed over so that others may check: one person's proof, an observer's sealed file.
Each is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, undefer

from civic.draws.models import Draw, InvitationOrder, PoolEntry
from civic.draws.queries.invitations import plans
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import sortition

_GONE = lazy(
    "Ce tirage n'est pas encore figé, ou ses listes sont effacées : il n'y a plus de preuve à "
    "donner. L'empreinte et les chiffres restent publics."
)


def _sealed(db: Session, draw_id: int) -> tuple[Draw, dict[str, Any]]:
    draw = db.get(Draw, draw_id, options=[undefer(Draw.sealed)], populate_existing=True)
    if draw is None:
        raise NotFound
    if draw.sealed is None:
        raise Refusal(_GONE)
    return draw, draw.sealed


def _invitations(db: Session, draw_id: int) -> dict[str, Any]:
    """In two steps, the list is the one that the order of the invitations was frozen from."""
    order = db.get(
        InvitationOrder, draw_id, options=[undefer(InvitationOrder.sealed)], populate_existing=True
    )
    if order is None or order.sealed is None:
        raise Refusal(_GONE)
    return {**order.sealed, "commitment": order.commitment}


def proof_of(db: Session, *, draw_id: int, token: str, by: str, at: datetime) -> dict[str, Any]:
    """The proof that the person of this line was in the frozen list with these criteria: the
    content of a letter that verify.py checks. It names nobody."""
    with writing(db):
        draw = db.get(Draw, draw_id)
        invited = draw is not None and draw.way == "invited"
        sealed = _invitations(db, draw_id) if invited else _sealed(db, draw_id)[1]
        entry = db.get(PoolEntry, token)
        if entry is None or entry.draw_id != draw_id:
            raise NotFound
        try:
            found = sortition.letter(sealed, token)
        except sortition.BadInput:
            raise Refusal(
                lazy(
                    "Cette personne est dans une liste, mais n'était pas parmi celles que le "
                    "tirage pouvait désigner."
                )
            ) from None
        journal.record(db, at=at, actor=by, verb="draw.proof", target=f"draw:{draw_id}", line=token)
        return found


def sealed_file(db: Session, *, draw_id: int, by: str, at: datetime) -> dict[str, Any]:
    """What a sworn observer gets: criteria and salts by number, no name; it proves the bounds of
    every panel, and the look is written down."""
    with writing(db):
        _draw, sealed = _sealed(db, draw_id)
        found = sortition.auditor_file(sealed)
        journal.record(db, at=at, actor=by, verb="draw.sealed_file", target=f"draw:{draw_id}")
        return found


def sealed_invitations(db: Session, *, draw_id: int, by: str, at: datetime) -> dict[str, Any]:
    """The same about the order of the invitations: criteria and salts by number, and what each wave
    so far went for; it lets each wave be made again."""
    with writing(db):
        sealed = _invitations(db, draw_id)
        found = {
            **sortition.auditor_file(sealed),
            "format": sealed["format"],
            "waves": [
                {"number": one.number, "salt": one.plan["salt"], "wanted": one.plan["wanted"]}
                for one in plans(db, draw_id)
            ],
        }
        journal.record(
            db, at=at, actor=by, verb="draw.sealed_file", target=f"draw:{draw_id}",
            what="invitations",
        )  # fmt: skip
        return found
