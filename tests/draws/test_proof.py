"""The proof for anybody in a list, and the sealed file of sworn observers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.demo.files import electoral
from civic.draws.models import Draw
from civic.draws.queries.invitations import published
from civic.draws.service import creating, proving
from civic.draws.service.asking import Ask
from civic.house.access import SITE, Role
from civic.house.journal import JournalEntry
from civic.house.refusal import Refusal
from civic.rules.sortition import invitations, verify
from tests import make as house
from tests.draws import make
from tests.draws.make import SESSION
from tests.draws.test_pages import signed_in
from tests.draws.test_papers import pressed
from tests.machine.stopped import StoppedClock


@pytest.fixture
def scene(db: Session, clock: StoppedClock) -> make.Scene:
    clock.set(SESSION)
    return make.scene(db)


def test_anybody_in_a_list_gets_at_the_desk_a_proof_that_the_verifier_checks(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    agent = signed_in(app, scene.agent)
    place = f"/tirages/{draw_id}/preuve"
    unseen = agent.send(place, {"family": "ESSAI-AAB"}, 422)
    assert "pièce d'identité" in unseen.text
    page = agent.send(place, {"family": "essai aab", "seen": True}, 200)
    assert page.text.count("Preuve en fichier") == 1
    answer = pressed(agent, page, "Preuve en fichier")
    letter = json.loads(answer.data)
    record = db.get_one(Draw, draw_id).record
    told = verify.check(record, letter=letter)
    assert f"le numéro {letter['number']} était dans la liste" in told[-1]
    assert "ESSAI" not in answer.text
    with pytest.raises(verify.Wrong):
        verify.check(record, letter={**letter, "features": {"Sexe": "Homme"}})
    paper = pressed(agent, page, "Preuve à imprimer")
    assert paper.data.startswith(b"%PDF")
    db.rollback()
    verbs = db.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)).all()
    assert verbs[-3:] == ["draw.look", "draw.proof", "draw.proof"]


def test_the_desk_says_why_a_line_was_left_out_and_when_there_is_none(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    young = make.people(30)
    child = type(young[0])(
        **{**{name: getattr(young[0], name) for name in young[0].__slots__},
           "family_name": "PETIT", "born": "01/01/2020"}
    )  # fmt: skip
    draw_id = make.drawn(db, scene, content=electoral([*young, child]))
    agent = signed_in(app, scene.agent)
    place = f"/tirages/{draw_id}/preuve"
    page = agent.send(place, {"family": "Petit", "seen": True}, 200)
    assert "trop jeune" in page.text
    assert "Preuve en fichier" not in page.text
    none = agent.send(place, {"family": "Personne", "seen": True}, 200)
    assert "Aucune ligne" in none.text
    other = agent.send(place, {"family": "ESSAI-AAB", "born": "1901-01-01", "seen": True}, 200)
    assert "Aucune ligne" in other.text
    signed_in(app, scene.facilitator).see(place, 403)


def test_in_two_steps_the_proof_is_about_the_list_that_was_invited_from(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.inviting(db, scene)
    agent = signed_in(app, scene.agent)
    page = agent.send(f"/tirages/{draw_id}/preuve", {"family": "ESSAI-AAB", "seen": True}, 200)
    letter = json.loads(pressed(agent, page, "Preuve en fichier").data)
    db.rollback()
    story = published(db, draw_id)
    told = invitations.check(story, letter=letter)
    assert f"le numéro {letter['number']} était dans la liste" in told[-1]
    with pytest.raises(invitations.Wrong):
        invitations.check(story, letter={**letter, "features": {}})
    assert pressed(agent, page, "Preuve à imprimer").data.startswith(b"%PDF")


def test_there_is_no_proof_once_the_lists_are_erased(db: Session, scene: make.Scene) -> None:
    draw_id = make.drawn(db, scene)
    line = make.entries(db, draw_id)[0].token
    db.get_one(Draw, draw_id).sealed = None
    db.commit()
    with pytest.raises(Refusal, match="effacées"):
        proving.proof_of(db, draw_id=draw_id, token=line, by=scene.agent.person, at=SESSION)


def test_a_sworn_observer_makes_each_wave_of_invitations_again_with_the_published_program(
    app: Flask, db: Session, scene: make.Scene, tmp_path: Path
) -> None:
    """What a wave went for besides the first of the order, only the sealed file says."""
    draw_id = make.inviting(db, scene, asks=(Ask("Sexe", "Femme", 3, 5),))
    make.wave(db, scene, draw_id, aim=5)
    make.wave(db, scene, draw_id, aim=6, rates={("Sexe", "Femme"): 0.2})
    auditor = house.staff(db, Role.AUDITOR, SITE)
    observer, place = signed_in(app, auditor), f"/tirages/{draw_id}/fichier-scelle/invitations"
    assert "Fichier scellé des invitations" in observer.see(f"/tirages/{draw_id}").text
    page = observer.see(place)
    sealed = pressed(observer, page, "Télécharger le fichier", oath="y")
    assert not re.search(r"ESSAI|rue|Zoé|Noé", sealed.text)
    story = observer.fetch(f"/tirages/{draw_id}/invitations.json", type="application/json").body
    assert "Femme" not in story.decode()
    assert "Femme" in sealed.text
    program = observer.fetch("/tirages/invitations.py", type="text/x-python").body
    for name, content in (
        (f"invitations-{draw_id}.json", story), ("invitations.py", program),
        (f"scelle-invitations-{draw_id}.json", sealed.data),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    command = (page.all("code")[0].text or "").split()
    said = subprocess.run(
        [sys.executable, "-S", "-E", *command[1:]],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert "chaque vague est bien celle que donne la règle" in said.stdout
    told, known = json.loads(story), json.loads(sealed.data)
    first, second = told["waves"]
    assert len(second["invited"]) > second["base"]  # women were gone for
    assert known["waves"][1]["wanted"][0][:2] == ["Sexe", "Femme"]
    # Somebody else in the place of one of them, or another aim told afterwards, is found.
    other = next(one for one in range(1, 41) if one not in {*first["invited"], *second["invited"]})
    for wrong in ({"invited": [*second["invited"][:-1], other]}, {"aim": first["aim"]}):
        with pytest.raises(invitations.Wrong):
            invitations.check({**told, "waves": [first, {**second, **wrong}]}, known)
    with pytest.raises(invitations.Wrong, match="plus ancien"):
        invitations.check(told, {**known, "waves": known["waves"][:1]})
    signed_in(app, scene.agent).see(place, 403)
    db.rollback()
    written = db.scalars(select(JournalEntry).where(JournalEntry.verb == "draw.sealed_file")).one()
    assert (written.actor, written.detail["what"]) == (auditor.person, "invitations")
    creating.cancel(
        db, draw_id=draw_id, reason="Trop peu de monde cet été.", by=scene.agent.person, at=SESSION
    )
    assert "effacées" in observer.see(place).text


def test_a_sworn_observer_proves_the_bounds_of_every_group_and_nobody_else_can(
    app: Flask, db: Session, scene: make.Scene
) -> None:
    draw_id = make.drawn(db, scene)
    observer = signed_in(app, house.staff(db, Role.AUDITOR, SITE))
    place = f"/tirages/{draw_id}/fichier-scelle"
    assert "Fichier scellé" in observer.see(f"/tirages/{draw_id}").text
    assert "Cochez la case" in observer.send(place, {"oath": False}, 422).text
    page = observer.see(place)
    answer = pressed(observer, page, "Télécharger le fichier", oath="y")
    told = verify.check(db.get_one(Draw, draw_id).record, auditor=json.loads(answer.data))
    assert "chaque groupe tient les bornes" in told[-1]
    assert not re.search(r"ESSAI|rue|Zoé|Noé", answer.text)
    for who in (scene.agent, scene.facilitator):
        signed_in(app, who).see(place, 403)
    elsewhere = house.staff(db, Role.AUDITOR, "council:999")
    signed_in(app, elsewhere).see(place, 403)
    db.rollback()
    written = db.scalars(select(JournalEntry).where(JournalEntry.verb == "draw.sealed_file")).all()
    assert len(written) == 1
