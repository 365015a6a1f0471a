"""Addresses for comparing: what is one household, and what is asked of the streets' register.

A household is an address *with* its flat or dwelling number, else the address with the family
name, never an address alone: a tower without flat numbers is not one household. A blank address
is a household of its own.
"""

from __future__ import annotations

import re

from civic.house.text import folded
from civic.rules import addresses

_INSIDE = {
    "log": "logement", "lgt": "logement", "bt": "batiment", "esc": "escalier", "etg": "etage",
}  # fmt: skip
"""Abbreviations of what is inside a building; those of streets are in rules/addresses."""
_FLAT = re.compile(
    r"\b(?:appartement|logement|porte|lot|studio|chambre)\s*(?:n|no|numero)?\s*([a-z]?\d+[a-z]?)\b"
)


def plain_address(text: str) -> str:
    """An address with its usual abbreviations written out, folded: « 12bis, Av. du Lac » →
    `12 bis avenue du lac`."""
    text = addresses.folded(re.sub(r"n°", " ", text, flags=re.IGNORECASE))
    text = re.sub(r"\b(\d+)(bis|ter|quater|[a-d])\b", r"\1 \2", text)
    return " ".join(_INSIDE.get(word, word) for word in text.split())


def household(
    *, number: str, street: str, complement: str, place: str, dwelling: str, postal_code: str,
    city: str, family_name: str,
) -> str | None:  # fmt: skip
    """The household's key, None for a blank address (each is a household of its own)."""
    # With a number in a street, the residence's name adds nothing, and not every list gives it.
    way = plain_address(f"{number} {street}" if number and street else f"{street} {place}")
    if not way:
        return None
    town = folded(postal_code) or folded(city)
    flat = plain_address(dwelling)
    if not flat:
        found = _FLAT.search(plain_address(f"{complement} {place}"))
        flat = found[1] if found else ""
    stair = " ".join(
        re.findall(r"\b(?:batiment|escalier|entree|tour)\s+\w+", plain_address(complement))
    )
    last = f"logement {flat}" if flat else f"nom {folded(family_name)}"
    return "|".join((town, way, stair, last))


def dwelling_key(
    *, number: str, street: str, complement: str, place: str, dwelling: str, postal_code: str,
    city: str,
) -> str:  # fmt: skip
    """A dwelling's key in a list of dwellings, where nobody's name is known. The flats that a
    list only counts (« 17 sur 60 ») are the same in two lists as far as both count."""
    counted = re.fullmatch(r"(\d+) sur \d+", dwelling)
    rank = counted[1] if counted else "" if dwelling else "1"
    way = household(
        number=number, street=street, complement=complement, place=place,
        dwelling="" if rank else dwelling, postal_code=postal_code, city=city, family_name="",
    )  # fmt: skip
    return f"{way or ''}|{rank}"


def located_as(*, number: str, street: str, place: str) -> str:
    """The address as the register of streets and residences is asked for it."""
    return ", ".join(part for part in (f"{number} {street}".strip(), place) if part)
