"""Questions about seats and mandates."""

from __future__ import annotations

from civic.mandates.queries.asked import (
    own_data,
    todo,
)
from civic.mandates.queries.members import (
    Member,
    in_office_people,
    member,
    members,
    runs,
    sits_for,
)
from civic.mandates.queries.seating import (
    Check,
    CollegeView,
    EmptySeat,
    colleges,
    installation_checks,
    open_vacancies,
    seats,
    substitute_waits,
)
from civic.mandates.queries.words import (
    END_NAMES,
    ORIGIN_NAMES,
    STATUS_NAMES,
)

__all__ = [
    "END_NAMES",
    "ORIGIN_NAMES",
    "STATUS_NAMES",
    "Check",
    "CollegeView",
    "EmptySeat",
    "Member",
    "colleges",
    "in_office_people",
    "installation_checks",
    "member",
    "members",
    "open_vacancies",
    "own_data",
    "runs",
    "seats",
    "sits_for",
    "substitute_waits",
    "todo",
]
