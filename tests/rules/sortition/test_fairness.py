"""Each person's chance is the fairest that the bounds leave, and each panel meets them."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules.sortition import Candidate, Criterion, Infeasible, prepare, verify
from civic.rules.sortition.panels import KEPT
from tests.rules.sortition import made, oracle

DATA = (
    Path(os.environ.get("CIVIC_REFERENCE_DATA", Path(__file__).parents[4] / "shared" / "data"))
    / "sortition"
)


def check_panels(
    people: list[Candidate], criteria: list[Criterion], seats: int, panels: object
) -> None:
    """Every panel has its seats, different people, one a household, and each bound."""
    by_id = {one.id: one for one in people}
    for _first, _last, ids in panels:  # type: ignore[attr-defined]
        seated = [by_id[one] for one in ids]
        assert len(set(ids)) == len(ids) == seats
        homes = [one.household for one in seated if one.household]
        assert len(set(homes)) == len(homes)
        for one in criteria:
            held = sum(person.features.get(one.feature) == one.value for person in seated)
            assert one.minimum <= held <= one.maximum


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_the_chances_are_those_found_by_listing_every_panel(seed: int) -> None:
    people, criteria, seats = made.tiny(seed)
    possible = oracle.panels(people, criteria, seats)
    if not possible:
        with pytest.raises(Infeasible) as caught:
            prepare(people, criteria, seats, secret=b"secret")
        relaxed = caught.value.relaxation
        assert relaxed is None or oracle.panels(people, relaxed, seats)
        return
    prepared = prepare(people, criteria, seats, secret=b"secret")
    best = oracle.leximin(len(people), possible)
    for person, chance in zip(people, best, strict=True):
        assert prepared.optimal[person.id] == pytest.approx(chance, abs=1e-6)
    check_panels(people, criteria, seats, prepared.lottery.panels)


@pytest.mark.parametrize("algorithm", ["leximin", "maximin", "stratified"])
def test_panels_keep_the_chances_that_were_computed(algorithm: str) -> None:
    people, criteria, seats = made.town()
    prepared = prepare(people, criteria, seats, secret=b"secret", algorithm=algorithm)
    check_panels(people, criteria, seats, prepared.lottery.panels)
    numbers, chances = prepared.lottery.numbers, prepared.lottery.chances
    assert sum(chances.values()) == seats * numbers
    assert sum(prepared.optimal.values()) == pytest.approx(seats, abs=1e-6)
    least = min(chance for chance in prepared.optimal.values() if chance > 0)
    for person in people:
        assert prepared.optimal[person.id] == 0 or chances[person.id] >= KEPT * least * numbers
        assert chances[person.id] == pytest.approx(prepared.optimal[person.id] * numbers, abs=8)


def test_leximin_is_the_fairest_of_the_three() -> None:
    people, criteria, seats = made.town()
    sorted_chances = {
        algorithm: sorted(
            round(chance, 6)
            for chance in prepare(
                people, criteria, seats, secret=b"s", algorithm=algorithm
            ).optimal.values()
        )
        for algorithm in ("leximin", "maximin", "stratified")
    }
    assert sorted_chances["leximin"][0] == sorted_chances["maximin"][0]
    assert sorted_chances["leximin"] >= sorted_chances["maximin"]
    assert sorted_chances["leximin"] >= sorted_chances["stratified"]


def test_people_who_share_every_criterion_share_their_chance() -> None:
    people, criteria, seats = made.town()
    prepared = prepare(people, criteria, seats, secret=b"secret")
    alike = defaultdict(set)
    counted = defaultdict(set)
    for one in people:
        key = tuple(sorted(one.features.items()))
        alike[key].add(prepared.optimal[one.id])
        counted[key].add(prepared.lottery.chances[one.id])
    assert all(len(chances) == 1 for chances in alike.values())
    assert all(max(counts) - min(counts) <= 1 for counts in counted.values())


@pytest.mark.parametrize(("many", "seats"), [(30, 1), (30, 30), (7, 3)])
def test_everyone_alike_has_the_same_chance(many: int, seats: int) -> None:
    people = [Candidate(f"p{place}", {}) for place in range(many)]
    prepared = prepare(people, [], seats, secret=b"secret")
    assert set(prepared.optimal.values()) == {round(seats / many, 10)}
    counts = prepared.lottery.chances.values()
    assert max(counts) - min(counts) <= 1


def test_everyone_different() -> None:
    people = [
        Candidate(f"p{place}", {f"f{bit}": str(place >> bit & 1) for bit in range(5)})
        for place in range(32)
    ]
    criteria = [Criterion(f"f{bit}", value, 4, 4) for bit in range(5) for value in "01"]
    prepared = prepare(people, criteria, 8, secret=b"secret")
    assert set(prepared.optimal.values()) == {0.25}


def test_a_person_with_a_missing_value_counts_in_no_bound_and_is_not_excluded() -> None:
    people = [Candidate(f"p{place}", {"sexe": "FH"[place % 2]}) for place in range(10)]
    people.append(Candidate("sans", {"sexe": ""}))
    criteria = [Criterion("sexe", "F", 1, 2), Criterion("sexe", "H", 1, 2)]
    prepared = prepare(people, criteria, 4, secret=b"secret")
    assert prepared.optimal["sans"] > 0
    check_panels(people, criteria, 4, prepared.lottery.panels)


def test_no_bound_is_broken_for_someone_whom_no_panel_can_hold() -> None:
    people = [Candidate(f"p{place}", {"lieu": "centre"}) for place in range(9)]
    people.append(Candidate("loin", {"lieu": "ailleurs"}))
    criteria = [Criterion("lieu", "centre", 3, 3), Criterion("lieu", "ailleurs", 0, 0)]
    prepared = prepare(people, criteria, 3, secret=b"secret")
    assert prepared.optimal["loin"] == 0
    assert prepared.lottery.chances["loin"] == 0
    assert min(count for one, count in prepared.lottery.chances.items() if one != "loin") > 300


def test_households_of_nine_give_one_seat_each() -> None:
    people = [
        Candidate(f"p{home}-{place}", {"sexe": "FH"[place % 2]}, f"foyer {home}")
        for home in range(12)
        for place in range(9)
    ]
    people += [Candidate(f"seul{place}", {"sexe": "FH"[place % 2]}) for place in range(8)]
    criteria = [Criterion("sexe", "F", 5, 5), Criterion("sexe", "H", 5, 5)]
    prepared = prepare(people, criteria, 10, secret=b"secret")
    check_panels(people, criteria, 10, prepared.lottery.panels)
    chances = prepared.lottery.chances
    inside = [chances[one.id] for one in people if one.household]
    assert max(inside) - min(inside) <= 0.2 * max(inside)


def test_a_bound_that_only_cuts_can_show_is_found() -> None:
    # Each pair of features excludes what fractions of people would allow.
    people = [
        Candidate("a", {"x": "1", "y": "1"}),
        Candidate("b", {"y": "1", "z": "1"}),
        Candidate("c", {"x": "1", "z": "1"}),
        Candidate("d", {}),
        Candidate("e", {}),
    ]
    criteria = [Criterion(name, "1", 0, 1) for name in "xyz"]
    prepared = prepare(people, criteria, 2, secret=b"secret")
    best = oracle.leximin(5, oracle.panels(people, criteria, 2))
    assert list(map(prepared.optimal.get, "abcde")) == pytest.approx(best, abs=1e-7)
    assert prepared.public["bound"] == pytest.approx(min(best), abs=1e-7)


@pytest.mark.skipif(not DATA.exists(), reason="the reference data is not here")
@pytest.mark.parametrize("name", [path.name for path in sorted(DATA.glob("*"))] or ["none"])
def test_no_chance_is_lower_than_those_of_the_reference(name: str) -> None:
    folder = DATA / name
    with (folder / "categories.csv").open(encoding="utf-8") as file:
        criteria = [
            Criterion(row["feature"], row["value"], int(row["min"]), int(row["max"]))
            for row in csv.DictReader(file)
        ]
    names = {one.feature for one in criteria}
    with (folder / "respondents.csv").open(encoding="utf-8") as file:
        people = [
            Candidate(row["id"], {feature: row[feature] for feature in names})
            for row in csv.DictReader(file)
        ]
    prepared = prepare(people, criteria, int(name.rsplit("_", 1)[1]), secret=b"secret")
    theirs = json.loads((folder / "leximin-of-sortition-algorithms.json").read_text())
    ours = sorted(prepared.optimal.values())
    assert ours[0] >= theirs[0] - 1e-6
    differences = [mine - other for mine, other in zip(ours, theirs, strict=True)]
    first = next((gap for gap in differences if abs(gap) > 1e-5), 0.0)
    assert first >= 0, "the sorted chances are lexicographically lower than the reference's"
    assert prepared.public["bound"] == pytest.approx(ours[0], abs=1e-6)
    counts = verify.counts(json.loads(json.dumps(prepared.public)))
    assert Counter(counts.values()) == Counter(prepared.lottery.chances.values())
