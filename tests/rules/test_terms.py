"""Terms: how long a mandate lasts, and when its renewal opens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules.terms import add_months, renewal_opens, runs_on, term_end

days = st.dates(date(1990, 1, 1), date(2080, 12, 31))
months = st.integers(1, 120)


def test_three_years_end_the_day_before_the_same_day() -> None:
    assert term_end(date(2026, 5, 10), 36) == date(2029, 5, 9)
    assert term_end(date(2024, 2, 29), 12) == date(2025, 2, 27)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)


def test_renewal_is_prepared_six_months_before() -> None:
    assert renewal_opens(date(2029, 5, 9)) == date(2028, 11, 9)


def test_a_term_of_no_month_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        term_end(date(2026, 1, 1), 0)


@given(days, months)
def test_a_mandate_runs_from_its_first_to_its_last_day_and_no_longer(start: date, n: int) -> None:
    end = term_end(start, n)
    assert runs_on(start, start, end)
    assert runs_on(end, start, end)
    assert not runs_on(start - timedelta(days=1), start, end)
    assert not runs_on(end + timedelta(days=1), start, end)


@given(days, months, st.integers(0, 400))
def test_the_day_a_mandate_is_cut_short_is_the_first_without_it(
    start: date, n: int, after: int
) -> None:
    end = term_end(start, n)
    cut = start + timedelta(days=after)
    assert not runs_on(cut, start, end, cut)
    assert runs_on(start, start, end, cut) == (after > 0)


@given(days, months, months)
def test_two_terms_in_a_row_neither_overlap_nor_leave_a_gap(start: date, n: int, m: int) -> None:
    second = term_end(start, n) + timedelta(days=1)
    assert not runs_on(second, start, term_end(start, n))
    assert runs_on(second, second, term_end(second, m))


@given(days, st.integers(-240, 240))
def test_adding_months_never_leaves_the_month_aimed_at(day: date, n: int) -> None:
    found = add_months(day, n)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == n
    assert found.day <= day.day
