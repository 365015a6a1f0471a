"""Rules of French towns, limits, ties: what a règlement says is what is counted."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules import tally
from civic.rules.tally import designation, judgment

P = tally.Project


def election_of(
    projects: list[tuple[str, int, str, int]], budget: int, **more: object
) -> tally.Election:
    """Projects as (id, cost, zone, votes); each vote a ballot of its own."""
    return tally.Election.of(
        [P(i, cost, zone=zone, **more) for i, cost, zone, _ in projects],  # type: ignore[arg-type]
        [tally.Ballot((i,), weight=votes) for i, _, _, votes in projects if votes],
        budget,
    )


TOWN = [
    ("a", 60, "Nord", 50),
    ("b", 50, "Nord", 40),
    ("c", 30, "Nord", 5),
    ("d", 40, "Sud", 30),
    ("e", 10, "Sud", 20),
    ("f", 80, "Est", 10),
]


def test_each_zone_has_its_envelope_and_the_town_shares_the_rest() -> None:
    outcome = tally.count(election_of(TOWN, 200), "zones-then-complement", zone_envelope=70)
    # Est: f is too dear for 70. Nord: a. Sud: d, e. Then 90 are left: b (50), c (30).
    assert outcome.winners == ("a", "d", "e", "b", "c")
    assert outcome.spent == 190


def test_a_zone_may_have_an_envelope_of_its_own() -> None:
    outcome = tally.count(
        election_of(TOWN, 200),
        "zones-then-complement",
        zone_envelope=70,
        zone_envelopes={"Est": 80},
    )
    assert outcome.winners[0] == "f"


def test_the_first_of_each_zone_then_the_town() -> None:
    outcome = tally.count(election_of(TOWN, 230), "zones-first", per_zone=1)
    assert outcome.winners == ("f", "a", "d", "b")
    assert tally.count(election_of(TOWN, 230), "one-per-zone").winners == ("f", "a", "d")


def test_large_projects_have_their_own_places() -> None:
    classes = (
        tally.SizeClass("gros", laureates=1),
        tally.SizeClass("petits", up_to=40),
    )
    outcome = tally.count(election_of(TOWN, 150), "size-classes", classes=classes)
    assert outcome.winners == ("a", "d", "e", "c")


def test_a_misfit_is_skipped_or_stops_the_count_as_declared() -> None:
    town = election_of(TOWN, 100)
    assert tally.count(town).winners == ("a", "d")
    assert tally.count(town, skip=False).winners == ("a",)
    assert tally.count(town, threshold=41).winners == ("a",)
    assert tally.count(town, laureates=1).winners == ("a",)


@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen"])
def test_limits_hold_under_every_rule(rule: str) -> None:
    town = election_of(TOWN, 300, categories=("vert",))
    one = tally.count(town, rule, category_places={"vert": 1})
    assert len(one.winners) == 1
    capped = tally.count(town, rule, category_limits={"vert": 100})
    assert 0 < capped.spent <= 100
    apart = tally.count(town, rule, incompatible=(frozenset({"a", "b"}),))
    assert not {"a", "b"} <= set(apart.winners)
    causes = {e.project: e.cause for e in apart.explain()}
    assert causes["b"] == "incompatible"


def test_ties_follow_the_declared_order() -> None:
    even = election_of([("10", 50, "", 5), ("9", 40, "", 5), ("8", 60, "", 5)], 60)
    assert tally.count(even).winners == ("10",)
    assert tally.count(even, tie="cheapest").winners == ("9",)
    assert tally.count(even, tie=("8", "9", "10")).winners == ("8",)
    with pytest.raises(tally.BadRule):
        tally.count(even, tie=("8", "9"))


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("lottery", {}),
        ("greedy", {"colour": 1}),
        ("greedy", {"utility": "points"}),
        ("equal-shares", {"utility": "borda"}),
        ("equal-shares", {"completion": "add2"}),
        ("zones-then-complement", {}),
        ("zones-first", {}),
        ("size-classes", {}),
        ("greedy", {"tie": "biggest"}),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_in_one_sentence(
    rule: str, options: dict[str, object]
) -> None:
    with pytest.raises(tally.BadRule) as caught:
        tally.count(election_of(TOWN, 100), rule, **options)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("rule", tally.RULES)
def test_no_ballot_all_blank_one_voter(rule: str) -> None:
    options: dict[str, object] = {
        "zone_envelope": 50,
        "per_zone": 1,
        "threshold": 1,
        "classes": (tally.SizeClass("tous"),),
    }
    projects = [P("a", 10, zone="Nord"), P("b", 20, zone="Sud")]
    for ballots in ([], [tally.Ballot(())], [tally.Ballot(()), tally.Ballot(())]):
        outcome = tally.count(tally.Election.of(projects, ballots, 100), rule, **options)
        assert outcome.winners == ()
        assert {e.project for e in outcome.explain()} <= {"a", "b"}
    one = tally.count(tally.Election.of(projects, [tally.Ballot(("a",))], 100), rule, **options)
    assert one.winners == ("a",)


@settings(max_examples=200)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=12))
def test_majority_judgment_takes_medians_away_one_by_one(voters: list[list[int]]) -> None:
    def strip(marks: list[int]) -> list[int]:
        left, taken = sorted(marks), []
        while left:
            taken.append(left.pop((len(left) - 1) // 2))
        return taken

    rows = [[sum(v[p] == mark for v in voters) for mark in (3, 2, 1, 0)] for p in range(3)]
    values = [strip([v[p] for v in voters]) for p in range(3)]
    for one in range(3):
        for other in range(3):
            way = judgment.compare(rows[one], rows[other])
            assert (way < 0) == (values[one] > values[other])
            assert (way == 0) == (values[one] == values[other])


def test_what_is_not_graded_has_the_worst_grade_and_laureates_are_a_fixed_number() -> None:
    graded = tally.Election.of(
        [P("a", 10), P("b", 10), P("c", 10)],
        [
            tally.Ballot(("a", "b"), (3, 2)),
            tally.Ballot(("b",), (2,)),
            tally.Ballot(("a", "b", "c"), (3, 2, 1)),
            tally.Ballot(("b",), (3,)),
        ],
        100,
        vote_type="scoring",
    )
    outcome = tally.count(graded, "majority-judgment", laureates=1)
    assert outcome.winners == ("b",), "a's lower median is 0, for two voters did not grade it"


def test_schulze_on_the_example_of_its_author() -> None:
    rankings = [
        ("ACBED", 5), ("ADECB", 5), ("BEDAC", 8), ("CABED", 3),
        ("CAEBD", 7), ("CBADE", 2), ("DCEBA", 7), ("EBADC", 8),
    ]  # fmt: skip
    ballots = [(tuple(ranking), number) for ranking, number in rankings]
    result = designation.schulze("ABCDE", ballots, seats=5)
    assert result.elected == ("E", "A", "C", "B", "D")


@settings(max_examples=150)
@given(st.lists(st.permutations("ABCD"), min_size=1, max_size=9))
def test_schulze_elects_whoever_beats_all_others(rankings: list[list[str]]) -> None:
    wins = {
        one: all(
            2 * sum(r.index(one) < r.index(other) for r in rankings) > len(rankings)
            for other in "ABCD"
            if other != one
        )
        for one in "ABCD"
    }
    elected = designation.schulze("ABCD", [(tuple(r), 1) for r in rankings]).elected
    assert all(elected == (name,) for name, beats_all in wins.items() if beats_all)


def test_two_rounds() -> None:
    votes = [(("a",), 5), (("b",), 4), (("c",), 2), ((), 9)]
    first = designation.first_round("abc", votes)
    assert first.elected == ()
    assert first.runoff == ("a", "b")
    assert designation.second_round(first.runoff, [(("a",), 5), (("b",), 6)]).elected == ("b",)
    assert designation.first_round("abc", [(("a",), 6), (("b",), 5)]).elected == ("a",)
    with pytest.raises(tally.BadRule):
        designation.first_round("abc", [(("a", "b"), 1)])


def test_approval_names_those_whom_only_the_declared_order_parts() -> None:
    result = designation.approval("abc", [(("a", "b"), 2), (("c",), 2)], seats=2)
    assert result.elected == ("a", "b")
    assert result.tied == ("a", "b", "c")


def test_the_same_ballots_in_any_order_give_the_same_result() -> None:
    chance = random.Random(3)
    ballots = [tally.Ballot(tuple(chance.sample("abcdef", 3))) for _ in range(60)]
    projects = [P(i, cost, zone=zone) for i, cost, zone, _ in TOWN]
    results = set()
    for _ in range(4):
        chance.shuffle(ballots)
        election = tally.Election.of(projects, ballots, 150)
        results.add(tuple(tally.count(election, rule).winners for rule in tally.RULES[:3]))
    assert len(results) == 1


def test_a_reglement_kept_as_data_is_counted_as_the_same_rule() -> None:
    options = tally.Options.of(
        tie=["b", "a", "c", "d", "e", "f"],
        incompatible=[["a", "b"]],
        classes=[{"name": "petits", "up_to": 40}, {"name": "gros", "laureates": 1}],
        category_limits={"vert": 70},
        skip=False,
    )
    data = json.loads(json.dumps(options.as_data()))
    assert tally.Options.of(**data) == options
    town = election_of(TOWN, 200, categories=("vert",))
    kept = tally.count(town, "size-classes", **data)
    assert kept.winners == tally.count(town, "size-classes", **options.__dict__).winners
    assert kept.spent <= 70


def test_what_a_result_does_adds_up() -> None:
    town = tally.Election.of(
        [P(i, cost, zone=zone, categories=("vert",)) for i, cost, zone, _ in TOWN],
        [
            tally.Ballot(("a", "b", "c"), weight=3),
            tally.Ballot(("f",), weight=2),
            tally.Ballot(("c", "d")),
            tally.Ballot((), weight=4),
        ],
        120,
    )
    outcome = tally.count(town)
    figures = tally.effect(town, outcome)
    assert sum(figures.by_zone.values()) == figures.spent == figures.by_theme["vert"]
    assert sum(figures.funded_choices) == town.voters - town.blanks
    chosen = [set(b.choices) & set(outcome.winners) for b in town.ballots if b.choices]
    assert figures.with_none == sum(
        b.weight
        for b, funded in zip([b for b in town.ballots if b.choices], chosen, strict=True)
        if not funded
    )
