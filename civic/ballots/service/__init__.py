"""The verbs of the votes, one file a moment: before, rights, deposit, paper, log, closing."""

from civic.ballots.queries import OpenedBallotRow, PollItem
from civic.ballots.service.annulment import (
    COMMISSION,
    ask_annulment,
    confirm_annulment,
    drop_annulment,
    name_next_poll_within,
    tell_of_annulments,
)
from civic.ballots.service.closing import clean_urn, reconcile, sever
from civic.ballots.service.commission import appoint
from civic.ballots.service.contests import answer_contest, publish_contest
from civic.ballots.service.deposit import Deposited, deposit, mail_receipt
from civic.ballots.service.destroy import destroy_due
from civic.ballots.service.documents import keep_archive, keep_record
from civic.ballots.service.filing import (
    CONFIRM_WITHIN,
    await_contest,
    confirm_contest,
    file_contest,
    forget_unconfirmed_contests,
    unconfirmed,
)
from civic.ballots.service.keys import give_key, leave_key_to_platform, rehearse, rehearsed_key
from civic.ballots.service.locks import VOTES_THERE
from civic.ballots.service.log import publish_checkpoint, publish_checkpoints
from civic.ballots.service.opening import open_urn
from civic.ballots.service.paper import (
    ask_to_drop_batch,
    drop_batch,
    keep_batch,
    open_batch,
    undo_paper_vote,
    vote_on_paper,
)
from civic.ballots.service.places import (
    Printed,
    add_place,
    change_place,
    print_check_in,
    put_on_duty,
    remove_place,
    sign_sheet,
    type_signatures,
)
from civic.ballots.service.polls import (
    create_poll_within,
    import_opened_within,
    redate_poll_within,
    seal_poll,
)
from civic.ballots.service.remarks import add_remark
from civic.ballots.service.reopening import agree_reopening, ask_reopening, drop_reopening
from civic.ballots.service.rights import (
    NO_NEIGHBOURHOOD,
    Letter,
    Loaded,
    RollEntry,
    claim_right,
    decide_homonym,
    find_right_by_code,
    forget_phone_checks,
    give_code,
    load_roll,
    make_letters,
    open_with_identity,
    proof_of_code,
    register_at_desk,
    report_homonym,
    revoke_right,
    rights_at_desk,
    send_phone_code,
    set_neighbourhood,
)
from civic.ballots.service.typing import type_ballot
from civic.ballots.service.withdrawing import tell_of_withdrawals, withdraw_project_within

__all__ = [
    "COMMISSION",
    "CONFIRM_WITHIN",
    "NO_NEIGHBOURHOOD",
    "VOTES_THERE",
    "Deposited",
    "Letter",
    "Loaded",
    "OpenedBallotRow",
    "PollItem",
    "Printed",
    "RollEntry",
    "add_place",
    "add_remark",
    "agree_reopening",
    "answer_contest",
    "appoint",
    "ask_annulment",
    "ask_reopening",
    "ask_to_drop_batch",
    "await_contest",
    "change_place",
    "claim_right",
    "clean_urn",
    "confirm_annulment",
    "confirm_contest",
    "create_poll_within",
    "decide_homonym",
    "deposit",
    "destroy_due",
    "drop_annulment",
    "drop_batch",
    "drop_reopening",
    "file_contest",
    "find_right_by_code",
    "forget_phone_checks",
    "forget_unconfirmed_contests",
    "give_code",
    "give_key",
    "import_opened_within",
    "keep_archive",
    "keep_batch",
    "keep_record",
    "leave_key_to_platform",
    "load_roll",
    "mail_receipt",
    "make_letters",
    "name_next_poll_within",
    "open_batch",
    "open_urn",
    "open_with_identity",
    "print_check_in",
    "proof_of_code",
    "publish_checkpoint",
    "publish_checkpoints",
    "publish_contest",
    "put_on_duty",
    "reconcile",
    "redate_poll_within",
    "register_at_desk",
    "rehearse",
    "rehearsed_key",
    "remove_place",
    "report_homonym",
    "revoke_right",
    "rights_at_desk",
    "seal_poll",
    "send_phone_code",
    "set_neighbourhood",
    "sever",
    "sign_sheet",
    "tell_of_annulments",
    "tell_of_withdrawals",
    "type_ballot",
    "type_signatures",
    "unconfirmed",
    "undo_paper_vote",
    "vote_on_paper",
    "withdraw_project_within",
]
