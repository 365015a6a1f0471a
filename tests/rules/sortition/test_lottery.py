"""The same input gives the same bytes; what can't be prepared says why."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest

from civic.rules.sortition import BadInput, Candidate, Criterion, Infeasible, commitment, prepare
from civic.rules.sortition.panels import too_few
from tests.rules.sortition import made

ROUND = """
import random, sys
from civic.rules.sortition import commitment, prepare
from civic.rules.sortition.verify import digest
from tests.rules.sortition import made
people, criteria, seats = made.town(people=120, seats=12)
random.Random(int(sys.argv[1])).shuffle(people)
random.Random(int(sys.argv[1])).shuffle(criteria)
prepared = prepare(people, criteria, seats, secret=b"secret")
print(commitment(prepared.public), digest(prepared.private))
"""


def test_the_order_of_lines_and_the_hash_seed_change_nothing() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", ROUND, str(one)],
            env={"PYTHONHASHSEED": str(one), "PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True, text=True, check=True,
        ).stdout
        for one in range(4)
    }  # fmt: skip
    assert len(answers) == 1


def test_another_secret_shares_no_number_list() -> None:
    people, criteria, seats = made.town(people=60, seats=8, kinds=(2, 3))
    one = prepare(people, criteria, seats, secret=b"un")
    two = prepare(people, criteria, seats, secret=b"deux")
    again = prepare(people, criteria, seats, secret=b"un", previous=commitment(one.public))
    orders = [
        tuple(person["id"] for person in each.private["people"])  # type: ignore[attr-defined]
        for each in (one, two, again)
    ]
    assert len(set(orders)) == 3
    assert one.optimal == pytest.approx(two.optimal, abs=1e-7)


def test_fewer_panels_than_fairness_takes_are_refused_with_the_count() -> None:
    people = [Candidate(f"p{place}", {}) for place in range(700)]
    # One seat among 700: 1,000 numbers would give some people two and others one, which is 0.7
    # of the chance they all have; 10,000 give 14 or 15.
    assert prepare(people, [], 1, secret=b"s").public["numbers"] == 10_000
    with pytest.raises(BadInput, match="il en faut 10000"):
        prepare(people, [], 1, secret=b"s", panels=1000)


@pytest.mark.parametrize("many", [3, 31, 334, 350, 501, 700, 999, 1000, 1001])
def test_one_seat_among_people_alike_takes_as_many_numbers_as_the_counts_prove(many: int) -> None:
    # Everybody has 1 / many: the proof that a number of panels is too few is the only limit here.
    people = [Candidate(f"p{place}", {}) for place in range(many)]
    numbers = prepare(people, [], 1, secret=b"s").lottery.numbers
    assert not too_few(numbers, 1 / many)
    assert numbers == 1_000 or too_few(numbers // 10, 1 / many)


def test_fewer_panels_are_never_said_impossible_where_they_were_made() -> None:
    people, criteria, seats = made.town(people=60, seats=8, kinds=(2, 3))
    prepared = prepare(people, criteria, seats, secret=b"s")
    smallest = min(chance for chance in prepared.optimal.values() if chance)
    assert not too_few(prepared.lottery.numbers, smallest)
    assert too_few(10, smallest)


def test_more_panels_may_be_asked() -> None:
    people, criteria, seats = made.town(people=60, seats=8, kinds=(2, 3))
    prepared = prepare(people, criteria, seats, secret=b"s", panels=10_000)
    assert prepared.lottery.numbers == 10_000
    assert prepared.lottery.panels[-1][1] == 9_999


def test_progress_is_told_and_may_stop_the_preparation() -> None:
    people, criteria, seats = made.town()
    told: list[tuple[str, float]] = []
    prepare(people, criteria, seats, secret=b"s", progress=lambda *now: told.append(now))
    assert {step for step, _share in told} == {"profils", "loterie", "groupes"}
    assert all(0 <= share <= 1 for _step, share in told)

    class StopHereError(Exception):
        pass

    def stop(step: str, _share: float) -> None:
        if step == "loterie":
            raise StopHereError

    with pytest.raises(StopHereError):
        prepare(people, criteria, seats, secret=b"s", progress=stop)


@pytest.mark.parametrize(
    ("people", "criteria", "seats", "said"),
    [
        (["a", "a"], [], 1, "deux fois"),
        (["a", " "], [], 1, "pas d'identifiant"),
        (["a", "b"], [], 3, "de 1 à 2"),
        (["a", "b"], [], 0, "de 1 à 2"),
        (["a"], [Criterion("x", "y", -1, 1)], 1, "négatif"),
        (["a"], [Criterion("x", "y", 2, 1)], 1, "dépasse le maximum"),
        (["a"], [Criterion("x", "y", 0, 1), Criterion("x", " y", 0, 1)], 1, "deux fois"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    people: list[str], criteria: list[Criterion], seats: int, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        prepare([Candidate(one, {}) for one in people], criteria, seats, secret=b"s")


def test_a_value_that_no_criterion_has_is_refused() -> None:
    with pytest.raises(BadInput, match="n'est pas un critère"):
        prepare([Candidate("a", {"x": "z"})], [Criterion("x", "y", 0, 1)], 1, secret=b"s")


def young(count: int) -> tuple[list[Candidate], list[Criterion]]:
    people = [
        Candidate(f"p{place}", {"âge": "moins de 30 ans" if place < count else "30 ans et plus"})
        for place in range(80)
    ]
    return people, [
        Criterion("âge", "moins de 30 ans", 14, 40),
        Criterion("âge", "30 ans et plus", 0, 40),
    ]


def test_what_is_missing_is_said_with_its_numbers() -> None:
    people, criteria = young(12)
    with pytest.raises(Infeasible) as caught:
        prepare(people, criteria, 40, secret=b"s")
    none = caught.value
    assert none.clashes[0].criteria == (criteria[0],)
    assert none.clashes[0].sentence == (
        "il manque 2 personnes « âge : moins de 30 ans » : 12 dans la liste, 14 demandées"
    )
    assert none.changes == ("au moins 12 « âge : moins de 30 ans » au lieu de 14",)
    assert none.relaxation is not None
    prepare(people, none.relaxation, 40, secret=b"s")


def test_a_value_nobody_has() -> None:
    people, criteria = young(0)
    with pytest.raises(Infeasible, match="0 dans la liste"):
        prepare(people, criteria, 40, secret=b"s")
    free = [replace(criteria[0], minimum=0), criteria[1]]
    assert prepare(people, free, 40, secret=b"s").optimal["p0"] == pytest.approx(0.5)


def test_bounds_that_clash_together_are_named_and_each_is_needed() -> None:
    chance = random.Random(1)
    people = [
        Candidate(f"p{p}", {"sexe": (sexe := chance.choice("FH")), "quartier": "N" * (sexe == "F")
                            or "S"})
        for p in range(60)
    ]  # fmt: skip
    criteria = [
        Criterion("sexe", "F", 10, 20), Criterion("sexe", "H", 0, 20),
        Criterion("quartier", "N", 0, 6), Criterion("quartier", "S", 0, 20),
    ]  # fmt: skip
    with pytest.raises(Infeasible) as caught:
        prepare(people, criteria, 20, secret=b"s")
    clash = caught.value.clashes[0]
    assert {one.value for one in clash.criteria} == {"F", "N"}
    freed = [replace(one, minimum=0, maximum=20) if one.value == "F" else one for one in criteria]
    prepare(people, freed, 20, secret=b"s")
    assert len(caught.value.changes) >= 1
    assert caught.value.relaxation is not None
    moved = sum(
        abs(new.minimum - old.minimum) + abs(new.maximum - old.maximum)
        for new, old in zip(
            sorted(caught.value.relaxation, key=str), sorted(criteria, key=str), strict=True
        )
    )
    assert moved == 4


def test_flexible_bounds_hold_the_relaxation() -> None:
    people, criteria = young(12)
    held = [replace(criteria[0], flex_minimum=13), criteria[1]]
    with pytest.raises(Infeasible, match="aucun assouplissement permis") as caught:
        prepare(people, held, 40, secret=b"s")
    assert caught.value.relaxation is None


def test_too_few_households() -> None:
    people = [Candidate(f"p{place}", {}, f"h{place % 3}") for place in range(30)]
    with pytest.raises(Infeasible, match="foyers"):
        prepare(people, [], 4, secret=b"s")
    assert json.dumps(prepare(people, [], 3, secret=b"s").public)
