"""The demo, for the tests that walk through the whole house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from civic import create_app
from civic.accounts import passwords
from civic.home.commands import environment
from civic.home.filling import fill
from civic.house.settings import Settings
from tests.machine.visitor import Visitor


@contextmanager
def filled_demo(folder: Path) -> Iterator[Flask]:
    """The demo without the reference data (what any clone has), as an application under test."""
    passwords.cheapen()
    settings = Settings.load({**environment(folder), "CIVIC_HTTPS": "oui"})
    fill(settings, folder, None, tell=lambda _sentence: None)
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Visitor
    yield app
    app.extensions["civic_engine"].dispose()


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo, to look at: tests that change it fill their own."""
    with filled_demo(tmp_path_factory.mktemp("crawl")) as app:
        yield app
