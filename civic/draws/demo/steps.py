"""The demo's draws in two steps: one in the middle of its invitations, one of dwellings whose order
waits for chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.demo.crowd import crowd, electoral_list
from civic.draws.demo.files import electoral
from civic.draws.models import DrawnPerson
from civic.draws.queries import pool
from civic.draws.service import asking, creating, files, inviting, letters, lists, ordering
from civic.draws.service.answers import Reach
from civic.draws.service.asking import Ask
from civic.house.access import Role, unit
from civic.house.db import writing
from civic.house.demo import Demo
from civic.people.service import give_role_within

CARPEAUX = (
    "rue de l'Horloge", "rue des Mésanges", "avenue du Petit Marais", "allée des Sorbiers",
    "place de la Lanterne",
)  # fmt: skip


def _ago(demo: Demo, days: int) -> datetime:
    return demo.now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=days)


def _open(db: Session, demo: Demo, council: int, title: str, *, unit_: str, days: int) -> int:
    return creating.create(
        db,
        council_id=council,
        plan=creating.Plan(
            title=title, college="residents", seats=4, reserve_size=20, minimum_age=16,
            age_on=demo.today - timedelta(days=days), one_per_household=unit_ == "people",
            way="invited", unit=unit_,
        ),
        by=demo.staff["facilitator2"],
        at=_ago(demo, days),
        is_demo=True,
    )  # fmt: skip


def _helped(db: Session, demo: Demo, council: int) -> None:
    """The animateur of the town also helps this council of another one."""
    with writing(db):
        give_role_within(
            db, person_id=demo.staff["facilitator2"], role=Role.FACILITATOR,
            unit=unit("council", council), starts_on=demo.today - timedelta(days=90),
            by="system", at=demo.now,
        )  # fmt: skip


def _load(
    db: Session, demo: Demo, draw_id: int, town: str, kind: str, content: bytes, *, days: int
) -> None:
    """One list, each homonym settled, declared checked."""
    at, by = _ago(demo, days), demo.staff["agent_agglo"]
    place = demo.municipality(town).id
    draft = files.receive(
        db, draw_id=draw_id,
        origin=files.Origin(place, f"Liste de {town} (inventée)", kind), content=content,
        by=by, at=at,
    )  # fmt: skip
    lists.confirm(db, draft_id=draft, by=by, at=at)
    while waiting := pool.doubtful(db, draw_id, [place]):
        lists.decide(
            db, draw_id=draw_id, token=waiting[0].token, decision="different", by=by, at=at
        )
    lists.check(db, draw_id=draw_id, without_unmatched=True, by=by, at=at)


def _freeze_order(db: Session, demo: Demo, draw_id: int, *, asked: int, chance: int) -> None:
    """The animateur asks, the agglomération confirms a day later."""
    ordering.ask(
        db,
        draw_id=draw_id,
        announced=ordering.Announced(
            _ago(demo, chance) + timedelta(hours=11), "les cinq numéros d'un loto inventé"
        ),
        by=demo.staff["facilitator2"],
        at=_ago(demo, asked),
    )
    ordering.confirm(db, draw_id=draw_id, by=demo.staff["agent_agglo"], at=_ago(demo, asked - 1))


def in_waves(db: Session, demo: Demo, council: int) -> int:
    """Two waves sent: the first one answered, the second one just posted."""
    _helped(db, demo, council)
    draw_id = _open(
        db, demo, council, "Places libres au conseil de Carpeaux", unit_="people", days=60
    )
    people = [
        replace(one, postal_code="59410", city="ANZIN")
        for one in crowd(demo.random, 260, CARPEAUX, "Résidence Carpeaux", demo.today.year)
    ]
    content = electoral(electoral_list(demo.random, people))
    _load(db, demo, draw_id, "Anzin", "electoral", content, days=55)
    asking.set_criteria(
        db,
        draw_id=draw_id,
        asks=[
            Ask("Sexe", "Femme", 2, 2), Ask("Sexe", "Homme", 2, 2),
            Ask("Âge", "18 à 25 ans", 1, 2), Ask("Âge", "60 ans et plus", 1, 2),
        ],
        by=demo.staff["facilitator2"],
        at=_ago(demo, 54),
    )  # fmt: skip
    _freeze_order(db, demo, draw_id, asked=50, chance=45)
    for who in ("facilitator2", "agent_agglo"):
        ordering.read_aloud(
            db, draw_id=draw_id, text="7 12 28 33 41", by=demo.staff[who], at=_ago(demo, 44)
        )
    _wave(db, demo, draw_id, days=40, rates={})
    _answers(db, demo, draw_id)
    _wave(db, demo, draw_id, days=4, rates={("Âge", "18 à 25 ans"): 0.08})
    letters.save_sheet(
        db,
        draw_id=draw_id,
        sheet=letters.Sheet(
            phone="03 00 00 00 00, du lundi au vendredi, de 9 h à 17 h",
            bring_to="Mairie d'Anzin, accueil (adresse de démonstration)",
            helpers="les médiatrices de la salle des fêtes, le mercredi après-midi",
            privacy_contact="dpd@exemple.test",
        ),
        by=demo.staff["facilitator2"],
        at=_ago(demo, 39),
    )
    return draw_id


def _wave(
    db: Session, demo: Demo, draw_id: int, *, days: int, rates: dict[tuple[str, str], float]
) -> None:
    by = demo.staff["facilitator2"]
    number, _many = inviting.launch(
        db, draw_id=draw_id,
        expected=inviting.Expectation(aim=12, rate=0.25, rates=rates), by=by, at=_ago(demo, days),
    )  # fmt: skip
    inviting.note_letters(db, draw_id=draw_id, wave=number, by=by, at=_ago(demo, days - 1))


def _answers(db: Session, demo: Demo, draw_id: int) -> None:
    """One in six accepts, one in five refuses, some letters come back; the others are silent."""
    by = demo.staff["facilitator2"]
    invited = db.scalars(
        select(DrawnPerson.id).where(DrawnPerson.draw_id == draw_id).order_by(DrawnPerson.rank)
    ).all()
    for place, key in enumerate(invited):
        at = _ago(demo, 35 - place % 10)
        if place % 6 == 1:
            inviting.accept(
                db, drawn_id=key, reach=Reach(phone="00 00 00 00 00"), by=by, at=at,
                shows_name=place % 12 == 1,
            )  # fmt: skip
        elif place % 5 == 2:
            inviting.note_attempt(db, drawn_id=key, channel="call", outcome="reached", by=by, at=at)
            inviting.decline(db, drawn_id=key, answer="refused", by=by, at=at)
        elif place % 11 == 5:
            inviting.note_attempt(
                db, drawn_id=key, channel="letter", outcome="undeliverable", by=by, at=at
            )
            inviting.decline(db, drawn_id=key, answer="unreachable", by=by, at=at)
    inviting.note_silence(db, draw_id=draw_id, by=by, at=_ago(demo, 15))


def of_doors(db: Session, demo: Demo, council: int) -> int:
    """A list of dwellings, a block of sixty flats among them; frozen, chance is awaited."""
    _helped(db, demo, council)
    draw_id = _open(
        db, demo, council, "Premiers membres de la table de La Briquette", unit_="addresses",
        days=30,
    )  # fmt: skip
    rows = ["Numéro de voie;Voie;Résidence;Nombre de logements;Code postal;Commune"]
    rows += [f"{n};rue des Glaneuses;;1;59770;MARLY" for n in range(1, 60)]
    rows += [f"{n};avenue des Tisserands;;4;59770;MARLY" for n in range(2, 30, 2)]
    rows += ["7;place du Charbon Blanc;Résidence La Briquette;60;59770;MARLY"]
    _load(db, demo, draw_id, "Marly", "dwellings", "\n".join(rows).encode(), days=20)
    _freeze_order(db, demo, draw_id, asked=6, chance=-5)
    return draw_id
