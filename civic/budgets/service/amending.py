"""What may still change after the act: an amendment, a suspension, a cancellation. All public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import service as ballots
from civic.budgets.models import Edition, EditionProject, EditionRules
from civic.budgets.service.catalogue import redate_within
from civic.budgets.service.preparing import locked, put_calendar
from civic.budgets.service.writing_rules import write_rules
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.proposals import service as proposals


def amend(
    db: Session,
    *,
    edition_id: int,
    reason: str,
    filing_opens_at: datetime,
    filing_closes_at: datetime,
    vote_opens_at: datetime,
    vote_closes_at: datetime,
    results_on: date | None,
    by: str,
    at: datetime,
) -> int:
    """Changes the calendar by a dated, reasoned amendment; its version number.

    Never retroactive (a date that has passed stays, unless it is that of a vote that never
    opened), and never once the vote is sealed.
    """
    if not reason:
        raise Refusal(lazy("Écrivez pourquoi : l'avenant est public."), field="reason")
    with writing(db):
        row = locked(db, edition_id)
        if row.status != "filing" and not row.waits_for_key:
            raise Refusal(lazy("Le calendrier de cette édition ne peut plus changer."))
        wanted: dict[str, Any] = {
            "filing_opens_at": filing_opens_at,
            "filing_closes_at": filing_closes_at,
            "vote_opens_at": vote_opens_at,
            "vote_closes_at": vote_closes_at,
        }
        for name, new in wanted.items():
            old = getattr(row, name)
            passed = new if name.startswith("vote") else min(old, new)
            if old != new and passed < at:
                raise Refusal(
                    lazy("Cette date est passée : un avenant ne revient pas en arrière."),
                    field=name,
                )
        put_calendar(row, results_on=results_on, **wanted)
        db.flush()
        last = _last(db, row)
        version = EditionRules(
            edition_id=row.id,
            version=last.version + 1,
            data={},
            text="",
            digest="",
            reason=reason,
            written_at=at,
            sealed_at=at,
        )
        write_rules(db, row, version, last.data, at)
        db.add(version)
        if row.waits_for_key:
            redate_within(db, row, version, by=by, at=at)
        journal.record(
            db,
            at=at,
            actor=by,
            verb="edition.amend",
            target=f"edition:{row.id}",
            version=version.version,
            digest=version.digest,
        )
        return version.version


def withdraw_from_vote(
    db: Session,
    *,
    edition_id: int,
    reference: str,
    reason: str,
    decided_by: str,
    by: str,
    at: datetime,
) -> str:
    """Takes a project out of a sealed vote by a public amendment; the amendment's digest.

    What is sealed does not change. `decided_by`: name and quality of who decided, published with
    the reason. The proposals behind the project are « abandonnées » with the same reason.
    """
    with writing(db):
        row = locked(db, edition_id)
        found = db.scalars(
            select(EditionProject).where(
                EditionProject.edition_id == row.id, EditionProject.reference == reference
            )
        ).first()
        if found is None:
            raise NotFound
        if row.status != "catalogue_frozen" or row.poll_id is None:
            raise Refusal(lazy("Cette édition n'a pas de vote scellé en cours."))
        digest = ballots.withdraw_project_within(
            db, poll_id=row.poll_id, reference=reference, reason=reason, decided_by=decided_by,
            by=by, at=at,
        )  # fmt: skip
        proposals.move_project_within(
            db, project_id=found.project_id, to="abandoned", by=by, by_role="agent", at=at,
            text=reason, link=f"/budgets/{row.slug}/projets/{reference}",
        )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="edition.withdraw_from_vote", target=f"edition:{row.id}",
            project=found.project_id, digest=digest,
        )  # fmt: skip
        return digest


def _last(db: Session, row: Edition) -> EditionRules:
    return db.scalars(
        select(EditionRules)
        .where(EditionRules.edition_id == row.id)
        .order_by(EditionRules.version.desc())
        .limit(1)
    ).one()


def suspend(db: Session, *, edition_id: int, reason: str, by: str, at: datetime) -> None:
    """Suspends an édition that has no sealed ballot yet, with a public reason."""
    _stop(db, edition_id, "suspended", reason, by, at, only={"filing"})


def cancel(db: Session, *, edition_id: int, reason: str, by: str, at: datetime) -> None:
    """Cancels an édition before its ballot is sealed, or after its vote was annulled, with a public
    reason."""
    _stop(db, edition_id, "cancelled", reason, by, at, only={"preparation", "filing", "suspended"})


def _stop(
    db: Session,
    edition_id: int,
    to: str,
    reason: str,
    by: str,
    at: datetime,
    *,
    only: set[str],
) -> None:
    if not reason:
        raise Refusal(lazy("Écrivez pourquoi : cette raison est publique."), field="reason")
    with writing(db):
        row = locked(db, edition_id)
        if row.status not in only:
            raise Refusal(lazy("Cette édition ne peut plus être arrêtée ainsi."))
        row.stop_reason, row.status = reason, to
        if to == "cancelled" and row.poll_id is not None:  # its vote is annulled
            _postpone(db, row, reason, by, at)
        journal.record(db, at=at, actor=by, verb=f"edition.{to}", target=f"edition:{row.id}")


def _postpone(db: Session, row: Edition, reason: str, by: str, at: datetime) -> None:
    """The projects of a vote that never was may go on another ballot."""
    for project_id in db.scalars(
        select(EditionProject.project_id).where(
            EditionProject.edition_id == row.id, EditionProject.status == "on_ballot"
        )
    ).all():
        proposals.move_project_within(
            db, project_id=project_id, to="postponed", by=by, by_role="agent", at=at, text=reason,
            link=f"/budgets/{row.slug}",
        )  # fmt: skip


def resume(db: Session, *, edition_id: int, by: str, at: datetime) -> None:
    """Takes a suspended édition up again; its calendar runs on."""
    with writing(db):
        row = locked(db, edition_id)
        if row.status != "suspended":
            raise Refusal(lazy("Cette édition n'est pas suspendue."))
        if row.poll_id is not None:
            raise Refusal(
                lazy("Le vote de cette édition est annulé : ouvrez un autre vote, ou annulez-la.")
            )
        row.status, row.stop_reason = "filing", ""
        journal.record(db, at=at, actor=by, verb="edition.resume", target=f"edition:{row.id}")
