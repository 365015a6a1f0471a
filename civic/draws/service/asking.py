"""What is asked of the panel: criteria with lower and upper bounds, and whether they can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.draws.features import order_of
from civic.draws.models import BEFORE_FREEZE, Draw, DrawCriterion
from civic.draws.queries import pool
from civic.draws.service.creating import Plan
from civic.draws.service.rows import open_criteria
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy, number
from civic.house.refusal import NotFound, Refusal
from civic.rules.sortition import BadInput, Candidate, Criterion, Infeasible, prepare

TRIAL = b"only to see whether the bounds can hold; nothing is drawn with this"


@dataclass(frozen=True, slots=True)
class Ask:
    """« Between `minimum` and `maximum` people whose `feature` is `value` »."""

    feature: str
    value: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Check:
    """Whether bounds can hold: what clashes, the smallest change that would do (sentences), and
    the bounds so changed. When they hold, the smallest and largest chance anybody has (0 to 1)
    and how many people have none."""

    holds: bool
    clashes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    suggestion: tuple[Ask, ...] = ()
    least: float = 0.0
    most: float = 0.0
    without: int = 0
    people: int = 0


def set_criteria(db: Session, *, draw_id: int, asks: Sequence[Ask], by: str, at: datetime) -> None:
    """Writes the bounds of a draw, all at once. Bounds that ask nothing (0 to all seats) are left
    out. Whether they can hold together is `try_out`'s and the freeze's affair."""
    with writing(db):
        draw = _own(open_criteria(db, draw_id))
        wanted = [one for one in asks if one.minimum > 0 or one.maximum < draw.seats]
        for one in wanted:
            if not 0 <= one.minimum <= one.maximum <= draw.seats:
                raise Refusal(lazy(
                    "« %(feature)s : %(value)s » : donnez un minimum et un maximum entre 0 et "
                    "%(seats)s, le minimum d'abord.",
                    feature=one.feature, value=one.value, seats=draw.seats,
                ))  # fmt: skip
        if len({(one.feature, one.value) for one in wanted}) != len(wanted):
            raise Refusal(lazy("Un critère est donné deux fois."))
        db.execute(delete(DrawCriterion).where(DrawCriterion.draw_id == draw_id))
        ordered = sorted(wanted, key=lambda one: order_of(one.feature, one.value))
        db.add_all(
            DrawCriterion(
                draw_id=draw_id, feature=one.feature, value=one.value, minimum=one.minimum,
                maximum=one.maximum, position=position,
            )
            for position, one in enumerate(ordered, 1)
        )  # fmt: skip
        draw.pool_version += 1
        journal.record(
            db, at=at, actor=by, verb="draw.set_criteria", target=f"draw:{draw_id}",
            criteria=len(wanted),
        )  # fmt: skip


def amend(db: Session, *, draw_id: int, plan: Plan, by: str, at: datetime) -> None:
    """Changes seats, reserve, age and households while nothing is frozen. The collège and the
    day that ages are counted on stay: the lists were sorted out with them."""
    with writing(db):
        draw = _own(open_criteria(db, draw_id))
        if draw.status not in BEFORE_FREEZE and plan.one_per_household != draw.one_per_household:
            raise Refusal(
                lazy("La règle des foyers est figée avec l'ordre des invitations."),
                field="one_per_household",
            )
        draw.title, draw.seats, draw.reserve_size = plan.title, plan.seats, plan.reserve_size
        draw.one_per_household, draw.algorithm = plan.one_per_household, plan.algorithm
        draw.pool_version += 1
        too_many = db.scalars(
            select(DrawCriterion).where(
                DrawCriterion.draw_id == draw_id, DrawCriterion.maximum > plan.seats
            )
        ).all()
        for criterion in too_many:
            criterion.maximum = plan.seats
            criterion.minimum = min(criterion.minimum, plan.seats)
        journal.record(
            db, at=at, actor=by, verb="draw.amend", target=f"draw:{draw_id}", seats=plan.seats
        )


def _own(draw: Draw) -> Draw:
    """The draw, unless it completes another one's group: then its bounds are counted, not set."""
    if draw.replaces_id is not None:
        raise Refusal(
            lazy(
                "Ce tirage complète un groupe : ses places et ses critères sont ceux du premier "
                "tirage, moins les personnes qui restent."
            )
        )
    return draw


def asked(db: Session, draw_id: int) -> list[Ask]:
    """The bounds of a draw, in order."""
    return [
        Ask(*row)
        for row in db.execute(
            select(
                DrawCriterion.feature, DrawCriterion.value, DrawCriterion.minimum,
                DrawCriterion.maximum,
            )
            .where(DrawCriterion.draw_id == draw_id)
            .order_by(DrawCriterion.position)
        )
    ]  # fmt: skip


def lottery_input(
    people: Sequence[Candidate], asks: Sequence[Ask], seats: int
) -> tuple[list[Candidate], list[Criterion]]:
    """What the engine wants: people with the features that are asked about, and a bound for each
    value that somebody has (those nobody asked about may go from none to all)."""
    features = {one.feature for one in asks}
    named = {(one.feature, one.value) for one in asks}
    free = {
        (feature, value)
        for one in people
        for feature, value in one.features.items()
        if feature in features
    } - named
    criteria = [Criterion(one.feature, one.value, one.minimum, one.maximum) for one in asks]
    criteria += [Criterion(*pair, 0, seats) for pair in sorted(free)]
    kept = [
        replace(one, features={k: v for k, v in one.features.items() if k in features})
        for one in people
    ]
    return kept, criteria


def try_out(db: Session, *, draw_id: int, asks: Sequence[Ask]) -> Check:
    """Whether these bounds can hold on what the lists hold now. Writes nothing."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    people = pool.candidates(db, draw)
    kept, criteria = lottery_input(people, asks, draw.seats)
    try:
        found = prepare(kept, criteria, draw.seats, secret=TRIAL, algorithm=draw.algorithm)
    except Infeasible as clash:
        suggestion = tuple(
            Ask(one.feature, one.value, one.minimum, one.maximum)
            for one in clash.relaxation or ()
            if one.minimum > 0 or one.maximum < draw.seats
        )
        return Check(
            False,
            tuple(one.sentence for one in clash.clashes),
            clash.changes,
            suggestion,
            people=len(people),
        )
    except BadInput as wrong:
        return Check(False, tuple(text for _line, text in wrong.errors), people=len(people))
    chances = [count / found.lottery.numbers for count in found.lottery.chances.values()]
    return Check(
        True,
        least=min((one for one in chances if one), default=0.0),
        most=max(chances, default=0.0),
        without=sum(1 for one in chances if not one),
        people=len(people),
    )


def in_a_hundred(chance: float) -> str:
    """A chance as people say it: « 6,7 sur 100 »."""
    return number(round(chance * 100, 1 if chance < 0.995 else 0))
