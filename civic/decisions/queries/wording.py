"""The words with which an act may begin, so that nobody types a digest, a sum or a list by hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from civic.budgets import service as budgets
from civic.budgets.models import Edition
from civic.decisions.queries.targets import Decided, items
from civic.house.i18n import euros, speaking


def first_words(db: Session, value: str) -> tuple[str, str]:
    """The object and the text with which the act of a `TargetChoice` may begin: the règlement and
    its digest, or what the vote gives. French, as acts are; ("", "") for anything else."""
    kind, _colon, key = value.partition(":")
    row = db.get(Edition, int(key)) if kind in {"edition_rules", "edition_result"} else None
    if row is None:
        return "", ""
    with speaking("fr"):
        if kind == "edition_rules":
            return f"{row.title} : règlement et enveloppes"[:200], _adopting(db, row)
        return f"{row.title} : projets retenus après le vote"[:200], _deciding(db, row)


def _adopting(db: Session, row: Edition) -> str:
    found = budgets.draft(db, row)
    if found is None:
        return ""
    total = sum(envelope["amount"] for envelope in found.data["envelopes"])
    lines = [f"- {one['name']} : {euros(one['amount'])}" for one in found.data["envelopes"]]
    return "\n\n".join(
        [
            "L'assemblée, après en avoir délibéré,",
            (
                f"Article 1. Adopte le règlement « {row.title} », joint à cet acte (empreinte "
                f"SHA-256 : {found.digest})."
            ),
            f"Article 2. Y consacre {euros(total)}, toutes taxes comprises, ainsi répartis :",
            "\n".join(lines),
            (
                "Article 3. Rappelle que le vote des habitants donne un avis : elle décidera des "
                "projets, après le vote, par un acte publié."
            ),
        ]
    )


def _deciding(db: Session, row: Edition) -> str:
    found = items(db, Decided(0, "edition_result", row.id, "", "", "", ""))
    won = [one for one in found if one.elected]
    lines = [
        f"- n° {one.reference}, {one.title} ({one.envelope}) : {euros(one.cost)}" for one in won
    ]
    return "\n\n".join(
        [
            (
                f"Vu le règlement « {row.title} », adopté par l'acte n° {row.adoption_number}, et "
                "le procès-verbal du vote,"
            ),
            "L'assemblée, après en avoir délibéré,",
            f"Article 1. Prend acte des lauréats du vote, {euros(sum(one.cost for one in won))} "
            "en tout :"
            if won
            else "Article 1. Prend acte qu'aucun projet n'est lauréat.",
            *(["\n".join(lines)] if won else []),
            (
                "Article 2. Décide de chaque projet comme il est dit plus bas, avec la raison "
                "quand elle s'écarte du vote, et inscrit les crédits au budget."
            ),
        ]
    )
