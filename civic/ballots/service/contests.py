"""A contest is published without personal data and answered with a reason by the commission du
vote; when it is upheld the count is made again. filing.py says how it arrives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.accounts.models import Account
from civic.ballots import mails
from civic.ballots.models import (
    FormerCount,
    OpenedBallot,
    Poll,
    PollContest,
    PollCount,
    PollStep,
    UrnOpening,
)
from civic.ballots.models.contests import OUTCOMES, REMEDIES
from civic.ballots.models.documents import DOCUMENTS
from civic.ballots.service.documents import forget_within
from civic.ballots.service.locks import locked_poll
from civic.house import journal, post
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.people.models import Person


def publish_contest(
    db: Session, *, poll_id: int, number: int, public_text: str, withheld: str, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """Publishes what a contest says, without personal data; or says why nothing of it is published.

    May be done again until the answer. Refuses a text that holds the name or the address of who
    filed it.
    """
    with writing(db):
        locked_poll(db, poll_id, annulled=True)
        row = _open_contest(db, poll_id, number, by)
        if bool(public_text) is bool(withheld):
            raise Refusal(
                lazy("Écrivez le texte à publier, ou pourquoi rien ne l'est."), field="public_text"
            )
        for word in _personal(db, row):
            if folded(word) in folded(public_text):
                raise Refusal(
                    lazy("Ce texte contient « %(word)s » : retirez ce qui désigne quelqu'un.",
                         word=word),
                    field="public_text",
                )  # fmt: skip
        row.public_text, row.withheld, row.moderated_at = public_text, withheld, at
        journal.record(
            db, at=at, actor=by, verb="contest.publish", target=f"poll:{poll_id}", number=number,
            published=bool(public_text),
        )  # fmt: skip


def answer_contest(
    db: Session,
    *,
    poll_id: int,
    number: int,
    outcome: str,
    remedy: str,
    answer: str,
    link: str,
    by: str,
    at: datetime,
) -> None:
    """Answers a contest with a reason, in public and by mail; the commission's act, and never that
    of the person who filed it.

    `remedy` of an upheld contest: "papers" lets the two who typed a bundle correct it and has the
    urn opened and counted again by two members; "recount" only the second. The count so far is
    kept and said.
    """
    if outcome not in OUTCOMES:
        raise Refusal(lazy("Choisissez une réponse."), field="outcome")
    if remedy not in REMEDIES or (remedy != "none" and outcome not in {"upheld", "partly"}):
        raise Refusal(
            lazy("On ne corrige et ne recompte que si la contestation est admise."), field="remedy"
        )
    if not answer:
        raise Refusal(lazy("Écrivez pourquoi : la réponse est publique."), field="answer")
    with writing(db):
        poll = locked_poll(db, poll_id, annulled=True)
        row = _open_contest(db, poll_id, number, by)
        if row.moderated_at is None:
            raise Refusal(lazy("Publiez d'abord ce que dit cette contestation."))
        if remedy != "none" and poll.annulled_at is not None:
            raise Refusal(lazy("Ce vote est annulé : rien n'y est recompté."), field="remedy")
        row.outcome, row.remedy, row.answer = outcome, remedy, answer
        row.answered_by, row.answered_at = by, at
        poll.contests_open -= 1
        if remedy != "none" and poll.stage == "counted":
            if db.get(PollStep, (poll.id, "destroyed")) is not None:
                raise Refusal(lazy("L'urne de ce vote est détruite : il ne peut plus être "
                                   "recompté."))  # fmt: skip
            set_aside(db, poll, number, at)
        to = address_of(db, row)
        if to:
            post.put(
                db, mails.contest_answered(to, poll.title, number, answer, link, row.language),
                at=at,
            )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="contest.answer", target=f"poll:{poll_id}", number=number,
            outcome=outcome, remedy=remedy,
        )  # fmt: skip


def set_aside(db: Session, poll: Poll, contest: int, at: datetime) -> None:
    """Keeps what the count said and erases its opened ballots, inside the caller's transaction: the
    vote is back before step 3. `contest`: which one led to it, 0 for an annulment."""
    count = db.get_one(PollCount, poll.id)
    last = db.scalar(select(func.max(FormerCount.version)).where(FormerCount.poll_id == poll.id))
    db.add(
        FormerCount(
            poll_id=poll.id, version=(last or 0) + 1, contest=contest, result=count.result,
            digest=count.digest, archive=count.archive, counted_by=count.counted_by, at=count.at,
            set_aside_at=at,
        )
    )  # fmt: skip
    db.delete(count)
    db.delete(db.get_one(PollStep, (poll.id, "counted")))
    for model in (UrnOpening, OpenedBallot):
        db.execute(delete(model).where(model.poll_id == poll.id))
    forget_within(db, poll.id, *DOCUMENTS)
    poll.stage = "severed"
    db.flush()


def _open_contest(db: Session, poll_id: int, number: int, by: str) -> PollContest:
    row = db.scalars(
        select(PollContest)
        .where(PollContest.poll_id == poll_id, PollContest.number == number)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound
    if row.outcome is not None:
        raise Refusal(lazy("Cette contestation a déjà sa réponse."))
    if row.person_id == by:
        raise Refusal(lazy("Vous avez écrit cette contestation : un autre membre y répond."))
    return row


def address_of(db: Session, row: PollContest) -> str:
    """Where the person who contests is written to; "" when they gave no address."""
    if row.person_id is None:
        return row.email
    return db.scalar(select(Account.email).where(Account.person_id == row.person_id)) or ""


def _personal(db: Session, row: PollContest) -> list[str]:
    """What must not be in the published text: address, whole name, family name."""
    words = [address_of(db, row), row.name]
    if row.person_id is not None:
        person = db.get_one(Person, row.person_id)
        words += [f"{person.first_names} {person.family_name}", person.family_name]
    elif " " in row.name:
        words.append(row.name.rpartition(" ")[2])
    return [word for word in words if len(word) > 2]
