"""The life of an édition (DOMAINE § 8d) and the words of its règlement."""

from __future__ import annotations

from typing import Any

from civic.ballots.models import TYPES
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
_BALLOTS: dict[str, Any] = {
    "approval": lazy("Choisir des projets"),
    "knapsack": lazy("Choisir des projets sans dépasser l'enveloppe"),
    "points": lazy("Donner des points"),
    "ranking": lazy("Classer des projets"),
    "graded": lazy("Donner une mention à chaque projet"),
}
BALLOT_TYPES: dict[str, Any] = {code: said for code, said in _BALLOTS.items() if code in TYPES}
"""The ballots that can be held here."""
MODELS: dict[str, Any] = {
    "one": lazy("Une enveloppe, des favoris"),
    "neighbourhoods": lazy("Une enveloppe par quartier, puis un complément"),
    "points": lazy("Des points, pour un petit groupe"),
    "other": lazy("Autres règles"),
}
"""The ready règlements, the usual ones first."""
WHO: dict[str, Any] = {
    "residents": lazy("Les personnes qui habitent le territoire"),
    "live_work_study": lazy(
        "Les personnes qui habitent, travaillent ou étudient sur le territoire"
    ),
}
PROOFS: dict[str, Any] = {
    "declared": lazy("Une déclaration sur l'honneur, avec des vérifications"),
    "roll": lazy("L'inscription sur une liste de la ville ou d'un bailleur"),
}
CHOICES: dict[str, Any] = {
    "all": lazy("Tous les projets"),
    "one": lazy("Les projets d'un seul quartier, au choix de chacun"),
    "own": lazy("Les projets de son propre quartier"),
}
CHECKS: dict[str, Any] = {
    "account": lazy("Un compte, avec une adresse de courriel confirmée"),
    "sms": lazy("Un compte et un code envoyé par SMS"),
    "identity": lazy("Une identité vérifiée par un service comme FranceConnect"),
    "letter": lazy("Une lettre avec un code, envoyée par la poste"),
    "desk": lazy("Une pièce d'identité montrée à l'accueil"),
}
PUBLICATIONS: dict[str, Any] = {
    "auto": lazy("Oui, sauf avec des points ou un classement"),
    "always": lazy("Oui, même avec des points ou un classement"),
    "never": lazy("Non : des personnes assermentées peuvent recompter"),
}
RULES: dict[str, Any] = {
    "greedy": lazy("Le plus de voix d'abord"),
    "greedy-per-cost": lazy("Le plus de voix pour son coût d'abord"),
    "zones-then-complement": lazy("Chaque quartier, puis un complément"),
    "zones-first": lazy("Les premiers de chaque quartier, puis toute la ville"),
    "one-per-zone": lazy("Un nombre fixe de lauréats par quartier"),
    "size-classes": lazy("Les grands projets, puis les petits"),
    "equal-shares": lazy("Parts égales"),
    "phragmen": lazy("Charges équilibrées (Phragmén)"),
    "majority-judgment": lazy("Jugement majoritaire"),
}
UTILITIES: dict[str, Any] = {
    "cost": lazy("Ce qu'il coûte : un projet cher compte plus"),
    "count": lazy("La même chose pour tous les projets"),
}
COMPLETIONS: dict[str, Any] = {
    "none": lazy("Rien : ce qui reste n'est pas dépensé"),
    "utilitarian": lazy("Le reste va aux projets qui ont le plus de voix"),
    "add1": lazy("Les parts grandissent d'un euro à la fois"),
    "add1u": lazy("Les parts grandissent, puis le reste va au plus de voix"),
}
STARTS: dict[str, Any] = {
    "exact": lazy("Partagée au centime près"),
    "integral": lazy("Arrondie à l'euro en dessous"),
}
TIE_BREAKS: dict[str, Any] = {
    "cheapest": lazy("le moins cher d'abord, puis celui qui porte le plus petit numéro"),
    "number": lazy("celui qui porte le plus petit numéro"),
}
OUTCOMES: dict[str, Any] = {
    "laureate": lazy("Lauréat : proposé aux élus"),
    "not_selected": lazy("Non retenu par le vote"),
    "withdrawn": lazy("Retiré du vote"),
    "adopted": lazy("Retenu par les élus"),
    "set_aside": lazy("Écarté par les élus"),
    "postponed": lazy("Reporté"),
    "delivered": lazy("Réalisé"),
    "abandoned": lazy("Abandonné"),
}
