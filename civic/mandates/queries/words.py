"""How mandates are spoken of."""

from __future__ import annotations

from civic.house.i18n import lazy

ORIGIN_NAMES = {
    "draw": lazy("tirage au sort"),
    "volunteer": lazy("volontaire"),
    "designated": lazy("désignation"),
}


STATUS_NAMES = {
    "approached": lazy("réponse attendue"),
    "accepted": lazy("a accepté, pas encore en fonction"),
    "running": lazy("en fonction"),
    "suspended": lazy("suspendu"),
    "ended": lazy("terminé"),
}


END_NAMES = {
    "term": lazy("fin du mandat"),
    "resignation": lazy("démission"),
    "moved": lazy("déménagement"),
    "absences": lazy("absences répétées"),
    "death": lazy("décès"),
    "exclusion": lazy("exclusion"),
    "incompatibility": lazy("incompatibilité"),
    "declined": lazy("refus"),
    "called": lazy("devient titulaire"),
    "council_closed": lazy("fin du conseil"),
}
