"""The verbs of the votes, one file a moment: before, rights, deposit, paper, log, closing."""

from civic.ballots.queries import OpenedBallotRow, PollItem
from civic.ballots.service.closing import clean_urn, open_urn, reconcile, sever
from civic.ballots.service.commission import appoint
from civic.ballots.service.deposit import Deposited, deposit, mail_receipt
from civic.ballots.service.destroy import destroy_due
from civic.ballots.service.keys import give_key, leave_key_to_platform, rehearse, rehearsed_key
from civic.ballots.service.log import publish_checkpoint, publish_checkpoints
from civic.ballots.service.paper import open_batch, type_batch, vote_on_paper
from civic.ballots.service.polls import create_poll_within, import_opened_within, seal_poll
from civic.ballots.service.rights import (
    Letter,
    RollEntry,
    claim_right,
    find_right_by_code,
    give_code,
    make_letters,
    register_at_desk,
    revoke_right,
)

__all__ = [
    "Deposited",
    "Letter",
    "OpenedBallotRow",
    "PollItem",
    "RollEntry",
    "appoint",
    "claim_right",
    "clean_urn",
    "create_poll_within",
    "deposit",
    "destroy_due",
    "find_right_by_code",
    "give_code",
    "give_key",
    "import_opened_within",
    "leave_key_to_platform",
    "mail_receipt",
    "make_letters",
    "open_batch",
    "open_urn",
    "publish_checkpoint",
    "publish_checkpoints",
    "reconcile",
    "register_at_desk",
    "rehearse",
    "rehearsed_key",
    "revoke_right",
    "seal_poll",
    "sever",
    "type_batch",
    "vote_on_paper",
]
