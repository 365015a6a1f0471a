"""What the élus decided of each project, and what became of it. Called by room `decisions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from civic.ballots.queries import contests as polls
from civic.budgets.models import Edition, EditionProject
from civic.budgets.service.preparing import locked
from civic.budgets.service.revoting import require_vote_stands
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import day, lazy
from civic.house.refusal import NotFound, Refusal
from civic.proposals import service as proposals

DECIDED = {"adopted": "adopted", "set_aside": "set_aside", "postponed": "postponed"}
AFTERWARDS = {"delivered": "delivered", "abandoned": "abandoned"}


def record_outcome_within(
    db: Session,
    *,
    edition_project_id: int,
    outcome: str,
    reason: str,
    by: str,
    at: datetime,
) -> None:
    """Writes what the élus decided (adopted, set_aside, postponed) or what became of a project
    (abandoned), inside the caller's transaction. Going against the vote needs a reason."""
    if outcome not in DECIDED | AFTERWARDS:
        raise Refusal(lazy("Choisissez une décision pour ce projet."))
    found, row = _found(db, edition_project_id)
    if outcome in DECIDED:
        require_vote_stands(db, row)
    if polls.contests_waiting(db, row.poll_id):
        raise Refusal(
            lazy(
                "Le résultat est contesté : la commission du vote doit d'abord répondre, et "
                "recompter si elle l'admet."
            )
        )
    until = polls.provisional_until(db, row.poll_id, at) if outcome in DECIDED else None
    if until is not None:
        raise Refusal(
            lazy(
                "Ce résultat est provisoire : il peut être contesté jusqu'au %(day)s. L'acte qui "
                "décide des projets se publie ensuite.",
                day=day(until),
            )
        )
    if found.elected is None:
        raise Refusal(lazy("Ce projet n'a pas encore de résultat."))
    if found.outcome == "withdrawn":
        raise Refusal(lazy("Ce projet a été retiré du vote : il n'y a rien à décider."))
    against = (outcome == "adopted") != found.elected
    if against and not reason:
        raise Refusal(
            lazy("Cette décision s'écarte du vote des habitants : écrivez pourquoi."),
            field="reason",
        )
    found.outcome, found.outcome_reason, found.outcome_on = outcome, reason, day_of(at)
    if row.status == "provisional" and outcome in DECIDED:
        row.status = "deliberated"
    proposals.move_project_within(
        db,
        project_id=found.project_id,
        to=outcome,
        by=by,
        by_role="elected",
        at=at,
        text=reason,
        link=f"/budgets/{row.slug}/projets/{found.reference}",
    )
    journal.record(
        db,
        at=at,
        actor=by,
        verb="edition.outcome",
        target=f"edition:{row.id}",
        project=found.project_id,
        outcome=outcome,
    )


def mark_delivery_begun_within(
    db: Session, *, edition_project_id: int, stage: str, by: str, at: datetime
) -> None:
    """Says that studies or works have begun (stage: planned, studies, works), inside the caller's
    transaction; the édition is then in delivery."""
    if stage not in {"planned", "studies", "works"}:
        raise Refusal(lazy("Choisissez une étape de la liste."))
    found, row = _found(db, edition_project_id)
    if row.status == "deliberated":
        row.status = "delivery"
    proposals.move_project_within(
        db, project_id=found.project_id, to=stage, by=by, by_role="agent", at=at,
        link=f"/budgets/{row.slug}/projets/{found.reference}",
    )  # fmt: skip


def mark_delivered_within(db: Session, *, edition_project_id: int, by: str, at: datetime) -> None:
    """Says that a project is delivered, inside the caller's transaction."""
    found, row = _found(db, edition_project_id)
    if found.outcome not in {"adopted", "delivered"}:
        raise Refusal(lazy("Ce projet n'a pas été retenu par les élus."))
    found.outcome, found.outcome_on = "delivered", day_of(at)
    if row.status == "deliberated":
        row.status = "delivery"
    proposals.move_project_within(
        db,
        project_id=found.project_id,
        to="delivered",
        by=by,
        by_role="agent",
        at=at,
        link=f"/budgets/{row.slug}/projets/{found.reference}",
    )
    journal.record(
        db,
        at=at,
        actor=by,
        verb="edition.delivered",
        target=f"edition:{row.id}",
        project=found.project_id,
    )


def _found(db: Session, edition_project_id: int) -> tuple[EditionProject, Edition]:
    found = db.get(EditionProject, edition_project_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found, locked(db, found.edition_id)


def archive(db: Session, *, edition_id: int, by: str, at: datetime) -> None:
    """Closes an édition whose projects are all settled; its pages stay."""
    with writing(db):
        row = locked(db, edition_id)
        if row.status not in {"deliberated", "delivery", "review"}:
            raise Refusal(lazy("Cette édition n'est pas terminée."))
        row.status = "archived"
        journal.record(db, at=at, actor=by, verb="edition.archive", target=f"edition:{row.id}")
