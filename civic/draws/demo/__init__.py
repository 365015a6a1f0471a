"""The demo's draws, made through the reader and the verbs: one that ended with mandates, one that
is frozen and waits for its public session, one whose lists are to be cleaned by whoever tries; one
in the middle of its invitations and one of dwellings (`steps`); one that completes a group
(`replaced`).

The files are left in the demo's folder (`listes`), so that anybody can load them again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.demo import replaced, steps
from civic.draws.demo.crowd import crowd, electoral_list, landlords_list
from civic.draws.demo.files import Invented, electoral, landlord
from civic.draws.models import DrawnPerson
from civic.draws.queries import pool
from civic.draws.service import (
    answers,
    asking,
    creating,
    ending,
    files,
    freezing,
    lists,
    session,
)
from civic.draws.service.asking import Ask
from civic.house.demo import Demo

STREETS = {
    "Chasse Royale": (
        "rue des Tisserands", "rue des Verriers", "avenue du Charbon Blanc",
        "allée des Hirondelles", "place de la Passerelle",
    ),
    "Dutemple": (
        "rue des Jardiniers", "rue du Vieux Lavoir", "avenue des Berlines",
        "allée des Cordiers", "rue des Peupliers Jumeaux", "rue de la Longue Haie",
    ),
}  # fmt: skip


def fill(db: Session, demo: Demo) -> None:
    """Seven draws, and the files of the first three."""
    here = _people(demo, "Chasse Royale", 420)
    there = _people(demo, "Dutemple", 300)
    folder = demo.folder / "listes"
    folder.mkdir(parents=True, exist_ok=True)
    councils: dict[str, int] = demo.shared["councils"]
    done = _ended(db, demo, councils["chasse_royale"], here, folder)
    announced = _frozen(db, demo, councils["dutemple"], there, folder)
    tried = _to_try(db, demo, councils["chasse_royale"], here)
    demo.shared["draws"] = {
        "ended": done,
        "announced": announced,
        "to_try": tried,
        "inviting": steps.in_waves(db, demo, councils["carpeaux"]),
        "doors": steps.of_doors(db, demo, councils["briquette"]),
        "completing": replaced.completing(db, demo),
    }


def _ago(demo: Demo, days: int) -> datetime:
    """An office hour so many days ago."""
    return demo.now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=days)


def _people(demo: Demo, name: str, many: int) -> list[Invented]:
    return crowd(demo.random, many, STREETS[name], f"Résidence {name}", demo.today.year)


def _open(
    db: Session, demo: Demo, council: int, title: str, *, seats: int, reserve: int, days: int
) -> int:
    return creating.create(
        db,
        council_id=council,
        plan=creating.Plan(
            title=title,
            college="residents",
            seats=seats,
            reserve_size=reserve,
            minimum_age=16,
            age_on=demo.today - timedelta(days=days),
            one_per_household=True,
        ),
        by=demo.staff["facilitator"],
        at=_ago(demo, days),
        is_demo=True,
    )


def _load(
    db: Session, demo: Demo, draw_id: int, people: list[Invented], *, days: int, folder: Path | None
) -> None:
    """The electoral list of the town, then the landlord's, confirmed as their columns read."""
    at = _ago(demo, days)
    sent = (
        ("electoral", "Liste électorale (inventée)", "",
         electoral(electoral_list(demo.random, people))),
        ("landlord", "Locataires du Bailleur des Trois Clochers (inventée)",
         "Convention d'échange de données du conseil (démonstration)",
         landlord(landlords_list(people))),
    )  # fmt: skip
    for kind, label, convention, content in sent:
        if folder is not None:
            (folder / f"{kind}-{draw_id}.csv").write_bytes(content)
        draft = files.receive(
            db,
            draw_id=draw_id,
            origin=files.Origin(demo.municipality("Valenciennes").id, label, kind, convention),
            content=content,
            by=demo.staff["agent"],
            at=at,
        )
        lists.confirm(db, draft_id=draft, by=demo.staff["agent"], at=at)


def _clean(db: Session, demo: Demo, draw_id: int, *, days: int) -> None:
    """What the agent does at the desk: each homonym settled, then the lists declared checked."""
    at, by = _ago(demo, days), demo.staff["agent"]
    town = [demo.municipality("Valenciennes").id]
    while waiting := pool.doubtful(db, draw_id, town):
        one = waiting[0]
        same = one.address and one.address == one.other_address
        lists.decide(
            db, draw_id=draw_id, token=one.token, decision="same" if same else "different",
            by=by, at=at,
        )  # fmt: skip
    lists.check(db, draw_id=draw_id, without_unmatched=True, by=by, at=at)


def _freeze(
    db: Session, demo: Demo, draw_id: int, *, asked: int, confirmed: int, session_in: int
) -> None:
    """The facilitator asks, the agent confirms; days are counted back from today."""
    freezing.ask(
        db,
        draw_id=draw_id,
        announcement=freezing.Announcement(
            session_at=_ago(demo, -session_in) + timedelta(hours=8, minutes=30),
            place="Maison de quartier, salle du rez-de-chaussée",
            chance="number",
            source="des dés à dix faces, un par chiffre, lancés par des personnes de la salle",
        ),
        by=demo.staff["facilitator"],
        at=_ago(demo, asked),
    )
    freezing.confirm(
        db,
        draw_id=draw_id,
        work=freezing.work_out(db, draw_id=draw_id),
        by=demo.staff["agent"],
        at=_ago(demo, confirmed),
    )


def _ended(db: Session, demo: Demo, council: int, people: list[Invented], folder: Path) -> int:
    """Twelve habitants drawn a month ago; some refused, the reserve was called, all is done."""
    draw_id = _open(
        db, demo, council, "Membres habitants de la Chasse Royale", seats=12, reserve=60, days=70
    )
    _load(db, demo, draw_id, people, days=60, folder=folder)
    _clean(db, demo, draw_id, days=55)
    asking.set_criteria(
        db,
        draw_id=draw_id,
        asks=[
            Ask("Sexe", "Femme", 6, 6),
            Ask("Sexe", "Homme", 6, 6),
            Ask("Âge", "18 à 25 ans", 2, 4),
            Ask("Âge", "26 à 39 ans", 2, 5),
            Ask("Âge", "40 à 59 ans", 2, 5),
            Ask("Âge", "60 ans et plus", 1, 4),
            Ask("Logement", "Locataire d'un bailleur", 3, 6),
        ],
        by=demo.staff["facilitator"],
        at=_ago(demo, 50),
    )
    _freeze(db, demo, draw_id, asked=45, confirmed=44, session_in=-31)
    for who in ("facilitator", "agent"):
        session.read_aloud(
            db, draw_id=draw_id, text="374", by=demo.staff[who],
            at=_ago(demo, 30),
        )  # fmt: skip
    ending.sign_record(db, draw_id=draw_id, by=demo.staff["agent"], at=_ago(demo, 30))
    _answers(db, demo, draw_id)
    ending.complete(db, draw_id=draw_id, by=demo.staff["facilitator"], at=_ago(demo, 3))
    return draw_id


def _answers(db: Session, demo: Demo, draw_id: int) -> None:
    """Letters and calls; about one person in three refuses and the rule calls the next."""
    at, by, seen = _ago(demo, 20), demo.staff["facilitator"], 0
    while waiting := db.scalars(
        select(DrawnPerson)
        .where(
            DrawnPerson.draw_id == draw_id,
            DrawnPerson.answer.in_(("waiting", "contacted")),
            (DrawnPerson.place == "titular") | DrawnPerson.called_at.is_not(None),
        )
        .order_by(DrawnPerson.place.desc(), DrawnPerson.rank)
        .limit(1)
    ).first():
        key, seen = waiting.id, seen + 1
        answers.note_attempt(db, drawn_id=key, channel="letter", outcome="sent", by=by, at=at)
        if seen % 4 == 2:
            answers.note_attempt(db, drawn_id=key, channel="call", outcome="reached", by=by, at=at)
            answers.leave(db, drawn_id=key, answer="refused", by=by, at=at)
        else:
            answers.accept(db, drawn_id=key, reach=answers.Reach(), by=by, at=at)


def _frozen(db: Session, demo: Demo, council: int, people: list[Invented], folder: Path) -> int:
    """Frozen, its digest published; the hall draws in some days."""
    draw_id = _open(
        db, demo, council, "Places libres au conseil de Dutemple et Saint-Waast",
        seats=4, reserve=30, days=25,
    )  # fmt: skip
    _load(db, demo, draw_id, people, days=20, folder=folder)
    asking.set_criteria(
        db,
        draw_id=draw_id,
        asks=[
            Ask("Sexe", "Femme", 2, 2),
            Ask("Sexe", "Homme", 2, 2),
            Ask("Quartier", "Dutemple", 2, 2),
            Ask("Quartier", "Saint-Waast", 2, 2),
        ],
        by=demo.staff["facilitator"],
        at=_ago(demo, 12),
    )
    _clean(db, demo, draw_id, days=8)
    _freeze(db, demo, draw_id, asked=5, confirmed=3, session_in=6)
    return draw_id


def _to_try(db: Session, demo: Demo, council: int, people: list[Invented]) -> int:
    """Lists just loaded: homonyms and unknown addresses wait for the agent."""
    draw_id = _open(
        db, demo, council, "Suppléants de la Chasse Royale", seats=6, reserve=40, days=2
    )
    _load(db, demo, draw_id, people, days=1, folder=None)
    return draw_id
