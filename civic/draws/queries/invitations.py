"""Questions about the invitations: how the waves go, for everybody and by criterion; who is invited
(the caller writes the look down first); what is published of the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, undefer

from civic.draws.models import (
    LEFT,
    ContactAttempt,
    Draw,
    DrawCriterion,
    DrawnPerson,
    InvitationOrder,
    InvitationWave,
    PoolEntry,
)
from civic.draws.queries import pool
from civic.draws.reserve import Bound
from civic.draws.waves import Pair, Seen
from civic.rules.sortition.invitations import aim

STILL = ("waiting", "contacted")


def order_of(db: Session, draw_id: int) -> InvitationOrder | None:
    """The order of a draw's invitations, without its long columns; None before it is asked for."""
    return db.get(InvitationOrder, draw_id)


def bounds_of(db: Session, draw_id: int) -> list[Bound]:
    """The bounds asked of the panel, in order."""
    return [
        Bound(*row)
        for row in db.execute(
            select(
                DrawCriterion.feature,
                DrawCriterion.value,
                DrawCriterion.minimum,
                DrawCriterion.maximum,
            )
            .where(DrawCriterion.draw_id == draw_id)
            .order_by(DrawCriterion.position)
        )
    ]


def seen(db: Session, draw: Draw) -> tuple[Seen, dict[Pair, Seen]]:
    """What became of the invitations, for everybody and for each value that the lists know or
    somebody said at the door: two statements."""
    lists: Counter[Pair] = Counter()
    many = 0
    for one in pool.in_lists(db, draw):
        many += 1
        lists.update(one.features.items())
    invited: Counter[Pair] = Counter()
    accepted: Counter[Pair] = Counter()
    waiting: Counter[Pair] = Counter()
    answers: Counter[str] = Counter()
    for features, answer in db.execute(
        select(DrawnPerson.features, DrawnPerson.answer).where(
            DrawnPerson.draw_id == draw.id, DrawnPerson.place == "invited"
        )
    ):
        answers[answer] += 1
        pairs = list(features.items())
        invited.update(pairs)
        if answer == "accepted":
            accepted.update(pairs)
        elif answer in STILL:
            waiting.update(pairs)
    total = sum(answers.values())
    listed = {feature for feature, _value in lists}
    everybody = Seen(
        invited=total,
        accepted=answers["accepted"],
        waiting=sum(answers[one] for one in STILL),
        left=max(0, many - total),
    )
    return everybody, {
        pair: Seen(
            invited=invited[pair],
            accepted=accepted[pair],
            waiting=waiting[pair],
            left=max(0, lists[pair] - invited[pair]),
            listed=pair[0] in listed,
        )
        for pair in {*lists, *invited}
    }


@dataclass(frozen=True, slots=True)
class WaveCounts:
    """A wave with what became of it."""

    number: int
    aim: int
    invited: int
    made_on: Any
    answer_by: date
    plan: Mapping[str, Any]
    accepted: int
    left: int
    waiting: int
    untouched: int
    """To whom nothing was sent yet."""


def waves(db: Session, draw_id: int) -> list[WaveCounts]:
    """The waves of a draw, first to last: one statement."""

    def how_many(*answers: str) -> Any:
        return func.coalesce(func.sum(case((DrawnPerson.answer.in_(answers), 1), else_=0)), 0)

    rows = db.execute(
        select(
            InvitationWave.number,
            InvitationWave.aim,
            InvitationWave.invited,
            InvitationWave.made_at,
            InvitationWave.answer_by,
            InvitationWave.plan,
            how_many("accepted"),
            how_many(*LEFT),
            how_many(*STILL),
            how_many("waiting"),
        )
        .outerjoin(
            DrawnPerson,
            (DrawnPerson.draw_id == InvitationWave.draw_id)
            & (DrawnPerson.wave == InvitationWave.number)
            & (DrawnPerson.place == "invited"),
        )
        .where(InvitationWave.draw_id == draw_id)
        .group_by(InvitationWave.id)
        .order_by(InvitationWave.number)
    )
    return [WaveCounts(*row) for row in rows]


# --- the people invited --------------------------------------------------------------------------


def listing(
    draw_id: int, *, wave: int = 0, answer: str = "", today: date
) -> Select[*tuple[Any, ...]]:
    """The invited of a draw as an agent goes through them: by wave, in the order of the draw.
    `answer` is one of models.ANSWERS, "late" (the deadline is over), or "" for all."""
    attempts = (
        select(func.count()).where(ContactAttempt.drawn_id == DrawnPerson.id).scalar_subquery()
    )
    query: Select[*tuple[Any, ...]] = (
        select(DrawnPerson, PoolEntry, attempts.label("attempts"))
        .outerjoin(PoolEntry, PoolEntry.token == DrawnPerson.entry)
        .where(DrawnPerson.draw_id == draw_id, DrawnPerson.place == "invited")
        .order_by(DrawnPerson.rank)
    )
    if wave:
        query = query.where(DrawnPerson.wave == wave)
    if answer == "late":
        query = query.where(DrawnPerson.answer.in_(STILL), DrawnPerson.answer_by < today)
    elif answer:
        query = query.where(DrawnPerson.answer == answer)
    return query


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invited, or a dwelling whose door one knocks at (then `name` is "" until somebody
    there accepts)."""

    id: str
    number: int
    wave: int
    rank: int
    name: str
    born: str
    address: str
    answer: str
    answer_by: date | None
    attempts: int
    email: str
    phone: str
    shows_name: bool
    features: Mapping[str, str]

    @property
    def open(self) -> bool:
        """Whether they may still answer."""
        return self.answer in STILL

    def late(self, today: date) -> bool:
        """Whether their time to answer is over."""
        return self.open and self.answer_by is not None and self.answer_by < today


def as_invited(row: Any) -> Invited:
    """A row of `listing` as the pages show it."""
    one, entry, attempts = row
    named = entry is not None and entry.family_name
    return Invited(
        id=one.id,
        number=one.number,
        wave=one.wave,
        rank=one.rank,
        name=pool.full_name_of(entry) if named else "",
        born=pool.born_of(entry) if entry is not None else "",
        address=pool.address_of(entry) if entry is not None else "",
        answer=one.answer,
        answer_by=one.answer_by,
        attempts=attempts,
        email=one.email,
        phone=one.phone,
        shows_name=one.shows_name,
        features=one.features,
    )


def one_invited(db: Session, draw_id: int, drawn_id: str, today: date) -> Invited | None:
    """One person invited to a draw."""
    row = db.execute(listing(draw_id, today=today).where(DrawnPerson.id == drawn_id)).first()
    return None if row is None else as_invited(row)


def reach_of_drawn(db: Session, draw_id: int, drawn_id: str) -> tuple[str, str]:
    """E-mail and phone that a drawn person gave when they accepted their invitation; "" twice
    otherwise."""
    drawn = select(DrawnPerson.entry).where(DrawnPerson.id == drawn_id).scalar_subquery()
    row = db.execute(
        select(DrawnPerson.email, DrawnPerson.phone).where(
            DrawnPerson.draw_id == draw_id,
            DrawnPerson.place == "invited",
            DrawnPerson.entry == drawn,
        )
    ).first()
    return ("", "") if row is None else (row[0], row[1])


def shown_names(db: Session, draw_id: int) -> list[str]:
    """The names of those of the panel who agreed to be named in the hall, in the order of names."""
    invited = select(DrawnPerson.entry).where(
        DrawnPerson.draw_id == draw_id,
        DrawnPerson.place == "invited",
        DrawnPerson.shows_name.is_(True),
    )
    entries: Iterable[PoolEntry] = db.scalars(
        select(PoolEntry)
        .join(DrawnPerson, DrawnPerson.entry == PoolEntry.token)
        .where(
            DrawnPerson.draw_id == draw_id,
            DrawnPerson.place == "titular",
            PoolEntry.token.in_(invited),
        )
    )
    return sorted(pool.name_of(one) for one in entries)


# --- what anybody may know -----------------------------------------------------------------------


def published(db: Session, draw_id: int) -> dict[str, Any] | None:
    """The story of the invitations as `rules/sortition/invitations.py` checks it: the committed
    list, the seed, each wave with its numbers. No name, no criterion beside a number: what a wave
    went for besides the first of the order is there as a digest."""
    order = db.get(InvitationOrder, draw_id, options=[undefer(InvitationOrder.published)])
    if order is None or order.published is None:
        return None
    numbers: dict[int, list[int]] = {}
    for wave, number in db.execute(
        select(DrawnPerson.wave, DrawnPerson.number)
        .where(DrawnPerson.draw_id == draw_id, DrawnPerson.place == "invited")
        .order_by(DrawnPerson.rank)
    ):
        numbers.setdefault(wave, []).append(number)
    return {
        "commitment": order.commitment,
        "published": order.published,
        "seed": order.seed,
        "waves": [
            {
                "number": one.number,
                "base": one.plan["base"],
                "aim": aim(one.plan["salt"], one.plan["wanted"]),
                "invited": numbers.get(one.number, []),
            }
            for one in plans(db, draw_id)
        ],
    }


def plans(db: Session, draw_id: int) -> Sequence[InvitationWave]:
    """The waves as they were planned, first to last."""
    return db.scalars(
        select(InvitationWave)
        .where(InvitationWave.draw_id == draw_id)
        .order_by(InvitationWave.number)
    ).all()
