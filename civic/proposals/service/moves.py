"""How a proposal goes from one state to the next: always here, always with its public event."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.people.models import Person
from civic.proposals import mails
from civic.proposals.models import ProjectProposal, Proponent, Proposal, ProposalEvent
from civic.proposals.states import SENTENCES, may_follow

DAYS = {"submitted": 7, "published": 30, "checking": 30, "admissible": 15}
"""How many days the mairie gives itself in each state; the page and the desk say so."""


def due_after(status: str, at: datetime) -> date | None:
    """The day by which somebody must act on a proposal that enters `status` now."""
    days = DAYS.get(status)
    return None if days is None else day_of(at) + timedelta(days=days)


def locked(db: Session, number: int) -> Proposal:
    """The proposal of that number, locked for the rest of the transaction."""
    row = db.scalar(select(Proposal).where(Proposal.number == number).with_for_update())
    if row is None:
        raise NotFound
    return row


def move(
    db: Session,
    row: Proposal,
    to: str,
    *,
    by_role: str,
    at: datetime,
    reason: str = "",
    text: str = "",
    link: str = "",
) -> None:
    """Moves a locked proposal on and writes its event; refuses a step that can't follow."""
    if not may_follow(row.status, to):
        raise Refusal(
            lazy(
                "Cette proposition a changé entre-temps (%(now)s). Rechargez sa page avant "
                "d'aller plus loin.",
                now=SENTENCES[row.status],
            )
        )
    db.add(
        ProposalEvent(
            proposal_id=row.id,
            at=at,
            status_from=row.status,
            status_to=to,
            reason=reason,
            text=text,
            by_role=by_role,
            link=link,
        )
    )
    row.status, row.status_since, row.due_on = to, at, due_after(to, at)
    db.flush()


def tell(db: Session, row: Proposal, base_url: str | None, at: datetime, text: str = "") -> None:
    """Writes to the people who carry a proposal and gave an address; to nobody without base_url."""
    if base_url is None:
        return
    addresses = db.execute(
        select(Person.email, Person.first_names)
        .join(Proponent, Proponent.person_id == Person.id)
        .where(
            Proponent.proposal_id == row.id,
            Proponent.is_contact,
            Person.email.is_not(None),
            Person.erased.is_(False),
        )
    )
    for email, name in addresses:
        assert email is not None
        place = f"{base_url}/propositions/{row.number}"
        post.put(db, mails.news(email, name, row.title, row.status, text, place), at=at)


def move_within(
    db: Session,
    *,
    proposal_id: int,
    to: str,
    by: str,
    by_role: str,
    at: datetime,
    reason: str = "",
    text: str = "",
    link: str = "",
) -> None:
    """Moves a proposal on, inside the caller's transaction (a later room's act brought it here).

    A step that can't follow its present state is refused.
    """
    row = db.get(Proposal, proposal_id, with_for_update=True)
    if row is None:
        raise NotFound
    move(db, row, to, by_role=by_role, at=at, reason=reason, text=text, link=link)
    journal.record(
        db, at=at, actor=by, verb="proposal.move", target=f"proposal:{row.number}", to=to
    )


def move_project_within(
    db: Session,
    *,
    project_id: int,
    to: str,
    by: str,
    by_role: str,
    at: datetime,
    text: str = "",
    link: str = "",
) -> int:
    """Moves on the proposals that a project is made of, inside the caller's transaction; how many.

    Those whose state doesn't allow it (withdrawn, merged: they point to the project) stay.
    """
    rows = db.scalars(
        select(Proposal)
        .join(ProjectProposal, ProjectProposal.proposal_id == Proposal.id)
        .where(ProjectProposal.project_id == project_id)
        .order_by(Proposal.id)
        .with_for_update(of=Proposal)
    ).all()
    moved = 0
    for row in rows:
        if may_follow(row.status, to):
            move(db, row, to, by_role=by_role, at=at, text=text, link=link)
            journal.record(
                db, at=at, actor=by, verb="proposal.move", target=f"proposal:{row.number}", to=to
            )
            moved += 1
    return moved
