"""From envelopes to ballots: sorted first, opened all together, and without their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from civic.rules.urn.envelope import (
    OVERHEAD,
    BadBallot,
    BallotForm,
    Choices,
    Unreadable,
    canonical,
    digest,
    read,
    unseal,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The ballots of an urn in the order of their text, how many envelopes could not be read (or
    said what the poll does not allow), and the digest that two openings compare."""

    ballots: tuple[Choices, ...]
    spoilt: int
    digest: str


def export(envelopes: Iterable[bytes]) -> bytes:
    """The envelopes one after the other, sorted by digest: neither order nor owner is left."""
    return b"".join(one for _digest, one in sorted((digest(one), one) for one in envelopes))


def split(form: BallotForm, exported: bytes) -> list[bytes]:
    """The envelopes of an export; ValueError when its length does not fit the poll's."""
    size = form.length + OVERHEAD
    if len(exported) % size:
        raise ValueError("an export is made of envelopes of one length")
    return [exported[start : start + size] for start in range(0, len(exported), size)]


def open_all(form: BallotForm, private: bytes, exported: bytes) -> Opened:
    """Opens every envelope of an export. The same envelope twice is one ballot and one spoilt."""
    ballots: list[Choices] = []
    spoilt = 0
    seen: set[str] = set()
    for sealed in split(form, exported):
        name = digest(sealed)
        try:
            ballot = read(form, unseal(private, sealed))
        except (Unreadable, BadBallot):
            spoilt += 1
            continue
        if name in seen:
            spoilt += 1
        else:
            ballots.append(ballot)
        seen.add(name)
    ballots.sort(key=lambda one: canonical(form, one))
    return Opened(tuple(ballots), spoilt, list_digest(form, ballots, spoilt))


def list_digest(form: BallotForm, ballots: Iterable[Choices], spoilt: int) -> str:
    """SHA-256 of the sorted ballots, one a line, and of the number of spoilt ones."""
    lines = sorted(canonical(form, one) for one in ballots)
    text = b"".join(line + b"\n" for line in lines) + f"{spoilt}\n".encode()
    return hashlib.sha256(text).hexdigest()
