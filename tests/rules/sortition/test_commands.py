"""`civic draw`, as a person in a town hall uses it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from civic.rules.sortition import Candidate, Criterion
from tests.rules.sortition import made


def civic(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from civic.house.cli import main; main()", "draw", *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people, criteria, _seats = made.town(people=60, seats=8, kinds=(2, 3))
    pool = io.StringIO()
    rows = csv.writer(pool)
    rows.writerow(["id", "f0", "f1", "adresse", "appt"])
    for place, one in enumerate(people):
        rows.writerow([one.id, *one.features.values(), "1 place Gagarine", f"{place // 2}"])
    (tmp_path / "P.csv").write_text(pool.getvalue(), encoding="utf-8")
    lines = [f"{one.feature},{one.value},{one.minimum},{one.maximum}" for one in criteria]
    (tmp_path / "C.csv").write_text("\n".join(["feature,value,min,max", *lines]), encoding="utf-8")
    return tmp_path


def write(folder: Path, town: tuple[list[Candidate], list[Criterion], int]) -> None:
    """Both files of a made town, without households."""
    people, criteria, _seats = town
    features = sorted({one.feature for one in criteria})
    lines = [",".join([one.id, *(one.features[name] for name in features)]) for one in people]
    (folder / "P.csv").write_text("\n".join([",".join(["id", *features]), *lines]))
    lines = [f"{one.feature},{one.value},{one.minimum},{one.maximum}" for one in criteria]
    (folder / "C.csv").write_text("\n".join(["feature,value,min,max", *lines]))


PREPARE = ("prepare", "--pool", "P.csv", "--criteria", "C.csv", "--seats", "8")


def test_from_lists_to_a_verified_record(folder: Path) -> None:
    done = civic(folder, *PREPARE, "--household", "adresse", "appt", "--out", "lottery.json")
    assert done.returncode == 0, done.stderr
    digest = civic(folder, "commit", "lottery.json").stdout.strip()
    assert len(digest) == 64
    done = civic(folder, "run", "lottery.json", "--seed", "7 12 23", "--out", "record.json")
    assert done.returncode == 0, done.stderr
    record = json.loads((folder / "record.json").read_text())
    assert record["commitment"] == digest
    assert record["lottery"]["households"] is True

    done = civic(folder, "verify", "record.json", "--commitment", digest)
    assert done.returncode == 0
    assert "fichier scellé" in done.stdout  # it lies beside the record
    civic(folder, "letter", "lottery.private.json", "p0007", "--out", "letter.json")
    done = civic(folder, "verify", "record.json", "--letter", "letter.json")
    assert done.returncode == 0
    assert "la lettre" in done.stdout

    (folder / "record.json").write_text(json.dumps(record | {"number": record["number"] ^ 1}))
    done = civic(folder, "verify", "record.json")
    assert done.returncode == 1
    assert "Faux" in done.stdout


def test_a_second_draw_does_not_replace_the_first(folder: Path) -> None:
    civic(folder, *PREPARE, "--out", "lottery.json")
    first = civic(folder, "run", "lottery.json", "--number", "7", "--out", "record.json")
    assert first.returncode == 0
    kept = (folder / "record.json").read_bytes()
    second = civic(folder, "run", "lottery.json", "--number", "8", "--out", "record.json")
    assert second.returncode == 2
    assert (folder / "record.json").read_bytes() == kept
    again = civic(folder, "run", "lottery.json", "--number", "7", "--out", "record.json")
    assert again.returncode == 0


def test_the_same_secret_gives_the_same_files(folder: Path) -> None:
    (folder / "secret").write_bytes(b"un secret bien garde")
    lines = (folder / "P.csv").read_text().splitlines()
    (folder / "P.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]))
    kept = {}
    for name in ("a", "b"):
        done = civic(folder, *PREPARE, "--secret", "secret", "--out", f"{name}.json")
        assert done.returncode == 0, done.stderr
        kept[name] = [
            (folder / f"{name}.{kind}").read_bytes()
            for kind in ("json", "private.json", "auditor.json")
        ]
        (folder / "P.csv").write_text("\n".join(lines))
    assert kept["a"] == kept["b"]
    assert not (folder / "a.secret").exists()


def test_sealed_files_are_for_their_owner_only(folder: Path) -> None:
    civic(folder, *PREPARE, "--out", "lottery.json")
    for kind in ("private.json", "auditor.json", "secret"):
        assert (folder / f"lottery.{kind}").stat().st_mode & 0o077 == 0


def test_the_report(folder: Path) -> None:
    civic(folder, *PREPARE, "--out", "lottery.json")
    said = json.loads(civic(folder, "report", "lottery.json", "--json").stdout)
    private = ("--private", "lottery.private.json")
    named = json.loads(civic(folder, "report", "lottery.json", *private, "--json").stdout)
    assert (said["seats"], said["people"], said["panels"]) == (8, 60, 1000)
    assert set(said["optimal"]) == {str(number) for number in range(1, 61)}
    assert set(named["probabilities"]) == {f"p{number:04}" for number in range(60)}
    assert sum(map(Fraction, named["probabilities"].values())) == 8
    assert sorted(named["optimal"].values()) == sorted(said["optimal"].values())
    assert said["min_probability"] == min(said["optimal"].values())
    assert said["seconds"] > 0
    assert set(said) == {
        "seats", "people", "profiles", "panels", "min_probability", "optimal", "probabilities",
        "seconds", "algorithm", "version",
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("prepare", "--pool", "none.csv", "--criteria", "C.csv", "--seats", "8", "--out", "l.json"),
        ("prepare", "--pool", "C.csv", "--criteria", "C.csv", "--seats", "8", "--out", "l.json"),
        ("prepare", "--pool", "P.csv", "--criteria", "P.csv", "--seats", "8", "--out", "l.json"),
        ("prepare", "--pool", "P.csv", "--criteria", "C.csv", "--seats", "x", "--out", "l.json"),
        (*PREPARE[:-1], "61", "--out", "l.json"),
        (*PREPARE, "--panels", "10", "--out", "l.json"),
        (*PREPARE, "--out", "nowhere/l.json"),
        (*PREPARE, "stray", "--out", "l.json"),
        (*PREPARE, "--household", "porte", "--out", "l.json"),
        ("commit", "P.csv"),
        ("commit", "none.json"),
        ("run", "C.csv", "--seed", "x", "--out", "r.json"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(folder: Path, arguments: tuple[str, ...]) -> None:
    before = sorted(folder.iterdir())
    done = civic(folder, *arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert sorted(folder.iterdir()) == before


def test_impossible_bounds_exit_with_three_and_say_the_clash(folder: Path) -> None:
    (folder / "C.csv").write_text(
        "feature,value,min,max\nf0,v0,59,60\nf0,v1,0,60\nf1,v0,0,60\nf1,v1,0,60\nf1,v2,0,60\n"
    )
    arguments = (*PREPARE[:-1], "60", "--out", "lottery.json")
    done = civic(folder, *arguments)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "il manque" in done.stderr
    done = civic(folder, *arguments, "--json")
    assert done.returncode == 3
    clash = json.loads(done.stdout)
    assert clash["clashes"][0]["criteria"][0]["value"] == "v0"
    assert clash["relaxation"]
    assert not (folder / "lottery.json").exists()


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_preparation_that_is_killed_leaves_the_folder_as_it_was(
    folder: Path, by: signal.Signals
) -> None:
    write(folder, made.town(people=321, seats=30, kinds=(2, 4, 4, 3, 3, 2, 2, 5)))
    (folder / "lottery.json").write_text("une loterie d'avant")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    screen, window = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", "from civic.house.cli import main; main()", "draw",
         *PREPARE[:-1], "30", "--out", "lottery.json"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=window,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    told = b""
    # Somebody at a terminal sees how far it is; in the middle it dies.
    while b"loterie 1" not in told:
        told += os.read(screen, 1000)
    running.send_signal(by)
    assert running.wait(20) != 0
    os.close(screen)
    os.close(window)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
