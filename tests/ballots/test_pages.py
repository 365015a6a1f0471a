"""The vote as people meet it: letter, ballot, receipt, desk, closing, count."""

from __future__ import annotations

import base64
import re
from datetime import date
from io import BytesIO
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from civic.ballots import queries, service
from civic.house.access import Grant, Identity, Role
from civic.house.refusal import Busy
from civic.house.settings import Settings
from civic.rules import urn
from tests import make as house
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    ITEMS,
    OPENS,
    cast,
    make_counted,
    make_letters,
    make_poll,
    secrets_of,
)
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Filled, Upload, Visitor


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The vault of the site under test."""
    return settings.vault


def staff(app: Flask, db: Session, role: Role, unit: str) -> Visitor:
    """Somebody with a role, signed in."""
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(house.staff(db, role, unit).email)
    return visitor


def test_a_letter_opens_the_ballot_and_one_act_deposits(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((right, code),) = make_letters(db, poll, folder, 1)
    page = client.send(f"/votes/{poll.slug}/entrer", {"code": code.lower()})
    ballot = client.follow(page)
    assert "secret de ce vote est garanti par la confiance" in ballot.text
    done = client.send(
        ballot.url, {"choice": ["P2", "P5"]}, button="Déposer mon bulletin", page=ballot
    )
    shown = client.follow(done)
    assert "Éclairer le passage du canal" in shown.text
    assert "Une fontaine à boire" in shown.text
    assert "Un jardin partagé" not in shown.text
    number = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", shown.text)
    assert number is not None
    found = client.send(f"/votes/{poll.slug}/recu", {"number": number.group()}, 200)
    assert "Cette enveloppe est dans l'urne" in found.text
    db.rollback()
    own = queries.right(db, poll.id, right)
    assert own is not None
    assert own.channel == "code"
    client.send(shown.url, button="tout effacer", page=shown)
    assert not [key for key in client._cookies or {} if "brouillon" in key[2]]
    assert client.see(f"/votes/{poll.slug}/depose", 303).location.endswith("/recu")
    for page in (ballot, done, shown, found, client.see(f"/votes/{poll.slug}/mon-emargement")):
        assert page.headers["Cache-Control"] == "no-store"  # else « Précédent » shows it again
    assert client.see(f"/votes/{poll.slug}").headers["Cache-Control"] != "no-store"


def test_opening_the_page_of_a_letter_uses_nothing_up(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((right, code),) = make_letters(db, poll, folder, 1)
    for _time in range(3):
        client.see(f"/votes/{poll.slug}/entrer")
        client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    own = queries.right(db, poll.id, right)
    assert own is not None
    assert own.channel is None


def test_a_wrong_code_says_what_to_do_and_keeps_what_was_typed(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    slip = code[:-1] + ("A" if code[-1] != "A" else "B")
    page = client.send(f"/votes/{poll.slug}/entrer", {"code": slip}, 422)
    assert "signe à signe" in page.text
    assert slip in page.html
    from civic.rules import urn

    other = urn.make_code(b"0123456789")
    for _time in range(20):
        client.send(f"/votes/{poll.slug}/entrer", {"code": other}, 422)
    client.send(f"/votes/{poll.slug}/entrer", {"code": other}, 429)
    client.send(f"/votes/{poll.slug}/entrer", {"code": code})  # a voter is never locked out


def test_too_many_choices_are_kept_on_the_page_with_a_sentence(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    ballot = client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    chosen = ["P1", "P2", "P3", "P4"]
    page = client.send(ballot.url, {"choice": chosen}, 422, button="Déposer", page=ballot)
    assert "Vous avez choisi 4 projets" in page.text
    ticked = [one.get("value") for one in page.all("input[@checked]")]
    assert sorted(str(one) for one in ticked) == chosen


def test_a_draft_stays_in_the_browser_and_its_order_does_not_change(
    client: Visitor, app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    ballot = client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    order = [one.get("value") for one in ballot.all("input[@name='choice']")]
    kept = client.send(ballot.url, {"choice": ["P3"]}, button="Garder", page=ballot)
    again = client.follow(kept)
    assert [one.get("value") for one in again.all("input[@name='choice']")] == order
    assert [one.get("value") for one in again.all("input[@checked]")] == ["P3"]
    stranger: Visitor = app.test_client()  # type: ignore[assignment]
    assert stranger.see(ballot.url, 303).location == f"/votes/{poll.slug}"
    cookie = next(
        one for one in (client._cookies or {}).values() if one.key.startswith("brouillon")
    )
    raw = base64.urlsafe_b64decode(cookie.value + "=" * (-len(cookie.value) % 4))
    assert b'"c"' not in raw
    assert b'"P3"' not in raw
    assert len(cookie.value) <= 3000


def test_a_code_made_anew_ends_what_the_stolen_letter_opened(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((right, code),) = make_letters(db, poll, folder, 1)
    enter = f"/votes/{poll.slug}/entrer"
    thief: Visitor = app.test_client()  # type: ignore[assignment]
    stolen = thief.follow(thief.send(enter, {"code": code}))
    db.rollback()
    new = service.give_code(
        db, poll_id=poll.id, right_id=right, known=secrets_of(poll, folder), by="system", at=DURING
    )
    mine = client.follow(client.send(enter, {"code": new}))
    client.send(mine.url, {"choice": ["P1"]}, button="Déposer", page=mine)
    refused = thief.send(stolen.url, {"choice": ["P2"]}, 422, button="Déposer", page=stolen)
    assert "Un autre code a été fait pour vous depuis" in refused.text
    again = client.follow(client.send(enter, {"code": new}))  # the holder may still change
    client.send(again.url, {"choice": ["P3"]}, button="Déposer", page=again)
    again = client.follow(client.send(enter, {"code": new}))
    kept = client.send(again.url, {"choice": ["P4"]}, button="Garder", page=again)
    typed = client.follow(client.send(enter, {"code": new}))  # typing it again keeps the draft
    assert kept.location == typed.url
    assert [one.get("value") for one in typed.all("input[@checked]")] == ["P4"]


def test_what_an_account_opened_is_closed_with_its_sign_in(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    lost: Visitor = app.test_client()  # type: ignore[assignment]
    home: Visitor = app.test_client()  # type: ignore[assignment]
    account = house.account(db)
    lost.sign_in(account.email)
    ballot = lost.follow(
        lost.send(f"/votes/{poll.slug}/droit", {"born": "1988-02-29", "honour": True})
    )
    home.sign_in(account.email)
    home.send("/compte/", form="/compte/deconnexion-partout")
    lost.send(ballot.url, {"choice": ["P1"]}, button="Déposer", page=ballot)
    assert lost.see(ballot.url, 303).location == f"/votes/{poll.slug}"
    assert queries.turnout(db, poll.id).voted == 0
    assert "savons pas qui vous êtes" in lost.see(f"/votes/{poll.slug}/mon-emargement")


def test_choices_sent_when_the_sign_in_had_ended_wait_for_the_same_person(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    habitant: Visitor = app.test_client()  # type: ignore[assignment]
    elsewhere: Visitor = app.test_client()  # type: ignore[assignment]
    account = house.account(db)
    habitant.sign_in(account.email)
    ballot = habitant.follow(
        habitant.send(f"/votes/{poll.slug}/droit", {"born": "1988-02-29", "honour": True})
    )
    elsewhere.sign_in(account.email)
    elsewhere.send("/compte/", form="/compte/deconnexion-partout")
    habitant.send(ballot.url, {"choice": ["P2", "P5"]}, button="Déposer", page=ballot)
    assert queries.turnout(db, poll.id).voted == 0
    db.rollback()
    habitant.sign_in(account.email)
    again = habitant.see(ballot.url)
    chosen = {one.get("value") for one in again.all("input[@checked]")}
    assert chosen == {"P2", "P5"}
    db.rollback()
    habitant.sign_in(house.account(db).email)  # somebody else, on the same machine
    page = habitant.follow(
        habitant.send(f"/votes/{poll.slug}/droit", {"born": "1979-02-03", "honour": True})
    )
    assert page.all("input[@checked]") == []


def test_points_are_given_project_by_project(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder, ballot_type="points", max_points=3, max_sum=5, maximum=5)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    ballot = client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    too_many = {"points-P1": "3", "points-P2": "3"}
    page = client.send(ballot.url, too_many, 422, button="Déposer", page=ballot)
    assert "6 points" in page.text
    done = client.send(
        ballot.url, {"points-P1": "3", "points-P2": "2"}, button="Déposer", page=page
    )
    assert "3 points" in client.follow(done).text


def test_an_account_asks_for_its_right_once(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    habitant: Visitor = app.test_client()  # type: ignore[assignment]
    habitant.sign_in(house.account(db).email)
    page = habitant.send(f"/votes/{poll.slug}/droit", {"born": "1988-02-29", "honour": True})
    ballot = habitant.follow(page)
    done = habitant.send(ballot.url, {"choice": ["P1"]}, button="Déposer", page=ballot)
    habitant.follow(done)
    own = habitant.see(f"/votes/{poll.slug}/mon-emargement")
    assert "avec votre compte" in own.text
    assert habitant.see(f"/votes/{poll.slug}/droit", 303).location.endswith("/bulletin")


def test_before_and_after_there_is_no_ballot(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    clock.set(DURING)
    asked = client.see(f"/votes/{poll.slug}/entrer")
    clock.set(AFTER)
    page = client.send(asked.url, {"code": code}, 422, page=asked)
    assert "Vote clos" in page.text
    closed = client.see(asked.url)
    assert "Vote clos" in closed.text
    assert not closed.all("input[@name='code']")  # nothing is asked for in vain
    assert client.see(f"/votes/{poll.slug}/bulletin", 303).location == f"/votes/{poll.slug}"


# --- the desk and the commission ----------------------------------------------------------------


def test_the_desk_sees_a_vote_and_paper_takes_its_place(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    who: dict[str, Filled] = {
        "family": "Nguyen",
        "first": "Linh",
        "born": "1990-05-05",
        "seen": True,
    }
    page = agent.send(f"/votes/{poll.slug}/accueil", who, 200)
    assert "n'a pas encore voté" in page.text
    right, _new = service.register_at_desk(
        db, poll_id=poll.id, family="Nguyen", first="Linh", born=date(1990, 5, 5),
        known=secrets_of(poll, folder), at=DURING,
    )  # fmt: skip
    receipt = cast(db, poll, folder, right, "P1").receipt
    page = agent.send(f"/votes/{poll.slug}/accueil", who, 200)
    assert "a voté en ligne" in page.text
    page = agent.send(page.url, {}, 200, form="paper", page=page)
    assert "est retiré de l'urne" in page.text
    assert queries.receipt_state(db, poll.id, receipt) == "withdrawn"


def test_a_letter_shows_its_emargement_after_closing_too_and_opens_nothing(
    client: Visitor, app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    (right, code), (_other, unused) = make_letters(db, poll, folder, 2)
    cast(db, poll, folder, right, "P1")
    clock.set(AFTER)
    place = f"/votes/{poll.slug}/mon-emargement"
    assert "avec le code d'une lettre" in client.send(place, {"code": code}, 200).text
    assert "Personne n'a émargé" in client.send(place, {"code": unused}, 200).text
    assert not [one for one in client._cookies or {} if "brouillon" in str(one)]
    assert "n'est pas complet" in client.send(place, {"code": "ABCD"}, 422).text
    assert "n'ouvre aucun droit" in client.send(
        place, {"code": urn.show_code(urn.make_code(b"0123456789"))}, 422
    )
    db.rollback()
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    assert "avec le code d'une lettre" in client.send(place, {"code": code}, 200).text
    db.rollback()
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    assert "ne servent plus" in client.see(place).text


def test_who_voted_on_paper_is_not_led_to_choose_in_vain(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((right, code),) = make_letters(db, poll, folder, 1)
    here = f"/votes/{poll.slug}"
    ballot = client.follow(client.send(f"{here}/entrer", {"code": code}))
    service.vote_on_paper(
        db, poll_id=poll.id, right_id=right, known=secrets_of(poll, folder), at=DURING
    )
    sent = client.send(ballot.url, {"choice": ["P1"]}, button="Déposer", page=ballot)
    assert "déjà voté sur papier" in client.follow(sent).text
    opened = client.see(ballot.url, 303)
    assert opened.location == here
    assert "déjà voté sur papier" in client.follow(opened).text


def test_who_votes_at_a_place_without_network_is_sent_there(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    account = house.account(db)
    family, first = queries.declared_name(db, account.person)
    known = secrets_of(poll, folder)
    place = service.add_place(
        db, poll_id=poll.id, name="Salle sans réseau", address="", kind="printed",
        hours=[(OPENS, CLOSES)], by="system", at=DURING,
    )  # fmt: skip
    habitant: Visitor = app.test_client()  # type: ignore[assignment]
    habitant.sign_in(account.email)
    ballot = habitant.follow(
        habitant.send(f"/votes/{poll.slug}/droit", {"born": "1988-02-29", "honour": True})
    )
    entry = service.RollEntry(family, first, date(1988, 2, 29))
    service.print_check_in(db, place_id=place, entries=[entry], known=known, by="system", at=DURING)
    for page in ("", "/mon-emargement"):
        told = habitant.see(f"/votes/{poll.slug}{page}")
        assert "votez là, sur papier" in told.text
        assert "Ouvrir mon bulletin" not in told.text
    assert "votez là" in habitant.follow(habitant.see(ballot.url, 303)).text


def test_a_code_from_the_desk_opens_the_ballot(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    who: dict[str, Filled] = {"family": "Silva", "first": "Rui", "born": "1950-12-31", "seen": True}
    page = agent.send(f"/votes/{poll.slug}/accueil", who, 200)
    page = agent.send(page.url, {}, 200, form="code", page=page)
    assert page.headers["Cache-Control"] == "no-store"
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", page.text)
    assert code is not None
    client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code.group()}))


@pytest.mark.parametrize("shape", ["csv", "pdf"])
def test_letters_are_made_from_a_list_and_their_codes_work(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock, shape: str
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    place = f"/votes/{poll.slug}/gerer"
    roll = "nom;prenoms;naissance;adresse\nDa Cruz;Inês;01/02/1983;3 rue du Test\n"
    page = agent.see(place)
    fields = {"csrf_token": page.all("input[@name='csrf_token']")[0].get("value"), "shape": shape}
    fields |= {"phone": "03 27 00 00 00", "batch": "1"}
    answer = agent.post(
        f"/votes/{poll.slug}/lettres",
        base_url="https://civic.test",
        headers={"Referer": "https://civic.test" + place},
        data={**fields, "roll": (BytesIO(roll.encode()), "liste.csv")},
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    if shape == "pdf":
        assert answer.data.startswith(b"%PDF")
        return
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", answer.data.decode("utf-8-sig"))
    assert code is not None
    client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code.group()}))


def test_letters_speak_french_and_up_to_four_languages_of_the_neighbourhood(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    place, printed = f"/votes/{poll.slug}/gerer", list[str]()
    roll = "nom;prenoms;naissance;adresse\nDa Cruz;Inês;01/02/1983;3 rue du Test\n"
    ticked = agent.see(place).all("input[@name='languages'][@checked]")
    assert [box.get("value") for box in ticked] == ["ar", "en", "pt", "tr"]

    def keep(html: str) -> bytes:
        printed.append(html)
        return b"%PDF"

    def letters(*languages: str) -> int:
        with mock.patch("civic.ballots.views.rolls.pdf", keep):
            return agent.post(
                f"/votes/{poll.slug}/lettres",
                base_url="https://civic.test",
                headers={"Referer": "https://civic.test" + place},
                data={
                    "csrf_token": agent.see(place).all("input[@name='csrf_token']")[0].get("value"),
                    "shape": "pdf", "phone": "03 27 00 00 00", "batch": "1",
                    "languages": list(languages), "roll": (BytesIO(roll.encode()), "liste.csv"),
                },
            ).status_code  # fmt: skip

    assert letters("ar", "ro", "es", "tr", "uk") == 422
    assert not printed
    assert letters("ro", "ar") == 200
    assert re.findall(r'<li lang="(\w+)"( dir="rtl")?', printed[0]) == [
        ("fr", ""), ("ar", ' dir="rtl"'), ("ro", ""),
    ]  # fmt: skip
    assert printed[0].count('<bdi dir="ltr">03\u00a027\u00a000\u00a000\u00a000</bdi>') == 3
    assert "Puteți vota" in printed[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"nom;prenoms\nA;B", b"nom;prenoms;naissance;adresse\nA;B;31/02/1980;x"],
)
def test_a_bad_list_is_refused_with_its_lines(
    app: Flask, db: Session, folder: Path, clock: StoppedClock, content: bytes
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    form: dict[str, Filled] = {
        "roll": Upload(content, "liste.csv", "text/csv"), "phone": "03 27 00 00 00",
    }  # fmt: skip
    agent.send(f"/votes/{poll.slug}/gerer", form, 422, form="make-letters")


def _busy(_db: Session) -> None:
    raise Busy


def test_two_members_close_and_count_through_the_pages(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    clock.set(DURING)
    poll = make_poll(db, folder)
    rights = make_letters(db, poll, folder, 3)
    for right, _code in rights:
        cast(db, poll, folder, right, "P1", "P3")
    clock.set(AFTER)
    one = staff(app, db, Role.VOTE_COMMISSION, f"poll:{poll.id}")
    two = staff(app, db, Role.VOTE_COMMISSION, f"poll:{poll.id}")
    place = f"/votes/{poll.slug}/depouillement"
    one.send(place, form="reconcile")
    with monkeypatch.context() as crowd:  # somebody reads while the database is cleaned
        crowd.setattr(service, "clean_urn", _busy)
        opened = one.see(place)
        one.send(place, status=503, form="sever", page=opened)
    with monkeypatch.context() as seen:
        cleaned: list[str] = []
        seen.setattr(service, "clean_urn", lambda _db: cleaned.append("urn"))
        one.send(place, form="sever", page=opened)  # the same page, sent again
        assert cleaned == ["urn"]
    one.send(place, form="again")
    assert "peut laisser deviner leur choix" in one.see(place)  # three voters
    one.send(place, form="open")
    done = two.send(place, form="open")
    result = two.follow(done)
    assert "Un banc place Carpeaux" in result.text
    assert "3 voix" in result.text
    client.see(f"/votes/{poll.slug}/salle")
    client.see(f"/votes/{poll.slug}/salle?rang=5")
    csv = client.fetch(f"/votes/{poll.slug}/resultats.csv", type="text/csv").html
    assert "P1;Un banc place Carpeaux;;1200.00;3;" in csv
    pdf = client.fetch(f"/votes/{poll.slug}/proces-verbal.pdf", type="application/pdf")
    assert pdf.body.startswith(b"%PDF")
    client.fetch(f"/votes/{poll.slug}/urne/1.txt", type="text/plain")
    client.see(f"/votes/{poll.slug}/urne")


def test_a_second_step_that_was_cut_off_is_finished_before_the_urn_opens(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((right, _code),) = make_letters(db, poll, folder, 1)
    cast(db, poll, folder, right, "P1")
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)  # and the machine stopped here
    assert secrets_of(poll, folder).token
    clock.set(AFTER)
    member = staff(app, db, Role.VOTE_COMMISSION, f"poll:{poll.id}")
    member.send(f"/votes/{poll.slug}/depouillement", form="open")
    left = secrets_of(poll, folder)
    assert (left.token, left.code, left.identity) == (b"", b"", b"")
    assert left.private is not None


def test_an_agent_does_not_open_the_urn_and_an_elected_sees_no_desk(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    agent = staff(app, db, Role.AGENT, "municipality:1")
    agent.see(f"/votes/{poll.slug}/depouillement", 403)
    elsewhere = staff(app, db, Role.AGENT, "municipality:999")
    elsewhere.see(f"/votes/{poll.slug}/accueil", 403)
    elected = staff(app, db, Role.ELECTED, "municipality:1")
    for page in ("accueil", "gerer", "depouillement"):
        elected.see(f"/votes/{poll.slug}/{page}", 403)


# --- everybody -----------------------------------------------------------------------------------


def test_public_pages_cost_the_same_for_one_vote_or_many(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock,
    count_statements: CountStatements,
) -> None:  # fmt: skip
    clock.set(DURING)
    poll = make_counted(db, folder, ("P1",))
    pages = ["/", f"/{poll.slug}", f"/{poll.slug}/resultats", f"/{poll.slug}/urne"]

    def cost() -> list[int]:
        found = []
        for page in pages:
            with count_statements() as asked:
                client.see(f"/votes{page}")
            found.append(len(asked))
        return found

    first = cost()
    for number in range(12):
        make_poll(db, folder, title=f"Un autre vote {number}", items=ITEMS[:2], maximum=1)
    assert cost() == first
    assert max(first) <= 10


@pytest.mark.parametrize("path", ["nulle-part", "nulle-part/bulletin", "nulle-part/urne/9.txt"])
def test_what_does_not_exist_is_a_404(client: Visitor, path: str) -> None:
    client.see(f"/votes/{path}", 404)


def test_the_front_page_hears_of_an_open_vote(
    db: Session, folder: Path, clock: StoppedClock
) -> None:
    poll = make_poll(db, folder)
    assert [one.url for one in queries.open_now(db, DURING)] == [f"/votes/{poll.slug}"]
    assert queries.open_now(db, AFTER) == []


HOSTILE = ("\x00", "<script>alert(1)</script>", "%s%n{{7*7}}", "é" * 5000, "٣٣٣٣", "-1", "9" * 40)


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_input_is_answered_with_a_sentence(
    app: Flask, client: Visitor, db: Session, folder: Path, clock: StoppedClock, typed: str
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    client.send(f"/votes/{poll.slug}/entrer", {"code": typed}, 422)
    client.send(f"/votes/{poll.slug}/recu", {"number": typed}, 422)
    ballot = client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    client.send(ballot.url, {}, 422, button="Déposer", page=ballot, forged={"choice": [typed]})
    agent = staff(app, db, Role.AGENT, "municipality:1")
    who: dict[str, Filled] = {
        "family": typed,
        "first": "A",
        "born": typed.strip("\x00"),
        "seen": True,
    }
    agent.send(f"/votes/{poll.slug}/accueil", who, 422)
    agent.send(f"/votes/{poll.slug}/accueil", {**who, "born": "0001-01-01"}, 422)


def test_my_space_hears_of_a_vote_to_cast_and_of_one_to_count(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    poll = make_poll(db, folder)
    person = house.account(db).person
    voter = Identity(person=person)
    assert queries.todo(db, voter, DURING) == []
    right = service.claim_right(
        db, poll_id=poll.id, person_id=person, family="Essai", first="Ada",
        born=date(1990, 1, 1), known=secrets_of(poll, folder), at=DURING,
    )  # fmt: skip
    assert [one.url for one in queries.todo(db, voter, DURING)] == [f"/votes/{poll.slug}"]
    assert right is not None
    cast(db, poll, folder, right, "P1")
    assert queries.todo(db, voter, DURING) == []
    member = Identity(
        person="m", grants=frozenset({Grant(Role.VOTE_COMMISSION, f"poll:{poll.id}")})
    )
    assert queries.todo(db, member, DURING) == []
    assert [one.url for one in queries.todo(db, member, AFTER)] == [
        f"/votes/{poll.slug}/depouillement"
    ]


def test_an_agent_names_the_commission_of_a_vote_and_not_themselves(
    app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder)
    scope = next(one for one in poll.scope if one.startswith("municipality"))
    agent, member = house.staff(db, Role.AGENT, scope), house.account(db, family_name="Témoin")
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(agent.email)
    place = f"/votes/{poll.slug}/gerer"
    for wrong in ("personne@essai.test", agent.email):
        page = visitor.send(place, {"email": wrong}, 422, form="commission")
        assert wrong in page.html
    visitor.send(place, {"email": member.email}, form="commission")
    assert "Témoin" in visitor.see(place).text
    watcher: Visitor = app.test_client()  # type: ignore[assignment]
    watcher.sign_in(member.email)
    watcher.see(f"/votes/{poll.slug}/accueil")
    clock.set(AFTER)
    visitor.sign_in(agent.email)
    assert "pas encore deux membres" in visitor.see(place).text
    scopes = frozenset({Grant(Role.AGENT, scope)})
    told = [one.url for one in queries.todo(db, Identity(person="a", grants=scopes), AFTER)]
    assert f"{place}#commission" in told
    db.rollback()
    visitor.send(place, {"email": house.account(db).email}, form="commission")
    assert "Ajouter à la commission" not in visitor.see(place).text
    assert queries.todo(db, Identity(person="a", grants=scopes), AFTER) == []
