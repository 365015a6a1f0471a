"""A project withdrawn during the vote: the amendment that says so, and what the count makes of it.

The sealed vote does not change, and neither does a ballot in the urn. An amendment is one line of
canonical JSON, chained to the one before it and to the sealed vote; its SHA-256 is published with
it. The count is that of the same ballots as if the project had never been on them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civic.rules.urn.envelope import Choices


class BadAmendment(ValueError):
    """Amendments that can't stand: one French sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """One withdrawal: the project's reference, why, who decided (in words), when (ISO instant), and
    the digest of the log's last published checkpoint at that time ("" when there was none)."""

    reference: str
    reason: str
    by: str
    at: str
    log: str = ""


def amendment_text(sealed: str, previous: str, one: Amendment) -> bytes:
    """What an amendment's digest covers. `sealed`: digest of the sealed vote; `previous`: that of
    the amendment before it, "" for the first."""
    said = {
        "scelle": sealed, "precedent": previous, "projet": one.reference, "motif": one.reason,
        "par": one.by, "le": one.at, "journal": one.log,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def amendment_digest(text: bytes) -> str:
    """SHA-256 of an amendment's text."""
    return hashlib.sha256(text).hexdigest()


def read_amendments(
    lines: Iterable[str], *, sealed: str, references: Collection[str], closes: datetime
) -> list[tuple[Amendment, str]]:
    """The amendments of a vote with their digests, checked one after the other; raises
    `BadAmendment` when one is not chained to the vote, comes after the closing instant, names no
    project of the ballot, or one that is withdrawn already."""
    found: list[tuple[Amendment, str]] = []
    previous, last = "", None
    for number, line in enumerate(lines, 1):
        said: dict[str, Any] = json.loads(line)
        one = Amendment(
            str(said["projet"]), str(said["motif"]), str(said["par"]), str(said["le"]),
            str(said["journal"]),
        )  # fmt: skip
        text = amendment_text(sealed, previous, one)
        if text != line.encode():
            raise BadAmendment(f"l'avenant {number} ne suit pas le vote scellé ou le précédent")
        if one.reference not in references or one.reference in {a.reference for a, _d in found}:
            raise BadAmendment(f"l'avenant {number} retire un projet qui n'est pas sur le bulletin")
        if not one.reason or not one.by:
            raise BadAmendment(f"l'avenant {number} n'a pas de motif ou pas de nom")
        when = datetime.fromisoformat(one.at)
        if when >= closes or (last is not None and when < last):
            raise BadAmendment(f"l'avenant {number} n'est pas daté d'avant la fin du vote")
        previous, last = amendment_digest(text), when
        found.append((one, previous))
    return found


def without(choices: Choices, withdrawn: Collection[str]) -> Choices:
    """What counts of a ballot: its choices without the withdrawn projects. In a ranking those that
    follow move up."""
    kept = [at for at, one in enumerate(choices.references) if one not in withdrawn]
    if len(kept) == len(choices.references):
        return choices
    return Choices(
        tuple(choices.references[at] for at in kept),
        tuple(choices.points[at] for at in kept) if choices.points else (),
    )


def all_without(ballots: Sequence[Choices], withdrawn: Collection[str]) -> Sequence[Choices]:
    """What counts of each ballot."""
    return [without(one, withdrawn) for one in ballots] if withdrawn else ballots
