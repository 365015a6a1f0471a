"""Lists loaded through the verbs: sorted out, corrected, erased; nothing half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.draws.demo.files import EUROPEAN, MUNICIPAL, Invented, electoral, landlord
from civic.draws.models import Draw, ListDraft, PoolEntry, SourceList
from civic.draws.queries import pool
from civic.draws.reading import BadList
from civic.draws.service import creating, erasing, files, lists
from civic.draws.service.rows import changed
from civic.house.access import Role
from civic.house.db import writing
from civic.house.journal import JournalEntry
from civic.house.refusal import NotFound, Refusal
from civic.people.service import add_person_within, give_role_within
from civic.territory.models import UnmatchedAddress
from civic.territory.service import settle
from tests.draws import make
from tests.make import NOW


def somebody(**changes: str) -> Invented:
    plain = {
        "family_name": "ROI", "first_names": "Zoé", "sex": "F", "born": "14/06/1988",
        "number": "1", "street": "rue des Essais", "city": "Essaiville",
    }  # fmt: skip
    return Invented(**{**plain, **changes})


def standing(db: Session, draw_id: int) -> list[str]:
    return [one.status for one in make.entries(db, draw_id)]


def test_people_are_placed_by_their_address_and_the_unknown_wait_in_the_queue(
    db: Session,
) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(
        db, scene, draw_id,
        electoral([
            somebody(),
            somebody(family_name="REINE", number="2"),
            somebody(family_name="VALET", street="rue que nul ne connaît"),
        ]),
    )  # fmt: skip
    found = make.entries(db, draw_id)
    assert [one.neighbourhood_id for one in found] == [
        scene.town.neighbourhood, scene.town.second_neighbourhood, None,
    ]  # fmt: skip
    assert [one.status for one in found] == ["kept", "kept", "unmatched"]
    address = db.scalars(select(UnmatchedAddress)).one()
    settle(
        db, address_id=address.id, neighbourhood_id=scene.town.neighbourhood,
        by=scene.agent.person, at=NOW,
    )  # fmt: skip
    assert lists.locate_again(db, draw_id=draw_id, by=scene.agent.person, at=NOW) == 1
    db.expire_all()
    assert standing(db, draw_id) == ["kept", "kept", "kept"]


def test_a_person_on_both_complementary_lists_counts_once(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    both = [somebody(list_type=MUNICIPAL), somebody(list_type=EUROPEAN)]
    make.load(db, scene, draw_id, electoral(both))
    assert standing(db, draw_id) == ["kept", "duplicate"]


def test_doubles_across_lists_count_once_and_are_known_as_tenants(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral([somebody(), somebody(family_name="REINE")]))
    tenant = somebody(born="", residence="Résidence Balzac", dwelling="9")
    make.load(db, scene, draw_id, landlord([somebody(born="14/06/1988"), tenant]),
              kind="landlord", label="Bailleur")  # fmt: skip
    assert standing(db, draw_id) == ["kept", "kept", "duplicate", "homonym"]
    draw = db.get_one(Draw, draw_id)
    by_name = {one.id: one.features for one in pool.candidates(db, draw)}
    kept = [one.token for one in make.entries(db, draw_id) if one.status == "kept"]
    assert ["Logement" in by_name[token] for token in kept] == [True, False]


def test_a_human_settles_a_homonym_and_it_stays_settled_when_lists_change(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral([somebody(), somebody(number="3")]))
    doubtful = pool.doubtful(db, draw_id, [scene.town.municipality])
    assert len(doubtful) == 1
    assert "Zoé ROI" in doubtful[0].name
    with pytest.raises(Refusal, match="homonymes"):
        lists.check(db, draw_id=draw_id, without_unmatched=False, by=scene.agent.person, at=NOW)
    lists.decide(
        db, draw_id=draw_id, token=doubtful[0].token, decision="different",
        by=scene.agent.person, at=NOW,
    )  # fmt: skip
    make.load(db, scene, draw_id, electoral([somebody(family_name="VALET")]), label="Autre")
    db.expire_all()
    assert standing(db, draw_id) == ["kept", "kept", "kept"]


def test_taking_a_list_out_lets_its_doubles_back_in(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    first = make.load(db, scene, draw_id, electoral([somebody()]))
    make.load(db, scene, draw_id, landlord([somebody()]), kind="landlord", label="Bailleur")
    assert standing(db, draw_id) == ["kept", "duplicate"]
    lists.remove(db, list_id=first, by=scene.agent.person, at=NOW)
    db.expire_all()
    assert standing(db, draw_id) == ["kept"]


def test_the_same_file_or_name_is_not_loaded_twice(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral([somebody()]))
    with pytest.raises(Refusal, match="déjà chargé"):
        make.load(db, scene, draw_id, electoral([somebody()]), label="Un autre nom")
    with pytest.raises(Refusal, match="porte déjà ce nom"):
        make.load(db, scene, draw_id, electoral([somebody(number="5")]))


def test_a_sent_file_is_for_its_sender_alone_and_gone_after_a_day(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    origin = files.Origin(scene.town.municipality, "Liste", "electoral")
    draft = files.receive(
        db, draw_id=draw_id, origin=origin, content=electoral([somebody()]),
        by=scene.agent.person, at=NOW,
    )  # fmt: skip
    with pytest.raises(NotFound):
        files.own_draft(db, draft, scene.facilitator.person)
    assert standing(db, draw_id) == []
    erasing.erase_due(db, NOW + timedelta(hours=25))
    assert db.scalar(select(func.count()).select_from(ListDraft)) == 0


def test_a_list_of_another_municipality_is_refused(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    with pytest.raises(Refusal, match="pas concernée"):
        files.receive(
            db, draw_id=draw_id,
            origin=files.Origin(scene.town.other_municipality, "Liste", "electoral"),
            content=electoral([somebody()]), by=scene.agent.person, at=NOW,
        )  # fmt: skip


def test_refused_lines_are_counted_and_the_rest_is_kept(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral([somebody(), somebody(born="31/02/1990")]))
    source = db.scalars(select(SourceList)).one()
    assert (source.lines, source.people, source.refused) == (2, 1, 1)


def test_a_free_column_becomes_a_criterion_unless_it_could_name_people(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    rows = ["Nom;Prénom;Adresse;Diplôme;Courriel"]
    rows += [f"N{n};P{n};{n} rue des Essais;{'bac' if n % 2 else 'CAP'};p{n}@essai.test"
             for n in range(1, 41)]  # fmt: skip
    draft = files.receive(
        db, draw_id=draw_id,
        origin=files.Origin(scene.town.municipality, "Volontaires", "volunteers"),
        content="\n".join(rows).encode(), by=scene.agent.person, at=NOW,
    )  # fmt: skip
    fields = {"family_name": 0, "first_names": 1, "address": 2}
    for criteria, sentence in (({"Courriel": 4}, "valeurs"), ({"Sexe": 3}, "déjà fait")):
        files.choose_columns(
            db, draft_id=draft, fields=fields, criteria=criteria, by=scene.agent.person
        )
        with pytest.raises(BadList, match=sentence):
            lists.confirm(db, draft_id=draft, by=scene.agent.person, at=NOW)
    assert standing(db, draw_id) == []
    files.choose_columns(
        db, draft_id=draft, fields=fields, criteria={"Diplôme": 3}, by=scene.agent.person
    )
    lists.confirm(db, draft_id=draft, by=scene.agent.person, at=NOW)
    held = pool.held(pool.candidates(db, db.get_one(Draw, draw_id)))
    assert ("Diplôme", "bac", 20) in held


def test_lists_changed_meanwhile_are_never_overwritten(db: Session) -> None:
    """What was sorted out before the lock was had is stored only if it is still true."""
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral([somebody()]))
    before = db.get_one(Draw, draw_id).pool_version
    make.load(db, scene, draw_id, electoral([somebody(number="7", family_name="AS")]), label="B")
    draw = db.get_one(Draw, draw_id)
    with pytest.raises(Refusal, match="vient de changer"):
        changed(draw, before)


def test_who_became_an_elu_since_the_loading_is_barred_before_the_lists_are_declared(
    db: Session,
) -> None:
    scene = make.scene(db)
    draw_id = make.opened(db, scene)
    make.load(db, scene, draw_id, electoral(make.people(10)))
    first = make.entries(db, draw_id)[0]
    with writing(db):
        person = add_person_within(
            db, first_names=first.first_names, family_name=first.family_name, purpose="staff",
            birth_date=first.birth_date,
        )  # fmt: skip
        give_role_within(
            db, person_id=person, role=Role.ELECTED, unit=scene.town.unit,
            starts_on=NOW.date(), by="system", at=NOW,
        )  # fmt: skip

    def declare() -> bool:
        return lists.check(
            db, draw_id=draw_id, without_unmatched=True, by=scene.agent.person, at=NOW
        )

    assert not declare()
    db.expire_all()
    assert (make.entries(db, draw_id)[0].status, make.entries(db, draw_id)[0].reason) == (
        "excluded", "elected",
    )  # fmt: skip
    assert declare()


def test_giving_a_draw_up_erases_its_lists_and_keeps_its_record(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.drawn(db, scene)
    with pytest.raises(Refusal, match="publiée"):
        creating.cancel(db, draw_id=draw_id, reason="non", by=scene.facilitator.person, at=NOW)
    creating.cancel(
        db, draw_id=draw_id, reason="Le dé est tombé de la table.",
        by=scene.facilitator.person, at=NOW,
    )  # fmt: skip
    draw = db.get_one(Draw, draw_id)
    assert db.scalar(select(func.count()).select_from(PoolEntry)) == 0
    assert draw.sealed is None
    assert draw.record is not None
    source = db.scalars(select(SourceList)).one()
    assert source.erased_at == NOW
    assert source.digest
    assert source.lines == 40


def test_a_draw_that_never_ends_loses_its_lists_on_the_announced_day(db: Session) -> None:
    scene = make.scene(db)
    draw_id = make.checked(db, scene)
    until = db.get_one(Draw, draw_id).lists_until
    erasing.erase_due(db, NOW + (until - NOW.date()))
    assert make.entries(db, draw_id)
    erasing.erase_due(db, NOW + (until - NOW.date()) + timedelta(days=1))
    db.expire_all()
    assert not make.entries(db, draw_id)
    assert db.get_one(Draw, draw_id).status == "cancelled"


def test_the_journal_never_holds_a_name(db: Session) -> None:
    scene = make.scene(db)
    make.drawn(db, scene)
    words = " ".join(f"{one.target} {one.detail}" for one in db.scalars(select(JournalEntry)))
    assert "ESSAI-" not in words
    assert "rue des Essais" not in words
