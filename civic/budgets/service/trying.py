"""Tries a règlement that is being written on a past vote: asked by who writes it, counted by the
worker, kept with the édition until it has a result of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets import queries
from civic.budgets.comparing import effect_of
from civic.budgets.counting import units
from civic.budgets.models import Edition, EditionProject
from civic.budgets.rules_data import digest_of
from civic.budgets.service.preparing import in_preparation, locked
from civic.budgets.service.settling import on_the_ballot, opened_ballots, rules_in_force
from civic.budgets.trying import Carried, Past, carried, drafted
from civic.house import journal
from civic.house.clock import clock
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.proposals.models import Project
from civic.rules import tally
from civic.territory.models import Territory


def ask_trial(db: Session, *, edition_id: int, past_id: int, by: str, at: datetime) -> None:
    """Asks the worker to count a past vote by the draft of an édition in preparation.

    Refused where that vote can't be counted by it, in a sentence that says why. Asked again for the
    same draft, it does nothing.
    """
    _carried(db, edition_id, past_id)  # without its ballots: whether it can be
    with writing(db):
        row = in_preparation(db, edition_id)
        asked = _draft(db, row)
        trials = row.measures.get("trials", {})
        if trials.get(str(past_id), {}).get("draft") == asked:
            return
        _keep(row, past_id, {"draft": asked})
        journal.record(
            db, at=at, actor=by, verb="edition.try", target=f"edition:{row.id}", past=past_id
        )


def try_due(db: Session, _now: datetime) -> int:
    """What the worker does: counts the trials that wait; how many it counted."""
    waiting = [
        (row.id, int(past_id))
        for row in db.scalars(
            select(Edition).where(Edition.status == "preparation").order_by(Edition.id)
        )
        for past_id, kept in row.measures.get("trials", {}).items()
        if kept.keys() == {"draft"}
    ]
    return sum(_try(db, edition_id, past_id) for edition_id, past_id in waiting)


def _try(db: Session, edition_id: int, past_id: int) -> bool:
    """Counts one trial and writes it, unless the draft has changed meanwhile."""
    db.rollback()
    counted = _draft(db, db.get_one(Edition, edition_id))
    try:
        said = _counted(db, edition_id, past_id)
    except Refusal as refusal:  # the draft has changed since it was asked for
        said = {"problem": str(refusal.text)}
    except tally.BadRule as wrong:
        said = {"problem": str(wrong)}
    with writing(db):
        row = locked(db, edition_id)
        kept = row.measures.get("trials", {}).get(str(past_id), {})
        if row.status != "preparation" or kept != {"draft": counted} or _draft(db, row) != counted:
            return False
        _keep(row, past_id, {"draft": counted, "at": clock.now().isoformat(), **said})
        journal.record(
            db, at=clock.now(), actor="system", verb="edition.tried", target=f"edition:{row.id}",
            past=past_id,
        )  # fmt: skip
        return True


def _counted(db: Session, edition_id: int, past_id: int) -> dict[str, Any]:
    poll_id, draft = _carried(db, edition_id, past_id)
    ballots = opened_ballots(db, poll_id)
    incompatible = db.get_one(Edition, past_id).incompatible
    done = units(draft.candidates, ballots, draft.purses, draft.rules, incompatible)
    winners = [winner for unit in done for winner in unit.outcome.winners]
    return {"found": effect_of(draft.candidates, ballots, winners), "notes": draft.notes}


def _carried(db: Session, edition_id: int, past_id: int) -> tuple[int, Carried]:
    """The poll of a past vote, and the draft carried over to it."""
    vote = next((one for one in queries.triable(db) if one.id == past_id), None)
    if vote is None:
        raise Refusal(lazy("Choisissez un vote passé de la liste."), field="vote")
    purses, _rows, candidates = on_the_ballot(db, past_id)
    homes: dict[str, str] = {
        row.reference: row.name
        for row in db.execute(
            select(EditionProject.reference, Territory.name)
            .join(Project, Project.id == EditionProject.project_id)
            .join(Territory, Territory.id == Project.neighbourhood_id)
            .where(EditionProject.edition_id == past_id)
        )
    }
    past = Past(
        rules_in_force(db, db.get_one(Edition, past_id)).data,
        purses,
        candidates,
        {
            one.reference: [name for name in (one.place, homes.get(one.reference)) if name]
            for one in candidates
        },
    )
    rules = rules_in_force(db, db.get_one(Edition, edition_id)).data
    return vote.poll_id, carried(rules, queries.parts(db, edition_id), past, ballots=vote.chose)


def _draft(db: Session, row: Edition) -> str:
    """The digest of all that a trial of this édition's draft depends on."""
    return digest_of(drafted(rules_in_force(db, row).data, queries.parts(db, row.id)))


def _keep(row: Edition, past_id: int, said: dict[str, Any]) -> None:
    trials = {**row.measures.get("trials", {}), str(past_id): said}
    row.measures = {**row.measures, "trials": trials}
