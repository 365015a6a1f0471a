"""Where rounded numbers cannot tell two prices, or a price and a purse, apart, fractions decide.

Amounts are near 10 ** 17, where a float's last digit is worth 16 and a fraction of one decides.
"""

from __future__ import annotations

import random
from fractions import Fraction
from unittest import mock

import pytest

from civic.rules import tally
from civic.rules.tally.equal_shares import growth, plain, purses
from civic.rules.tally.equal_shares.bits import Bits
from civic.rules.tally.equal_shares.columns import Columns
from civic.rules.tally.equal_shares.purses import Price, Purses
from civic.rules.tally.equal_shares.rule import market_of
from civic.rules.tally.phragmen import loads
from civic.rules.tally.phragmen.rule import _run
from tests.rules.tally import oracle
from tests.rules.tally.test_against_oracle import WAYS, Ballots, counted_by, election_of, names

CASES = 30
_EARLY = range(9)
_ONE, _OTHER = 9, 10


def purse_beside_price(seed: int, *, enough: bool) -> tuple[list[int], Ballots, int, Fraction]:
    """Somebody who has bought what is `_EARLY`, at prices no rounded number has, has a little more
    (`enough`) or less than what `_ONE` costs each of its supporters. Taking them for the contrary
    makes `_ONE` seem cheaper than `_OTHER`, which comes first in truth, and then takes from `_ONE`
    what it lacks."""
    chance = random.Random(seed)
    payers = chance.randint(3, 9)
    others = 2 * payers + 1
    purse = chance.randint(10**17, 12 * 10**16)
    early = [purse // 5000 + chance.randint(0, 10**6) for _ in _EARLY]
    share = purse + sum(early) + len(early) // 3
    off = -1 if enough else 1
    # beside `purse`, the price if all pay as much is off / (payers + 1), if they give all they have
    # and the others the rest off / payers, and that of `_OTHER` between, 2 * off / others
    costs = [3 * price + 1 for price in early]
    costs += [(payers + 1) * purse + off, others * purse + 2 * off]
    ballots: Ballots = [dict.fromkeys([*_EARLY, _ONE], 1), {_ONE: 1, _OTHER: 1}]
    ballots += [dict.fromkeys(_EARLY, 1) for _ in range(2)]
    ballots += [{_ONE: 1} for _ in range(payers - 1)]
    ballots += [{_OTHER: 1} for _ in range(others - 1)]
    return costs, ballots, share * len(ballots), Fraction(share)


def renamed(costs: list[int], ballots: Ballots) -> tuple[list[int], Ballots]:
    """The same with the places of all projects, and so their ids, the other way round."""
    last = len(costs) - 1
    return costs[::-1], [{last - place: 1 for place in ballot} for ballot in ballots]


@pytest.mark.parametrize("enough", [True, False])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("turned", [False, True])
def test_a_purse_that_is_almost_a_price(way: tuple[int, int], enough: bool, turned: bool) -> None:
    for seed in range(CASES):
        costs, ballots, budget, share = purse_beside_price(seed, enough=enough)
        if turned:
            costs, ballots = renamed(costs, ballots)
        expected = oracle.equal_shares(costs, ballots, share, [1] * 11)
        assert expected[len(_EARLY) :] == [0 if turned else _OTHER]
        with counted_by(*way):
            counted = tally.count(
                election_of(costs, ballots, budget), "equal-shares", utility="count"
            )
        assert counted.winners == names(expected)


@pytest.mark.parametrize("enough", [True, False])
def test_a_purse_that_is_almost_a_price_in_tables_of_endowments(enough: bool) -> None:
    undecided = 0
    for seed in range(CASES):
        costs, ballots, budget, share = purse_beside_price(seed, enough=enough)
        election = election_of(costs, ballots, budget)
        market = market_of(election, tally.Options(utility="count"))
        most = sum(costs[: _ONE + 1])  # so that buying `_OTHER` passes it
        alone = growth._alone(market, share, most)
        assert not alone.feasible
        (end,) = Columns(market, [share], most).run()
        undecided += end is None
        assert end is None or not end.feasible
    assert undecided


def test_shares_grow_in_amounts_too_wide_for_a_table() -> None:
    share = 10**20
    election = election_of([share + 30], [{0: 1}, {}], 2 * share)
    counted = tally.count(election, "equal-shares", utility="cost", completion="add1")
    assert (counted.winners, counted.increments) == (("0",), 30)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("turned", [False, True])
def test_prices_that_are_almost_the_same(way: tuple[int, int], turned: bool) -> None:
    for seed in range(CASES):
        chance = random.Random(seed)
        price = chance.randint(10**17, 12 * 10**16)
        few, many = chance.randint(3, 9), chance.randint(10, 20)
        # dearer by 1 / few than the other by 1 / many
        costs = [few * price + 1, many * price + 1]
        ballots: Ballots = [{0: 1} for _ in range(few)] + [{1: 1} for _ in range(many)]
        if turned:
            costs, ballots = renamed(costs, ballots)
        for rule, options in (("equal-shares", {"utility": "count"}), ("phragmen", {})):
            with counted_by(*way):
                election = election_of(costs, ballots, sum(costs) * 2)
                counted = tally.count(election, rule, **options)
            assert counted.winners == (("0", "1") if turned else ("1", "0"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("turned", [False, True])
def test_times_are_equal_though_rounding_has_lowered_one(
    way: tuple[int, int], turned: bool
) -> None:
    # three people have bought three projects at a third more each than can be written down
    costs = [301, 400, 502, 3 * 500, (301 + 400 + 502) // 3 + 500]
    ballots: Ballots = [{0: 1, 1: 1, 2: 1, 3: 1} for _ in range(3)] + [{4: 1}]
    if turned:
        costs, ballots = renamed(costs, ballots)
    expected = oracle.phragmen(costs, ballots, 10**4)
    assert expected[3:] == ([0, 1] if turned else [3, 4])
    with counted_by(*way), mock.patch.object(loads, "LONG", 1):
        counted = tally.count(election_of(costs, ballots, 10**4), "phragmen")
    assert counted.winners == names(expected)


class Checked(Purses):
    """Purses that are held to what voters have exactly, after each purchase, and whose answers
    about a price are held to the price worked out in fractions."""

    farthest = bounds = given_up = 0

    def price(self, project: int, least: int, enough: int) -> Price | None:
        found = super().price(project, least, enough)
        groups = self.of[project] & self.alive
        true = self._exact(project, groups) if groups and self.costs[project] else None
        if found is None:
            assert true is None
            Checked.given_up += 1
        elif found.full and self.costs[project]:
            assert true is not None
            assert true.exact is not None
            assert least <= true.exact * (1 << self.fine)
            assert abs(found.near - true.exact * (1 << self.fine)) <= found.error
            assert (found.full, found.poor) == (true.full, true.poor)
        elif true is not None and true.exact is not None:
            assert max(least, enough + 1) <= found.near <= true.exact * (1 << self.fine)
            Checked.bounds += 1
        return found

    def buy(self, project: int, price: Price) -> None:
        super().buy(project, price)
        turn = len(self.bought) - 1
        assert abs(price.near - (self.settle(price, turn) * (1 << self.fine))) <= price.error
        for voter in range(self.alive.bit_length()):
            one = self.alive & 1 << voter
            if one:
                bits = ("1" if having & one else "0" for having in self.left.having)
                off = abs(int("".join(bits), 2) - (self._money(one, turn + 1) * (1 << self.fine)))
                assert off <= self.error
                Checked.farthest = max(Checked.farthest, int(off))


def dense_election(seed: int) -> tally.Election:
    chance = random.Random(seed)
    costs = [chance.choice([300, 500, 700, chance.randint(300, 1500)]) for _ in range(16)]
    ballots = [dict.fromkeys(chance.sample(range(16), chance.randint(4, 9)), 1) for _ in range(40)]
    return election_of(costs, ballots, 9000)


def test_purses_and_prices_are_within_the_bounds_they_say() -> None:
    for seed in range(24):
        for long in (1, 12, 18, 61):
            with (
                counted_by(*WAYS[1 + seed % 2]),
                mock.patch.object(purses, "_LONG", long),
                mock.patch.object(plain, "Purses", Checked),
            ):
                tally.count(dense_election(seed), "equal-shares", utility="count")
    # rounding has added up, and prices were put off and given up, or nothing was tried
    assert Checked.farthest > 4
    assert Checked.bounds > 50
    assert Checked.given_up > 50


def test_nobody_pays_more_than_they_have() -> None:
    supporters = dense_election(1).ballots.supporters
    first = supporters.of[0]
    for amount, poor in ((2, first), (3, supporters.all), (4, supporters.all)):
        kept = Bits(supporters.all, supporters.count, 3)
        kept.take(first, 1)
        kept.take(supporters.all, amount)
        assert kept.below(supporters.all, 1) == poor
        assert kept.below(supporters.all, 2) == supporters.all


def test_nobody_has_less_than_nothing_and_all_have_less_than_more_than_all() -> None:
    supporters = dense_election(1).ballots.supporters
    everybody, first = supporters.all, supporters.of[0]
    kept = Bits(everybody, supporters.count, 5)
    kept.take(first, 4)
    for low, less in ((-6, 0), (-1, 0), (0, 0), (1, 0), (2, first), (5, first), (6, everybody)):
        for high, more in ((1, 0), (2, first), (5, first), (6, everybody), (9, everybody)):
            if low <= high:
                assert kept.below_both(everybody, low, high) == (less, more)


def test_times_rounded_down_are_within_one_for_each_purchase() -> None:
    farthest = Fraction(0)
    for seed in range(12):
        for bits in (1, 61):
            election = dense_election(seed)
            with mock.patch.object(loads, "LONG", bits):
                kept = loads.Sets(
                    [project.cost for project in election.projects],
                    election.ballots.supporters,
                    election.budget,
                )
                _run(kept, list(range(16)), None, election.budget)
            turns = range(1, len(kept.bought) + 1)
            kept.settle(turns[-1])
            for turn in turns:
                off = Fraction(kept.times[turn] << kept.fine, kept.common) - kept.floors[turn]
                assert 0 <= off <= turn
                farthest = max(farthest, off)
    assert farthest > 1
