"""Settings: read once, typed; a missing or bad one stops the start and says which."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from civic.house.settings import PREFIX, BadSettings, Settings

GOOD = {
    "CIVIC_DATABASE_URL": "sqlite:////tmp/x.db",
    "CIVIC_SECRET_KEY": "s" * 32,
    "CIVIC_VAULT": "/tmp/vault",
    "CIVIC_UPLOADS": "/tmp/uploads",
    "CIVIC_MAIL": "smtp://localhost",
    "CIVIC_MAIL_FROM": "a@b.fr",
    "CIVIC_BASE_URL": "https://x.fr/",
}


def test_good_settings_are_read() -> None:
    settings = Settings.load(GOOD)
    assert settings.base_url == "https://x.fr"
    assert settings.https is True
    assert settings.demo is False


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.load({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CIVIC_DATABASE_URL", "mysql://x"),
        ("CIVIC_DATABASE_URL", "sqlite:///:memory:"),
        ("CIVIC_SECRET_KEY", "short"),
        ("CIVIC_VAULT", "relative/folder"),
        ("CIVIC_MAIL", "localhost"),
        ("CIVIC_BASE_URL", "x.fr"),
        ("CIVIC_DEMO", "maybe"),
        ("CIVIC_PROXIES", "-1"),
        ("CIVIC_UPLOAD_LIMIT", "²"),
        ("CIVIC_TYPO", "1"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.load({**GOOD, name: value})


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        Settings.load({**GOOD, "CIVIC_SECRET_KEY": "x", "CIVIC_MAIL": "y"})
    assert len(caught.value.problems) == 2


def test_each_setting_has_its_heading_in_the_documents() -> None:
    page = Path(__file__).parent.parent.parent / "docs" / "operateur" / "reglages.md"
    headings = re.findall(r"^### `(\w+)`", page.read_text("utf-8"), re.MULTILINE)
    assert headings == [PREFIX + one.name.upper() for one in dataclasses.fields(Settings)]
