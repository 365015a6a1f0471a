"""Questions about draws: `story` for anybody, `pool` about the lists, `board` about drawn people.

What doors and other rooms ask for is here by name.
"""

from civic.draws.queries.story import (
    listing,
    of_council,
    open_now,
    scope_of,
    scope_of_draft,
    scope_of_drawn,
    scope_of_list,
    scope_of_lists,
    story,
    todo,
)

__all__ = [
    "listing",
    "of_council",
    "open_now",
    "scope_of",
    "scope_of_draft",
    "scope_of_drawn",
    "scope_of_list",
    "scope_of_lists",
    "story",
    "todo",
]
