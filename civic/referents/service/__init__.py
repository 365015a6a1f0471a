"""The verbs of référents: bodies, designations, candidacies, the council's choice, ends."""

from __future__ import annotations

from civic.referents.service.bodies import create_body, open_designations
from civic.referents.service.candidacies import come_forward, set_meeting, withdraw
from civic.referents.service.choice import Choice, decide
from civic.referents.service.ends import ENDINGS, close_lost, end

__all__ = [
    "ENDINGS",
    "Choice",
    "close_lost",
    "come_forward",
    "create_body",
    "decide",
    "end",
    "open_designations",
    "set_meeting",
    "withdraw",
]
