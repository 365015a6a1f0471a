"""Is it ours to do, lawful, within the règlement? And the reconsideration one may ask for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.proposals.service.filing import is_carried_by
from civic.proposals.service.moves import locked, move, tell
from civic.proposals.states import INADMISSIBLE_REASONS


def admit(db: Session, *, number: int, by: str, at: datetime, base_url: str | None = None) -> None:
    """Says that a proposal is admissible: the services will study it."""
    with writing(db):
        row = locked(db, number)
        move(db, row, "admissible", by_role="agent", at=at)
        tell(db, row, base_url, at)
        journal.record(db, at=at, actor=by, verb="proposal.admit", target=f"proposal:{number}")


def refuse(
    db: Session,
    *,
    number: int,
    reason: str,
    text: str,
    by: str,
    at: datetime,
    base_url: str | None = None,
) -> None:
    """Says that it is not, with a reason of INADMISSIBLE_REASONS and its explanation, both public.

    The règlement is enforceable against whoever wrote it, so a refusal without reason can't be.
    """
    if reason not in INADMISSIBLE_REASONS:
        raise Refusal(lazy("Choisissez un motif dans la liste."), field="reason")
    if not text:
        raise Refusal(lazy("Expliquez ce refus : il est public et peut être contesté."),
                      field="text")  # fmt: skip
    with writing(db):
        row = locked(db, number)
        move(db, row, "inadmissible", by_role="agent", at=at, reason=reason, text=text)
        tell(db, row, base_url, at, text)
        journal.record(
            db,
            at=at,
            actor=by,
            verb="proposal.refuse",
            target=f"proposal:{number}",
            reason=reason,
        )


def appeal(db: Session, *, number: int, text: str, by: str, at: datetime) -> None:
    """Asks to look again at a proposal found inadmissible or not feasible (recours gracieux)."""
    if not text:
        raise Refusal(lazy("Dites ce que la mairie devrait regarder à nouveau."), field="text")
    with writing(db):
        row = locked(db, number)
        if not is_carried_by(db, row, by):
            raise NotFound
        to = {"inadmissible": "checking", "not_feasible": "assessing"}.get(row.status)
        if to is None:
            raise Refusal(lazy("Il n'y a pas de refus à réexaminer sur cette proposition."))
        move(db, row, to, by_role="resident", at=at, text=text)
        journal.record(db, at=at, actor=by, verb="proposal.appeal", target=f"proposal:{number}")
