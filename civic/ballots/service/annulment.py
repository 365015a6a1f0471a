"""A vote is annulled: by the commission on an upheld contest, by the authority that organises it,
or by the judge. One person writes the act, another confirms it; then no result stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import mails
from civic.ballots.models import (
    FormerCount,
    LogCheckpoint,
    Poll,
    PollAnnulment,
    PollContest,
    PollCount,
)
from civic.ballots.queries import addresses_with_right, archive_files, view_of
from civic.ballots.queries.annulment import act_text
from civic.ballots.service.contests import address_of, set_aside
from civic.ballots.service.documents import keep_archive_within
from civic.ballots.service.locks import locked_poll
from civic.ballots.service.log import publish_within
from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn

COMMISSION = "la commission du vote"
"""Who decides on a contest, as the act says it: acts are in French."""


def ask_annulment(
    db: Session,
    *,
    poll_id: int,
    ground: str,
    contest: int | None,
    decided_by: str,
    decided_on: date,
    reference: str,
    reason: str,
    by: str,
    at: datetime,
) -> None:
    """Writes the act that annuls a vote; nothing changes and nothing is public until somebody else
    confirms it.

    The commission annuls on a contest whose text is published, that is upheld or waits for its
    answer; the act answers it then. The authority or the judge needs a name and the number of the
    act. Refused for a vote that is not sealed, or when an act waits already.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        if poll.stage == "configured" or poll.is_external:
            raise Refusal(lazy("Ce vote n'est pas scellé : il n'y a rien à annuler."))
        if db.get(PollAnnulment, poll_id) is not None:
            raise Refusal(lazy("Un acte attend déjà d'être confirmé. Relisez-le d'abord."))
        if not reason:
            raise Refusal(lazy("Écrivez pourquoi : l'acte est public."), field="reason")
        if decided_on > day_of(at):
            raise Refusal(lazy("Cette date n'est pas encore venue."), field="decided_on")
        if ground == "contest":
            _contest(db, poll_id, contest, by)
            decided_by, reference = COMMISSION, ""
        elif not decided_by:
            raise Refusal(lazy("Écrivez le nom et la qualité de qui décide."), field="decided_by")
        elif not reference:
            raise Refusal(lazy("Écrivez le numéro de l'acte ou du jugement."), field="reference")
        db.add(
            PollAnnulment(
                poll_id=poll_id, ground=ground, contest=contest if ground == "contest" else None,
                decided_by=decided_by, decided_on=decided_on, reference=reference, reason=reason,
                asked_by=by, asked_at=at,
            )
        )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="poll.annulment.ask", target=f"poll:{poll_id}", ground=ground
        )


def drop_annulment(db: Session, *, poll_id: int, by: str, at: datetime) -> None:
    """Takes back an act that nobody has confirmed."""
    with writing(db):
        locked_poll(db, poll_id)
        row = db.get(PollAnnulment, poll_id)
        if row is None:
            raise NotFound
        db.delete(row)
        journal.record(
            db, at=at, actor=by, verb="poll.annulment.drop", target=f"poll:{poll_id}",
            ground=row.ground,
        )  # fmt: skip


def confirm_annulment(db: Session, *, poll_id: int, link: str, by: str, at: datetime) -> None:
    """Annuls the vote: done by another person than the one who wrote the act, and never by the one
    whose contest it upholds.

    No ballot is taken from this instant on. The log gets its last page; a count is set aside and
    its opened ballots are erased; the contest gets the act's reason as its answer (`link`: the
    register); the archive tells it all. What is left in secret goes after its date as ever.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        act = db.get(PollAnnulment, poll_id, with_for_update=True)
        if act is None:
            raise NotFound
        if act.asked_by == by:
            raise Refusal(lazy("Vous avez écrit cet acte : une autre personne le confirme."))
        if act.ground == "contest":
            _uphold(db, poll, _contest(db, poll_id, act.contest, by), act.reason, link, by, at)
        if poll.stage == "sealed":
            publish_within(db, poll_id=poll_id, by=by, at=at)
        _cite(db, act)
        if poll.stage == "counted":
            set_aside(db, poll, 0, at)
        act.confirmed_by, act.confirmed_at, poll.annulled_at = by, at, at
        act.digest = urn.annulment_digest(act_text(act, poll.rules_digest or ""))
        db.flush()
        files = archive_files(db, view_of(poll))
        assert files is not None
        act.published = keep_archive_within(db, poll_id, files)
        journal.record(
            db, at=at, actor=by, verb="poll.annul", target=f"poll:{poll_id}", ground=act.ground,
            asked_by=act.asked_by, digest=act.digest,
        )  # fmt: skip


def _cite(db: Session, act: PollAnnulment) -> None:
    """What the act cites: the log's last page, and the last count that there was."""
    act.log = (
        db.scalars(
            select(LogCheckpoint.digest)
            .where(LogCheckpoint.poll_id == act.poll_id)
            .order_by(LogCheckpoint.number.desc())
            .limit(1)
        ).first()
        or ""
    )
    count: PollCount | FormerCount | None = db.get(PollCount, act.poll_id)
    if count is None:
        count = db.scalars(
            select(FormerCount)
            .where(FormerCount.poll_id == act.poll_id)
            .order_by(FormerCount.version.desc())
            .limit(1)
        ).first()
    if count is not None:
        act.result, act.archive = count.digest, count.archive or ""


def _contest(db: Session, poll_id: int, number: int | None, by: str) -> PollContest:
    row = db.scalars(
        select(PollContest)
        .where(PollContest.poll_id == poll_id, PollContest.number == number)
        .with_for_update()
    ).first()
    if row is None or row.moderated_at is None or row.outcome in ("rejected", "unexamined"):
        raise Refusal(
            lazy("Choisissez une contestation déjà publiée, admise ou sans réponse."),
            field="contest",
        )
    if row.person_id == by:
        raise Refusal(lazy("Vous avez écrit cette contestation : un autre membre y répond."))
    return row


def _uphold(
    db: Session, poll: Poll, row: PollContest, reason: str, link: str, by: str, at: datetime
) -> None:
    """The act answers the contest, unless it has its answer."""
    if row.outcome is not None:
        return
    row.outcome, row.answer, row.answered_by, row.answered_at = "upheld", reason, by, at
    poll.contests_open -= 1
    to = address_of(db, row)
    if to:
        post.put(
            db, mails.contest_answered(to, poll.title, row.number, reason, link, row.language),
            at=at,
        )  # fmt: skip


def name_next_poll_within(db: Session, *, poll_id: int, next_poll_id: int) -> None:
    """Says which vote takes the place of an annulled one, inside the caller's transaction."""
    act = db.get(PollAnnulment, poll_id, with_for_update=True)
    if act is None or act.confirmed_at is None or act.next_poll_id is not None:
        raise Refusal(lazy("Ce vote n'est pas annulé, ou un autre le remplace déjà."))
    act.next_poll_id = next_poll_id
    db.flush()


def tell_of_annulments(db: Session, base_url: str, at: datetime) -> int:
    """Writes once to every account that holds a right in an annulled vote, whether it voted or not;
    how many mails."""
    waiting = db.scalars(
        select(PollAnnulment.poll_id).where(
            PollAnnulment.confirmed_at.is_not(None), PollAnnulment.told_at.is_(None)
        )
    ).all()
    sent = 0
    for poll_id in waiting:
        poll, act = db.get_one(Poll, poll_id), db.get_one(PollAnnulment, poll_id)
        people = addresses_with_right(db, poll_id)
        letters = [
            mails.annulled(
                email, poll.title, act.decided_by, act.reason, f"{base_url}/votes/{poll.slug}",
                language,
            )
            for email, language in people
        ]  # fmt: skip
        with writing(db):
            row = db.get(PollAnnulment, poll_id, with_for_update=True)
            if row is None or row.told_at is not None:
                continue
            row.told_at = at
            post.put_all(db, letters, at=at)
            sent += len(letters)
    return sent
