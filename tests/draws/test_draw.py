"""Freeze, session, answers and end, through the verbs."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.draws import features
from civic.draws.demo.files import electoral
from civic.draws.models import Draw, DrawnPerson
from civic.draws.service import answers, asking, creating, ending, erasing, freezing, session
from civic.draws.service.asking import Ask
from civic.house.clock import day_of
from civic.house.db import sessions
from civic.house.i18n import speaking
from civic.house.journal import JournalEntry
from civic.house.refusal import Refusal
from civic.mandates.models import Mandate
from civic.people.models import Person
from civic.rules.sortition import verify
from tests.draws import make
from tests.draws.make import SESSION
from tests.make import NOW

# --- what is asked ----------------------------------------------------------------------------


def test_bounds_that_cannot_hold_are_explained_with_the_smallest_change(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene, seats=5)
    make.load(db, scene, draw_id, electoral(make.people(20)))
    asks = [Ask("Sexe", "Femme", 4, 5), Ask("Sexe", "Homme", 3, 5)]
    found = asking.try_out(db, draw_id=draw_id, asks=asks)
    assert not found.holds
    assert "les minimums de « Sexe » demandent 7 sièges sur 5" in found.clashes[0]
    assert found.changes
    assert asking.try_out(db, draw_id=draw_id, asks=found.suggestion).holds


def test_a_value_that_nobody_has_is_explained(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral(make.people(20)))
    found = asking.try_out(db, draw_id=draw_id, asks=[Ask("Âge", "Moins de 18 ans", 2, 5)])
    assert "il manque 2 personnes" in found.clashes[0]


def test_somebody_whose_sex_is_not_said_counts_in_neither_and_may_be_drawn(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    crowd = make.people(20)
    quiet = [type(crowd[0])(**{**_fields(one), "sex": ""}) for one in crowd[:4]]
    make.load(db, scene, draw_id, electoral([*quiet, *crowd[4:]]))
    found = asking.try_out(db, draw_id=draw_id, asks=[Ask("Sexe", "Femme", 2, 2)])
    assert found.holds
    assert found.people == 20
    assert found.without == 0


def _fields(one: object) -> dict[str, str]:
    return {name: getattr(one, name) for name in type(one).__slots__}  # type: ignore[attr-defined]


# --- the freeze -------------------------------------------------------------------------------


def test_nobody_freezes_alone(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    freezing.ask(
        db, draw_id=draw_id, announcement=make.announcement(), by=scene.agent.person, at=NOW
    )
    work = freezing.work_out(db, draw_id=draw_id)
    with pytest.raises(Refusal, match="une autre personne"):
        freezing.confirm(db, draw_id=draw_id, work=work, by=scene.agent.person, at=NOW)
    freezing.confirm(db, draw_id=draw_id, work=work, by=scene.facilitator.person, at=NOW)
    with pytest.raises(IntegrityError):
        db.execute(update(Draw).values(confirmed_by=Draw.frozen_by))
    db.rollback()


def test_two_tabs_freezing_at_once_freeze_once(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    freezing.ask(
        db, draw_id=draw_id, announcement=make.announcement(), by=scene.agent.person, at=NOW
    )
    one, two = (freezing.work_out(db, draw_id=draw_id) for _tab in range(2))
    digest = freezing.confirm(db, draw_id=draw_id, work=one, by=scene.facilitator.person, at=NOW)
    with pytest.raises(Refusal, match="déjà été confirmé"):
        freezing.confirm(db, draw_id=draw_id, work=two, by=scene.facilitator2.person, at=NOW)
    assert db.get_one(Draw, draw_id).commitment == digest


def test_a_lottery_worked_out_for_other_lists_is_never_stored(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    ask = make.announcement()
    freezing.ask(db, draw_id=draw_id, announcement=ask, by=scene.agent.person, at=NOW)
    work = freezing.work_out(db, draw_id=draw_id)
    freezing.withdraw(db, draw_id=draw_id, by=scene.agent.person, at=NOW)
    asking.set_criteria(
        db, draw_id=draw_id, asks=[Ask("Sexe", "Femme", 5, 5)], by=scene.facilitator.person, at=NOW
    )
    freezing.ask(db, draw_id=draw_id, announcement=ask, by=scene.agent.person, at=NOW)
    with pytest.raises(Refusal, match="vient de changer"):
        freezing.confirm(db, draw_id=draw_id, work=work, by=scene.facilitator.person, at=NOW)


def test_nothing_moves_while_the_freeze_is_asked_for_or_done(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    freezing.ask(
        db, draw_id=draw_id, announcement=make.announcement(), by=scene.agent.person, at=NOW
    )
    with pytest.raises(Refusal, match="Le gel est demandé"):
        make.load(db, scene, draw_id, electoral(make.people(3)), label="Encore")
    freezing.confirm(
        db, draw_id=draw_id, work=freezing.work_out(db, draw_id=draw_id),
        by=scene.facilitator.person, at=NOW,
    )  # fmt: skip
    with pytest.raises(Refusal, match="figé"):
        asking.set_criteria(db, draw_id=draw_id, asks=[], by=scene.facilitator.person, at=NOW)


def test_the_session_is_announced_before_it_happens(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    with pytest.raises(Refusal, match="plus tard"):
        freezing.ask(
            db, draw_id=draw_id, announcement=make.announcement(at=NOW), by=scene.agent.person,
            at=NOW,
        )  # fmt: skip


def test_a_worker_that_dies_while_it_prepares_leaves_nothing_half_done(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    freezing.ask(
        db, draw_id=draw_id, announcement=make.announcement(), by=scene.agent.person, at=NOW
    )

    def killed(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(freezing, "prepare", killed)
        with pytest.raises(KeyboardInterrupt):
            freezing.work_out(db, draw_id=draw_id)
    draw = db.get_one(Draw, draw_id)
    assert (draw.status, draw.commitment, draw.lottery) == ("freeze_asked", None, None)
    work = freezing.work_out(db, draw_id=draw_id)
    freezing.confirm(db, draw_id=draw_id, work=work, by=scene.facilitator.person, at=NOW)


# --- the session ------------------------------------------------------------------------------


def test_two_people_must_have_heard_the_same(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.frozen(db, scene)
    read = session.read_aloud
    with pytest.raises(Refusal, match="n'a pas commencé"):
        read(db, draw_id=draw_id, text="5", by=scene.agent.person, at=NOW)
    assert not read(db, draw_id=draw_id, text="512", by=scene.agent.person, at=SESSION)
    assert not read(db, draw_id=draw_id, text="512", by=scene.agent.person, at=SESSION)
    assert not read(db, draw_id=draw_id, text="521", by=scene.facilitator.person, at=SESSION)
    assert read(db, draw_id=draw_id, text=" 0512", by=scene.facilitator.person, at=SESSION)
    draw = db.get_one(Draw, draw_id)
    assert (draw.drawn_number, draw.reading) == (512, "512")
    assert draw.first_reader != draw.second_reader
    with pytest.raises(Refusal, match="déjà fait"):
        read(db, draw_id=draw_id, text="7", by=scene.agent.person, at=SESSION)


def test_many_people_typing_at_once_draw_once(db: Session, engine: Engine) -> None:
    scene = make.scene(db)
    draw_id = make.frozen(db, scene)
    people = [scene.agent, scene.facilitator, scene.facilitator2] * 3
    make_session, gate = sessions(engine), threading.Barrier(len(people))
    drawn: list[bool] = []

    def types(who: str) -> None:
        with make_session() as mine:
            gate.wait()
            with contextlib.suppress(Refusal):
                drawn.append(
                    session.read_aloud(mine, draw_id=draw_id, text="7", by=who, at=SESSION)
                )

    threads = [threading.Thread(target=types, args=(one.person,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.rollback()
    assert drawn.count(True) == 1
    assert len(make.panel(db, draw_id)) == 5
    draw = db.get_one(Draw, draw_id)
    assert draw.first_reader != draw.second_reader


@pytest.mark.parametrize("text", ["-1", "1000000", "abc", "", "٣", "1.5"])
def test_a_number_that_is_none_is_refused(db: Session, text: str) -> None:
    scene = make.scene(db)
    draw_id = make.frozen(db, scene)
    with pytest.raises(Refusal, match="de 0 à"):
        session.read_aloud(db, draw_id=draw_id, text=text, by=scene.agent.person, at=SESSION)


def test_a_seed_counts_the_same_with_other_spaces_and_capitals(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.frozen(db, scene, chance="seed")
    readers = ((scene.agent, "Loto 7  12 33"), (scene.facilitator, " LOTO 7 12\u00a033 "))
    for who, text in readers:
        done = session.read_aloud(db, draw_id=draw_id, text=text, by=who.person, at=SESSION)
    assert done
    assert db.get_one(Draw, draw_id).reading == "loto 7 12 33"


def test_the_panel_keeps_the_bounds_and_the_record_passes_the_published_program(
    db: Session, tmp_path: Path
) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    draw = db.get_one(Draw, draw_id)
    panel = make.panel(db, draw_id)
    sexes = Counter(one.features["Sexe"] for one in panel)
    assert len(panel) == 5
    assert all(2 <= sexes[sex] <= 3 for sex in ("Femme", "Homme"))
    assert {tuple(one) for one in draw.totals["panel"]} == {
        ("Sexe", sex, many) for sex, many in sexes.items()
    }
    (tmp_path / "r.json").write_text(json.dumps(draw.record))
    said = subprocess.run(
        [sys.executable, verify.__file__, str(tmp_path / "r.json"), "--commitment",
         str(draw.commitment)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout
    assert f"le groupe {draw.drawn_number} est bien celui annoncé" in said.stdout


def test_what_is_published_names_nobody_and_puts_no_criterion_beside_a_number(
    db: Session,
) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    draw = db.get_one(Draw, draw_id)
    published = json.dumps([draw.lottery, draw.record], ensure_ascii=False)
    for one in make.entries(db, draw_id):
        assert one.token not in published
        assert one.family_name not in published
    assert "rue des" not in published
    lottery = dict(draw.lottery or {})
    asked = json.dumps(lottery.pop("criteria"), ensure_ascii=False)
    assert "Femme" in asked
    assert "Femme" not in json.dumps(lottery, ensure_ascii=False)


def test_one_per_household_holds_in_the_panel(db: Session) -> None:
    scene = make.scene(db)
    family = [
        type(one)(**{**_fields(one), "number": "1", "dwelling": str(place % 6)})
        for place, one in enumerate(make.people(40))
    ]
    draw_id = make.drawn(db, scene, content=electoral(family), household=True, asks=())
    homes = {one.token: one.household for one in make.entries(db, draw_id)}
    drawn = [homes[one.entry or ""] for one in make.panel(db, draw_id)]
    assert len(set(drawn)) == len(drawn) == 5


# --- answers ----------------------------------------------------------------------------------


def test_refusals_call_the_reserve_in_its_order_and_bounds_hold(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    first = make.panel(db, draw_id)[0]
    sex = first.features["Sexe"]
    others = Counter(one.features["Sexe"] for one in make.panel(db, draw_id)[1:])
    called = answers.leave(
        db, drawn_id=first.id, answer="refused", by=scene.facilitator.person, at=SESSION
    )
    assert called is not None
    one = db.get_one(DrawnPerson, called)
    fits = [
        each.rank
        for each in make.panel(db, draw_id, "reserve")
        if 2 <= (others + Counter([each.features["Sexe"]]))[each.features["Sexe"]] <= 3
        and (others[sex] >= 2 or each.features["Sexe"] == sex)
    ]
    assert one.rank == fits[0]
    assert one.replaces == first.id
    with pytest.raises(Refusal, match="déjà notée"):
        answers.leave(
            db, drawn_id=first.id, answer="refused", by=scene.facilitator.person, at=SESSION
        )


def test_silence_counts_only_after_the_deadline(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    one, by = make.panel(db, draw_id)[0].id, scene.facilitator.person
    answers.note_attempt(db, drawn_id=one, channel="letter", outcome="sent", by=by, at=SESSION)
    with pytest.raises(Refusal, match="délai"):
        answers.leave(db, drawn_id=one, answer="silent", by=by, at=SESSION + timedelta(days=20))
    answers.leave(db, drawn_id=one, answer="silent", by=by, at=SESSION + timedelta(days=23))


def test_somebody_in_reserve_cannot_be_picked(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    waiting = make.panel(db, draw_id, "reserve")[0]
    with pytest.raises(Refusal, match="pas encore appelée"):
        answers.accept(
            db, drawn_id=waiting.id, reach=answers.Reach(), by=scene.facilitator.person, at=SESSION
        )


def test_a_bound_is_broken_only_by_a_named_persons_explicit_act(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene, asks=(Ask("Sexe", "Femme", 5, 5),), reserve=10)
    by = scene.facilitator.person
    women = [one for one in make.panel(db, draw_id, "reserve") if one.features["Sexe"] == "Femme"]
    leaving = [one.id for one in make.panel(db, draw_id)] + [one.id for one in women]
    called = "somebody"
    while called:
        one = leaving.pop(0)
        called = answers.leave(db, drawn_id=one, answer="refused", by=by, at=SESSION) or ""
        if called:
            leaving = [called]
    with pytest.raises(Refusal, match="pourquoi"):
        answers.call_anyway(db, draw_id=draw_id, reason="", by=by, at=SESSION)
    key = answers.call_anyway(
        db, draw_id=draw_id, reason="La réserve n'a plus de femmes.", by=by, at=SESSION
    )
    one_called = db.get_one(DrawnPerson, key)
    assert one_called.features["Sexe"] == "Homme"
    assert one_called.breach_accepted_by == by


def accept_all(db: Session, scene: make.Scene, draw_id: int) -> None:
    for one in make.panel(db, draw_id):
        answers.accept(
            db, drawn_id=one.id, reach=answers.Reach(), by=scene.facilitator.person, at=SESSION
        )


def test_completion_prepares_the_mandates_and_erases_the_lists(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    with pytest.raises(Refusal, match="pas encore répondu"):
        ending.complete(db, draw_id=draw_id, by=scene.facilitator.person, at=SESSION)
    accept_all(db, scene, draw_id)
    made = ending.complete(db, draw_id=draw_id, by=scene.facilitator.person, at=SESSION)
    mandates = db.scalars(select(Mandate).where(Mandate.id.in_(made))).all()
    assert len(mandates) == 5
    assert {one.origin for one in mandates} == {"draw"}
    assert all("Sexe" in one.criteria for one in mandates)
    assert {one.draw_id for one in mandates} == {draw_id}
    left = make.entries(db, draw_id)
    reserve = {one.entry for one in make.panel(db, draw_id, "reserve")}
    assert {one.token for one in left} == reserve
    draw = db.get_one(Draw, draw_id)
    assert draw.sealed is None
    assert draw.record is not None
    people = db.scalars(select(Person).where(Person.id.in_([m.person_id for m in mandates])))
    assert all(one.neighbourhood_id for one in people)
    erasing.erase_due(db, SESSION + timedelta(days=400))
    db.expire_all()
    assert not make.entries(db, draw_id)
    assert db.get_one(Draw, draw_id).status == "closed"


def test_members_and_those_asked_are_not_in_the_next_draw(db: Session) -> None:
    scene = make.scene(db, seats=5, substitutes=5)
    draw_id = make.drawn(db, scene)
    accept_all(db, scene, draw_id)
    ending.complete(db, draw_id=draw_id, by=scene.facilitator.person, at=SESSION)
    following = make.opened(db, scene)
    make.load(db, scene, following, electoral(make.people()))
    barred = [one for one in make.entries(db, following) if one.status == "excluded"]
    assert len(barred) == 5
    assert {one.reason for one in barred} == {"member"}
    assert db.get_one(Draw, following).previous_id == draw_id


def test_a_second_draw_needs_the_first_to_end(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    with pytest.raises(Refusal, match="déjà en cours"):
        make.opened(db, scene)
    creating.cancel(
        db, draw_id=draw_id, reason="Le dé est tombé de la table.", by=scene.facilitator.person,
        at=SESSION,
    )  # fmt: skip
    assert make.opened(db, scene) != draw_id


def test_each_look_at_names_is_written_down(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    answers.look_at_names(
        db, draw_id=draw_id, by=scene.facilitator.person, at=SESSION, what="drawn"
    )
    line = db.scalars(select(JournalEntry).where(JournalEntry.verb == "draw.look")).one()
    assert (line.actor, line.target) == (scene.facilitator.person, f"draw:{draw_id}")
    assert day_of(line.at) == day_of(SESSION)


def test_the_site_says_its_own_criteria_in_the_language_of_the_page_and_a_list_s_as_they_are() -> (
    None
):
    every = [*features.OWN, *features.SEXES.values(), features.TENANT]
    every += [name for _low, _high, name in features.AGES]
    assert [features.said(one) for one in every] == every
    for code in ("ar", "en"):
        with speaking(code):
            assert not {features.said(one) for one in every} & set(every)
            assert features.said("Langue parlée : créole") == "Langue parlée : créole"
