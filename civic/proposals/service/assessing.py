"""What the services are asked, by when, and what they answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.people.models import Organisation
from civic.proposals.models import Assessment, Proposal, ProposalEvent
from civic.proposals.service.moves import locked, move, tell
from civic.proposals.states import VERDICTS

MOST_CENTS = 100_000_000_00


def ask(
    db: Session,
    *,
    number: int,
    organisation_ids: list[int],
    due_on: date,
    by: str,
    at: datetime,
) -> None:
    """Asks one or several organisations whether a proposal is feasible, and at what cost."""
    if not organisation_ids:
        raise Refusal(lazy("Choisissez au moins un service."), field="organisations")
    if due_on <= day_of(at):
        raise Refusal(lazy("Choisissez une date à venir."), field="due_on")
    with writing(db):
        row = locked(db, number)
        known = set(
            db.scalars(select(Organisation.id).where(Organisation.id.in_(organisation_ids)))
        )
        asked = set(
            db.scalars(select(Assessment.organisation_id).where(Assessment.proposal_id == row.id))
        )
        new = [key for key in dict.fromkeys(organisation_ids) if key in known - asked]
        if not new:
            raise Refusal(lazy("Ces services ont déjà été interrogés."), field="organisations")
        for key in new:
            db.add(Assessment(proposal_id=row.id, organisation_id=key, asked_at=at, due_on=due_on))
        if row.status == "admissible":
            move(db, row, "assessing", by_role="agent", at=at)
        elif row.status != "assessing":
            raise Refusal(lazy("Cette proposition n'est pas prête à être étudiée."))
        row.due_on = max(row.due_on or due_on, due_on)
        journal.record(
            db,
            at=at,
            actor=by,
            verb="proposal.ask",
            target=f"proposal:{number}",
            organisations=new,
        )


def answer(
    db: Session,
    *,
    assessment_id: int,
    verdict: str,
    by: str,
    at: datetime,
    reason: str = "",
    cost_min: int | None = None,
    cost_max: int | None = None,
    final_cost: int | None = None,
    yearly_cost: int | None = None,
    base_url: str | None = None,
) -> None:
    """What one organisation answers (cents). A refusal says why. When all have answered, the
    proposal's state follows: one « not feasible » is enough, a reserve stays a reserve."""
    _check(verdict, reason, (cost_min, cost_max, final_cost, yearly_cost))
    with writing(db):
        asked = db.get(Assessment, assessment_id)
        if asked is None:
            raise NotFound
        # The proposal is locked first, always: two answers at once then see each other.
        row = db.get(Proposal, asked.proposal_id, with_for_update=True)
        assert row is not None
        db.refresh(asked)
        if row.status not in {"assessing", "feasible", "feasible_with_reserve", "codesign"}:
            raise Refusal(lazy("L'étude de cette proposition est terminée."))
        asked.verdict, asked.reason, asked.answered_by, asked.answered_at = verdict, reason, by, at
        asked.cost_min, asked.cost_max = cost_min, cost_max
        asked.final_cost, asked.yearly_cost = final_cost, yearly_cost
        db.flush()
        _conclude(db, row, at, base_url)
        journal.record(
            db,
            at=at,
            actor=by,
            verb="proposal.assess",
            target=f"proposal:{row.number}",
            assessment=assessment_id,
            verdict=verdict,
        )


def _check(verdict: str, reason: str, costs: tuple[int | None, ...]) -> None:
    cost_min, cost_max, final, _yearly = costs
    if verdict not in VERDICTS:
        raise Refusal(lazy("Choisissez une réponse."), field="verdict")
    if verdict != "feasible" and not reason:
        raise Refusal(lazy("Écrivez la raison : elle est publique."), field="reason")
    if any(cost is not None and not 0 <= cost <= MOST_CENTS for cost in costs):
        raise Refusal(lazy("Un de ces montants n'est pas possible."), field="final_cost")
    if (cost_min is None) != (cost_max is None):
        raise Refusal(
            lazy("Donnez les deux montants de la fourchette, ou aucun."), field="cost_max"
        )
    if cost_min is not None and cost_max is not None and cost_min > cost_max:
        raise Refusal(
            lazy("Le montant le plus bas dépasse le montant le plus haut."), field="cost_max"
        )
    if verdict != "not_feasible" and final is None and cost_min is None:
        raise Refusal(lazy("Donnez une fourchette de coût ou un coût fixe."), field="cost_min")


def _conclude(db: Session, row: Proposal, at: datetime, base_url: str | None) -> None:
    verdicts = db.execute(
        select(Assessment.verdict, Assessment.reason).where(Assessment.proposal_id == row.id)
    ).all()
    if row.status != "assessing":
        db.add(
            ProposalEvent(
                proposal_id=row.id,
                at=at,
                status_from=row.status,
                status_to=row.status,
                by_role="service",
            )
        )
        return
    given = [verdict for verdict, _reason in verdicts]
    known = [verdict for verdict in given if verdict is not None]
    if len(known) < len(given):
        return
    to = max(known, key=VERDICTS.index)
    reasons = [reason for verdict, reason in verdicts if verdict == to and reason]
    move(db, row, to, by_role="service", at=at, text="\n\n".join(reasons))
    tell(db, row, base_url, at, "\n\n".join(reasons))
