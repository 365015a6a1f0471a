"""Who is the same person, what is one household, which lines are in, who is called next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.draws.cleaning import Barred, Line, classify
from civic.draws.features import AGE, features_of
from civic.draws.households import household
from civic.draws.identity import Known, compare, sort_out
from civic.draws.reserve import Bound, Waiting, next_call
from civic.draws.service.freezing import FEWEST_SHOWN, drawing

DAY = date(2026, 3, 2)
ZOE = Known("1", "Lefèvre", "", "Zoé, Anne", date(1988, 6, 14), "day", "rue|nom", "1", "LP")


def known(**changes: object) -> Known:
    return replace(ZOE, key="2", source="2", **changes)  # type: ignore[arg-type]


# --- the same person --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "duplicate"),
        ({"family_name": "LEFEVRE", "first_names": "ZOE"}, "duplicate"),
        ({"family_name": "Dupont", "used_name": "Lefèvre", "first_names": "Zoé"}, "duplicate"),
        ({"household": "another"}, "duplicate"),
        ({"birth_date": date(1988, 6, 15)}, ""),
        ({"birth_date": None, "precision": ""}, "duplicate"),
        ({"birth_date": None, "precision": "", "household": "another"}, "homonym"),
        ({"birth_date": None, "precision": "", "household": None}, "homonym"),
        ({"birth_date": date(1988, 1, 1), "precision": "year", "household": None}, "homonym"),
        ({"birth_date": date(1989, 1, 1), "precision": "year"}, ""),
        ({"first_names": "Zoé, Claire"}, "homonym"),
    ],
)
def test_the_same_person_across_lists(changes: dict[str, object], verdict: str) -> None:
    assert compare(ZOE, known(**changes)) == verdict


def test_inside_one_list_true_homonyms_go_to_a_human_and_lcm_lce_do_not() -> None:
    other_home = replace(ZOE, key="2", household="another")
    assert compare(ZOE, other_home) == "homonym"
    assert compare(ZOE, replace(ZOE, key="2")) == "duplicate"
    assert compare(replace(ZOE, list_type="LCM"), replace(other_home, list_type="LCE")) == (
        "duplicate"
    )


def test_twins_are_two_people() -> None:
    twins = [
        replace(ZOE, key=str(place), first_names=name)
        for place, name in enumerate(["Marie-Claire", "Marie-France", "Paul"])
    ]
    assert not sort_out((), twins)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("D'HAINAUT", "Zoé"), ("D’Hainaut", "ZOE")),
        (("D'HAINAUT", "Zoé"), ("D HAINAUT", "Zoé")),
        (("LE BŒUF", "Zoé"), ("Le Boeuf", "Zoé")),
        (("HADJ-SAÏD", "Zoé"), ("Hadj Said", "Zoé")),
        (("ROI", "Marie-Thérèse, Anne"), ("Roi", "Marie Thérèse")),
        (("ROI", "Marie Thérèse"), ("Roi", "MARIE-THERESE")),
        (("ROI", "Marie, Thérèse"), ("Roi", "Marie")),
    ],
)
def test_apostrophes_hyphens_and_ligatures_hide_nobody(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    two = [
        replace(ZOE, key=str(place), source=str(place), family_name=family, first_names=first)
        for place, (family, first) in enumerate((one, other))
    ]
    assert [found.kind for found in sort_out((), two).values()] == ["duplicate"]


@given(st.permutations(range(6)))
def test_a_person_in_many_lists_is_kept_once_whatever_the_order(order: list[int]) -> None:
    copies = [replace(ZOE, key=str(place), source=str(place)) for place in order]
    verdicts = sort_out((), copies)
    assert {one.key for one in copies} - set(verdicts) == {copies[0].key}


# --- households -------------------------------------------------------------------------------


def home(**parts: str) -> str | None:
    address = dict.fromkeys(
        ("number", "street", "complement", "place", "dwelling", "postal_code", "city"), ""
    )
    return household(**{**address, "family_name": "Roi", **parts})


def test_a_blank_address_is_a_household_of_its_own() -> None:
    assert home() is None
    assert home(city="Sebourg", postal_code="59990") is None


def test_a_tower_without_flat_numbers_is_not_one_household() -> None:
    tower = {"number": "12", "street": "rue du Lac"}
    assert home(**tower, family_name="Roi") != home(**tower, family_name="Reine")


def test_sixty_flats_at_one_address_are_sixty_households() -> None:
    homes = {home(number="12", street="rue du Lac", dwelling=str(flat)) for flat in range(60)}
    assert len(homes) == 60


def test_a_family_of_nine_in_one_flat_is_one_household() -> None:
    names = ("Roi", "Reine", "Valet")
    homes = {
        home(number="1", street="rue du Lac", dwelling="4", family_name=name) for name in names
    }
    assert len(homes) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"number": "12BIS", "street": "Avenue  du Lac"},
        {"number": "12 bis", "street": "AV. DU LAC"},
        {"number": "12 Bis", "street": "ave du lac", "postal_code": "59300"},
    ],
)
def test_spaces_capitals_and_abbreviations_change_nothing(other: dict[str, str]) -> None:
    one = {"number": "12 bis", "street": "avenue du Lac", "postal_code": "59300"}
    assert home(**one) == home(**{"postal_code": "59300", **other})


def test_a_residence_that_one_list_names_and_the_other_does_not_is_the_same_home() -> None:
    way = {"number": "12", "street": "rue du Lac", "dwelling": "4"}
    assert home(**way) == home(**way, place="Résidence Balzac")
    assert home(place="Résidence Balzac", dwelling="4") != home(
        place="Résidence Hugo", dwelling="4"
    )


def test_a_flat_number_counts_wherever_the_list_puts_it() -> None:
    way = {"number": "1", "street": "rue du Lac"}
    wanted = home(**way, dwelling="14")
    assert home(**way, complement="APPT 14") == wanted
    assert home(**way, complement="Appartement n° 14") == wanted
    assert home(**way, complement="logt") != wanted


# --- which lines are in -----------------------------------------------------------------------


def line(key: str = "1", *, where: int | None = 7, decision: str = "", **changes: object) -> Line:
    return Line(
        replace(ZOE, key=key, **changes),  # type: ignore[arg-type]
        where,
        False,
        decision,
    )


def statuses(*lines: Line, barred: tuple[Barred, ...] = (), age: int = 16) -> dict[str, str]:
    found = classify(lines, barred=barred, neighbourhoods=frozenset({7}), minimum_age=age, day=DAY)
    return {key: one.status for key, one in found.items()}


def test_each_line_gets_one_standing() -> None:
    assert statuses(
        line("in"),
        line("double", source="2"),
        line("away", where=8, first_names="Ada"),
        line("lost", where=None, first_names="Ève"),
        line("young", birth_date=date(2015, 1, 1), first_names="Léo"),
        line("alike", household="x"),
    ) == {
        "in": "kept", "double": "duplicate", "away": "outside", "lost": "unmatched",
        "young": "underage", "alike": "homonym",
    }  # fmt: skip


def test_a_double_that_lives_elsewhere_bars_nobody() -> None:
    assert statuses(line("old", where=8), line("new", source="2")) == {
        "old": "outside", "new": "kept",
    }  # fmt: skip


def test_who_sits_or_decides_may_not_be_drawn_and_a_mere_namesake_is_looked_at() -> None:
    elected = Barred(replace(ZOE, key="p", household=None, source="register"), "elected")
    unsure = Barred(replace(elected.known, birth_date=None, precision=""), "agent")
    assert statuses(line(), barred=(elected,)) == {"1": "excluded"}
    assert statuses(line(), barred=(unsure,)) == {"1": "homonym"}
    assert statuses(line(decision="different"), barred=(unsure,)) == {"1": "kept"}
    assert statuses(line(decision="same"), barred=(unsure,)) == {"1": "excluded"}


def test_what_a_human_decided_stands() -> None:
    alike: dict[str, Any] = {"household": "x"}
    assert statuses(line("a"), line("b", decision="same", **alike))["b"] == "duplicate"
    assert statuses(line("a"), line("b", decision="different", **alike))["b"] == "kept"
    assert statuses(line("a"), line("b", decision="out", **alike))["b"] == "excluded"


def test_somebody_born_on_an_unknown_day_is_old_enough_only_when_surely_so() -> None:
    only_year: dict[str, Any] = {"precision": "year"}
    assert statuses(line(birth_date=date(2010, 1, 1), **only_year)) == {"1": "underage"}
    assert statuses(line(birth_date=date(2009, 1, 1), **only_year)) == {"1": "kept"}


def test_what_a_list_does_not_say_is_no_criterion() -> None:
    found = features_of(
        sex="", birth_date=None, precision="", neighbourhood=None, is_tenant=False,
        free={"Diplôme": "", "Sexe": "X"}, day=DAY,
    )  # fmt: skip
    assert found == {}
    teen = features_of(
        sex="F", birth_date=date(2010, 3, 2), precision="day", neighbourhood="Dutemple",
        is_tenant=True, free={}, day=DAY,
    )  # fmt: skip
    assert teen[AGE] == "Moins de 18 ans"


# --- the reserve ------------------------------------------------------------------------------

WOMAN, MAN = {"Sexe": "Femme"}, {"Sexe": "Homme"}
BOUNDS = (Bound("Sexe", "Femme", 2, 3), Bound("Sexe", "Homme", 2, 3))


def waiting(*features: dict[str, str]) -> list[Waiting]:
    return [Waiting(str(place), one) for place, one in enumerate(features)]


def test_the_first_with_whom_all_bounds_hold_is_called() -> None:
    present = waiting(WOMAN, WOMAN, WOMAN, MAN)
    call = next_call(present, waiting(WOMAN, MAN, MAN), BOUNDS, 5)
    assert call is not None
    assert (call.key, call.broken) == ("1", ())


def test_a_minimum_that_later_calls_may_still_bring_about_holds_nobody_back() -> None:
    call = next_call(waiting(WOMAN), waiting(WOMAN), BOUNDS, 5)
    assert call is not None
    assert call.broken == ()


def test_when_nobody_fits_the_least_breach_is_shown_and_not_made_silently() -> None:
    call = next_call(waiting(WOMAN, WOMAN, WOMAN, MAN), waiting(WOMAN), BOUNDS, 5)
    assert call is not None
    assert {(bound.value, count) for bound, count in call.broken} == {("Femme", 4), ("Homme", 1)}
    assert next_call(waiting(WOMAN), [], BOUNDS, 5) is None


def test_two_of_one_household_are_not_called_together() -> None:
    call = next_call(
        [Waiting("a", MAN, "h")], [Waiting("b", WOMAN, "h"), Waiting("c", WOMAN, "k")], BOUNDS, 5
    )
    assert call is not None
    assert call.key == "c"


# --- the public drawing -----------------------------------------------------------------------


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=300))
def test_the_drawing_counts_everybody_and_never_shows_a_few(counts: list[int]) -> None:
    found = drawing({str(place): count for place, count in enumerate(counts)}, 1000)
    if len(set(counts)) == 1:
        assert found["bins"] == []
        return
    assert sum(many for _low, _high, many in found["bins"]) == len(counts)
    assert len(found["bins"]) <= 12
    assert found["bins"][0][0] <= min(counts) < max(counts) < found["bins"][-1][1]
    shown = [many for _low, _high, many in found["bins"] if many]
    assert len(found["bins"]) == 1 or min(shown) >= FEWEST_SHOWN
    edges = [(low, high) for low, high, _many in found["bins"]]
    assert all(before[1] == after[0] for before, after in pairwise(edges))
