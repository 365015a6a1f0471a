"""Dwellings drawn instead of people, on pages and through the verbs: each door has its chance, and
criteria are said when somebody opens it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.models import Draw, DrawnPerson, PoolEntry, SourceList
from civic.draws.queries import invitations, pool
from civic.draws.reading import BadList, guess, read_dwellings, read_table
from civic.draws.service import asking, inviting, lists, preparing
from civic.draws.service.answers import Reach
from civic.draws.service.asking import Ask
from civic.draws.service.inviting import AtTheDoor
from civic.house.access import Role
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.people.service import add_person_within, give_role_within
from tests.draws import make
from tests.draws.make import CHANCE
from tests.machine.outbox import Outbox
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Upload, Visitor
from tests.make import NOW, Made

HEAD = "N° voie;Voie;Résidence;N° logement;Nombre de logements;Code postal;Commune"


def file_of(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def street(many: int) -> bytes:
    return file_of(*(f"{n};rue des Essais;;;;59000;Essaiville" for n in range(1, many + 1)))


def read(data: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    table = read_table(data)
    found = read_dwellings(table, guess(table.header))
    return [one.dwelling for one in found.people], [
        (one.line, str(one.text)) for one in found.problems
    ]


def test_a_block_of_sixty_flats_has_sixty_chances_however_the_list_says_it() -> None:
    flats = [f"{n} sur 60" for n in range(1, 61)]
    assert read(file_of("12;rue du Lac;;;60;59000;Essaiville"))[0] == flats
    assert read(file_of(*["12;rue du Lac;;;;59000;Essaiville"] * 60))[0] == flats
    numbered = [f"12;rue du Lac;;A{n};;59000;Essaiville" for n in range(60)]
    assert read(file_of(*numbered))[0] == [f"A{n}" for n in range(60)]
    assert read(file_of("12;rue du Lac;;;;59000;Essaiville"))[0] == [""]


def test_all_that_is_wrong_in_a_list_of_dwellings_is_said_by_line() -> None:
    dwellings, wrong = read(
        file_of(
            "1;rue du Lac;;;deux;59000;Essaiville",
            ";;;;;59000;Essaiville",
            "2;rue du Lac;;;0;59000;Essaiville",
            "3;rue du Lac;;;;59000;Essaiville;de trop",
            "4;rue de l'Œuvre;Résidence L’Étang;;;59000;Essaiville",
        )
    )
    assert [line for line, _text in wrong] == [2, 3, 4, 5]
    assert "« deux » n'est pas un nombre" in wrong[0][1]
    assert "adresse est vide" in wrong[1][1]
    assert dwellings == [""]
    with pytest.raises(BadList, match="l'adresse"):
        read(b"Commune;Code postal\nEssaiville;59000\n")


def opened(db: Session, scene: make.Scene, *files: bytes) -> int:
    draw_id = make.opened(db, scene, seats=3, way="invited", unit="addresses")
    for place, content in enumerate(files):
        make.load(db, scene, draw_id, content, kind="dwellings", label=f"Logements {place}")
    return draw_id


def test_dwellings_of_two_lists_are_counted_once(db: Session) -> None:
    scene = make.scene(db)
    row = "1;{};;{};{};59000;Essaiville"
    draw_id = opened(
        db,
        scene,
        file_of(row.format("rue des Essais", "", "6")),
        file_of(
            *[row.format("RUE  DES ESSAIS", "", "")] * 8, row.format("rue des Essais", "B2", "")
        ),
    )
    standing = [(one.dwelling, one.status) for one in make.entries(db, draw_id)]
    assert [status for _flat, status in standing[:6]] == ["kept"] * 6
    assert [status for _flat, status in standing[6:]] == ["duplicate"] * 6 + ["kept"] * 3
    source = db.scalars(select(SourceList).order_by(SourceList.id)).first()
    assert source is not None
    assert (source.lines, source.people, source.refused) == (1, 6, 0)


def test_a_draw_of_people_takes_no_dwellings_and_the_other_way_round(db: Session) -> None:
    scene = make.scene(db)
    draw_id = opened(db, scene)
    with pytest.raises(Refusal, match="part d'adresses"):
        make.load(db, scene, draw_id, street(3))


def at_a_door(db: Session, scene: make.Scene) -> tuple[int, list[DrawnPerson]]:
    draw_id = opened(db, scene, street(20))
    lists.check(db, draw_id=draw_id, without_unmatched=True, by=scene.agent.person, at=NOW)
    make.freeze_order(db, scene, draw_id)
    make.read_order(db, scene, draw_id)
    return draw_id, make.wave(db, scene, draw_id, aim=8, rate=0.5)


def test_who_opens_the_door_says_their_criteria_and_must_be_allowed_to_sit(db: Session) -> None:
    scene = make.scene(db)
    draw_id, doors = at_a_door(db, scene)
    born = NOW.date().replace(year=1990)
    with writing(db):
        person = add_person_within(
            db, first_names="Zoé", family_name="D'Élu", purpose="staff", birth_date=born
        )
        give_role_within(
            db, person_id=person, role=Role.ELECTED, unit=scene.town.unit,
            starts_on=NOW.date(), by="system", at=NOW,
        )  # fmt: skip

    def accept(said: AtTheDoor | None, place: int = 0) -> None:
        inviting.accept(
            db, drawn_id=doors[place].id, reach=Reach(), said=said, by=scene.facilitator.person,
            at=CHANCE,
        )  # fmt: skip

    for said, sentence in (
        (None, "nom de la personne"),
        (AtTheDoor("", "Roi"), "nom de la personne"),
        (AtTheDoor("Zoé", "D’ÉLU", "F", born), "siège déjà, a quitté ce groupe, est élue"),
        (AtTheDoor("Léo", "Roi", "M", born.replace(year=2015)), "16 ans"),
    ):
        with pytest.raises(Refusal, match=sentence):
            accept(said)
    accept(AtTheDoor("Marie-Ève", "Le Bœuf", "F", born, tenant=True))
    features = db.get_one(DrawnPerson, doors[0].id).features
    assert (features["Sexe"], features["Âge"], features["Logement"]) == (
        "Femme", "26 à 39 ans", "Locataire d'un bailleur",
    )  # fmt: skip
    assert "Quartier" in features
    entry = db.get_one(PoolEntry, doors[0].entry)
    assert pool.name_of(entry) == "Marie-Ève Le Bœuf"
    found = invitations.one_invited(db, draw_id, doors[0].id, CHANCE.date())
    assert found is not None
    assert found.name == "Marie-Ève Le Bœuf"


# --- on pages ------------------------------------------------------------------------------------


def signed_in(app: Flask, who: Made) -> Visitor:
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    visitor.sign_in(who.email)
    return visitor


def test_the_whole_way_in_two_steps_from_doors_to_the_hall(
    app: Flask, db: Session, clock: StoppedClock, outbox: Outbox
) -> None:
    clock.set(NOW)
    scene = make.scene(db)
    agent, facilitator = signed_in(app, scene.agent), signed_in(app, scene.facilitator)
    page = facilitator.send(
        "/tirages/nouveau",
        {
            "title": "Membres habitants", "how": "addresses", "seats": 3, "reserve_size": 8,
            "minimum_age": 16,
        },
    )  # fmt: skip
    place = page.location.removesuffix("/preparer")
    sent = agent.send(
        f"{place}/listes/envoyer", {"label": "Immeubles", "file": Upload(street(20), "l.csv")}
    )
    assert "20 logements lus" in " ".join(agent.follow(sent).text.split())
    agent.send(sent.location, button="Charger 20 logements")
    agent.send(f"{place}/listes", button="Déclarer les listes contrôlées")

    form = facilitator.see(f"{place}/preparer")
    assert "dit à la porte" in form.text
    field = {one.get("aria-label"): one.get("name") or "" for one in form.tree.iter("input")}
    bounds = {field["Femme, au moins"]: 1, field["Homme, au moins"]: 1}
    too_soon = facilitator.send(f"{place}/preparer", bounds, 422, button="Voir si")
    assert "à la porte" in too_soon.text
    facilitator.send(f"{place}/preparer", bounds, button="Enregistrer")

    facilitator.send(
        f"{place}/ordre",
        {"session_day": "2026-03-03", "session_hour": "10:00", "source": "le Loto"},
    )
    assert "une autre personne" in facilitator.see(f"{place}/ordre").text
    agent.send(f"{place}/ordre", button="Confirmer")
    clock.set(CHANCE)
    for who in (scene.facilitator, scene.agent):
        signed_in(app, who).send(f"{place}/hasard", {"value": "7 12 33"})

    facilitator = signed_in(app, scene.facilitator)
    desk = f"{place}/invitations"
    seen = facilitator.send(desk, {"aim": 6, "rate": 50}, 200, button="Voir combien")
    assert "les 12 premières personnes de l'ordre" in seen.text
    assert db.scalars(select(DrawnPerson)).first() is None
    wrong = facilitator.send(desk, {"aim": 2, "rate": 50}, 422, button="Lancer")
    assert "au moins 3 accords" in wrong.text
    facilitator.send(desk, {"aim": 6, "rate": 50}, button="Lancer")
    facilitator.send(desk, button="Noter 12 lettres postées")
    db.rollback()
    draw_id = int(place.rsplit("/", 1)[1])
    doors = make.panel(db, draw_id, "invited")
    names = ("Zoé", "Noé", "Ève", "Léo", "Ana")
    for number, (one, name) in enumerate(zip(doors, names, strict=False)):
        path = f"{desk}/{one.id}"
        facilitator.send(path, {"channel": "visit", "outcome": "reached"})
        facilitator.send(path, {"first_names": "", "family_name": "L'Œuf"}, 422)
        facilitator.send(
            path,
            {
                "first_names": name, "family_name": "L'Œuf-D’Août",
                "sex": "M" if number % 2 else "F",
                "birth_date": "1990-05-01", "phone": "03 27 00 00 00", "shows_name": True,
            },
        )  # fmt: skip
    refused = facilitator.send(f"{desk}/{doors[6].id}", {"answer": "refused"})
    assert "C'est noté" in facilitator.follow(refused).text
    assert "L'Œuf-D’Août" in facilitator.see(f"{desk}/personnes?reponse=accepted").text
    assert "Aucune invitation" in facilitator.see(f"{desk}/personnes?vague=7").text

    clock.set(CHANCE + timedelta(days=22))
    facilitator = signed_in(app, scene.facilitator)
    facilitator.send(desk, button="Noter les silences")
    checked = facilitator.send(f"{place}/preparer", {}, 200, button="Voir si")
    assert "peuvent être tenus" in checked.text
    facilitator.send(
        f"{place}/gel",
        {
            "session_day": "2026-04-10", "session_hour": "10:00", "place": "Maison des Essais",
            "source": "trois dés à dix faces", "chance": "number",
        },
        button="Demander le gel",
    )  # fmt: skip
    signed_in(app, scene.agent).send(f"{place}/gel", button="Confirmer")
    db.rollback()
    preparing.work_due(db, CHANCE + timedelta(days=22))
    assert "est figé" in outbox.last(scene.agent.email).subject
    clock.set(NOW + timedelta(days=45))
    for who in (scene.facilitator, scene.agent):
        signed_in(app, who).send(f"{place}/hasard", {"value": "042"})
    db.rollback()
    assert db.get_one(Draw, draw_id).people == 5
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    story = visitor.see(place).text
    assert "20 logements dans les listes" in " ".join(story.split())
    assert "L'Œuf" not in story
    assert "L'Œuf-D’Août" in visitor.see(f"{place}/seance?ecran=noms").text
    facilitator = signed_in(app, scene.facilitator)
    one = make.panel(db, draw_id)[0]
    phone = facilitator.see(f"{place}/personnes/{one.id}")
    assert "03 27 00 00 00" in phone.body.decode()


def test_the_trial_of_bounds_looks_at_those_who_accepted(db: Session) -> None:
    scene = make.scene(db)
    draw_id, doors = at_a_door(db, scene)
    for one in doors[:4]:
        inviting.accept(
            db, drawn_id=one.id, reach=Reach(), said=AtTheDoor("Ada", f"Roi {one.rank}", "F"),
            by=scene.facilitator.person, at=CHANCE,
        )  # fmt: skip
    trial = asking.try_out(db, draw_id=draw_id, asks=[Ask("Sexe", "Homme", 1, 3)])
    assert not trial.holds
    assert trial.people == 4
    assert asking.try_out(db, draw_id=draw_id, asks=[Ask("Sexe", "Femme", 1, 3)]).holds
