"""Addresses find their neighbourhood by street, side and number; the others wait in a queue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from civic.house.access import Role
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.rules import addresses
from civic.territory import queries, reading, service
from civic.territory.models import Territory, UnmatchedAddress
from tests import make
from tests.make import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.machine.visitor import Visitor


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("1 rue des Essais", "Les Tilleuls"),
        ("2 rue des Essais", "La Gare"),
        ("3 bis, RUE DES ESSAIS", "Les Tilleuls"),
        ("12, av. de l'Egalité", "La Gare"),
        ("12 Avenue de l’Égalité appt 4", "La Gare"),
        ("Bât. C, résidence Balzac, porte 12", "Les Tilleuls"),
        ("101 rue des Essais", None),
        ("rue des Essais", None),
        ("5 rue inconnue", None),
        ("", None),
    ],
)
def test_an_address_finds_its_neighbourhood(db: Session, address: str, where: str | None) -> None:
    place = make.town(db)
    names = {place.neighbourhood: "Les Tilleuls", place.second_neighbourhood: "La Gare", None: None}
    assert names[queries.locate(db, place.municipality, [address])[0]] == where


def test_a_street_of_another_municipality_does_not_answer(db: Session) -> None:
    place = make.town(db)
    assert queries.locate(db, place.other_municipality, ["1 rue des Essais"]) == [None]


@given(st.text(), st.integers(1, 99999))
def test_reading_an_address_never_fails_and_forgets_no_number(street: str, number: int) -> None:
    addresses.read(street)
    assert addresses.read(f"{number} rue des Essais").number == number


@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 200))
def test_odd_and_even_share_a_street_without_overlap(number: int, a: int, b: int) -> None:
    first, last = min(a, b), max(a, b)
    sides = [addresses.within(number, side, first, last) for side in ("odd", "even")]
    assert sum(sides) == addresses.within(number, "all", first, last)


def test_an_unknown_address_waits_is_settled_and_serves_the_next_list(
    db: Session, client: Visitor
) -> None:
    place = make.town(db)
    with writing(db):
        for _list in range(2):
            service.queue_unmatched_within(
                db,
                municipality_id=place.municipality,
                addresses=["7 chemin Neuf", "7 Chemin  neuf"],
                at=NOW,
            )
    row = db.scalars(select(UnmatchedAddress)).one()
    assert row.seen == 2
    client.sign_in(make.staff(db, Role.AGENT, place.unit).email)
    client.send(
        "/quartiers/adresses",
        {"neighbourhood": place.neighbourhood},
        form=f"/quartiers/adresses/{row.id}",
    )
    db.rollback()
    assert queries.locate(db, place.municipality, ["7 CHEMIN NEUF"]) == [place.neighbourhood]
    assert "7 chemin Neuf" not in client.see("/quartiers/adresses").text


def test_an_agent_of_another_municipality_settles_nothing(db: Session, client: Visitor) -> None:
    place = make.town(db)
    with writing(db):
        service.queue_unmatched_within(
            db, municipality_id=place.municipality, addresses=["7 chemin Neuf"], at=NOW
        )
    row = db.scalars(select(UnmatchedAddress)).one()
    other = make.staff(db, Role.AGENT, f"municipality:{place.other_municipality}")
    client.sign_in(other.email)
    page = client.see("/quartiers/adresses")
    assert "chemin Neuf" not in page.text
    answer = client.post(
        f"/quartiers/adresses/{row.id}",
        headers={"Sec-Fetch-Site": "same-origin"},
        base_url="https://civic.test",
    )
    assert answer.status_code in {400, 403}


def test_loading_twice_changes_nothing(db: Session) -> None:
    make.town(db)
    before = db.scalars(select(Territory.slug).order_by(Territory.slug)).all()
    make.town(db)
    assert db.scalars(select(Territory.slug).order_by(Territory.slug)).all() == before


def test_a_neighbourhood_may_cross_two_municipalities(db: Session) -> None:
    place = make.town(db)
    service.load(
        db,
        places=[
            service.PlaceToLoad(
                "neighbourhood", "Les Deux Rives", within=("Essaiville", "Autreville")
            )
        ],
        by="system",
        at=NOW,
    )
    key = db.scalars(select(Territory.id).where(Territory.name == "Les Deux Rives")).one()
    assert queries.scope_of(db, [key]) == {
        f"municipality:{place.municipality}",
        f"municipality:{place.other_municipality}",
        f"agglomeration:{place.agglomeration}",
    }


@pytest.mark.parametrize("code", ["QP059", "QN05903", "qp059001", "QN05903X", "XX059001"])
def test_an_invented_code_is_refused(db: Session, code: str) -> None:
    make.town(db)
    with pytest.raises(Refusal, match="quartier prioritaire"):
        service.load(
            db,
            places=[
                service.PlaceToLoad("neighbourhood", "X", qpv_code=code, within=("Essaiville",))
            ],
            by="system",
            at=NOW,
        )


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"\xff\xfe", 0, "UTF-8"),
        (b"name\nX\n", 1, "colonne"),
        (b"kind,name\nville,X\n", 2, "sorte"),
        (b"kind,name\nmunicipality,\n", 2, "nom"),
        (b"kind,name,population\nmunicipality,X,many\n", 2, "nombre"),
        (b"kind,name\nmunicipality,X,too,much\n", 2, "colonnes"),
        (b"kind,name,qpv_code\nneighbourhood,X,QP1\n", 2, "code"),
    ],
)
def test_a_bad_file_is_refused_whole_with_its_lines(data: bytes, line: int, words: str) -> None:
    with pytest.raises(reading.BadFile) as caught:
        reading.read_places(data)
    assert caught.value.errors[0][0] == line
    assert words in caught.value.errors[0][1]


def test_excel_files_with_semicolons_and_a_byte_order_mark_are_read() -> None:
    data = "\ufeffkind;name;population\nmunicipality;Essaiville;12\n".encode()
    assert reading.read_places(data)[0].population == 12


def test_outlines_outside_the_world_are_refused() -> None:
    geometry = {"type": "Polygon", "coordinates": [[[500, 0]]]}
    shape = {"features": [{"properties": {"name": "X"}, "geometry": geometry}]}
    with pytest.raises(reading.BadFile, match="monde"):
        reading.read_outlines(json.dumps(shape).encode())


def test_the_demo_has_the_35_municipalities_and_no_invented_code() -> None:
    here = Path(reading.__file__).parent / "demo"
    places = reading.read_places((here / "places.csv").read_bytes())
    towns = [one for one in places if one.kind == "municipality"]
    assert len(towns) == 35
    assert not {"Denain", "Raismes", "Escautpont"} & {one.name for one in towns}
    assert len([one for one in places if one.kind == "neighbourhood"]) == 14
    assert all(one.qpv_code is None for one in places)
    reading.read_streets((here / "streets.csv").read_bytes())
