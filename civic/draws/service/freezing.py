"""The freeze: one person asks for it with the announced source of chance, another confirms.

The lottery is worked out before the write lock is asked for; it is stored only if lists and
criteria are still those it was made from. From then on its digest is public, and nobody can know
what the hall will read aloud.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from civic.draws import mails
from civic.draws.models import CHANCES, Draw, PoolEntry, Preparation, SourceList
from civic.draws.queries import pool
from civic.draws.service.asking import asked, lottery_input
from civic.draws.service.inviting import close_within
from civic.draws.service.replacing import still_right
from civic.draws.service.rows import changed, in_state, locked
from civic.house import journal, post
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.people.models import Person
from civic.rules.sortition import BadInput, Infeasible, Prepared, commitment, prepare

Progress = Callable[[str, float], None]

MOST_BARS = 10
WIDTHS = (1, 2, 5, 10, 20, 50, 100)
"""How wide a bar of the public drawing may be, in tenths of a percent."""

FEWEST_SHOWN = 5
"""A bar of the public drawing never stands for fewer people than this."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said beforehand: what will be read aloud, where it comes from, when and where.

    `chance` is "number" (dice, balls) or "seed" (a text, such as a public lottery's result).
    """

    session_at: datetime
    place: str
    chance: str
    source: str


@dataclass(frozen=True, slots=True)
class Work:
    """A lottery worked out for a version of the lists and criteria."""

    version: int
    prepared: Prepared


def ask(db: Session, *, draw_id: int, announcement: Announcement, by: str, at: datetime) -> None:
    """Asks for the freeze: lists and criteria stand still until it is confirmed or withdrawn."""
    found = db.get(Draw, draw_id)
    if found is not None:
        still_right(db, found)
    with writing(db):
        draw = locked(db, draw_id)
        in_state(
            draw,
            {"lists_checked"} if draw.way == "direct" else {"inviting"},
            lazy(
                "Les listes ne sont pas encore déclarées contrôlées : l'agent de la commune doit "
                "le faire d'abord."
            )
            if draw.way == "direct"
            else lazy("Le groupe se tire parmi les personnes invitées qui ont accepté."),
        )
        if announcement.chance not in CHANCES:
            raise Refusal(lazy("Dites ce qui sera lu à voix haute."), field="chance")
        if announcement.session_at <= at:
            raise Refusal(
                lazy("La séance doit avoir lieu plus tard : le hasard est annoncé avant."),
                field="session_day",
            )
        if draw.way == "invited":
            close_within(db, draw, at)
        draw.status, draw.frozen_by, draw.asked_at = "freeze_asked", by, at
        draw.session_at, draw.session_place = announcement.session_at, announcement.place
        draw.chance, draw.chance_source = announcement.chance, announcement.source
        journal.record(
            db, at=at, actor=by, verb="draw.ask_freeze", target=f"draw:{draw_id}",
            version=draw.pool_version, session=announcement.session_at.isoformat(),
        )  # fmt: skip


def withdraw(db: Session, *, draw_id: int, by: str, at: datetime) -> None:
    """Takes the demand back: lists and criteria may change again."""
    with writing(db):
        draw = locked(db, draw_id)
        in_state(draw, {"freeze_asked"}, lazy("Aucun gel n'est demandé."))
        draw.status = "lists_checked" if draw.way == "direct" else "inviting"
        draw.frozen_by, draw.asked_at, draw.session_at = None, None, None
        db.execute(delete(Preparation).where(Preparation.draw_id == draw_id))
        journal.record(db, at=at, actor=by, verb="draw.withdraw_freeze", target=f"draw:{draw_id}")


def not_alone(draw: Draw, by: str) -> None:
    """Refuses the person who asked for the freeze: another one confirms it."""
    if draw.frozen_by == by:
        raise Refusal(
            lazy("Vous avez demandé ce gel : c'est à une autre personne de le confirmer.")
        )


def still_ahead(draw: Draw, at: datetime) -> None:
    """Refuses a freeze after the announced hour of the session."""
    if draw.session_at is None or draw.session_at <= at:
        raise Refusal(
            lazy(
                "L'heure annoncée de la séance est passée : retirez la demande et annoncez une "
                "nouvelle date."
            )
        )


def work_out(db: Session, *, draw_id: int, progress: Progress | None = None) -> Work:
    """Makes the lottery of a draw whose freeze is asked for. Takes seconds, or minutes, and writes
    nothing. `progress` is told a step and its share done, 0 to 1, and may raise to stop."""
    draw = db.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    in_state(draw, {"freeze_asked"}, lazy("Aucun gel n'est demandé : rechargez la page."))
    version, seats, algorithm, chance = (
        draw.pool_version, draw.seats, draw.algorithm, draw.chance,
    )  # fmt: skip
    before = draw.replaces_id or draw.previous_id
    previous = db.scalar(select(Draw.record_digest).where(Draw.id == before)) if before else None
    people, criteria = lottery_input(pool.candidates(db, draw), asked(db, draw_id), seats)
    db.rollback()
    try:
        prepared = prepare(
            people,
            criteria,
            seats,
            secret=secrets.token_bytes(32),
            algorithm=algorithm,
            chance=chance,
            previous=previous,
            progress=progress,
        )
    except Infeasible as clash:
        raise Refusal(lazy(
            "Les critères ne peuvent pas tenir ensemble : %(why)s. Retirez la demande de gel, "
            "puis changez-les.", why=str(clash),
        )) from None  # fmt: skip
    except BadInput as wrong:
        raise Refusal(
            lazy("Le tirage ne peut pas être préparé : %(why)s.", why=str(wrong))
        ) from None
    return Work(version, prepared)


def confirm(db: Session, *, draw_id: int, work: Work, by: str, at: datetime) -> str:
    """Freezes: stores the lottery and publishes its digest, which is returned. The person who
    asked can't be the one who confirms."""
    digest = commitment(work.prepared.public)
    chances = drawing(work.prepared.lottery.chances, work.prepared.lottery.numbers)
    with writing(db):
        draw = locked(db, draw_id)
        in_state(
            draw,
            {"freeze_asked"},
            lazy("Ce gel a déjà été confirmé ou retiré : rechargez la page."),
        )
        not_alone(draw, by)
        changed(draw, work.version)
        still_ahead(draw, at)
        draw.status, draw.confirmed_by, draw.frozen_at = "frozen", by, at
        draw.commitment, draw.lottery, draw.sealed = (
            digest, work.prepared.public, work.prepared.private,
        )  # fmt: skip
        draw.people = len(work.prepared.lottery.chances)
        draw.panels = work.prepared.lottery.numbers
        draw.chances = {
            **chances,
            "asked": [
                [one.feature, one.value, one.minimum, one.maximum] for one in asked(db, draw_id)
            ],
        }
        kept = (
            select(func.count())
            .where(PoolEntry.list_id == SourceList.id, PoolEntry.status == "kept")
            .scalar_subquery()
        )
        if draw.way == "direct":  # in two steps the lists were frozen with the invitations
            db.execute(update(SourceList).where(SourceList.draw_id == draw_id).values(kept=kept))
        running = db.get(Preparation, draw_id)
        if running is not None:
            db.delete(running)
            person = db.get(Person, by)
            if person is not None and person.email:
                post.put(db, mails.frozen(person.email, draw.title, digest), at=at)
        journal.record(
            db, at=at, actor=by, verb="draw.freeze", target=f"draw:{draw_id}",
            commitment=digest, people=draw.people, panels=draw.panels,
        )  # fmt: skip
    return digest


def drawing(chances: Mapping[str, int], numbers: int) -> dict[str, Any]:
    """What the public drawing of chances shows: some dozen bars, of a round width.

    {"least", "most": shares, "bins": [[from, to, people] …]}, ends in tenths of a percent. Bars
    with few people are merged with their neighbours, so that nobody can look for themselves in
    one. No bars when everybody has the same chance.
    """
    shares = sorted(count / numbers for count in chances.values())
    if not shares:
        return {"least": 0.0, "most": 0.0, "bins": []}
    found: dict[str, Any] = {"least": shares[0], "most": shares[-1], "bins": []}
    if shares[0] == shares[-1]:
        return found
    step = next(one for one in WIDTHS if (shares[-1] - shares[0]) * 1000 <= one * MOST_BARS)
    counts = Counter(int(share * 1000 + 1e-9) // step for share in shares)
    bins: list[list[int]] = []
    for place in range(min(counts), max(counts) + 1):
        many = counts.get(place, 0)
        if bins and (bins[-1][2] < FEWEST_SHOWN or 0 < many < FEWEST_SHOWN):
            bins[-1][1], bins[-1][2] = (place + 1) * step, bins[-1][2] + many
        else:
            bins.append([place * step, (place + 1) * step, many])
    while len(bins) > 1 and bins[-1][2] < FEWEST_SHOWN:
        _low, high, many = bins.pop()
        bins[-1][1], bins[-1][2] = high, bins[-1][2] + many
    found["bins"] = bins
    return found
