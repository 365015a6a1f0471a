"""Habitants who do not exist, enough for lists: names from several origins, all called « -DEMO ».

The lists have the quirks of real ones: unknown days of birth, years alone, somebody on both
complementary lists, true homonyms, addresses that no street answers to, people who live elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from civic.draws.demo.files import EUROPEAN, MUNICIPAL, Invented

WOMEN = (
    "Nadia", "Aïcha", "Marie-Thérèse", "Sylvie", "Ewa", "Fatou", "Leïla", "Ginette", "Kadiatou",
    "Hélène", "Dorota", "Saliha", "Rosa", "Colette", "Zeynep", "Thi Lan", "Inès", "Océane",
)  # fmt: skip
MEN = (
    "Bruno", "Stanislas", "Ousmane", "Rachid", "Jean-Luc", "Thomas", "Antonio", "Idriss", "Pascal",
    "Yusuf", "Michel", "Benoît", "Tuan", "Farid", "Daniel", "Mehmet", "Léo", "João",
)  # fmt: skip
FAMILIES = (
    "LEMAIRE", "BELKACEM", "KOWALSKI", "MARTINS", "SOW", "DEPREZ", "ÖZTÜRK", "CARON", "MBAYE",
    "MOREAU", "FERRARI", "DUPONT", "HADJ-SAÏD", "WOJCIK", "TRAN", "LEFÈVRE", "SANTOS", "CISSÉ",
    "DELCOURT", "AYDIN", "D'HAINAUT", "LE BŒUF", "VANDENBERGHE", "NOWAK", "DIALLO", "EL AMRANI",
)  # fmt: skip
ELSEWHERE = ("rue de la Rivière Cachée", "boulevard des Sansonnets")


def crowd(
    chance: Random, many: int, streets: tuple[str, ...], residence: str, year: int
) -> list[Invented]:
    """So many people of these streets, born up to 18 years before `year`."""
    return [_somebody(chance, place, streets, residence, year) for place in range(many)]


def _somebody(
    chance: Random, place: int, streets: tuple[str, ...], residence: str, year: int
) -> Invented:
    woman = place % 2 == 0
    first = chance.choice(WOMEN if woman else MEN)
    second = chance.choice(WOMEN if woman else MEN)
    age = 18 + min(int(chance.expovariate(1 / 24)), 74)
    born = f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{year - age}"
    if place % 61 == 7:
        born = f"00/00/{year - age}"
    elif place % 83 == 9:
        born = str(year - age)
    home = place % 4 == 0
    return Invented(
        family_name=f"{chance.choice(FAMILIES)}-DEMO",
        used_name=f"{chance.choice(FAMILIES)}-DEMO" if woman and place % 5 == 0 else "",
        first_names=first if place % 3 else f"{first}, {second}",
        sex="F" if woman else "M",
        born=born,
        number=str(chance.randint(1, 150)),
        street=chance.choice(streets),
        dwelling=str(place) if home or place % 3 == 0 else "",
        residence=residence if home else "",
    )


def electoral_list(chance: Random, people: list[Invented]) -> list[Invented]:
    """The electors among these people, with the quirks of an electoral export."""
    found = [one for place, one in enumerate(people) if place % 7 != 3]
    for place in (5, 25, 65):
        european = replace(found[place], list_type=EUROPEAN)
        found[place] = replace(found[place], list_type=MUNICIPAL)
        found.append(european)
    for place in (11, 31):
        found[place] = replace(found[place], street=chance.choice(ELSEWHERE), residence="")
    homonym = replace(found[40], number="199", dwelling="", residence="")
    return [*found, homonym, replace(found[50], family_name="TROPTARD-DEMO", born="31/02/1990")]


def landlords_list(people: list[Invented]) -> list[Invented]:
    """The tenants of the residence among these people: some dates of birth are not known."""
    tenants = [one for one in people if one.residence]
    return [
        replace(one, born="" if place % 9 == 4 or len(one.born) < 10 else one.born)
        for place, one in enumerate(tenants)
    ]
