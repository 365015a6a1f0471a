"""Preparing an édition: perimeter, calendar, rules, envelopes and who funds them.

All of it can change until the act that adopts it; afterwards only an amendment can (amending.py).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.budgets.models import BudgetEnvelope, Edition, EditionRules, EnvelopeFunding
from civic.budgets.queries import neighbourhoods
from civic.budgets.rules_data import (
    DEFAULTS,
    MOST_CENTS,
    by_model,
    check_rules,
    digest_of,
)
from civic.budgets.rules_text import example_text_of, text_of
from civic.councils.models import CitizenCouncil
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.house.text import slug as slug_of
from civic.people.models import Organisation
from civic.territory.models import Territory

MOST_ENVELOPES = 60


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
    if results_on is not None and results_on < vote_closes_at.date():
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
) -> int:
    """Adds an envelope, still without money; its identifier."""
    if not name:
        raise Refusal(lazy("Donnez un nom à cette enveloppe."), field="name")
    with writing(db):
        row = in_preparation(db, edition_id)
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
    return missing


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


def write_rules(
    db: Session, row: Edition, version: EditionRules, rules: dict[str, Any], at: datetime
) -> None:
    """Writes data, text and digest of a version from the édition as it is now."""
    data = whole_data(db, row, rules)
    version.data = data
    version.text = example_text_of(data) if row.is_external else text_of(data)
    version.digest = digest_of([data, version.text])
    version.written_at = at
