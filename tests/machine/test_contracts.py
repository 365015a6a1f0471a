"""The import contracts of pyproject.toml refuse what ARCHITECTURE forbids, in a small house."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINTER = Path(sys.executable).parent / "lint-imports"


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with two rooms, the house and the rules, where nothing imports anything."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    machine = folder / "tests" / "machine"
    machine.mkdir(parents=True)
    (folder / "tests" / "__init__.py").touch()
    (machine / "__init__.py").touch()
    shutil.copy(ROOT / "tests" / "machine" / "contracts.py", machine)
    for room in ("councils", "draws"):
        for name in ("__init__", "views", "forms", "service", "queries", "models", "commands"):
            path = folder / "civic" / room / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    for name in ("__init__", "house/__init__", "house/text", "house/db", "rules/__init__"):
        path = folder / "civic" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def verdict(house: Path) -> tuple[int, str]:
    done = subprocess.run(
        [LINTER, "--no-cache", "--no-logo"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_house_where_nothing_is_imported_is_in_order(empty_house: Path) -> None:
    code, said = verdict(empty_house)
    assert code == 0, said
    assert "0 broken" in said


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("councils/service", "from civic.draws import models"),  # an earlier room, a later one
        ("draws/models", "from civic.draws import service"),  # upwards inside a room
        ("draws/views", "from civic.councils import views"),  # another room's pages
        ("draws/forms", "from civic.councils import forms"),  # another room's forms
        ("draws/service", "import flask"),  # a verb that knows the web
        ("draws/queries", "from werkzeug.exceptions import NotFound"),
        ("house/db", "from civic.councils import queries"),  # the house on a room
        ("rules/__init__", "from civic.house import db"),  # a rule on the house
        ("rules/__init__", "import time"),  # a rule with a clock
        ("rules/__init__", "import sqlalchemy"),
        ("house/db", "import bleach"),  # a second door for an outside thing
    ],
)
def test_what_the_architecture_forbids_is_found(
    where: str, line: str, empty_house: Path, tmp_path: Path
) -> None:
    house = tmp_path / "house"
    shutil.copytree(empty_house, house)
    (house / "civic" / f"{where}.py").write_text(f"{line}\n")
    code, said = verdict(house)
    assert code == 1, said
    assert f"civic.{where.replace('/', '.').removesuffix('.__init__')} ->" in said, said


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("draws/service", "from civic.councils import queries"),
        ("draws/views", "from civic.draws import forms, service"),
        ("draws/views", "import flask"),
        ("house/db", "import civic.rules"),
        ("rules/__init__", "import numpy, highspy, nacl.public, fractions"),
        ("house/text", "import bleach"),
    ],
)
def test_what_it_allows_passes(where: str, line: str, empty_house: Path, tmp_path: Path) -> None:
    house = tmp_path / "house"
    shutil.copytree(empty_house, house)
    (house / "civic" / f"{where}.py").write_text(f"{line}\n")
    code, said = verdict(house)
    assert code == 0, said
