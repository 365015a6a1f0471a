"""Quorum: how many must be there, and who counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules.quorum import RULES, Turnout, counted


@pytest.mark.parametrize(
    ("rule", "in_office", "needed"),
    [
        ("none", 15, 0),
        ("third", 15, 5),
        ("third", 16, 6),
        ("half", 15, 8),
        ("half", 16, 8),
        ("majority", 15, 8),
        ("majority", 16, 9),
        ("majority", 0, 1),
    ],
)
def test_how_many_are_needed(rule: str, in_office: int, needed: int) -> None:
    assert RULES[rule].needed(in_office) == needed


@given(st.sampled_from(sorted(RULES)), st.integers(0, 500))
def test_the_number_needed_is_enough_and_one_less_is_not(rule: str, in_office: int) -> None:
    needed = RULES[rule].needed(in_office)
    assert RULES[rule].met(needed, in_office)
    assert needed == 0 or not RULES[rule].met(needed - 1, in_office)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_substitute_counts_only_for_a_titular_who_is_missing(
    in_office: int, titulars: int, substitutes: int
) -> None:
    titulars = min(titulars, in_office)
    found = Turnout(in_office, titulars, substitutes).counted
    assert titulars <= found <= in_office
    assert found - titulars <= substitutes


def test_substitutes_of_one_college_do_not_stand_in_for_the_other() -> None:
    there, in_office = counted({"residents": Turnout(6, 3, 0), "local_actors": Turnout(4, 4, 3)})
    assert (there, in_office) == (7, 10)
