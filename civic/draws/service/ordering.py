"""The order of the invitations: one person asks for it to be frozen, another confirms, then two
people type the chance that was announced. From then on waves only go down it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from civic.draws.models import (
    ChanceReading,
    Draw,
    InvitationOrder,
    PoolEntry,
    SourceList,
)
from civic.draws.queries import pool
from civic.draws.service.rows import changed, in_state, locked
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules.sortition import Candidate
from civic.rules.sortition.invitations import SEALED, commit
from civic.rules.sortition.verify import digest, leaf, normal_seed


@dataclass(frozen=True, slots=True)
class Announced:
    """What is said beforehand: what will be read aloud, when, where."""

    at: datetime
    source: str
    place: str = ""


def ask(db: Session, *, draw_id: int, announced: Announced, by: str, at: datetime) -> None:
    """Asks for the order to be frozen: the lists stand still from now on."""
    with writing(db):
        draw = locked(db, draw_id)
        if draw.way != "invited":
            raise Refusal(lazy("Ce tirage se fait directement sur les listes, sans invitations."))
        in_state(
            draw,
            {"lists_checked"},
            lazy(
                "Les listes ne sont pas encore déclarées contrôlées : l'agent de la commune doit "
                "le faire d'abord."
            ),
        )
        if announced.at <= at:
            raise Refusal(
                lazy("Le hasard doit venir plus tard : il est annoncé avant."), field="session_day"
            )
        draw.status = "order_asked"
        db.add(
            InvitationOrder(
                draw_id=draw_id, asked_by=by, asked_at=at, version=draw.pool_version,
                chance="seed", chance_source=announced.source, chance_at=announced.at,
                place=announced.place,
            )
        )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="draw.ask_order", target=f"draw:{draw_id}",
            version=draw.pool_version, chance=announced.at.isoformat(),
        )  # fmt: skip


def withdraw(db: Session, *, draw_id: int, by: str, at: datetime) -> None:
    """Takes the demand back: the lists may change again."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id), {"order_asked"}, lazy("Aucun ordre n'attend d'être figé.")
        )
        db.delete(db.get_one(InvitationOrder, draw_id))
        draw.status = "lists_checked"
        journal.record(db, at=at, actor=by, verb="draw.withdraw_order", target=f"draw:{draw_id}")


def confirm(db: Session, *, draw_id: int, by: str, at: datetime) -> str:
    """Freezes the lists for the invitations and publishes their digest, which is returned."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    version, household = draw.pool_version, draw.one_per_household
    people = pool.in_lists(db, draw)
    sealed = seal(people, secrets.token_bytes(32))
    published = commit(
        {one["number"]: leaf(one) for one in sealed["people"]}, one_per_household=household
    )
    own = digest(published)
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            {"order_asked"},
            lazy("Cet ordre a déjà été figé ou retiré : rechargez la page."),
        )
        order = db.get_one(InvitationOrder, draw_id, with_for_update=True)
        if order.asked_by == by:
            raise Refusal(
                lazy("Vous avez demandé ce gel : c'est à une autre personne de le confirmer.")
            )
        changed(draw, version)
        if order.chance_at <= at:
            raise Refusal(
                lazy(
                    "L'heure annoncée du hasard est passée : retirez la demande et annoncez une "
                    "nouvelle date."
                )
            )
        order.confirmed_by, order.frozen_at, order.commitment = by, at, own
        order.people, order.published, order.sealed = len(people), published, sealed
        draw.status = "order_frozen"
        kept = (
            select(func.count())
            .where(PoolEntry.list_id == SourceList.id, PoolEntry.status == "kept")
            .scalar_subquery()
        )
        db.execute(update(SourceList).where(SourceList.draw_id == draw_id).values(kept=kept))
        journal.record(
            db, at=at, actor=by, verb="draw.freeze_order", target=f"draw:{draw_id}",
            commitment=own, people=len(people),
        )  # fmt: skip
    return own


def seal(people: list[Candidate], secret: bytes) -> dict[str, Any]:
    """Who has which number: {"format", "people": [{"id", "number", "salt", "features",
    "household"} …]}. Numbers run from 1 in an order that only the secret gives."""

    def keyed(purpose: str, text: str) -> str:
        return hmac.digest(secret, f"{purpose}\n{text}".encode(), hashlib.sha256).hex()

    rows = sorted(people, key=lambda one: keyed("number", one.id))
    return {
        "format": SEALED,
        "people": [
            {
                "id": one.id,
                "number": number,
                "salt": keyed("salt", one.id),
                "features": dict(one.features),
                "household": None
                if one.household is None
                else keyed("household", one.household)[:16],
            }
            for number, one in enumerate(rows, 1)
        ],
    }


def read_aloud(db: Session, *, draw_id: int, text: str, by: str, at: datetime) -> bool:
    """Notes what one person heard; True when it agrees with another's note: the order is known
    and invitations may begin. Before, the same person may correct what they typed."""
    value = normal_seed(text)
    if not value:
        raise Refusal(lazy("Tapez ce qui a été lu à voix haute."), field="value")
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            {"order_frozen"},
            lazy("L'ordre des invitations n'attend pas de hasard."),
        )
        order = db.get_one(InvitationOrder, draw_id, with_for_update=True)
        if at < order.chance_at:
            raise Refusal(
                lazy("Ce n'est pas encore l'heure annoncée : le hasard se tape ensuite."),
                field="value",
            )
        mine = db.get(ChanceReading, (draw_id, "order", by))
        if mine is None:
            mine = ChanceReading(draw_id=draw_id, stage="order", person_id=by, value=value, at=at)
            db.add(mine)
        mine.value, mine.at = value, at
        db.flush()
        first = db.scalars(
            select(ChanceReading.person_id)
            .where(
                ChanceReading.draw_id == draw_id,
                ChanceReading.stage == "order",
                ChanceReading.value == value,
                ChanceReading.person_id != by,
            )
            .order_by(ChanceReading.at)
        ).first()
        journal.record(
            db, at=at, actor=by, verb="draw.read_order", target=f"draw:{draw_id}", value=value
        )
        if first is None:
            return False
        order.seed, order.drawn_at = value, at
        order.first_reader, order.second_reader = first, by
        draw.status = "inviting"
        return True
