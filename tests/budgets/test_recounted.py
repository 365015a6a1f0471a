"""Whatever the règlement says: the published file counts to the same winners and the same reasons,
what is missing is missing to the cent, and one vote fewer than said would not have been enough."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from civic.budgets.comparing import effect_of
from civic.budgets.counting import Candidate, Counted, Marked, Purse, Unit, count, units
from civic.budgets.rules_data import DEFAULTS
from civic.rules import tally

META = {
    "description": "Essai", "country": "France", "unit": "Essaiville", "instance": "2026",
    "date_begin": "01.09.2026", "date_end": "20.09.2026",
}  # fmt: skip
PLACES = ("Nord", "Sud", "La Gare, ouest")
THEMES = ("jeux", "eau", "arbre")
FRENCH: list[dict[str, Any]] = [
    {"rule": "greedy"},
    {"rule": "greedy", "skip": False},
    {"rule": "greedy", "threshold": 2},
    {"rule": "greedy", "laureates": 2, "tie": "number"},
    {"rule": "greedy", "large_above": 20_00, "large_places": 1},
    {"rule": "greedy", "theme_limits": {"jeux": 30_50}, "place_places": {"La Gare, ouest": 1}},
    {"rule": "greedy-per-cost"},
    {"rule": "zones-then-complement"},
    {"rule": "zones-then-complement", "skip": False},
    {"rule": "zones-then-complement", "per_zone": 1, "theme_places": {"eau": 1}},
    {"rule": "zones-first", "per_zone": 2},
    {"rule": "one-per-zone", "per_zone": 1},
    {"rule": "size-classes", "large_above": 20_00, "large_places": 1},
    {"rule": "size-classes", "large_above": 20_00, "large_places": None, "ballot_type": "points"},
    {"rule": "majority-judgment", "ballot_type": "graded", "laureates": 2},
    {"rule": "majority-judgment", "ballot_type": "graded"},
    {"rule": "equal-shares", "utility": "cost", "completion": "utilitarian"},
    {"rule": "equal-shares", "utility": "count", "completion": "add1u", "start": "integral"},
    {"rule": "equal-shares", "ballot_type": "ranking", "maximum": 3},
    {"rule": "phragmen"},
]


@st.composite
def votes(draw: st.DrawFn) -> tuple[list[Candidate], list[Marked], list[Purse], list[list[str]],
                                    dict[str, Any]]:  # fmt: skip
    """Candidates, ballots, envelopes, incompatible projects and a règlement."""
    rules = {**DEFAULTS, **draw(st.sampled_from(FRENCH))}
    size = draw(st.integers(1, 7))
    purses = [
        Purse(at, name, draw(st.integers(0, 70)) * 50, local=name != "Toute la ville")
        for at, name in enumerate([*PLACES, "Toute la ville"], 1)
    ]
    by_name = {purse.name: purse.id for purse in purses}
    candidates = []
    somewhere = draw(st.integers(0, 5)) > 0
    for at in range(1, size + 1):
        place = draw(st.sampled_from(PLACES)) if somewhere else ""
        home = draw(st.sampled_from([place, "Toute la ville"])) if place else "Toute la ville"
        candidates.append(
            Candidate(
                str(at), at, draw(st.integers(0, 80)) * 50, by_name[home], f"Projet {at}", place,
                draw(st.sampled_from(THEMES)),
            )
        )  # fmt: skip
    chosen = st.lists(st.sampled_from([one.reference for one in candidates]), unique=True,
                      max_size=3)  # fmt: skip
    ballots: list[Marked] = []
    for choices in draw(st.lists(chosen, max_size=9)):
        marks = tuple(draw(st.integers(1, 3)) for _one in choices)
        with_marks = rules["ballot_type"] in {"points", "graded"}
        ballots.append((tuple(choices), marks if with_marks else ()))
    foes = [["1", "2"]] if size > 1 and draw(st.booleans()) else []
    return candidates, ballots, purses, foes, rules


Vote = tuple[list[Candidate], list[Marked], list[Purse], list[list[str]], dict[str, Any]]


def published(unit: Unit) -> bytes:
    """The file that anybody may take."""
    chance = random.Random(7).randrange
    return tally.write(unit.election, unit.outcome, meta=META, below=chance)


def apart(sentence: str) -> str:
    """A sentence without its no-break spaces, nor the commas a file can't hold in a list."""
    return re.sub(r"[\u00a0\u202f]", " ", sentence).replace("Gare, ouest", "Gare ouest")


@settings(max_examples=120, deadline=None)
@given(votes())
def test_the_published_file_counts_to_the_same_winners_and_reasons(vote: Vote) -> None:
    candidates, ballots, purses, foes, rules = vote
    for unit in units(candidates, ballots, purses, rules, foes):
        election, rule, said = tally.declared(tally.read(published(unit)))
        again = tally.count(election, rule, **said)
        assert again.winners == unit.outcome.winners
        assert {e.project: (e.cause, e.votes, e.rank) for e in again.explain()} == {
            e.project: (e.cause, e.votes, e.rank) for e in unit.outcome.explain()
        }
        if "equal" not in rule:
            assert {e.project: apart(e.sentence) for e in again.explain()} == {
                e.project: apart(e.sentence) for e in unit.outcome.explain()
            }


@settings(max_examples=120, deadline=None)
@given(votes())
def test_money_is_spent_once_and_what_is_missing_is_missing_to_the_cent(vote: Vote) -> None:
    candidates, ballots, purses, foes, rules = vote
    said = count(candidates, ballots, purses, rules, foes)
    assert set(said) == {one.reference for one in candidates}
    won = [one for one in candidates if said[one.reference].elected]
    assert sum(one.cost for one in won) <= sum(purse.amount for purse in purses)
    for one in candidates:
        told = said[one.reference]
        assert told.votes == sum(one.reference in choices for choices, _marks in ballots)
        assert told.elected == (told.cause == "")
        missing, left = told.figures.get("missing"), told.figures.get("remaining")
        by_shares = rules["rule"] == "equal-shares" and told.cause == "too-expensive"
        if missing is not None and left is not None and not by_shares:
            assert missing == max(0, one.cost - left)
    effect = effect_of(candidates, ballots, [one.reference for one in won])
    assert sum(effect["places"].values()) == effect["spent"] == sum(one.cost for one in won)


@settings(max_examples=100, deadline=None)
@given(votes(), st.integers(0, 6))
def test_so_many_votes_more_would_do_and_one_fewer_would_not(vote: Vote, which: int) -> None:
    candidates, ballots, purses, foes, rules = vote
    if rules["rule"] in {"equal-shares", "phragmen", "majority-judgment"}:
        return
    one = candidates[which % len(candidates)].reference
    said = count(candidates, ballots, purses, rules, foes)[one]

    def won(more: int) -> bool:
        """Counted again with so many people who chose it alone (one point each)."""
        marks = (1,) if rules["ballot_type"] == "points" else ()
        crowd: list[Marked] = [((one,), marks)] * more
        return count(candidates, [*ballots, *crowd], purses, rules, foes)[one].elected

    more = said.figures.get("more")
    if said.elected:
        assert more is None
    elif more is None:
        assert not any(won(number) for number in range(1, 30))
    else:
        assert won(more)
        assert more == 1 or not won(more - 1)


def test_a_project_has_its_rank_among_its_own_and_both_its_turns() -> None:
    purses = [Purse(1, "Nord", 100_00), Purse(2, "Sud", 100_00)]
    candidates = [
        Candidate("1", 1, 80_00, 1, "A", "Nord"),
        Candidate("2", 2, 70_00, 1, "B", "Nord"),
        Candidate("3", 3, 60_00, 2, "C", "Sud"),
        Candidate("4", 4, 50_00, 2, "D", "Sud"),
    ]
    ballots: list[Marked] = [(("1", "3"), ())] * 5 + [(("2", "4"), ())] * 2 + [(("4",), ())]
    said = count(candidates, ballots, purses, {**DEFAULTS, "rule": "zones-then-complement"})
    assert {key: (one.rank, one.elected) for key, one in said.items()} == {
        "1": (1, True), "2": (2, False), "3": (1, True), "4": (2, True),
    }  # fmt: skip
    assert apart(said["4"].explanation) == (
        "Classé 2e de « Sud » avec 3 voix. Retenu ensuite, par le complément : il coûte 50 €."
    )
    assert apart(said["2"].explanation) == (
        "Classé 2e de « Nord » avec 2 voix. Quand son tour est venu, il restait 20 €, trop peu. "
        "Ensuite, au complément, il restait 10 € ; il en coûte 70 € : il a manqué 60 €. "
        "À 20 €, ou avec 3 voix de plus, il aurait été retenu."
    )


def test_a_project_of_the_whole_town_waits_for_the_complement_wherever_it_stands() -> None:
    purses = [Purse(1, "Nord", 100_00), Purse(2, "Toute la ville", 50_00, local=False)]
    candidates = [
        Candidate("1", 1, 100_00, 2, "A", "Nord"),
        Candidate("2", 2, 90_00, 1, "B", "Nord"),
    ]
    ballots: list[Marked] = [((one,), ()) for one in "1111122"]
    said = count(candidates, ballots, purses, {**DEFAULTS, "rule": "zones-then-complement"})
    assert [one.elected for one in (said["1"], said["2"])] == [False, True]
    assert said["1"].figures["remaining"] == 60_00


def test_a_tie_is_named_only_when_it_alone_decided() -> None:
    purses = [Purse(1, "Nord", 100_00), Purse(2, "Sud", 100_00)]
    candidates = [
        Candidate("1", 1, 100_00, 1, "A", "Nord"),
        Candidate("2", 2, 100_00, 1, "B", "Nord"),
        Candidate("3", 3, 100_00, 2, "C", "Sud"),
    ]

    def cast(*numbers: int) -> list[Marked]:
        """So many ballots for each project alone."""
        return [((str(at),), ()) for at, number in enumerate(numbers, 1) for _one in range(number)]

    def told(ballots: list[Marked], number: str) -> Counted:
        rules = {**DEFAULTS, "rule": "zones-then-complement", "tie": "number"}
        return count(candidates, ballots, purses, rules)[number]

    assert "Égalité départagée" in told(cast(4, 4, 3), "2").explanation
    behind = told(cast(4, 3, 3), "2")
    assert behind.figures["more"] == 2
    assert "Égalité" not in behind.explanation


def test_a_graded_project_has_its_grades_and_the_majoritys() -> None:
    purses = [Purse(1, "Nord", 100_00)]
    candidates = [Candidate("1", 1, 10_00, 1, "A"), Candidate("2", 2, 10_00, 1, "B")]
    ballots: list[Marked] = [
        (("1", "2"), (3, 1)), (("1", "2"), (2, 1)), (("1",), (3,)), ((), ()), (("2",), (2,)),
    ]  # fmt: skip
    rules = {**DEFAULTS, "rule": "majority-judgment", "ballot_type": "graded"}
    said = count(candidates, ballots, purses, rules)
    assert said["1"].figures["grades"] == [2, 0, 1, 2]
    assert said["2"].figures["grades"] == [2, 2, 1, 0]
    for one in said.values():
        row = one.figures["grades"]
        so_much = sum(row[one.figures["grade"] :])
        assert sum(row) == len(ballots)
        assert Fraction(so_much, len(ballots)) >= Fraction(1, 2)
        assert Fraction(sum(row[one.figures["grade"] + 1 :]), len(ballots)) <= Fraction(1, 2)


def counted(rules: dict[str, Any], *costs: int) -> dict[str, Counted]:
    """One envelope of 15 euros; the first project has the most votes."""
    candidates = [Candidate(str(at), at, cost, 1, f"P{at}") for at, cost in enumerate(costs, 1)]
    ballots: list[Marked] = [
        ((one.reference,), ()) for one in candidates for _vote in range(9 - one.position)
    ]
    return count(candidates, ballots, [Purse(1, "Ville", 15_00)], {**DEFAULTS, **rules})


def test_the_count_goes_on_after_a_misfit_or_stops_there_as_the_reglement_says() -> None:
    for skip, third in ((True, ""), (False, "after-stop")):
        said = counted({"skip": skip}, 10_00, 12_00, 3_00)
        assert [one.cause for one in said.values()] == ["", "too-expensive", third]


def test_a_project_at_the_very_limit_is_not_large() -> None:
    for rule in ("greedy", "size-classes"):
        rules = {"rule": rule, "large_above": 5_00, "large_places": 1}
        said = counted(rules, 5_01, 5_00, 4_00)
        assert [one.elected for one in said.values()] == [True, True, True]
        said = counted(rules, 5_01, 5_02, 4_00)
        assert [one.elected for one in said.values()] == [True, False, True]
