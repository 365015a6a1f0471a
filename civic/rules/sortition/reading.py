"""Lists and criteria from CSV text, in the ecosystem's own format.

Criteria: ``feature,value,min,max[,min_flex,max_flex]``. People: one a line, an identifier column
and one column a feature; other columns are allowed and ignored. Whatever a spreadsheet does to such
a file (byte-order mark, semicolons, cp1252, decomposed accents, no-break spaces) is undone; what
can't be is refused, all of it at once, with its line.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from civic.rules.sortition.households import household, plain
from civic.rules.sortition.values import BadInput, Candidate, Criterion, Pool, clean

Errors = list[tuple[int | None, str]]
_IDENTIFIERS = ("id", "identifiant", "numero", "reference", "ref", "nationbuilder_id")
_UNSAID = {"", "non precise", "non precisee", "non renseigne", "non renseignee", "nr", "nc", "nsp"}
_MARKS = str.maketrans("’ʼ‐‑‒–—−", "''------")
_HEADS = {
    "feature": ("feature", "category", "critere", "categorie"),
    "value": ("value", "name", "valeur", "modalite"),
    "min": ("min", "minimum"),
    "max": ("max", "maximum"),
    "min_flex": ("min_flex",),
    "max_flex": ("max_flex",),
}


def read_criteria(data: bytes | str) -> tuple[Criterion, ...]:
    """The criteria of a file, in its order. Raises BadInput with every wrong line."""
    text, _encoding = decode(data)
    head, rows, errors = _table(text, _separator(text))
    places: dict[str, int] = {}
    names = [plain(name) for name in head]
    for name, others in _HEADS.items():
        found = [place for place, one in enumerate(names) if one in others]
        if found:
            places[name] = found[0]
        elif not name.endswith("flex"):
            errors.append((1, f"il manque la colonne « {name} »"))
    if len(places) < 4 or {"feature", "value", "min", "max"} - set(places):
        raise BadInput(errors)
    criteria: list[Criterion] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        cells = {name: row[place] for name, place in places.items()}
        criterion = _criterion(line, cells, errors)
        if criterion is None:
            continue
        key = (same(criterion.feature), same(criterion.value))
        if key in seen:
            errors.append((line, f"{criterion.name} est déjà à la ligne {seen[key]}"))
        seen.setdefault(key, line)
        criteria.append(criterion)
    if not criteria and not errors:
        errors.append((None, "aucun critère dans le fichier"))
    if errors:
        raise BadInput(sorted(errors, key=_by_line))
    return tuple(criteria)


def read_pool(
    data: bytes | str,
    criteria: Iterable[Criterion],
    *,
    id_column: str | None = None,
    household_columns: Sequence[str] = (),
) -> Pool:
    """The people of a file, in its order, with the features that ``criteria`` name.

    The identifier's column is ``id_column``, else one called id, identifiant, numéro or référence.
    ``household_columns`` make one household of people whose values are alike (``households``).
    A blank value, or « non précisé », counts in no bound and excludes nobody.

    Raises BadInput with every wrong line: blank or repeated identifier, a value that no criterion
    has, a line with more or fewer cells than the header.
    """
    text, encoding = decode(data)
    separator = _separator(text)
    head, rows, errors = _table(text, separator)
    known = _values(criteria)
    columns = {plain(name): name for name in head}
    identifier = _identifier(columns, id_column, errors)
    featured = {name: columns[plain(name)] for name in known if plain(name) in columns}
    together = [columns[plain(name)] for name in household_columns if plain(name) in columns]
    errors += [
        (1, f"il manque la colonne « {name} »")
        for name in (*known, *household_columns)
        if plain(name) not in columns
    ]
    if identifier is None or len(featured) < len(known) or len(together) < len(household_columns):
        raise BadInput(sorted(errors, key=_by_line))

    reader = _People(identifier, featured, together, known)
    people = tuple(
        reader.person(line, dict(zip(head, cells, strict=True)), errors) for line, cells in rows
    )
    if not people and not errors:
        errors.append((None, "personne dans le fichier"))
    if errors:
        raise BadInput(sorted(errors, key=_by_line))
    return Pool(people, encoding, separator, reader.notes())


@dataclass
class _People:
    """Lines to people: the columns, and what was noticed on the way."""

    identifier: str
    featured: Mapping[str, str]
    together: Sequence[str]
    known: Mapping[str, Mapping[str, str]]
    seen: dict[str, int] = field(default_factory=dict)
    unsaid: dict[str, int] = field(default_factory=dict)
    homeless: int = 0

    def person(self, line: int, row: Mapping[str, str], errors: Errors) -> Candidate:
        who = row[self.identifier]
        if not who:
            errors.append((line, f"pas d'identifiant dans la colonne « {self.identifier} »"))
        elif who in self.seen:
            errors.append((line, f"l'identifiant « {who} » est déjà à la ligne {self.seen[who]}"))
        self.seen.setdefault(who, line)
        features: dict[str, str] = {}
        for feature, column in self.featured.items():
            value = self.known[feature].get(same(row[column]))
            if value is not None:
                features[feature] = value
            elif plain(row[column]) in _UNSAID:
                self.unsaid[feature] = self.unsaid.get(feature, 0) + 1
            else:
                errors.append(
                    (line, f"colonne « {column} » : « {row[column]} » n'est dans aucun critère")
                )
        home = household(row, self.together) if self.together else None
        self.homeless += bool(self.together) and home is None
        return Candidate(who, features, home)

    def notes(self) -> tuple[str, ...]:
        said = [
            f"« {name} » n'est pas précisé pour {count} personnes : elles ne comptent dans aucune "
            "de ses bornes"
            for name, count in sorted(self.unsaid.items())
        ]
        if self.homeless:
            said.append(
                f"{self.homeless} personnes dont le foyer n'est pas connu (adresse vide, ou sans "
                "logement ni nom de famille) comptent chacune pour un foyer"
            )
        return tuple(said)


def same(text: str) -> str:
    """What two spellings of one value share: capitals, compatibility forms and the shape of
    apostrophes and dashes don't count; accents and signs do."""
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return folded.translate(_MARKS)


def decode(data: bytes | str) -> tuple[str, str]:
    """The text and the encoding it was in (utf-8, utf-16 or cp1252), byte-order mark removed."""
    if isinstance(data, str):
        return data.removeprefix("\ufeff"), "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise BadInput("encodage inconnu : enregistrer le fichier en UTF-8")


def _separator(text: str) -> str:
    """What parts the header's cells: the most frequent of comma, semicolon and tabulation."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=head.count)


def _table(text: str, separator: str) -> tuple[list[str], list[tuple[int, list[str]]], Errors]:
    """The header, the lines that are not blank with their number, and what is wrong with them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    head: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    errors: Errors = []
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            row = [clean(cell) for cell in cells]
            if not any(row):
                continue
            if not head:
                head = row
                errors += [
                    (line, f"la colonne « {name} » est deux fois dans l'en-tête")
                    for place, name in enumerate(head)
                    if name and plain(name) in map(plain, head[:place])
                ]
            elif len(row) != len(head):
                errors.append((line, f"{len(row)} cases au lieu de {len(head)}"))
            else:
                rows.append((line, row))
    except csv.Error as error:
        errors.append((start, f"guillemets mal fermés ou ligne illisible ({error})"))
    if not head:
        raise BadInput("le fichier est vide")
    return head, rows, errors


def _criterion(line: int, cells: Mapping[str, str], errors: Errors) -> Criterion | None:
    before = len(errors)
    for name in ("feature", "value"):
        if not cells[name]:
            errors.append((line, f"la colonne « {name} » est vide"))
    numbers: dict[str, int | None] = {}
    for name in ("min", "max", "min_flex", "max_flex"):
        cell = cells.get(name, "")
        if not cell and name.endswith("flex"):
            numbers[name] = None
        elif cell.isascii() and cell.isdecimal():
            numbers[name] = int(cell)
        elif cell.startswith("-") and cell[1:].isdecimal():
            errors.append((line, f"colonne « {name} » : {cell} est négatif"))
        else:
            errors.append((line, f"colonne « {name} » : « {cell} » n'est pas un nombre entier"))
    if len(errors) > before:
        return None
    least, most = numbers["min"], numbers["max"]
    assert least is not None
    assert most is not None
    if least > most:
        errors.append((line, f"le minimum {least} dépasse le maximum {most}"))
    low, high = numbers["min_flex"], numbers["max_flex"]
    if low is not None and low > least:
        errors.append((line, f"min_flex {low} dépasse le minimum {least}"))
    if high is not None and high < most:
        errors.append((line, f"max_flex {high} est sous le maximum {most}"))
    return Criterion(cells["feature"], cells["value"], least, most, low, high)


def _values(criteria: Iterable[Criterion]) -> dict[str, dict[str, str]]:
    """For each feature, how a value is spelt by the criteria from any spelling of it."""
    known: dict[str, dict[str, str]] = {}
    for one in criteria:
        known.setdefault(clean(one.feature), {})[same(one.value)] = clean(one.value)
    return known


def _identifier(columns: Mapping[str, str], asked: str | None, errors: Errors) -> str | None:
    for name in (asked,) if asked else _IDENTIFIERS:
        if plain(name) in columns:
            return columns[plain(name)]
    errors.append((1, f"il manque la colonne de l'identifiant (« {asked or 'id'} »)"))
    return None


def _by_line(error: tuple[int | None, str]) -> int:
    return error[0] or 0
