"""The way through pages, each step by its own role; and what each page shows to whom."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.demo.files import electoral, landlord
from civic.draws.models import Draw, DrawnPerson, ListDraft
from civic.draws.queries import open_now, own_data, search, todo
from civic.draws.service import answers, preparing, session
from civic.house.access import Grant, Identity, Role
from civic.house.journal import JournalEntry
from civic.mandates.models import Mandate
from civic.rules.sortition import verify
from tests.draws import make
from tests.draws.make import SESSION
from tests.machine.outbox import Outbox
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Upload, Visitor
from tests.make import NOW, Made
from tests.make import staff as make_staff


@pytest.fixture
def scene(db: Session, clock: StoppedClock) -> make.Scene:
    clock.set(NOW)
    return make.scene(db)


def signed_in(app: Flask, who: Made) -> Visitor:
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    visitor.sign_in(who.email)
    return visitor


LIST = {"label": "Liste électorale", "kind": "electoral"}


def test_the_whole_way_from_the_file_to_the_mandate(
    app: Flask, db: Session, scene: make.Scene, clock: StoppedClock, outbox: Outbox
) -> None:
    agent, facilitator = signed_in(app, scene.agent), signed_in(app, scene.facilitator)
    page = facilitator.send(
        "/tirages/nouveau",
        {
            "title": "Membres habitants",
            "how": "direct",
            "seats": 5,
            "reserve_size": 8,
            "minimum_age": 16,
        },
    )
    place = page.location.removesuffix("/preparer")

    sent = agent.send(
        f"{place}/listes/envoyer", {**LIST, "file": Upload(electoral(make.people()), "l.csv")}
    )
    seen = agent.follow(sent)
    assert "40 personnes lues" in " ".join(seen.text.split())
    agent.send(sent.location, button="Charger 40 personnes")
    agent.send(f"{place}/listes", button="Déclarer les listes contrôlées")

    form = facilitator.see(f"{place}/preparer")
    rows = [row for row in form.tree.iter("tr") if "Sexe" in "".join(row.itertext())]
    names = [one.get("name") or "" for row in rows for one in row.iter() if one.get("name")]
    assert len(names) == 4
    bounds = dict(zip(names, (2, 3, 2, 3), strict=True))
    checked = facilitator.send(f"{place}/preparer", bounds, 200, button="Voir si")
    assert "peuvent être tenus" in checked.text
    facilitator.send(f"{place}/preparer", bounds, button="Enregistrer")

    facilitator.send(
        f"{place}/gel",
        {
            "session_day": "2026-03-12", "session_hour": "10:00", "place": "Maison des Essais",
            "source": "trois dés à dix faces", "chance": "number",
        },
        button="Demander le gel",
    )  # fmt: skip
    assert "une autre personne" in facilitator.see(f"{place}/gel").text
    agent.send(f"{place}/gel", button="Confirmer")
    assert "peut fermer" in facilitator.see(f"{place}/gel").text.replace("pouvez", "peut")
    preparing.work_due(db, NOW)
    assert "est figé" in outbox.last(scene.agent.email).subject
    digest = db.scalars(select(Draw.commitment)).one()
    assert digest is not None
    assert digest[:8] in app.test_client().see(place).text  # type: ignore[attr-defined]

    clock.set(SESSION)
    for who in (scene.facilitator, scene.agent):
        signed_in(app, who).send(f"{place}/hasard", {"value": "512"})
    signed_in(app, scene.agent).send(f"{place}/hasard", button="Noter que le procès-verbal")

    facilitator = signed_in(app, scene.facilitator)
    draw_id = int(place.rsplit("/", 1)[1])
    db.rollback()
    panel = [one.id for one in make.panel(db, draw_id)]
    assert len(panel) == 5
    for one in panel:
        facilitator.send(f"{place}/personnes/{one}", {"channel": "call", "outcome": "reached"})
        facilitator.send(f"{place}/personnes/{one}", {"email": "", "phone": "03 27 00 00 00"})
    facilitator.send(f"{place}/personnes", button="Terminer le tirage")
    db.rollback()
    assert db.get_one(Draw, draw_id).status == "completed"
    assert len(db.scalars(select(Mandate)).all()) == 5
    assert "mandats sont préparés" in facilitator.see(place).text


@pytest.mark.parametrize("stage", ["opened", "checked", "frozen", "drawn"])
def test_public_pages_stand_at_every_stage_and_name_nobody(
    client: Visitor, db: Session, scene: make.Scene, stage: str
) -> None:
    draw_id = getattr(make, stage)(db, scene)
    for path in ("", "/seance", "/verifier"):
        page = client.see(f"/tirages/{draw_id}{path}")
        assert "ESSAI-" not in page.text
        assert "rue des Essais" not in page.text
    client.see("/tirages/")
    files = {"/loterie.json": ("frozen", "drawn"), "/proces-verbal.json": ("drawn",)}
    for name, stages in files.items():
        if stage in stages:
            client.fetch(f"/tirages/{draw_id}{name}", type="application/json")
        else:
            client.see(f"/tirages/{draw_id}{name}", 404)


def test_the_hall_sees_one_thing_at_a_time_and_totals_at_once(
    client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    path, seen = f"/tirages/{draw_id}/seance", []
    for _screen in range(9):
        page = client.see(path)
        seen.append(page.text)
        following = [one.get("href") or "" for one in page.tree.iter() if one.get("rel") == "next"]
        if not following:
            break
        path = following[0]
    assert len(seen) == 7
    with_numbers = [text for text in seen if "Ces numéros" in text]
    assert len(with_numbers) == 1
    assert "Femme" not in with_numbers[0]
    assert "Femme" in seen[-2]


def test_the_hall_waits_for_the_number_until_two_people_have_typed_it(
    client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id = make.frozen(db, scene)
    waiting = client.see(f"/tirages/{draw_id}/seance?ecran=numero").text
    assert "Deux personnes tapent" in waiting
    for who in (scene.agent, scene.facilitator):
        session.read_aloud(db, draw_id=draw_id, text="7", by=who.person, at=SESSION)
    assert "007" in client.see(f"/tirages/{draw_id}/seance?ecran=numero").text


def test_the_files_that_anybody_downloads_check_each_other(
    client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    record = json.loads(client.fetch(f"/tirages/{draw_id}/proces-verbal.json").body)
    lottery = json.loads(client.fetch(f"/tirages/{draw_id}/loterie.json").body)
    assert record["lottery"] == lottery
    assert verify.check(record, commitment=db.get_one(Draw, draw_id).commitment)
    program = client.fetch("/tirages/verifier.py", type="text/x-python").body
    assert b"def check(" in program


def test_a_person_is_named_only_to_who_contacts_them_and_it_is_written_down(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    board = f"/tirages/{draw_id}/personnes"
    assert "/compte/connexion" in client.see(board, 303).location
    signed_in(app, scene.agent).see(board, 403)
    facilitator = signed_in(app, scene.facilitator)
    assert "ESSAI-" in facilitator.see(board).text
    waiting = make.panel(db, draw_id, "reserve")[0]
    assert "ESSAI-" not in facilitator.see(f"{board}/{waiting.id}").text
    db.rollback()
    looks = db.scalars(select(JournalEntry).where(JournalEntry.verb == "draw.look")).all()
    assert [one.actor for one in looks] == [scene.facilitator.person] * 2


def test_the_facilitator_sees_counts_of_the_lists_and_no_name(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.checked(db, scene)
    facilitator = signed_in(app, scene.facilitator)
    page = facilitator.see(f"/tirages/{draw_id}/preparer")
    assert "Liste électorale" in page.text
    assert "ESSAI-" not in page.text
    facilitator.see(f"/tirages/{draw_id}/listes", 403)


def test_bounds_that_clash_are_explained_and_the_smallest_change_can_be_taken(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.checked(db, scene, asks=())
    facilitator, place = signed_in(app, scene.facilitator), f"/tirages/{draw_id}/preparer"
    page = facilitator.see(place)
    women = next(
        one.get("name") or ""
        for one in page.tree.iter()
        if (one.get("aria-label") or "") == "Femme, au moins"
    )
    men = next(
        one.get("name") or ""
        for one in page.tree.iter()
        if (one.get("aria-label") or "") == "Homme, au moins"
    )
    refused = facilitator.send(place, {women: 4, men: 3}, 200, button="Voir si")
    assert "ne peuvent pas être tenus ensemble" in refused.text
    taken = facilitator.send(place, {}, 200, page=refused, button="Prendre ce changement")
    assert "peuvent être tenus" in taken.text
    wrong = facilitator.send(place, {women: "-3"}, 422, button="Enregistrer")
    assert "de 0 à 5" in wrong.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choisissez un fichier"),
        (b"\x89PNG\r\n\x1a\n\0", "pas un fichier de texte"),
        (b"Nom;Prenom\n", "aucune personne"),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_the_form_is_kept(
    app: Flask, db: Session, scene: make.Scene, content: bytes, sentence: str
) -> None:
    draw_id = make.opened(db, scene)
    agent = signed_in(app, scene.agent)
    page = agent.send(
        f"/tirages/{draw_id}/listes/envoyer",
        {**LIST, "label": "Mon nom à moi", "file": Upload(content, "l.csv" if content else "")},
        422,
    )
    assert sentence in page.text
    assert "Mon nom à moi" in page.body.decode()
    assert db.scalars(select(ListDraft)).all() == []


def test_columns_are_chosen_on_screen_and_problems_shown_by_line(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.opened(db, scene)
    agent = signed_in(app, scene.agent)
    rows = ["Le nom;Le petit nom;Où;Diplôme;Nationalité", ";Zoé;1 rue des Essais;bac;x"]
    rows += [f"N{n};P{n};{n} rue des Essais;{'bac' if n % 2 else 'CAP'};x" for n in range(1, 9)]
    sent = agent.send(
        f"/tirages/{draw_id}/listes/envoyer",
        {**LIST, "kind": "volunteers", "file": Upload("\n".join(rows).encode(), "v.csv")},
    )
    first = agent.follow(sent)
    assert "Aucune colonne ne donne" in first.text
    assert "column-4" not in first.body.decode()
    columns = {"column-0": "family_name", "column-1": "first_names", "column-2": "address",
               "column-3": "criterion"}  # fmt: skip
    agent.send(sent.location, columns, button="Relire")
    again = agent.see(sent.location)
    assert "8 personnes lues" in " ".join(again.text.split())
    assert "est vide" in again.text
    agent.send(sent.location, button="Charger 8 personnes")
    facilitator = signed_in(app, scene.facilitator)
    assert "Diplôme : bac" in facilitator.see(f"/tirages/{draw_id}/preparer").text


def test_every_line_that_is_wrong_is_in_a_file_before_anything_is_stored(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.opened(db, scene)
    agent = signed_in(app, scene.agent)
    rows = ["Nom;Prénom;Date de naissance"] + [f"D'Œuf-{n};;31/02/1990" for n in range(150)]
    sent = agent.send(
        f"/tirages/{draw_id}/listes/envoyer",
        {**LIST, "kind": "volunteers", "file": Upload("\n".join(rows).encode("utf-8"), "v.csv")},
    )
    assert "Et 100 autres points" in " ".join(agent.follow(sent).text.split())
    told = agent.fetch(f"{sent.location}/lignes.csv", type="text/csv").body.decode("utf-8-sig")
    assert len(told.splitlines()) == 301
    assert told.splitlines()[-1].startswith("151;")
    other = signed_in(app, make_staff(db, Role.AGENT, scene.town.unit))
    other.fetch(f"{sent.location}/lignes.csv", 404, type="text/html")
    assert make.entries(db, draw_id) == []


def test_homonyms_are_settled_on_screen(app: Flask, db: Session, scene: make.Scene) -> None:
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral(make.people(6)))
    same = make.people(1)[0]
    undated = type(same)(
        **{**{n: getattr(same, n) for n in same.__slots__}, "born": "", "dwelling": "99"}
    )
    make.load(db, scene, draw_id, landlord([undated]), kind="landlord", label="Bailleur")
    agent = signed_in(app, scene.agent)
    desk = f"/tirages/{draw_id}/listes"
    assert "Homonymes à trancher" in agent.see(desk).text
    agent.send(desk, button="Ce sont deux personnes")
    db.expire_all()
    assert [one.status for one in make.entries(db, draw_id)] == ["kept"] * 7


def test_one_person_typing_twice_draws_nothing(
    app: Flask, db: Session, scene: make.Scene, clock: StoppedClock
) -> None:
    draw_id = make.frozen(db, scene)
    clock.set(SESSION)
    agent = signed_in(app, scene.agent)
    place = f"/tirages/{draw_id}/hasard"
    agent.send(place, {"value": "512"})
    agent.send(place, {"value": "512"})
    assert db.scalars(select(DrawnPerson)).first() is None
    agent.send(place, {"value": "99999999"}, 422)
    other = signed_in(app, scene.facilitator)
    assert "sans la regarder" in other.see(place).text
    other.send(place, {"value": "513"})
    assert "ne sont pas les mêmes" in other.see(place).text


@pytest.mark.parametrize(
    "path", ["999999", "999999/seance", "999999/verifier", "999999/loterie.json"]
)
def test_a_draw_that_does_not_exist_is_not_found(client: Visitor, path: str) -> None:
    client.see(f"/tirages/{path}", 404)


def test_public_pages_ask_little_of_the_database(
    client: Visitor, db: Session, scene: make.Scene, count_statements: CountStatements
) -> None:
    draw_id = make.drawn(db, scene)
    for path in ("/tirages/", f"/tirages/{draw_id}", f"/tirages/{draw_id}/seance",
                 f"/tirages/{draw_id}/verifier"):  # fmt: skip
        with count_statements() as asked:
            client.see(path)
        assert len(asked) <= 10, path


def test_everybody_hears_of_the_session_and_each_of_what_waits_for_them(
    db: Session, scene: make.Scene
) -> None:
    make.frozen(db, scene)
    announced = open_now(db, NOW)
    assert [one.url for one in announced] == ["/tirages/1"]
    agent = Identity(
        person=scene.agent.person, grants=frozenset({Grant(Role.AGENT, scene.town.unit)})
    )
    assert [one.url for one in todo(db, agent, NOW)] == ["/tirages/1/hasard"]
    assert todo(db, Identity(person="x"), NOW) == []


def test_a_councils_page_the_search_and_the_open_data_know_its_draws(
    client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    assert "Membres habitants" in client.see("/conseils/conseil-des-essais").text
    label, found = search(db, "essais", 5)
    assert (str(label), [one.url for one in found]) == ("Tirages au sort", ["/tirages/1"])
    table = client.fetch("/tirages/tirages.csv", type="text/csv").body.decode().splitlines()
    row = dict(zip(table[0].split(";"), table[1].split(";"), strict=True))
    assert (row["tirage"], row["places"], row["numero"]) == (str(draw_id), "5", "512")
    assert row["personnes_dans_les_listes"] == "40"


def test_a_member_finds_their_draw_in_their_own_data(db: Session, scene: make.Scene) -> None:
    draw_id = make.drawn(db, scene)
    one = make.panel(db, draw_id)[0]
    person = answers.accept(
        db, drawn_id=one.id, reach=answers.Reach(), by=scene.facilitator.person, at=SESSION
    )
    assert own_data(db, Identity(person=person))["tirages"][0]["numéro"] == one.number


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("session_day", "0001-01-01", "Vérifiez l'année"),
        ("session_day", "2026-03-01", "plus tard"),
        ("session_hour", "25:99", "Heure"),
        ("place", "", "Dites où"),
        ("source", "x" * 201, "D'où viendra"),
    ],
)
def test_an_announcement_that_makes_no_sense_is_sent_back_with_what_was_typed(
    app: Flask, db: Session, scene: make.Scene, field: str, value: str, words: str
) -> None:
    draw_id = make.checked(db, scene)
    typed = {
        "session_day": "2026-03-12", "session_hour": "10:00", "place": "Maison des Essais",
        "source": "des dés",
    }  # fmt: skip
    agent = signed_in(app, scene.agent)
    page = agent.send(f"/tirages/{draw_id}/gel", {**typed, field: value}, 422)
    assert words in page.text
    if field != "place":
        assert "Maison des Essais" in page.body.decode()
    db.rollback()
    assert db.get_one(Draw, draw_id).status == "lists_checked"
