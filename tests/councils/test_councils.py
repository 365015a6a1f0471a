"""Councils: their seats, their states, their règlement, and the pages that show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from civic.councils import queries, service
from civic.councils.models import CitizenCouncil
from civic.house.access import unit
from civic.house.refusal import Refusal
from tests.councils.make import (
    COMPOSITION,
    RULES,
    adopt,
    make_council,
    place,
    sheet,
    slug,
)
from tests.make import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Filled, Visitor

FORM: dict[str, Filled] = {
    "name": "Conseil citoyen des Tilleuls",
    "kind": "citizen_council",
    "designation_mode": "draw",
    "resident_seats": 10,
    "resident_substitutes": 5,
    "local_actor_seats": 6,
    "local_actor_substitutes": 3,
    "term_months": 36,
    "place": "Maison de quartier",
}


def test_an_agent_creates_a_council_that_everybody_finds(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    client.sign_in(where.agent.email)
    answer = client.send(
        "/conseils/nouveau", {**FORM, "neighbourhood_ids": [str(where.town.neighbourhood)]}
    )
    page = client.follow(answer)
    assert "Conseil citoyen des Tilleuls" in page
    assert "Projet : ce conseil n'existe pas encore" in page
    listed = client.see("/conseils/?nom=tilleuls")
    assert "16 sièges, dont 10 pour des habitants" in listed
    assert "Aucun conseil ne répond" in client.see("/conseils/?nom=inconnu")


def test_habitants_have_at_least_half_of_the_seats(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    client.sign_in(where.agent.email)
    page = client.send(
        "/conseils/nouveau",
        {
            **FORM,
            "neighbourhood_ids": [str(where.town.neighbourhood)],
            "resident_seats": 5,
            "local_actor_seats": 6,
        },
        status=422,
    )
    assert "au moins la moitié des sièges" in page
    assert 'value="Conseil citoyen des Tilleuls"' in page.html


def test_the_database_itself_refuses_fewer_habitants_than_local_actors(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    with pytest.raises(IntegrityError):
        db.execute(
            update(CitizenCouncil)
            .where(CitizenCouncil.id == council_id)
            .values(resident_seats=1, local_actor_seats=2)
        )
    db.rollback()


def test_hostile_numbers_and_texts_get_a_sentence(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    client.sign_in(where.agent.email)
    good: dict[str, Filled] = {**FORM, "neighbourhood_ids": [str(where.town.neighbourhood)]}
    cases: tuple[dict[str, Filled], ...] = (
        {"resident_seats": "99999999999999999999"},
        {"term_months": "trois ans"},
        {"name": "x" * 500},
        {"name": "\x00"},
    )
    for wrong in cases:
        client.send("/conseils/nouveau", {**good, **wrong}, status=422)
    client.see("/conseils/%00", status=404)
    client.see("/conseils/?nom=%00&commune=99999999999999999999&page=99999999999")
    client.see("/conseils/x/reglement?version=99999999999999999999", status=404)
    client.send("/conseils/nouveau", FORM, status=422, forged={"neighbourhood_ids": ["999999"]})


def test_two_councils_do_not_share_a_name(db: Session) -> None:
    where = place(db)
    make_council(db, where, name="Conseil de l'Égalité")
    with pytest.raises(Refusal, match="déjà ce nom"):
        make_council(db, where, name="conseil de l'egalite")


def test_a_council_may_cover_neighbourhoods_of_two_municipalities(db: Session) -> None:
    where = place(db)
    town = where.town
    council_id = make_council(
        db, where, neighbourhood_ids=[town.neighbourhood, town.other_neighbourhood]
    )
    scope = queries.scope_of(db, slug(db, council_id))
    assert scope is not None
    assert set(scope) == {
        unit("council", council_id),
        town.unit,
        unit("municipality", town.other_municipality),
        town.agglomeration_unit,
    }


def test_a_council_becomes_active_with_a_reglement_and_a_place(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    db.execute(
        update(CitizenCouncil).where(CitizenCouncil.id == council_id).values(status="installed")
    )
    db.commit()
    with pytest.raises(Refusal, match="règlement"):
        service.move(db, council_id=council_id, to="active", by="x", at=NOW)
    adopt(db, where, council_id)
    service.move(db, council_id=council_id, to="active", by="x", at=NOW)
    found = queries.council_by_id(db, council_id)
    assert found is not None
    assert found.council.status == "active"
    assert [step.status for step in queries.steps(db, council_id)][-1] == "active"


@pytest.mark.parametrize("to", ["active", "recognised", "installed", "renewing", "nonsense"])
def test_a_project_takes_no_short_cut(db: Session, to: str) -> None:
    where = place(db)
    council_id = make_council(db, where, forming=False)
    with pytest.raises(Refusal):
        service.move(db, council_id=council_id, to=to, by="x", at=NOW)


def test_who_dissolves_a_council_says_why_and_it_stays_readable(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    address = slug(db, make_council(db, where, name="Conseil du Vieux Port"))
    client.sign_in(where.agent.email)
    page = client.send(f"/conseils/{address}/etat", {"to": "dissolved"}, status=422)
    assert "Écrivez pourquoi" in page
    client.send(f"/conseils/{address}/etat", {"to": "dissolved", "note": "Fin du contrat"})
    assert "Dissous le 2 mars 2026" in client.see(f"/conseils/{address}")
    assert "Vieux Port" not in client.see("/conseils/").text
    assert "Vieux Port" in client.see("/conseils/?etat=tous")


def test_a_version_of_the_reglement_never_changes(db: Session, client: Visitor) -> None:
    where = place(db)
    council_id = make_council(db, where)
    adopt(db, where, council_id)
    with pytest.raises(Refusal, match="déjà celui en vigueur"):
        adopt(db, where, council_id)
    with pytest.raises(Refusal, match="à venir"):
        service.adopt_rules(
            db, council_id=council_id, text="autre", quorum="half", notice_days=15,
            adopted_on=(NOW + timedelta(days=2)).date(), by="x", at=NOW,
        )  # fmt: skip
    number = service.adopt_rules(
        db, council_id=council_id, text=RULES + "\n\nEt on rit.", quorum="third", notice_days=10,
        adopted_on=NOW.date(), by="x", at=NOW,
    )  # fmt: skip
    assert number == 2
    address = slug(db, council_id)
    assert "Et on rit" in client.see(f"/conseils/{address}/reglement")
    old = client.see(f"/conseils/{address}/reglement?version=1")
    assert "n'est plus en vigueur" in old
    assert "Et on rit" not in old.text
    client.see(f"/conseils/{address}/reglement?version=9", status=404)


def test_seats_change_only_while_members_are_sought(db: Session) -> None:
    where = place(db)
    council_id = make_council(db, where)
    more = replace(COMPOSITION, resident_seats=8)
    same = sheet(where, "Conseil citoyen rebaptisé")
    service.amend(db, council_id=council_id, sheet=same, composition=more, by="x", at=NOW)
    db.execute(
        update(CitizenCouncil).where(CitizenCouncil.id == council_id).values(status="active")
    )
    db.commit()
    with pytest.raises(Refusal, match="constitution"):
        service.amend(
            db, council_id=council_id, sheet=same, composition=COMPOSITION, by="x", at=NOW
        )
    service.amend(db, council_id=council_id, sheet=same, composition=more, by="x", at=NOW)


def test_an_agent_of_another_town_does_not_touch_the_council(
    db: Session, client: Visitor, clock: StoppedClock
) -> None:
    where = place(db)
    address = slug(db, make_council(db, where))
    client.sign_in(where.stranger.email)
    for door in ("modifier", "etat", "mandats", "reunions/nouvelle", "avis/nouveau"):
        client.see(f"/conseils/{address}/{door}", status=403)
    client.see("/conseils/inconnu/modifier", status=403)
    client.see("/conseils/inconnu", status=404)


def test_ten_statements_at_most_however_many_councils(
    db: Session, client: Visitor, count_statements: CountStatements
) -> None:
    where = place(db)
    address = slug(db, make_council(db, where))
    with count_statements() as few:
        client.see("/conseils/")
    with count_statements() as one:
        client.see(f"/conseils/{address}")
    for _ in range(12):
        make_council(db, where)
    with count_statements() as many:
        client.see("/conseils/")
    assert len(few) == len(many) <= 10, list(many)
    assert len(one) <= 10, list(one)


def test_the_house_finds_councils_and_gives_them_as_open_data(db: Session, client: Visitor) -> None:
    where = place(db)
    council_id = make_council(db, where, name="Conseil de l'Étoile; du Nord")
    address = f"/conseils/{slug(db, council_id)}"
    assert [one.url for one in queries.search(db, "etoile", 8)[1]] == [address]
    assert [one.url for one in queries.search(db, "tilleuls", 8)[1]] == [address]
    assert queries.news(db, "council", 4) == []
    text = client.fetch("/conseils/conseils.csv", type="text/csv").body.decode()
    lines = text.splitlines()
    assert lines[0].startswith("conseil;sorte;etat;")
    assert lines[1].startswith('"Conseil de l\'Étoile; du Nord";Conseil citoyen;En constitution;')
