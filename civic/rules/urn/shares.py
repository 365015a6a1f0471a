"""The commission's key, cut into three shares of which any two give it back, and its sheets.

A key is a secret of 16 random bytes; the poll's X25519 key pair is made from HMAC-SHA256 of the
words `civic urn key 1` under that secret. Shamir's scheme (PyCryptodome, over GF(2^128)) cuts the
secret: one share alone says nothing of it.

A share is printed as nine groups of five signs, the fifth of each being a check sign:
`1` (this way of writing), the share's number, four signs of the key's mark, twenty-six signs of
the share, and four signs of SHA-256 over all that. A slip is found, and named by its group.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir

from civic.rules.urn import alphabet
from civic.rules.urn.envelope import KeyPair, key_pair

SECRET = 16
"""Bytes of chance that a key is made from."""
SHARES, NEEDED = 3, 2
GROUPS, GROUP = 9, 4
_WAY = "1"
_BODY = 26
_MARK = 4


class BadSheet(ValueError):
    """What was typed is not a share. `reason`: "length", "group" or "whole"; `group` counts from
    1, and 0 when it is not one group."""

    def __init__(self, reason: str, group: int = 0) -> None:
        super().__init__(f"{reason} {group}")
        self.reason = reason
        self.group = group


class BadShares(ValueError):
    """These shares give no key. `reason`: "few", "same", "other-key" or "wrong"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Share:
    """One of three parts of a key: its number from 1, the mark of its key, its 16 bytes."""

    number: int
    mark: str
    value: bytes


def keys_of(secret: bytes) -> KeyPair:
    """The poll's keys made from the commission's 16-byte secret."""
    if len(secret) != SECRET:
        raise ValueError("a key is made from 16 random bytes")
    return key_pair(hmac.new(secret, b"civic urn key 1", hashlib.sha256).digest())


def mark_of(public: bytes) -> str:
    """Four signs that tell one public key from another on paper; they prove nothing."""
    return alphabet.encode(int.from_bytes(hashlib.sha256(public).digest()) >> (256 - 20), _MARK)


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key, 64 hex digits: what the commission compares with the site."""
    return hashlib.sha256(public).hexdigest()


def cut(secret: bytes) -> list[Share]:
    """The three shares of a secret."""
    mark = mark_of(keys_of(secret).public)
    return [Share(number, mark, value) for number, value in Shamir.split(NEEDED, SHARES, secret)]


def join(shares: Sequence[Share], public: bytes) -> KeyPair:
    """The keys that two different shares of this public key give; raises `BadShares`."""
    if len(shares) < NEEDED:
        raise BadShares("few")
    if any(one.mark != mark_of(public) for one in shares):
        raise BadShares("other-key")
    if len({one.number for one in shares}) < len(shares):
        raise BadShares("same")
    keys = keys_of(Shamir.combine([(one.number, one.value) for one in shares[:NEEDED]]))
    if not hmac.compare_digest(keys.public, public):
        raise BadShares("wrong")
    return keys


def write_share(share: Share) -> str:
    """A share as its sheet shows it: nine groups of five signs."""
    body = alphabet.encode(int.from_bytes(share.value), _BODY)
    text = f"{_WAY}{share.number}{share.mark}{body}"
    text += _sum_of(text)
    parts = [text[start : start + GROUP] for start in range(0, len(text), GROUP)]
    return " ".join(part + alphabet.check_sign(part) for part in parts)


def read_share(typed: str) -> Share:
    """The share that a sheet, as typed or scanned, says; raises `BadSheet`."""
    text = alphabet.plain(typed)
    parts = [text[start : start + GROUP + 1] for start in range(0, len(text), GROUP + 1)]
    for number, part in enumerate(parts, 1):
        wrong = any(sign not in alphabet.SIGNS for sign in part) or len(part) != GROUP + 1
        if wrong or alphabet.check_sign(part[:GROUP]) != part[GROUP]:
            raise BadSheet("group" if len(text) == GROUPS * (GROUP + 1) else "length", number)
    if len(parts) != GROUPS:
        raise BadSheet("length")
    said = "".join(part[:GROUP] for part in parts)
    body, total = said[:-GROUP], said[-GROUP:]
    which, value = body[1], alphabet.decode(body[2 + _MARK :])
    if (
        body[0] != _WAY
        or total != _sum_of(body)
        or which not in "123"
        or value >= 1 << (8 * SECRET)
    ):
        raise BadSheet("whole")
    return Share(int(which), body[2 : 2 + _MARK], value.to_bytes(SECRET))


def _sum_of(text: str) -> str:
    found = hashlib.sha256(f"civic urn sheet|{text}".encode()).digest()
    return alphabet.encode(int.from_bytes(found) >> (256 - 5 * GROUP), GROUP)
