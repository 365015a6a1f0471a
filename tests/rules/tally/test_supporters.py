"""Sets of voters as whole numbers say what the ballots say."""

from __future__ import annotations

from array import array
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules import tally
from civic.rules.tally import choosers, election, supporters
from civic.rules.tally.choosers import by_columns, by_rows
from civic.rules.tally.supporters import Supporters

BALLOTS = st.lists(st.sets(st.integers(0, 11), max_size=7).map(sorted), max_size=40)


@settings(max_examples=300)
@given(BALLOTS, st.integers(0, 3))
def test_ballots_by_columns_and_by_rows_have_the_same_choosers(
    ballots: list[list[int]], wider: int
) -> None:
    expected = [
        sum(1 << at for at, ballot in enumerate(ballots) if project in ballot)
        for project in range(12)
    ]
    width = max(map(len, ballots), default=0) + wider
    assert by_columns([*map(bytes, ballots)], width, 12) == expected
    assert by_rows([*map(bytes, ballots)], 12) == expected
    assert by_rows([array("i", ballot) for ballot in ballots], 12) == expected


@pytest.mark.parametrize("projects", [1, 2, 3, 127, 128, 254, 255])
def test_every_place_a_byte_can_say_is_told_from_no_choice(projects: int) -> None:
    ballots = [bytes([place]) for place in range(projects)] + [b"", bytes([projects - 1, 0])]
    expected = by_rows(ballots, projects)
    assert by_columns(ballots, 2, projects) == expected
    assert expected[-1].bit_count() == 2


@pytest.mark.parametrize("projects", [255, 256, 257])
@pytest.mark.parametrize("wide", [0, 32])
def test_the_last_of_many_projects_keeps_its_voters(projects: int, wide: int) -> None:
    ids = [str(place) for place in range(projects)]
    ballots = [tally.Ballot((ids[-1],)), tally.Ballot((ids[0], ids[-1])), tally.Ballot(())]
    with mock.patch.object(choosers, "_WIDE", wide):
        votes = tally.Election.of([tally.Project(name, 1) for name in ids], ballots, 9).votes()
    assert [name for name, number in votes.items() if number] == [ids[0], ids[-1]]
    assert votes[ids[-1]] == 2


@settings(max_examples=200)
@given(BALLOTS.filter(bool), st.lists(st.integers(1, 9), min_size=40), st.sampled_from([0, 2, 99]))
def test_a_count_of_groups_is_one_of_voters(
    ballots: list[list[int]], weights: list[int], alike: int
) -> None:
    weights = weights[: len(ballots)]
    with mock.patch.object(supporters, "_ALIKE", alike):
        found = Supporters([*map(bytes, ballots)], array("q", weights), 12)
    assert found.count(found.all) == sum(weights)
    voters = [*zip(map(set, ballots), weights, strict=True)]
    for one in range(12):
        for other in range(one + 1):
            both = found.of[one] & found.of[other]
            expected = sum(weight for chosen, weight in voters if {one, other} <= chosen)
            assert found.count(both) == expected


@pytest.mark.parametrize("few", [0, 1 << 23])
def test_a_file_is_read_with_the_supporters_of_its_ballots(few: int) -> None:
    votes = ["1,2", "2", "", "2,3", "2,1", "3", "3", "3,1,2"]
    rows = "".join(f"{voter};{vote}\n" for voter, vote in enumerate(votes))
    meta = (
        "META\nkey;value\ndescription;Essai\ncountry;France\nunit;Essai\ninstance;2026\n"
        "num_projects;3\nnum_votes;8\nbudget;100\nvote_type;approval\nrule;greedy\n"
        "date_begin;2026\ndate_end;2026\n"
    )
    projects = "PROJECTS\nproject_id;cost\n1;10\n2;20\n3;30\n"
    with mock.patch.object(election, "FEW", few):
        read = tally.read(f"{meta}{projects}VOTES\nvoter_id;vote\n{rows}".encode())
        assert read.votes() == {"1": 3, "2": 5, "3": 4}
    again = Supporters.among(read.ballots)
    assert (read.ballots.supporters.of, read.ballots.supporters.all) == (again.of, again.all)
    assert again.count(again.all) == 8
