"""A draw that nobody could steer, checked by anyone with one file of plain Python."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from civic.rules.sortition import (
    BadInput,
    Candidate,
    Prepared,
    auditor_file,
    commitment,
    letter,
    prepare,
    run,
    verify,
)
from tests.rules.sortition import made

SCRIPT = Path(verify.__file__)


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    people, criteria, seats = made.town(people=60, seats=8, kinds=(2, 3))
    homes = [Candidate(one.id, one.features, f"foyer {p // 2}") for p, one in enumerate(people)]
    return prepare(homes, criteria, seats, secret=b"secret", chance="seed")


@pytest.fixture(scope="module")
def record(prepared: Prepared) -> dict[str, Any]:
    return json.loads(json.dumps(run(prepared.public, seed="Loto du 3 mai : 7 12 23")))  # type: ignore[no-any-return]


def test_the_record_is_right(prepared: Prepared, record: dict[str, Any]) -> None:
    said = verify.check(
        record, auditor_file(prepared.private), letter(prepared.private, "p0003"),
        commitment(prepared.public),
    )  # fmt: skip
    assert any("empreinte publiée avant" in sentence for sentence in said)
    assert any("fichier scellé" in sentence for sentence in said)
    assert any("lettre" in sentence for sentence in said)


@pytest.mark.parametrize(
    "typed",
    ["loto du 3 mai : 7 12 23", "  LOTO  du 3 mai :\t7 12\u00a023 ", "Ｌoto du 3 mai : 7 12 23"],
)
def test_capitals_blanks_and_wide_letters_do_not_change_a_seed(
    prepared: Prepared, record: dict[str, Any], typed: str
) -> None:
    assert json.loads(json.dumps(run(prepared.public, seed=typed))) == record


def test_another_seed_gives_another_draw(prepared: Prepared) -> None:
    drawn = {run(prepared.public, seed=f"graine {one}")["number"] for one in range(40)}
    assert len(drawn) > 30


def test_every_number_is_drawn_as_often(prepared: Prepared) -> None:
    own = commitment(prepared.public)
    tenths = [verify.number_of(own, f"graine {one}", 1000) // 100 for one in range(5000)]
    assert all(400 < tenths.count(tenth) < 600 for tenth in range(10))


def test_the_reserve_is_everybody_else_in_the_order_of_the_seed(record: dict[str, Any]) -> None:
    assert sorted(record["panel"] + record["reserve"]) == list(range(1, 61))
    keys = [
        hashlib.sha256(f"{record['given']}{one}".encode()).hexdigest() for one in record["reserve"]
    ]
    assert keys == sorted(keys)


def test_a_number_of_the_hall_is_its_panel() -> None:
    people, criteria, seats = made.town(people=60, seats=8, kinds=(2, 3))
    public = prepare(people, criteria, seats, secret=b"s", chance="number").public
    for number in (0, 999):
        record = run(public, number=number)
        assert record["panel"] == verify.panel_of(public, number)
        verify.check(record)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "une graine ou un numéro"),
        ({"seed": "a", "number": 1}, "un seul des deux"),
        ({"seed": " \t"}, "vide"),
        ({"number": 3}, "l'engagement annonce une graine"),
    ],
)
def test_a_draw_that_was_not_announced_is_refused(
    prepared: Prepared, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        run(prepared.public, **given)


@pytest.mark.parametrize("number", [-1, 1000, 10**30])
def test_a_number_that_no_panel_holds_is_refused(number: int) -> None:
    public = prepare([Candidate(f"p{n}", {}) for n in range(9)], [], 2, secret=b"s").public
    with pytest.raises(BadInput, match="de 0 à 999"):
        run(public, number=number)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each plain value of a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def changed(value: Any, path: tuple[Any, ...]) -> Any:
    """The same with one plain value made another."""
    other = copy.deepcopy(value)
    inner = other
    for key in path[:-1]:
        inner = inner[key]
    old = inner[path[-1]]
    if isinstance(old, bool):
        inner[path[-1]] = not old
    elif isinstance(old, str):
        inner[path[-1]] = ("1" if old[:1] != "1" else "2") + old[1:]
    else:
        inner[path[-1]] = 1 if old is None else old + 1
    return other


def test_any_value_changed_is_found(prepared: Prepared, record: dict[str, Any]) -> None:
    chance = random.Random(3)
    paths = list(leaves(record))
    # One of each kind of value (the row of a list is no kind), and others at random.
    kinds = {tuple(str(key) for key in path if not isinstance(key, int)): path for path in paths}
    for path in [*kinds.values(), *chance.sample(paths, 150)]:
        with pytest.raises(verify.Wrong):
            verify.check(changed(record, path))
    sealed = json.loads(json.dumps(auditor_file(prepared.private)))
    mine = json.loads(json.dumps(letter(prepared.private, "p0003")))
    for path in chance.sample(list(leaves(sealed)), 60):
        with pytest.raises(verify.Wrong):
            verify.check(record, changed(sealed, path))
    for path in leaves(mine):
        with pytest.raises(verify.Wrong):
            verify.check(record, None, changed(mine, path))


def test_any_byte_changed_is_found(record: dict[str, Any]) -> None:
    chance = random.Random(5)
    data = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    for _ in range(150):
        place = chance.randrange(len(data))
        wrong = bytes([chance.choice([b for b in b'0123456789abcxyz{}[],:" ' if b != data[place]])])
        # A figure's leading blank or the like is another writing of the same content.
        try:
            value = verify.load(data[:place] + wrong + data[place + 1 :], "record.json")
        except verify.Wrong:
            continue
        if value != record:
            with pytest.raises(verify.Wrong):
                verify.check(value)


def test_a_lottery_changed_with_its_digest_is_not_the_one_published(
    prepared: Prepared, record: dict[str, Any]
) -> None:
    forged = copy.deepcopy(record["lottery"])
    forged["previous"] = "autre"
    again = run(forged, seed="loto")
    verify.check(again)
    with pytest.raises(verify.Wrong, match="empreinte publiée"):
        verify.check(again, commitment=commitment(prepared.public))


def test_a_panel_out_of_bounds_is_found_with_the_sealed_file(prepared: Prepared) -> None:
    forged = json.loads(json.dumps(prepared.public))
    people = {one["number"]: one for one in auditor_file(prepared.private)["people"]}
    first = forged["panels"][0][2]
    counts = verify.counts(forged)
    # Somebody who loses a number or two without it showing in the chances.
    first.sort(key=lambda one: -counts[one])
    value = people[first[0]]["features"]["f0"]
    other = next(
        number
        for number, one in people.items()
        if number not in first and one["features"]["f0"] != value
        and one["household"] not in {people[seat]["household"] for seat in first}
    )  # fmt: skip
    for criterion in forged["criteria"]:
        if criterion["feature"] == "f0":
            held = sum(people[one]["features"]["f0"] == criterion["value"] for one in first)
            criterion["min"] = criterion["max"] = held
    first[0] = other
    record = run(forged, seed="x")
    sealed = auditor_file(prepared.private) | {"commitment": commitment(forged)}
    with pytest.raises(verify.Wrong, match="hors des bornes"):
        verify.check(record, sealed)


def test_two_people_of_one_household_are_found_with_the_sealed_file(prepared: Prepared) -> None:
    forged = json.loads(json.dumps(prepared.public))
    people = {one["number"]: one for one in auditor_file(prepared.private)["people"]}
    forged["criteria"] = []
    first = forged["panels"][0][2]
    home = people[first[0]]["household"]
    first[1] = next(n for n, one in people.items() if one["household"] == home and n != first[0])
    sealed = auditor_file(prepared.private) | {"commitment": commitment(forged)}
    with pytest.raises(verify.Wrong, match="foyer"):
        verify.check(run(forged, seed="x"), sealed)


def test_the_verifier_runs_alone(
    tmp_path: Path, prepared: Prepared, record: dict[str, Any]
) -> None:
    shutil.copy(SCRIPT, tmp_path / "verify.py")
    files = {
        "record.json": record,
        "sealed.json": auditor_file(prepared.private),
        "letter.json": letter(prepared.private, "p0003"),
        "wrong.json": record | {"number": record["number"] + 1},
    }
    for name, value in files.items():
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")

    def answer(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "verify.py", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not done.stderr
        return done.returncode, done.stdout

    status, said = answer("record.json", "--auditor", "sealed.json", "--letter", "letter.json")
    assert status == 0
    assert all(line.startswith("Vérifié : ") for line in said.splitlines())
    status, said = answer("wrong.json")
    assert status == 1
    assert said.startswith("Faux : ")
    assert answer("nowhere.json")[0] == 1
    assert answer("verify.py")[0] == 1


def test_the_record_tells_nothing_of_anybody(prepared: Prepared, record: dict[str, Any]) -> None:
    text = json.dumps(record, ensure_ascii=False)
    people, _criteria, _seats = made.town(people=60, seats=8, kinds=(2, 3))
    assert not any(one.id in text for one in people)
    assert "foyer" not in text
    outside = copy.deepcopy(record)
    del outside["lottery"]["criteria"]
    bare = json.dumps(outside)
    assert not any(f'"{value}"' in bare for one in people for value in one.features.values())
    assert not any(salted["salt"] in text for salted in prepared.private["people"])  # type: ignore[attr-defined]
