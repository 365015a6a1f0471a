"""What anybody can try of the votes with the demo alone, and what is in its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.accounts.demo import PASSWORD
from civic.ballots import queries
from civic.ballots.models import TYPES, Poll
from civic.budgets.models import Edition
from civic.house.urn_commands import group
from tests.machine.visitor import Visitor

pytestmark = pytest.mark.xdist_group("crawl")

CLOSED = "/votes/vote-d-essai-clos-a-depouiller-par-la-commission"


def _folder(app: Flask) -> Path:
    found: Path = app.extensions["civic_settings"].vault.parent
    return found


def _visitor(app: Flask, email: str = "") -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    if email:
        client.sign_in(f"{email}@demo.example", PASSWORD)
    return client


def test_the_printed_codes_open_a_ballot_of_every_type(demo_app: Flask) -> None:
    with Session(demo_app.extensions["civic_engine"]) as db:
        polls = {row.slug: queries.poll(db, row.slug) for row in db.scalars(select(Poll))}
    opened = []
    for path in sorted((_folder(demo_app) / "codes").glob("*.txt")):
        client, poll = _visitor(demo_app), polls[path.stem]
        assert poll is not None
        code = path.read_text("utf-8").splitlines()[-1]
        page = client.send(f"/votes/{poll.slug}/entrer", {"code": code})
        assert "Mon bulletin" in client.follow(page).text
        opened.append(poll)
    assert {one.ballot_type for one in opened} == set(TYPES)
    assert any("sms" in one.checks for one in opened)
    assert any(one.districts for one in opened)
    assert {one.key_holder for one in opened} == {"platform", "commission"}


def test_trials_are_said_to_be_trials_and_stay_behind_the_real_votes(demo_app: Flask) -> None:
    client = _visitor(demo_app)
    assert "essai" not in client.see("/").text
    text = client.see("/votes/").text
    assert text.index("Budget participatif") < text.index("Pour s'entraîner")
    assert text.rindex("Budget participatif") < text.index("Vote d'essai :")
    assert "rien ne sera décidé" in client.see(CLOSED).text


def test_two_of_the_demo_s_sheets_hold_its_key(demo_app: Flask) -> None:
    folder = _folder(demo_app) / "votes" / "commission"
    sheets = [str(folder / f"feuille-{number}.html") for number in (1, 3)]
    told = CliRunner().invoke(
        group,
        ["check", "--key", str(folder / "cle-publique.json"), "--sheet", sheets[0], "--sheet",
         sheets[1]],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "DÉMONSTRATION" in Path(sheets[0]).read_text("utf-8")


def test_the_closed_trial_waits_for_its_papers_and_its_sheets(demo_app: Flask) -> None:
    client = _visitor(demo_app, "vote-commission2")
    page = client.see(f"{CLOSED}/depouillement")
    for said in ("concordante", "les deux saisies diffèrent", "1 saisie sur 2", "Feuille à signer",
                 "Feuille signée : 8 bulletins"):  # fmt: skip
        assert said in page.text, said
    refused = client.send(
        f"{CLOSED}/depouillement/rapprocher", {}, 409, form="reconcile", page=page
    )
    assert "La liasse 2 n'est pas saisie deux fois" in refused.text
    assert "Les feuilles des lieux" in refused.text  # on the page that says what is left to do


def test_the_open_vote_has_places_and_homonyms_that_wait(demo_app: Flask) -> None:
    client = _visitor(demo_app, "vote-commission2")
    with Session(demo_app.extensions["civic_engine"]) as db:
        rows = db.scalars(select(Poll).where(Poll.kind == "budget", Poll.stage == "sealed")).all()
        (slug,) = [row.slug for row in rows if not row.is_external]
    places = client.see(f"/votes/{slug}/lieux").text
    for kind in ("Maison de quartier", "sans réseau", "classe de CM2"):
        assert kind in places
    assert "2 homonymes" in client.see(f"/votes/{slug}/accueil").text
    reporter = _visitor(demo_app, "vote-commission")
    first = reporter.see(f"/votes/{slug}/homonymes")
    cases = [a.get("href") or "" for a in first.all("a")]
    shown = [first, *(reporter.see(one) for one in cases if "cas=" in one)]
    theirs = [one for one in shown if "quelqu'un d'autre de la commission décide" in one.text]
    assert len(theirs) == 1
    assert not theirs[0].all("form[@id='decide']")


def test_every_result_of_the_demo_is_compared_with_other_rules(demo_app: Flask) -> None:
    with Session(demo_app.extensions["civic_engine"]) as db:
        settled = db.scalars(select(Edition).where(Edition.settled_at.is_not(None))).all()
    assert {row.is_external for row in settled} == {False, True}
    assert all(row.compared_at and row.measures["others"] for row in settled)


def test_a_project_left_the_open_vote_and_says_why(demo_app: Flask) -> None:
    client = _visitor(demo_app)
    for path in sorted((_folder(demo_app) / "codes").glob("budget*.txt")):
        shown = client.see(f"/votes/{path.stem}").text
        assert "« Arbres au square des Cordiers » est retiré du vote" in shown
        assert "conduite de gaz" in shown
        assert "Camille Exemple" in client.fetch(f"/votes/{path.stem}/avenants.jsonl").text


def test_the_identity_trial_needs_the_provider_that_only_the_demo_s_server_starts(
    demo_app: Flask,
) -> None:
    client, trial = _visitor(demo_app), "/votes/vote-d-essai-avec-une-identite-verifiee"
    assert "IdentitéDémo" not in client.see(trial).text
    client.see(f"{trial}/identite", 404)
