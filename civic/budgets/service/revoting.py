"""The vote of an édition is annulled: its result goes, the édition waits, and another vote on the
same catalogue may be opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.ballots import service as ballots
from civic.ballots.models import Poll, PollAnnulment
from civic.budgets.models import Edition, EditionProject
from civic.budgets.service.catalogue import poll_of_catalogue_within
from civic.budgets.service.preparing import locked, put_calendar
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.proposals import service as proposals

WAITING = ("catalogue_frozen", "provisional")
"""Éditions that had not got beyond their vote: the élus have decided nothing."""


def take_annulments(db: Session, at: datetime) -> int:
    """Suspends the éditions whose vote is annulled and takes their result back; how many.

    What the élus decided before stays: it is an act of its own. Safe to repeat.
    """
    due = db.scalars(
        select(Edition.id)
        .join(Poll, Poll.id == Edition.poll_id)
        .where(Poll.annulled_at.is_not(None), Edition.status.in_(WAITING))
        .order_by(Edition.id)
    ).all()
    for edition_id in due:
        with writing(db):
            row = locked(db, edition_id)
            if row.status in WAITING and annulled(db, row) is not None:
                _take_back(db, row, at)
    return len(due)


def annulled(db: Session, row: Edition) -> PollAnnulment | None:
    """The act that annuls an édition's vote, None while the vote stands."""
    if row.poll_id is None:
        return None
    return db.scalars(
        select(PollAnnulment).where(
            PollAnnulment.poll_id == row.poll_id, PollAnnulment.confirmed_at.is_not(None)
        )
    ).first()


def require_vote_stands(db: Session, row: Edition) -> None:
    """Refuses what rests on a vote that is annulled."""
    if annulled(db, row) is not None:
        raise Refusal(
            lazy("Le vote de cette édition est annulé : rien n'en est proclamé ni décidé.")
        )


def _take_back(db: Session, row: Edition, at: datetime) -> None:
    act = annulled(db, row)
    assert act is not None
    for found in db.scalars(
        select(EditionProject).where(
            EditionProject.edition_id == row.id, EditionProject.status == "on_ballot"
        )
    ):
        if found.elected is not None and found.outcome != "withdrawn":
            proposals.move_project_within(
                db, project_id=found.project_id, to="on_ballot", by="system", by_role="vote",
                at=at, text=act.reason, link=f"/budgets/{row.slug}",
            )  # fmt: skip
        found.votes = found.score = found.rank = found.elected = found.outcome = None
        found.cause, found.explanation, found.figures = "", "", {}
        found.outcome_reason, found.outcome_on = "", None
    row.settled_at, row.compared_at, row.measures = None, None, {}
    row.status, row.stop_reason = "suspended", f"le vote est annulé. {act.reason}"
    journal.record(
        db, at=at, actor="system", verb="edition.suspended", target=f"edition:{row.id}",
        poll=row.poll_id,
    )  # fmt: skip


def vote_again(
    db: Session,
    *,
    edition_id: int,
    vote_opens_at: datetime,
    vote_closes_at: datetime,
    secret_id: str | None,
    by: str,
    at: datetime,
) -> int:
    """Opens another vote on the catalogue of an annulled one, at other dates; the poll's number.

    Règlement, projects and costs stay as they were sealed; projects withdrawn from the first vote
    are not on the ballot; the day of the results is no longer said. `secret_id` as for `freeze`.
    Everybody votes anew: rights and letters are those of the new vote.
    """
    with writing(db):
        row = locked(db, edition_id)
        act = annulled(db, row)
        if act is None or act.next_poll_id is not None or row.status != "suspended":
            raise Refusal(lazy("Cette édition n'attend pas d'autre vote."))
        assert row.filing_opens_at is not None
        assert row.filing_closes_at is not None
        if vote_opens_at <= at:
            raise Refusal(
                lazy("Ce vote doit ouvrir plus tard que maintenant."), field="vote_opens_at"
            )
        put_calendar(
            row, row.filing_opens_at, row.filing_closes_at, vote_opens_at, vote_closes_at,
            None,
        )  # fmt: skip
        former = polls.items(db, act.poll_id)
        items = [one for one in former if one.withdrawn_at is None]
        for gone in polls.withdrawn_of(former):
            db.execute(
                update(EditionProject)
                .where(EditionProject.edition_id == row.id, EditionProject.reference == gone)
                .values(status="withdrawn")
            )
        poll_id = poll_of_catalogue_within(db, row, items, secret_id=secret_id, by=by, at=at)
        ballots.name_next_poll_within(db, poll_id=act.poll_id, next_poll_id=poll_id)
        row.poll_id, row.status, row.stop_reason = poll_id, "catalogue_frozen", ""
        journal.record(
            db, at=at, actor=by, verb="edition.vote_again", target=f"edition:{row.id}",
            poll=poll_id, former=act.poll_id,
        )  # fmt: skip
        return poll_id
