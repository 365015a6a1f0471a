"""The register of contests: public, and as the commission sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.accounts.models import Account
from civic.ballots.models import FormerCount, Poll, PollContest, PollingPlace
from civic.ballots.queries.polls import PollItem, view_of
from civic.house.clock import day_of
from civic.house.i18n import lazy
from civic.people.models import Person

SUBJECT_WORDS: dict[str, Any] = {
    "check_in": lazy("Un droit de vote ou un émargement"),
    "place": lazy("Ce qui s'est passé dans un lieu de vote"),
    "project": lazy("Un projet du bulletin"),
    "papers": lazy("Les bulletins de papier et leur saisie"),
    "count": lazy("Le compte ou la règle appliquée"),
    "other": lazy("Autre chose"),
}
OUTCOME_WORDS: dict[str, Any] = {
    "upheld": lazy("Admise"),
    "partly": lazy("Admise en partie"),
    "rejected": lazy("Rejetée"),
    "unexamined": lazy("Non examinée : la commission dit pourquoi"),
}
REMEDY_WORDS: dict[str, Any] = {
    "none": lazy("Rien ne change au compte"),
    "papers": lazy("Corriger la saisie des papiers, puis rouvrir l'urne et recompter"),
    "recount": lazy("Rouvrir l'urne et recompter"),
}


@dataclass(frozen=True, slots=True)
class Contest:
    """A contest. `who`, `email`, `text` and `noted_by` (who wrote it down at the desk) are for the
    commission alone, empty elsewhere."""

    number: int
    about: str
    which: str
    filed_at: datetime
    moderated: bool
    public_text: str
    withheld: str
    outcome: str | None
    remedy: str
    answer: str
    answered_at: datetime | None
    who: str = ""
    email: str = ""
    text: str = ""
    noted_by: str | None = None


def contests(db: Session, poll_id: int) -> list[Contest]:
    """The public register, the first one first: one statement, and no personal data read."""
    rows = db.execute(
        select(
            PollContest.number, PollContest.about, PollContest.which, PollContest.filed_at,
            PollContest.moderated_at.is_not(None), PollContest.public_text, PollContest.withheld,
            PollContest.outcome, PollContest.remedy, PollContest.answer, PollContest.answered_at,
        )
        .where(PollContest.poll_id == poll_id)
        .order_by(PollContest.number)
    )  # fmt: skip
    return [Contest(*row) for row in rows]


def contest(db: Session, poll_id: int, number: int) -> Contest | None:
    """One contest as the commission reads it."""
    found = db.execute(
        select(PollContest, Person.first_names, Person.family_name, Account.email)
        .outerjoin(Person, Person.id == PollContest.person_id)
        .outerjoin(Account, Account.person_id == PollContest.person_id)
        .where(PollContest.poll_id == poll_id, PollContest.number == number)
    ).first()
    if found is None:
        return None
    row, first, family, email = found
    return Contest(
        row.number, row.about, row.which, row.filed_at, row.moderated_at is not None,
        row.public_text, row.withheld, row.outcome, row.remedy, row.answer, row.answered_at,
        f"{first} {family}" if family else row.name, email or row.email, row.text,
        row.noted_by,
    )  # fmt: skip


def contestable(db: Session, poll_id: int, projects: list[PollItem]) -> list[str]:
    """What a contest may name: the places of the vote, then its projects."""
    places = db.scalars(
        select(PollingPlace.name).where(PollingPlace.poll_id == poll_id).order_by(PollingPlace.name)
    )
    return [*places, *(f"{one.reference}. {one.label}"[:200] for one in projects)]


def contests_waiting(db: Session, poll_id: int | None) -> bool:
    """Whether a contest waits for its answer, or the count that it led to is not done."""
    row = db.execute(
        select(Poll.contests_open, Poll.stage, Poll.counted_at).where(
            Poll.id == poll_id, Poll.annulled_at.is_(None)
        )
    ).first()
    return row is not None and (
        row.contests_open > 0 or (row.stage == "severed" and row.counted_at is not None)
    )


def provisional_until(db: Session, poll_id: int | None, at: datetime) -> date | None:
    """The last day on which a count may still be contested, or somebody may confirm a contest; None
    once it is over, or where there is no count of ours."""
    row = db.get(Poll, poll_id) if poll_id is not None else None
    if row is None:
        return None
    view = view_of(row)
    if not view.counted or view.is_external or view.is_final(at):
        return None
    days = [one for one in (view.contested_until, view.unconfirmed_until) if one is not None]
    return max(day_of(one) if isinstance(one, datetime) else one for one in days)


def papers_contested(db: Session, poll_id: int) -> bool:
    """Whether the contest that set the last count aside asks to correct papers."""
    last = db.scalars(
        select(PollContest.remedy)
        .join(
            FormerCount,
            (FormerCount.poll_id == PollContest.poll_id)
            & (FormerCount.contest == PollContest.number),
        )
        .where(FormerCount.poll_id == poll_id)
        .order_by(FormerCount.version.desc())
        .limit(1)
    ).first()
    return last == "papers"


def former_counts(db: Session, poll_id: int) -> list[FormerCount]:
    """The counts that upheld contests set aside, the first one first."""
    return list(
        db.scalars(
            select(FormerCount).where(FormerCount.poll_id == poll_id).order_by(FormerCount.version)
        )
    )
