"""Which projects votes name, hundreds of votes at once."""

from __future__ import annotations

from collections.abc import Sequence

from civic.rules.tally.pabulib.codes import CODES, END
from civic.rules.tally.pabulib.letters import Letters


class Names:
    """The projects of a file by their names, at most as many as there are CODES."""

    def __init__(self, names: Sequence[str]) -> None:
        self.letters = Letters.of(names)
        self.code_of = dict(zip(names, CODES, strict=False)) | {"": END[0]}

    def find(self, votes: Sequence[str]) -> bytes | None:
        """The code of every project chosen, END after each vote. No vote may be blank.

        None if anything in them is not the name of a project.
        """
        codes = self.letters.find(votes) if self.letters is not None else self._each(votes)
        return codes if codes is not None and codes.count(END) == len(votes) else None

    def _each(self, votes: Sequence[str]) -> bytes | None:
        try:
            return bytes(map(self.code_of.__getitem__, ",,".join([*votes, ""])[:-1].split(",")))
        except KeyError:
            return None
