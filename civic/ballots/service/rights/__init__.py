"""Who may vote: one person, one right a poll, whatever way they show who they are.

One person is one identity in a poll: folded family name, first first name and birth date, kept as
an HMAC. Names are never kept here.
"""

from civic.ballots.service.rights.claiming import claim_right, forget_phone_checks, send_phone_code
from civic.ballots.service.rights.desk import (
    find_right_by_code,
    give_code,
    proof_of_code,
    register_at_desk,
    rights_at_desk,
)
from civic.ballots.service.rights.homonyms import decide_homonym, report_homonym
from civic.ballots.service.rights.neighbourhoods import NO_NEIGHBOURHOOD, set_neighbourhood
from civic.ballots.service.rights.proven import open_with_identity
from civic.ballots.service.rights.revoking import revoke_right, withdraw_envelope
from civic.ballots.service.rights.roll import Letter, Loaded, RollEntry, load_roll, make_letters

__all__ = [
    "NO_NEIGHBOURHOOD",
    "Letter",
    "Loaded",
    "RollEntry",
    "claim_right",
    "decide_homonym",
    "find_right_by_code",
    "forget_phone_checks",
    "give_code",
    "load_roll",
    "make_letters",
    "open_with_identity",
    "proof_of_code",
    "register_at_desk",
    "report_homonym",
    "revoke_right",
    "rights_at_desk",
    "send_phone_code",
    "set_neighbourhood",
    "withdraw_envelope",
]
