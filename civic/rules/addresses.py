"""French postal addresses: number, repetition, street, compared without accents or abbreviations.

Plain text in, plain values out. Nothing is guessed: an address without a street that we can read
gives `number` None and an empty `street`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ABBREVIATIONS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "boul": "boulevard",
    "r": "rue",
    "pl": "place",
    "ch": "chemin",
    "che": "chemin",
    "chem": "chemin",
    "imp": "impasse",
    "all": "allee",
    "rte": "route",
    "sq": "square",
    "res": "residence",
    "bat": "batiment",
    "apt": "appartement",
    "appt": "appartement",
    "app": "appartement",
    "st": "saint",
    "ste": "sainte",
    "dr": "docteur",
    "pdt": "president",
    "gal": "general",
    "mal": "marechal",
    "fg": "faubourg",
    "fbg": "faubourg",
    "cite": "cite",
    "qu": "quai",
}
_NUMBER = re.compile(r"^(\d{1,5}) ?(bis|ter|quater|[a-d](?= ))? (.*)$")


@dataclass(frozen=True, slots=True)
class Address:
    """A read address. `street` is folded; `number` None when there is none (a named residence)."""

    number: int | None
    repetition: str
    street: str


def folded(text: str) -> str:
    """Lower case, without accents or marks, abbreviations written out, single spaces."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("\u00a0", " ")
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c))
    words = text.split()
    out = []
    for place, word in enumerate(words):
        if word == "r" and place > 1:
            out.append(word)
        else:
            out.append(ABBREVIATIONS.get(word, word))
    return " ".join(out)


def read(text: str) -> Address:
    """The parts of « 12 bis, av. de l'Égalité »."""
    plain = folded(text)
    found = _NUMBER.match(plain)
    if not found:
        return Address(None, "", plain)
    return Address(int(found[1]), found[2] or "", found[3])


def within(number: int, side: str, first: int, last: int) -> bool:
    """Whether a number lies on a stretch: `side` is "all", "odd" or "even", ends included."""
    if not first <= number <= last:
        return False
    return side == "all" or (number % 2 == 1) == (side == "odd")
