"""Turnout, log, certified steps, bundles of papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from civic.ballots.models import (
    CheckIn,
    LogCheckpoint,
    PaperBatch,
    PaperCount,
    PollRemark,
    PollStep,
    UrnExport,
    UrnOpening,
    UrnRehearsal,
    VotingRight,
)
from civic.ballots.queries.polls import PollView, form_of, items
from civic.rules import urn


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many rights there are, and how many have voted, by channel."""

    rights: int
    channels: dict[str, int]

    @property
    def voted(self) -> int:
        """How many people have voted."""
        return sum(self.channels.values())


def turnout(db: Session, poll_id: int) -> Turnout:
    """Rights and émargements: two statements."""
    rights = db.scalar(
        select(func.count())
        .select_from(VotingRight)
        .where(VotingRight.poll_id == poll_id, VotingRight.revoked_reason.is_(None))
    )
    rows = db.execute(
        select(CheckIn.channel, func.count())
        .where(CheckIn.poll_id == poll_id)
        .group_by(CheckIn.channel)
    )
    channels = {row[0]: row[1] for row in rows}
    if not rights and not channels:
        step = db.get(PollStep, (poll_id, "reconciled"))
        if step is not None:  # the émargement is destroyed: its certified numbers stay
            return Turnout(step.figures["droits"], dict(step.figures["emargements"]))
    return Turnout(rights or 0, channels)


def checkpoints(db: Session, poll_id: int) -> list[tuple[int, date, str, int]]:
    """Number, day, digest and how many lines of each published checkpoint."""
    rows = db.execute(
        select(LogCheckpoint.number, LogCheckpoint.day, LogCheckpoint.digest, LogCheckpoint.lines)
        .where(LogCheckpoint.poll_id == poll_id)
        .order_by(LogCheckpoint.number)
    )
    return [(number, day, digest, len(lines)) for number, day, digest, lines in rows]


def checkpoint(db: Session, poll_id: int, number: int) -> LogCheckpoint | None:
    """One checkpoint, with its lines."""
    return db.get(LogCheckpoint, (poll_id, number))


@dataclass(frozen=True, slots=True)
class Step:
    """A certified step, as the procès-verbal tells it."""

    step: str
    by: str
    at: datetime
    figures: dict[str, Any]


def steps(db: Session, poll_id: int) -> dict[str, Step]:
    """The certified steps of a poll, by name."""
    rows = db.scalars(select(PollStep).where(PollStep.poll_id == poll_id).order_by(PollStep.at))
    return {row.step: Step(row.step, row.by, row.at, dict(row.figures)) for row in rows}


def destroyed_at(db: Session, view: PollView) -> datetime | None:
    """When what was left of a vote in secret was destroyed, None while it is kept."""
    if view.kept_until is None:
        return None
    step = db.get(PollStep, (view.id, "destroyed"))
    return None if step is None else step.at


@dataclass(frozen=True, slots=True)
class Batch:
    """A bundle of papers: how many people have typed it, and whether they agree."""

    number: int
    place: str
    ballots: int
    typed: int
    by_me: bool
    mine_done: bool
    agreed: bool
    asked: bool
    dropped: bool

    @property
    def is_for_me(self) -> bool:
        """Whether this person has something to do with it."""
        if self.agreed or self.dropped:
            return False
        return not self.mine_done if self.typed < 2 else self.by_me


def batches(db: Session, poll_id: int, person_id: str) -> list[Batch]:
    """The bundles of a poll, with what `person_id` has typed."""
    own = PaperCount.person_id == person_id
    rows = db.execute(
        select(
            PaperBatch.number,
            PaperBatch.place,
            PaperBatch.ballots,
            func.coalesce(func.sum(case((PaperCount.complete, 1), else_=0)), 0),
            func.sum(case((own, 1), else_=0)),
            func.sum(case((own & PaperCount.complete, 1), else_=0)),
            PaperBatch.agreed,
            PaperBatch.drop_asked_by,
            PaperBatch.dropped_at,
        )
        .outerjoin(PaperCount, PaperCount.batch_id == PaperBatch.id)
        .where(PaperBatch.poll_id == poll_id)
        .group_by(PaperBatch.id)
        .order_by(PaperBatch.number)
    )
    return [
        Batch(
            n,
            place,
            of,
            typed,
            bool(begun),
            bool(over),
            agreed,
            asked is not None,
            gone is not None,
        )
        for n, place, of, typed, begun, over, agreed, asked, gone in rows
    ]


def openings(db: Session, poll_id: int) -> list[str]:
    """The people who have opened the urn so far, the first one first."""
    return list(
        db.scalars(
            select(UrnOpening.person_id)
            .where(UrnOpening.poll_id == poll_id)
            .order_by(UrnOpening.at, UrnOpening.person_id)
        )
    )


def remarks(db: Session, poll_id: int) -> list[PollRemark]:
    """What members of the commission added to the procès-verbal, the first one first."""
    return list(
        db.scalars(
            select(PollRemark).where(PollRemark.poll_id == poll_id).order_by(PollRemark.number)
        )
    )


def urn_is_kept(db: Session, poll_id: int) -> bool:
    """Whether the closed urn can still be downloaded: it is destroyed some weeks after."""
    return db.scalar(select(UrnExport.poll_id).where(UrnExport.poll_id == poll_id)) is not None


def closed_urn(db: Session, view: PollView) -> bytes | None:
    """The urn as it was closed in step 1, in the file that `civic urn open` reads."""
    content = db.scalars(select(UrnExport.content).where(UrnExport.poll_id == view.id)).first()
    if content is None or view.public_key is None:
        return None
    form = form_of(view, items(db, view.id))
    return urn.write_urn(form, view.public_key, urn.split(form, content))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The commission's key before the vote, and whether its rehearsal is recorded."""

    public: bytes
    content: bytes
    passed_by: str | None
    passed_at: datetime | None

    @property
    def fingerprint(self) -> str:
        """What is printed on the key sheets."""
        return urn.fingerprint(self.public)


def rehearsal(db: Session, poll_id: int) -> Rehearsal | None:
    """The commission's key and rehearsal, None when the platform holds the key."""
    row = db.get(UrnRehearsal, poll_id)
    if row is None:
        return None
    return Rehearsal(row.public_key, row.content, row.passed_by, row.passed_at)
