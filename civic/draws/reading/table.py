"""Bytes → lines of cells. CSV whose encoding and separator are found out, or XLSX.

What was found is kept beside the lines, because the agent must see it before confirming: a list
read in the wrong encoding looks right until somebody called « François » is looked for.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from civic.house.i18n import lazy
from civic.house.text import one_line

MOST_LINES = 200_000
MOST_COLUMNS = 200
MOST_UNPACKED = 150_000_000
"""Bytes that an XLSX may take once unpacked: a file made to fill the memory is refused."""
LONGEST_CELL = 1_000
SEPARATORS = (";", ",", "\t", "|")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line. `line` counts from 1, the header's line included."""

    line: int
    text: Any


class BadList(Exception):
    """The file can't be read as a list at all; `problems` says why, line 0 for the whole file."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{one.line}: {one.text}" for one in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and lines of cells, each with its number in the file (from 1).

    `encoding` is "UTF-8", "UTF-8 (BOM)", "UTF-16", "Windows-1252" or "XLSX"; `separator` is ""
    for a spreadsheet. Cells are NFC, without no-break spaces, trimmed. `notices` are sentences
    the agent should read before confirming.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]
    notices: tuple[Any, ...] = ()


def read_table(data: bytes) -> Table:
    """The table in `data`. Raises `BadList` when it is empty, a picture, a bomb, or has no "
    "header."""
    if not data.strip():
        raise BadList(Problem(0, lazy("Le fichier est vide.")))
    if data[:4] == b"PK\x03\x04":
        return _spreadsheet(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise BadList(
            Problem(
                0,
                lazy(
                    "C'est un ancien fichier Excel (.xls). Ouvrez-le et enregistrez-le en .xlsx "
                    "ou en CSV."
                ),
            )
        )
    text, encoding = _decode(data)
    return _csv(text, encoding)


def _decode(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise BadList(_unreadable()) from None
    if b"\0" in data:
        raise BadList(_unreadable())
    if data[:3] == b"\xef\xbb\xbf":
        try:
            return data.decode("utf-8-sig"), "UTF-8 (BOM)"
        except UnicodeDecodeError:
            raise BadList(_unreadable()) from None
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise BadList(_unreadable()) from None


def _unreadable() -> Problem:
    return Problem(
        0,
        lazy(
            "Ce n'est pas un fichier de texte que nous savons lire. Enregistrez la liste en CSV "
            "(UTF-8) ou en .xlsx, puis envoyez-la de nouveau."
        ),
    )


def _separator(first: str) -> str:
    """The separator that cuts the header into the most pieces, quotes respected."""
    found = [(len(next(csv.reader([first], delimiter=one), [])), one) for one in SEPARATORS]
    return max(found, key=lambda pair: pair[0])[1]


def _csv(text: str, encoding: str) -> Table:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped = len(text) - len(text.lstrip("\n"))
    first = text.lstrip("\n").split("\n", 1)[0]
    if first.lower().startswith("sep=") and len(first) == 5:  # Excel's own hint
        separator, skip_hint = first[4], True
    else:
        separator, skip_hint = _separator(first), False
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    raw: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if skip_hint and line == skipped + 1:
                continue
            raw.append((line, cells))
            if len(raw) > MOST_LINES + 1:
                raise BadList(_too_long())
    except csv.Error:
        raise BadList(
            Problem(
                before + 1,
                lazy("Cette ligne est illisible : un guillemet n'est sans doute pas refermé."),
            )
        ) from None
    return _table(raw, encoding, separator, _notices(text))


def _notices(text: str) -> tuple[Any, ...]:
    """Text that was saved twice in two encodings shows « Ã© » where « é » was."""
    if sum(text.count(pair) for pair in ("Ã©", "Ã¨", "Ã§", "Ãª")) >= 2:
        return (
            lazy(
                "Des accents semblent abîmés dans le fichier lui-même (« Ã© » au lieu de « é »). "
                "Demandez un nouvel export avant de confirmer."
            ),
        )
    if "�" in text:
        return (
            lazy(
                "Des lettres ont été perdues dans le fichier lui-même (« � »). Demandez un nouvel "
                "export avant de confirmer."
            ),
        )
    return ()


def _too_long() -> Problem:
    return Problem(
        0,
        lazy(
            "Le fichier a plus de %(most)s lignes. Coupez-le en plusieurs listes.", most=MOST_LINES
        ),
    )


def _spreadsheet(data: bytes) -> Table:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise BadList(_too_long())
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except BadList:
        raise
    except Exception:  # the library raises whatever a broken file makes it stumble on
        raise BadList(_unreadable()) from None
    raw: list[tuple[int, list[str]]] = []
    try:
        sheet = book.worksheets[0]
        for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_cell(value) for value in row[: MOST_COLUMNS + 1]]
            while cells and not cells[-1]:
                cells.pop()
            raw.append((line, cells))
            if len(raw) > MOST_LINES + 1:
                raise BadList(_too_long())
        more = len(book.worksheets) > 1
    except BadList:
        raise
    except Exception:
        raise BadList(_unreadable()) from None
    finally:
        book.close()
    notices = (lazy("Le classeur a plusieurs feuilles : seule la première est lue."),)
    return _table(raw, "XLSX", "", notices if more else ())


def _cell(value: Any) -> str:
    """A cell of a spreadsheet as the text that the agent sees in it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(
    raw: list[tuple[int, list[str]]], encoding: str, separator: str, notices: tuple[Any, ...]
) -> Table:
    tidied: dict[str, str] = {}  # towns, street names and kinds come back thousands of times

    def tidy(cell: str) -> str:
        if cell not in tidied:
            tidied[cell] = one_line(cell[:LONGEST_CELL])
        return tidied[cell]

    lines = [(number, tuple(tidy(cell) for cell in cells)) for number, cells in raw]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise BadList(Problem(0, lazy("Le fichier est vide.")))
    number, header = lines[0]
    if len(header) > MOST_COLUMNS:
        raise BadList(Problem(number, lazy("Il y a trop de colonnes (200 au plus).")))
    if len([cell for cell in header if cell]) < 2:
        raise BadList(
            Problem(
                number,
                lazy(
                    "La première ligne doit donner les noms des colonnes, séparés par des "
                    "points-virgules ou des virgules. Nous n'en avons trouvé qu'un."
                ),
            )
        )
    if len(lines) == 1:
        raise BadList(Problem(number, lazy("Il n'y a aucune personne sous les noms de colonnes.")))
    return Table(encoding, separator, header, tuple(lines[1:]), notices)
