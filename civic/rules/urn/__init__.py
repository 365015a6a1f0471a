"""The urn: sealed envelopes, what they are filed under, receipts, codes, and the log of digests.

    key = urn.key_pair(seed)                                  # 32 bytes of chance, given
    clear = urn.write(form, ["P1", "P4"])                     # one length for the whole poll
    sealed = urn.seal(key.public, clear)
    number = urn.receipt_number(urn.digest(sealed))
    urn.read(form, urn.unseal(key.private, sealed))           # Choices(("P1", "P4"), ())

Plain values in and out. Keys and secrets are given by the caller; the only chance of this
package's own is the sealed box's (libsodium) and that which cuts a key into shares
(PyCryptodome). docs/urn.md says what all this promises and what it does not.
"""

from civic.rules.urn.amendments import (
    Amendment,
    BadAmendment,
    amendment_digest,
    amendment_text,
    without,
)
from civic.rules.urn.annulment import (
    GROUNDS,
    Annulment,
    BadAnnulment,
    annulment_digest,
    annulment_text,
    read_annulment,
)
from civic.rules.urn.codes import BadCode, code_hash, make_code, prefix_of, read_code, show_code
from civic.rules.urn.drafts import LIMIT as DRAFT_LIMIT
from civic.rules.urn.drafts import (
    close_draft,
    draft_key,
    draft_size,
    open_draft,
    order_of,
    pack,
    unpack,
)
from civic.rules.urn.envelope import (
    TYPES,
    WITH_POINTS,
    BadBallot,
    BallotForm,
    Choices,
    Unreadable,
    check,
    digest,
    key_pair,
    read,
    seal,
    spent,
    unseal,
    write,
)
from civic.rules.urn.files import (
    BadFile,
    ClosedUrn,
    OpenedUrn,
    read_key,
    read_opened,
    read_urn,
    write_key,
    write_opened,
    write_urn,
)
from civic.rules.urn.log import (
    IN_URN,
    REPLACED,
    START,
    WITHDRAWN,
    Checkpoint,
    chain,
    checkpoint_text,
    replay,
)
from civic.rules.urn.opening import Opened, export, list_digest, open_all, split
from civic.rules.urn.receipts import BadReceipt, read_receipt, receipt_number
from civic.rules.urn.shares import (
    BadShares,
    BadSheet,
    Share,
    cut,
    fingerprint,
    join,
    keys_of,
    mark_of,
    read_share,
    write_share,
)
from civic.rules.urn.tokens import (
    homonym_of,
    identity_of,
    phone_code_hash,
    phone_of,
    token_of,
)

__all__ = [
    "DRAFT_LIMIT",
    "GROUNDS",
    "IN_URN",
    "REPLACED",
    "START",
    "TYPES",
    "WITHDRAWN",
    "WITH_POINTS",
    "Amendment",
    "Annulment",
    "BadAmendment",
    "BadAnnulment",
    "BadBallot",
    "BadCode",
    "BadFile",
    "BadReceipt",
    "BadShares",
    "BadSheet",
    "BallotForm",
    "Checkpoint",
    "Choices",
    "ClosedUrn",
    "Opened",
    "OpenedUrn",
    "Share",
    "Unreadable",
    "amendment_digest",
    "amendment_text",
    "annulment_digest",
    "annulment_text",
    "chain",
    "check",
    "checkpoint_text",
    "close_draft",
    "code_hash",
    "cut",
    "digest",
    "draft_key",
    "draft_size",
    "export",
    "fingerprint",
    "homonym_of",
    "identity_of",
    "join",
    "key_pair",
    "keys_of",
    "list_digest",
    "make_code",
    "mark_of",
    "open_all",
    "open_draft",
    "order_of",
    "pack",
    "phone_code_hash",
    "phone_of",
    "prefix_of",
    "read",
    "read_annulment",
    "read_code",
    "read_key",
    "read_opened",
    "read_receipt",
    "read_share",
    "read_urn",
    "receipt_number",
    "replay",
    "seal",
    "show_code",
    "spent",
    "split",
    "token_of",
    "unpack",
    "unseal",
    "without",
    "write",
    "write_key",
    "write_opened",
    "write_share",
    "write_urn",
]
