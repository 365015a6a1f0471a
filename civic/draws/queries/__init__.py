"""Questions about draws: `story` for anybody, `pool` about the lists, `board` about drawn people.

What doors and other rooms ask for is here by name.
"""

from civic.draws.queries.elsewhere import (
    OPEN_DATA,
    news,
    open_now,
    own_data,
    search,
    todo,
)
from civic.draws.queries.story import (
    list_commitment,
    listing,
    lists_only,
    of_council,
    scope_of,
    scope_of_draft,
    scope_of_drawn,
    scope_of_list,
    scope_of_lists,
    scope_of_observers,
    story,
)

__all__ = [
    "OPEN_DATA",
    "list_commitment",
    "listing",
    "lists_only",
    "news",
    "of_council",
    "open_now",
    "own_data",
    "scope_of",
    "scope_of_draft",
    "scope_of_drawn",
    "scope_of_list",
    "scope_of_lists",
    "scope_of_observers",
    "search",
    "story",
    "todo",
]
