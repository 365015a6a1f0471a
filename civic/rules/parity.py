"""Parity of a collège, and who replaces whom so that it is kept.

Sex is as declared: "F", "M", or "" when it was not said; who did not say counts in neither and
is never passed over for it. Parity holds when women and men differ by one at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """How many women, men, and people who did not say."""

    women: int
    men: int
    unsaid: int = 0

    @property
    def gap(self) -> int:
        """The difference between women and men, 0 or more."""
        return abs(self.women - self.men)

    @property
    def holds(self) -> bool:
        """Whether parity holds: a difference of one at most."""
        return self.gap <= 1

    @property
    def people(self) -> int:
        """How many people in all."""
        return self.women + self.men + self.unsaid

    def plus(self, sex: str) -> Balance:
        """The balance when one more person comes in."""
        return Balance(
            self.women + (sex == "F"), self.men + (sex == "M"), self.unsaid + (sex == "")
        )


def balance(sexes: Iterable[str]) -> Balance:
    """The balance of people of these sexes."""
    found = Balance(0, 0)
    for sex in sexes:
        if sex not in ("F", "M", ""):
            raise ValueError(f"unknown sex {sex!r}")
        found = found.plus(sex)
    return found


def next_called(order: Sequence[tuple[int, str]], sitting: Balance) -> int | None:
    """Who is called to a free seat: the identifier of one of `order`, None when it is empty.

    `order` is the reserve, (identifier, sex) in its fixed order; `sitting` those who stay. The
    first of the order is called, unless parity would break with them and someone further down
    keeps it; when nobody keeps it, the first of those who leave the smallest difference.
    """
    if not order:
        return None
    gaps = [sitting.plus(sex).gap for _, sex in order]
    for (identifier, _), gap in zip(order, gaps, strict=True):
        if gap <= 1:
            return identifier
    return order[gaps.index(min(gaps))][0]
