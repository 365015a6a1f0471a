"""The session: two people type what the hall read aloud; when they agree the draw is made."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.features import order_of
from civic.draws.models import ChanceReading, Draw, DrawnPerson
from civic.draws.service.rows import in_state, locked
from civic.house import journal
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules.sortition import BadInput, run
from civic.rules.sortition.verify import digest, normal_seed


def as_it_counts(chance: str, text: str, panels: int) -> str:
    """What was typed, as it counts: a number without leading zeros, a seed in its normal form.

    Raises `Refusal` saying what may be typed.
    """
    if chance == "seed":
        found = normal_seed(text)
        if not found:
            raise Refusal(lazy("Tapez ce qui a été lu à voix haute."), field="value")
        return found
    digits = "".join(text.split())
    if not digits.isascii() or not digits.isdigit() or int(digits) >= panels:
        raise Refusal(
            lazy("Tapez le numéro lu à voix haute, de 0 à %(last)s.", last=panels - 1),
            field="value",
        )
    return str(int(digits))


def read_aloud(db: Session, *, draw_id: int, text: str, by: str, at: datetime) -> bool:
    """Notes what one person heard; True when it agrees with another person's note, and the draw
    is made. Before, the same person may correct what they typed."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    _ready(draw, at)
    value = as_it_counts(draw.chance, text, draw.panels)
    record = None
    if _agreeing(db, draw_id, value, by) is not None:
        record = _record(draw, value)  # worked out before the lock is held
    with writing(db):
        draw = locked(db, draw_id)
        _ready(draw, at)
        mine = db.get(ChanceReading, (draw_id, "panel", by))
        if mine is None:
            mine = ChanceReading(draw_id=draw_id, stage="panel", person_id=by, value=value, at=at)
            db.add(mine)
        mine.value, mine.at = value, at
        db.flush()
        first = _agreeing(db, draw_id, value, by)
        journal.record(
            db, at=at, actor=by, verb="draw.read_chance", target=f"draw:{draw_id}", value=value
        )
        if first is None:
            return False
        _store(db, draw, record or _record(draw, value), value, first, by, at)
        return True


def _ready(draw: Draw, at: datetime) -> None:
    in_state(
        draw,
        {"frozen"},
        lazy("Ce tirage n'attend pas de numéro : il n'est pas figé, ou il est déjà fait."),
    )
    if draw.session_at is not None and at < draw.session_at:
        raise Refusal(
            lazy("La séance n'a pas commencé : le numéro se tape à partir de l'heure annoncée."),
            field="value",
        )


def _agreeing(db: Session, draw_id: int, value: str, but: str) -> str | None:
    """Another person who typed the same, the earliest."""
    return db.scalars(
        select(ChanceReading.person_id)
        .where(
            ChanceReading.draw_id == draw_id,
            ChanceReading.stage == "panel",
            ChanceReading.value == value,
            ChanceReading.person_id != but,
        )
        .order_by(ChanceReading.at)
    ).first()


def _record(draw: Draw, value: str) -> dict[str, Any]:
    assert draw.lottery is not None
    try:
        if draw.chance == "seed":
            return run(draw.lottery, seed=value)
        return run(draw.lottery, number=int(value))
    except BadInput as wrong:
        raise Refusal(lazy("Le tirage ne peut pas être fait : %(why)s.", why=str(wrong))) from None


def _store(
    db: Session, draw: Draw, record: dict[str, Any], value: str, first: str, by: str, at: datetime
) -> None:
    assert draw.sealed is not None
    behind = {one["number"]: one for one in draw.sealed["people"]}
    draw.status, draw.reading, draw.drawn_number = "drawn", value, record["number"]
    draw.first_reader, draw.second_reader, draw.drawn_at = first, by, at
    draw.record, draw.record_digest = record, digest(record)
    drawn = [("titular", rank, one) for rank, one in enumerate(sorted(record["panel"]), 1)]
    drawn += [
        ("reserve", rank, one) for rank, one in enumerate(record["reserve"][: draw.reserve_size], 1)
    ]
    db.add_all(
        DrawnPerson(
            id=new_token(),
            draw_id=draw.id,
            entry=behind[number]["id"],
            number=number,
            place=place,
            rank=rank,
            features=behind[number]["features"],
        )
        for place, rank, number in drawn
    )
    sat = Counter(pair for number in record["panel"] for pair in behind[number]["features"].items())
    draw.totals = {
        "panel": [[*pair, sat[pair]] for pair in sorted(sat, key=lambda pair: order_of(*pair))]
    }
    journal.record(
        db, at=at, actor=by, verb="draw.draw", target=f"draw:{draw.id}",
        number=record["number"], record=draw.record_digest,
    )  # fmt: skip
