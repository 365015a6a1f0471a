"""The verbs of mandates: ask, answer, install, end, call the next, close what is over."""

from __future__ import annotations

from civic.mandates.service.answers import answer, install
from civic.mandates.service.departures import ENDINGS, call_next, end
from civic.mandates.service.seats import (
    Newcomer,
    ensure_seats_within,
    keep_seats,
    prepare_within,
    propose,
)
from civic.mandates.service.upkeep import close_over, forget_former, note_look

__all__ = [
    "ENDINGS",
    "Newcomer",
    "answer",
    "call_next",
    "close_over",
    "end",
    "ensure_seats_within",
    "forget_former",
    "install",
    "keep_seats",
    "note_look",
    "prepare_within",
    "propose",
]
