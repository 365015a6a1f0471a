"""Amounts without floats: decimal text to whole numbers and back.

An amount is an integer counted in `1/scale` of the currency unit; the site itself counts in cents
(`scale=100`), a file may need another scale.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

CENTS = 100
_WHOLE, _AFTER = 18, 9  # the most digits before and after the point


class NotAnAmount(ValueError):
    """The text is no plain decimal number; the message is a French sentence."""


def decimals_of(text: str) -> int:
    """How many digits `text` writes after the point, trailing zeros left out (`"12.50"` → 1).

    Raises NotAnAmount for anything but digits with at most one point.
    """
    return len(_digits(text)[2].rstrip("0"))


def parse(text: str, scale: int = CENTS) -> int:
    """`text` ("1200", "12.5") in units of 1/scale, exactly. Refuses what the scale cannot hold."""
    sign, before, after = _digits(text)
    parts: int = 10 ** len(after)
    amount, rest = divmod(int(before + after) * scale, parts)
    if rest:
        raise NotAnAmount(f"« {text} » a trop de décimales.")
    return -amount if sign else amount


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


def _digits(text: str) -> tuple[str, str, str]:
    """The sign, the digits before the point, and those after it."""
    sign = text[:1] if text.startswith("-") else ""
    before, point, after = text[len(sign) :].partition(".")
    whole = text.isascii() and before.isdecimal() and len(before) <= _WHOLE
    if whole and (not point or (after.isdecimal() and len(after) <= _AFTER)):
        return sign, before, after
    if "," in text:
        raise NotAnAmount(f"« {text} » a une virgule : les décimales s'écrivent avec un point.")
    raise NotAnAmount(f"« {text} » n'est pas un nombre.")
