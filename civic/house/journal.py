"""The journal: what was done, by whom, when; append-only and chained by digests.

Each line's digest covers the line and the digest before it, so that an altered, removed or
reordered line is found by `verify`. Lines are written inside the verb's own transaction. They
hold identifiers, never names, never anything of a ballot: a deposit writes no line here at all.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.house.db import Base, Code, Instant

START = "0" * 64


class JournalEntry(Base):
    """One line, kept without an end date; triggers refuse any change or removal."""

    __tablename__ = "journal_entry"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    actor: Mapped[str] = mapped_column(String(40))
    verb: Mapped[Code]
    target: Mapped[str] = mapped_column(String(80), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class JournalHead(Base):
    """The last line's number and digest: one row, locked by whoever adds a line."""

    __tablename__ = "journal_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))


def digest_of(
    number: int, at: datetime, actor: str, verb: str, target: str, detail: Any, previous: str
) -> str:
    """SHA-256 (64 hex digits) of a line, in canonical JSON."""
    line = [number, at.isoformat(timespec="microseconds"), actor, verb, target, detail, previous]
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(db: Session, *, at: datetime, actor: str, verb: str, target: str, **detail: Any) -> None:
    """Adds a line, inside the caller's write transaction.

    `actor` is a person's public identifier or "system"; `verb` a dotted name ("draw.freeze");
    `target` "kind:identifier"; `detail` plain JSON values.
    """
    head = db.get(JournalHead, 1, with_for_update=True)
    if head is None:
        head = JournalHead(id=1, last=0, digest=START)
        db.add(head)
    number = head.last + 1
    digest = digest_of(number, at, actor, verb, target, detail, head.digest)
    db.add(
        JournalEntry(
            id=number,
            at=at,
            actor=actor,
            verb=verb,
            target=target,
            detail=detail,
            previous=head.digest,
            digest=digest,
        )
    )
    head.last, head.digest = number, digest
    db.flush()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the journal found: how many lines were read, and what is wrong first."""

    lines: int
    digest: str
    wrong: str | None


def verify(db: Session) -> Verdict:
    """Reads the whole journal and says whether any line was altered, removed or reordered."""
    previous, expected = START, 1
    for entry in db.scalars(select(JournalEntry).order_by(JournalEntry.id)).yield_per(1000):
        if entry.id != expected:
            missing = (
                f"ligne {expected}"
                if entry.id == expected + 1
                else (f"lignes {expected} à {entry.id - 1}")
            )
            return Verdict(expected - 1, previous, f"{missing} : retirée du journal.")
        if entry.previous != previous:
            return Verdict(
                expected - 1, previous, f"ligne {entry.id} : ne suit pas la ligne {expected - 1}."
            )
        found = digest_of(
            entry.id, entry.at, entry.actor, entry.verb, entry.target, entry.detail, previous
        )
        if found != entry.digest:
            return Verdict(expected - 1, previous, f"ligne {entry.id} : son contenu a été modifié.")
        previous, expected = entry.digest, expected + 1
    head = db.get(JournalHead, 1)
    if head is not None and (head.last, head.digest) != (expected - 1, previous):
        return Verdict(expected - 1, previous, f"ligne {expected} : retirée à la fin du journal.")
    return Verdict(expected - 1, previous, None)
