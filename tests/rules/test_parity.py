"""Parity, and who is called to a free seat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules.parity import Balance, balance, next_called

sexes = st.lists(st.sampled_from(["F", "M", ""]), max_size=12)


def test_who_did_not_say_counts_in_neither_and_excludes_nobody() -> None:
    found = balance(["F", "", "", "", "M"])
    assert found == Balance(1, 1, 3)
    assert found.holds


def test_the_first_of_the_order_is_called_when_parity_allows() -> None:
    assert next_called([(1, "M"), (2, "F")], Balance(4, 4)) == 1


def test_parity_passes_over_the_first_when_it_would_break() -> None:
    assert next_called([(1, "M"), (2, "M"), (3, "F")], Balance(3, 4)) == 3


def test_nobody_left_is_nobody_called() -> None:
    assert next_called([], Balance(3, 3)) is None


def test_an_unknown_sex_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        balance(["F", "X"])


@given(sexes, sexes)
def test_who_is_called_leaves_the_smallest_gap_that_parity_asks_for(
    order: list[str], sitting: list[str]
) -> None:
    before = balance(sitting)
    called = next_called(list(enumerate(order)), before)
    if not order:
        assert called is None
        return
    assert called is not None
    gap = before.plus(order[called]).gap
    if gap > 1:  # nobody would have kept parity, and nobody leaves it less broken
        assert gap == min(before.plus(sex).gap for sex in order)
    # nobody earlier in the order was passed over without a reason
    assert all(before.plus(sex).gap > max(1, gap) or before.plus(sex).gap > 1
               for sex in order[:called])  # fmt: skip


@given(sexes, sexes)
def test_who_did_not_say_is_never_passed_over_when_parity_held(
    order: list[str], sitting: list[str]
) -> None:
    before = balance(sitting)
    called = next_called(list(enumerate(order)), before)
    if before.holds and order and order[0] == "":
        assert called == 0
