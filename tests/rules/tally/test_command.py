"""`civic tally` at the terminal: one JSON object, or one line that says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from civic.house.tally_commands import tally as command
from civic.rules import tally
from tests.rules.tally import reference
from tests.rules.tally.reference import small


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "vote.pb"
    path.write_bytes(small())
    return str(path)


def test_the_json_is_what_it_was_promised_to_be(file: str) -> None:
    result = run(file, "--rule", "greedy", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "rule": "greedy",
        "budget": 30000,
        "spent": "21500.5",
        "winners": ["pas", "banc"],
        "votes": {"banc": 2, "pas": 3, "arbre": 1},
    }


def test_explain_adds_an_explanation_for_each_project(file: str) -> None:
    answer = json.loads(run(file, "--json", "--explain").stdout)
    assert [e["project"] for e in answer["explanation"]] == ["pas", "banc", "arbre"]
    assert answer["explanation"][2]["missing"] == "11500.5"


@pytest.mark.parametrize(
    "rule",
    [
        ["greedy", "--no-skip"],
        ["greedy", "--threshold", "2", "--laureates", "1"],
        ["greedy-per-cost", "--utility", "count"],
        ["equal-shares", "--utility", "cost", "--completion", "add1u", "--start", "integral"],
        ["equal-shares", "--completion", "add1", "--no-exhaustive-stop", "--tie", "cheapest"],
        ["phragmen"],
        ["majority-judgment"],
        ["zones-then-complement", "--zone-envelope", "12500"],
        ["zones-first", "--per-zone", "1"],
    ],
)
def test_every_rule_counts_and_tells(rule: list[str], file: str) -> None:
    result = run(file, "--rule", *rule, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rule"] == rule[0]
    told = run(file, "--rule", *rule, "--explain")
    assert told.exit_code == 0
    assert "bulletins" in told.stdout


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["absent.pb"],
        ["FILE", "FILE"],
        ["FILE", "--rule", "lottery"],
        ["FILE", "--tie"],
        ["FILE", "--utility", "joy"],
        ["FILE", "--frobnicate"],
        ["FILE", "--threshold", "-1"],
        ["FILE", "--rule", "zones-then-complement"],
        ["FILE", "--rule", "zones-then-complement", "--zone-envelope", "12,5"],
        ["FILE", "--rule", "equal-shares", "--utility", "borda"],
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: list[str], file: str) -> None:
    result = run(*[file if word == "FILE" else word for word in words], "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def test_a_bad_file_is_refused_in_one_line_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "vote.pb"
    path.write_bytes(small(("2;pas", "1;pas"), ("4;arbre", "4;chêne")))
    result = run(str(path), "--json")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "ligne 23" in result.stderr
    assert "ligne 25" in result.stderr


def test_neither_the_web_nor_the_database_is_loaded(file: str) -> None:
    program = (
        "import sys; from civic.house.cli import main; sys.argv = ['civic', 'tally', sys.argv[1]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'flask', 'sqlalchemy', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, file], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@reference.here
def test_amounts_are_as_the_file_gives_them() -> None:
    name = "France_Toulouse_2022_6_-_Saint-Cyprien.pb"
    answer = json.loads(run(str(reference.FOLDER / name), "--json").stdout)
    assert answer["budget"] == "400000.0"
    assert answer["spent"] == 399000


def test_a_file_that_says_its_rule_is_counted_by_it_and_by_nothing_else(tmp_path: Path) -> None:
    from tests.rules.tally.test_writing import village, written

    election = village()
    limits = {"zone_envelopes": {"Nord": 700_050, "Sud": 300_000}}
    outcome = tally.count(election, "zones-then-complement", tie="cheapest", **limits)
    path = tmp_path / "vote.pb"
    path.write_bytes(written(election, outcome))
    answer = json.loads(run(str(path), "--declared", "--json").stdout)
    assert answer["rule"] == "zones-then-complement"
    assert answer["winners"] == list(outcome.winners)
    refused = run(str(path), "--declared", "--tie", "lex")
    assert refused.exit_code == 2
    assert refused.stderr == "--declared compte par la règle du fichier : enlevez --tie.\n"


def test_a_file_of_elsewhere_does_not_say_its_rule(file: str) -> None:
    refused = run(file, "--declared")
    assert refused.exit_code == 2
    assert "ne dit pas par quelle règle" in refused.stderr
