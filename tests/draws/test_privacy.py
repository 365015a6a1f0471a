"""What is published of a draw names nobody: every public page and file of a draw, at every stage,
is searched for whatever could lead to a person."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.draws.models import Draw, PoolEntry
from civic.draws.service import answers, ending
from tests.draws import make
from tests.draws.make import SESSION
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
