"""A replacement draw completes the group of an earlier one: its bounds are those of the whole
group less what those who remain hold, its commitment holds the digest of the first record, and
what can't be kept gives way as little as possible, only by a named person's explicit act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.draws.models import AFTER, Draw, DrawCriterion
from civic.draws.service.answers import who_is_next
from civic.draws.service.asking import Ask, Check, asked, try_out
from civic.draws.service.creating import Plan, create
from civic.draws.service.rows import open_criteria
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.mandates.models import COMING, IN_OFFICE, Mandate


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to draw: `seats` for newcomers beside `staying` people, and the bounds that
    newcomers must meet, of the whole group's."""

    seats: int
    staying: int
    whole: int
    asked: tuple[tuple[str, str, int, int], ...]
    left: tuple[tuple[str, str, int, int], ...]

    def as_data(self) -> dict[str, Any]:
        """As `Draw.whole` keeps it."""
        return {
            "seats": self.whole,
            "staying": self.staying,
            "asked": [list(one) for one in self.asked],
            "left": [list(one) for one in self.left],
        }


def bounds_left(
    asked: Sequence[tuple[str, str, int, int]],
    staying: Sequence[Mapping[str, Any]],
    seats: int,
) -> tuple[tuple[str, str, int, int], ...]:
    """The bounds for `seats` newcomers: each bound less the people among `staying` who hold its
    value. A maximum that those who stay already pass leaves room for nobody."""
    held = Counter((feature, value) for one in staying for feature, value in one.items())
    return tuple(
        (
            feature,
            value,
            min(seats, max(0, least - held[feature, value])),
            min(seats, max(0, most - held[feature, value])),
        )
        for feature, value, least, most in asked
    )


def completing(title: str) -> str:
    """The title of the draw that completes a group, so that a list tells the two apart."""
    return f"{title[:135]} : compléter le groupe"


def root_of(db: Session, draw_id: int) -> Draw:
    """The first draw of a group: itself, or the one it completes."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    return draw if draw.replaces_id is None else db.get_one(Draw, draw.replaces_id)


def left_to_draw(db: Session, root: Draw) -> Left:
    """What a replacement draw of this group would draw today."""
    chain = select(Draw.id).where((Draw.id == root.id) | (Draw.replaces_id == root.id))
    staying: dict[str, Mapping[str, Any]] = {}
    for person, criteria in db.execute(
        select(Mandate.person_id, Mandate.criteria).where(
            Mandate.draw_id.in_(chain), Mandate.status.in_((*IN_OFFICE, *COMING))
        )
    ):
        staying[person] = criteria
    seats = max(0, root.seats - len(staying))
    whole = tuple((one[0], one[1], one[2], one[3]) for one in root.chances.get("asked", []))
    return Left(
        seats, len(staying), root.seats, whole, bounds_left(whole, list(staying.values()), seats)
    )


def open_replacement(db: Session, *, draw_id: int, by: str, at: datetime) -> int:
    """Opens the draw that completes a group; its number. Lists are loaded anew: those of the
    first draw are erased. Refused while the reserve can still be called within the bounds."""
    root = root_of(db, draw_id)
    if root.status not in (*AFTER, "closed"):
        raise Refusal(lazy("Ce tirage n'est pas terminé : sa réserve se tient encore."))
    found = left_to_draw(db, root)
    if not found.seats:
        raise Refusal(lazy("Le groupe est complet : il n'y a personne à remplacer."))
    call = who_is_next(db, root) if root.status in AFTER else None
    if call is not None and not call.broken and not call.shares_household:
        raise Refusal(
            lazy(
                "La réserve permet encore de tenir les critères : appelez d'abord la personne "
                "suivante."
            )
        )
    return create(
        db,
        council_id=root.council_id,
        plan=Plan(
            title=completing(root.title),
            college=root.college,
            seats=found.seats,
            reserve_size=root.reserve_size,
            minimum_age=root.minimum_age,
            age_on=day_of(at),
            one_per_household=root.one_per_household,
            algorithm=root.algorithm,
            way=root.way,
            unit=root.unit,
        ),
        by=by,
        at=at,
        is_demo=root.is_demo,
        replaces=(root.id, found.as_data()),
    )


def base(draw: Draw) -> list[Ask]:
    """The bounds for newcomers before anything gives way; those that ask nothing are left out."""
    return [Ask(*one) for one in draw.whole.get("left", []) if one[2] > 0 or one[3] < draw.seats]


def reset_within(db: Session, draw: Draw) -> None:
    """Sets the bounds back to the base, inside the caller's transaction: what had given way for
    other lists gives way no more."""
    draw.relaxed_by, draw.relaxed_reason = None, None
    _write(db, draw, base(draw))


def _write(db: Session, draw: Draw, asks: Sequence[Ask]) -> None:
    db.execute(delete(DrawCriterion).where(DrawCriterion.draw_id == draw.id))
    db.add_all(
        DrawCriterion(
            draw_id=draw.id, feature=one.feature, value=one.value, minimum=one.minimum,
            maximum=one.maximum, position=position,
        )
        for position, one in enumerate(asks, 1)
    )  # fmt: skip
    draw.pool_version += 1


def retake(db: Session, *, draw_id: int, by: str, at: datetime) -> None:
    """Counts again who remains, when somebody has left or come since the draw was opened."""
    with writing(db):
        draw = open_criteria(db, draw_id)
        if draw.replaces_id is None:
            raise NotFound
        found = left_to_draw(db, db.get_one(Draw, draw.replaces_id))
        if not found.seats:
            raise Refusal(lazy("Le groupe est complet : annulez ce tirage, avec cette raison."))
        draw.seats, draw.whole = found.seats, found.as_data()
        reset_within(db, draw)
        journal.record(
            db, at=at, actor=by, verb="draw.retake", target=f"draw:{draw_id}", seats=draw.seats
        )


def relax(db: Session, *, draw_id: int, reason: str, by: str, at: datetime) -> Check:
    """Makes the bounds of a replacement draw as little wider as lets a group exist, in this
    person's name and with their reason, which is published. What gave way."""
    draw = db.get(Draw, draw_id)
    if draw is None or draw.replaces_id is None:
        raise NotFound
    if len(reason.strip()) < 10:
        raise Refusal(lazy("Dites pourquoi, en une phrase : elle sera publiée."), field="reason")
    version = draw.pool_version
    check = try_out(db, draw_id=draw_id, asks=base(draw))
    if check.holds:
        raise Refusal(lazy("Les critères peuvent être tenus : rien n'a besoin de céder."))
    if not check.suggestion:
        raise Refusal(lazy("Aucun assouplissement ne suffit avec ces listes."))
    with writing(db):
        draw = open_criteria(db, draw_id)
        if draw.pool_version != version:
            raise Refusal(lazy("Les listes viennent de changer : rechargez la page."))
        wider = [one for one in check.suggestion if one.minimum > 0 or one.maximum < draw.seats]
        _write(db, draw, wider)
        draw.relaxed_by, draw.relaxed_reason = by, reason.strip()
        journal.record(
            db, at=at, actor=by, verb="draw.relax", target=f"draw:{draw_id}",
            changes=list(check.changes), reason=reason.strip(),
        )  # fmt: skip
    return check


def still_right(db: Session, draw: Draw) -> None:
    """Refuses the freeze of a replacement draw whose bounds are no longer those of today: somebody
    left or came, or what gave way need not give way any more. Writes nothing."""
    if draw.replaces_id is None:
        return
    found = left_to_draw(db, db.get_one(Draw, draw.replaces_id))
    if found.as_data() != draw.whole or found.seats != draw.seats:
        raise Refusal(
            lazy(
                "Une personne a quitté ou rejoint le groupe depuis : recomptez d'abord les places "
                "et les critères."
            )
        )
    if draw.relaxed_by is not None:
        check = try_out(db, draw_id=draw.id, asks=base(draw))
        wider = [one for one in check.suggestion if one.minimum > 0 or one.maximum < draw.seats]
        if check.holds or _sorted(wider) != _sorted(asked(db, draw.id)):
            raise Refusal(
                lazy(
                    "Ce qui a été assoupli ne l'est plus au plus juste : recomptez, puis décidez "
                    "de nouveau."
                )
            )


def _sorted(asks: Sequence[Ask]) -> list[tuple[str, str, int, int]]:
    return sorted((one.feature, one.value, one.minimum, one.maximum) for one in asks)
