"""Each type of ballot from the voter's page to the result, and every ballot that is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from civic.ballots import queries
from civic.ballots.models import OpenedBallot
from civic.ballots.queries import PollItem, PollView
from civic.house.access import Role
from civic.house.db import sessions
from civic.house.post import Folder, OutboxMail, send_due
from civic.house.settings import Settings
from tests import make as house
from tests.ballots.make import AFTER, DURING, ITEMS, close, make_letters, make_poll
from tests.machine.pages import Page
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Filled, Visitor

KINDS: dict[str, dict[str, Any]] = {
    "approval": {"minimum": 2, "maximum": 3},
    "knapsack": {"maximum": 5, "limits": [("", 30_000_00)]},
    "points": {"max_points": 3, "max_sum": 5, "maximum": 5},
    "ranking": {"maximum": 3},
    "graded": {"maximum": 5, "minimum": 0},
}
GOOD: dict[str, dict[str, Filled]] = {
    "approval": {"choice": ["P1", "P3"]},
    "knapsack": {"choice": ["P2", "P3"]},
    "points": {"points-P1": "3", "points-P5": "2"},
    "ranking": {"rank-P4": "1", "rank-P1": "2"},
    "graded": {"grade-P1": "3", "grade-P2": "0"},
}
SAID: dict[str, tuple[str, ...]] = {
    "approval": ("Un banc place Carpeaux", "10 700"),
    "knapsack": ("Éclairer le passage du canal", "2 500"),
    "points": ("3 points", "2 points", "5 sur 5"),
    "ranking": ("1. Ralentir devant l'école", "2. Un banc place Carpeaux"),
    "graded": ("Oui, beaucoup", "Non"),
}
OTHER: dict[str, dict[str, Filled]] = {
    "approval": {"choice": ["P1", "P4"]},
    "knapsack": {"choice": ["P2"]},
    "points": {"points-P2": "1"},
    "ranking": {"rank-P1": "1", "rank-P4": "2"},
    "graded": {"grade-P3": "1"},
}
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("approval", {"choice": ["P1"]}, "il en faut 2 au moins"),
    ("approval", {"choice": ["P1", "P2", "P3", "P4"]}, "retirez-en 1"),
    ("approval", {"choice": ["P1", "X"]}, "ne va pas avec ce vote"),
    ("knapsack", {"choice": ["P2", "P4"]}, "Retirer « Éclairer le passage du canal » suffit"),
    ("knapsack", {"choice": ["P1", "P2", "P3", "P4", "P5"]}, "Retirez plusieurs projets"),
    ("points", {"points-P1": "3", "points-P2": "3"}, "6 points : vous en avez 5"),
    ("points", {"points-P1": "4"}, "c'est 3 au plus"),
    ("points", {"points-P1": "beaucoup"}, "écrivez un nombre de points"),
    ("points", {"points-P1": "-1"}, "écrivez un nombre de points"),
    ("ranking", {"rank-P1": "1", "rank-P2": "1"}, "Donnez un rang différent"),
    ("ranking", {"rank-P1": "premier"}, "écrivez un rang"),
    ("ranking", {f"rank-P{n}": str(n) for n in range(1, 5)}, "3 au plus"),
    ("graded", {"grade-P1": "4"}, "ne va pas avec ce vote"),
    ("graded", {"grade-P1": "bien"}, "ne va pas avec ce vote"),
]


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The vault of the site under test."""
    return settings.vault


def opened(client: Visitor, db: Session, folder: Path, shape: str) -> tuple[PollView, Page]:
    """A poll of that type, and its ballot opened with a letter."""
    poll = make_poll(db, folder, ballot_type=shape, **KINDS[shape])
    ((_right, code),) = make_letters(db, poll, folder, 1)
    return poll, client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))


def spaced(text: str) -> str:
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("shape", KINDS)
def test_from_the_draft_to_the_result(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock, shape: str
) -> None:
    clock.set(DURING)
    poll, ballot = opened(client, db, folder, shape)
    assert "En français facile" in ballot.text
    assert "Brouillon, pas encore déposé" in ballot.text
    again = client.follow(client.send(ballot.url, GOOD[shape], button="Garder", page=ballot))
    done = client.send(again.url, {}, button="Déposer mon bulletin", page=again)
    shown = spaced(client.follow(done).text)
    for words in SAID[shape]:
        assert words in shown
    assert "changer d'avis jusqu'au lundi 17 mai 2027" in shown
    close(db, poll, folder)
    row = db.scalars(select(OpenedBallot).where(OpenedBallot.poll_id == poll.id)).one()
    expected = {
        "approval": (["P1", "P3"], None),
        "knapsack": (["P2", "P3"], None),
        "points": (["P1", "P5"], [3, 2]),
        "ranking": (["P4", "P1"], None),
        "graded": (["P1", "P2"], [3, 0]),
    }
    assert (row.choices, row.points) == expected[shape]
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.ballots, result.blank, result.spoilt) == (1, 0, 0)
    page = client.see(f"/votes/{poll.slug}/resultats")
    first = ITEMS[3 if shape == "ranking" else 1 if shape == "knapsack" else 0].label
    assert str(page.all("span[@class='bars__label']")[0].text).strip() == first
    client.fetch(f"/votes/{poll.slug}/resultats.csv", type="text/csv")
    client.see(f"/votes/{poll.slug}/salle?rang=1")


@pytest.mark.parametrize(("shape", "sent", "sentence"), BAD)
def test_a_ballot_that_is_refused_is_shown_again_as_it_was_typed(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock,
    shape: str, sent: dict[str, Any], sentence: str,
) -> None:  # fmt: skip
    clock.set(DURING)
    _poll, ballot = opened(client, db, folder, shape)
    page = client.send(ballot.url, {}, 422, button="Déposer", page=ballot, forged=sent)
    assert sentence in spaced(page.text)
    shown = {(one.get("name"), one.get("value")) for one in page.all("input")} | {
        (one.get("name"), two.get("value"))
        for one in page.all("select")
        for two in one.iter("option")
        if two.get("selected") is not None
    }
    for name, value in sent.items():
        if shape == "graded" or name == "choice":
            continue
        assert (name, value) in shown, f"{value} of {name} is lost"
    kept = client.see(ballot.url)
    assert "Déposer mon bulletin" in kept.text


@pytest.mark.parametrize("shape", KINDS)
def test_a_blank_ballot_of_any_type_is_a_vote(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock, shape: str
) -> None:
    clock.set(DURING)
    poll, ballot = opened(client, db, folder, shape)
    shown = client.follow(client.send(ballot.url, {}, button="Déposer", page=ballot))
    assert "Un bulletin blanc" in shown.text
    close(db, poll, folder)
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.ballots, result.blank) == (1, 1)


def test_an_envelope_that_is_passed_is_named(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    items = [PollItem("1", "Un banc", 900_00, "Nord"), PollItem("2", "Un mur", 700_00, "Sud"),
             PollItem("3", "Un arbre", 600_00, "Sud")]  # fmt: skip
    poll = make_poll(
        db, folder, items=items, ballot_type="knapsack", maximum=3,
        limits=[("Nord", 2_000_00), ("Sud", 1_000_00)],
    )  # fmt: skip
    ((_right, code),) = make_letters(db, poll, folder, 1)
    ballot = client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    page = client.send(ballot.url, {"choice": ["1", "2", "3"]}, 422, button="Déposer", page=ballot)
    assert "l'enveloppe « Sud » : il manque 300 €. Retirer « Un arbre » suffit" in spaced(page.text)
    client.send(page.url, {"choice": ["1", "2"]}, button="Déposer", page=page)


def test_a_ranking_moves_without_scripts(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    _poll, page = opened(client, db, folder, "ranking")

    def ranks(page: Page) -> dict[str, str]:
        return {
            str(one.get("name"))[5:]: str(two.get("value"))
            for one in page.all("select")
            for two in one.iter("option")
            if two.get("selected") is not None and two.get("value")
        }

    def press(page: Page, move: str) -> Page:
        sent = client.send(page.url, {}, button="Garder", page=page, forged={"move": move})
        assert sent.location.endswith(f"#p-{move.partition(':')[2]}")
        return client.follow(sent)

    for reference in ("P1", "P2", "P3"):
        page = press(page, f"up:{reference}")
    assert ranks(page) == {"P1": "1", "P2": "2", "P3": "3"}
    page = press(page, "up:P3")
    assert ranks(page) == {"P1": "1", "P3": "2", "P2": "3"}
    page = press(page, "down:P1")
    assert ranks(page) == {"P3": "1", "P1": "2", "P2": "3"}
    page = press(page, "up:P4")  # three at most: nothing moves
    page = press(page, "down:P2")  # already the last
    assert ranks(page) == {"P3": "1", "P1": "2", "P2": "3"}


def test_too_many_choices_are_not_lost_by_reopening(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    _poll, ballot = opened(client, db, folder, "approval")
    sent: dict[str, Filled] = {"choice": ["P1", "P2", "P3", "P4", "P5"]}
    page = client.follow(client.send(ballot.url, sent, button="Garder", page=ballot))
    assert len(page.all("input[@checked]")) == 5


# --- on paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", KINDS)
def test_two_people_type_a_bundle_in_and_settle_where_they_differ(
    app: Flask, db: Session, folder: Path, clock: StoppedClock, shape: str
) -> None:
    clock.set(AFTER)
    poll = make_poll(db, folder, ballot_type=shape, **KINDS[shape])
    people = [commission(app, db, poll) for _one in range(2)]
    people[0].send(
        f"/votes/{poll.slug}/depouillement", {"place": "École", "ballots": "3"}, form="batch"
    )
    place = f"/votes/{poll.slug}/depouillement/liasses/1"
    bad = next(sent for kind, sent, _why in BAD if kind == shape)
    for number, person in enumerate(people):
        page = person.see(place)
        assert "Bulletin 1 sur 3" in page.text
        refused = person.send(place, {}, 422, button="Garder et passer", page=page, forged=bad)
        assert "Bulletin 1 sur 3" in refused.text
        assert "Rien n'est choisi" in person.send(place, {}, 422, button="Garder et passer").text
        first = GOOD[shape] if number == 0 else OTHER[shape]
        page = person.follow(person.send(place, first, button="Garder et passer"))
        assert "Bulletin 2 sur 3" in page.text
        person.send(place, {}, button="Bulletin blanc")
        person.send(place, {"reason": ""}, 422, button="Garder comme nul")
        person.send(place, {"reason": "signed"}, button="Garder comme nul")
    page = people[1].see(place)
    assert "diffèrent sur 1 bulletin" in page.text
    one = f"{place}?bulletin=1"
    blank: dict[str, Filled] = dict.fromkeys(OTHER[shape], None if shape != "graded" else "")
    if "choice" not in GOOD[shape] and shape != "graded":
        blank = dict.fromkeys(OTHER[shape], "")
    page = people[1].follow(
        people[1].send(one, {**blank, **GOOD[shape]}, button="Garder et passer")
    )
    assert "concordent" in page.text
    assert "Corrections" in page.text
    close(db, poll, folder)
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.ballots, result.blank, result.spoilt) == (3, 1, 1)
    assert sum(result.votes.values()) == 2


@pytest.mark.parametrize("shape", KINDS)
def test_the_paper_ballot_is_printed_from_the_same_data(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock, shape: str
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder, ballot_type=shape, **KINDS[shape])
    client.see(f"/votes/{poll.slug}/bulletin-papier.pdf", 303)
    member = commission(app, db, poll)
    desk = member.see(f"/votes/{poll.slug}/accueil")
    assert "Le bulletin de papier, à imprimer" in desk.text
    language = "ar" if shape == "graded" else "fr"
    paper = member.fetch(
        f"/votes/{poll.slug}/bulletin-papier.pdf?langue={language}", type="application/pdf"
    )
    assert paper.body.startswith(b"%PDF")


def commission(app: Flask, db: Session, poll: PollView) -> Visitor:
    """A member of the commission of this vote, signed in."""
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(house.staff(db, Role.VOTE_COMMISSION, f"poll:{poll.id}").email)
    return visitor


# --- the receipt by mail -------------------------------------------------------------------------


def test_a_receipt_goes_by_mail_and_the_address_is_not_kept(
    client: Visitor, db: Session, engine: Engine, folder: Path, clock: StoppedClock,
    tmp_path: Path, outbox: object,
) -> None:  # fmt: skip
    clock.set(DURING)
    _poll, ballot = opened(client, db, folder, "approval")
    page = client.follow(client.send(ballot.url, GOOD["approval"], button="Déposer", page=ballot))
    wrong = client.send(page.url, {"email": "pas une adresse"}, 422, form="mail", page=page)
    assert "pas une adresse" in wrong.html
    client.send(page.url, {"email": "ada@essai.test"}, form="mail", page=page)
    db.rollback()
    row = db.scalars(select(OutboxMail)).one()
    assert row.fleeting
    assert (row.written_at.hour, row.written_at.minute, row.written_at.second) == (22, 0, 0)
    assert "Un banc" not in row.body
    for _time in range(2):
        client.send(page.url, {"email": "ada@essai.test"}, form="mail", page=page)
    client.send(page.url, {"email": "ADA@essai.test"}, 429, form="mail", page=page)
    db.rollback()
    carrier = Folder(tmp_path / "sent")
    host = {"sender": "civic@civic.test", "host": "civic.test"}
    assert send_due(sessions(engine), carrier, now=lambda: DURING, **host) == 3
    assert not db.scalars(select(OutboxMail)).all()
    (sent, *_more) = (tmp_path / "sent").iterdir()
    assert "ada@essai.test" in sent.read_text()


# --- the shared machine --------------------------------------------------------------------------


def test_a_shared_machine_forgets_each_person(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    letters = make_letters(db, poll, folder, 2)
    agent = house.staff(db, Role.AGENT, "municipality:1")
    client.see(f"/votes/{poll.slug}/accueil/borne", 303)
    client.sign_in(agent.email)
    place = f"/votes/{poll.slug}/accueil/borne"
    client.send(place, {"place": "", "seconds": "60"}, 422, form="start")
    client.send(place, {"place": "Maison de quartier", "seconds": "60"}, form="start")
    client.see(f"/votes/{poll.slug}/accueil", 303)  # the agent is signed out
    page = client.see(f"/votes/{poll.slug}/entrer")
    assert "Poste partagé (Maison de quartier)" in page.text
    assert "Me connecter" not in page.text
    assert page.headers["Cache-Control"] == "no-store"  # « Précédent » shows nobody's page
    ballot = client.follow(client.send(page.url, {"code": letters[0][1]}, page=page))
    assert ballot.all("form[@data-idle='60']")
    client.send(ballot.url, {}, form="kiosk", page=ballot)  # what the clock does
    assert client.see(f"/votes/{poll.slug}/bulletin", 303).location == f"/votes/{poll.slug}"
    ballot = client.follow(client.send(page.url, {"code": letters[1][1]}))
    done = client.send(ballot.url, {"choice": ["P1"]}, button="Déposer", page=ballot)
    shown = client.follow(done)
    gone = client.send(shown.url, {}, form="kiosk", page=shown)
    assert gone.location == f"/votes/{poll.slug}/entrer"
    client.see(f"/votes/{poll.slug}/depose", 303)
    assert "Poste partagé" in client.see(page.url).text
    client.follow(client.send(page.url, {"code": letters[0][1]}))
    assert client.see(f"/votes/{poll.slug}/borne/efface", 303).location.endswith("/entrer")
    client.see(f"/votes/{poll.slug}/bulletin", 303)
    for elsewhere in ("/", "/votes/", f"/votes/{poll.slug}/urne", "/compte/connexion"):
        shown = client.see(elsewhere)  # the clock runs on every page of this machine
        assert shown.all("form[@data-idle='60']"), elsewhere
        assert shown.all("meta[@http-equiv='refresh']"), elsewhere
    lost = client.get("/votes/aucun-vote", base_url="https://civic.test")  # a page without clock
    assert lost.headers["Refresh"] == f"300;url=/votes/{poll.slug}/borne/efface"
    client.sign_in(agent.email)
    client.send(place, {}, form="end")
    assert "Refresh" not in client.get("/votes/aucun-vote", base_url="https://civic.test").headers
    assert "Poste partagé (" not in client.see(page.url).text
    assert client.see(f"/votes/{poll.slug}/borne/efface", 303).location == f"/votes/{poll.slug}"
