"""Winners of real elections are those that exact rationals, and the towns themselves, found."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

import pytest

from civic.rules import tally
from civic.rules.tally.judgment import compare, median
from tests.rules.tally import reference

pytestmark = reference.here
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "greedy_count": ("greedy", {}),
    "greedy_percost": ("greedy-per-cost", {}),
    "greedy_points_percost": ("greedy-per-cost", {"utility": "points"}),
    "greedy_borda_percost": ("greedy-per-cost", {"utility": "borda"}),
    "phragmen": ("phragmen", {}),
}
SHARES = {"cost": "cost", "card": "count", "points": "points", "borda": "borda"}
ENDS = {"": "none", "add1": "add1", "add1u": "add1u", "u": "utilitarian"}
TIES = {"lex": "lex", "es": "cheapest"}


def expected() -> dict[str, Any]:
    if not reference.FOLDER.is_dir():
        return {"instances": {}, "official_mes": [], "majority_judgment": {"vectors": []}}
    answer: dict[str, Any] = json.loads((reference.FOLDER / "expected.json").read_text("utf-8"))
    return answer


def rule_of(name: str) -> tuple[str, dict[str, str]]:
    if name in LISTS:
        return LISTS[name]
    _, utility, end = [*name.split("_"), ""][:3]
    return "equal-shares", {"utility": SHARES[utility], "completion": ENDS[end]}


@pytest.mark.parametrize("name", sorted(expected()["instances"]))
def test_winners_and_their_order(name: str) -> None:
    election = reference.election(name)
    for answer in expected()["instances"][name]["expected"]:
        rule, options = rule_of(answer["rule"])
        outcome = tally.count(election, rule, **{"tie": TIES[answer["tie"]], **options})
        assert sorted(outcome.winners) == sorted(answer["winners"]), answer["rule"]
        if answer.get("purchase_order"):
            assert list(outcome.winners) == answer["purchase_order"], answer["rule"]
        if answer["total_cost"]:
            assert str(outcome.as_json()["spent"]) == answer["total_cost"]


@pytest.mark.parametrize("stop", [True, False])
def test_towns_that_counted_by_equal_shares(stop: bool) -> None:
    for answer in expected()["official_mes"]:
        outcome = tally.count(
            reference.election(answer["file"]),
            "equal-shares",
            utility="cost",
            completion="add1",
            start="integral",
            exhaustive_stop=stop,
            tie="cheapest",
        )
        assert sorted(outcome.winners) == sorted(answer["winners"])


def _by(counts: list[list[int]]) -> Callable[[int, int], int]:
    return lambda one, other: compare(counts[one], counts[other])


def test_majority_judgment_orders_as_its_authors_say() -> None:
    for vector in expected()["majority_judgment"]["vectors"]:
        counts = vector["counts_best_to_worst"]
        assert [median(row) for row in counts] == vector["median_grade_index"]
        order = sorted(range(len(counts)), key=cmp_to_key(_by(counts)))
        ties = {frozenset(pair) for pair in vector["exact_ties"]}
        for one, other in zip(order, vector["order_best_first"], strict=True):
            assert one == other or compare(counts[one], counts[other]) == 0
        for one, other in pairwise(order):
            assert (compare(counts[one], counts[other]) == 0) == (frozenset((one, other)) in ties)
