"""The life of an édition (DOMAINE § 8d) and the words of its règlement."""

from __future__ import annotations

from typing import Any

from civic.house.i18n import lazy

STATUSES = (
    "preparation",
    "filing",
    "filing_closed",
    "analysis",
    "codesign",
    "catalogue_frozen",
    "voting",
    "voting_closed",
    "counted",
    "provisional",
    "deliberated",
    "delivery",
    "review",
    "archived",
    "suspended",
    "cancelled",
)
"""All states of § 8d. A row keeps those that a person decides; the dates give the others."""

ACT_KINDS: dict[str, Any] = {
    "deliberation": lazy("délibération"),
    "executive_decision": lazy("décision du maire ou du président"),
    "landlord_decision": lazy("décision du bailleur"),
}
BALLOT_TYPES: dict[str, Any] = {
    "approval": lazy("Choisir des projets"),
    "points": lazy("Donner des points"),
}
TIE_BREAKS: dict[str, Any] = {
    "cheapest": lazy("le moins cher d'abord, puis celui qui porte le plus petit numéro"),
    "number": lazy("celui qui porte le plus petit numéro"),
}
OUTCOMES: dict[str, Any] = {
    "laureate": lazy("Lauréat : proposé aux élus"),
    "not_selected": lazy("Non retenu par le vote"),
    "adopted": lazy("Retenu par les élus"),
    "set_aside": lazy("Écarté par les élus"),
    "postponed": lazy("Reporté"),
    "delivered": lazy("Réalisé"),
    "abandoned": lazy("Abandonné"),
}
