"""Fast counts elect whom the papers' definitions elect, on small elections full of ties."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules import tally
from civic.rules.tally import profile
from civic.rules.tally.equal_shares import bits, columns, growth, leaps, plain, purses, rule, shares
from civic.rules.tally.equal_shares.columns import Columns
from civic.rules.tally.equal_shares.rule import market_of, stall_of
from civic.rules.tally.phragmen import loads
from tests.rules.tally import oracle

Ballots = list[dict[int, int]]
COSTS = st.sampled_from([0, 1, 2, 3, 4, 6, 6, 12])


@st.composite
def elections(draw: st.DrawFn, most_points: int = 1) -> tuple[list[int], Ballots, int]:
    costs = draw(st.lists(COSTS, min_size=1, max_size=6))
    projects = st.integers(0, len(costs) - 1)
    ballot = st.dictionaries(projects, st.integers(1, most_points), max_size=len(costs))
    ballots = draw(st.lists(ballot, min_size=1, max_size=9))
    budget = draw(st.integers(1, max(2, sum(costs))))
    return costs, ballots, budget


def election_of(
    costs: list[int], ballots: Ballots, budget: int, vote_type: tally.VoteType = "approval"
) -> tally.Election:
    return tally.Election.of(
        [tally.Project(str(place), cost) for place, cost in enumerate(costs)],
        [
            tally.Ballot(tuple(map(str, b)), tuple(b.values()) if vote_type != "approval" else ())
            for b in ballots
        ],
        budget,
        vote_type=vote_type,
        scale=1,
    )


# by NumPy's tables, by sets with a bit for each voter, and by sets with weights
WAYS = ((0, 2), (1 << 60, 10**6), (1 << 60, 0))


@contextmanager
def counted_by(few: int, alike: int) -> Iterator[None]:
    with (
        mock.patch("civic.rules.tally.election.FEW", few),
        mock.patch("civic.rules.tally.supporters._ALIKE", alike),
    ):
        yield


def names(places: list[int]) -> tuple[str, ...]:
    return tuple(map(str, places))


@settings(max_examples=400, deadline=None)
@given(elections())
def test_equal_shares_by_cost_and_by_count(case: tuple[list[int], Ballots, int]) -> None:
    costs, ballots, budget = case
    share = Fraction(budget, len(ballots))
    for utility, per in (("cost", costs), ("count", [1] * len(costs))):
        expected = oracle.equal_shares(costs, ballots, share, per)
        for way in WAYS:
            with counted_by(*way):
                counted = tally.count(election_of(*case), "equal-shares", utility=utility)
            assert counted.winners == names(expected)


@settings(max_examples=200, deadline=None)
@given(elections(), st.integers(1, 40), st.integers(0, 3), st.integers(0, 9))
def test_few_figures_after_the_point_change_no_outcome(
    case: tuple[list[int], Ballots, int], long: int, rough: int, high: int
) -> None:
    costs, ballots, budget = case
    share = Fraction(budget, len(ballots))
    expected = oracle.equal_shares(costs, ballots, share, costs)
    for way in WAYS[1:]:
        with (
            counted_by(*way),
            mock.patch.multiple(purses, _LONG=long, _ROUGH=rough),
            mock.patch.object(bits, "_HIGH", high),
            mock.patch.object(plain, "_KEY", long),
        ):
            counted = tally.count(election_of(*case), "equal-shares", utility="cost")
        assert counted.winners == names(expected)
    expected = oracle.phragmen(costs, ballots, budget)
    for way in WAYS:
        with mock.patch.object(loads, "LONG", long), counted_by(*way):
            assert tally.count(election_of(*case), "phragmen").winners == names(expected)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_plain_numbers_and_tables_buy_the_same_in_the_same_order(seed: int) -> None:
    chance = random.Random(seed)
    costs = [chance.choice([300, 500, 700, 1000, 1500]) for _ in range(25)]
    ballots = [dict.fromkeys(chance.sample(range(25), chance.randint(1, 4)), 1) for _ in range(150)]
    for name, options in (
        ("equal-shares", {"utility": "cost"}),
        ("equal-shares", {"utility": "count"}),
        ("phragmen", {}),
    ):
        orders = set()
        tried = [
            *((way, 61) for way in WAYS),
            *((WAYS[1], long) for long in (20, 1)),
        ]
        for way, long in tried:
            with (
                counted_by(*way),
                mock.patch.object(purses, "_LONG", long),
                mock.patch.object(loads, "LONG", long),
            ):
                election = election_of(costs, ballots, 9000)
                orders.add(tally.count(election, name, **options).winners)
        assert len(orders) == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_ballots_of_many_choices_buy_what_the_definition_buys(seed: int) -> None:
    chance = random.Random(seed)
    costs = [chance.choice([0, 100, 200, 300, 450, 700]) for _ in range(14)]
    ballots = [
        {place: chance.randint(1, 3) for place in chance.sample(range(14), chance.randint(5, 11))}
        for _ in range(30)
    ]
    share = Fraction(1500, 30)
    plainly = [dict.fromkeys(ballot, 1) for ballot in ballots]
    for utility, per, voters, way in (
        ("cost", costs, plainly, WAYS[0]),
        ("cost", costs, plainly, WAYS[1]),
        ("count", [1] * 14, plainly, WAYS[0]),
        ("points", [1] * 14, ballots, WAYS[0]),
    ):
        election = election_of(costs, ballots, 1500, "cumulative")
        with counted_by(*way):
            counted = tally.count(election, "equal-shares", utility=utility)
        assert counted.winners == names(oracle.equal_shares(costs, voters, share, per))


@settings(max_examples=150, deadline=None)
@given(
    elections(),
    st.sampled_from([2.0**-53, 2.0**-40, 2.0**-30]),
    st.sampled_from([0.0, 2.0**-42, 1.0]),
    st.sampled_from([0, 16, 10**9]),
)
def test_wider_bounds_of_errors_change_no_outcome(
    case: tuple[list[int], Ballots, int], eps: float, tight: float, many: int
) -> None:
    costs, ballots, budget = case
    share = Fraction(budget, len(ballots))
    expected = oracle.equal_shares(costs, ballots, share, costs)
    grown = oracle.grown(costs, ballots, budget, costs, exhaustive_stop=True)
    with (
        mock.patch.multiple(shares, EPS=eps, _TIGHT=tight),
        mock.patch.multiple(columns, EPS=eps, _TIGHT=tight),
        mock.patch.object(profile, "_MANY", many),
        mock.patch.object(growth, "_FEW", 1),
        counted_by(*WAYS[0]),
    ):
        counted = tally.count(election_of(*case), "equal-shares", utility="cost")
        assert counted.winners == names(expected)
        counted = tally.count(election_of(*case), "equal-shares", utility="cost", completion="add1")
        assert counted.winners == names(grown)


@settings(max_examples=300)
@given(elections(most_points=4))
def test_equal_shares_by_points(case: tuple[list[int], Ballots, int]) -> None:
    costs, ballots, budget = case
    share = Fraction(budget, len(ballots))
    expected = oracle.equal_shares(costs, ballots, share, [1] * len(costs))
    outcome = tally.count(election_of(*case, vote_type="cumulative"), "equal-shares")
    assert outcome.winners == names(expected)


GROWTH = ((6, 8), (1, 1 << 30), (6, -1))  # as they come, by tables, and by leaps


@settings(max_examples=300, deadline=None)
@given(elections(), st.booleans(), st.booleans(), st.sampled_from(["cost", "count"]))
def test_add1_stops_where_growth_one_by_one_stops(
    case: tuple[list[int], Ballots, int], stop: bool, integral: bool, utility: str
) -> None:
    costs, ballots, budget = case
    per = costs if utility == "cost" else [1] * len(costs)
    expected = oracle.grown(costs, ballots, budget, per, exhaustive_stop=stop, integral=integral)
    for few, dense in GROWTH:
        with mock.patch.object(growth, "_FEW", few), mock.patch.object(rule, "_DENSE", dense):
            outcome = tally.count(
                election_of(*case),
                "equal-shares",
                utility=utility,
                completion="add1",
                exhaustive_stop=stop,
                start="integral" if integral else "exact",
            )
        assert outcome.winners == names(expected)


def test_growth_by_leaps_buys_what_growth_step_by_step_buys() -> None:
    steps = counts = 0
    for seed in range(5):
        chance = random.Random(seed)
        costs = [chance.choice([3000, chance.randint(2000, 90000)]) for _ in range(14)]
        ballots = [dict.fromkeys(chance.sample(range(14), 7), 1) for _ in range(60)]
        stop = chance.random() < 0.5
        election = election_of(costs, ballots, 200_000)
        stall = stall_of(election, tally.Options(utility=chance.choice(["cost", "count"])))
        share = Fraction(200_000, 60)
        with mock.patch.object(leaps, "follow", side_effect=leaps.follow) as follow:
            order, increments = leaps.grown_by_leaps(stall, share, 1, exhaustive_stop=stop)
        counts += follow.call_count
        steps += increments
        for step in (*range(0, increments, 19), increments):
            alone = plain.plain_run(stall, share + step)[0]
            assert leaps._over(stall, alone, exhaustive_stop=stop) <= (step == increments)
            assert sum(costs[place] for place in alone) <= 200_000
        assert alone == order
        after = plain.plain_run(stall, share + increments + 1)[0]
        spent = sum(costs[place] for place in after)
        assert leaps._over(stall, alone, exhaustive_stop=stop) or spent > 200_000
    assert counts < steps // 4


@settings(max_examples=300, deadline=None)
@given(elections(most_points=4), st.booleans())
def test_add1_by_points_and_tables_stops_at_the_same_step(
    case: tuple[list[int], Ballots, int], stop: bool
) -> None:
    costs, ballots, budget = case
    expected = oracle.grown(costs, ballots, budget, [1] * len(costs), exhaustive_stop=stop)
    with mock.patch.object(growth, "_FEW", 1):
        outcome = tally.count(
            election_of(*case, vote_type="cumulative"),
            "equal-shares",
            completion="add1",
            exhaustive_stop=stop,
        )
    assert outcome.winners == names(expected)


def test_tables_of_endowments_end_as_single_exact_runs_do() -> None:
    chance = random.Random(7)
    decided = 0
    for _ in range(12):
        costs = [chance.choice([300, 500, 700, 1000, 1500]) for _ in range(25)]
        ballots = [
            {place: chance.randint(1, 3) for place in chance.sample(range(25), 3)}
            for _ in range(200)
        ]
        election = election_of(costs, ballots, 9000, "cumulative")
        for utility in ("cost", "count", "points"):
            market = market_of(election, tally.Options(utility=utility))
            endowments = [Fraction(9000, 200) + step for step in range(40)]
            ends = Columns(market, endowments, 9000).run()
            alone = [growth._alone(market, share, 9000) for share in endowments]
            told = [(end, one) for end, one in zip(ends, alone, strict=True) if end is not None]
            decided += len(told)
            for end, one in told:
                assert end.feasible == one.feasible
                assert not one.feasible or end == one
    assert decided > 12 * 3 * 40 // 2


@settings(max_examples=400)
@given(elections())
def test_phragmen(case: tuple[list[int], Ballots, int]) -> None:
    costs, ballots, budget = case
    expected = oracle.phragmen(costs, ballots, budget)
    assert tally.count(election_of(*case), "phragmen").winners == names(expected)


@settings(max_examples=200)
@given(elections())
def test_greedy_by_votes_and_by_votes_for_the_cost(case: tuple[list[int], Ballots, int]) -> None:
    costs, ballots, budget = case
    votes = [Fraction(sum(place in ballot for ballot in ballots)) for place in range(len(costs))]
    election = election_of(*case)
    assert tally.count(election).winners == names(oracle.greedy(costs, votes, budget))
    worth = [
        vote / cost if cost else vote * 10**9 + (10**12 if vote else 0)
        for vote, cost in zip(votes, costs, strict=True)
    ]
    expected = oracle.greedy(costs, [min(w, Fraction(10**9)) for w in worth], budget)
    assert tally.count(election, "greedy-per-cost").winners == names(expected)


@settings(max_examples=100)
@given(elections(), st.sampled_from(["greedy", "greedy-per-cost", "equal-shares", "phragmen"]))
def test_no_rule_spends_more_than_the_budget_and_ballot_order_changes_nothing(
    case: tuple[list[int], Ballots, int], rule: str
) -> None:
    costs, ballots, budget = case
    outcome = tally.count(election_of(*case), rule)
    assert outcome.spent == sum(costs[int(winner)] for winner in outcome.winners) <= budget
    again = tally.count(election_of(costs, ballots[::-1], budget), rule)
    assert again.winners == outcome.winners
