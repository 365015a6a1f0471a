"""Terms of office: when a mandate that starts on a day ends, and when its renewal opens.

Days are dates of the place; a term of n months that starts on 10 May 2026 ends with 9 May of the
year it falls in, that day included.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

RENEWAL_MONTHS = 6
"""A council prepares its renewal this many months before the end (DOMAINE.md § 8a)."""


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later (earlier when negative), else its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_end(starts_on: date, months: int) -> date:
    """The last day of a term of `months` months; refuses (ValueError) a term of none."""
    if months < 1:
        raise ValueError("a term lasts at least a month")
    return add_months(starts_on, months) - timedelta(days=1)


def renewal_opens(ends_on: date) -> date:
    """The day from which the renewal of a term that ends on `ends_on` is to be prepared."""
    return add_months(ends_on, -RENEWAL_MONTHS)


def runs_on(day: date, starts_on: date, ends_on: date, ended_on: date | None = None) -> bool:
    """Whether a mandate runs on `day`: first and last days included, the day it was cut short
    (`ended_on`) excluded."""
    return starts_on <= day <= ends_on and (ended_on is None or day < ended_on)
