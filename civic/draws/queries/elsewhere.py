"""What the draws tell other rooms: what is open now, what somebody has to do, news, search, open
data, and what the site knows of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil
from civic.councils.queries import in_units
from civic.draws.models import LEFT, Draw, DrawnPerson
from civic.draws.queries.story import listing
from civic.house.access import Identity, Right
from civic.house.clock import day_of
from civic.house.i18n import _, lazy, moment, number
from civic.house.todo import Found, News, OpenNow, Todo


def open_now(db: Session, now: datetime) -> list[OpenNow]:
    """The sessions to come that everybody may attend: one statement."""
    rows = db.execute(
        select(Draw.id, Draw.title, Draw.session_at, Draw.session_place)
        .where(Draw.status == "frozen", Draw.session_at > now - timedelta(days=1))
        .order_by(Draw.session_at)
        .limit(3)
    )
    return [
        OpenNow(
            kind="draw",
            title=title,
            sentence=_("Séance publique %(when)s : %(place)s.", when=moment(at), place=place),
            until=at,
            url=f"/tirages/{key}",
            verb=_("Voir le tirage au sort"),
        )
        for key, title, at, place in rows
        if at is not None
    ]


_TODO: dict[str, tuple[Right, Any, str]] = {
    "draft": (Right.LOAD_LISTS, lazy("Charger les listes : %(title)s"), "listes"),
    "lists_received": (Right.LOAD_LISTS, lazy("Contrôler les listes : %(title)s"), "listes"),
    "lists_checked": (Right.PREPARE_DRAWS, lazy("Fixer les critères : %(title)s"), "preparer"),
    "order_asked": (
        Right.FREEZE_DRAWS,
        lazy("Confirmer l'ordre des invitations : %(title)s"),
        "ordre",
    ),
    "order_frozen": (
        Right.REVEAL_DRAWS,
        lazy("Taper le hasard des invitations : %(title)s"),
        "hasard",
    ),
    "inviting": (Right.PREPARE_DRAWS, lazy("Suivre les invitations : %(title)s"), "invitations"),
    "freeze_asked": (Right.FREEZE_DRAWS, lazy("Confirmer le gel : %(title)s"), "gel"),
    "frozen": (Right.REVEAL_DRAWS, lazy("Lire le hasard en séance : %(title)s"), "hasard"),
    "drawn": (Right.SEE_DRAWN_PEOPLE, lazy("Contacter les personnes : %(title)s"), "personnes"),
    "record_signed": (
        Right.SEE_DRAWN_PEOPLE,
        lazy("Contacter les personnes : %(title)s"),
        "personnes",
    ),
    "letters_sent": (
        Right.SEE_DRAWN_PEOPLE,
        lazy("Suivre les réponses : %(title)s"),
        "personnes",
    ),
}


def _holds(me: Identity, right: Right) -> bool:
    """Whether a right is held; that on the lists, by a municipality's agent alone."""
    units = me.units(right)
    if right is Right.LOAD_LISTS:
        return any(one.startswith("municipality:") for one in units)
    return bool(units)


def todo(db: Session, me: Identity, _now: datetime) -> list[Todo]:
    """What this person has to do about draws: at most two statements."""
    rights = {right for right, _text, _place in _TODO.values()}
    units = frozenset().union(*(me.units(right) for right in rights))
    if not units:
        return []
    rows = db.execute(
        select(Draw.id, Draw.title, Draw.status, Draw.session_at, Draw.council_id, Draw.frozen_by)
        .join(CitizenCouncil, CitizenCouncil.id == Draw.council_id)
        .where(Draw.status.in_(list(_TODO)), in_units(units))
        .order_by(Draw.session_at, Draw.id)
        .limit(20)
    ).all()
    found = []
    for row in rows:
        right, text, place = _TODO[row.status]
        if not _holds(me, right) or (row.status == "freeze_asked" and row.frozen_by == me.person):
            continue
        due: datetime | None = row.session_at
        found.append(
            Todo(
                due=due,
                text=str(text) % {"title": row.title},
                url=f"/tirages/{row.id}/{place}",
                kind="vote",
            )
        )
    return found


def news(db: Session, kind: str, most: int) -> list[News]:
    """The latest draws that ended, for the front page: one statement, none for other kinds."""
    if kind != "council":
        return []
    rows = db.execute(
        select(Draw.id, Draw.title, Draw.people, Draw.seats, Draw.completed_at)
        .where(Draw.status.in_(("completed", "list_sent", "closed")))
        .order_by(Draw.completed_at.desc())
        .limit(most)
    )
    return [
        News(
            day_of(completed_at),
            title,
            _(
                "%(seats)s personnes tirées au sort parmi %(people)s.",
                seats=number(seats),
                people=number(people),
            ),
            f"/tirages/{key}",
        )
        for key, title, people, seats, completed_at in rows
        if completed_at is not None
    ]


def search(db: Session, words: str, most: int) -> tuple[Any, list[Found]]:
    """The draws whose council's name holds these folded words."""
    rows = db.execute(listing(words=words).limit(most))
    return lazy("Tirages au sort"), [
        Found(row.title, row.council, f"/tirages/{row.id}") for row in rows
    ]


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room knows of the asker: the draws that led to their mandates."""
    rows = db.execute(
        select(Draw.title, DrawnPerson.number, DrawnPerson.answered_on)
        .join(Draw, Draw.id == DrawnPerson.draw_id)
        .where(DrawnPerson.person_id == me.person)
        .order_by(Draw.id)
    )
    return {
        "tirages": [
            {"tirage": title, "numéro": drawn, "accepté": on.isoformat() if on else None}
            for title, drawn, on in rows
        ]
    }


OPEN_DATA = (
    (
        lazy("Tirages au sort"),
        lazy("Un tirage par ligne : listes, places, dates, réponses. Des nombres, jamais de noms."),
        "/tirages/tirages.csv",
    ),
)

COLUMNS = (
    "tirage", "titre", "conseil", "college", "etat", "places", "personnes_dans_les_listes",
    "groupes", "engagement", "fige_le", "seance_le", "tire_le", "numero", "termine_le",
    "annule_le", "ont_accepte", "n_ont_pas_siege",
)  # fmt: skip


def open_rows(db: Session) -> Iterator[tuple[Any, ...]]:
    """The draws as open data, counts only, in the order of `COLUMNS`."""
    answers = (
        select(
            DrawnPerson.draw_id,
            func.sum(case((DrawnPerson.answer == "accepted", 1), else_=0)).label("accepted"),
            func.sum(case((DrawnPerson.answer.in_(LEFT), 1), else_=0)).label("left"),
        )
        .where(DrawnPerson.place != "invited")
        .group_by(DrawnPerson.draw_id)
        .subquery()
    )
    rows = db.execute(
        select(Draw, CitizenCouncil.name, answers.c.accepted, answers.c.left)
        .join(CitizenCouncil, CitizenCouncil.id == Draw.council_id)
        .outerjoin(answers, answers.c.draw_id == Draw.id)
        .order_by(Draw.id)
    )
    for draw, council, accepted, left in rows:
        yield (
            draw.id, draw.title, council, draw.college, draw.status, draw.seats,
            draw.people or "", draw.panels or "", draw.commitment or "",
            *(
                day_of(at).isoformat() if at else ""
                for at in (draw.frozen_at, draw.session_at, draw.drawn_at)
            ),
            "" if draw.drawn_number is None else draw.drawn_number,
            *(
                day_of(at).isoformat() if at else ""
                for at in (draw.completed_at, draw.cancelled_at)
            ),
            accepted or 0, left or 0,
        )  # fmt: skip
