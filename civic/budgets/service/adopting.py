"""The act that adopts a règlement and its envelopes: without it no édition opens."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets.models import EditionRules
from civic.budgets.service.preparing import locked
from civic.budgets.service.writing_rules import what_is_missing, write_rules
from civic.budgets.states import ACT_KINDS
from civic.house import journal
from civic.house.i18n import lazy
from civic.house.refusal import Refusal


def record_adoption_within(
    db: Session,
    *,
    edition_id: int,
    authority: str,
    kind: str,
    number: str,
    adopted_on: date,
    by: str,
    at: datetime,
    text: str = "",
) -> None:
    """Records the published act that adopts the règlement and the envelopes, inside the caller's
    transaction (room `decisions` publishes acts). Seals version 1 of the règlement; from now on
    the calendar runs.

    `kind` is one of states.ACT_KINDS; `text` is the act's. Refuses an édition that is not complete,
    or not waiting, and an act whose text cites digests, but not this règlement's: it was voted on
    another text. The same act said twice changes nothing.
    """
    row = locked(db, edition_id)
    known = (row.adoption_authority, row.adoption_kind, row.adoption_number, row.adopted_on)
    if known == (authority, kind, number, adopted_on):
        return
    if row.status != "preparation":
        raise Refusal(lazy("Cette édition est déjà adoptée."))
    if kind not in ACT_KINDS or not authority or not number:
        raise Refusal(lazy("Cet acte n'a pas d'autorité, de nature ou de numéro."))
    missing = what_is_missing(db, row)
    if missing:
        raise Refusal(
            lazy(
                "Cette édition ne peut pas être adoptée : il manque %(missing)s.",
                missing=", ".join(str(one) for one in missing),
            )
        )
    rules = db.scalars(
        select(EditionRules).where(EditionRules.edition_id == row.id).with_for_update()
    ).one()
    write_rules(db, row, rules, rules.data, at)
    cited = set(re.findall(r"\b[0-9a-f]{64}\b", text))
    if cited and rules.digest not in cited:
        raise Refusal(
            lazy(
                "Cet acte cite l'empreinte d'un autre texte : le règlement a changé depuis. "
                "Corrigez l'un ou l'autre, puis publiez."
            )
        )
    rules.sealed_at = at
    row.adoption_authority, row.adoption_kind = authority, kind
    row.adoption_number, row.adopted_on = number, adopted_on
    row.status = "filing"
    journal.record(
        db,
        at=at,
        actor=by,
        verb="edition.adopt",
        target=f"edition:{row.id}",
        kind=kind,
        number=number,
        digest=rules.digest,
    )
