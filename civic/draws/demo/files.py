"""Files in the shape that towns and landlords really send, from plain people.

The electoral export has 27 columns, `;`, UTF-8 without BOM, LF, every field quoted but the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ELECTORAL = (
    "code du l'ugle", "libellé de l'ugle", "libellé du type de liste", "nom de naissance",
    "nom d'usage", "prénoms", "sexe", "date de naissance", "code commune de naissance",
    "libellé commune de naissance", "code département de naissance", "pays de naissance",
    "libellé nationalité", "numéro de voie", "libellé de voie", "complément 1", "complément 2",
    "lieu-dit", "code postal", "commune", "pays", "code du bureau de vote",
    "libellé du bureau de vote", "code circonscription législative du bureau de vote",
    "libellé canton du bureau de vote", "libellé circonscription métropolitaine du bureau de vote",
    "numéro d'ordre dans le bureau de vote",
)  # fmt: skip
LANDLORD = (
    "Civilité", "Nom", "Prénom", "Date de naissance", "Résidence", "N° logement", "Adresse",
    "Code postal", "Ville",
)  # fmt: skip
PRINCIPAL = "Liste principale"
MUNICIPAL = "Liste complémentaire municipale"
EUROPEAN = "Liste complémentaire européenne"


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist. `born` as the file writes it ("" when it does not say)."""

    family_name: str
    first_names: str
    sex: str
    born: str
    number: str
    street: str
    used_name: str = ""
    dwelling: str = ""
    residence: str = ""
    postal_code: str = "59300"
    city: str = "VALENCIENNES"
    list_type: str = PRINCIPAL


def electoral(people: Iterable[Invented]) -> bytes:
    """An electoral export of these people."""
    rows = [ELECTORAL]
    for order, one in enumerate(people, 1):
        flat = f"APPT {one.dwelling}" if one.dwelling else ""
        rows.append(
            (
                "59606", "Valenciennes", one.list_type, one.family_name, one.used_name,
                one.first_names, one.sex, one.born, "00000", "INVENTÉE", "00", "FRANCE",
                "Inventée", one.number, one.street, flat, "", one.residence, one.postal_code,
                one.city, "FRANCE", "0001", "Bureau inventé", "21", "Canton inventé", "",
                str(order),
            )
        )  # fmt: skip
    lines = [";".join([*(f'"{cell}"' for cell in row[:-1]), row[-1]]) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def landlord(people: Iterable[Invented]) -> bytes:
    """A landlord's list of these people: Windows-1252, `;`, CRLF, as office programs save it."""
    rows = [LANDLORD]
    for one in people:
        rows.append(
            (
                {"F": "Mme", "M": "M."}.get(one.sex, ""), one.family_name,
                one.first_names.split(",")[0], one.born, one.residence, one.dwelling,
                f"{one.number} {one.street}".strip(), one.postal_code, one.city,
            )
        )  # fmt: skip
    return ("\r\n".join(";".join(row) for row in rows) + "\r\n").encode("cp1252", "replace")
