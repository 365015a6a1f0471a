"""Questions about décisions: acts, what they decide, avis without a reply, follow-up."""

from civic.decisions.queries.acts import (
    KIND_WORDS,
    OUTCOME_WORDS,
    SCDL,
    ActView,
    act,
    acts,
    authorities,
    deliberations,
    drafts,
    scope_of,
    scope_of_organisation,
    search_words,
)
from civic.decisions.queries.due import (
    todo,
)
from civic.decisions.queries.entrance import OPEN_DATA, news, search
from civic.decisions.queries.follow import (
    MILESTONE_WORDS,
    Followed,
    followed,
    one_followed,
    retained,
    scope_of_project,
)
from civic.decisions.queries.targets import (
    ITEM_WORDS,
    Decided,
    ItemView,
    TargetChoice,
    Unanswered,
    decided,
    items,
    late,
    waiting,
)
from civic.decisions.queries.wording import first_words

__all__ = [
    "ITEM_WORDS",
    "KIND_WORDS",
    "MILESTONE_WORDS",
    "OPEN_DATA",
    "OUTCOME_WORDS",
    "SCDL",
    "ActView",
    "Decided",
    "Followed",
    "ItemView",
    "TargetChoice",
    "Unanswered",
    "act",
    "acts",
    "authorities",
    "decided",
    "deliberations",
    "drafts",
    "first_words",
    "followed",
    "items",
    "late",
    "news",
    "one_followed",
    "retained",
    "scope_of",
    "scope_of_organisation",
    "scope_of_project",
    "search",
    "search_words",
    "todo",
    "waiting",
]
