"""What a cell of a `.pb` file may look like."""

from __future__ import annotations

_DAY, _YEAR = 2, 4  # digits


def digits(text: str, most: int = 12) -> bool:
    """Whether the text is a whole number of at most so many digits."""
    return text.isdecimal() and text.isascii() and len(text) <= most


def date(text: str) -> bool:
    """A year, or dd.mm.yyyy."""
    *before, year = text.split(".")
    return (
        len(before) in (0, 2)
        and len(year) == _YEAR
        and digits(year)
        and all(digits(part, _DAY) for part in before)
    )


def letters(text: str, number: int) -> bool:
    """Exactly so many letters without accents."""
    return text.isascii() and text.isalpha() and len(text) == number


def signed(text: str) -> bool:
    """A whole number of at most nine digits, below 0 perhaps."""
    return digits(text.removeprefix("-"), 9)


def points(text: str) -> bool:
    """A number of points: nine digits, and six after the point, at most; below 0 perhaps."""
    before, point, after = text.removeprefix("-").partition(".")
    return digits(before, 9) and (not point or digits(after, 6))
