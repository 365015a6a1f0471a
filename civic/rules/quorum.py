"""Quorum: how many must be there, and who counts.

A titulaire who is there counts; a suppléant counts when they stand in for a titulaire of the
same collège who is not. The base is the number of titulaires in office.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """A share of the titulaires in office, to be reached (or exceeded, when `strictly`)."""

    share: Fraction
    strictly: bool = False

    def needed(self, in_office: int) -> int:
        """The smallest number of people that reaches the quorum, of `in_office` (0 or more)."""
        if in_office < 0:
            raise ValueError("a number of people is not negative")
        exact = self.share * in_office
        if self.strictly:
            return int(exact) + 1
        return -int(-exact // 1)

    def met(self, counted: int, in_office: int) -> bool:
        """Whether `counted` people are enough."""
        return counted >= self.needed(in_office)


RULES: dict[str, QuorumRule] = {
    "none": QuorumRule(Fraction(0)),
    "third": QuorumRule(Fraction(1, 3)),
    "half": QuorumRule(Fraction(1, 2)),
    "majority": QuorumRule(Fraction(1, 2), strictly=True),
}
"""Named rules: none asked, a third, half, more than half."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who is there, in one collège: titulaires in office, titulaires there, suppléants there."""

    in_office: int
    titulars: int
    substitutes: int

    @property
    def counted(self) -> int:
        """Titulaires there, and as many suppléants as there are titulaires missing."""
        return self.titulars + min(self.substitutes, self.in_office - self.titulars)


def counted(turnouts: Mapping[str, Turnout]) -> tuple[int, int]:
    """Over all collèges: (people who count, titulaires in office)."""
    return (
        sum(turnout.counted for turnout in turnouts.values()),
        sum(turnout.in_office for turnout in turnouts.values()),
    )
