"""Cut a `.pb` text into its three sections, with the line number of every row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from civic.rules.tally.pabulib.errors import BadFile

SECTIONS = ("META", "PROJECTS", "VOTES")
NULL = "\x00"  # refused wherever it is in a file
_LONGEST = 1 << 24
_CHUNK = 1 << 16  # characters read at once
_ROWS = 4_096
csv.field_size_limit(_LONGEST)


@dataclass
class Section:
    """One section: its header's cells, and its rows with the line each begins on."""

    line: int
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass
class Cut:
    """META and PROJECTS read whole; VOTES left as text, from its header's line on."""

    meta: Section
    projects: Section
    votes_header: list[str]
    votes_text: str
    votes_line: int  # the line of the first vote row

    def vote_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each vote row with its line; empty lines are left out."""
        return rows_of(self.votes_text, self.votes_line)

    def vote_columns(self, width: int) -> Iterator[Sequence[Sequence[str]] | None]:
        """The votes some thousands at a time, by columns; None for rows of another width."""
        text = self.votes_text
        if '"' in text:
            yield from _quoted_columns(text, width)
            return
        at = 0
        while at < len(text):
            end = text.find("\n", at + _CHUNK) + 1 or len(text)
            chunk = text[at:end]
            at = end
            columns = _plain_columns(chunk, width)
            if columns is None:
                yield from _quoted_columns(chunk, width)
            else:
                yield columns


def decode(content: bytes) -> str:
    """UTF-8 text, a byte order mark left out. Refuses other encodings, naming the line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile([(line, "ce texte n'est pas en UTF-8.")]) from None
    if NULL in text:
        line = text.count("\n", 0, text.index(NULL)) + 1
        raise BadFile([(line, "un caractère nul n'a pas sa place dans ce fichier.")])
    return text


def rows_of(text: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of `text`, cells unquoted, with the line each begins on; empty lines left out.

    Raises BadFile for a quote that is never closed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    begun = first_line
    try:
        for row in reader:
            if any(row):
                yield begun, row
            begun = first_line + reader.line_num
    except csv.Error:
        raise BadFile([(begun, "le guillemet ouvert ici n'est jamais refermé.")]) from None


def _quoted_columns(text: str, width: int) -> Iterator[Sequence[Sequence[str]] | None]:
    rows = filter(any, csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    while chunk := list(islice(rows, _ROWS)):
        yield list(zip(*chunk, strict=True)) if {*map(len, chunk)} == {width} else None


def _plain_columns(chunk: str, width: int) -> Sequence[Sequence[str]] | None:
    """The columns of rows that all have `width` cells and a first one; None for any others."""
    if "\r" in chunk:
        chunk = chunk.replace("\r\n", "\n")
    if "\r" in chunk or len(chunk) > _LONGEST:
        return None
    chunk = chunk.removesuffix("\n")
    between = chunk.count("\n")
    cells = chunk.replace("\n", ";\n;").split(";")
    if len(cells) != (between + 1) * (width + 1) - 1:
        return None
    if cells[width :: width + 1].count("\n") != between:
        return None
    columns = [cells[column :: width + 1] for column in range(width)]
    return None if "" in columns[0] else columns


def cut(text: str) -> Cut:
    """The three sections, in their order. Refuses a text where one is missing or misplaced."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    spans = _spans(text)
    sections = []
    for name, (start, end) in zip(SECTIONS[:2], spans, strict=False):
        line = text.count("\n", 0, start) + 1
        rows = list(_closed_rows(text[start:end], line))
        if not rows:
            raise BadFile([(line - 1, f"la section {name} est vide.")])
        header = [cell.strip() for cell in rows[0][1]]
        sections.append(Section(line=rows[0][0], header=header, rows=rows[1:]))
    start = spans[2][0]
    line = text.count("\n", 0, start) + 1
    header_end = text.find("\n", start) + 1 or len(text)
    try:
        header = next(csv.reader([text[start:header_end].rstrip("\r\n")], delimiter=";"), [])
    except csv.Error:
        raise BadFile(
            [(line, "un retour à la ligne coupe les titres de la section VOTES.")]
        ) from None
    if not any(header):
        raise BadFile([(line - 1, "la section VOTES n'a pas de ligne de titres.")])
    votes_text = text[header_end:]
    _closed_rows(votes_text, line + 1)
    return Cut(
        meta=sections[0],
        projects=sections[1],
        votes_header=[cell.strip() for cell in header],
        votes_text=votes_text,
        votes_line=line + 1,
    )


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the content of each section begins and ends."""
    first = re.compile(r"\s*META[; \t]*\r?(?:\n|\Z)").match(text)
    if first is None:
        raise BadFile([(1, "un fichier .pb commence par une ligne META.")])
    titles = [first]
    for name in SECTIONS[1:]:
        pattern = re.compile(rf"^{name}[; \t]*\r?(?:\n|\Z)", re.MULTILINE)
        title = pattern.search(text, titles[-1].end())
        if title is None:
            raise BadFile([(0, f"la section {name} manque.")])
        titles.append(title)
    ends = [title.start() for title in titles[1:]] + [len(text)]
    return [(title.end(), end) for title, end in zip(titles, ends, strict=True)]


def _closed_rows(body: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of `body`, once it is known that no quote stays open in it."""
    if '"' in body:
        strict = csv.reader(io.StringIO(body, newline=""), delimiter=";", strict=True)
        begun = line
        try:
            for _ in strict:
                begun = line + strict.line_num
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                sentence = "un guillemet ouvert ici n'est jamais refermé."
                raise BadFile([(begun, sentence)]) from None
    return rows_of(body, line)
