"""One cause a project, amounts that add up, counterfactuals that hold when counted again."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules import tally
from civic.rules.records import replace
from civic.rules.tally import what_if
from tests.rules.tally import reference

RULES: list[tuple[str, dict[str, object]]] = [
    ("greedy", {}),
    ("greedy", {"skip": False}),
    ("greedy", {"threshold": 3, "tie": "cheapest"}),
    ("greedy", {"laureates": 2}),
    ("greedy-per-cost", {}),
    ("zones-then-complement", {"zone_envelope": 4000}),
    ("zones-first", {"per_zone": 1}),
    ("one-per-zone", {}),
    ("majority-judgment", {}),
    ("equal-shares", {}),
    ("equal-shares", {"completion": "utilitarian"}),
    ("equal-shares", {"completion": "add1u"}),
    ("phragmen", {}),
]


@st.composite
def elections(draw: st.DrawFn) -> tally.Election:
    size = draw(st.integers(2, 8))
    costs = draw(st.lists(st.integers(1, 60), min_size=size, max_size=size))
    zones = draw(st.lists(st.sampled_from(["Nord", "Sud"]), min_size=size, max_size=size))
    chosen = st.lists(st.sampled_from([str(i) for i in range(size)]), unique=True, max_size=4)
    ballots = draw(st.lists(chosen, min_size=1, max_size=15))
    return tally.Election.of(
        [tally.Project(str(i), costs[i] * 100, zone=zones[i]) for i in range(size)],
        [tally.Ballot(tuple(ballot)) for ballot in ballots],
        draw(st.integers(1, 120)) * 100,
    )


@pytest.mark.parametrize(("rule", "options"), RULES)
@settings(max_examples=40)
@given(election=elections())
def test_each_project_has_one_explanation_and_losers_a_cause(
    rule: str, options: dict[str, object], election: tally.Election
) -> None:
    outcome = tally.count(election, rule, **options)
    told = outcome.explain()
    assert sorted(e.project for e in told) == sorted(p.id for p in election.projects)
    for explanation in told:
        assert explanation.funded == (explanation.project in outcome.winners)
        assert (explanation.cause is None) == explanation.funded
        assert explanation.sentence.endswith(".")
        if explanation.missing is not None and explanation.remaining is not None:
            assert explanation.missing >= 0


@settings(max_examples=60)
@given(elections(), st.sampled_from([0, 2, 4, 5, 6]))
def test_votes_and_cost_said_to_be_enough_are_enough_and_one_vote_less_is_not(
    election: tally.Election, which: int
) -> None:
    rule, options = RULES[which]
    outcome = tally.count(election, rule, **options)
    for said in outcome.explain():
        if said.at_cost is not None:
            assert what_if.at_cost(election, outcome, said.project, said.at_cost)
        if said.more_votes is not None:
            assert what_if.with_voters(election, outcome, said.project, said.more_votes)
            assert said.more_votes == 1 or not what_if.with_voters(
                election, outcome, said.project, said.more_votes - 1
            )


@settings(max_examples=100)
@given(elections())
def test_shares_add_up_to_the_cent_and_what_was_left_was_too_little(
    election: tally.Election,
) -> None:
    outcome = tally.count(election, "equal-shares")
    assert outcome.endowment is not None
    for said in outcome.explain():
        if said.funded or said.cause == "no-support":
            continue
        assert said.shares is not None
        assert said.remaining is not None
        assert said.shares == sum(amount for _, amount in said.paid) + said.remaining
        assert 0 <= outcome.endowment * said.votes - said.shares < 1
        assert said.missing == said.cost - said.remaining > 0
        if said.at_cost:
            assert what_if.at_cost(election, outcome, said.project, said.at_cost)


@settings(max_examples=25)
@given(elections(), st.sampled_from([0, 9, 11, 12]))
def test_searched_turning_points_turn(election: tally.Election, which: int) -> None:
    rule, options = RULES[which]
    outcome = tally.count(election, rule, **options)
    losers = [e for e in outcome.explain() if not e.funded][:2]
    for said in losers:
        cost = what_if.highest_cost(election, outcome, said.project)
        if cost is not None:
            assert what_if.at_cost(election, outcome, said.project, cost)
            assert not what_if.at_cost(election, outcome, said.project, cost + 1)
        voters = what_if.fewest_voters(election, outcome, said.project)
        if voters is not None:
            assert what_if.with_voters(election, outcome, said.project, voters)


def test_the_sentence_says_what_was_missing_and_what_would_have_been_enough() -> None:
    election = tally.Election.of(
        [tally.Project("a", 5000000), tally.Project("b", 3000000), tally.Project("c", 1000000)],
        [tally.Ballot(("a",), weight=9), tally.Ballot(("b",), weight=5), tally.Ballot(("c",))],
        6200000,
    )
    said = {e.project: e for e in tally.count(election).explain()}
    assert said["b"].cause == "too-expensive"
    sentence = said["b"].sentence.replace("\u202f", " ").replace("\xa0", " ")
    assert sentence == (
        "Classé 2e avec 5 voix. Quand son tour est venu, il restait 12 000 € ; il en coûte "
        "30 000 € : il a manqué 18 000 €. Un projet classé après lui mais moins cher a été retenu "
        "ensuite. À 12 000 €, ou avec 5 voix de plus, il aurait été retenu."
    )


@reference.here
def test_a_real_election_by_equal_shares_accounts_for_every_unit() -> None:
    election = reference.election("Poland_Swiecie_2023.pb")
    outcome = tally.count(election, "equal-shares", completion="add1")
    for said in outcome.explain():
        if not said.funded and said.cause == "shares-spent":
            assert said.shares == sum(amount for _, amount in said.paid) + (said.remaining or 0)


def test_many_projects_many_ballots_are_explained_within_the_counts_own_order() -> None:
    chance = random.Random(5)
    projects = [tally.Project(str(i), chance.randint(500, 9000) * 100) for i in range(60)]
    ids = [project.id for project in projects]
    ballots = [tally.Ballot(tuple(chance.sample(ids, 5))) for _ in range(3000)]
    outcome = tally.count(tally.Election.of(projects, ballots, 60_000_00), "equal-shares")
    told = outcome.explain()
    assert tuple(e.project for e in told if e.funded) == outcome.winners
    richer = replace(outcome, explainer=None)
    assert richer == outcome
    assert richer.explain() == ()
