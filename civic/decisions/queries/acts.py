"""Acts: the register, one act, who may write it down, open data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from civic.decisions.models import Act
from civic.house.access import Identity, Right, Scope
from civic.house.i18n import lazy
from civic.house.text import folded, one_line
from civic.people.models import Organisation
from civic.territory import queries as territory

KIND_WORDS = {
    "deliberation": lazy("Délibération"),
    "executive_decision": lazy("Décision du maire ou du président"),
    "landlord_decision": lazy("Décision du bailleur"),
}


OUTCOME_WORDS = {
    "follows": lazy("Suit la demande"),
    "amends": lazy("Suit la demande en la modifiant"),
    "sets_aside": lazy("Écarte la demande"),
    "postpones": lazy("Reporte la décision"),
}


def acts(*, kind: str = "", search: str = "") -> Select[*tuple[Any, ...]]:
    """Published acts, the latest first: (act, name of the authority)."""
    query: Select[*tuple[Any, ...]] = (
        select(Act, Organisation.name)
        .join(Organisation, Organisation.id == Act.organisation_id)
        .where(Act.published_at.is_not(None))
        .order_by(Act.adopted_on.desc(), Act.id.desc())
    )
    if kind in KIND_WORDS:
        query = query.where(Act.kind == kind)
    if search:
        like = f"%{search.replace('%', '').replace('_', '')}%"
        query = query.where(or_(Act.title.ilike(like), Act.number.ilike(like)))
    return query


@dataclass(frozen=True, slots=True)
class ActView:
    """An act with its authority and the numbers of the acts it corrects and that correct it."""

    row: Act
    authority: str
    corrects: tuple[int, str] | None
    corrected_by: tuple[int, str] | None

    @property
    def published(self) -> bool:
        """Whether everybody may read it."""
        return self.row.published_at is not None


def act(db: Session, act_id: int) -> ActView | None:
    """An act: one statement."""
    before, after = aliased(Act), aliased(Act)
    found = db.execute(
        select(Act, Organisation.name, before.id, before.number, after.id, after.number)
        .join(Organisation, Organisation.id == Act.organisation_id)
        .outerjoin(before, before.id == Act.corrects_id)
        .outerjoin(after, (after.corrects_id == Act.id) & after.published_at.is_not(None))
        .where(Act.id == act_id)
        .order_by(after.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    row, authority, before_id, before_number, after_id, after_number = found
    return ActView(
        row,
        authority,
        (before_id, before_number) if before_id else None,
        (after_id, after_number) if after_id else None,
    )


def scope_of(db: Session, act_id: int, **_other: Any) -> Scope | None:
    """The units whose people may act on an act."""
    scope = db.scalar(select(Act.scope).where(Act.id == act_id))
    return None if scope is None else frozenset(scope)


def scope_of_organisation(db: Session, organisation_id: int) -> Scope:
    """The units whose people write down an organisation's acts: its territory's, or those of the
    whole agglomération for a landlord or an association."""
    found = db.execute(
        select(Organisation.territory_id, Organisation.parent_id).where(
            Organisation.id == organisation_id
        )
    ).first()
    place = found.territory_id if found else None
    if place is None and found and found.parent_id:
        place = db.scalar(
            select(Organisation.territory_id).where(Organisation.id == found.parent_id)
        )
    if place is None:
        whole = territory.agglomeration(db)
        place = whole.id if whole else None
    return territory.scope_of(db, [place]) if place else frozenset()


def authorities(db: Session, me: Identity, right: Right) -> list[tuple[int, str]]:
    """The organisations whose acts somebody may write down."""
    rows = db.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind.in_(("municipality", "intercommunality", "landlord")))
        .order_by(Organisation.name)
    ).all()
    return [(key, name) for key, name in rows if me.may(right, scope_of_organisation(db, key))]


def drafts(db: Session, me: Identity) -> list[tuple[Act, str]]:
    """The drafts that somebody may change or publish, the oldest first."""
    rows = db.execute(
        select(Act, Organisation.name)
        .join(Organisation, Organisation.id == Act.organisation_id)
        .where(Act.published_at.is_(None))
        .order_by(Act.prepared_at)
    ).all()
    wanted = (Right.PREPARE_DECISIONS, Right.PUBLISH_DECISIONS)
    return [
        (row, name)
        for row, name in rows
        if any(me.may(right, frozenset(row.scope)) for right in wanted)
    ]


SCDL = (
    "COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_MATIERE_CODE",
    "DELIB_MATIERE_NOM", "DELIB_OBJET", "BUDGET_ANNEE", "BUDGET_NOM", "PREF_ID", "PREF_DATE",
    "VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION", "DELIB_URL",
)  # fmt: skip
"""The columns of the national schema of délibérations (SCDL 2.1)."""


def deliberations(db: Session, base_url: str) -> list[list[str]]:
    """Published délibérations as rows of SCDL; a number that we don't know stays empty."""
    rows = db.execute(acts(kind="deliberation")).all()
    found = []
    for row, authority in rows:
        numbers = (row.votes_for, row.votes_against, row.abstentions)
        cast = sum(one or 0 for one in numbers) if any(one is not None for one in numbers) else None
        found.append(
            [
                authority,
                "",
                row.number,
                row.adopted_on.isoformat(),
                row.subject_code,
                row.subject_name,
                row.title,
                "",
                "",
                row.prefecture_number,
                row.prefecture_receipt_on.isoformat() if row.prefecture_receipt_on else "",
                *("" if one is None else str(one) for one in (row.members, cast, *numbers)),
                f"{base_url}/decisions/{row.id}",
            ]
        )
    return found


def search_words(text: str) -> str:
    """What a visitor searches, as words."""
    return one_line(text)[:100] if folded(text) else ""
