"""A draw is opened for a collège of a council, and may be given up with a public reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil
from civic.draws.models import OVER, STATUSES, Draw, DrawCriterion
from civic.draws.service.erasing import erase_within
from civic.draws.service.rows import in_state, locked
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal

LISTS_KEPT = timedelta(days=365)
"""How long lists may stay at most, whatever becomes of the draw."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a facilitator wants to draw. `reserve_size` people are ranked behind the panel."""

    title: str
    college: str
    seats: int
    reserve_size: int
    minimum_age: int
    age_on: date
    one_per_household: bool = False
    algorithm: str = "leximin"
    way: str = "direct"
    unit: str = "people"


def create(
    db: Session,
    *,
    council_id: int,
    plan: Plan,
    by: str,
    at: datetime,
    is_demo: bool = False,
    replaces: tuple[int, dict[str, Any]] | None = None,
) -> int:
    """Opens a draw; its number. One at a time for a collège of a council; the new one says which
    one it follows. `replaces`: the draw whose group it completes, and `Draw.whole`."""
    with writing(db):
        council = db.get(CitizenCouncil, council_id, with_for_update=True)
        if council is None:
            raise NotFound
        if council.status == "dissolved":
            raise Refusal(lazy("Ce conseil est dissous : on n'y tire plus personne au sort."))
        earlier = db.execute(
            select(Draw.id, Draw.status)
            .where(Draw.council_id == council_id, Draw.college == plan.college)
            .order_by(Draw.id.desc())
        ).all()
        if any(status not in OVER for _id, status in earlier):
            raise Refusal(
                lazy(
                    "Un tirage est déjà en cours pour ce collège. Terminez-le, ou annulez-le avec "
                    "une raison publique."
                ),
                field="college",
            )
        draw = Draw(
            title=plan.title,
            council_id=council_id,
            college=plan.college,
            way=plan.way,
            unit=plan.unit,
            seats=plan.seats,
            reserve_size=plan.reserve_size,
            minimum_age=plan.minimum_age,
            age_on=plan.age_on,
            one_per_household=plan.one_per_household,
            algorithm=plan.algorithm,
            created_by=by,
            created_at=at,
            lists_until=day_of(at) + LISTS_KEPT,
            chances={},
            totals={},
            replaces_id=replaces[0] if replaces else None,
            whole=replaces[1] if replaces else {},
            previous_id=earlier[0][0] if earlier else None,
            is_demo=is_demo,
        )
        db.add(draw)
        db.flush()
        db.add_all(
            DrawCriterion(
                draw_id=draw.id, feature=feature, value=value, minimum=least, maximum=most,
                position=position,
            )
            for position, (feature, value, least, most) in enumerate(draw.whole.get("left", []), 1)
            if least > 0 or most < plan.seats
        )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="draw.create", target=f"draw:{draw.id}",
            council=council_id, college=plan.college, seats=plan.seats,
        )  # fmt: skip
        return draw.id


def cancel(db: Session, *, draw_id: int, reason: str, by: str, at: datetime) -> None:
    """Gives a draw up: its record stays public with the reason, its lists are erased."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            set(STATUSES) - set(OVER),
            lazy("Ce tirage est terminé : il ne s'annule plus."),
        )
        if len(reason.strip()) < 10:
            raise Refusal(
                lazy("Dites pourquoi, en une phrase : elle sera publiée."), field="reason"
            )
        draw.status, draw.cancel_reason, draw.cancelled_at = "cancelled", reason, at
        erase_within(db, draw, at=at)
        journal.record(
            db, at=at, actor=by, verb="draw.cancel", target=f"draw:{draw_id}", reason=reason
        )
