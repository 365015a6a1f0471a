"""The look keeps its promises: readable colours in both themes, weight, one source of drawings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEET = (ROOT / "static/css/site.css").read_text("utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

TONES = ("brique", "feuille", "lac", "soleil", "alerte")
TEXT, EDGE = 4.5, 3.0


def tokens(opening: str) -> dict[str, str]:
    """The colours of the first rule that starts with `opening`."""
    start = SHEET.index(opening)
    block = SHEET[start : SHEET.index("}", start)]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


LIGHT = tokens(":root {")
DARK = tokens(':root[data-theme="dark"],')


def luminance(colour: str) -> float:
    """Relative luminance of `#rgb` or `#rrggbb`, as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_word_can_be_read_on_every_ground_it_stands_on(theme: dict[str, str]) -> None:
    grounds = {"paper", "sheet"}
    weak = [
        (ink, ground, round(contrast(theme[ink], theme[ground]), 2))
        for ink in ("ink", "faint", *TONES)
        for ground in sorted(grounds | {f"{tone}-tint" for tone in TONES})
        if (ink not in TONES or ground in (*grounds, f"{ink}-tint", "soleil-tint"))
        and contrast(theme[ink], theme[ground]) < TEXT
    ]
    assert weak == []
    for tone in ("brique", "feuille", "lac", "alerte"):
        assert contrast(theme["on"], theme[tone]) >= TEXT
    assert contrast("#10292e", theme["soleil-fill"]) >= TEXT
    for ground in grounds:
        assert contrast(theme["edge"], theme[ground]) >= EDGE


def test_the_device_s_dark_theme_is_the_chosen_one() -> None:
    assert tokens(':root:not([data-theme="light"]) {') == DARK
    assert set(DARK) == set(LIGHT)


def test_the_stylesheet_stays_light() -> None:
    assert len(SHEET.encode()) <= 45_000


def test_the_stylesheet_names_no_other_host() -> None:
    assert "//" not in re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)


def test_every_drawing_that_a_template_names_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))
    named = {
        name
        for template in TEMPLATES
        for name in re.findall(
            r'(?:\b(?:icon|draw)\(|\bicon=)"([a-z-]+)"', template.read_text("utf-8")
        )
        if not name.endswith("-")
    }
    assert named - drawn == set()


def test_the_pictograms_of_paper_are_those_of_the_screen() -> None:
    checked = subprocess.run(
        [sys.executable, "static/cut.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout == ""
    assert checked.returncode == 0


def test_no_template_writes_style_or_script_into_a_page() -> None:
    forbidden = re.compile(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)|javascript:')
    found = [
        f"{template.relative_to(ROOT)}: {match.group()}"
        for template in TEMPLATES
        for match in forbidden.finditer(template.read_text("utf-8"))
    ]
    assert found == []
