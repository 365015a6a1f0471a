"""The published papers of a vote, as they are kept."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from civic.ballots.models import PollDocument


class Kept(NamedTuple):
    """A kept paper without its bytes: what it was made of, and the digest of its bytes."""

    source: str
    digest: str


def kept(db: Session, poll_id: int, kind: str, language: str = "") -> Kept | None:
    """The kept paper of this kind and language; None when there is none."""
    row = db.execute(
        select(PollDocument.source, PollDocument.digest).where(*_this(poll_id, kind, language))
    ).first()
    return None if row is None else Kept(row.source, row.digest)


def content(db: Session, poll_id: int, kind: str, language: str = "") -> tuple[str, bytes] | None:
    """The digest and the bytes of the kept paper; None when it is gone."""
    row = db.execute(
        select(PollDocument.digest, PollDocument.content).where(*_this(poll_id, kind, language))
    ).first()
    return None if row is None else (row.digest, row.content)


def _this(poll_id: int, kind: str, language: str) -> tuple[ColumnElement[bool], ...]:
    return (
        PollDocument.poll_id == poll_id,
        PollDocument.kind == kind,
        PollDocument.language == language,
    )
