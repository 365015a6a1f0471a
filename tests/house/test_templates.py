"""Every template compiles, and says nothing in its own style or script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import StrictUndefined

from civic import rooms
from civic.home.menu import MENU
from civic.house import pages

ROOT = Path(__file__).parent.parent.parent / "templates"
NAMES = sorted(str(one.relative_to(ROOT)) for one in ROOT.rglob("*.*") if one.is_file())


@pytest.fixture(scope="module")
def bare() -> Flask:
    """An application with our Jinja, the rooms' own filters, and nothing else."""
    app = Flask("bare", template_folder=str(ROOT))
    pages.install(app, MENU)
    rooms.load_models()
    for room in rooms.part("views"):
        app.register_blueprint(room.doors)
    return app


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_and_is_strict(bare: Flask, name: str) -> None:
    template = bare.jinja_env.get_template(name)
    assert template.environment.undefined is StrictUndefined


@pytest.mark.parametrize("name", [one for one in NAMES if one.endswith(".html")])
def test_a_template_has_no_inline_style_or_script(name: str) -> None:
    source = (ROOT / name).read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"(src|href)=\"(https?:)?//", source)
    if not name.startswith("components/"):  # where it marks constants of the component itself
        assert "|safe" not in source.replace(" ", "")
