"""What envelopes and identities are filed under, without saying whose they are.

Both need a secret of the poll that is neither in the database nor in its backups; once it is
destroyed, nobody can walk from a person to an envelope any more.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date


def token_of(secret: bytes, poll: str, right: str) -> str:
    """The token of a voting right: HMAC-SHA256, 64 hex digits. The same right, the same token."""
    return hmac.new(secret, f"token|{poll}|{right}".encode(), hashlib.sha256).hexdigest()


def identity_of(
    secret: bytes, poll: str, family: str, first: str, born: date, homonym: int = 0
) -> str:
    """One person, one value in one poll: HMAC-SHA256, 64 hex digits.

    `family` and `first` are folded names (lower case, no accents, single spaces); only the first
    of several first names counts, so that « Jean » and « Jean Pierre » are one. True homonyms born
    the same day are told apart by a number that a person gives after seeing both.
    """
    start = first.split(maxsplit=1)[0] if first.split() else ""
    text = f"identity|{poll}|{family}|{start}|{born.isoformat()}"
    base = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    return homonym_of(secret, base, homonym) if homonym else base


def homonym_of(secret: bytes, identity: str, number: int) -> str:
    """The identity of a true homonym (number 1 and up) of the person filed under `identity`."""
    text = f"homonym|{identity}|{number}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def phone_of(secret: bytes, poll: str, number: str) -> str:
    """What a phone number (+33…) is filed under in one poll: HMAC-SHA256, 64 hex digits."""
    return hmac.new(secret, f"phone|{poll}|{number}".encode(), hashlib.sha256).hexdigest()


def phone_code_hash(secret: bytes, poll: str, person: str, phone: str, code: str) -> str:
    """What is kept of a code sent to a phone, bound to the person who asked for it."""
    text = f"phone-code|{poll}|{person}|{phone}|{code}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
