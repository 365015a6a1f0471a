"""Which projects of a catalogue are read aloud, and in which languages."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.queries import Recording
from civic.budgets.models import EditionRecording
from civic.house.files import StoredFile


def recordings(db: Session, projects: Collection[int]) -> dict[int, tuple[Recording, ...]]:
    """By `EditionProject.id`, its recordings, those in French first: one statement."""
    rows = db.execute(
        select(
            EditionRecording.edition_project_id,
            EditionRecording.language,
            EditionRecording.digest,
            StoredFile.seconds,
        )
        .join(StoredFile, StoredFile.digest == EditionRecording.digest)
        .where(EditionRecording.edition_project_id.in_(projects))
        .order_by(EditionRecording.language != "fr", EditionRecording.language)
    )
    found: dict[int, tuple[Recording, ...]] = {}
    for project, language, digest, seconds in rows:
        found[project] = (*found.get(project, ()), Recording(language, digest, seconds or 0))
    return found
