"""Finds the projects that votes name one letter of every name at a time, hundreds of votes at once.

Names are set in cells as wide as the longest, filled up with spaces, so that one slice of the text
holds the same letter of all of them. A few letters tell all projects apart: each step looks up what
is known of a name together with its next letter. The letters that were not needed are compared with
those of the project found, so that nothing but its whole name is ever taken for a project.
"""

from __future__ import annotations

from codecs import charmap_build, charmap_encode, utf_16_le_decode
from collections.abc import Callable, Iterable, Sequence

from civic.rules.records import record
from civic.rules.tally.pabulib.codes import CODES, END, PAD

_LONGEST = 40  # letters of a name
_COMMA_TO_TAB = bytes.maketrans(b",", b"\t")
_NOTHING = "\ufffe"  # in `codecs`: a byte that stands for no letter
_Table = Callable[[bytearray], bytes]  # pairs of bytes, and a byte for each pair


@record
class Letters:
    """The letters of the projects' names; an empty name is the end of a vote."""

    width: int
    even: bool  # whether all are of that length
    first: int  # the column of letters known first
    steps: list[tuple[int, _Table]]  # a column; what it adds to what is known
    others: list[tuple[int, bytes]]  # a column; every code to its letter there

    @classmethod
    def of(cls, names: Sequence[str]) -> Letters | None:
        """None if they are too long, or not plain enough, to be found this way."""
        width = max(map(len, names))
        plain = all(name.isascii() and name.isprintable() and " " not in name for name in names)
        if not plain or width > _LONGEST:
            return None
        cells = [name.encode().ljust(width, PAD) for name in (*names, "")]
        codes = CODES[: len(names)] + END
        columns = sorted(range(width), key=lambda column: -len({cell[column] for cell in cells}))
        first = columns.pop(0)
        known = bytes(cell[first] for cell in cells)
        steps = []
        while known != codes:
            column = columns.pop(0) if columns else first
            pairs = [*zip(known, (cell[column] for cell in cells), strict=True)]
            kinds = {pair: kind for kind, pair in enumerate(dict.fromkeys(pairs), start=1)}
            known = bytes(map(kinds.__getitem__, pairs)) if len(kinds) < len(cells) else codes
            steps.append((column, _table(pairs, known)))
        others = [
            (column, bytes.maketrans(codes, bytes(cell[column] for cell in cells)))
            for column in columns
        ]
        return cls(width, min(map(len, names)) == width, first, steps, others)

    def find(self, votes: Sequence[str]) -> bytes | None:
        """What each of the votes names, and each empty name; None if anything is no name at all."""
        end = PAD.decode() * self.width if self.even else ""
        text = f",{end},".join([*votes, ""])
        if not text.isascii() or "\t" in text or (not self.even and " " in text):
            return None
        cells, between = text.encode(), b","
        if not self.even:
            cells, between = cells.translate(_COMMA_TO_TAB).expandtabs(self.width + 1), PAD
        number, rest = divmod(len(cells), self.width + 1)
        columns = [cells[at :: self.width + 1] for at in range(self.width + 1)]
        if rest or columns[-1] != between * number:
            return None
        known = columns[self.first]
        pairs = bytearray(2 * number)
        try:
            for column, table in self.steps:
                pairs[::2], pairs[1::2] = known, columns[column]
                known = table(pairs)
        except UnicodeEncodeError:
            return None
        if any(known.translate(letters) != columns[column] for column, letters in self.others):
            return None
        return known


def _table(pairs: Iterable[tuple[int, int]], answers: Iterable[int]) -> _Table:
    """What turns each of these pairs into its answer. Raises UnicodeEncodeError for any other.

    A pair of bytes, the second of them ASCII, is read as one letter; an answer is that letter
    written in a character set of one byte, made up for the purpose.
    """
    letters = ["\0", *_NOTHING * 255]
    for (known, letter), answer in zip(pairs, answers, strict=True):
        letters[answer] = chr(letter << 8 | known)
    charset = charmap_build("".join(letters))

    def look_up(asked: bytearray) -> bytes:
        return charmap_encode(utf_16_le_decode(asked)[0], "strict", charset)[0]

    return look_up
