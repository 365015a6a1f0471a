"""What a check answers."""

from __future__ import annotations

from dataclasses import dataclass

PROVED, TRUST, FALSE = "prouvé", "confiance", "faux"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: `kind` is PROVED, TRUST or FALSE; a French sentence."""

    kind: str
    sentence: str


class Wrong(Exception):
    """A check fails; its sentence."""
