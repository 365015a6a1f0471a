"""The money of an édition in preparation: its envelopes, and who funds each of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.budgets.models import BudgetEnvelope, EnvelopeFunding
from civic.budgets.rules_data import (
    MOST_CENTS,
)
from civic.budgets.service.preparing import in_preparation
from civic.councils.models import CitizenCouncil
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.people.models import Organisation
from civic.territory.models import Territory

MOST_ENVELOPES = 60


def add_envelope(
    db: Session,
    *,
    edition_id: int,
    name: str,
    by: str,
    at: datetime,
    neighbourhood_id: int | None = None,
    council_id: int | None = None,
    theme: str | None = None,
    amount: int = 0,
) -> int:
    """Adds an envelope; its identifier. A neighbourhood's is called like it, if `name` is "".

    `amount` (cents): what the édition's own organisation puts into it, 0 if that is said later.
    """
    if not 0 <= amount <= MOST_CENTS:
        raise Refusal(lazy("Ce montant n'est pas possible."), field="amount")
    with writing(db):
        row = in_preparation(db, edition_id)
        place = db.get(Territory, neighbourhood_id) if neighbourhood_id is not None else None
        name = name or (place.name if place is not None else "")
        if not name:
            raise Refusal(lazy("Donnez un nom à cette enveloppe."), field="name")
        if council_id is not None and db.get(CitizenCouncil, council_id) is None:
            raise Refusal(lazy("Choisissez un conseil de la liste."), field="council")
        key = envelope_within(
            db,
            edition_id=row.id,
            name=name,
            neighbourhood_id=neighbourhood_id,
            council_id=council_id,
            theme=theme,
        )
        if amount:
            funding_within(db, db.get_one(BudgetEnvelope, key), row.organisation_id, amount)
        journal.record(
            db, at=at, actor=by, verb="edition.envelope", target=f"edition:{row.id}", envelope=key
        )
        return key


def envelope_within(
    db: Session,
    *,
    edition_id: int,
    name: str,
    neighbourhood_id: int | None = None,
    council_id: int | None = None,
    theme: str | None = None,
) -> int:
    """Adds the row of an envelope after the others, inside the caller's transaction."""
    last = db.scalar(
        select(func.max(BudgetEnvelope.position)).where(BudgetEnvelope.edition_id == edition_id)
    )
    if (last or 0) >= MOST_ENVELOPES:
        raise Refusal(lazy("Une édition a soixante enveloppes au plus."), field="name")
    row = BudgetEnvelope(
        edition_id=edition_id,
        position=(last or 0) + 1,
        name=name[:200],
        neighbourhood_id=neighbourhood_id,
        council_id=council_id,
        theme=theme,
        amount=0,
    )
    db.add(row)
    db.flush()
    return row.id


def _envelope(db: Session, edition_id: int, envelope_id: int) -> BudgetEnvelope:
    row = db.get(BudgetEnvelope, envelope_id, with_for_update=True)
    if row is None or row.edition_id != edition_id:
        raise NotFound
    return row


def add_funding(
    db: Session,
    *,
    edition_id: int,
    envelope_id: int,
    organisation_id: int,
    amount: int,
    by: str,
    at: datetime,
    label: str = "",
) -> None:
    """Puts an organisation's money (cents) into an envelope, whose amount grows by it."""
    if not 0 < amount <= MOST_CENTS:
        raise Refusal(lazy("Donnez un montant en euros, plus grand que zéro."), field="amount")
    with writing(db):
        row = in_preparation(db, edition_id)
        envelope = _envelope(db, row.id, envelope_id)
        if db.get(Organisation, organisation_id) is None:
            raise Refusal(lazy("Choisissez un organisme de la liste."), field="organisation")
        same = select(EnvelopeFunding.id).where(
            EnvelopeFunding.envelope_id == envelope.id,
            EnvelopeFunding.organisation_id == organisation_id,
            EnvelopeFunding.label == label,
        )
        if db.scalar(same) is not None:
            raise Refusal(
                lazy("Ce financement existe déjà : retirez-le d'abord pour le changer."),
                field="organisation",
            )
        funding_within(db, envelope, organisation_id, amount, label)
        journal.record(
            db,
            at=at,
            actor=by,
            verb="edition.fund",
            target=f"edition:{row.id}",
            envelope=envelope.id,
            organisation=organisation_id,
            amount=amount,
        )


def funding_within(
    db: Session, envelope: BudgetEnvelope, organisation_id: int, amount: int, label: str = ""
) -> None:
    """Adds the row of a funding and keeps the envelope equal to the sum of its fundings."""
    db.add(
        EnvelopeFunding(
            envelope_id=envelope.id, organisation_id=organisation_id, label=label, amount=amount
        )
    )
    envelope.amount += amount
    db.flush()


def drop_funding(db: Session, *, edition_id: int, funding_id: int, by: str, at: datetime) -> None:
    """Takes a funding back."""
    with writing(db):
        row = in_preparation(db, edition_id)
        found = db.get(EnvelopeFunding, funding_id)
        if found is None:
            raise NotFound
        envelope = _envelope(db, row.id, found.envelope_id)
        envelope.amount -= found.amount
        db.delete(found)
        journal.record(
            db, at=at, actor=by, verb="edition.unfund", target=f"edition:{row.id}",
            envelope=envelope.id,
        )  # fmt: skip


def drop_envelope(db: Session, *, edition_id: int, envelope_id: int, by: str, at: datetime) -> None:
    """Removes an envelope and its fundings."""
    with writing(db):
        row = in_preparation(db, edition_id)
        db.delete(_envelope(db, row.id, envelope_id))
        journal.record(
            db, at=at, actor=by, verb="edition.drop_envelope", target=f"edition:{row.id}",
            envelope=envelope_id,
        )  # fmt: skip
