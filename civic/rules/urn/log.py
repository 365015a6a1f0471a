"""The log of digests: what the urn has held, told in checkpoints that can't be rewritten unseen.

A checkpoint lists the digests that are new or whose state changed since the one before, sorted, so
that it says nothing of the order of deposits; its own digest covers them and the checkpoint
before. Whoever wrote down one of these digests notices any later change to what came before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

IN_URN, REPLACED, WITHDRAWN = "in_urn", "replaced", "withdrawn"
STATES = (IN_URN, REPLACED, WITHDRAWN)
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Sorted (digest, state) pairs, the digest before and this one's."""

    lines: tuple[tuple[str, str], ...]
    previous: str
    digest: str


def chain(previous: str, lines: Iterable[tuple[str, str]]) -> Checkpoint:
    """The checkpoint that follows `previous` (START for the first)."""
    ordered = tuple(sorted((digest, state) for digest, state in lines))
    found = hashlib.sha256(checkpoint_text(previous, ordered)).hexdigest()
    return Checkpoint(ordered, previous, found)


def checkpoint_text(previous: str, lines: Iterable[Sequence[str]]) -> bytes:
    """What the digest of a checkpoint covers: the digest before, then its sorted lines."""
    text = "".join(f"{digest} {state}\n" for digest, state in lines)
    return f"{previous}\n{text}".encode()


def replay(checkpoints: Iterable[Checkpoint]) -> dict[str, str]:
    """What the log says in the end: digest → state; ValueError names the first false page, in words
    that pages and `civic poll verify` repeat.

    A digest may be told as replaced or withdrawn at once, never put back into the urn.
    """
    states: dict[str, str] = {}
    previous = START
    for number, one in enumerate(checkpoints, 1):
        if one.previous != previous or chain(previous, one.lines).digest != one.digest:
            raise ValueError(f"la page {number} a été changée, ou n'est pas à sa place")
        for digest, state in one.lines:
            if state not in STATES or states.get(digest, IN_URN) != IN_URN:
                raise ValueError(
                    f"la page {number} remet dans l'urne ou change deux fois l'enveloppe {digest}"
                )
            states[digest] = state
        previous = one.digest
    return states
