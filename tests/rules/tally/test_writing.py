"""What is written can be read again, tells no voter apart, and satisfies pabulib's own checker."""

from __future__ import annotations

import contextlib
import io
import random
from pathlib import Path

import pytest

from civic.rules import tally
from tests.rules.tally import reference

META = {
    "description": 'Budget participatif ; « les "petits" travaux »',
    "country": "France",
    "unit": "Ville-Exemple",
    "instance": "2026",
    "date_begin": "01.09.2026",
    "date_end": "30.09.2026",
    "language": "fr",
}


def village() -> tally.Election:
    chance = random.Random(11)
    projects = [
        tally.Project(
            str(i),
            chance.randint(10, 90) * 10050,
            name=f'Projet n° {i} ; dit "le {i}"\nen deux lignes',
            zone=["Nord", "Sud", ""][i % 3],
            categories=("vert", "rue, place")[: i % 3],
        )
        for i in range(1, 13)
    ]
    ids = [project.id for project in projects]
    ballots = [tally.Ballot(tuple(chance.sample(ids, chance.randint(1, 4)))) for _ in range(300)]
    return tally.Election.of(projects, [*ballots, tally.Ballot((), weight=3)], 20_000_00)


def written(election: tally.Election, outcome: tally.Outcome | None, seed: int = 1) -> bytes:
    meta = {} if election.meta else META
    return tally.write(election, outcome, meta=meta, below=random.Random(seed).randrange)


def test_it_can_be_counted_again_with_the_same_result() -> None:
    election = village()
    outcome = tally.count(election)
    again = tally.read(written(election, outcome))
    assert tally.count(again).winners == outcome.winners
    assert again.votes() == {p.id: election.votes()[p.id] for p in again.projects}
    assert {p.id: p.zone for p in again.projects} == {p.id: p.zone for p in election.projects}
    assert {p.id for p in again.projects if p.selected == "1"} == set(outcome.winners)


def test_blank_ballots_stay_where_each_share_depends_on_them() -> None:
    election = village()
    shares = tally.count(election, "equal-shares", utility="cost")
    again = tally.read(written(election, shares))
    assert again.voters == election.voters
    assert tally.count(again, "equal-shares", utility="cost").winners == shares.winners
    assert tally.read(written(election, tally.count(election))).voters == election.voters - 3


def test_nothing_about_voters_is_in_it() -> None:
    content = written(village(), None)
    text = content.decode("utf-8")
    assert not content.startswith(b"\xef\xbb\xbf")
    header, *rows = text[text.index("VOTES\n") + 6 :].splitlines()
    assert header == "voter_id;vote"
    ids = [row.split(";")[0] for row in rows]
    assert len(set(ids)) == len(ids) == 300
    assert ids != sorted(ids)
    other = written(village(), None, seed=2).decode("utf-8")
    again = other[other.index("VOTES\n") + 6 :].splitlines()[1:]
    assert [row.split(";")[1] for row in again] != [row.split(";")[1] for row in rows]
    assert sorted(row.split(";")[1] for row in again) == sorted(row.split(";")[1] for row in rows)


def test_a_file_needs_its_description() -> None:
    with pytest.raises(ValueError, match="description"):
        tally.write(village(), None, meta={}, below=random.Random(1).randrange)


def checked(content: bytes, folder: Path) -> dict[str, object]:
    checker = pytest.importorskip("pabulib.checker")
    path = folder / "election.pb"
    path.write_bytes(content)
    with contextlib.redirect_stdout(io.StringIO()):
        answer = checker.Checker().process_files([str(path)])
    results: dict[str, object] = answer["election"]["results"]
    return results


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
def test_the_checker_has_nothing_to_say(rule: str, tmp_path: Path) -> None:
    election = village()
    election = tally.Election.of(
        election.projects, [b for b in election.ballots if b.choices], election.budget
    )
    options = {"utility": "cost", "tie": "cheapest"} if rule == "equal-shares" else {}
    outcome = tally.count(election, rule, **options)
    assert checked(written(election, outcome), tmp_path) == {"errors": {}, "warnings": {}}


@reference.here
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "options"),
    [("France_Toulouse_2022.pb", {}), ("France_Toulouse_2019.pb", {"utility": "points"})],
)
def test_the_checker_takes_real_elections(
    name: str, options: dict[str, str], tmp_path: Path
) -> None:
    election = reference.election(name)
    outcome = tally.count(election, **options)
    assert checked(written(election, outcome), tmp_path) == {"errors": {}, "warnings": {}}


DECLARED: list[tuple[str, dict[str, object]]] = [
    ("greedy", {}),
    ("greedy", {"skip": False, "threshold": 60, "tie": "cheapest"}),
    ("greedy-per-cost", {"utility": "count", "category_limits": {"rue, place": 700_050}}),
    ("zones-then-complement", {"zone_envelopes": {"Nord": 700_050, "Sud": 300_000}}),
    ("zones-first", {"per_zone": 1, "incompatible": [["1", "2"], ["4", "5"]]}),
    ("one-per-zone", {"zone_envelope": 900_000}),
    (
        "size-classes",
        {"classes": [{"name": "# 1: grands", "laureates": 1}, {"name": "p", "up_to": 500_050}]},
    ),
    ("equal-shares", {"utility": "cost", "completion": "add1u", "start": "integral"}),
    ("phragmen", {"category_places": {"vert": 2}}),
]


@pytest.mark.parametrize(("rule", "options"), DECLARED)
def test_a_file_says_its_rule_so_that_nobody_has_to_know_it(
    rule: str, options: dict[str, object]
) -> None:
    election = village()
    tie = {"tie": tuple(reversed([project.id for project in election.projects]))}
    outcome = tally.count(election, rule, **{**tie, **options})
    again, found, said = tally.declared(tally.read(written(election, outcome)))
    assert found == rule
    recounted = tally.count(again, found, **said)
    assert recounted.winners == outcome.winners
    told = {one.project: one for one in outcome.explain()}
    assert all(
        one.sentence == told[one.project].sentence.replace("rue, place", "rue place")
        for one in recounted.explain()
    )


def test_blank_ballots_stay_where_the_median_depends_on_them() -> None:
    projects = [tally.Project("a", 10), tally.Project("b", 10)]
    ballots = [tally.Ballot(("a",), (3,), weight=3), tally.Ballot(("b",), (2,), weight=4)]
    ballots += [tally.Ballot(("a", "b"), (1, 1), weight=2), tally.Ballot((), (), weight=6)]
    election = tally.Election.of(projects, ballots, 10, vote_type="scoring", scale=1)
    outcome = tally.count(election, "majority-judgment")
    again, rule, said = tally.declared(tally.read(written(election, outcome)))
    assert again.voters == election.voters
    assert tally.count(again, rule, **said).winners == outcome.winners


@pytest.mark.parametrize(
    ("comment", "sentence"),
    [
        ("#1: greedy", "ne dit pas par quelle règle"),
        ("#1: civic tally {", "ne se lit pas"),
        ('#1: civic tally {"rule": "greedy"}', "ne se lit pas"),
        ('#1: civic tally {"rule": "greedy", "scale": 0}', "ne se lit pas"),
    ],
)
def test_a_file_without_its_rule_is_refused_in_one_sentence(comment: str, sentence: str) -> None:
    from civic.rules.records import replace

    election = replace(village(), meta={"comment": comment})
    with pytest.raises(tally.BadRule, match=sentence):
        tally.declared(election)
