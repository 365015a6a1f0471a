"""After the installation: the reserve in its committed order, then a replacement draw."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.councils import service as councils
from civic.councils.models import CitizenCouncil
from civic.draws.demo.files import electoral
from civic.draws.models import Draw
from civic.draws.queries import pool
from civic.draws.service import (
    answers,
    asking,
    ending,
    erasing,
    freezing,
    lists,
    replacing,
    session,
)
from civic.draws.service.asking import Ask
from civic.draws.views import after
from civic.house.journal import JournalEntry
from civic.house.refusal import Refusal
from civic.mandates import service as mandates
from civic.mandates.models import Mandate
from civic.people.models import Person
from civic.rules.sortition import verify
from tests.draws import make
from tests.draws.make import SESSION
from tests.draws.test_pages import signed_in
from tests.draws.test_papers import printed
from tests.machine.stopped import StoppedClock

LATER = SESSION + timedelta(days=200)
AGAIN = LATER + timedelta(days=30)


def seated(db: Session, scene: make.Scene, *, reserve: int = 10, **more: object) -> int:
    """A draw that ended: everybody accepted, and the five sit."""
    draw_id = make.drawn(db, scene, reserve=reserve, **more)  # type: ignore[arg-type]
    for one in make.panel(db, draw_id):
        answers.accept(
            db, drawn_id=one.id, reach=answers.Reach(), by=scene.facilitator.person, at=SESSION
        )
    made = ending.complete(db, draw_id=draw_id, by=scene.facilitator.person, at=SESSION)
    for mandate in made:
        mandates.answer(
            db, mandate_id=mandate, accepted=True, name_shown=False, on=SESSION.date(),
            by=scene.facilitator.person, at=SESSION,
        )  # fmt: skip
    councils.move(db, council_id=scene.council, to="forming", by=scene.agent.person, at=SESSION)
    mandates.install(
        db, council_id=scene.council, on=SESSION.date(), by=scene.agent.person, at=SESSION
    )
    return draw_id


def resigns(db: Session, scene: make.Scene, which: int = 0) -> Mandate:
    """One of those who sit leaves; their mandate."""
    one = db.scalars(
        select(Mandate).where(Mandate.status == "running").order_by(Mandate.id).offset(which)
    ).first()
    assert one is not None
    mandates.end(
        db, mandate_id=one.id, reason="resignation", on=LATER.date(), by=scene.agent.person,
        at=LATER,
    )  # fmt: skip
    return one


def sexes(db: Session) -> list[str]:
    """Who sits, by sex."""
    rows = db.scalars(select(Mandate.criteria).where(Mandate.status == "running"))
    return sorted(one["Sexe"] for one in rows)


# --- the list of members -------------------------------------------------------------------------


def test_the_list_for_everybody_names_who_agreed_and_the_prefets_names_all(
    app: Flask, db: Session, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(LATER)
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene)
    shy, proud = db.scalars(select(Mandate).order_by(Mandate.id).limit(2))
    proud.name_shown = True
    db.commit()
    names = {one: db.get_one(Person, one.person_id).family_name for one in (shy, proud)}
    papers: list[str] = []

    def printing(html: str) -> bytes:
        papers.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(after, "pdf", printing)
    facilitator, place = signed_in(app, scene.facilitator), f"/tirages/{draw_id}/liste"
    assert "ESSAI-" not in facilitator.see(place).text
    for button in ("Avis au public", "Liste pour le préfet"):
        printed(facilitator, place, button)
    public, prefect = papers
    assert names[proud] in public
    assert names[shy] not in public
    assert names[shy] in prefect
    assert names[proud] in prefect
    facilitator.send(place, button="Noter que la liste")
    db.rollback()
    assert db.get_one(Draw, draw_id).status == "list_sent"
    looks = db.scalars(select(JournalEntry.detail).where(JournalEntry.verb == "draw.look")).all()
    assert [one["what"] for one in looks] == ["list avis", "list prefet"]


# --- the reserve ---------------------------------------------------------------------------------


def test_after_the_installation_the_reserve_is_called_by_rule_in_its_committed_order(
    db: Session,
) -> None:
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene)
    with pytest.raises(Refusal, match="Aucun siège n'est vide"):
        answers.call_after(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)
    gone = resigns(db, scene)
    called = answers.call_after(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)
    reserve = make.panel(db, draw_id, "reserve")
    counts = sexes(db)
    fits = next(
        one for one in reserve
        if all(2 <= [*counts, one.features["Sexe"]].count(sex) <= 3 for sex in ("Femme", "Homme"))
    )  # fmt: skip
    assert called == fits.id
    person = answers.accept(
        db, drawn_id=called, reach=answers.Reach(), by=scene.facilitator.person, at=LATER
    )
    made = db.scalars(select(Mandate).where(Mandate.person_id == person)).one()
    assert (made.status, made.seat_id, made.draw_id) == ("approached", gone.seat_id, draw_id)
    assert db.get_one(Draw, draw_id).status == "completed"
    with pytest.raises(Refusal, match="Aucun siège n'est vide"):
        answers.call_after(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)


def test_who_refuses_later_is_followed_by_the_next(db: Session) -> None:
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene)
    resigns(db, scene)
    called = answers.call_after(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)
    following = answers.leave(
        db, drawn_id=called, answer="refused", by=scene.facilitator.person, at=LATER
    )
    assert following not in (None, called)


def test_a_suppleant_comes_before_the_reserve(db: Session) -> None:
    scene = make.scene(db, seats=3, substitutes=2)
    db.execute(update(CitizenCouncil).values(parity_exception="Trois sièges, tirés parmi cinq."))
    db.commit()
    draw_id = seated(db, scene)
    resigns(db, scene)
    with pytest.raises(Refusal, match="suppléante"):
        answers.call_after(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)


# --- the replacement draw ------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(["Femme", "Homme"]), max_size=9),
    st.integers(0, 5), st.integers(0, 5), st.integers(0, 9),
)  # fmt: skip
def test_newcomers_within_the_bounds_left_make_a_group_within_the_bounds_of_the_whole(
    staying: list[str], least: int, more: int, newcomers: int
) -> None:
    whole = (("Sexe", "Femme", least, least + more),)
    ((_name, _value, low, high),) = replacing.bounds_left(
        whole, [{"Sexe": one} for one in staying], newcomers
    )
    women = staying.count("Femme")
    for drawn in range(newcomers + 1):
        if low <= drawn <= high and women <= least + more and least <= women + newcomers:
            assert least <= women + drawn <= least + more
        if not low <= drawn <= high:
            assert not least <= women + drawn <= least + more


def replacement(db: Session, scene: make.Scene, draw_id: int, people: int = 20) -> int:
    """A replacement draw whose lists are loaded anew and declared checked."""
    new = replacing.open_replacement(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)
    crowd = make.people(people + 40)[40:]
    make.load(db, scene, new, electoral(crowd), label="Liste nouvelle")
    lists.check(db, draw_id=new, without_unmatched=True, by=scene.agent.person, at=LATER)
    return new


def freeze(db: Session, scene: make.Scene, draw_id: int) -> None:
    freezing.ask(
        db, draw_id=draw_id, announcement=make.announcement(at=AGAIN),
        by=scene.facilitator.person, at=LATER,
    )  # fmt: skip
    freezing.confirm(
        db, draw_id=draw_id, work=freezing.work_out(db, draw_id=draw_id), by=scene.agent.person,
        at=LATER,
    )  # fmt: skip


def test_a_replacement_draw_is_bound_by_who_remains_and_chained_to_the_first_record(
    db: Session, tmp_path: Path
) -> None:
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene, reserve=0)
    for which in (0, 0):
        resigns(db, scene, which)
    remain = sexes(db)
    new = replacement(db, scene, draw_id)
    draw, first = db.get_one(Draw, new), db.get_one(Draw, draw_id)
    assert (draw.seats, draw.replaces_id, draw.whole["staying"]) == (2, draw_id, 3)
    assert draw.title == f"{first.title} : compléter le groupe"  # a list tells the two apart
    # Nobody sets these bounds: they follow from the first draw's and from who remains.
    with pytest.raises(Refusal, match="complète un groupe"):
        asking.set_criteria(
            db, draw_id=new, asks=[Ask("Sexe", "Femme", 0, 1)], by=scene.facilitator.person,
            at=LATER,
        )  # fmt: skip
    freeze(db, scene, new)
    for who in (scene.facilitator, scene.agent):
        session.read_aloud(db, draw_id=new, text="7", by=who.person, at=AGAIN)
    drawn = [one.features["Sexe"] for one in make.panel(db, new)]
    for sex in ("Femme", "Homme"):
        assert 2 <= [*remain, *drawn].count(sex) <= 3
    # The chain is in the commitment, and anybody can check it.
    db.refresh(draw, ["record"])
    db.refresh(first, ["record"])
    assert draw.record is not None
    assert draw.record["lottery"]["previous"] == first.record_digest
    told = verify.check(draw.record, previous=first.record)
    assert "complète bien" in told[-1]
    with pytest.raises(verify.Wrong, match="ne complète aucun"):
        verify.check(first.record, previous=draw.record)
    other = json.loads(json.dumps(first.record))
    other["number"] += 1
    with pytest.raises(verify.Wrong, match="complété a l'empreinte"):
        verify.check(draw.record, previous=other)
    files = {"second.json": draw.record, "premier.json": first.record}
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    done = subprocess.run(
        [sys.executable, verify.__file__, "second.json", "--previous", "premier.json"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "complète bien" in done.stdout


def test_whoever_left_the_group_is_not_drawn_to_complete_it_and_is_told_so_at_the_desk(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(LATER)
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene, reserve=0)
    gone = db.get_one(Person, resigns(db, scene).person_id)
    new = replacing.open_replacement(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)
    make.load(db, scene, new, electoral(make.people()), label="La même liste")
    standings = Counter((one.status, one.reason) for one in make.entries(db, new))
    assert standings == {("kept", ""): 35, ("excluded", "member"): 4, ("excluded", "left"): 1}
    left = next(one for one in make.entries(db, new) if one.reason == "left")
    assert left.family_name == gone.family_name
    desk = signed_in(app, scene.agent)
    told = desk.send(f"/tirages/{new}/preuve", {"family": left.family_name, "seen": True}, 200)
    assert "a quitté le groupe que ce tirage complète" in told.text
    lists.check(db, draw_id=new, without_unmatched=True, by=scene.agent.person, at=LATER)
    freeze(db, scene, new)
    assert "l'ont quitté n'y sont pas non plus" in desk.see(f"/tirages/{new}").text
    # A draw of its own, for another term, may name them again.
    db.rollback()
    one = db.get_one(Draw, new)
    one.replaces_id = None
    assert all(reason.reason != "left" for reason in pool.barred(db, one, LATER.date()))
    db.rollback()


def test_no_replacement_draw_while_the_reserve_will_do_or_nobody_left(db: Session) -> None:
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene)
    with pytest.raises(Refusal, match="complet"):
        replacing.open_replacement(db, draw_id=draw_id, by=scene.agent.person, at=LATER)
    resigns(db, scene)
    with pytest.raises(Refusal, match="La réserve permet encore"):
        replacing.open_replacement(db, draw_id=draw_id, by=scene.agent.person, at=LATER)


def test_what_can_t_be_kept_gives_way_as_little_as_possible_in_somebodys_name(
    db: Session,
) -> None:
    scene = make.scene(db, substitutes=0)
    asks = [
        Ask("Sexe", "Femme", 2, 3),
        Ask("Sexe", "Homme", 2, 3),
        Ask("Âge", "60 ans et plus", 1, 5),
    ]
    draw_id = seated(db, scene, reserve=0, asks=asks)
    old = [
        place
        for place, one in enumerate(
            db.scalars(select(Mandate).where(Mandate.status == "running").order_by(Mandate.id))
        )
        if one.criteria["Âge"] == "60 ans et plus"
    ]
    for place in reversed(old):
        resigns(db, scene, place)
    new = replacing.open_replacement(db, draw_id=draw_id, by=scene.facilitator.person, at=LATER)
    # The new list holds nobody so old.
    crowd = [one for one in make.people(80)[40:] if int(one.born[-4:]) > 1970]
    make.load(db, scene, new, electoral(crowd), label="Liste nouvelle")
    lists.check(db, draw_id=new, without_unmatched=True, by=scene.agent.person, at=LATER)
    freezing.ask(
        db, draw_id=new, announcement=make.announcement(at=AGAIN), by=scene.facilitator.person,
        at=LATER,
    )  # fmt: skip
    with pytest.raises(Refusal, match="ne peuvent pas tenir"):
        freezing.work_out(db, draw_id=new)
    freezing.withdraw(db, draw_id=new, by=scene.facilitator.person, at=LATER)
    with pytest.raises(Refusal, match="Dites pourquoi"):
        replacing.relax(db, draw_id=new, reason="", by=scene.facilitator.person, at=LATER)
    told = replacing.relax(
        db, draw_id=new, reason="Personne de cet âge dans les nouvelles listes.",
        by=scene.facilitator.person, at=LATER,
    )  # fmt: skip
    assert len(told.changes) == 1
    assert "60 ans et plus" in told.changes[0]
    draw = db.get_one(Draw, new)
    assert draw.relaxed_by == scene.facilitator.person
    left = {(one.feature, one.value): one for one in asking.asked(db, new)}
    assert ("Âge", "60 ans et plus") not in left
    before = {(one.feature, one.value): one for one in replacing.base(draw)}
    del before["Âge", "60 ans et plus"]
    assert left == before  # everything else is as it was
    freeze(db, scene, new)
    lines = db.scalars(select(JournalEntry).where(JournalEntry.verb == "draw.relax")).all()
    assert [one.actor for one in lines] == [scene.facilitator.person]


def test_the_pages_lead_from_an_empty_seat_to_the_draw_that_fills_it(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(LATER)
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene)
    for _left in range(2):
        resigns(db, scene)
    facilitator, board = signed_in(app, scene.facilitator), f"/tirages/{draw_id}/personnes"
    facilitator.send(board, button="Appeler la personne suivante")
    db.rollback()
    called = next(one for one in make.panel(db, draw_id, "reserve") if one.called_at)
    facilitator.send(f"{board}/{called.id}", {"answer": "refused"}, form="depart")
    # The rule went on by itself; then the reserve is erased with what was left of the lists.
    db.rollback()
    erasing.erase_due(db, LATER + timedelta(days=400))
    opened = facilitator.send(f"/tirages/{draw_id}/remplacement", button="Ouvrir le tirage")
    page = facilitator.follow(opened)
    assert "Personne ne choisit ces critères" in page.text
    new = int(opened.location.split("/")[-2])
    assert facilitator.see(f"/tirages/{new}/preparer", 303).location == opened.location
    told = app.test_client().get(f"/tirages/{new}", base_url="https://civic.test").text
    assert "complète le groupe" in told
    resigns(db, scene)
    facilitator.send(opened.location, button="Recompter")
    db.rollback()
    assert db.get_one(Draw, new).seats == 3


def test_nothing_gives_way_without_need_and_new_lists_ask_anew(db: Session) -> None:
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene, reserve=0)
    resigns(db, scene)
    new = replacement(db, scene, draw_id)
    with pytest.raises(Refusal, match="rien n'a besoin de céder"):
        replacing.relax(
            db, draw_id=new, reason="Pour être tranquilles.", by=scene.facilitator.person, at=LATER
        )


def test_when_somebody_else_leaves_meanwhile_places_and_bounds_are_counted_again(
    db: Session,
) -> None:
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene, reserve=0)
    resigns(db, scene)
    new = replacement(db, scene, draw_id)
    resigns(db, scene)
    with pytest.raises(Refusal, match="recomptez"):
        freeze(db, scene, new)
    replacing.retake(db, draw_id=new, by=scene.facilitator.person, at=LATER)
    assert db.get_one(Draw, new).seats == 2
    freeze(db, scene, new)


def test_the_new_mandates_come_from_the_replacement_draw(db: Session) -> None:
    scene = make.scene(db, substitutes=0)
    draw_id = seated(db, scene, reserve=0)
    resigns(db, scene)
    new = replacement(db, scene, draw_id)
    freeze(db, scene, new)
    for who in (scene.facilitator, scene.agent):
        session.read_aloud(db, draw_id=new, text="7", by=who.person, at=AGAIN)
    for one in make.panel(db, new):
        answers.accept(
            db, drawn_id=one.id, reach=answers.Reach(), by=scene.facilitator.person, at=AGAIN
        )
    ending.complete(db, draw_id=new, by=scene.facilitator.person, at=AGAIN)
    with pytest.raises(Refusal, match="complet"):
        replacing.open_replacement(db, draw_id=draw_id, by=scene.agent.person, at=AGAIN)
    assert db.scalars(select(Mandate.draw_id).order_by(Mandate.id.desc())).first() == new
