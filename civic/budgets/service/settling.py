"""After the count: which projects each envelope funds, and why not the others."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.ballots.models import ProjectWithdrawal
from civic.budgets.counting import Candidate, Purse, count
from civic.budgets.models import BudgetEnvelope, Edition, EditionProject, EditionRules
from civic.budgets.service.preparing import locked
from civic.budgets.service.revoting import require_vote_stands
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import day, lazy, speaking
from civic.house.refusal import Refusal
from civic.proposals import service as proposals
from civic.proposals.models import Project
from civic.rules import floor
from civic.territory.models import Territory


def settle(db: Session, *, edition_id: int, by: str, at: datetime) -> int:
    """Proclaims the result: the counted ballots, shared out by the sealed rule; how many win.

    After a contest that had the vote counted again, the new count takes the place of the first, as
    long as the élus have not decided. Nothing is chosen here: the same ballots and rules give the
    same result, whoever asks. What other rules would have given waits for the worker (`compare`).
    """
    row = db.get(Edition, edition_id)
    ready = row is not None and row.poll_id is not None
    ballots = opened_ballots(db, row.poll_id) if row is not None and ready and row.poll_id else []
    with writing(db):
        row = locked(db, edition_id)
        if row.status not in {"catalogue_frozen", "provisional"} or row.poll_id is None:
            raise Refusal(lazy("Cette édition n'attend pas de résultat."))
        require_vote_stands(db, row)
        counted = polls.result(db, row.poll_id)
        if counted is None:
            raise Refusal(
                lazy("Le vote n'est pas encore dépouillé : la commission du vote doit le faire.")
            )
        if row.settled_at is not None and counted.at <= row.settled_at:
            raise Refusal(lazy("Cette édition n'attend pas de résultat."))
        settle_within(db, row, ballots, by=by, at=at)
        row.status = "provisional"
        won = db.scalars(
            select(EditionProject).where(
                EditionProject.edition_id == row.id, EditionProject.status == "on_ballot"
            )
        ).all()
        for found in won:
            if found.outcome == "withdrawn":
                continue
            proposals.move_project_within(
                db,
                project_id=found.project_id,
                to="laureate" if found.elected else "not_selected",
                by=by,
                by_role="vote",
                at=at,
                text=found.explanation,
                link=f"/budgets/{row.slug}/resultats",
            )
        return sum(1 for found in won if found.elected)


def opened_ballots(db: Session, poll_id: int) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Choices and points of each opened ballot."""
    return [(tuple(b.choices), tuple(b.points)) for b in polls.opened(db, poll_id)]


def settle_within(
    db: Session,
    row: Edition,
    ballots: list[tuple[tuple[str, ...], tuple[int, ...]]],
    *,
    by: str,
    at: datetime,
) -> None:
    """Counts and writes votes, ranks, winners and reasons on a locked édition.

    The votes found here must be those of the poll's own count; anything else is refused.
    """
    assert row.poll_id is not None
    rules = rules_in_force(db, row)
    purses, found, candidates = on_the_ballot(db, row.id)
    counted = count(candidates, ballots, purses, rules.data, row.incompatible)
    said = polls.result(db, row.poll_id)
    if said is not None and any(
        said.votes.get(reference, 0) != one.votes for reference, one in counted.items()
    ):
        raise Refusal(
            lazy(
                "Ce compte ne retrouve pas les voix du procès-verbal : rien n'est proclamé. "
                "Prévenez la commission du vote."
            )
        )
    for one in found:
        result = counted[one.reference]
        one.votes, one.score, one.rank = result.votes, result.score, result.rank or None
        one.elected, one.cause, one.explanation = (
            result.elected,
            result.cause,
            result.explanation,
        )
        one.figures = result.figures
        one.outcome = (
            "laureate" if result.elected
            else "withdrawn" if result.cause == "withdrawn"
            else "not_selected"
        )  # fmt: skip
    row.measures = {"turnout": {} if row.is_external else turnout_of(db, row)}
    row.settled_at, row.compared_at = at, None
    journal.record(
        db,
        at=at,
        actor=by,
        verb="edition.settle",
        target=f"edition:{row.id}",
        winners=[one.reference for one in found if one.elected],
    )


def rules_in_force(db: Session, row: Edition) -> EditionRules:
    """The last version of an édition's règlement."""
    return db.scalars(
        select(EditionRules)
        .where(EditionRules.edition_id == row.id)
        .order_by(EditionRules.version.desc())
        .limit(1)
    ).one()


AGES = ((0, 17), (18, 29), (30, 44), (45, 59), (60, 74), (75, 130))


def turnout_of(db: Session, row: Edition) -> dict[str, Any]:
    """Turnout by neighbourhood and age band: of all rights where the règlement gives each its own
    neighbourhood, else of accounts; ages of accounts only. What is above the floor is kept, the
    rest as one sum."""
    assert row.poll_id is not None
    assert row.vote_closes_at is not None
    closed = day_of(row.vote_closes_at)
    places: dict[str, list[int]] = {}
    ages: dict[str, list[int]] = {}
    for place, born, voted in polls.took_part(db, row.poll_id):
        years = None if born is None else _years(born, closed)
        band = next((f"{low}–{high}" for low, high in AGES if years is not None and
                     low <= years <= high), "")  # fmt: skip
        for table, key in ((places, place or ""), (ages, band)):
            cell = table.setdefault(key, [0, 0])
            cell[0 if voted else 1] += 1
    answer = {}
    for name, table in (("places", places), ("ages", ages)):
        if set(table) <= {""}:
            continue
        shown, held = floor.above({key: (cell[0], cell[1]) for key, cell in table.items()})
        answer[name] = {
            "rows": [[key, row[0], sum(row)] for key, row in sorted(shown.items())],
            "held": [held[0], sum(held)] if held else None,
        }
    return answer


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def on_the_ballot(
    db: Session, edition_id: int
) -> tuple[list[Purse], list[EditionProject], list[Candidate]]:
    """The envelopes and projects of a sealed ballot, as rows and as the count takes them."""
    parts = db.scalars(
        select(BudgetEnvelope)
        .where(BudgetEnvelope.edition_id == edition_id)
        .order_by(BudgetEnvelope.position)
    ).all()
    purses = [
        Purse(
            part.id, part.name, part.amount,
            local=part.neighbourhood_id is not None or part.theme is not None,
        )
        for part in parts
    ]  # fmt: skip
    homes = {part.id: part.name for part in parts if part.neighbourhood_id is not None}
    found = db.execute(
        select(EditionProject, Project.title, Project.theme, Territory.name, ProjectWithdrawal)
        .join(Project, Project.id == EditionProject.project_id)
        .join(Edition, Edition.id == EditionProject.edition_id)
        .outerjoin(
            ProjectWithdrawal,
            (ProjectWithdrawal.poll_id == Edition.poll_id)
            & (ProjectWithdrawal.reference == EditionProject.reference),
        )
        .outerjoin(Territory, Territory.id == Project.neighbourhood_id)
        .where(EditionProject.edition_id == edition_id, EditionProject.status == "on_ballot")
        .order_by(EditionProject.position)
    ).all()
    candidates = [
        Candidate(
            one.reference, one.position, one.cost, one.envelope_id, title,
            homes.get(one.envelope_id) or place or "", theme, _gone(left),
        )
        for one, title, theme, place, left in found
    ]  # fmt: skip
    return purses, [row[0] for row in found], candidates


def _gone(left: ProjectWithdrawal | None) -> str:
    """Why a withdrawn project has no result, in French as all explanations are."""
    if left is None:
        return ""
    with speaking("fr"):
        return (
            f"Retiré pendant le vote par {left.decided_by}, le {day(left.at)} : "
            f"« {left.reason} » Ce que des bulletins lui donnaient n'est pas compté."
        )
