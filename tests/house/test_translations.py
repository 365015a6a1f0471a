"""A catalogue's faults are found: missing, empty, stale, other variables, missing plurals."""

from __future__ import annotations

from pathlib import Path

import pytest

from civic.house.translations import problems

TEMPLATE = """
msgid "Bonjour %(name)s"
msgstr ""

msgid "%(n)s vote"
msgid_plural "%(n)s votes"
msgstr[0] ""
msgstr[1] ""
"""
HEADER = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
GOOD = """
msgid "Bonjour %(name)s"
msgstr "Hello %(name)s"

msgid "%(n)s vote"
msgid_plural "%(n)s votes"
msgstr[0] "One vote"
msgstr[1] "%(n)s votes"
"""


def _problems(folder: Path, catalogue: str) -> list[str]:
    (folder / "t.pot").write_text(HEADER + TEMPLATE, "utf-8")
    target = folder / "en" / "LC_MESSAGES" / "civic.po"
    target.parent.mkdir(parents=True)
    target.write_text(HEADER + catalogue, "utf-8")
    return problems(folder / "t.pot", folder, ["en"])


def test_a_complete_catalogue_is_right(tmp_path: Path) -> None:
    assert _problems(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Hello %(name)s", "", "n'est pas traduit"),
        ("Hello %(name)s", "Hello", "variables"),
        ("Hello %(name)s", "Hello %(nom)s", "variables"),
        ('msgstr[1] "%(n)s votes"', 'msgstr[1] ""', "n'est pas traduit"),
        ('msgid "Bonjour', 'msgid "Salut', "il manque"),
        ('msgid "Bonjour', 'msgid "Salut', "ne sert plus"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert any(words in one for one in _problems(tmp_path, GOOD.replace(before, after)))


def test_a_plural_may_say_its_number_in_words(tmp_path: Path) -> None:
    pair = ('msgid "%(count)s pas"\nmsgid_plural "%(count)s pas"\n', 'msgstr[0] "', 'msgstr[1] "')
    template = HEADER + pair[0] + pair[1] + '"\n' + pair[2] + '"\n'
    (tmp_path / "t.pot").write_text(template, "utf-8")
    target = tmp_path / "en" / "LC_MESSAGES" / "civic.po"
    target.parent.mkdir(parents=True)
    said = HEADER + pair[0] + pair[1] + 'One step"\n' + pair[2] + '%(count)s steps"\n'
    target.write_text(said, "utf-8")
    assert problems(tmp_path / "t.pot", tmp_path, ["en"]) == []


def test_a_missing_catalogue_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.pot").write_text(HEADER + TEMPLATE, "utf-8")
    assert problems(tmp_path / "t.pot", tmp_path, ["ar"]) == ["ar : le catalogue manque."]
