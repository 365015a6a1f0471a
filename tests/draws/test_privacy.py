"""What is published of a draw names nobody: every public page and file of a draw, at every stage,
is searched for whatever could lead to a person."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.demo.files import electoral
from civic.draws.models import Draw, InvitationOrder, PoolEntry
from civic.draws.service import answers, ending, inviting, session
from civic.draws.service.asking import Ask
from civic.draws.views import after
from civic.house.journal import JournalEntry
from civic.people.models import Person
from tests.draws import make
from tests.draws.make import SESSION
from tests.draws.test_inviting import drawn_in_two_steps
from tests.draws.test_pages import signed_in
from tests.draws.test_papers import printed
from tests.draws.test_replacing import AGAIN, LATER, freeze, replacement, resigns, seated
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import HOST, Visitor

PATHS = (
    "", "/seance", "/seance?ecran=criteres", "/seance?ecran=numero", "/seance?ecran=personnes",
    "/seance?ecran=totaux", "/verifier", "/loterie.json", "/proces-verbal.json",
)  # fmt: skip


def published(client: Visitor, draw_id: int) -> dict[str, str]:
    """Every public address of a draw that answers, with its text."""
    found = {}
    for path in (*(f"/tirages/{draw_id}{one}" for one in PATHS), "/tirages/",
                 "/tirages/tirages.csv", f"/tirages/{draw_id}/invitations.json", "/"):  # fmt: skip
        answer = client.get(path, base_url=HOST)
        if answer.status_code == 200:
            found[path] = answer.get_data(as_text=True)
    assert f"/tirages/{draw_id}" in found
    return found


def traces(db: Session, draw_id: int) -> set[str]:
    """What the lists say of people, in the ways in which it is written."""
    found: set[str] = {"@", "03 27 00 00 00"}
    for one in db.scalars(select(PoolEntry).where(PoolEntry.draw_id == draw_id)):
        found |= {one.family_name, one.street, one.token, one.household or ""}
        if one.birth_date is not None:
            found |= {one.birth_date.isoformat(), one.birth_date.strftime("%d/%m/%Y")}
    sealed = db.scalar(select(Draw.sealed).where(Draw.id == draw_id))
    for person in (sealed or {}).get("people", ()):
        found |= {person["salt"], person["household"] or ""}
    return found - {""}


def beside_a_number(value: Any, words: set[str]) -> bool:
    """Whether a criterion stands in the same object or row as a person's number, outside the table
    of bounds (each of which says what is asked of a whole group)."""
    if isinstance(value, dict):
        if {"min", "max"} <= set(value):
            return False
        return any((key in words) or beside_a_number(one, words) for key, one in value.items())
    if isinstance(value, list):
        return any(beside_a_number(one, words) for one in value)
    return isinstance(value, str) and value in words


@pytest.mark.parametrize("stage", ["frozen", "drawn", "completed"])
def test_nothing_published_leads_to_a_person(
    client: Visitor, db: Session, clock: StoppedClock, stage: str
) -> None:
    clock.set(SESSION)
    scene = make.scene(db)
    draw_id = make.frozen(db, scene) if stage == "frozen" else make.drawn(db, scene)
    known = traces(db, draw_id)
    assert len(known) > 100
    if stage == "completed":
        for one in make.panel(db, draw_id):
            answers.accept(
                db, drawn_id=one.id,
                reach=answers.Reach(email="zoe@essai.test", phone="03 27 00 00 00"),
                by=scene.facilitator.person, at=SESSION,
            )  # fmt: skip
        ending.complete(db, draw_id=draw_id, by=scene.facilitator.person, at=SESSION)
    db.rollback()
    pages = published(client, draw_id)
    assert len(pages) >= 9
    for path, text in pages.items():
        assert [one for one in known if one in text] == [], path
    words = {"Femme", "Homme", "F", "M"}
    for path, text in pages.items():
        if path.endswith(".json"):
            assert not beside_a_number(json.loads(text), words), path


def test_totals_are_those_of_the_drawn_group_alone(
    client: Visitor, db: Session, clock: StoppedClock
) -> None:
    """Totals by criterion of groups that were not drawn would make a system that can be solved."""
    clock.set(SESSION)
    draw_id = make.drawn(db, make.scene(db))
    for path, text in published(client, draw_id).items():
        if not path.endswith(".json"):
            continue
        content = json.loads(text)
        lottery = content.get("lottery", content)
        for panel in lottery["panels"]:
            assert len(panel) == 3
            assert all(isinstance(one, int) for one in [*panel[:2], *panel[2]])
        # A criterion is named in the table of bounds and nowhere else.
        bounds = json.dumps(lottery["criteria"], ensure_ascii=False)
        assert text.count("Femme") == bounds.count("Femme") == 1


# --- in two steps, and to complete a group -------------------------------------------------------

WORDS = {"Femme", "Homme", "18 à 25 ans", "60 ans et plus", "F", "M"}
MINE = ("Zoé", "zoe@essai.test")


def hexes(value: Any) -> set[str]:
    """Every long hexadecimal text of a file: digests and salts, which could join two files."""
    if isinstance(value, dict):
        return {one for key in value for one in (*hexes(key), *hexes(value[key]))}
    if isinstance(value, list):
        return {one for each in value for one in hexes(each)}
    return set(re.findall(r"[0-9a-f]{16,}", value)) if isinstance(value, str) else set()


def says_nothing(pages: dict[str, str], known: set[str]) -> None:
    """Nobody in any of these pages and files, and no criterion beside a number."""
    for path, text in pages.items():
        assert [one for one in known if one in text] == [], path
        if path.endswith(".json"):
            assert not beside_a_number(json.loads(text), WORDS), path
        if path.endswith("invitations.json"):
            assert not any(word in text for word in ("Femme", "Homme", "ans")), path


def journal_says_nothing(db: Session, people: set[str]) -> None:
    """The journal outlives the lists: nothing in it leads to somebody without them."""
    db.rollback()
    lines = db.scalars(select(JournalEntry)).all()
    assert {"draw.invite", "draw.accept_invitation", "draw.draw"} <= {one.verb for one in lines}
    for one in lines:
        written = json.dumps(one.detail, ensure_ascii=False)
        assert [word for word in (*people, *WORDS - {"F", "M"}) if word in written] == [], one.verb


def in_words(db: Session, draw_id: int) -> set[str]:
    """Names, streets and birth dates of the lists: what no key is needed for to find somebody."""
    found = {"ESSAI-", "rue des Essais", *MINE, "03 27 00 00 00"}
    for one in make.entries(db, draw_id):
        if one.birth_date is not None:
            found |= {one.birth_date.isoformat(), one.birth_date.strftime("%d/%m/%Y")}
    return found


def test_a_draw_in_two_steps_leads_to_nobody_at_any_stage(
    client: Visitor, app: Flask, db: Session, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(SESSION)
    scene = make.scene(db)
    asks = [*make.HALF, Ask("Âge", "18 à 25 ans", 1, 3)]
    draw_id = make.order_frozen(
        db, scene, asks=asks, content=electoral(make.people(100, born=1965))
    )
    known = traces(db, draw_id) | set(MINE)
    names = {one.token: one.family_name for one in make.entries(db, draw_id)}
    sealed = db.get_one(InvitationOrder, draw_id).sealed or {}
    for person in sealed["people"]:
        known |= {person["salt"], person["household"] or ""} - {""}
    people = in_words(db, draw_id)
    says_nothing(published(client, draw_id), known)
    make.read_order(db, scene, draw_id)
    by = scene.facilitator.person
    young = ("Âge", "18 à 25 ans")
    guests = make.wave(db, scene, draw_id, aim=10, rate=0.5, rates={young: 0.1})
    said = json.loads(published(client, draw_id)[f"/tirages/{draw_id}/invitations.json"])
    (wave,) = said["waves"]
    assert len(wave["invited"]) > wave["base"]  # somebody was gone for, and nothing says for what
    says_nothing(published(client, draw_id), known)
    proud, shy = guests[:6], guests[6:]
    make.say_yes(db, scene, proud, shows_name=True)
    make.say_yes(db, scene, shy[:-1])
    inviting.note_attempt(
        db, drawn_id=shy[-1].id, channel="visit", outcome="reached", by=by, at=make.CHANCE
    )
    inviting.decline(db, drawn_id=shy[-1].id, answer="refused", by=by, at=make.CHANCE)
    says_nothing(published(client, draw_id), known)
    drawn_in_two_steps(db, scene, draw_id)
    known |= traces(db, draw_id)
    pages = published(client, draw_id)
    says_nothing(pages, known)
    # The hall sees the names of those who agreed, and nothing else of anybody.
    hall = client.see(f"/tirages/{draw_id}/seance?ecran=noms").text
    agreed = {names[one.entry or ""] for one in proud}
    assert [one for one in known - set(names.values()) - {"Zoé"} if one in hall] == []
    assert {name for name in names.values() if name in hall} <= agreed
    # Nothing but the two commitments joins the two files, and numbers were shuffled between them.
    first, second = (
        json.loads(pages[f"/tirages/{draw_id}/{name}.json"])
        for name in ("invitations", "proces-verbal")
    )
    assert hexes(first) & hexes(second) == set()
    pairs = sorted(
        (one.number, guest.number)
        for place in ("titular", "reserve")
        for one in make.panel(db, draw_id, place)
        for guest in guests
        if guest.entry == one.entry
    )
    assert len(pairs) >= 12
    assert [guest for _number, guest in pairs] != sorted(guest for _number, guest in pairs)
    for panel in second["lottery"]["panels"]:
        assert all(isinstance(one, int) for one in [*panel[:2], *panel[2]])
    # The end: the list of members for everybody, the mandates, the journal.
    for one in make.panel(db, draw_id):
        answers.accept(
            db, drawn_id=one.id, reach=answers.Reach(email="zoe@essai.test"), by=by, at=SESSION
        )
    ending.complete(db, draw_id=draw_id, by=by, at=SESSION)
    db.rollback()
    says_nothing(published(client, draw_id), known)
    papers: list[str] = []

    def printing(html: str) -> bytes:
        papers.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(after, "pdf", printing)
    printed(signed_in(app, scene.facilitator), f"/tirages/{draw_id}/liste", "Avis au public")
    # Nobody has agreed in their charter yet: the notice is by numbers, without any criterion.
    assert [one for one in (known | WORDS - {"F", "M"}) if one in papers[0]] == []
    assert papers[0].count("numéro ") >= 5
    journal_says_nothing(db, people)


def test_a_draw_that_completes_a_group_leads_to_nobody(
    client: Visitor, db: Session, clock: StoppedClock
) -> None:
    clock.set(LATER)
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene, reserve=0)
    before = published(client, draw_id)
    resigns(db, scene)
    new = replacement(db, scene, draw_id)
    members = {one.family_name for one in db.scalars(select(Person)) if "ESSAI" in one.family_name}
    known = traces(db, new) | members
    freeze(db, scene, new)
    known |= traces(db, new)
    says_nothing(published(client, new), known)
    clock.set(AGAIN)
    for who in (scene.facilitator, scene.agent):
        session.read_aloud(db, draw_id=new, text="7", by=who.person, at=AGAIN)
    db.rollback()
    pages = published(client, new)
    says_nothing(pages, known)
    # The digest of the first record is all that the two records share.
    record = json.loads(pages[f"/tirages/{new}/proces-verbal.json"])
    shared = hexes(record) & hexes(json.loads(before[f"/tirages/{draw_id}/proces-verbal.json"]))
    assert shared == set()
    assert record["lottery"]["previous"] == db.get_one(Draw, draw_id).record_digest
    # What is told of those who remain is how many they are.
    assert not any(str(one) in pages[f"/tirages/{new}"] for one in members)


def test_the_scan_finds_what_it_looks_for(db: Session, clock: StoppedClock) -> None:
    """A file that puts a criterion beside a number, or a name on a page, would be found."""
    clock.set(SESSION)
    draw_id = make.drawn(db, make.scene(db))
    known = traces(db, draw_id)
    one = make.entries(db, draw_id)[0]
    assert {one.family_name, one.street, one.token} <= known
    sealed = db.scalar(select(Draw.sealed).where(Draw.id == draw_id))
    assert beside_a_number(sealed, {"Femme", "Homme"})
    assert not beside_a_number({"criteria": [{"value": "Femme", "min": 1, "max": 2}]}, {"Femme"})
    assert re.search(r"\d{2}/\d{2}/\d{4}", " ".join(known))
    # What a wave went for, told beside the numbers it invited.
    assert beside_a_number({"wanted": [["Âge", "18 à 25 ans", 3]], "invited": [4, 7]}, WORDS)
    assert hexes({"people": {"1": "ab" * 32}, "rules": ["c" * 15]}) == {"ab" * 32}
