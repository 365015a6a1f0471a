"""Lines of cells → people, with all that is wrong, by line number, at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Values
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from civic.draws.reading.columns import FIELDS, REQUIRED, is_forbidden
from civic.draws.reading.table import BadList, Problem, Table
from civic.house.i18n import lazy

OLDEST = 1900

_LIST_TYPES = {
    "lp": "LP",
    "listeprincipale": "LP",
    "principale": "LP",
    "lcm": "LCM",
    "listecomplementairemunicipale": "LCM",
    "complementairemunicipale": "LCM",
    "lce": "LCE",
    "listecomplementaireeuropeenne": "LCE",
    "complementaireeuropeenne": "LCE",
}
_SEXES = {
    "f": "F",
    "femme": "F",
    "feminin": "F",
    "mme": "F",
    "madame": "F",
    "mlle": "F",
    "mademoiselle": "F",
    "2": "F",
    "m": "M",
    "h": "M",
    "homme": "M",
    "masculin": "M",
    "mr": "M",
    "monsieur": "M",
    "1": "M",
    "": "",
    "nonprecise": "",
    "indetermine": "",
    "x": "",
    "autre": "",
    "nsp": "",
}


@dataclass(frozen=True, slots=True)
class LinePerson:
    """A person as one line says. `birth_date` is 1 January when only the year is known.

    `precision` is "day", "year" or "" (no date at all); `sex` "F", "M" or "" (not said).
    `features` holds the free columns kept as criteria: name → value.
    """

    line: int
    family_name: str
    used_name: str
    first_names: str
    sex: str
    birth_date: date | None
    precision: str
    number: str
    street: str
    complement: str
    place: str
    dwelling: str
    postal_code: str
    city: str
    list_type: str
    features: Values[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """The people of a list, and the lines that were left out, each with its reason."""

    people: tuple[LinePerson, ...]
    problems: tuple[Problem, ...]
    lines: int


def read_people(
    table: Table,
    mapping: Values[str, int],
    *,
    today: date,
    criteria: Values[str, int] | None = None,
) -> Reading:
    """The people of `table`. `criteria` names free columns to keep: name → column.

    Raises `BadList` when a needed column is not chosen or one column is chosen twice. A line with
    something wrong is left out and reported with every reason, never half read.
    """
    criteria = criteria or {}
    _check(table, mapping, criteria)
    people: list[LinePerson] = []
    problems: list[Problem] = []
    for number, cells in table.lines:
        found, wrong = _line(number, cells, table, mapping, criteria, today)
        problems += wrong
        if found is not None and not wrong:
            people.append(found)
    return Reading(tuple(people), tuple(problems), len(table.lines))


MOST_FLATS = 2000
"""More dwellings at one address are a typing error."""


def read_dwellings(
    table: Table, mapping: Values[str, int], *, criteria: Values[str, int] | None = None
) -> Reading:
    """The dwellings of `table`, nameless. A line that counts its dwellings stands for so many, and
    lines of one address without a flat number for one each: « 17 sur 60 » is then the number, so
    that a block of 60 flats has 60 chances and not one.

    Raises `BadList` like `read_people`.
    """
    criteria = criteria or {}
    _check(table, mapping, criteria, needed=())
    if not any(name in mapping for name in ("address", "street", "place")):
        raise BadList(Problem(1, lazy("Aucune colonne ne donne l'adresse. Choisissez-la.")))
    found: list[LinePerson] = []
    problems: list[Problem] = []
    for number, cells in table.lines:
        one, many, wrong = _dwelling(number, cells, table, mapping, criteria)
        problems += wrong
        if one is not None:
            found += [one] * many
    alike = Counter(_door(one) for one in found if not one.dwelling)
    seen: Counter[tuple[str, ...]] = Counter()
    numbered = []
    for one in found:
        door = _door(one)
        if not one.dwelling and alike[door] > 1:
            seen[door] += 1
            numbered.append(replace(one, dwelling=f"{seen[door]} sur {alike[door]}"))
        else:
            numbered.append(one)
    return Reading(tuple(numbered), tuple(problems), len(table.lines))


def _door(one: LinePerson) -> tuple[str, ...]:
    parts = (one.number, one.street, one.complement, one.place, one.postal_code, one.city)
    return tuple(_plain(part) for part in parts)


def _dwelling(
    line: int,
    cells: tuple[str, ...],
    table: Table,
    mapping: Values[str, int],
    criteria: Values[str, int],
) -> tuple[LinePerson | None, int, list[Problem]]:
    """The dwelling of a line, how many such it stands for, and what is wrong with it."""

    def cell(name: str) -> str:
        position = mapping.get(name)
        return cells[position] if position is not None and position < len(cells) else ""

    wide = len(table.header)
    problems: list[Problem] = []
    if len(cells) > wide and any(cells[wide:]):
        problems.append(_too_wide(line, len(cells), wide))
    number, street = cell("number"), cell("street")
    if not street and cell("address"):
        number, street = cut_address(cell("address"))
    if not street and not cell("place"):
        problems.append(Problem(line, lazy("L'adresse est vide.")))
    for name in mapping:
        if len(cell(name)) > 200:
            problems.append(
                Problem(line, lazy("« %(field)s » dépasse 200 lettres.", field=FIELDS[name]))
            )
    said = cell("flats")
    many = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
    if said and not 1 <= many <= MOST_FLATS:
        problems.append(
            Problem(
                line,
                lazy(
                    "Nombre de logements : « %(value)s » n'est pas un nombre de 1 à %(most)s.",
                    value=said,
                    most=MOST_FLATS,
                ),
            )
        )
    if problems:
        return None, 0, problems
    flat = cell("dwelling")
    one = LinePerson(
        line=line, family_name="", used_name="", first_names="", sex="", birth_date=None,
        precision="", number=number, street=street,
        complement=" ".join(part for part in (cell("complement"), cell("complement_2")) if part),
        place=cell("place"), dwelling=flat, postal_code=cell("postal_code"), city=cell("city"),
        list_type="",
        features={
            name[:60]: cells[position][:100] if position < len(cells) else ""
            for name, position in criteria.items()
        },
    )  # fmt: skip
    return one, 1 if flat else max(1, many), []


def _too_wide(line: int, found: int, expected: int) -> Problem:
    return Problem(
        line,
        lazy(
            "%(found)s colonnes au lieu de %(expected)s : un séparateur se cache sans "
            "doute dans un texte sans guillemets.",
            found=found,
            expected=expected,
        ),
    )


def _check(
    table: Table,
    mapping: Values[str, int],
    criteria: Values[str, int],
    needed: tuple[str, ...] = REQUIRED,
) -> None:
    problems = [
        Problem(
            1, lazy("Aucune colonne ne donne « %(field)s ». Choisissez-la.", field=FIELDS[name])
        )
        for name in needed
        if name not in mapping
    ]
    chosen = [*mapping.values(), *criteria.values()]
    twice = sorted({column for column in chosen if chosen.count(column) > 1})
    problems += [
        Problem(
            1, lazy("La colonne « %(column)s » est choisie deux fois.", column=table.header[column])
        )
        for column in twice
    ]
    problems += [
        Problem(
            1,
            lazy(
                "La colonne « %(column)s » ne peut pas être lue : trier les personnes sur "
                "elle n'est pas permis.",
                column=table.header[column],
            ),
        )
        for column in chosen
        if is_forbidden(table.header[column])
    ]
    if problems:
        raise BadList(*problems)


def _line(
    line: int,
    cells: tuple[str, ...],
    table: Table,
    mapping: Values[str, int],
    criteria: Values[str, int],
    today: date,
) -> tuple[LinePerson | None, list[Problem]]:
    wide = len(table.header)
    if len(cells) > wide and any(cells[wide:]):
        return None, [_too_wide(line, len(cells), wide)]
    if len(cells) <= max(mapping[name] for name in ("family_name", "first_names")):
        return None, [
            Problem(
                line,
                lazy(
                    "%(found)s colonnes au lieu de %(expected)s : la ligne est coupée.",
                    found=len(cells),
                    expected=wide,
                ),
            )
        ]

    def cell(name: str) -> str:
        position = mapping.get(name)
        return cells[position] if position is not None and position < len(cells) else ""

    problems: list[Problem] = []
    family, used, first = cell("family_name"), cell("used_name"), cell("first_names")
    for name, value in (("family_name", family or used), ("first_names", first)):
        if not value:
            problems.append(Problem(line, lazy("« %(field)s » est vide.", field=FIELDS[name])))
        elif not any(c.isalpha() for c in value):
            problems.append(
                Problem(
                    line,
                    lazy(
                        "« %(field)s » : « %(value)s » n'est pas un nom.",
                        field=FIELDS[name],
                        value=value,
                    ),
                )
            )
    for name in FIELDS:
        if len(cell(name)) > 200:
            problems.append(
                Problem(line, lazy("« %(field)s » dépasse 200 lettres.", field=FIELDS[name]))
            )
    sex = _SEXES.get(re.sub(r"[\W_]", "", _plain(cell("sex"))))
    if sex is None:
        problems.append(
            Problem(
                line,
                lazy(
                    "Sexe ou civilité : « %(value)s » n'est ni F, ni M, ni Mme, ni M.",
                    value=cell("sex"),
                ),
            )
        )
    birth, precision, reason = read_birth(cell("birth_date"), today)
    if reason is not None:
        problems.append(Problem(line, reason))
    kept = {
        name[:60]: cells[position][:100] if position < len(cells) else ""
        for name, position in criteria.items()
    }
    if problems:
        return None, problems
    number, street = cell("number"), cell("street")
    if not street and cell("address"):
        number, street = cut_address(cell("address"))
    complement = " ".join(part for part in (cell("complement"), cell("complement_2")) if part)
    return LinePerson(
        line=line,
        family_name=family or used,
        used_name=used if used != family else "",
        first_names=first,
        sex=sex or "",
        birth_date=birth,
        precision=precision,
        number=number,
        street=street,
        complement=complement,
        place=cell("place"),
        dwelling=cell("dwelling"),
        postal_code=cell("postal_code"),
        city=cell("city"),
        list_type=_LIST_TYPES.get(re.sub(r"[\W_]", "", _plain(cell("list_type"))), ""),
        features=kept,
    ), []


def _plain(text: str) -> str:
    from civic.house.text import folded

    return folded(text)


def read_birth(text: str, today: date) -> tuple[date | None, str, Any]:
    """A birth date as lists write it: (date, "day"|"year"|"", what is wrong or None).

    « 00/00/1953 » and « 1961 » are years; the month alone (« 00/05/1953 ») is taken as a year.
    """
    if not text:
        return None, "", None
    wrong = lazy(
        "Date de naissance : « %(value)s » n'est pas une date (exemple : 14/06/1988).", value=text
    )
    found = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", text)
    iso = re.fullmatch(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ].*)?", text)
    if found:
        day, month, year = (int(part) for part in found.groups())
    elif iso:
        year, month, day = (int(part) for part in iso.groups())
    elif re.fullmatch(r"\d{4}", text):
        year, month, day = int(text), 0, 0
    elif re.fullmatch(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}", text):
        return (
            None,
            "",
            lazy(
                "Date de naissance : « %(value)s » a une année à deux chiffres. Donnez-en quatre.",
                value=text,
            ),
        )
    else:
        return None, "", wrong
    if not OLDEST <= year <= today.year:
        return None, "", lazy("Date de naissance : l'année %(year)s n'est pas possible.", year=year)
    if day == 0 or month == 0:
        return (date(year, 1, 1), "year", None) if month <= 12 and day <= 31 else (None, "", wrong)
    try:
        born = date(year, month, day)
    except ValueError:
        return None, "", lazy("Date de naissance : le jour « %(value)s » n'existe pas.", value=text)
    if born > today:
        return None, "", lazy("Date de naissance : « %(value)s » est dans le futur.", value=text)
    return born, "day", None


def cut_address(text: str) -> tuple[str, str]:
    """« 12 bis, rue du Lac » → ("12 bis", "rue du Lac"); no number gives ("", the text)."""
    found = re.match(
        r"^\s*(\d{1,5}\s*(?:bis|ter|quater|[a-zA-Z](?![a-zA-ZÀ-ÿ'’]))?)\s*[,;]?\s+(.+)$",
        text,
        re.IGNORECASE,
    )
    return (found[1].strip(), found[2].strip()) if found else ("", text)
