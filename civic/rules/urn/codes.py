"""Voting codes that travel by letter: 3 signs of prefix, 12 of secret (60 bits), 1 of check.

The prefix says nothing; failures are limited by it. The keyed hash is all that a database keeps.
"""

from __future__ import annotations

import hashlib
import hmac

from civic.rules.urn import alphabet

PREFIX, SECRET = 3, 12
LENGTH = PREFIX + SECRET + 1
CHANCE = 10
"""How many random bytes `make_code` needs (75 of their 80 bits are used)."""


class BadCode(ValueError):
    """What was typed can't be a code: wrong length, or a slip that the check sign shows."""


def make_code(chance: bytes) -> str:
    """A code (16 signs, no dashes) from 10 random bytes."""
    if len(chance) != CHANCE:
        raise ValueError("a code is made from 10 random bytes")
    number = int.from_bytes(chance) >> 5
    body = alphabet.encode(number, PREFIX + SECRET)
    return body + alphabet.check_sign(body)


def read_code(text: str) -> str:
    """The 16 signs of what was typed, dashes and confusions mended; raises `BadCode`."""
    typed = alphabet.plain(text)
    if len(typed) != LENGTH or any(sign not in alphabet.SIGNS for sign in typed):
        raise BadCode
    if alphabet.check_sign(typed[:-1]) != typed[-1]:
        raise BadCode
    return typed


def show_code(code: str) -> str:
    """The code as it is printed."""
    return alphabet.grouped(code)


def prefix_of(code: str) -> str:
    """The part of a code that failures are counted by."""
    return code[:PREFIX]


def code_hash(secret: bytes, poll: str, code: str) -> str:
    """What is kept of a code: HMAC-SHA256 under a secret of the poll, 64 hex digits."""
    return hmac.new(secret, f"code|{poll}|{code}".encode(), hashlib.sha256).hexdigest()
