"""How councils are spoken of: names of codes, state sentences, and the way of states."""

from __future__ import annotations

from datetime import date

from civic.councils.models import (
    College,
    Rank,
)
from civic.house.i18n import _, day, lazy

KIND_NAMES = {
    "citizen_council": lazy("Conseil citoyen"),
    "neighbourhood_council": lazy("Conseil de quartier"),
    "neighbourhood_table": lazy("Table de quartier"),
}
MODE_NAMES = {
    "draw": lazy("tirage au sort"),
    "volunteers": lazy("appel à volontaires"),
    "designated": lazy("désignation"),
    "mixed": lazy("tirage au sort et appel à volontaires"),
}
COLLEGE_NAMES = {
    College.RESIDENTS.value: lazy("Collège des habitants"),
    College.LOCAL_ACTORS.value: lazy("Collège des acteurs locaux"),
}
RANK_NAMES = {
    Rank.TITULAR.value: lazy("titulaire"),
    Rank.SUBSTITUTE.value: lazy("suppléant ou suppléante"),
}
QUORUM_SENTENCES = {
    "none": lazy("Aucun quorum n'est demandé."),
    "third": lazy("Il faut un tiers des titulaires en fonction."),
    "half": lazy("Il faut la moitié des titulaires en fonction."),
    "majority": lazy("Il faut plus de la moitié des titulaires en fonction."),
}
STATUS_NAMES = {
    "project": lazy("En projet"),
    "forming": lazy("En constitution"),
    "proposed": lazy("Composition proposée"),
    "recognised": lazy("Reconnu"),
    "installed": lazy("Installé"),
    "active": lazy("Actif"),
    "renewing": lazy("En renouvellement"),
    "dormant": lazy("Mis en sommeil"),
    "dissolved": lazy("Dissous"),
}
LOOKS = {
    "project": "draft",
    "forming": "open",
    "proposed": "waiting",
    "recognised": "done",
    "installed": "done",
    "active": "done",
    "renewing": "open",
    "dormant": "closed",
    "dissolved": "closed",
}

MOVES: dict[str, tuple[str, ...]] = {
    "project": ("forming", "dissolved"),
    "forming": ("proposed", "dissolved"),
    "proposed": ("forming", "dissolved"),
    "recognised": ("active", "dissolved"),
    "installed": ("active", "dissolved"),
    "active": ("renewing", "dormant", "dissolved"),
    "renewing": ("active", "dormant", "dissolved"),
    "dormant": ("renewing", "dissolved"),
    "dissolved": (),
}
"""What an agent may record by hand. A council becomes reconnu or installé only when its members
are installed (room mandates)."""

SEATS_OPEN = ("project", "forming", "renewing", "dormant")
"""The states in which the number of seats and the length of the term may change."""


def state_sentence(
    status: str,
    *,
    installed_on: date | None = None,
    closed_on: date | None = None,
    prefect_order: str = "",
) -> str:
    """Where a council stands, as a sentence."""
    since = day(installed_on) if installed_on else ""
    if status == "project":
        return _("Projet : ce conseil n'existe pas encore.")
    if status == "forming":
        return _("En constitution : ses membres sont recherchés.")
    if status == "proposed":
        return _("Composition proposée : le maire et l'agglomération sont consultés.")
    if status == "recognised":
        return _("Reconnu par arrêté (%(order)s) ; première réunion à venir.", order=prefect_order)
    if status == "installed":
        return _("Installé le %(day)s ; première réunion à venir.", day=since)
    if status == "active":
        return _("Actif, installé le %(day)s.", day=since) if since else _("Actif.")
    if status == "renewing":
        return _("En renouvellement : une partie des sièges va changer de mains.")
    if status == "dormant":
        return _("Mis en sommeil : il ne se réunit plus pour le moment.")
    return _("Dissous le %(day)s.", day=day(closed_on)) if closed_on else _("Dissous.")
