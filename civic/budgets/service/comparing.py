"""After the result: what other rules would have given, and the files to count again.

The worker does it, since it counts a large vote some ten times over. Nothing is written before the
end, in one transaction: a worker that is killed leaves the édition as it was, for the next one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.ballots.models import PollCount
from civic.budgets.comparing import measures
from civic.budgets.counting import units
from civic.budgets.models import Edition, RecountFile
from civic.budgets.service.preparing import locked
from civic.budgets.service.recounting import may_recount, recount_file
from civic.budgets.service.settling import on_the_ballot, opened_ballots, rules_in_force
from civic.house import journal
from civic.house.clock import clock
from civic.house.db import writing
from civic.territory.models import Territory


def compare_due(db: Session, _now: datetime) -> int:
    """What the worker does: compares each result that waits, the oldest first; how many."""
    waiting = db.scalars(
        select(Edition.id)
        .join(PollCount, PollCount.poll_id == Edition.poll_id)
        .where(Edition.compared_at.is_(None), PollCount.at <= Edition.settled_at)
        .order_by(Edition.settled_at)
    ).all()
    return sum(compare(db, edition_id=one, at=clock.now()) for one in waiting)


def compare(db: Session, *, edition_id: int, at: datetime) -> bool:
    """Counts a proclaimed result's ballots by the other rules too, and makes the `.pb` files where
    they are published; whether it was this call that did. Safe to repeat.

    Nothing is kept if a contest has set the count aside meanwhile, or another was proclaimed. If
    the ballots were destroyed before anybody compared, there is no comparison.
    """
    row = db.get(Edition, edition_id, populate_existing=True)
    poll = polls.poll_by_id(db, row.poll_id) if row is not None and row.poll_id else None
    if row is None or poll is None or row.settled_at is None or row.compared_at is not None:
        return False
    counted = polls.result(db, poll.id)
    if counted is None or counted.at > row.settled_at:
        return False  # the count of this result was set aside
    settled_at = row.settled_at
    ballots = opened_ballots(db, poll.id)
    found, files = {}, []
    if ballots or not counted.valid:
        rules = rules_in_force(db, row).data
        purses, _rows, candidates = on_the_ballot(db, row.id)
        done = units(candidates, ballots, purses, rules, row.incompatible)
        if may_recount(db, poll):
            place = db.get_one(Territory, row.territory_id).name
            files = [(one.purse_id or 0, recount_file(row, one, place=place)) for one in done]
        found = measures(candidates, ballots, purses, rules, row.incompatible, done=done)
    with writing(db):
        row = locked(db, edition_id)
        same = db.get(PollCount, poll.id, with_for_update=True)
        if row.compared_at is not None or row.settled_at != settled_at:
            return False
        if same is None or same.at != counted.at:
            return False
        row.measures = {**row.measures, **found}
        row.compared_at = at
        for envelope_id, content in files:
            db.add(
                RecountFile(
                    poll_id=poll.id,
                    envelope_id=envelope_id,
                    digest=hashlib.sha256(content).hexdigest(),
                    content=content,
                )
            )
        journal.record(
            db,
            at=at,
            actor="system",
            verb="edition.compare",
            target=f"edition:{row.id}",
            files=len(files),
        )
        return True
