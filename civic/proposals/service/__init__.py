"""The verbs of proposals: the only writers of its tables, one file a stage of their life."""

from civic.proposals.service.assessing import answer, ask
from civic.proposals.service.checking import admit, appeal, refuse
from civic.proposals.service.drafts import begin, drop, erase_old_drafts, forget_erased, write
from civic.proposals.service.filing import complete, file_at_desk, file_draft, withdraw
from civic.proposals.service.moderating import hide, publish, reject, send_back, show_again
from civic.proposals.service.moves import move_project_within, move_within
from civic.proposals.service.projects import (
    add_external_within,
    make_project,
    make_project_within,
)

__all__ = [
    "add_external_within",
    "admit",
    "answer",
    "appeal",
    "ask",
    "begin",
    "complete",
    "drop",
    "erase_old_drafts",
    "file_at_desk",
    "file_draft",
    "forget_erased",
    "hide",
    "make_project",
    "make_project_within",
    "move_project_within",
    "move_within",
    "publish",
    "refuse",
    "reject",
    "send_back",
    "show_again",
    "withdraw",
    "write",
]
