"""The verbs of décisions: an agent prepares an act, an élu publishes it, an agent follows it up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.budgets import service as budgets
from civic.budgets.models import EditionProject
from civic.decisions.models import Act, Decision, DecisionItem, FollowUp
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.meetings import service as meetings


@dataclass(frozen=True, slots=True)
class ActText:
    """What an act says; `authority` is who took it. No numbers of votes where nobody voted."""

    organisation_id: int
    authority: str
    kind: str
    number: str
    title: str
    adopted_on: date
    text: str
    subject_code: str = "7.10"
    subject_name: str = "Finances locales, divers"
    members: int | None = None
    present: int | None = None
    votes_for: int | None = None
    votes_against: int | None = None
    abstentions: int | None = None
    prefecture_number: str = ""
    prefecture_receipt_on: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What an act decides of: kind (models.TARGETS), number of the thing, outcome and reason."""

    kind: str
    id: int
    outcome: str = "follows"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What is decided of one project of an édition's result."""

    edition_project_id: int
    outcome: str
    reason: str = ""


def prepare_act(
    db: Session,
    *,
    text: ActText,
    scope: Sequence[str],
    by: str,
    at: datetime,
    target: Target | None = None,
    corrects_id: int | None = None,
) -> int:
    """Writes an act down as a draft; its number. Refuses a number that the authority has used."""
    with writing(db):
        _check(text, at)
        if corrects_id is not None:
            corrected = db.get(Act, corrects_id)
            if corrected is None or corrected.published_at is None:
                raise Refusal(lazy("On ne corrige qu'un acte publié."))
            if corrected.organisation_id != text.organisation_id:
                raise Refusal(
                    lazy("Un acte est corrigé par la collectivité ou le bailleur qui l'a pris."),
                    field="organisation",
                )
        row = Act(
            **asdict(text), folded_title=folded(text.title), scope=sorted(scope),
            corrects_id=corrects_id, prepared_by=by, prepared_at=at,
        )  # fmt: skip
        _write(db, row)
        if target is not None:
            _aim(db, row, target)
        journal.record(
            db, at=at, actor=by, verb="act.prepare", target=f"act:{row.id}", kind=text.kind
        )
        return row.id


def change_act(
    db: Session,
    *,
    act_id: int,
    text: ActText,
    scope: Sequence[str],
    target: Target | None,
    by: str,
    at: datetime,
) -> None:
    """Changes a draft; `scope` follows its authority. A published act is refused: it is corrected
    by a new one."""
    with writing(db):
        row = _draft(db, act_id)
        _check(text, at)
        for name, value in asdict(text).items():
            setattr(row, name, value)
        row.folded_title, row.scope = folded(text.title), sorted(scope)
        row.prepared_by, row.prepared_at = by, at
        _write(db, row)
        kept = db.scalars(select(Decision).where(Decision.act_id == act_id)).first()
        same = kept and target and (kept.target_kind, kept.target_id) == (target.kind, target.id)
        if kept and target and same:
            kept.outcome, kept.reason = target.outcome, target.reason
        else:
            db.execute(delete(Decision).where(Decision.act_id == act_id))
            if target is not None:
                _aim(db, row, target)
        journal.record(db, at=at, actor=by, verb="act.change", target=f"act:{act_id}")


def decide_items(
    db: Session, *, act_id: int, items: Sequence[ItemDecision], by: str, at: datetime
) -> None:
    """Says what a draft act decides of each project of a vote's result; replaces what was said.

    Going against the vote (a laureate set aside or postponed, another project adopted) needs a
    reason. A project that neither won nor is adopted is left out.
    """
    with writing(db):
        _draft(db, act_id)
        decision = db.scalars(
            select(Decision).where(
                Decision.act_id == act_id, Decision.target_kind == "edition_result"
            )
        ).first()
        if decision is None:
            raise Refusal(lazy("Cet acte ne décide pas du résultat d'un vote."))
        projects = {
            row.id: row
            for row in db.scalars(
                select(EditionProject).where(EditionProject.edition_id == decision.target_id)
            )
        }
        db.execute(delete(DecisionItem).where(DecisionItem.decision_id == decision.id))
        for item in items:
            project = projects.get(item.edition_project_id)
            if project is None:
                raise NotFound
            if (item.outcome == "adopted") != bool(project.elected) and not item.reason:
                raise Refusal(
                    lazy(
                        "Projet %(number)s : cette décision s'écarte du vote. Écrivez pourquoi.",
                        number=project.reference,
                    ),
                    field=f"reason_{project.id}",
                )
            db.add(DecisionItem(decision_id=decision.id, **asdict(item)))
        db.flush()
        journal.record(
            db, at=at, actor=by, verb="act.items", target=f"act:{act_id}", items=len(items)
        )


def publish_act(
    db: Session, *, act_id: int, author_name: str, author_quality: str, by: str, at: datetime,
    read: str | None = None,
) -> None:  # fmt: skip
    """Publishes a draft, and carries out what it decides: adopts an édition's règlement, says what
    becomes of each project of a result, answers an avis. All or nothing.

    Refuses the person who prepared it, and a draft that is no longer the one that was read (`read`:
    its `draft_digest`, None where nobody reads). From here on nothing of it changes.
    """
    with writing(db):
        row = _draft(db, act_id)
        if row.prepared_by == by:
            raise Refusal(
                lazy("Vous avez préparé cet acte : c'est une autre personne, élue, qui le publie.")
            )
        if read is not None and draft_digest(db, row) != read:
            raise Refusal(
                lazy("Cet acte a changé depuis que vous l'avez ouvert. Relisez-le, puis publiez.")
            )
        if not author_name or not author_quality:
            raise Refusal(lazy("Écrivez le nom et la qualité de l'auteur."), field="author_name")
        decided = _decided(db, act_id)
        for decision, items in decided:
            _carry_out(db, row, decision, items, by=by, at=at)
        row.author_name, row.author_quality = author_name, author_quality
        row.digest = digest_of(row, _said(decided))
        row.published_by, row.published_at = by, at
        db.flush()
        journal.record(
            db, at=at, actor=by, verb="act.publish", target=f"act:{act_id}", digest=row.digest
        )


def draft_digest(db: Session, row: Act) -> str:
    """The digest of a draft as it stands: what is published is what was read."""
    return digest_of(row, _said(_decided(db, row.id)))


def _decided(db: Session, act_id: int) -> list[tuple[Decision, Sequence[DecisionItem]]]:
    return [
        (
            decision,
            db.scalars(
                select(DecisionItem)
                .where(DecisionItem.decision_id == decision.id)
                .order_by(DecisionItem.edition_project_id)
            ).all(),
        )
        for decision in db.scalars(select(Decision).where(Decision.act_id == act_id)).all()
    ]


def _said(decided: Sequence[tuple[Decision, Sequence[DecisionItem]]]) -> list[object]:
    return [
        [decision.target_kind, decision.target_id, decision.outcome, decision.reason,
         [[item.edition_project_id, item.outcome, item.reason] for item in items]]
        for decision, items in decided
    ]  # fmt: skip


def digest_of(row: Act, decided: Sequence[object]) -> str:
    """SHA-256 of all that an act publishes, in canonical JSON."""
    said = {
        "autorite": row.authority,
        "nature": row.kind,
        "numero": row.number,
        "titre": row.title,
        "date": row.adopted_on.isoformat(),
        "texte": row.text,
        "votes": [row.members, row.present, row.votes_for, row.votes_against, row.abstentions],
        "prefecture": [
            row.prefecture_number,
            row.prefecture_receipt_on.isoformat() if row.prefecture_receipt_on else None,
        ],
        "auteur": [row.author_name, row.author_quality],
        "corrige": row.corrects_id,
        "decisions": list(decided),
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _carry_out(
    db: Session, row: Act, decision: Decision, items: Sequence[DecisionItem], *, by: str,
    at: datetime,
) -> None:  # fmt: skip
    match decision.target_kind:
        case "edition_rules":
            if decision.outcome == "follows":
                budgets.record_adoption_within(
                    db, edition_id=decision.target_id, authority=row.authority, kind=row.kind,
                    number=row.number, adopted_on=row.adopted_on, by=by, at=at, text=row.text,
                )  # fmt: skip
        case "edition_result":
            if not items:
                raise Refusal(lazy("Dites d'abord ce que cet acte décide de chaque projet."))
            for item in items:
                budgets.record_outcome_within(
                    db, edition_project_id=item.edition_project_id, outcome=item.outcome,
                    reason=item.reason, by=by, at=at,
                )  # fmt: skip
        case "opinion" if decision.outcome != "postpones":
            meetings.answered_within(db, opinion_id=decision.target_id, on=day_of(at), by=by, at=at)


STAGES = {"funds": "planned", "contract": "studies", "works": "works"}
"""What a milestone that is done makes of the project (DOMAINE § 8c)."""


def follow_up(
    db: Session,
    *,
    edition_project_id: int,
    milestone: str,
    planned_on: date | None,
    done_on: date | None,
    cost: int | None,
    note: str,
    by: str,
    at: datetime,
) -> None:
    """Writes one milestone of a project that the élus retained; done ones move the project on.

    `cost` in cents. Refuses a milestone without any date, and a date to come called done.
    """
    with writing(db):
        project = db.get(EditionProject, edition_project_id, with_for_update=True)
        if project is None:
            raise NotFound
        if project.outcome not in {"adopted", "delivered"}:
            raise Refusal(lazy("Ce projet n'a pas été retenu par les élus."))
        if planned_on is None and done_on is None:
            raise Refusal(lazy("Donnez une date prévue ou une date de fin."), field="planned_on")
        if done_on is not None and done_on > day_of(at):
            raise Refusal(
                lazy("Cette date est à venir : mettez-la comme date prévue."), field="done_on"
            )
        row = db.scalars(
            select(FollowUp)
            .where(
                FollowUp.edition_project_id == edition_project_id,
                FollowUp.milestone == milestone,
            )
            .with_for_update()
        ).first()
        was_done = row is not None and row.done_on is not None
        if row is None:
            row = FollowUp(edition_project_id=edition_project_id, milestone=milestone)
            db.add(row)
        row.planned_on, row.done_on, row.cost, row.note = planned_on, done_on, cost, note
        row.written_by, row.written_at = by, at
        db.flush()
        if done_on is not None and not was_done and project.outcome == "adopted":
            if milestone in STAGES:
                budgets.mark_delivery_begun_within(
                    db, edition_project_id=edition_project_id, stage=STAGES[milestone], by=by,
                    at=at,
                )  # fmt: skip
            elif milestone == "acceptance":
                budgets.mark_delivered_within(
                    db, edition_project_id=edition_project_id, by=by, at=at
                )
        journal.record(
            db, at=at, actor=by, verb="follow_up.write",
            target=f"edition_project:{edition_project_id}", milestone=milestone,
        )  # fmt: skip


def _draft(db: Session, act_id: int) -> Act:
    row = db.get(Act, act_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.published_at is not None:
        raise Refusal(
            lazy("Cet acte est publié : il ne change plus. Préparez un acte qui le corrige.")
        )
    return row


def _check(text: ActText, at: datetime) -> None:
    if text.adopted_on > day_of(at):
        raise Refusal(lazy("Cette date est à venir : un acte est déjà pris."), field="adopted_on")
    votes = (text.votes_for or 0) + (text.votes_against or 0) + (text.abstentions or 0)
    if text.present is not None and text.members is not None and text.present > text.members:
        raise Refusal(lazy("Il y a plus de présents que de membres."), field="present")
    if text.members is not None and votes > text.members:
        raise Refusal(lazy("Il y a plus de votes que de membres."), field="votes_for")


def _write(db: Session, row: Act) -> None:
    try:
        with db.begin_nested():
            db.add(row)
            db.flush()
    except IntegrityError as wrong:
        raise Refusal(
            lazy("Cette autorité a déjà un acte de ce numéro."), field="number"
        ) from wrong


def _aim(db: Session, row: Act, target: Target) -> None:
    if target.outcome != "follows" and not target.reason:
        raise Refusal(lazy("Écrivez pourquoi cette décision ne suit pas."), field="reason")
    db.add(
        Decision(
            act_id=row.id,
            target_kind=target.kind,
            target_id=target.id,
            outcome=target.outcome,
            reason=target.reason,
        )
    )
    db.flush()
