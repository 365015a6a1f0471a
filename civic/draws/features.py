"""What a draw may ask for: the criteria that lists give by themselves, and free columns.

A value that a list does not say is left out: it counts in no bound and excludes nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from civic.house.i18n import lazy

SEX = "Sexe"
AGE = "Âge"
NEIGHBOURHOOD = "Quartier"
TENURE = "Logement"
OWN = (SEX, AGE, NEIGHBOURHOOD, TENURE)
"""The features that the site makes; a free column may not take their names."""

SEXES = {"F": "Femme", "M": "Homme"}
TENANT = "Locataire d'un bailleur"
AGES = (
    (0, 17, "Moins de 18 ans"),
    (18, 25, "18 à 25 ans"),
    (26, 39, "26 à 39 ans"),
    (40, 59, "40 à 59 ans"),
    (60, 999, "60 ans et plus"),
)

_SAID = {
    SEX: lazy("Sexe"),
    "Femme": lazy("Femme"),
    "Homme": lazy("Homme"),
    AGE: lazy("Âge"),
    "Moins de 18 ans": lazy("Moins de 18 ans"),
    "18 à 25 ans": lazy("18 à 25 ans"),
    "26 à 39 ans": lazy("26 à 39 ans"),
    "40 à 59 ans": lazy("40 à 59 ans"),
    "60 ans et plus": lazy("60 ans et plus"),
    NEIGHBOURHOOD: lazy("Quartier"),
    TENURE: lazy("Logement"),
    TENANT: lazy("Locataire d'un bailleur"),
}


def said(word: str) -> str:
    """A feature or a value as a page says it: the site's own words in the language of the moment,
    a list's words as they are. What is frozen and published as a file stays in French."""
    return str(_SAID.get(word, word))


def age_on(day: date, birth_date: date | None, precision: str) -> int | None:
    """Full years on `day`; somebody whose year alone is known is taken as born on its last day."""
    if birth_date is None:
        return None
    if precision == "year":
        birth_date = date(birth_date.year, 12, 31)
    before = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - int(before)


def features_of(
    *,
    sex: str,
    birth_date: date | None,
    precision: str,
    neighbourhood: str | None,
    is_tenant: bool,
    free: Mapping[str, str],
    day: date,
) -> dict[str, str]:
    """Feature → value of one person; what isn't known is not there."""
    found = {name: value for name, value in free.items() if value and name not in OWN}
    if sex in SEXES:
        found[SEX] = SEXES[sex]
    age = age_on(day, birth_date, precision)
    if age is not None:
        found[AGE] = next(name for low, high, name in AGES if low <= max(age, 0) <= high)
    if neighbourhood:
        found[NEIGHBOURHOOD] = neighbourhood
    if is_tenant:
        found[TENURE] = TENANT
    return found


def order_of(feature: str, value: str) -> tuple[int, str, int, str]:
    """Sorts features as people say them (sex, age, …) and ages from young to old."""
    place = OWN.index(feature) if feature in OWN else len(OWN)
    ages = [name for _low, _high, name in AGES]
    rank = ages.index(value) if feature == AGE and value in ages else 0
    return place, feature, rank, value
