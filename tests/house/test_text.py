"""Text from people: safe HTML out of any Markdown in."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.house.text import (
    ATTRIBUTES,
    TAGS,
    csv_cell,
    excerpt,
    folded,
    markdown,
    one_line,
    prose,
    slug,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<img src=x onerror=alert(1)>",
    "![x](javascript:alert(1))",
    "![x](http://elsewhere.test/pixel.png)",
    "<svg/onload=alert(1)>",
    "<a href='x' onclick='alert(1)'>x</a>",
    "<iframe src='http://elsewhere.test'></iframe>",
    "<style>body{display:none}</style>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '[x](http://a.test "onmouseover=alert(1)")',
    "`<script>`",
    "<form action='http://elsewhere.test'><input name=csrf_token></form>",
    "\x00<script\x00>alert(1)</script>",
]


def _problems(text: str) -> list[str]:
    tree = html5lib.parseFragment(str(markdown(text)), namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            continue
        if element.tag not in TAGS | {"tbody"}:
            found.append(element.tag)
        for name, value in element.attrib.items():
            if name not in {*ATTRIBUTES.get(element.tag, []), "rel"}:
                found.append(f"{element.tag}@{name}")
            if name == "href" and not value.lower().startswith(
                ("http:", "https:", "mailto:", "tel:", "/", "#")
            ):
                found.append(value) if ":" in value else None
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_not_run(text: str) -> None:
    assert _problems(text) == []


@given(st.text())
def test_whatever_is_typed_only_allowed_tags_come_out(text: str) -> None:
    assert _problems(text) == []


def test_what_people_write_keeps_its_shape() -> None:
    html = markdown("Un **banc**\n\n- à l'ombre\n- [plan](https://x.test)\n\n# Titre")
    assert "<strong>banc</strong>" in html
    assert '<a rel="nofollow ugc" href="https://x.test">plan</a>' in html
    assert "<h3>Titre</h3>" in html


@given(st.text())
def test_a_line_is_one_line_and_prose_has_no_control_characters(text: str) -> None:
    assert "\n" not in one_line(text)
    assert one_line(one_line(text)) == one_line(text)
    assert not [c for c in prose(text) if ord(c) < 32 and c != "\n"]


def test_words_compare_without_accents_or_ligatures() -> None:
    assert folded("  L'ŒUVRE  d’Étang\u00a0!") == folded("l'oeuvre d'etang")
    assert slug("Un banc rue d'Oultreman !") == "un-banc-rue-d-oultreman"
    assert slug("؟؟") == "sans-titre"
    assert excerpt("**Un** mot " * 40).endswith("…")


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@x", "\tx"])
def test_no_cell_of_a_file_is_a_formula(text: str) -> None:
    assert csv_cell(text) == f"'{text}"
    assert csv_cell("") == ""
    assert csv_cell(12) == "12"
