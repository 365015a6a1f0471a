"""The demo's draw that completes a group: drawn more than a year ago, two of six have left since,
the reserve is erased with the lists, and new lists are loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.councils import service as councils
from civic.draws.demo.crowd import crowd
from civic.draws.demo.files import Invented, electoral
from civic.draws.models import DrawnPerson
from civic.draws.service import (
    answers,
    asking,
    creating,
    ending,
    erasing,
    files,
    freezing,
    lists,
    replacing,
    session,
)
from civic.draws.service.asking import Ask
from civic.house.access import Role, unit
from civic.house.db import writing
from civic.house.demo import Demo
from civic.mandates import queries as members
from civic.mandates import service as mandates
from civic.people.service import give_role_within

RUISSARD = ("rue du Vieux Lavoir", "rue des Berlines", "avenue des Cordiers")


def completing(db: Session, demo: Demo) -> int:
    """The replacement draw's number; its chance is its own, so that the rooms after this one find
    the demo as it was."""
    chance = Random(59192)  # noqa: S311 - a demo's chance
    council = _council(db, demo)
    # Whoever is drawn, by real chance, is in the second list too: with a birth date that is not
    # whole they would be a homonym of themselves, and the lists would wait for an agent.
    people = [
        replace(one, postal_code="59192", city="BEUVRAGES")
        for one in crowd(chance, 160, RUISSARD, "Résidence Ruissard", demo.today.year - 2)
        if len(one.born) == len("JJ/MM/AAAA") and not one.born.startswith("00")
    ][:150]
    first = _group(db, demo, council, people[:90])
    sitting = members.members(db, council, statuses=("running",))
    for row, reason, days in ((sitting[1], "moved", 70), (sitting[4], "resignation", 40)):
        mandates.end(
            db, mandate_id=row.id, reason=reason, on=_at(demo, days).date(),
            by=demo.staff["facilitator"], at=_at(demo, days),
        )  # fmt: skip
    erasing.erase_due(db, demo.now)
    new = replacing.open_replacement(
        db, draw_id=first, by=demo.staff["facilitator"], at=_at(demo, 30)
    )
    _list(db, demo, new, people[40:], days=20)
    return new


def _at(demo: Demo, days: int) -> datetime:
    return demo.now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=days)


def _council(db: Session, demo: Demo) -> int:
    """A council of habitants alone, whom the animatrice of another town helps."""
    owners: dict[str, int] = demo.shared["organisations"]
    council = councils.create(
        db,
        sheet=councils.Sheet(
            name="Conseil de quartier de Ruissard",
            kind="neighbourhood_council",
            designation_mode="draw",
            neighbourhood_ids=[demo.neighbourhood("Ruissard").id],
            presentation="Six habitants tirés au sort donnent leur avis sur ce qui se décide pour "
            "le quartier. Données de démonstration : les personnes sont inventées.",
            place="Maison de quartier (adresse de démonstration)",
            contact="Accueil de la mairie, aux heures d'ouverture",
            organisation_id=owners["Beuvrages"],
        ),
        composition=councils.Composition(6, 0, 0, 0, 36),
        by=demo.staff["agent_agglo"],
        at=_at(demo, 520),
        is_demo=True,
    )
    with writing(db):
        give_role_within(
            db, person_id=demo.staff["facilitator"], role=Role.FACILITATOR,
            unit=unit("council", council), starts_on=demo.today - timedelta(days=520),
            by="system", at=demo.now,
        )  # fmt: skip
    return council


def _list(db: Session, demo: Demo, draw_id: int, people: list[Invented], *, days: int) -> None:
    at, by = _at(demo, days), demo.staff["agent_agglo"]
    place = demo.municipality("Beuvrages").id
    draft = files.receive(
        db, draw_id=draw_id,
        origin=files.Origin(place, "Liste électorale de Beuvrages (inventée)", "electoral"),
        content=electoral(people), by=by, at=at,
    )  # fmt: skip
    lists.confirm(db, draft_id=draft, by=by, at=at)
    lists.check(db, draw_id=draw_id, without_unmatched=True, by=by, at=at)


def _group(db: Session, demo: Demo, council: int, people: list[Invented]) -> int:
    """Six habitants drawn some fifteen months ago, all of whom accepted and were installed."""
    by, agent = demo.staff["facilitator"], demo.staff["agent_agglo"]
    draw_id = creating.create(
        db,
        council_id=council,
        plan=creating.Plan(
            title="Membres habitants de Ruissard", college="residents", seats=6, reserve_size=12,
            minimum_age=16, age_on=_at(demo, 510).date(), one_per_household=True,
        ),
        by=by,
        at=_at(demo, 510),
        is_demo=True,
    )  # fmt: skip
    _list(db, demo, draw_id, people, days=500)
    asking.set_criteria(
        db,
        draw_id=draw_id,
        asks=[
            Ask("Sexe", "Femme", 3, 3), Ask("Sexe", "Homme", 3, 3),
            Ask("Âge", "18 à 25 ans", 1, 2), Ask("Âge", "60 ans et plus", 1, 2),
        ],
        by=by,
        at=_at(demo, 495),
    )  # fmt: skip
    freezing.ask(
        db,
        draw_id=draw_id,
        announcement=freezing.Announcement(
            session_at=_at(demo, 480), place="Maison de quartier", chance="number",
            source="trois dés à dix faces lancés par des personnes de la salle",
        ),
        by=by,
        at=_at(demo, 490),
    )  # fmt: skip
    freezing.confirm(
        db, draw_id=draw_id, work=freezing.work_out(db, draw_id=draw_id), by=agent,
        at=_at(demo, 489),
    )  # fmt: skip
    for who in (by, agent):
        session.read_aloud(db, draw_id=draw_id, text="628", by=who, at=_at(demo, 480))
    ending.sign_record(db, draw_id=draw_id, by=agent, at=_at(demo, 480))
    for key in db.scalars(
        select(DrawnPerson.id).where(DrawnPerson.draw_id == draw_id, DrawnPerson.place == "titular")
    ).all():
        answers.note_attempt(
            db, drawn_id=key, channel="letter", outcome="sent", by=by, at=_at(demo, 478)
        )
        answers.accept(db, drawn_id=key, reach=answers.Reach(), by=by, at=_at(demo, 470))
    made = ending.complete(db, draw_id=draw_id, by=by, at=_at(demo, 460))
    for place, mandate in enumerate(made):
        mandates.answer(
            db, mandate_id=mandate, accepted=True, name_shown=place % 3 != 2,
            on=_at(demo, 455).date(), by=by, at=_at(demo, 455),
        )  # fmt: skip
    councils.move(db, council_id=council, to="forming", by=agent, at=_at(demo, 455))
    mandates.install(
        db, council_id=council, on=_at(demo, 450).date(), by=by, at=_at(demo, 450),
        base_url=demo.settings.base_url,
    )  # fmt: skip
    return draw_id
