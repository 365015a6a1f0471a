"""The way in two steps: the order is committed to before chance, waves go down it by rule, the
panel is drawn among those who accepted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from civic.draws.demo.files import electoral
from civic.draws.models import Draw, DrawnPerson, InvitationOrder
from civic.draws.queries import invitations
from civic.draws.reserve import Bound
from civic.draws.service import (
    answers,
    asking,
    creating,
    freezing,
    inviting,
    lists,
    ordering,
    proving,
    session,
)
from civic.draws.service.asking import Ask
from civic.draws.waves import LEAST, Seen, Wave, learnt, needed, plan
from civic.house.refusal import Refusal
from civic.rules.sortition import invitations as rule
from civic.rules.sortition import verify
from tests.draws import make
from tests.draws.make import CHANCE
from tests.machine.statements import CountStatements
from tests.machine.visitor import Visitor
from tests.make import NOW

# --- the rule ------------------------------------------------------------------------------------

PEOPLE = st.lists(
    st.tuples(st.sampled_from("FM"), st.sampled_from(["jeune", "âgé", ""]), st.integers(0, 8)),
    min_size=1,
    max_size=40,
).map(
    lambda rows: {
        number: rule.Behind({"Sexe": sex, **({"Âge": age} if age else {})}, f"foyer {home}")
        for number, (sex, age, home) in enumerate(rows, 1)
    }
)


@given(PEOPLE, st.integers(0, 30), st.integers(0, 12), st.text(min_size=1, max_size=8))
def test_a_wave_takes_the_first_of_the_order_and_then_only_those_it_needs(
    people: dict[int, rule.Behind], base: int, young: int, seed: str
) -> None:
    order = rule.order_of(people, seed)
    wanted = [("Âge", "jeune", young)]
    free = {key: rule.Behind(one.features) for key, one in people.items()}
    taken = rule.choose(order, free, [], base=base, wanted=wanted)
    assert taken[:base] == order[:base]
    assert all(free[one].features.get("Âge") == "jeune" for one in taken[base:])
    there = sum(one.features.get("Âge") == "jeune" for one in free.values())
    got = sum(free[one].features.get("Âge") == "jeune" for one in taken)
    assert got >= min(young, there)
    homes = [people[one].household for one in rule.choose(order, people, [], base=base,
                                                          wanted=wanted)]  # fmt: skip
    assert len(set(homes)) == len(homes)


def test_waves_never_invite_anybody_twice_and_end_with_the_list() -> None:
    people = {number: rule.Behind({}) for number in range(1, 11)}
    order = rule.order_of(people, "x")
    first = rule.choose(order, people, [], base=6, wanted=[])
    second = rule.choose(order, people, first, base=6, wanted=[])
    assert first + second == order
    assert rule.choose(order, people, order, base=6, wanted=[]) == []


def test_a_wave_is_sized_from_what_is_expected_and_counts_those_who_may_still_say_yes() -> None:
    everybody = Seen(invited=100, accepted=10, waiting=40, left=900)
    found = plan(
        aim=40, seats=20, bounds=[Bound("Sexe", "Femme", 10, 10), Bound("Âge", "jeune", 4, 20)],
        rate=0.2, rates={("Âge", "jeune"): 0.05}, everybody=everybody,
        seen={("Sexe", "Femme"): Seen(50, 20, 0, 450), ("Âge", "jeune"): Seen(10, 0, 0, 90)},
    )  # fmt: skip
    assert found.base == 110  # 40 wanted, 10 said yes, 8 more expected: 22 at one in five
    assert found.wanted == (("Âge", "jeune", 90),)  # 8 needed at one in twenty: 160, 90 are left
    assert found.short == (("Âge", "jeune", 160, 90),)


def test_what_is_said_at_the_door_makes_the_wave_larger_and_is_never_gone_for() -> None:
    everybody = Seen(invited=100, accepted=18, waiting=0, left=5000)
    asked: dict[str, Any] = {
        "aim": 20, "seats": 10, "rate": 0.2, "rates": {},
        "bounds": [Bound("Âge", "18 à 25 ans", 2, 10), Bound("Quartier", "Dutemple", 1, 9)],
    }  # fmt: skip
    listed = {("Quartier", "Dutemple"): Seen(50, 9, 0, 2500)}
    few = {**listed, ("Âge", "18 à 25 ans"): Seen(1, 1, 0, 0, listed=False)}
    found = plan(everybody=everybody, seen=few, **asked)
    # Three more of four; one in ten of those who accept is so young, one in five accepts.
    assert found.base == 150
    assert (found.said, found.wanted, found.short) == ((("Âge", "18 à 25 ans", 150),), (), ())
    many = {**listed, ("Âge", "18 à 25 ans"): Seen(8, 8, 0, 0, listed=False)}
    assert plan(everybody=everybody, seen=many, **asked) == Wave(10)
    # Nobody has said it yet: the longer that lasts, the more doors it takes, and never too many.
    none = [plan(everybody=Seen(100, yes, 0, 400), seen=listed, **asked).base for yes in (0, 8, 18)]
    assert none == sorted(none)
    assert none[-1] == 400


def test_what_is_learnt_moves_from_the_expectation_to_what_was_seen() -> None:
    assert learnt(Seen(), 0.1) == pytest.approx(0.1)
    assert 0.1 < learnt(Seen(invited=40, accepted=16), 0.1) < 0.4
    assert learnt(Seen(invited=4000, accepted=1600), 0.1) == pytest.approx(0.4, abs=0.01)
    assert learnt(Seen(invited=4000), 0.1) == LEAST
    assert learnt(Seen(invited=50, waiting=50), 0.1) == pytest.approx(0.1)


@given(st.text(max_size=30), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_both_programs_write_and_read_in_one_way(text: str, features: dict[str, str]) -> None:
    person = {"number": 1, "salt": text, "features": features, "household": None}
    assert rule.leaf(person) == verify.leaf(person)
    assert rule.normal_seed(text) == verify.normal_seed(text)


@given(st.integers(1, 200), st.integers(1, 60), st.data())
def test_what_is_needed_keeps_the_share_and_never_falls_below_the_minimum(
    more: int, seats: int, data: st.DataObject
) -> None:
    minimum = data.draw(st.integers(1, seats))
    found = needed(seats + more, minimum, seats)
    assert found >= minimum
    assert found / (seats + more) >= minimum / seats - 1e-9


# --- the order -----------------------------------------------------------------------------------


def test_the_lists_stand_still_from_the_demand_on_and_chance_comes_after(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene, way="invited")
    ordering.ask(
        db, draw_id=draw_id, announced=ordering.Announced(CHANCE, "le Loto"),
        by=scene.agent.person, at=NOW,
    )  # fmt: skip
    with pytest.raises(Refusal, match="figées pour les invitations"):
        make.load(db, scene, draw_id, electoral(make.people(3)), label="Encore")
    with pytest.raises(Refusal, match="une autre personne"):
        ordering.confirm(db, draw_id=draw_id, by=scene.agent.person, at=NOW)
    with pytest.raises(Refusal, match="est passée"):
        ordering.confirm(db, draw_id=draw_id, by=scene.facilitator.person, at=CHANCE)
    ordering.confirm(db, draw_id=draw_id, by=scene.facilitator.person, at=NOW)
    with pytest.raises(Refusal, match="pas encore l'heure"):
        ordering.read_aloud(db, draw_id=draw_id, text="1", by=scene.agent.person, at=NOW)
    with pytest.raises(Refusal, match="n'invite plus"):
        make.wave(db, scene, draw_id)


def test_one_person_reading_twice_gives_no_order(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.order_frozen(db, scene)
    read = ordering.read_aloud
    for _time in range(2):
        assert not read(db, draw_id=draw_id, text="7 12", by=scene.agent.person, at=CHANCE)
    assert not read(db, draw_id=draw_id, text="7 13", by=scene.facilitator.person, at=CHANCE)
    assert read(db, draw_id=draw_id, text=" 7  12", by=scene.facilitator.person, at=CHANCE)
    assert db.get_one(Draw, draw_id).status == "inviting"


def test_a_direct_draw_has_no_invitations(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    with pytest.raises(Refusal, match="directement sur les listes"):
        make.freeze_order(db, scene, draw_id)


def test_the_published_story_of_the_invitations_passes_the_published_program(
    db: Session, tmp_path: Path
) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene, asks=())
    for _wave in range(2):
        make.wave(db, scene, draw_id, aim=8 + 8 * _wave)
    story = invitations.published(db, draw_id)
    assert story is not None
    text = json.dumps(story, ensure_ascii=False)
    assert "ESSAI-" not in text
    assert [len(one["invited"]) for one in story["waves"]] == [16, 16]
    order = db.get_one(InvitationOrder, draw_id)
    sealed = proving.sealed_invitations(db, draw_id=draw_id, by=scene.agent.person, at=CHANCE)
    files = {"story": story, "auditor": sealed}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    (tmp_path / "invitations.py").write_bytes(Path(rule.__file__).read_bytes())
    said = subprocess.run(
        [sys.executable, "-S", "-E",
         "invitations.py", "story.json", "--auditor", "auditor.json",
         "--commitment", str(order.commitment)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert "chaque vague est bien celle que donne la règle" in said.stdout


def test_any_other_guest_is_found_out(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene, asks=())
    make.wave(db, scene, draw_id, aim=5)
    story = invitations.published(db, draw_id)
    assert story is not None
    assert rule.check(story)
    invited = story["waves"][0]["invited"]
    outside = next(number for number in range(1, 41) if number not in invited)
    wrong = {
        "somebody else": [outside, *invited[1:]],
        "the other way round": invited[::-1],
        "twice": [*invited[:-1], invited[0]],
        "unknown": [*invited[:-1], 999],
    }
    for name, guests in wrong.items():
        changed = {**story, "waves": [{**story["waves"][0], "invited": guests}]}
        assert _wrong(changed), name
    with pytest.raises(rule.Wrong):
        rule.check({**story, "seed": "autre"})
    with pytest.raises(rule.Wrong, match="empreinte"):
        rule.check(story, commitment="0" * 64)


def _wrong(story: object) -> bool:
    try:
        rule.check(story)
    except rule.Wrong:
        return True
    return False


# --- answers -------------------------------------------------------------------------------------


def test_silence_counts_after_the_deadline_and_a_late_yes_still_counts(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene, asks=())
    first, *others = make.wave(db, scene, draw_id)
    by = scene.facilitator.person
    assert inviting.note_letters(db, draw_id=draw_id, wave=1, by=by, at=CHANCE) == 20
    with pytest.raises(Refusal, match="déjà notées"):
        inviting.note_letters(db, draw_id=draw_id, wave=1, by=by, at=CHANCE)
    with pytest.raises(Refusal, match="délai"):
        inviting.decline(db, drawn_id=first.id, answer="silent", by=by, at=CHANCE)
    make.say_yes(db, scene, others[:3])
    late = CHANCE + timedelta(days=22)
    assert inviting.note_silence(db, draw_id=draw_id, by=by, at=late) == 17
    make.say_yes(db, scene, [first])
    everybody, _seen = invitations.seen(db, db.get_one(Draw, draw_id))
    assert (everybody.accepted, everybody.waiting, everybody.left) == (4, 0, 20)


def test_the_panel_waits_for_those_who_may_still_answer_and_for_enough_people(
    db: Session,
) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene)
    guests = make.wave(db, scene, draw_id)
    make.say_yes(db, scene, guests[:4])

    def ask(at: object = CHANCE) -> None:
        freezing.ask(
            db, draw_id=draw_id, announcement=make.announcement(at=NOW + timedelta(days=40)),
            by=scene.facilitator.person, at=at,  # type: ignore[arg-type]
        )  # fmt: skip

    with pytest.raises(Refusal, match="peuvent encore répondre"):
        ask()
    with pytest.raises(Refusal, match="lancez une autre vague"):
        ask(CHANCE + timedelta(days=22))
    make.say_yes(db, scene, guests[4:12])
    ask(CHANCE + timedelta(days=22))
    assert db.get_one(Draw, draw_id).status == "freeze_asked"
    with pytest.raises(Refusal, match="closes"):
        make.say_yes(db, scene, guests[13:14])


def drawn_in_two_steps(db: Session, scene: make.Scene, draw_id: int) -> None:
    """Everybody else stays silent; the panel is frozen and drawn."""
    late = CHANCE + timedelta(days=22)
    at = late + timedelta(days=5)
    freezing.ask(
        db, draw_id=draw_id, announcement=make.announcement(at=at),
        by=scene.facilitator.person, at=late,
    )  # fmt: skip
    freezing.confirm(
        db, draw_id=draw_id, work=freezing.work_out(db, draw_id=draw_id), by=scene.agent.person,
        at=late,
    )  # fmt: skip
    for who in (scene.facilitator, scene.agent):
        session.read_aloud(db, draw_id=draw_id, text="512", by=who.person, at=at)


def test_the_panel_and_its_reserve_are_drawn_among_those_who_accepted(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene)
    guests = make.wave(db, scene, draw_id)
    yes = guests[:12]
    make.say_yes(db, scene, yes)
    drawn_in_two_steps(db, scene, draw_id)
    draw = db.get_one(Draw, draw_id)
    assert draw.people == 12
    titular, reserve = make.panel(db, draw_id), make.panel(db, draw_id, "reserve")
    assert len(titular) == 5
    assert len(reserve) == 7
    assert {one.entry for one in [*titular, *reserve]} == {one.entry for one in yes}
    sexes = Counter(one.features["Sexe"] for one in titular)
    assert all(2 <= sexes[sex] <= 3 for sex in ("Femme", "Homme"))
    assert verify.check(draw.record, commitment=draw.commitment)
    reach = invitations.reach_of_drawn(db, draw_id, titular[0].id)
    assert reach == ("", "03 27 00 00 00")


def test_an_ended_draw_forgets_how_the_invited_were_reached(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene, asks=())
    make.say_yes(db, scene, make.wave(db, scene, draw_id)[:3])
    creating.cancel(
        db, draw_id=draw_id, reason="Trop peu de monde cet été.", by=scene.facilitator.person,
        at=CHANCE,
    )  # fmt: skip
    db.expire_all()
    invited = make.panel(db, draw_id, "invited")
    assert len(invited) == 20
    assert not any(one.phone or one.entry or one.features for one in invited)
    order = db.get_one(InvitationOrder, draw_id)
    assert order.sealed is None
    assert order.commitment
    assert invitations.published(db, draw_id) is not None


def test_eighty_of_six_hundred_accept_and_there_is_no_young_man_among_them(db: Session) -> None:
    """The page says what is missing, and the next wave goes for them."""
    scene = make.scene(db, seats=20)
    asks = [
        Ask("Sexe", "Femme", 10, 10), Ask("Sexe", "Homme", 10, 10), Ask("Âge", "18 à 25 ans", 3, 6),
        Ask("Jeunes hommes", "oui", 1, 3),
    ]  # fmt: skip
    crowd = make.people(900, born=1962)
    rows = ["Nom;Prénom;Sexe;Naissance;Adresse;Jeunes hommes"]
    rows += [
        f"{one.family_name};{one.first_names};{one.sex};{one.born};{one.number} {one.street};"
        + ("oui" if one.sex == "M" and int(one.born[-4:]) > 2000 else "non")
        for one in crowd
    ]
    draw_id = make.opened(db, scene, seats=20, reserve=60, way="invited")
    make.load_columns(db, scene, draw_id, "\n".join(rows).encode(), criteria={"Jeunes hommes": 5})
    asking.set_criteria(db, draw_id=draw_id, asks=asks, by=scene.facilitator.person, at=NOW)
    lists.check(db, draw_id=draw_id, without_unmatched=True, by=scene.agent.person, at=NOW)
    make.freeze_order(db, scene, draw_id)
    make.read_order(db, scene, draw_id)
    guests = make.wave(db, scene, draw_id, aim=84, rate=0.14)
    assert 600 <= len(guests) < 620
    young_man = ("Jeunes hommes", "oui")
    others = [one for one in guests if one.features["Jeunes hommes"] == "non"]
    women = [one for one in others if one.features["Sexe"] == "Femme"]
    women.sort(key=lambda one: one.features["Âge"] != "18 à 25 ans")
    yes = women[:10] + women[-30:] + [one for one in others if one.features["Sexe"] == "Homme"][:40]
    assert len(guests) - len(yes) > 500
    _accept_at_once(db, yes)
    trial = asking.try_out(db, draw_id=draw_id, asks=asks)
    assert not trial.holds
    assert "Jeunes hommes" in " ".join(trial.clashes)
    inviting.note_silence(
        db, draw_id=draw_id, by=scene.facilitator.person, at=CHANCE + timedelta(days=30)
    )
    _all, seen = invitations.seen(db, db.get_one(Draw, draw_id))
    more = make.wave(db, scene, draw_id, aim=80, rate=0.14, rates={young_man: 0.3})
    young = [one for one in more if one.features["Jeunes hommes"] == "oui"]
    # One in twenty of eighty, three in ten say yes: fourteen, or all that the lists still hold.
    assert len(young) >= min(14, seen[young_man].left) >= 2
    _accept_at_once(db, young[:2])
    assert asking.try_out(db, draw_id=draw_id, asks=asks).holds


def _accept_at_once(db: Session, people: list[DrawnPerson]) -> None:
    for one in people:
        db.get_one(DrawnPerson, one.id).answer = "accepted"
    db.commit()


def test_only_names_that_their_bearers_agreed_to_show_are_seen_in_the_hall(
    client: Visitor, db: Session
) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene, asks=())
    guests = make.wave(db, scene, draw_id)
    make.say_yes(db, scene, guests[:6], shows_name=True)
    make.say_yes(db, scene, guests[6:12])
    drawn_in_two_steps(db, scene, draw_id)
    names = {one.token: one.family_name for one in make.entries(db, draw_id)}
    agreed = {names[one.entry or ""] for one in guests[:6]}
    panel = {names[one.entry or ""] for one in make.panel(db, draw_id)}
    shown = client.see(f"/tirages/{draw_id}/seance?ecran=noms").text
    assert {name for name in names.values() if name in shown} == agreed & panel
    answers.note_attempt(
        db, drawn_id=make.panel(db, draw_id)[0].id, channel="call", outcome="reached",
        by=scene.facilitator.person, at=NOW + timedelta(days=30),
    )  # fmt: skip
    assert "ESSAI-" not in client.see(f"/tirages/{draw_id}/seance?ecran=noms").text


def test_public_pages_of_a_draw_in_two_steps_ask_little_of_the_database(
    client: Visitor, db: Session, count_statements: CountStatements
) -> None:
    scene = make.scene(db)
    draw_id = make.inviting(db, scene, asks=())
    guests = make.wave(db, scene, draw_id)
    paths = [f"/tirages/{draw_id}{path}" for path in ("", "/seance", "/verifier")]

    def few() -> None:
        for path in paths:
            with count_statements() as asked:
                page = client.see(path)
            assert len(asked) <= 10, path
            assert "ESSAI-" not in page.text

    few()
    make.say_yes(db, scene, guests[:12], shows_name=True)
    drawn_in_two_steps(db, scene, draw_id)
    few()
    told = client.fetch(f"/tirages/{draw_id}/invitations.json", type="application/json").body
    assert rule.check(json.loads(told))
    assert b"def choose(" in client.fetch("/tirages/invitations.py", type="text/x-python").body
