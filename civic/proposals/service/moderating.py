"""Reading what was filed, before it is public: publish, send back, reject; hide afterwards.

An élu never moderates: the right belongs to agents, and the door asks for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.proposals.models import ProposalEvent
from civic.proposals.service.filing import is_carried_by
from civic.proposals.service.moves import locked, move, tell
from civic.proposals.states import REJECTION_REASONS, RETURN_REASONS


def _not_mine(db: Session, row: object, by: str) -> None:
    if is_carried_by(db, row, by):  # type: ignore[arg-type]
        raise Refusal(
            lazy("Vous portez cette proposition : demandez à un ou une collègue de la relire.")
        )


def publish(
    db: Session, *, number: int, by: str, at: datetime, base_url: str | None = None
) -> None:
    """Makes a proposal public. Nobody publishes their own."""
    with writing(db):
        row = locked(db, number)
        _not_mine(db, row, by)
        row.published_at = row.published_at or at
        move(db, row, "published", by_role="agent", at=at)
        tell(db, row, base_url, at)
        journal.record(db, at=at, actor=by, verb="proposal.publish", target=f"proposal:{number}")


def send_back(
    db: Session,
    *,
    number: int,
    reason: str,
    text: str,
    by: str,
    at: datetime,
    base_url: str | None = None,
) -> None:
    """Asks the proponent for something: a reason of RETURN_REASONS and what is missing."""
    if reason not in RETURN_REASONS:
        raise Refusal(lazy("Choisissez un motif dans la liste."), field="reason")
    if not text:
        raise Refusal(lazy("Écrivez ce qui manque, pour que la personne sache quoi faire."),
                      field="text")  # fmt: skip
    with writing(db):
        row = locked(db, number)
        _not_mine(db, row, by)
        move(db, row, "returned", by_role="agent", at=at, reason=reason, text=text)
        tell(db, row, base_url, at, text)
        journal.record(
            db,
            at=at,
            actor=by,
            verb="proposal.return",
            target=f"proposal:{number}",
            reason=reason,
        )


def reject(
    db: Session,
    *,
    number: int,
    reason: str,
    text: str,
    by: str,
    at: datetime,
    base_url: str | None = None,
) -> None:
    """Does not publish: a reason of REJECTION_REASONS, and which words are meant."""
    if reason not in REJECTION_REASONS:
        raise Refusal(lazy("Choisissez un motif dans la liste."), field="reason")
    if not text:
        raise Refusal(
            lazy("Expliquez ce refus : la personne doit pouvoir le comprendre et le contester."),
            field="text",
        )
    with writing(db):
        row = locked(db, number)
        _not_mine(db, row, by)
        move(db, row, "rejected", by_role="agent", at=at, reason=reason, text=text)
        tell(db, row, base_url, at, text)
        journal.record(
            db,
            at=at,
            actor=by,
            verb="proposal.reject",
            target=f"proposal:{number}",
            reason=reason,
        )


def hide(db: Session, *, number: int, text: str, by: str, at: datetime) -> None:
    """Takes a published proposal off the pages, with a reason that stands on its page instead."""
    if not text:
        raise Refusal(lazy("Écrivez pourquoi : cette phrase reste affichée."), field="text")
    with writing(db):
        row = locked(db, number)
        if row.published_at is None:
            raise Refusal(lazy("Cette proposition n'est pas publiée."))
        row.hidden_reason = text
        _note(db, row.id, row.status, at, text)
        journal.record(db, at=at, actor=by, verb="proposal.hide", target=f"proposal:{number}")


def show_again(db: Session, *, number: int, by: str, at: datetime) -> None:
    """Puts a hidden proposal back on the pages."""
    with writing(db):
        row = locked(db, number)
        if row.hidden_reason is None:
            raise Refusal(lazy("Cette proposition est déjà visible."))
        row.hidden_reason = None
        _note(db, row.id, row.status, at, "")
        journal.record(db, at=at, actor=by, verb="proposal.show", target=f"proposal:{number}")


def _note(db: Session, proposal_id: int, status: str, at: datetime, text: str) -> None:
    db.add(
        ProposalEvent(
            proposal_id=proposal_id,
            at=at,
            status_from=status,
            status_to=status,
            text=text,
            by_role="agent",
        )
    )
