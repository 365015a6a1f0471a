"""Receipt numbers: the first 75 bits of an envelope's digest, and a check sign; 16 signs.

A receipt shows that an envelope is in the urn (or was replaced or withdrawn), never what is in it.
"""

from __future__ import annotations

from civic.rules.urn import alphabet

BODY = 15
_BITS = 5 * BODY


class BadReceipt(ValueError):
    """What was typed can't be a receipt number."""


def receipt_number(digest: str) -> str:
    """The number printed on the receipt of an envelope, given its digest (64 hex digits)."""
    body = alphabet.encode(int(digest, 16) >> (256 - _BITS), BODY)
    return alphabet.grouped(body + alphabet.check_sign(body))


def read_receipt(text: str) -> tuple[str, str]:
    """The lowest and highest digest that a receipt number may stand for; raises `BadReceipt`."""
    typed = alphabet.plain(text)
    if len(typed) != BODY + 1 or any(sign not in alphabet.SIGNS for sign in typed):
        raise BadReceipt
    if alphabet.check_sign(typed[:-1]) != typed[-1]:
        raise BadReceipt
    start = alphabet.decode(typed[:-1]) << (256 - _BITS)
    return f"{start:064x}", f"{start + (1 << (256 - _BITS)) - 1:064x}"
