"""The annulment of a vote: the act that says so, and what its digest covers.

What was sealed, the log and the certified steps stay as they are; no result stands. The act is one
line of canonical JSON that cites the sealed vote, the log's last checkpoint and the count that it
sets aside, where there was one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

GROUNDS = ("contest", "authority", "judge")
"""Who annuls: the commission du vote on an upheld contest, the authority that organises the vote,
the administrative judge."""
_WRITTEN = {"contest": "contestation", "authority": "autorite", "judge": "juge"}


class BadAnnulment(ValueError):
    """An act of annulment that can't stand: one French sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Annulment:
    """Who annuls (GROUNDS) and in words, on which day (ISO), the number of their act, why; the
    contest it answers; when it was confirmed here (ISO instant); the digests of the log's last
    checkpoint, and of the count set aside and its archive ("" where there was none)."""

    ground: str
    by: str
    on: str
    reference: str
    reason: str
    at: str
    contest: int | None = None
    log: str = ""
    result: str = ""
    archive: str = ""


def annulment_text(sealed: str, one: Annulment) -> bytes:
    """What the act's digest covers. `sealed`: digest of the sealed vote."""
    said = {
        "scelle": sealed, "acte": "annulation", "fondement": _WRITTEN[one.ground], "par": one.by,
        "decide": one.on, "numero": one.reference, "motif": one.reason, "le": one.at,
        "contestation": one.contest, "journal": one.log, "resultat": one.result,
        "archive": one.archive,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def annulment_digest(text: bytes) -> str:
    """SHA-256 of the act's text."""
    return hashlib.sha256(text).hexdigest()


def read_annulment(text: bytes, *, sealed: str) -> Annulment:
    """The act, checked; raises `BadAnnulment` when it is of another vote, is not written as its
    digest covers it, has no reason or no name, or is decided after it was confirmed."""
    said: dict[str, Any] = json.loads(text)
    ground = {word: one for one, word in _WRITTEN.items()}[said["fondement"]]
    contest = said["contestation"]
    one = Annulment(
        ground, str(said["par"]), str(said["decide"]), str(said["numero"]), str(said["motif"]),
        str(said["le"]), None if contest is None else int(contest), str(said["journal"]),
        str(said["resultat"]), str(said["archive"]),
    )  # fmt: skip
    if annulment_text(sealed, one) != text:
        raise BadAnnulment("l'acte n'est pas celui de ce vote, ou n'est pas écrit comme il faut")
    if not one.by or not one.reason:
        raise BadAnnulment("l'acte n'a pas de motif ou pas de nom")
    if (ground == "contest") != (contest is not None):
        raise BadAnnulment("l'acte de la commission ne dit pas quelle contestation il admet")
    if date.fromisoformat(one.on) > datetime.fromisoformat(one.at).date():
        raise BadAnnulment("l'acte est décidé après avoir été confirmé")
    return one
