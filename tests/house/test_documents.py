"""The documents say what is there: every command has its heading, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from civic.house.cli import civic

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def _commands(command: click.Command, name: str) -> list[str]:
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    found = []
    for word in command.list_commands(context):
        inner = command.get_command(context, word)
        assert inner is not None
        found += _commands(inner, f"{name} {word}")
    return found


def test_each_command_has_its_heading() -> None:
    page = (ROOT / "docs" / "operateur" / "commandes.md").read_text("utf-8")
    headings = re.findall(r"^### `(.+)`", page, re.MULTILINE)
    assert sorted(headings) == sorted(_commands(civic, "civic"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
