"""A bundle of papers is found after step 1: two members take the papers up again before the urn is
opened, and step 1 is made again for the papers. Nothing of the urn changes."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots.models import PaperReopening, Poll, PollStep, UrnOpening
from civic.ballots.queries import view_of
from civic.ballots.queries.contests import papers_contested
from civic.ballots.queries.papers import papers as papers_of
from civic.ballots.queries.papers import reopening, spoilt_papers
from civic.ballots.service.locks import locked_poll
from civic.ballots.service.places import require_sheets
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal

_FIGURES = ("papiers", "nuls_papier", "groupes", "ecart_papier")


def ask_reopening(db: Session, *, poll_id: int, reason: str, by: str, at: datetime) -> None:
    """Asks to take the papers up again: a public reason. Another member has to agree.

    Refused before step 1 and once anybody has opened the urn: then only a contest that the
    commission upholds, and that asks to correct papers, leads back here.
    """
    if not reason:
        raise Refusal(lazy("Écrivez pourquoi : le procès-verbal le dira."), field="reason")
    with writing(db):
        poll = locked_poll(db, poll_id)
        if poll.stage == "sealed":
            raise Refusal(lazy("L'étape 1 n'est pas faite : ouvrez simplement une liasse."))
        if poll.stage not in ("reconciled", "severed"):
            raise Refusal(lazy("Ce vote est dépouillé : seule une contestation admise permet de "
                               "reprendre les papiers."))  # fmt: skip
        if view_of(poll).recounting and not papers_contested(db, poll_id):
            raise Refusal(lazy("La contestation admise ne demande que de recompter l'urne."))
        if db.scalar(select(func.count()).where(UrnOpening.poll_id == poll_id)):
            raise Refusal(lazy("Quelqu'un a déjà ouvert l'urne : seule une contestation admise "
                               "permet de reprendre les papiers."))  # fmt: skip
        if reopening(db, poll_id) is not None:
            raise Refusal(lazy("Une reprise des papiers est déjà demandée."))
        last = db.scalar(
            select(func.max(PaperReopening.version)).where(PaperReopening.poll_id == poll_id)
        )
        version = 1 + (last or 0)
        db.add(
            PaperReopening(
                poll_id=poll_id, version=version, reason=reason, asked_by=by, asked_at=at
            )
        )
        journal.record(
            db, at=at, actor=by, verb="papers.reopen.ask", target=f"poll:{poll_id}", version=version
        )


def agree_reopening(db: Session, *, poll_id: int, by: str, at: datetime) -> None:
    """Agrees, as another member, that the papers are taken up again: bundles and sheets may be
    added to until step 1 is made again."""
    with writing(db):
        locked_poll(db, poll_id)
        row = _waiting(db, poll_id)
        if row.asked_by == by:
            raise Refusal(lazy("Vous avez demandé cette reprise : un autre membre l'accepte."))
        row.agreed_by, row.agreed_at = by, at
        journal.record(
            db, at=at, actor=by, verb="papers.reopen", target=f"poll:{poll_id}", version=row.version
        )


def drop_reopening(db: Session, *, poll_id: int, by: str, at: datetime) -> None:
    """Takes back a request to which nobody has agreed."""
    with writing(db):
        locked_poll(db, poll_id)
        row = _waiting(db, poll_id)
        db.delete(row)
        journal.record(
            db, at=at, actor=by, verb="papers.reopen.drop", target=f"poll:{poll_id}",
            version=row.version,
        )  # fmt: skip


def _waiting(db: Session, poll_id: int) -> PaperReopening:
    row = reopening(db, poll_id)
    if row is None or row.agreed_at is not None:
        raise NotFound
    return row


def reconcile_papers_within(db: Session, poll: Poll, *, by: str, at: datetime) -> bool:
    """Makes step 1 again for the papers that were taken up, inside the caller's transaction;
    whether there was anything to do. The urn's figures stay, the former ones about paper too."""
    row = reopening(db, poll.id)
    if row is None or row.agreed_at is None:
        return False
    groups = require_sheets(db, poll.id)
    papers = papers_of(db, poll.id)
    step = db.get_one(PollStep, (poll.id, "reconciled"))
    figures = dict(step.figures)
    row.former = {name: figures[name] for name in _FIGURES}
    figures |= {
        "papiers": len(papers),
        "nuls_papier": spoilt_papers(db, poll.id),
        "groupes": groups,
        "ecart_papier": len(papers) - figures["emargements"].get("paper", 0) - groups,
    }
    again = {
        "quand": at.astimezone(UTC).isoformat(), "motif": row.reason, "avant": row.former,
    }  # fmt: skip
    figures["reprises"] = [*figures.get("reprises", []), again]
    step.figures = figures
    row.closed_by, row.closed_at = by, at
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="poll.reconciled_again", target=f"poll:{poll.id}",
        version=row.version, papers=len(papers),
    )  # fmt: skip
    return True
