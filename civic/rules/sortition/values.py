"""What the draw is made of: criteria, people, and the ways in which it says no.

Everything here is a plain value. Texts are compared after :func:`clean`, so that a no-break space,
a decomposed accent or a doubled blank never makes two values out of one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ALGORITHMS = ("leximin", "maximin", "stratified")
CHANCES = ("seed", "number", "either")

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def clean(text: str) -> str:
    """The same text composed (NFC), without invisible marks, blanks of any kind made single."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


class BadInput(ValueError):
    """What was given can't be used. ``errors`` has one (line, French sentence) each, in order;
    the line is that of the file, the header being 1, or None when no line is to blame."""

    def __init__(self, errors: str | Sequence[tuple[int | None, str]]) -> None:
        self.errors: tuple[tuple[int | None, str], ...] = (
            ((None, errors),) if isinstance(errors, str) else tuple(errors)
        )
        super().__init__(
            " ; ".join(
                text if line is None else f"ligne {line} : {text}" for line, text in self.errors
            )
        )


@dataclass(frozen=True)
class Criterion:
    """One value of one feature and how many seats may hold it, both bounds included.

    ``flex_minimum`` and ``flex_maximum`` say how far a relaxation may go when the bounds can't be
    met together (never used otherwise); None means as far as need be.
    """

    feature: str
    value: str
    minimum: int
    maximum: int
    flex_minimum: int | None = None
    flex_maximum: int | None = None

    @property
    def name(self) -> str:
        """How a sentence calls it."""
        return f"« {self.feature} : {self.value} »"


@dataclass(frozen=True)
class Candidate:
    """A person of the pool: the caller's own identifier, one value a feature (a feature that is
    absent or blank counts in no bound and excludes nobody) and the household's key, None being a
    household of one."""

    id: str
    features: Mapping[str, str]
    household: str | None = None


@dataclass(frozen=True)
class Pool:
    """People read from a file, with what was guessed about it and what deserves a look."""

    candidates: tuple[Candidate, ...]
    encoding: str = "utf-8"
    separator: str = ","
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clash:
    """Bounds that can't hold together: ``criteria`` (take any one away and the others can)."""

    criteria: tuple[Criterion, ...]
    sentence: str


class Infeasible(ValueError):
    """No panel meets all bounds.

    ``clashes`` say which bounds exclude each other; ``relaxation`` is the whole list of criteria
    with the fewest seats changed for a panel to exist (None when even the flexible bounds leave
    none); ``changes`` has one French sentence for each bound that it moves.
    """

    def __init__(
        self,
        clashes: Sequence[Clash],
        relaxation: Sequence[Criterion] | None,
        changes: Sequence[str],
    ) -> None:
        self.clashes = tuple(clashes)
        self.relaxation = None if relaxation is None else tuple(relaxation)
        self.changes = tuple(changes)
        parts = [clash.sentence for clash in self.clashes]
        if self.relaxation is None:
            parts.append("aucun assouplissement permis ne suffit")
        elif self.changes:
            parts.append("le plus petit changement qui suffirait : " + ", ".join(self.changes))
        super().__init__(" ; ".join(parts))


@dataclass(frozen=True)
class Lottery:
    """Equally likely numbered panels, in the pool's own identifiers.

    ``panels`` has ``numbers`` rows in all: each entry is (first number, last number, ids), and
    ``chances`` gives each id the count of numbers whose panel it is in.
    """

    numbers: int
    panels: tuple[tuple[int, int, tuple[str, ...]], ...]
    chances: Mapping[str, int]


@dataclass(frozen=True)
class Prepared:
    """What a preparation gives.

    ``public`` is the lottery to publish (the content of lottery.json), ``private`` says who has
    which number and holds the salts; both can be written as JSON. ``lottery`` and ``optimal``
    (chances before rounding to panels) say the same by the pool's identifiers.
    """

    public: dict[str, object]
    private: dict[str, object]
    lottery: Lottery
    optimal: Mapping[str, float] = field(repr=False)
