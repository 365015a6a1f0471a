"""Questions about councils."""

from __future__ import annotations

from civic.councils.queries.lists import (
    COLUMNS,
    OPEN_DATA,
    listing,
    mine,
    news,
    open_rows,
    search,
    towns,
)
from civic.councils.queries.page import (
    DEFAULT_NOTICE,
    CouncilPage,
    Place,
    council,
    council_by_id,
    house_rules,
    places_of,
    steps,
)
from civic.councils.queries.scopes import (
    in_units,
    neighbourhood_choices,
    scope_of,
    scope_of_id,
)
from civic.councils.queries.words import (
    COLLEGE_NAMES,
    KIND_NAMES,
    LOOKS,
    MODE_NAMES,
    MOVES,
    QUORUM_SENTENCES,
    RANK_NAMES,
    SEATS_OPEN,
    STATUS_NAMES,
    state_sentence,
)

__all__ = [
    "COLLEGE_NAMES",
    "COLUMNS",
    "DEFAULT_NOTICE",
    "KIND_NAMES",
    "LOOKS",
    "MODE_NAMES",
    "MOVES",
    "OPEN_DATA",
    "QUORUM_SENTENCES",
    "RANK_NAMES",
    "SEATS_OPEN",
    "STATUS_NAMES",
    "CouncilPage",
    "Place",
    "council",
    "council_by_id",
    "house_rules",
    "in_units",
    "listing",
    "mine",
    "neighbourhood_choices",
    "news",
    "open_rows",
    "places_of",
    "scope_of",
    "scope_of_id",
    "search",
    "state_sentence",
    "steps",
    "towns",
]
