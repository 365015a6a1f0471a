"""Questions about steering bodies, designations and référents."""

from __future__ import annotations

from civic.referents.queries.asked import (
    own_data,
    todo,
)
from civic.referents.queries.bodies import (
    Body,
    bodies,
    body,
    body_scope,
    designation_scope,
    referent_scope,
)
from civic.referents.queries.designations import (
    Candidate,
    DesignationLine,
    candidates,
    council_choices,
    councils_sent,
    designation,
    designations,
    eligible,
    meeting_choices,
)
from civic.referents.queries.register import (
    ReferentLine,
    in_office,
    referent,
    referents,
    titular_balance,
)
from civic.referents.queries.words import (
    BODY_NAMES,
    END_NAMES,
    METHOD_NAMES,
    PAIR,
    UNDER_WAY,
)

__all__ = [
    "BODY_NAMES",
    "END_NAMES",
    "METHOD_NAMES",
    "PAIR",
    "UNDER_WAY",
    "Body",
    "Candidate",
    "DesignationLine",
    "ReferentLine",
    "bodies",
    "body",
    "body_scope",
    "candidates",
    "council_choices",
    "councils_sent",
    "designation",
    "designation_scope",
    "designations",
    "eligible",
    "in_office",
    "meeting_choices",
    "own_data",
    "referent",
    "referent_scope",
    "referents",
    "titular_balance",
    "todo",
]
