"""Passwords. The only file that names argon2. Hashing is slow on purpose: never under a lock."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)
_cheap: list[PasswordHasher] = []


def cheapen() -> None:
    """Makes hashing quick from now on: for tests, never for a site."""
    _cheap[:] = [PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)]


def hashed(password: str) -> str:
    """An argon2id hash of a password."""
    return (_cheap or [_hasher])[0].hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether `password` is the one `kept` was made of; False for an unusable hash."""
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


NOBODY = hashed("a password that nobody has")
"""Checked when the address is unknown, so that both answers take the same time."""
