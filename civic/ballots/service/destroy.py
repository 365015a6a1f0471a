"""After the time for appeals: envelopes, émargements and rights go, with a certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from civic.ballots.models import (
    BallotEnvelope,
    CheckIn,
    LoggedDigest,
    OpenedBallot,
    PaperBatch,
    PaperCount,
    PhoneCheck,
    Poll,
    PollContest,
    PollStep,
    UnconfirmedContest,
    UrnExport,
    UrnRehearsal,
    VotingRight,
)
from civic.ballots.queries import view_of
from civic.ballots.service.documents import forget_within
from civic.ballots.service.locks import locked_poll
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import Base, writing


def destroy_due(db: Session, at: datetime, forget: Callable[[str], None]) -> int:
    """Destroys what is left of the votes, counted or annulled, whose date has passed; how many.

    `forget` destroys a poll's secrets in the vault, by their name: before the rows, so that no
    certificate speaks of a key that is still there. Both are safe to repeat.
    """
    done = 0
    for poll_id in db.scalars(
        select(Poll.id).where(
            (Poll.stage == "counted") | Poll.annulled_at.is_not(None),
            Poll.is_external.is_(False),
            Poll.contests_open == 0,
            ~select(PollStep.step)
            .where(PollStep.poll_id == Poll.id, PollStep.step == "destroyed")
            .exists(),
        )
    ).all():
        poll = db.get(Poll, poll_id)
        until = view_of(poll).kept_until if poll is not None else None
        if poll is None or until is None or day_of(at) <= until:
            continue
        if poll.secret_name is not None:
            forget(poll.secret_name)
        destroy(db, poll_id=poll_id, at=at)
        done += 1
    return done


def destroy(db: Session, *, poll_id: int, at: datetime) -> None:
    """Erases envelopes, émargements, rights, receipts and typed papers of a poll that is counted or
    annulled, and opened ballots that the règlement does not publish, and who contested; certifies
    how many. Safe to repeat. Nothing goes while a contest waits for its answer or its address.

    What is published stays: sealed rules, log, certified steps, figures, published ballots.
    """
    with writing(db):
        poll = locked_poll(db, poll_id, annulled=True)
        view = view_of(poll)
        until = view.kept_until
        if not (view.counted or view.annulled) or until is None or day_of(at) <= until:
            return
        if poll.contests_open or (poll.unconfirmed_until and at < poll.unconfirmed_until):
            return
        if db.get(PollStep, (poll_id, "destroyed")) is not None:
            return
        counted = db.get(PollStep, (poll_id, "counted"))
        published = bool(counted and counted.figures.get("bulletins_publies"))
        exported = db.scalar(select(UrnExport.envelopes).where(UrnExport.poll_id == poll_id))
        if exported is None:  # annulled before step 1
            exported = _number(db, BallotEnvelope, poll_id)
        figures = {
            "enveloppes": exported,
            "emargements": _number(db, CheckIn, poll_id),
            "droits": _number(db, VotingRight, poll_id),
            "recus": _number(db, LoggedDigest, poll_id),
            "bulletins": 0 if published else _number(db, OpenedBallot, poll_id),
        }
        rights = select(VotingRight.id).where(VotingRight.poll_id == poll_id)
        batches = select(PaperBatch.id).where(PaperBatch.poll_id == poll_id)
        for table in Base.metadata.sorted_tables:  # whatever speaks of a right goes before it
            if any(key.column.table is VotingRight.__table__ for key in table.foreign_keys):
                of_poll = table.c.poll_id == poll_id if "poll_id" in table.c else None
                here = table.c.right_id.in_(rights) if of_poll is None else of_poll
                db.execute(delete(table).where(here))
        db.execute(delete(PaperCount).where(PaperCount.batch_id.in_(batches)))
        db.execute(update(PaperBatch).where(PaperBatch.poll_id == poll_id).values(corrections=[]))
        for model in _GONE:
            db.execute(delete(model).where(model.poll_id == poll_id))
        db.execute(
            update(PollContest)
            .where(PollContest.poll_id == poll_id)
            .values(person_id=None, name="", email="", text="")
        )
        forget_within(db, poll_id, "record")
        if not published:
            db.execute(delete(OpenedBallot).where(OpenedBallot.poll_id == poll_id))
        db.add(PollStep(poll_id=poll_id, step="destroyed", by="system", at=at, figures=figures))
        journal.record(
            db, at=at, actor="system", verb="poll.destroyed", target=f"poll:{poll_id}", **figures
        )


_GONE = (
    BallotEnvelope, PhoneCheck, VotingRight, LoggedDigest, UrnExport, UrnRehearsal,
    UnconfirmedContest,
)  # fmt: skip


def _number(
    db: Session,
    model: type[BallotEnvelope | CheckIn | VotingRight | LoggedDigest | OpenedBallot],
    poll_id: int,
) -> int:
    return db.scalar(select(func.count()).where(model.poll_id == poll_id)) or 0
