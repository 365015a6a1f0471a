"""A contest arrives: from an account, from an address that is confirmed first, or at the desk."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.ballots import mails
from civic.ballots.models import Poll, PollContest, UnconfirmedContest
from civic.ballots.models.contests import SUBJECTS
from civic.ballots.queries import view_of
from civic.ballots.service.contests import address_of
from civic.ballots.service.locks import locked_poll
from civic.house import journal, post
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal

CONFIRM_WITHIN = timedelta(days=3)
"""How long somebody may take to follow the link sent to their address: longer than the outbox
tries to send it."""


def file_contest(
    db: Session,
    *,
    poll_id: int,
    about: str,
    which: str,
    text: str,
    link: str,
    language: str,
    at: datetime,
    person_id: str | None = None,
    name: str = "",
    email: str = "",
    noted_by: str | None = None,
) -> int:
    """Keeps a contest and acknowledges it by mail; its number in the public register.

    Somebody with an account gives `person_id`; somebody at a desk a name, an address or none, and
    `noted_by` is who wrote it down. Anybody else: `await_contest`. Refused before the count and
    after the last day of the time for contests.
    """
    with writing(db):
        poll = _contestable(db, poll_id, about, at)
        row = PollContest(
            poll_id=poll_id, person_id=person_id, name="" if person_id else name,
            email="" if person_id else email, language=language, about=about, which=which,
            text=text, filed_at=at, noted_by=noted_by,
        )  # fmt: skip
        return _file_within(db, poll, row, link=link, by=noted_by or person_id or "system", at=at)


def await_contest(
    db: Session,
    *,
    poll_id: int,
    about: str,
    which: str,
    text: str,
    name: str,
    email: str,
    link: str,
    language: str,
    at: datetime,
) -> None:
    """Keeps a contest by somebody without an account until they confirm their address: `link` and a
    token, good once and for `CONFIRM_WITHIN`, are sent there. Until then no register counts it."""
    token = secrets.token_urlsafe(24)
    with writing(db):
        poll = _contestable(db, poll_id, about, at)
        ends = at + CONFIRM_WITHIN
        db.add(
            UnconfirmedContest(
                token=_digest(token), poll_id=poll_id, name=name, email=email, language=language,
                about=about, which=which, text=text, filed_at=at, ends_at=ends,
            )
        )  # fmt: skip
        poll.unconfirmed_until = max(ends, poll.unconfirmed_until or ends)
        post.put(
            db, mails.contest_to_confirm(email, poll.title, text, f"{link}{token}", ends, language),
            at=at,
        )  # fmt: skip


def unconfirmed(db: Session, poll_id: int, token: str, at: datetime) -> UnconfirmedContest | None:
    """The contest that this link confirms; None when it has served or its time is over."""
    row = db.get(UnconfirmedContest, _digest(token))
    return row if row is not None and row.poll_id == poll_id and at < row.ends_at else None


def confirm_contest(db: Session, *, poll_id: int, token: str, link: str, at: datetime) -> int:
    """Files a contest whose address is confirmed, as of the day when it was sent: the time for
    contests may be over by now. Its number in the register."""
    with writing(db):
        poll = locked_poll(db, poll_id, annulled=True)
        found = unconfirmed(db, poll_id, token, at)
        if found is None:
            raise Refusal(lazy("Ce lien a déjà servi ou a expiré."))
        row = PollContest(
            poll_id=poll_id, name=found.name, email=found.email, language=found.language,
            about=found.about, which=found.which, text=found.text, filed_at=found.filed_at,
        )  # fmt: skip
        db.delete(found)
        return _file_within(db, poll, row, link=link, by="system", at=at)


def forget_unconfirmed_contests(db: Session, at: datetime) -> int:
    """Erases the contests whose address nobody confirmed in time; how many."""
    with writing(db):
        gone = db.execute(delete(UnconfirmedContest).where(UnconfirmedContest.ends_at <= at))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _contestable(db: Session, poll_id: int, about: str, at: datetime) -> Poll:
    if about not in SUBJECTS:
        raise Refusal(lazy("Choisissez ce que vous contestez."), field="about")
    poll = locked_poll(db, poll_id)
    if not view_of(poll).may_contest(at):
        raise Refusal(lazy("Ce résultat ne peut pas être contesté en ce moment."))
    return poll


def _file_within(
    db: Session, poll: Poll, row: PollContest, *, link: str, by: str, at: datetime
) -> int:
    last = db.scalar(select(func.max(PollContest.number)).where(PollContest.poll_id == poll.id))
    number = row.number = 1 + (last or 0)
    row.public_text, row.withheld, row.answer = "", "", ""
    db.add(row)
    poll.contests_open += 1
    db.flush()
    to = address_of(db, row)
    if to:
        post.put(
            db, mails.contest_received(to, poll.title, number, row.text, link, row.language), at=at
        )
    journal.record(
        db, at=at, actor=by, verb="contest.file", target=f"poll:{poll.id}", number=number,
        about=row.about, noted=row.noted_by is not None,
    )  # fmt: skip
    return number


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
