"""The published papers of a vote are made once and kept: no visitor has them printed again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.orm import Session

from civic.ballots.models import PollDocument, PollStep
from civic.ballots.queries import PollView, archive_files, view_of
from civic.ballots.service.locks import locked_poll
from civic.house.db import writing
from civic.rules.urn.archive import archive_digest, zipped


def keep_record(
    db: Session, *, view: PollView, destroyed: bool, language: str, source: str, content: bytes
) -> bool:
    """Keeps the procès-verbal that was printed of a vote as `view` tells it, in place of the one
    before; whether it is kept.

    It is not when the vote has changed meanwhile (`destroyed`: what was secret, destroyed): a paper
    of the former state must not outlive what it was made of.
    """
    with writing(db):
        poll = locked_poll(db, view.id, annulled=True)
        gone = db.get(PollStep, (view.id, "destroyed")) is not None
        if view_of(poll) != view or gone != destroyed:
            return False
        _keep_within(db, view.id, "record", language, source, content)
        return True


def keep_archive(db: Session, *, poll_id: int) -> None:
    """Makes and keeps the archive of a vote that was counted before archives were kept."""
    with writing(db):
        poll = locked_poll(db, poll_id, annulled=True)
        files = archive_files(db, view_of(poll))
        if files is not None:
            keep_archive_within(db, poll_id, files)


def keep_archive_within(db: Session, poll_id: int, files: Mapping[str, bytes]) -> str:
    """Keeps these files as the archive of a vote, in place of the one before, inside the caller's
    transaction; the archive's own digest."""
    source = archive_digest(files)
    _keep_within(db, poll_id, "archive", "", source, zipped(files))
    return source


def forget_within(db: Session, poll_id: int, *kinds: str) -> None:
    """Erases the kept papers of these kinds, inside the caller's transaction."""
    db.execute(
        delete(PollDocument).where(PollDocument.poll_id == poll_id, PollDocument.kind.in_(kinds))
    )


def _keep_within(
    db: Session, poll_id: int, kind: str, language: str, source: str, content: bytes
) -> None:
    db.merge(
        PollDocument(
            poll_id=poll_id, kind=kind, language=language, source=source,
            digest=hashlib.sha256(content).hexdigest(), content=content,
        )
    )  # fmt: skip
    db.flush()
