"""Letters and the answers that come back by their codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from civic.draws import vault
from civic.draws.models import AnswerCode, ContactAttempt, Draw, DrawnPerson, PoolEntry
from civic.draws.queries import bias
from civic.draws.service import answers, creating, letters, lots
from civic.draws.service.answers import DAYS_TO_ANSWER
from civic.draws.service.letters import SPACE
from civic.house.clock import clock as time
from civic.house.i18n import day, speaking
from civic.house.journal import JournalEntry
from civic.house.paper import pdf_of
from civic.house.settings import Settings
from civic.people.models import Person
from civic.rules.urn import alphabet, code_hash, show_code
from tests.draws import make
from tests.draws.make import SESSION
from tests.draws.test_pages import signed_in
from tests.machine.pages import Page
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import HOST, Visitor, as_shown, choose

SHEET = {
    "phone": "03 27 00 00 00",
    "bring_to": "Maison des Essais, 1 rue des Essais",
    "helpers": "les médiatrices de la Maison des Essais",
    "privacy_contact": "dpd@essaiville.example",
}


@pytest.fixture
def scene(db: Session, clock: StoppedClock) -> make.Scene:
    clock.set(SESSION)
    return make.scene(db)


def with_sheet(app: Flask, db: Session, scene: make.Scene) -> tuple[int, Visitor]:
    """A draw that was made, and its facilitator who has said what letters say."""
    draw_id = make.drawn(db, scene)
    facilitator = signed_in(app, scene.facilitator)
    facilitator.send(f"/tirages/{draw_id}/lettres", SHEET, button="Enregistrer")
    return draw_id, facilitator


def code_for(app: Flask, db: Session, scene: make.Scene, one: DrawnPerson) -> str:
    """A letter's code, as it is printed."""
    settings: Settings = app.extensions["civic_settings"]
    made = letters.make_codes(
        db, draw_id=one.draw_id, drawn_ids=[one.id], key=vault.key(settings.vault),
        by=scene.facilitator.person, at=SESSION,
    )  # fmt: skip
    return show_code(made[one.id])


def pressed(visitor: Visitor, page: Page, button: str, **more: str) -> TestResponse:
    """What a button of a page answers when it is no page."""
    element = choose(page, set(more), "", button)
    fields = as_shown(element, button)
    for name, value in more.items():
        fields.setlist(name, [value])
    return visitor.post(
        urljoin(page.url, element.get("action") or page.url),
        base_url=HOST,
        data=fields,
        headers={"Sec-Fetch-Site": "same-origin", "Origin": HOST, "Referer": HOST},
    )


def printed(visitor: Visitor, path: str, button: str) -> TestResponse:
    """What a button that makes paper answers."""
    return pressed(visitor, visitor.see(path), button)


def made(
    app: Flask, db: Session, visitor: Visitor, draw_id: int, how: lots.Make = pdf_of
) -> TestResponse:
    """All letters of a draw: asked for, made by the worker, taken."""
    place = f"/tirages/{draw_id}/lettres"
    visitor.send(place, button="Préparer toutes les lettres")
    db.rollback()
    lots.work_due(db, time.now(), folder=app.extensions["civic_settings"].vault, make=how)
    return printed(visitor, place, "Télécharger les lettres")


# --- letters -----------------------------------------------------------------------------------


def test_a_letter_says_all_that_somebody_needs_and_its_code_is_kept_nowhere(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id, facilitator = with_sheet(app, db, scene)
    papers: list[str] = []

    def printing(html: str) -> bytes:
        papers.append(html)
        return b"%PDF-1.7"

    assert "ESSAI-" not in facilitator.see(f"/tirages/{draw_id}/lettres").text
    sent = made(app, db, facilitator, draw_id, lambda pages, _tell: printing("".join(pages)))
    assert (sent.headers["Content-Type"], sent.headers["Cache-Control"]) == (
        "application/pdf", "no-store",
    )  # fmt: skip
    paper = papers[0]
    panel = make.panel(db, draw_id)
    assert paper.count('<section class="post') == len(panel) == 5
    for said in (
        'lang="ar" dir="rtl"', 'lang="tr"', 'lang="pt"', 'lang="en"',  # languages
        *SHEET.values(), "#000", "Coupon à découper",  # ways to answer
        "Liste électorale", "Essaiville, responsable du traitement", "article 14",
        "cnil.fr/plaintes", "effacées à la fin du tirage",  # article 14
        f"https://civic.test/tirages/{draw_id}", "la preuve que vous étiez dans la liste",
    ):  # fmt: skip
        assert said in paper, said
    codes = re.findall(r'class="code code--small">([0-9A-Z-]{19})<', paper)
    assert len(set(codes)) == 5
    # Neither the database nor the journal holds a code.
    stored = db.scalars(select(AnswerCode.keyed_hash)).all()
    plain = [code.replace("-", "") for code in codes]
    key = vault.key(app.extensions["civic_settings"].vault)
    assert set(stored) == {code_hash(key, SPACE, code) for code in plain}
    written = str([(one.verb, one.detail) for one in db.scalars(select(JournalEntry))])
    assert not any(code in written for code in (*codes, *plain))
    assert "draw.letters" in written


def test_letters_and_labels_are_real_paper_and_looks_are_written_down(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id, facilitator = with_sheet(app, db, scene)
    place = f"/tirages/{draw_id}/lettres"
    told: list[float] = []

    def pieces(pages: Sequence[str], _tell: Callable[[float], None]) -> bytes:
        """As the worker makes them: letter by letter, saying how far it is."""
        return pdf_of(pages, told.append)

    paper = made(app, db, facilitator, draw_id, pieces).data
    assert paper.startswith(b"%PDF")
    assert told == [0, 0.2, 0.4, 0.6, 0.8]
    assert printed(facilitator, place, "Étiquettes").data.startswith(b"%PDF")
    db.rollback()
    looks = db.scalars(select(JournalEntry.detail).where(JournalEntry.verb == "draw.look")).all()
    assert [one["what"] for one in looks] == ["letters", "letters", "letters"]
    signed_in(app, scene.agent).see(place, 403)


def test_nothing_is_printed_before_somebody_has_said_whom_to_call(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    facilitator = signed_in(app, scene.facilitator)
    place = f"/tirages/{draw_id}/lettres"
    assert "Préparer" not in facilitator.see(place).text
    wrong = facilitator.send(place, {**SHEET, "phone": ""}, 422, button="Enregistrer")
    assert "Donnez un numéro" in wrong.text
    assert SHEET["helpers"] in wrong.body.decode()


def test_when_letters_are_posted_everybodys_time_to_answer_runs(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id, facilitator = with_sheet(app, db, scene)
    facilitator.send(f"/tirages/{draw_id}/lettres", button="Noter que les lettres sont parties")
    db.rollback()
    panel = make.panel(db, draw_id)
    due = (SESSION + timedelta(days=21)).date()
    assert {(one.answer, one.answer_by) for one in panel} == {("contacted", due)}
    assert db.scalar(select(func.count()).select_from(ContactAttempt)) == 5
    assert db.get_one(Draw, draw_id).status == "letters_sent"
    # Nobody is written to twice by a second click.
    page = facilitator.see(f"/tirages/{draw_id}/lettres")
    assert "sont parties" not in page.text


def test_texts_to_copy_carry_a_code_of_their_own(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id, facilitator = with_sheet(app, db, scene)
    one = make.panel(db, draw_id)[0]
    page = facilitator.send(
        f"/tirages/{draw_id}/personnes/{one.id}", status=200, button="Textes pour SMS"
    )
    links = re.findall(r"https://civic\.test/tirages/repondre#([0-9A-Z]{16})", page.text)
    assert len(set(links)) == 1
    assert len(links) == 2
    assert "RGPD" in page.text
    opened = client.send("/tirages/repondre", {"code": links[0]}, 200)
    assert f"le {one.number}" in opened.text


def test_texts_to_copy_are_french_to_the_last_date_whatever_the_language_of_the_agent(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id, facilitator = with_sheet(app, db, scene)
    one, until = make.panel(db, draw_id)[0], db.get_one(Draw, draw_id).lists_until
    facilitator.get("/langue/ar", base_url=HOST)
    place = f"/tirages/{draw_id}/personnes/{one.id}"
    page = facilitator.send(place, status=200, form=f"{place}/messages")
    with speaking("fr"):
        due, last = day((SESSION + timedelta(days=DAYS_TO_ANSWER)).date()), day(until)
    assert page.tree.get("dir") == "rtl"
    for text in page.all("pre"):
        assert (text.get("lang"), text.get("dir")) == ("fr", "ltr")
        assert f"avant le {due}" in "".join(text.itertext())
    assert f"au plus tard le {last}" in page.text


# --- answers -----------------------------------------------------------------------------------


def test_somebody_says_yes_with_their_letter_and_no_account(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id, _facilitator = with_sheet(app, db, scene)
    one = make.panel(db, draw_id)[0]
    code = code_for(app, db, scene, one)
    page = client.send("/tirages/repondre", {"code": code.lower()}, 200)
    # The page names nobody: whoever found the letter learns nothing they did not hold.
    assert "ESSAI-" not in page.text
    assert "rue des Essais" not in page.text
    db.rollback()
    assert db.get_one(DrawnPerson, one.id).answer == "waiting"  # opening consumes nothing
    client.send("", {"answer": "yes", "phone": "06 00 00 00 00"}, page=page)
    db.rollback()
    row = db.get_one(DrawnPerson, one.id)
    assert row.answer == "accepted"
    assert db.get_one(Person, row.person_id or "").phone == "06 00 00 00 00"
    lines = db.scalars(select(JournalEntry).where(JournalEntry.verb == "draw.accept")).all()
    assert [line.actor for line in lines] == ["code"]
    again = client.send("/tirages/repondre", {"code": code}, 200)
    assert "Vous avez dit oui" in again.text
    assert "Donner ma réponse" not in again.text


def test_somebody_says_no_and_the_rule_calls_the_next(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id, _facilitator = with_sheet(app, db, scene)
    one = make.panel(db, draw_id)[0]
    page = client.send("/tirages/repondre", {"code": code_for(app, db, scene, one)}, 200)
    silent = client.send("", {}, 422, page=page)
    assert "Choisissez oui ou non" in silent.text
    client.send("", {"answer": "no"}, page=silent)
    db.rollback()
    assert db.get_one(DrawnPerson, one.id).answer == "refused"
    called = [each for each in make.panel(db, draw_id, "reserve") if each.called_at]
    assert [each.replaces for each in called] == [one.id]


def test_a_reminder_does_not_make_the_first_letter_useless(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id, _facilitator = with_sheet(app, db, scene)
    one = make.panel(db, draw_id)[0]
    for code in [code_for(app, db, scene, one) for _letter in range(2)]:
        assert "Oui ou non" in client.send("/tirages/repondre", {"code": code}, 200).text


def test_wrong_codes_are_refused_in_words_and_counted(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    with_sheet(app, db, scene)
    page = client.send("/tirages/repondre", {"code": "bonjour"}, 422)
    assert "signe à signe" in page.text
    body = "AAA" + "B" * 12
    forged = body + alphabet.check_sign(body)
    statuses = [client.send("/tirages/repondre", {"code": forged}, 422).status for _ in range(20)]
    assert statuses == [422] * 20
    late = client.send("/tirages/repondre", {"code": forged}, 429)
    assert "Trop d'essais" in late.text


def test_a_reserve_that_is_not_called_and_a_draw_that_is_over_take_no_answer(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id, _facilitator = with_sheet(app, db, scene)
    waiting = make.panel(db, draw_id, "reserve")[0]
    page = client.send("/tirages/repondre", {"code": code_for(app, db, scene, waiting)}, 200)
    assert "Donner ma réponse" not in page.text


def test_codes_go_when_nobody_has_to_answer_any_more(
    app: Flask, client: Visitor, db: Session, scene: make.Scene
) -> None:
    draw_id, _facilitator = with_sheet(app, db, scene)
    code = code_for(app, db, scene, make.panel(db, draw_id)[0])
    creating.cancel(
        db, draw_id=draw_id, reason="La salle a brûlé, on recommence.",
        by=scene.facilitator.person, at=SESSION,
    )  # fmt: skip
    assert db.scalars(select(AnswerCode)).all() == []
    page = client.send("/tirages/repondre", {"code": code}, 422)
    assert "Si le tirage est terminé" in page.text


def test_the_key_of_codes_is_made_once_and_is_not_in_the_database(app: Flask) -> None:
    folder = app.extensions["civic_settings"].vault
    assert vault.key(folder) == vault.key(folder)
    assert len(vault.key(folder)) == 32
    assert (folder / vault.NAME).stat().st_mode & 0o077 == 0


# --- invitations ---------------------------------------------------------------------------------


def invited_to(app: Flask, db: Session, scene: make.Scene, **more: Any) -> list[DrawnPerson]:
    """The people of a first wave, whose letters may be printed."""
    draw_id = make.inviting(db, scene, **more)
    people = make.wave(db, scene, draw_id)
    signed_in(app, scene.facilitator).send(f"/tirages/{draw_id}/lettres", SHEET, form="feuille")
    return people


def test_somebody_invited_answers_with_their_letter(
    app: Flask, client: Visitor, db: Session, scene: make.Scene, clock: StoppedClock
) -> None:
    clock.set(make.CHANCE)
    people = invited_to(app, db, scene)
    facilitator = signed_in(app, scene.facilitator)
    place = f"/tirages/{people[0].draw_id}/lettres"
    assert made(app, db, facilitator, people[0].draw_id).data.startswith(b"%PDF")
    due = people[0].answer_by
    facilitator.send(place, button="sont parties")
    for one, says in zip(people, ("yes", "no"), strict=False):
        page = client.send("/tirages/repondre", {"code": code_for(app, db, scene, one)}, 200)
        assert "second tirage" in page.text
        more: dict[str, Any] = (
            {"shows_name": True, "phone": "03 27 00 00 00"} if says == "yes" else {}
        )
        client.send("", {"answer": says, **more}, page=page)
    db.rollback()
    rows = make.panel(db, people[0].draw_id, "invited")
    assert [one.answer for one in rows[:3]] == ["accepted", "refused", "contacted"]
    assert (rows[0].phone, rows[0].shows_name) == ("03 27 00 00 00", True)
    assert rows[2].answer_by == due  # the wave says by when


def test_a_dwelling_that_was_drawn_answers_with_who_they_are(
    app: Flask, client: Visitor, db: Session, scene: make.Scene, clock: StoppedClock
) -> None:
    clock.set(make.CHANCE)
    one = invited_to(app, db, scene)[0]
    db.rollback()
    db.execute(update(Draw).values(unit="addresses"))
    db.execute(update(PoolEntry).values(family_name="", first_names="", sex="", birth_date=None,
                                        precision=""))  # fmt: skip
    db.commit()
    paper = made(app, db, signed_in(app, scene.facilitator), one.draw_id)
    assert paper.data.startswith(b"%PDF")
    page = client.send("/tirages/repondre", {"code": code_for(app, db, scene, one)}, 200)
    nameless = client.send("", {"answer": "yes"}, 422, page=page)
    assert "Donnez le nom" in nameless.text
    client.send(
        "", {"answer": "yes", "first_names": "Ada", "family_name": "Nouvelle", "sex": "F"},
        page=nameless,
    )  # fmt: skip
    db.rollback()
    row = db.get_one(DrawnPerson, one.id)
    assert (row.answer, row.features["Sexe"]) == ("accepted", "Femme")


# --- who says yes --------------------------------------------------------------------------------


def test_the_board_says_how_those_who_accept_differ_from_the_lists(
    db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    draw = db.get_one(Draw, draw_id)
    assert bias.shares(db, draw) == []
    panel = make.panel(db, draw_id)
    for one in panel:
        answers.accept(
            db, drawn_id=one.id, reach=answers.Reach(), by=scene.facilitator.person, at=SESSION
        )
    found = {one.value: one for one in bias.shares(db, draw)}
    assert set(found) == {"Femme", "Homme"}
    women = sum(1 for one in panel if one.features["Sexe"] == "Femme")
    assert (found["Femme"].lists, found["Femme"].accepted) == (0.5, women / 5)
    assert found["Femme"].gap == women / 5 - 0.5
