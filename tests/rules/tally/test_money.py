"""Amounts are exact: text to whole numbers and back, shares that add up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules import money


@given(st.integers(-(10**15), 10**15), st.sampled_from([1, 10, 100, 1000]))
def test_an_amount_written_plainly_is_read_back(amount: int, scale: int) -> None:
    assert money.parse(money.plain(amount, scale), scale) == amount
    assert Fraction(money.plain(amount, scale)) == Fraction(amount, scale)


@pytest.mark.parametrize("text", ["", " 5", "5 000", "12,5", "1e6", "٣", "+5", "5.", ".5", "NaN"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(money.NotAnAmount):
        money.parse(text)


def test_more_decimals_than_the_scale_holds_are_refused() -> None:
    assert money.parse("12.50") == 1250
    with pytest.raises(money.NotAnAmount):
        money.parse("12.505")


def test_french_amounts() -> None:
    assert money.french(1_240_000) == "12\u202f400\u00a0€"
    assert money.french(-1250) == "-12,50\u00a0€"
    assert money.french(5, 10, "PLN") == "0,50\u00a0PLN"


@given(st.lists(st.fractions(0, 1000), min_size=1, max_size=12))
def test_rounded_shares_add_up_and_stay_near(parts: list[Fraction]) -> None:
    total = round(sum(parts))
    shares = money.share_out(total, parts)
    assert sum(shares) == total
    assert all(abs(share - part) <= 1 for share, part in zip(shares, parts, strict=True))
