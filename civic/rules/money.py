"""Amounts without floats: decimal text to whole numbers and back.

An amount is an integer counted in `1/scale` of the currency unit; the site itself counts in cents
(`scale=100`), a file may need another scale.
"""

from __future__ import annotations

import re
from fractions import Fraction

CENTS = 100
_DECIMAL = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,9}))?", re.ASCII)


class NotAnAmount(ValueError):
    """The text is no plain decimal number; the message is a French sentence."""


def decimals_of(text: str) -> int:
    """How many digits `text` writes after the point, trailing zeros left out (`"12.50"` → 1).

    Raises NotAnAmount for anything but digits with at most one point.
    """
    match = _match(text)
    return len((match[3] or "").rstrip("0"))


def parse(text: str, scale: int = CENTS) -> int:
    """`text` ("1200", "12.5") in units of 1/scale, exactly. Refuses what the scale cannot hold."""
    match = _match(text)
    after = match[3] or ""
    parts: int = 10 ** len(after)
    amount, rest = divmod(int(match[2] + after) * scale, parts)
    if rest:
        raise NotAnAmount(f"« {text} » a trop de décimales.")
    return -amount if match[1] else amount


def plain(amount: int, scale: int = CENTS) -> str:
    """The shortest decimal text of an amount: 1250 cents → "12.5", 1200 cents → "12"."""
    whole, rest = divmod(abs(amount), scale)
    sign = "-" if amount < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    digits = str(rest).rjust(len(str(scale)) - 1, "0").rstrip("0")
    return f"{sign}{whole}.{digits}"


def french(amount: int, scale: int = CENTS, currency: str = "€") -> str:
    """The amount as a French sentence writes it: 1250000 cents → "12 500 €", 1250 → "12,50 €".

    Groups of thousands and the currency are set apart by no-break spaces.
    """
    whole, rest = divmod(abs(amount), scale)
    grouped = f"{whole:,}".replace(",", "\u202f")
    tail = ""
    if rest:
        digits = str(rest).rjust(len(str(scale)) - 1, "0").rstrip("0")
        tail = "," + digits.ljust(2, "0")
    return f"{'-' if amount < 0 else ''}{grouped}{tail}\u00a0{currency}"


def share_out(total: int, parts: list[Fraction] | list[float]) -> list[int]:
    """Whole amounts that add up to `total`, each as near as can be to its part.

    The parts should add up to about `total`; what rounding leaves goes to the largest remainders,
    the first of equals first.
    """
    if not parts:
        return []
    floors = [int(part // 1) for part in parts]
    left = total - sum(floors)
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    step = 1 if left > 0 else -1
    if left < 0:
        order.reverse()
    for turn in range(abs(left)):
        floors[order[turn % len(order)]] += step
    return floors


def _match(text: str) -> re.Match[str]:
    match = _DECIMAL.fullmatch(text)
    if match:
        return match
    if "," in text:
        raise NotAnAmount(f"« {text} » a une virgule : les décimales s'écrivent avec un point.")
    raise NotAnAmount(f"« {text} » n'est pas un nombre.")
