"""The verbs of éditions: the only writers of its tables, one file a stage of their life."""

from civic.budgets.service.adopting import record_adoption_within
from civic.budgets.service.amending import amend, cancel, resume, suspend, withdraw_from_vote
from civic.budgets.service.catalogue import freeze, propose, set_incompatible, withdraw
from civic.budgets.service.comparing import compare, compare_due
from civic.budgets.service.funding import (
    add_envelope,
    add_funding,
    drop_envelope,
    drop_funding,
)
from civic.budgets.service.importing import CannotImport, Imported, import_election
from civic.budgets.service.outcomes import (
    archive,
    mark_delivered_within,
    mark_delivery_begun_within,
    record_outcome_within,
)
from civic.budgets.service.preparing import create, set_calendar, set_rules
from civic.budgets.service.recording import record, silence
from civic.budgets.service.recounting import may_recount
from civic.budgets.service.revoting import take_annulments, vote_again
from civic.budgets.service.settling import settle
from civic.budgets.service.trying import ask_trial, try_due
from civic.budgets.service.writing_rules import Draft, draft, what_is_missing

__all__ = [
    "CannotImport",
    "Draft",
    "Imported",
    "add_envelope",
    "add_funding",
    "amend",
    "archive",
    "ask_trial",
    "cancel",
    "compare",
    "compare_due",
    "create",
    "draft",
    "drop_envelope",
    "drop_funding",
    "freeze",
    "import_election",
    "mark_delivered_within",
    "mark_delivery_begun_within",
    "may_recount",
    "propose",
    "record",
    "record_adoption_within",
    "record_outcome_within",
    "resume",
    "set_calendar",
    "set_incompatible",
    "set_rules",
    "settle",
    "silence",
    "suspend",
    "take_annulments",
    "try_due",
    "vote_again",
    "what_is_missing",
    "withdraw",
    "withdraw_from_vote",
]
