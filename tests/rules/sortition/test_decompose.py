"""The optimum of chances becomes whole panels that average to it, however the bounds hold each
other."""

from __future__ import annotations

from collections.abc import Sequence
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules.sortition import Candidate, Criterion, chances, few, prepare, seeking
from civic.rules.sortition.decompose import CLOSE, decompose
from civic.rules.sortition.nearest import Nearest
from civic.rules.sortition.profiles import Profiles, group
from tests.rules.sortition import made, oracle


def grouped(people: Sequence[Candidate], criteria: Sequence[Criterion], seats: int) -> Profiles:
    bounds = sorted(criteria, key=lambda one: (one.feature, one.value))
    return group(people, bounds, seats)


@pytest.mark.parametrize(
    ("seed", "people", "seats", "kinds"),
    [(1, 90, 12, (2, 4, 4, 3, 3, 2, 2)), (2, 120, 16, (2, 4, 4, 3, 3, 2, 2, 5))],
)
def test_panels_average_to_the_optimum_where_peeling_does_not_get_to_the_end(
    seed: int, people: int, seats: int, kinds: tuple[int, ...]
) -> None:
    shape = grouped(*made.town(seed, people=people, seats=seats, kinds=kinds)).shape
    best = chances.expected(shape, "leximin")
    told: list[float] = []
    mixture, _cut, found = decompose(shape, best, np.zeros((0, len(best))), told.append)
    assert mixture is not None
    assert max(told) > 0.25, "peeling alone reached the end: this instance tests nothing"
    assert mixture.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert mixture.weights.min() >= 0
    assert np.abs(mixture.average - best).sum() <= 2 * CLOSE
    used = found @ shape.rows.T
    assert ((used >= shape.lower) & (used <= shape.upper)).all()
    assert ((found >= 0) & (found <= shape.sizes) & (found == np.rint(found))).all()


# All panels listed; the search alone; the search that forgets nearly all, so that programs answer.
WAYS = [(seeking.LISTED, seeking.SOME), (0, seeking.SOME), (0, 1)]


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from(WAYS))
def test_few_seats_are_shared_as_the_listing_of_every_panel_says(
    seed: int, way: tuple[int, int]
) -> None:
    people, criteria, seats = made.tiny(seed)
    profiles = grouped(people, criteria, seats)
    possible = oracle.panels(people, criteria, seats)
    with mock.patch.object(seeking, "LISTED", way[0]), mock.patch.object(seeking, "SOME", way[1]):
        answer = few.fairest(profiles.shape, np.zeros((0, len(profiles.members))), "leximin")
    if not possible:
        assert answer is None
        return
    assert answer is not None
    panels, weights, held, smallest = answer
    place = {who: t for t, members in enumerate(profiles.members) for who in members}
    best = oracle.leximin(len(people), possible)
    mine = [held[place[who]] / profiles.shape.sizes[place[who]] for who in range(len(people))]
    assert mine == pytest.approx(best, abs=1e-6)
    assert smallest == pytest.approx(min(best), abs=1e-6)
    assert weights.sum() == pytest.approx(1.0)
    used = panels @ profiles.shape.rows.T
    assert ((used >= profiles.shape.lower) & (used <= profiles.shape.upper)).all()


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from(WAYS))
def test_a_panel_that_prices_ask_for_is_found_or_there_is_none(
    seed: int, way: tuple[int, int]
) -> None:
    people, criteria, seats = made.tiny(seed)
    profiles = grouped(people, criteria, seats)
    possible = oracle.panels(people, criteria, seats)
    if not possible:
        return
    with mock.patch.object(seeking, "LISTED", way[0]), mock.patch.object(seeking, "SOME", way[1]):
        seeker = seeking.Seeker(profiles.shape)
        prices = np.random.default_rng(seed).normal(0.2, 1.0, len(profiles.members))
        place = {who: t for t, members in enumerate(profiles.members) for who in members}
        worth = [sum(prices[place[who]] for who in panel) for panel in possible]
        base = max(worth)
        mine = prices[seeker.profiles]
        assert not len(seeker.panels(mine, base + 1e-8))
        found = seeker.panels(mine, base - 1e-6)
    assert len(found)
    assert (found @ mine) == pytest.approx(np.full(len(found), base), abs=2e-6)
    seated = {t for panel in possible for t in {place[who] for who in panel}}
    assert seated <= set(seeker.profiles.tolist()), "who may sit is never left out"


def test_six_seats_that_eight_features_hold_tightly() -> None:
    """What a replacement leaves: every bound nearly met by those who stay."""
    people, criteria, seats = made.town(3, people=120, seats=6, kinds=(2, 4, 4, 3, 3, 2, 2, 5))
    prepared = prepare(people, criteria, seats, secret=b"s")
    least = prepared.public["bound"]
    assert least == pytest.approx(min(prepared.optimal.values()), abs=1e-7)
    assert sum(prepared.optimal.values()) == pytest.approx(seats, abs=1e-6)


def test_six_seats_are_shared_alike_with_and_without_the_list() -> None:
    shape = grouped(*made.town(3, people=24, seats=6, kinds=(2, 4, 3, 3, 2))).shape
    none = np.zeros((0, len(shape.sizes)))
    listed = few.fairest(shape, none, "leximin")
    with mock.patch.object(seeking, "LISTED", 0):
        sought = few.fairest(shape, none, "leximin")
    assert listed is not None
    assert sought is not None
    assert listed[3] == pytest.approx(sought[3], abs=1e-9)
    assert listed[2] == pytest.approx(sought[2], abs=1e-7)


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.booleans())
def test_the_nearest_mixture_is_the_nearest(seed: int, inside: bool) -> None:
    chance = np.random.default_rng(seed)
    panels = chance.integers(0, 3, (chance.integers(1, 12), 5)).astype(np.float64)
    aim = chance.dirichlet(np.ones(len(panels))) @ panels if inside else chance.normal(1, 1, 5)
    nearest = Nearest(aim)
    for panel in panels:
        nearest.offer(panel)
    nearest.approach(1e-12)
    weights, mixed = nearest.mixture()
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ mixed + nearest.lacking == pytest.approx(aim, abs=1e-7)
    if inside:
        assert nearest.missing < 1e-6
    # No panel goes further in the direction of what is lacking: nothing nearer exists.
    reached = float(nearest.lacking @ (weights @ mixed))
    assert (panels @ nearest.lacking).max() <= reached + 1e-5
