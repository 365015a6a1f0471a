"""The règlement as it is adopted: its whole data, what is still missing from it, and its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets.models import BudgetEnvelope, Edition, EditionRules, EnvelopeFunding
from civic.budgets.rules_data import (
    DEFAULTS,
    digest_of,
)
from civic.budgets.rules_text import example_text_of, text_of
from civic.councils.models import CitizenCouncil
from civic.house.i18n import lazy
from civic.people.models import Organisation
from civic.territory.models import Territory


def whole_data(db: Session, row: Edition, rules: dict[str, Any]) -> dict[str, Any]:
    """The data of a règlement: the rules, with the words, dates and money of the édition."""
    territory = db.get_one(Territory, row.territory_id)
    organisation = db.get_one(Organisation, row.organisation_id)
    envelopes = []
    for envelope in db.scalars(
        select(BudgetEnvelope)
        .where(BudgetEnvelope.edition_id == row.id)
        .order_by(BudgetEnvelope.position)
    ):
        fundings = db.execute(
            select(Organisation.name, EnvelopeFunding.label, EnvelopeFunding.amount)
            .join(Organisation, Organisation.id == EnvelopeFunding.organisation_id)
            .where(EnvelopeFunding.envelope_id == envelope.id)
            .order_by(EnvelopeFunding.id)
        )
        council = db.get(CitizenCouncil, envelope.council_id) if envelope.council_id else None
        envelopes.append(
            {
                "name": envelope.name,
                "amount": envelope.amount,
                "council": council.name if council else None,
                "theme": envelope.theme,
                "local": envelope.neighbourhood_id is not None or envelope.theme is not None,
                "fundings": [
                    {"organisation": name, "label": label, "amount": amount}
                    for name, label, amount in fundings
                ],
            }
        )
    instants = {
        name: value.isoformat() if value else None
        for name, value in (
            ("filing_opens_at", row.filing_opens_at),
            ("filing_closes_at", row.filing_closes_at),
            ("vote_opens_at", row.vote_opens_at),
            ("vote_closes_at", row.vote_closes_at),
            ("results_on", row.results_on),
        )
    }
    return {
        **{name: rules[name] for name in DEFAULTS},
        "title": row.title,
        "territory": territory.name,
        "organisation": organisation.name,
        "calendar": instants,
        "envelopes": envelopes,
    }


def what_is_missing(db: Session, row: Edition) -> list[Any]:
    """What an édition still lacks before an act may adopt it, as lazy sentences."""
    missing: list[Any] = []
    if row.filing_opens_at is None:
        missing.append(lazy("le calendrier"))
    amounts = db.scalars(
        select(BudgetEnvelope.amount).where(BudgetEnvelope.edition_id == row.id)
    ).all()
    if not amounts:
        missing.append(lazy("au moins une enveloppe"))
    elif min(amounts) <= 0:
        missing.append(lazy("le financement de chaque enveloppe"))
    choice = db.scalars(
        select(EditionRules.data)
        .where(EditionRules.edition_id == row.id)
        .order_by(EditionRules.version.desc())
        .limit(1)
    ).first()
    if choice is not None and choice.get("choice") == "own":
        missing += _own_missing(db, row.id)
    elif choice is not None and amounts and choice.get("rule") == "zones-then-complement":
        missing += _local_missing(db, row.id)
    return missing


def _local_missing(db: Session, edition_id: int) -> list[Any]:
    """What « each neighbourhood, then a complement » needs: an envelope that is a part's."""
    local = db.scalar(
        select(BudgetEnvelope.id)
        .where(
            BudgetEnvelope.edition_id == edition_id,
            BudgetEnvelope.neighbourhood_id.is_not(None) | BudgetEnvelope.theme.is_not(None),
        )
        .limit(1)
    )
    return [] if local else [lazy("au moins une enveloppe de quartier ou de thème")]


def _own_missing(db: Session, edition_id: int) -> list[Any]:
    """What « their own neighbourhood's » needs: one envelope for each of two neighbourhoods."""
    rows = db.execute(
        select(BudgetEnvelope.name, BudgetEnvelope.neighbourhood_id).where(
            BudgetEnvelope.edition_id == edition_id
        )
    ).all()
    homes = [number for _name, number in rows if number is not None]
    if len(homes) < 2:
        return [lazy("une enveloppe pour chaque quartier")]
    if len(set(homes)) < len(homes) or len({name for name, _number in rows}) < len(rows):
        return [lazy("une seule enveloppe par quartier, chacune avec son nom")]
    return []


@dataclass(frozen=True, slots=True)
class Draft:
    """A règlement as it would be adopted now."""

    data: dict[str, Any]
    text: str
    digest: str


def draft(db: Session, row: Edition) -> Draft | None:
    """The règlement that an act would adopt now, None while something is missing from it.

    The act that adopts it unchanged seals this very digest.
    """
    rules = db.scalars(
        select(EditionRules.data)
        .where(EditionRules.edition_id == row.id)
        .order_by(EditionRules.version.desc())
        .limit(1)
    ).first()
    if rules is None or what_is_missing(db, row):
        return None
    data = whole_data(db, row, rules)
    text = text_of(data)
    return Draft(data, text, digest_of([data, text]))


def write_rules(
    db: Session, row: Edition, version: EditionRules, rules: dict[str, Any], at: datetime
) -> None:
    """Writes data, text and digest of a version from the édition as it is now."""
    data = whole_data(db, row, rules)
    version.data = data
    version.text = example_text_of(data) if row.is_external else text_of(data)
    version.digest = digest_of([data, version.text])
    version.written_at = at
