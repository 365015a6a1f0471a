"""The life of a proposal (DOMAINE § 8c): its states, who follows whom, reasons, and their words."""

from __future__ import annotations

from typing import Any

from civic.house.i18n import lazy

THEMES: dict[str, Any] = {
    "lumiere": lazy("Lumière"),
    "banc": lazy("Bancs et repos"),
    "passage": lazy("Passages et traversées"),
    "arbre": lazy("Arbres"),
    "jeux": lazy("Jeux"),
    "velo": lazy("Vélo"),
    "proprete": lazy("Propreté"),
    "eau": lazy("Eau"),
    "jardin": lazy("Jardins"),
    "ombre": lazy("Ombre et fraîcheur"),
    "rue": lazy("Rue apaisée"),
    "acces": lazy("Accès pour tous"),
    "sport": lazy("Sport"),
    "culture": lazy("Culture et mémoire"),
    "animaux": lazy("Animaux"),
    "livres": lazy("Livres et partage"),
    "autre": lazy("Autre chose"),
}
"""The themes of petits aménagements, each with a pictogram `theme-<code>` in static/img."""

KINDS: dict[str, Any] = {
    "works": lazy("Un aménagement : quelque chose à construire, planter ou installer"),
    "action": lazy("Une action : quelque chose à organiser ensemble"),
}
CHANNELS: dict[str, Any] = {
    "web": lazy("déposée en ligne"),
    "desk": lazy("déposée à l'accueil"),
    "paper": lazy("déposée sur papier"),
    "walk": lazy("relevée pendant un diagnostic en marchant"),
}

FOLLOWING: dict[str, tuple[str, ...]] = {
    "submitted": ("published", "returned", "rejected", "withdrawn"),
    "returned": ("submitted", "withdrawn"),
    "rejected": ("submitted",),
    "published": ("admissible", "inadmissible", "checking", "withdrawn"),
    "checking": ("admissible", "inadmissible", "withdrawn"),
    "admissible": ("assessing", "withdrawn"),
    "inadmissible": ("checking",),
    "assessing": ("feasible", "feasible_with_reserve", "not_feasible", "withdrawn"),
    "feasible": ("codesign", "merged", "on_ballot", "adopted", "withdrawn", "postponed"),
    "feasible_with_reserve": (
        "codesign", "merged", "on_ballot", "adopted", "withdrawn", "postponed",
    ),
    "not_feasible": ("assessing",),
    "codesign": ("merged", "on_ballot", "adopted", "withdrawn", "postponed"),
    "merged": (),
    "on_ballot": ("laureate", "not_selected", "postponed", "abandoned"),
    "laureate": ("adopted", "set_aside", "postponed", "not_selected", "on_ballot"),
    "not_selected": ("laureate", "on_ballot", "adopted", "codesign", "withdrawn"),
    "adopted": ("planned", "studies", "works", "delivered", "postponed", "abandoned"),
    "set_aside": ("adopted",),
    "planned": ("studies", "works", "delivered", "postponed", "abandoned"),
    "studies": ("works", "delivered", "postponed", "abandoned"),
    "works": ("delivered", "postponed", "abandoned"),
    "delivered": ("evaluated",),
    "evaluated": (),
    "withdrawn": (),
    "postponed": ("codesign", "on_ballot", "planned", "studies", "works", "abandoned"),
    "abandoned": (),
}  # fmt: skip
"""Which states may follow each state."""

STATUSES = tuple(FOLLOWING)
VERDICTS = ("feasible", "feasible_with_reserve", "not_feasible")

SENTENCES: dict[str, Any] = {
    "submitted": lazy("Déposée : une personne de la mairie la relit avant de la publier"),
    "returned": lazy("À compléter : la mairie attend des précisions"),
    "rejected": lazy("Non publiée : elle ne respecte pas la charte"),
    "published": lazy("Publiée : la mairie va vérifier qu'elle est recevable"),
    "checking": lazy("Réexaminée : la mairie vérifie à nouveau si elle est recevable"),
    "admissible": lazy("Recevable : les services vont l'étudier"),
    "inadmissible": lazy("Non recevable"),
    "assessing": lazy("À l'étude : les services disent si c'est faisable, et à quel prix"),
    "feasible": lazy("Faisable et chiffrée : elle peut être soumise à un vote"),
    "feasible_with_reserve": lazy("Faisable sous réserve : elle peut être soumise à un vote"),
    "not_feasible": lazy("Non faisable"),
    "codesign": lazy("En co-construction : le projet se précise avec les habitants"),
    "merged": lazy("Regroupée avec d'autres propositions dans un même projet"),
    "on_ballot": lazy("Soumise au vote des habitants"),
    "laureate": lazy("Lauréate du vote : les élus doivent maintenant décider"),
    "not_selected": lazy("Soumise au vote et non retenue"),
    "adopted": lazy("Retenue par une décision des élus"),
    "set_aside": lazy("Écartée par les élus"),
    "planned": lazy("Programmée"),
    "studies": lazy("Études en cours"),
    "works": lazy("Travaux en cours"),
    "delivered": lazy("Réalisée"),
    "evaluated": lazy("Réalisée, bilan fait"),
    "withdrawn": lazy("Retirée par la personne qui l'avait déposée"),
    "postponed": lazy("Reportée"),
    "abandoned": lazy("Abandonnée"),
}

GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "nouvelles": (lazy("Nouvelles"), ("published", "checking", "admissible")),
    "a-l-etude": (
        lazy("À l'étude"),
        ("assessing", "feasible", "feasible_with_reserve", "codesign", "postponed"),
    ),
    "au-vote": (lazy("Au vote"), ("on_ballot", "merged")),
    "retenues": (lazy("Retenues"), ("laureate", "adopted", "planned", "studies", "works")),
    "realisees": (lazy("Réalisées"), ("delivered", "evaluated")),
    "ecartees": (
        lazy("Écartées ou retirées"),
        ("inadmissible", "not_feasible", "not_selected", "set_aside", "withdrawn", "abandoned"),
    ),
}
"""What the public list can be narrowed to: the word in the address, its label, its states."""

STATE_LOOKS: dict[str, str] = {
    **dict.fromkeys(("submitted", "published", "checking", "admissible", "assessing"), "waiting"),
    **dict.fromkeys(("feasible", "feasible_with_reserve", "codesign", "merged"), "open"),
    "on_ballot": "vote",
    **dict.fromkeys(("laureate", "adopted", "planned", "studies", "works"), "open"),
    **dict.fromkeys(("delivered", "evaluated"), "done"),
    "returned": "draft",
    **dict.fromkeys(("not_selected", "postponed", "withdrawn"), "closed"),
    **dict.fromkeys(
        ("rejected", "inadmissible", "not_feasible", "set_aside", "abandoned"), "stopped"
    ),
}
"""Which shape of the design (`state-…`) goes with each state."""

RETURN_REASONS: dict[str, Any] = {
    "place": lazy("Le lieu n'est pas assez précis"),
    "description": lazy("La description est trop courte pour être étudiée"),
    "several": lazy("Elle contient plusieurs idées : déposez-les séparément"),
    "picture": lazy("La photo montre des personnes ou des plaques d'immatriculation"),
}
REJECTION_REASONS: dict[str, Any] = {
    "insult": lazy("Propos injurieux, violents ou discriminatoires"),
    "person": lazy("Elle vise une personne ou donne des informations privées"),
    "advertising": lazy("C'est une publicité"),
    "off_topic": lazy("Ce n'est pas une proposition pour le quartier"),
    "duplicate": lazy("La même personne a déjà déposé cette proposition"),
}
INADMISSIBLE_REASONS: dict[str, Any] = {
    "outside": lazy("Le lieu est hors du territoire"),
    "not_ours": lazy("Ni la commune ni l'agglomération n'en ont la compétence"),
    "running_cost": lazy("Elle demande surtout des dépenses de fonctionnement"),
    "cost": lazy("Son coût dépasse le plafond par projet"),
    "planned": lazy("C'est déjà programmé"),
    "private": lazy("Elle sert un intérêt privé"),
    "discriminatory": lazy("Elle exclut une partie des habitants"),
    "incomplete": lazy("Il manque des informations malgré nos demandes"),
}
ROLES: dict[str, Any] = {
    "resident": lazy("la personne qui l'a déposée"),
    "agent": lazy("la mairie"),
    "service": lazy("un service technique"),
    "elected": lazy("les élus"),
    "vote": lazy("le vote des habitants"),
    "system": lazy("le calendrier"),
}
REASONS: dict[str, Any] = {**RETURN_REASONS, **REJECTION_REASONS, **INADMISSIBLE_REASONS}


def may_follow(before: str, after: str) -> bool:
    """Whether a proposal in state `before` may go to `after`."""
    return after in FOLLOWING.get(before, ())
