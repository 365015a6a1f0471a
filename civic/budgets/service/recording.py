"""Recordings: a project of the catalogue read aloud, before its ballot is sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.budgets.models import EditionProject, EditionRecording
from civic.budgets.service.catalogue import open_catalogue
from civic.house import files, journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.files import Sound, StoredFile
from civic.house.i18n import VOICES, lazy
from civic.house.refusal import NotFound, Refusal


def record(
    db: Session, *, edition_project_id: int, edition_id: int, language: str, sound: Sound, by: str,
    at: datetime,
) -> str | None:  # fmt: skip
    """Puts a recording, already laid, in the place of the one in that language.

    Answers the digest of a file that nothing names any more, for the caller to erase.
    """
    if language not in VOICES:
        raise Refusal(lazy("Choisissez une langue de la liste."), field="language")
    with writing(db):
        _project(db, edition_id, edition_project_id)
        digest = files.keep(db, sound, purpose="recording", on=day_of(at))
        row = db.get(EditionRecording, (edition_project_id, language))
        old = row.digest if row else None
        if row is None:
            row = EditionRecording(edition_project_id=edition_project_id, language=language)
            db.add(row)
        row.digest = digest
        db.flush()
        _note(db, edition_id, "edition.record", edition_project_id, language, by, at)
        return _unused(db, old)


def silence(
    db: Session, *, edition_project_id: int, edition_id: int, language: str, by: str, at: datetime
) -> str | None:
    """Takes a recording away; answers as `record` does."""
    with writing(db):
        _project(db, edition_id, edition_project_id)
        row = db.get(EditionRecording, (edition_project_id, language))
        if row is None:
            raise NotFound
        old = row.digest
        db.delete(row)
        db.flush()
        _note(db, edition_id, "edition.silence", edition_project_id, language, by, at)
        return _unused(db, old)


def _project(db: Session, edition_id: int, edition_project_id: int) -> None:
    row = open_catalogue(db, edition_id)
    found = db.get(EditionProject, edition_project_id)
    if found is None or found.edition_id != row.id or found.status == "withdrawn":
        raise NotFound


def _note(
    db: Session, edition_id: int, verb: str, project: int, language: str, by: str, at: datetime
) -> None:
    journal.record(
        db, at=at, actor=by, verb=verb, target=f"edition:{edition_id}", project=project,
        language=language,
    )  # fmt: skip


def _unused(db: Session, digest: str | None) -> str | None:
    """Forgets a sound that no recording names any more: its digest, None while one does."""
    if digest is None:
        return None
    named = select(func.count()).where(EditionRecording.digest == digest)
    if db.scalar(named):
        return None
    row = db.get(StoredFile, digest)
    if row is not None:
        db.delete(row)
    return digest
