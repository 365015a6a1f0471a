"""One's drafts and proposals, and what the entrance asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from civic.house.access import Identity, Right
from civic.house.clock import end_of
from civic.house.i18n import _, lazy
from civic.house.todo import Found, OpenNow, Todo
from civic.proposals.models import (
    Proponent,
    Proposal,
    ProposalDraft,
)
from civic.proposals.queries.finding import Filters, is_public, listing
from civic.proposals.queries.page import state_sentence
from civic.territory.models import TerritoryPart


def draft(db: Session, draft_id: str, person: str) -> ProposalDraft | None:
    """Somebody's own draft; None for anybody else."""
    found = db.get(ProposalDraft, draft_id)
    return found if found is not None and found.person_id == person else None


def drafts(db: Session, person: str) -> list[ProposalDraft]:
    """What somebody is still writing, newest first."""
    return list(
        db.scalars(
            select(ProposalDraft)
            .where(ProposalDraft.person_id == person)
            .order_by(ProposalDraft.changed_on.desc())
        )
    )


def mine(db: Session, person: str) -> list[Row[Any]]:
    """The proposals that somebody carries: number, title, status, status_since."""
    return list(
        db.execute(
            select(Proposal.number, Proposal.title, Proposal.status, Proposal.status_since)
            .join(Proponent, Proponent.proposal_id == Proposal.id)
            .where(Proponent.person_id == person)
            .order_by(Proposal.number.desc())
        )
    )


def near(db: Session, *, neighbourhood_id: int | None, theme: str, most: int = 5) -> list[Row[Any]]:
    """Published proposals of the same neighbourhood and theme: number, title, status. A hint."""
    if neighbourhood_id is None or not theme:
        return []
    return list(
        db.execute(
            select(Proposal.number, Proposal.title, Proposal.status)
            .where(
                is_public(),
                Proposal.neighbourhood_id == neighbourhood_id,
                Proposal.theme == theme,
            )
            .order_by(Proposal.number.desc())
            .limit(most)
        )
    )


def todo(db: Session, me: Identity, _now: datetime) -> list[Todo]:
    """What this person has to do about proposals: two statements at most."""
    found = [
        Todo(None, _("Compléter votre proposition « %(title)s »", title=title),
             f"/propositions/{number}/completer", "propose")
        for number, title in db.execute(
            select(Proposal.number, Proposal.title)
            .join(Proponent, Proponent.proposal_id == Proposal.id)
            .where(Proponent.person_id == me.person, Proposal.status == "returned")
        )
    ]  # fmt: skip
    if me.may(Right.MODERATE_PROPOSALS):
        found += _staff_todo(db, me)
    return found


def _staff_todo(db: Session, me: Identity) -> list[Todo]:
    units = me.units(Right.MODERATE_PROPOSALS)
    ids = [int(u.split(":")[1]) for u in units if u.startswith(("municipality:", "agglomeration:"))]
    parts = select(TerritoryPart.part_id).where(TerritoryPart.whole_id.in_(ids))
    rows = db.execute(
        select(Proposal.status, func.count(), func.min(Proposal.due_on))
        .where(
            Proposal.status.in_(("submitted", "published", "checking", "admissible", "assessing")),
            or_(Proposal.municipality_id.in_(ids), Proposal.municipality_id.in_(parts)),
        )
        .group_by(Proposal.status)
    )
    words = {
        "submitted": lazy("Propositions déposées à relire : %(n)s"),
        "published": lazy("Propositions dont la recevabilité est à vérifier : %(n)s"),
        "checking": lazy("Propositions à réexaminer : %(n)s"),
        "admissible": lazy("Propositions à confier aux services : %(n)s"),
        "assessing": lazy("Propositions à l'étude : %(n)s"),
    }
    return [
        Todo(
            end_of(due) if due else None,
            str(words[status]) % {"n": number},
            f"/propositions/gestion?etat={status}",
            "propose",
        )
        for status, number, due in rows
    ]


def open_now(_db: Session, _now: datetime) -> list[OpenNow]:
    """Ideas are filed all year."""
    return [
        OpenNow(
            "propose",
            _("Une idée pour votre rue"),
            _("Les idées se déposent toute l'année, en quelques minutes."),
            None,
            "/propositions/proposer",
            _("Proposer une idée"),
        )
    ]


OPEN_DATA = (
    (
        lazy("Propositions des habitants"),
        lazy("Numéro, titre, thème, lieu et état des propositions publiées."),
        "/propositions/propositions.csv",
    ),
)


def search(db: Session, words: str, most: int) -> tuple[Any, list[Found]]:
    """Published proposals that hold all these folded words, newest first."""
    rows = db.execute(listing(Filters(words=words)).limit(most))
    return lazy("Propositions"), [
        Found(row.title, state_sentence(row.status), f"/propositions/{row.number}") for row in rows
    ]


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room knows of the asker: drafts and proposals, as JSON-able values."""
    return {
        "brouillons": [
            {"titre": one.title, "texte": one.body, "lieu": one.place_text}
            for one in drafts(db, me.person)
        ],
        "propositions": [
            {"numéro": row.number, "titre": row.title, "état": row.status}
            for row in mine(db, me.person)
        ],
    }
