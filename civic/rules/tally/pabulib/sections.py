"""Cut a `.pb` text into its three sections, with the line number of every row."""

from __future__ import annotations

import _csv as csv  # all that is needed of it: `csv` itself loads `re`
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice

from civic.rules.records import field, record
from civic.rules.tally.pabulib.errors import BadFile

SECTIONS = ("META", "PROJECTS", "VOTES")
NULL = "\x00"  # refused wherever it is in a file
_MARK = b"\xef\xbb\xbf"  # of the order of bytes
_LONGEST = 1 << 24
_CHUNK = 1 << 14  # bytes looked at together
_ROWS = 1_024  # votes read together
_MOST = 1 << 18  # and how many bytes, more or less
_WITHIN_CELLS = bytes(byte for byte in range(256) if byte not in b";\r\n")


@record
class Section:
    """One section: its header's cells, and its rows with the line each begins on."""

    line: int
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


@record
class Cut:
    """META and PROJECTS read whole; VOTES left as they are, from its header's next line on."""

    meta: Section
    projects: Section
    votes_header: list[str]
    content: bytes
    votes_start: int  # where the votes are in `content`
    votes_line: int  # the line of the first vote row

    def vote_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each vote row with its line; empty lines are left out."""
        return rows_of(self.content[self.votes_start :].decode(), self.votes_line)

    def vote_columns(self, width: int) -> Iterator[Sequence[Sequence[str]] | None]:
        """The votes some hundreds at a time, by columns; None for rows of another width."""
        content, at = self.content, self.votes_start
        if content.find(b'"', at) >= 0:
            yield from _quoted_columns(content[at:].decode(), width)
            return
        first = content[at : at + _CHUNK]
        size = min(len(first) * _ROWS // (first.count(b"\n") + 1), _MOST)
        while at < len(content):
            end = content.find(b"\n", at + size) + 1 or len(content)
            rows = content[at:end]
            at = end
            columns = _plain_columns(rows, width)
            if columns is None:
                yield from _quoted_columns(rows.decode(), width)
            else:
                yield columns


def checked(content: bytes) -> bytes:
    """The same bytes without a byte order mark. Refuses, naming the line, what is not UTF-8."""
    content = content.removeprefix(_MARK)
    at = 0
    while at < len(content):
        end = content.find(b"\n", at + _CHUNK) + 1 or len(content)
        try:
            content[at:end].decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, at + error.start) + 1
            raise BadFile([(line, "ce texte n'est pas en UTF-8.")]) from None
        at = end
    null = content.find(b"\x00")
    if null >= 0:
        line = content.count(b"\n", 0, null) + 1
        raise BadFile([(line, "un caractère nul n'a pas sa place dans ce fichier.")])
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def rows_of(text: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of `text`, cells unquoted, with the line each begins on; empty lines left out.

    Raises BadFile for a quote that is never closed.
    """
    if '"' in text:
        yield from _quoted_rows(text, first_line)
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, written in enumerate(lines, start=first_line):
        row = written.split(";")
        if any(row):
            yield line, row


def _quoted_rows(text: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST)
    reader = csv.reader(StringIO(text, newline=""), delimiter=";")
    begun = first_line
    try:
        for row in reader:
            if any(row):
                yield begun, row
            begun = first_line + reader.line_num
    except csv.Error:
        raise BadFile([(begun, "le guillemet ouvert ici n'est jamais refermé.")]) from None


def _quoted_columns(text: str, width: int) -> Iterator[Sequence[Sequence[str]] | None]:
    rows = (row for _, row in rows_of(text, 0))
    while chunk := list(islice(rows, _ROWS)):
        yield list(zip(*chunk, strict=True)) if {*map(len, chunk)} == {width} else None


def _plain_columns(rows: bytes, width: int) -> Sequence[Sequence[str]] | None:
    """The columns of rows that all have `width` cells and a first one; None for any others."""
    end = b"\r\n" if b"\r" in rows else b"\n"
    row = b";" * (width - 1) + end
    frame = rows.removesuffix(end).translate(None, _WITHIN_CELLS) + end
    lines = rows.splitlines()
    if frame != row * len(lines) or len(rows) > _LONGEST:
        return None
    cells = b";".join(lines).decode().split(";")
    columns = [cells[column::width] for column in range(width)]
    return columns if all(columns[0]) else None


def cut(content: bytes) -> Cut:
    """The three sections, in their order. Refuses bytes where one is missing or misplaced."""
    content = checked(content)
    spans = _spans(content)
    sections = []
    for name, (start, end) in zip(SECTIONS[:2], spans, strict=False):
        line = content.count(b"\n", 0, start) + 1
        rows = list(_closed_rows(content[start:end].decode(), line))
        if not rows:
            raise BadFile([(line - 1, f"la section {name} est vide.")])
        header = [cell.strip() for cell in rows[0][1]]
        sections.append(Section(line=rows[0][0], header=header, rows=rows[1:]))
    start = spans[2][0]
    line = content.count(b"\n", 0, start) + 1
    votes_start = content.find(b"\n", start) + 1 or len(content)
    header = _header(content[start:votes_start].decode().rstrip("\r\n"), line)
    if not any(header):
        raise BadFile([(line - 1, "la section VOTES n'a pas de ligne de titres.")])
    if content.find(b'"', votes_start) >= 0:
        _closed_rows(content[votes_start:].decode(), line + 1)
    return Cut(
        meta=sections[0],
        projects=sections[1],
        votes_header=[cell.strip() for cell in header],
        content=content,
        votes_start=votes_start,
        votes_line=line + 1,
    )


def _header(text: str, line: int) -> list[str]:
    rows = []
    if "\r" not in text or '"' in text:
        try:
            rows = [row for _, row in rows_of(text, line)]
        except BadFile:
            rows = [[], []]
        if len(rows) < 2:
            return rows[0] if rows else []
    sentence = "un retour à la ligne coupe les titres de la section VOTES."
    raise BadFile([(line, sentence)])


def _spans(content: bytes) -> list[tuple[int, int]]:
    """Where the content of each section begins and ends."""
    first = _title(content, b"META", len(content) - len(content.lstrip()))
    if first is None or content[: first[0]].strip():
        raise BadFile([(1, "un fichier .pb commence par une ligne META.")])
    titles = [first]
    for name in SECTIONS[1:]:
        title = _title(content, name.encode(), titles[-1][1])
        if title is None:
            raise BadFile([(0, f"la section {name} manque.")])
        titles.append(title)
    ends = [start for start, _ in titles[1:]] + [len(content)]
    return [(start, end) for (_, start), end in zip(titles, ends, strict=True)]


def _title(content: bytes, name: bytes, line: int) -> tuple[int, int] | None:
    """Where the first line that is this title begins and ends, from the one that begins at `line`
    on; spreadsheets leave semicolons after it."""
    while True:
        if content.startswith(name, line):
            end = content.find(b"\n", line) + 1 or len(content)
            rest = content[line + len(name) : end].removesuffix(b"\n").removesuffix(b"\r")
            if not rest.strip(b"; \t"):
                return line, end
        line = content.find(b"\n" + name, line) + 1
        if not line:
            return None


def _closed_rows(body: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of `body`, once it is known that no quote stays open in it."""
    if '"' in body:
        csv.field_size_limit(_LONGEST)
        strict = csv.reader(StringIO(body, newline=""), delimiter=";", strict=True)
        begun = line
        try:
            for _ in strict:
                begun = line + strict.line_num
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                sentence = "un guillemet ouvert ici n'est jamais refermé."
                raise BadFile([(begun, sentence)]) from None
    return rows_of(body, line)
