"""What the documents say of the libraries is what is installed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FILES = {
    "requirements.txt": "## To run the site",
    "requirements-test.txt": "## To test it",
    "requirements-check.txt": "## To check it",
}


def _direct(file: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "requirements.txt": project["project"]["dependencies"] + groups["build"],
        "requirements-test.txt": groups["test"],
        "requirements-check.txt": groups["check"],
    }[file]
    return {re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0] for line in wanted}


def _pinned(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE))


@pytest.mark.parametrize("file", FILES)
def test_each_direct_dependency_is_explained_at_the_version_in_use(file: str) -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    section = text.partition(FILES[file])[2].partition("\n## ")[0]
    rows = {
        name: (version, why)
        for name, version, why in re.findall(
            r"^\| ([a-z0-9-]+) \| (\d\S*) \| \S+ \| \S+ \| (.+) \|$", section, re.MULTILINE
        )
    }
    pinned = _pinned(file)
    assert set(rows) == _direct(file)
    assert {name: version for name, (version, _) in rows.items()} == {
        name: pinned[name] for name in rows
    }
    assert all(len(why) > 10 for _, why in rows.values())


def test_one_version_of_each_library_everywhere_and_each_with_hashes() -> None:
    seen: dict[str, str] = {}
    for file in FILES:
        for name, version in _pinned(file).items():
            assert seen.setdefault(name, version) == version, f"{name} in {file}"
        for block in re.split(r"\n(?=[a-z])", (ROOT / file).read_text().strip()):
            assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("file", FILES)
def test_pins_name_no_address(file: str) -> None:
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", (ROOT / file).read_text())
