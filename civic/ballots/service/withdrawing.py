"""A project that leaves a sealed vote, by a public amendment: what is sealed and what is in the urn
does not change."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import mails
from civic.ballots.models import BallotItem, LogCheckpoint, Poll, ProjectWithdrawal
from civic.ballots.queries import PollItem, PollView, addresses_with_right, items, open_to, view_of
from civic.ballots.service.locks import locked_poll
from civic.house import journal, post
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn


def withdraw_project_within(
    db: Session,
    *,
    poll_id: int,
    reference: str,
    reason: str,
    decided_by: str,
    by: str,
    at: datetime,
) -> str:
    """Takes a project out of a sealed vote, inside the caller's transaction; the digest of that.

    It stays on the ballot, marked, and nobody chooses it any more. Ballots in the urn stay valid;
    the count leaves aside what they gave it. `decided_by`: name and quality, published. Refused
    before sealing, from the closing instant on, and when too few projects would be left.
    """
    if not reason:
        raise Refusal(lazy("Écrivez pourquoi : cette raison est publique."), field="reason")
    if not decided_by:
        raise Refusal(lazy("Écrivez le nom et la qualité de qui décide."), field="decided_by")
    row = locked_poll(db, poll_id)
    if row.stage == "configured":
        raise Refusal(lazy("Ce vote attend la clé de la commission. Une fois scellé, ce projet "
                           "pourra en être retiré."))  # fmt: skip
    if row.stage != "sealed" or at >= row.closes_at:
        raise Refusal(lazy("Ce vote est clos : les élus peuvent écarter un projet, en disant "
                           "pourquoi."))  # fmt: skip
    projects = items(db, poll_id)
    found = [one for one in projects if one.reference == reference]
    if not found:
        raise NotFound
    if found[0].withdrawn_at is not None:
        raise Refusal(lazy("Ce projet est déjà retiré."))
    view = view_of(row)
    left = [one for one in projects if one.withdrawn_at is None and one.reference != reference]
    if _fewest(view, left) < max(row.minimum, 1):
        raise Refusal(
            lazy("Il resterait moins de projets que le bulletin n'en demande : ce vote ne peut pas "
                 "continuer ainsi.")
        )  # fmt: skip
    done = _amend(db, row, reference, reason, decided_by, by, at)
    journal.record(
        db, at=at, actor=by, verb="poll.withdraw_project", target=f"poll:{poll_id}",
        project=reference, digest=done,
    )  # fmt: skip
    return done


def _fewest(view: PollView, left: list[PollItem]) -> int:
    """The fewest projects that somebody could still choose among."""
    if view.districts:
        return min(len(open_to(view, name, left)) for name in view.neighbourhoods)
    if view.one_group:
        groups = [one.group for one in left]
        return max((groups.count(name) for name in set(groups)), default=0)
    return len(left)


def _amend(
    db: Session, row: Poll, reference: str, reason: str, decided_by: str, by: str, at: datetime
) -> str:
    assert row.rules_digest is not None
    page = db.scalars(
        select(LogCheckpoint.digest)
        .where(LogCheckpoint.poll_id == row.id)
        .order_by(LogCheckpoint.number.desc())
        .limit(1)
    ).first()
    last = db.scalars(
        select(ProjectWithdrawal)
        .where(ProjectWithdrawal.poll_id == row.id)
        .order_by(ProjectWithdrawal.number.desc())
        .limit(1)
    ).first()
    previous = last.digest if last else ""
    said = urn.Amendment(reference, reason, decided_by, at.astimezone(UTC).isoformat(), page or "")
    digest = urn.amendment_digest(urn.amendment_text(row.rules_digest, previous, said))
    db.add(
        ProjectWithdrawal(
            poll_id=row.id, number=(last.number if last else 0) + 1, reference=reference,
            reason=reason, decided_by=decided_by, by=by, at=at, log=said.log, previous=previous,
            digest=digest,
        )
    )  # fmt: skip
    row.withdrawals += 1
    db.flush()
    return digest


def tell_of_withdrawals(db: Session, base_url: str, at: datetime) -> int:
    """Writes once to every account that holds a right in a vote from which a project was withdrawn,
    whether it voted or not: the mail joins nobody to a ballot. How many mails."""
    waiting = db.execute(
        select(ProjectWithdrawal.poll_id, ProjectWithdrawal.number)
        .where(ProjectWithdrawal.told_at.is_(None))
        .order_by(ProjectWithdrawal.at)
    ).all()
    sent = 0
    for poll_id, number in waiting:
        poll = db.get(Poll, poll_id)
        assert poll is not None
        link = f"{base_url}/votes/{poll.slug}"
        title, closes = poll.title, poll.closes_at
        label, reason, who = db.execute(
            select(BallotItem.label, ProjectWithdrawal.reason, ProjectWithdrawal.decided_by)
            .join(
                ProjectWithdrawal,
                (ProjectWithdrawal.poll_id == BallotItem.poll_id)
                & (ProjectWithdrawal.reference == BallotItem.reference),
            )
            .where(ProjectWithdrawal.poll_id == poll_id, ProjectWithdrawal.number == number)
        ).one()
        people = addresses_with_right(db, poll_id)
        letters = [
            mails.withdrawn(email, title, label, reason, who, link, closes, language)
            for email, language in people
        ]
        with writing(db):
            row = db.get(ProjectWithdrawal, (poll_id, number), with_for_update=True)
            if row is None or row.told_at is not None:
                continue
            row.told_at = at
            if at < closes:
                post.put_all(db, letters, at=at)
                sent += len(letters)
    return sent
