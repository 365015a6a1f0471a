"""Who lives together, as far as a list can tell.

A household is an address with its flat, else the address with the family name, never an address
alone: a tower whose list has no flat numbers is not one household. A blank address is a household
of its own. Capitals, accents, blanks, punctuation and the usual abbreviations don't count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from civic.rules.sortition.values import clean

_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "Œ": "oe",
        "æ": "ae",
        "Æ": "ae",
        "ø": "o",
        "Ø": "o",
        "ß": "ss",
        "ł": "l",
        "Ł": "l",
        "’": " ",
        "'": " ",
    }
)
_SHORT = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
    "boul": "boulevard", "r": "rue", "pl": "place", "imp": "impasse", "all": "allee",
    "ch": "chemin", "chem": "chemin", "che": "chemin", "rte": "route", "sq": "square",
    "res": "residence", "bat": "batiment", "fg": "faubourg", "fbg": "faubourg", "crs": "cours",
    "qu": "quai", "pass": "passage", "lot": "lotissement", "st": "saint", "ste": "sainte",
    "gal": "general", "mal": "marechal", "dr": "docteur", "pdt": "president", "no": "",
    "n": "", "num": "", "numero": "", "app": "appartement", "apt": "appartement",
    "appt": "appartement", "apart": "appartement", "lgt": "logement", "log": "logement",
    "pte": "porte", "et": "etage", "esc": "escalier", "ent": "entree",
}  # fmt: skip
# After one of these comes the number of a dwelling, or its letter at the end (« rue de la Porte
# Rouge » and « Porte d'Italie » are streets).
_DWELLING = re.compile(
    r"\b(?:appartement|logement|porte|flat|apartment|chambre|studio) "
    r"(?:[a-z]?\d{1,4}[a-z]?\b|[a-z]$)"
)
_ADDRESS = {
    "adresse", "address", "address1", "address2", "address_line_1", "address_line_2", "rue", "voie",
    "street", "numero", "numero de voie", "n de voie", "libelle de voie", "no", "cp", "zip",
    "zip_code", "code postal", "code_postal", "postcode", "postal_code", "ville", "commune", "city",
    "town", "lieu dit", "lieu_dit", "complement", "complement 1", "complement 2", "batiment",
    "immeuble", "residence", "etage", "escalier", "entree", "pays", "country", "adresse 1",
    "adresse 2", "adresse1", "adresse2", "adresse postale",
    "primary_address1", "primary_zip", "primary_city",
}  # fmt: skip
_FAMILY = ("nom d usage", "nom de famille", "nom", "nom de naissance", "family_name", "last_name",
           "lastname", "surname", "family name", "last name")  # fmt: skip


def plain(text: str) -> str:
    """Lower case without accents, ligatures or punctuation, words apart by one blank."""
    folded = unicodedata.normalize("NFD", clean(text).translate(_LETTERS)).casefold()
    kept = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return " ".join(re.findall(r"[\w]+", kept.replace("°", " ").replace("º", " ")))


def address(text: str) -> str:
    """An address in one spelling: as ``plain``, abbreviations written out."""
    words = [_SHORT.get(word, word) for word in plain(text).split()]
    joined = " ".join(word for word in words if word)
    return re.sub(r"\b(\d+) (bis|ter|quater|[a-d])\b", r"\1\2", joined)


def household(row: Mapping[str, str], columns: Sequence[str]) -> str | None:
    """The key of a person's household from these columns of their row; None when the row can't
    tell (blank, or an address alone), which makes them a household of their own."""
    values = [address(row.get(column, "")) for column in columns]
    if not any(values):
        return None
    key = "\n".join(values)
    plain_names = [plain(column) for column in columns]
    where = [value for name, value in zip(plain_names, values, strict=True) if name in _ADDRESS]
    telling = [
        value for name, value in zip(plain_names, values, strict=True) if name not in _ADDRESS
    ]
    if where and not any(where):
        # A family name without an address says nothing.
        return None
    if any(telling) or any(_DWELLING.search(value) for value in where):
        return key
    for name in _FAMILY:
        for column, value in row.items():
            if plain(column) == name and plain(value):
                return f"{key}\n{plain(value)}"
    return None
