"""What a column is: the many spellings of the same header, and the agent's own choice.

The electoral export of the répertoire électoral unique has 27 columns whose names vary from one
software to the next (« code du l'ugle », « code de l'ugle », « NomdeNaissance » …). Birthplace,
nationality, polling station and order number are *never* kept: sorting people by them is not
allowed, and what is not read can't leak.
"""

from __future__ import annotations

from typing import Any

from civic.house.i18n import lazy
from civic.house.text import folded

Mapping = dict[str, int]
"""Field → column number from 0. Fields that no column holds are left out."""

KINDS: dict[str, Any] = {
    "electoral": lazy("Liste électorale (export du répertoire électoral unique)"),
    "landlord": lazy("Liste d'un bailleur"),
    "volunteers": lazy("Liste de volontaires"),
    "other": lazy("Autre liste"),
    "dwellings": lazy("Liste de logements (adresses, sans noms)"),
}

FIELDS: dict[str, Any] = {
    "family_name": lazy("Nom de naissance (ou nom)"),
    "used_name": lazy("Nom d'usage"),
    "first_names": lazy("Prénoms"),
    "sex": lazy("Sexe ou civilité"),
    "birth_date": lazy("Date de naissance"),
    "address": lazy("Adresse en une colonne"),
    "number": lazy("Numéro de voie"),
    "street": lazy("Voie"),
    "complement": lazy("Complément d'adresse"),
    "complement_2": lazy("Deuxième complément"),
    "place": lazy("Résidence ou lieu-dit"),
    "dwelling": lazy("Numéro de logement"),
    "flats": lazy("Nombre de logements à cette adresse"),
    "postal_code": lazy("Code postal"),
    "city": lazy("Commune"),
    "list_type": lazy("Type de liste (principale, complémentaire)"),
}
"""The fields a list may hold, with their names on screen, in the order of the mapping step."""

REQUIRED = ("family_name", "first_names")
ADDRESS = (
    "address", "number", "street", "complement", "complement_2", "place", "dwelling", "flats",
    "postal_code", "city",
)  # fmt: skip
"""What is read of a list of dwellings: never a name."""


def fields_for(kind: str) -> dict[str, Any]:
    """The fields that a list of this kind may hold, with their names on screen."""
    if kind == "dwellings":
        return {name: words for name, words in FIELDS.items() if name in ADDRESS}
    return {name: words for name, words in FIELDS.items() if name != "flats"}


_SPELLINGS: dict[str, tuple[str, ...]] = {
    "family_name": (
        "nomdenaissance",
        "nom",
        "nompatronymique",
        "nomdefamille",
        "nomnaissance",
        "nomlocataire",
        "nomdulocataire",
    ),
    "used_name": ("nomdusage", "nomusage", "nommarital", "nomusuel", "nomdepouse"),
    "first_names": ("prenoms", "prenom", "prenomlocataire", "prenomdulocataire", "prenomss"),
    "sex": ("sexe", "civilite", "titre", "genre", "civ"),
    "birth_date": (
        "datedenaissance",
        "datenaissance",
        "neele",
        "ddn",
        "naissance",
        "neeele",
        "anneenaissance",
        "anneedenaissance",
    ),
    "address": (
        "adresse",
        "adresse1",
        "adressedulogement",
        "adressecomplete",
        "adresselogement",
        "address",
    ),
    "number": ("numerodevoie", "numerovoie", "numvoie", "novoie", "nvoie", "numero", "numrue"),
    "street": ("libelledevoie", "libellevoie", "voie", "rue", "nomdelavoie", "nomvoie"),
    "complement": (
        "complement1",
        "complement",
        "complementadresse",
        "complementdadresse",
        "adresse2",
    ),
    "complement_2": ("complement2", "complementadresse2", "adresse3"),
    "place": ("lieudit", "residence", "ensembleimmobilier", "nomresidence", "groupe", "programme"),
    "dwelling": (
        "numerologement",
        "numerodelogement",
        "nlogement",
        "nologement",
        "logement",
        "appartement",
        "appt",
        "numappartement",
        "porte",
        "lot",
        "numerodappartement",
    ),
    "flats": (
        "nombredelogements",
        "nombrelogements",
        "nblogements",
        "nbdelogements",
        "nblogt",
        "nblog",
    ),
    "postal_code": ("codepostal", "cp", "zip"),
    "city": ("commune", "ville", "localite", "libellecommune", "communederesidence"),
    "list_type": (
        "libelledutypedeliste",
        "libelletypedeliste",
        "typedeliste",
        "typeliste",
        "liste",
        "lplcmlce",
    ),
}
_FIELD_OF = {spelling: field for field, all_ in _SPELLINGS.items() for spelling in all_}

_NEVER = (
    "nationalite",
    "communedenaissance",
    "departementdenaissance",
    "paysdenaissance",
    "lieudenaissance",
    "bureaudevote",
    "circonscription",
    "numerodordre",
    "ugle",
)
"""Beginnings or parts of headers that are never offered, not even as a criterion."""


def squeezed(header: str) -> str:
    """A header for comparing: « Nom d'usage » and « NomDusage » are both `nomdusage`."""
    return folded(header).replace(" ", "")


def is_forbidden(header: str) -> bool:
    """Whether this column must not be read at all."""
    name = squeezed(header)
    return any(part in name for part in _NEVER)


def guess(header: tuple[str, ...]) -> Mapping:
    """The fields that the header's spellings give away; the first column wins a field."""
    found: Mapping = {}
    for position, title in enumerate(header):
        field = None if is_forbidden(title) else _FIELD_OF.get(squeezed(title))
        if field is not None and field not in found:
            found[field] = position
    return found


def known_kind(header: tuple[str, ...]) -> str:
    """The kind of list that the header looks like."""
    names = {squeezed(title) for title in header}
    found = guess(header)
    if any("ugle" in name for name in names) or ({"nomdenaissance", "nomdusage"} <= names):
        return "electoral"
    if "dwelling" in found or names & set(_SPELLINGS["place"]) - {"lieudit"}:
        return "landlord"
    return "other"
