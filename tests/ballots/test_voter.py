"""What a voter meets: an order of one's own, a long ballot, a lent phone, a lost letter."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import service
from civic.ballots.finding import Found
from civic.ballots.queries import PollItem, PollView
from civic.house.db import Base
from civic.house.settings import Settings
from tests import make as house
from tests.ballots.make import DURING, ITEMS, make_letters, make_poll, secrets_of
from tests.machine.kinds import on_sqlite
from tests.machine.pages import Page
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

MANY = 200
MOST_PAGE, MOST_FIRST = 30_000, 10
"""Bytes of a 200-project ballot as it travels (gzip); statements of its page."""


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The vault of the site under test."""
    return settings.vault


@pytest.fixture(autouse=True)
def during(clock: StoppedClock) -> None:
    """The vote is open."""
    clock.set(DURING)


def projects(how_many: int) -> list[PollItem]:
    """So many projects, no two alike, of two groups."""
    return [
        replace(
            ITEMS[number % 5], reference=f"P{number}", label=f"{ITEMS[number % 5].label} {number}",
            group="Nord" if number % 2 else "Sud", place=f"rue des Érables, {number}",
        )
        for number in range(1, how_many + 1)
    ]  # fmt: skip


def opened(client: Visitor, poll: PollView, code: str) -> Page:
    """The ballot that a code opens."""
    return client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))


def visitor(app: Flask) -> Visitor:
    """Somebody else, in a browser of their own."""
    found = app.test_client()
    assert isinstance(found, Visitor)
    return found


def order(page: Page) -> list[str]:
    """The projects as the page shows them, from first to last."""
    return [(one.get("id") or "").removeprefix("p-") for one in page.all("li[@class]")
            if "choice" in (one.get("class") or "").split()]  # fmt: skip


def shown(page: Page) -> set[str]:
    """The projects that are not hidden."""
    return {(one.get("id") or "").removeprefix("p-") for one in page.all("li[@id]")
            if "choice" in (one.get("class") or "") and one.get("hidden") is None}  # fmt: skip


def chosen(page: Page) -> set[str]:
    return {one.get("value") or "" for one in page.all("input[@name='choice']")
            if one.get("checked") is not None}  # fmt: skip


def written(db: Session) -> str:
    """All that the database holds, as one text."""
    db.rollback()
    return "\n".join(
        repr(tuple(row))
        for table in Base.metadata.sorted_tables
        for row in db.execute(select(table))
    )


def test_each_voter_has_an_order_of_their_own_the_same_to_the_end_and_stored_nowhere(
    app: Flask, db: Session, folder: Path
) -> None:
    poll = make_poll(db, folder, items=projects(20))
    orders = []
    for _right, code in make_letters(db, poll, folder, 4):
        client = visitor(app)
        before = written(db)
        page = opened(client, poll, code)
        orders.append(order(page))
        kept = client.follow(client.send(page.url, {"choice": ["P7"]}, button="Garder", page=page))
        found = client.send(kept.url, {"find": "jardin"}, 200, button="Chercher", page=kept)
        refused = client.send(
            found.url, {"choice": ["P1", "P2", "P3", "P4"]}, 422, button="Déposer", page=found
        )
        for again in (kept, found, refused, client.see(page.url)):
            assert order(again) == orders[-1]
        assert written(db) == before
    assert len({tuple(one) for one in orders}) == 4
    sealed = [item.reference for item in projects(20)]
    assert all(sorted(one) == sorted(sealed) and one != sealed for one in orders)


def test_a_project_is_found_again_without_scripts_and_nothing_chosen_is_lost(
    app: Flask, db: Session, folder: Path
) -> None:
    poll = make_poll(db, folder, items=projects(20))
    ((_right, code),) = make_letters(db, poll, folder, 1)
    client = visitor(app)
    page = opened(client, poll, code)
    assert shown(page) == set(order(page))
    before = written(db)
    found = client.send(
        page.url, {"choice": ["P4"], "find": "ÉCOLE erables", "group": "Nord"}, 200,
        button="Chercher", page=page,
    )  # fmt: skip
    schools = {item.reference for item in projects(20)
               if "école" in item.label and item.group == "Nord"}  # fmt: skip
    assert shown(found) == schools
    assert chosen(found) == {"P4"}  # hidden, and still chosen
    assert f"Projets montrés : {len(schools)} sur 20" in found.text
    assert found.url == page.url  # what is looked for is in no address
    nothing = client.send(found.url, {"find": "piscine"}, 200, button="Chercher", page=found)
    assert "Aucun projet ne va avec" in nothing.text
    entered = client.send(  # « Entrée » in the field presses the form's first button
        nothing.url, {"find": "jardin", "group": ""}, 200, button="Garder", page=nothing
    )
    assert shown(entered) == {one.reference for one in projects(20) if "jardin" in one.label}
    mine = client.send(entered.url, {}, 200, button="Mes choix", page=entered)
    assert shown(mine) == {"P4"}
    everything = client.send(mine.url, {}, 200, button="Tous les projets", page=mine)
    assert shown(everything) == set(order(page))
    assert written(db) == before
    done = client.send(everything.url, {}, button="Déposer", page=everything)
    receipt = client.follow(done)
    assert "Une fontaine à boire 4" in receipt.text
    assert "Vous avez voté" in receipt.text


@pytest.mark.parametrize(
    ("words", "fits"),
    [("banc", True), ("BANC carpeaux", True), ("carpeaux piscine", False), ("", True), ("'", True)],
)
def test_words_find_a_project_whatever_their_accents(words: str, fits: bool) -> None:
    assert Found(words).shows(ITEMS[0], ()) is fits
    assert Found(words, "Ailleurs").shows(ITEMS[0], ()) is False


@on_sqlite
def test_a_ballot_of_200_projects_is_light_and_asks_as_few_things_as_one_of_five(
    app: Flask, db: Session, folder: Path, count_statements: CountStatements
) -> None:
    costs = []
    for items in (ITEMS, projects(MANY)):
        poll = make_poll(db, folder, items=items, title=f"{len(items)} projets")
        ((_right, code),) = make_letters(db, poll, folder, 1)
        client = visitor(app)
        opened(client, poll, code)
        with count_statements() as asked:
            page = client.see(f"/votes/{poll.slug}/bulletin")
        costs.append(len(asked))
        cookie = next(
            one for one in (client._cookies or {}).values() if one.key.startswith("brouillon")
        )
        assert len(cookie.value) <= 3000
        assert len(gzip.compress(page.body)) <= MOST_PAGE
    assert costs[0] == costs[1] <= MOST_FIRST


def test_a_code_of_somebody_else_does_not_open_the_ballot_of_who_is_signed_in(
    app: Flask, db: Session, folder: Path
) -> None:
    """A family shares one phone: the one who helps is signed in, and has a right of their own."""
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    helper = visitor(app)
    helper.sign_in(house.account(db).email)
    helper.send(f"/votes/{poll.slug}/droit", {"born": "1988-02-29", "honour": True})
    page = helper.send(f"/votes/{poll.slug}/entrer", {"code": code}, 422)
    assert "le droit d'une autre personne" in page.text
    assert page.all("input[@name='code']")[0].get("value")  # what was typed is there
    helper.send(page.url, {}, button="Me déconnecter pour utiliser ce code", page=page)
    assert "Mon bulletin" in opened(helper, poll, code).text


def test_who_has_no_code_or_lost_it_is_told_where_to_go(
    client: Visitor, db: Session, folder: Path
) -> None:
    poll = make_poll(db, folder)
    assert "Lettre perdue" not in client.see(f"/votes/{poll.slug}").text  # no place to send them to
    service.add_place(
        db, poll_id=poll.id, name="Mairie", address="place d'Armes", kind="connected",
        hours=[(poll.opens_at, poll.closes_at)], expected=None, by="system", at=DURING,
    )  # fmt: skip
    for path in (f"/votes/{poll.slug}", f"/votes/{poll.slug}/entrer"):
        page = client.see(path)
        assert "Lettre perdue ou jamais reçue" in page.text
        assert f"/votes/{poll.slug}/lieux" in {a.get("href") for a in page.all("a")}
    for wrong in ("7KQM", "", "7KQM-4HTZ-9WXP-2RV8"):
        refused = client.send(f"/votes/{poll.slug}/entrer", {"code": wrong}, 422)
        assert "Lettre perdue ou jamais reçue" in refused.text


def test_somebody_struck_off_is_told_why_and_whom_to_ask(
    client: Visitor, db: Session, folder: Path
) -> None:
    poll = make_poll(db, folder)
    ((right, code),) = make_letters(db, poll, folder, 1)
    page = opened(client, poll, code)
    service.revoke_right(
        db, poll_id=poll.id, right_id=right, reason="inscrite deux fois",
        known=secrets_of(poll, folder), by="system", at=DURING,
    )  # fmt: skip
    told = client.follow(client.see(page.url, 303))
    assert "inscrite deux fois" in told.text
    assert "Dites-le à la commission du vote" in told.text
    told = client.send(f"/votes/{poll.slug}/entrer", {"code": code}, 422)  # no code leads there now
    assert "un droit peut avoir été retiré" in told.text


def test_a_ballot_changes_its_language_and_keeps_what_is_chosen(
    client: Visitor, db: Session, folder: Path
) -> None:
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    page = opened(client, poll, code)
    sent = client.send(page.url, {"choice": ["P2"]}, button="العربية", page=page)
    arabic = client.follow(client.see(sent.location, 303))
    assert arabic.tree.get("lang") == "ar"
    assert chosen(arabic) == {"P2"}
    assert order(arabic) == order(page)


def test_a_draft_is_erased_by_the_deposit_and_by_signing_out(
    app: Flask, db: Session, folder: Path
) -> None:
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)

    def drafts_in(client: Visitor) -> list[str]:
        kept = (client._cookies or {}).values()
        return [one.key for one in kept if one.key == f"brouillon-{poll.id}" and one.value]

    client = visitor(app)
    page = opened(client, poll, code)
    assert drafts_in(client)
    client.send(page.url, {"choice": ["P1"]}, button="Déposer", page=page)
    assert not drafts_in(client)
    owner = visitor(app)
    owner.sign_in(house.account(db).email)
    owner.send(f"/votes/{poll.slug}/droit", {"born": "1988-02-29", "honour": True})
    page = owner.see(f"/votes/{poll.slug}/bulletin")
    owner.send(page.url, {"choice": ["P1"]}, button="Garder", page=page)
    assert drafts_in(owner)
    owner.send("/", {}, form="/compte/deconnexion")
    assert not drafts_in(owner)


def test_a_printed_receipt_shows_no_choice(client: Visitor, db: Session, folder: Path) -> None:
    poll = make_poll(db, folder)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    page = opened(client, poll, code)
    done = client.send(page.url, {"choice": ["P2"]}, button="Déposer", page=page)
    receipt = client.follow(done)
    label = "Éclairer le passage du canal"
    assert label in receipt.text
    kept_off_paper = [one for one in receipt.tree.iter() if "no-print" in (one.get("class") or "")]
    told_there = sum("".join(one.itertext()).count(label) for one in kept_off_paper)
    assert told_there == "".join(receipt.tree.itertext()).count(label) > 0
