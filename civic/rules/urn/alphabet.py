"""Letters and figures that are read aloud and copied by hand without mistakes.

32 signs, none of them I, L, O or U (Crockford's choice); what people type instead is understood.
A check sign is the sum of the signs' values, each times its odd place weight, modulo 31: it finds
every single wrong sign but one in a thousand, and nearly every swap of two neighbours.
"""

from __future__ import annotations

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {sign: value for value, sign in enumerate(SIGNS)}
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def encode(number: int, length: int) -> str:
    """`length` signs (5 bits each) of a number that fits in them."""
    signs = []
    for _place in range(length):
        number, value = divmod(number, 32)
        signs.append(SIGNS[value])
    return "".join(reversed(signs))


def decode(text: str) -> int:
    """The number that signs say; ValueError for a sign that is none."""
    number = 0
    for sign in text:
        if sign not in _VALUES:
            raise ValueError(sign)
        number = number * 32 + _VALUES[sign]
    return number


def plain(text: str) -> str:
    """What somebody typed, without spaces and dashes, in our signs."""
    kept = "".join(sign for sign in text.upper() if sign.isalnum())
    return kept.translate(_READ_AS)


def check_sign(text: str) -> str:
    """The sign that follows `text` so that a slip is noticed."""
    return SIGNS[sum((2 * place + 1) * _VALUES[sign] for place, sign in enumerate(text)) % 31]


def grouped(text: str, size: int = 4) -> str:
    """The text in groups, as it is printed: « K7QM-4HTZ-9WXP-2RV8 »."""
    return "-".join(text[start : start + size] for start in range(0, len(text), size))
