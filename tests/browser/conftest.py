"""A real server with the demo's data, and a real browser.

site        where the server is, and the demo's accounts
page        a new, empty browser window on it; at the end of the test, nothing may have gone wrong
            in it (no script error, no refusal by the security policy, no request elsewhere)
axe         axe(page): no accessibility violation, or the test fails and lists them
picture     picture(page, "name"): looks at the page at 360 and 1280 px (tests/browser/pictures)

All the tests of this folder run in one process, one after the other, on one server.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.machine import window
from tests.machine.server import Site, serve_demo

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"

Axe: TypeAlias = Callable[[Page], None]
Picture: TypeAlias = Callable[[Page, str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks these tests, and keeps them together when several processes run."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, filled once and served by gunicorn on a free port of this machine."""
    with serve_demo(tmp_path_factory.mktemp("demo")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a screen; skips when there is none."""
    program = window.find_chromium()
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=window.OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A new window, 1280 px wide, in French, on the site: `page.goto("/propositions")`."""
    context = browser.new_context(
        base_url=site.url, viewport={"width": 1280, "height": 900}, locale="fr-FR"
    )
    context.set_default_timeout(10_000)
    opened = context.new_page()
    troubles = window.watch(opened, site.url)
    yield opened
    context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture(scope="session")
def axe() -> Axe:
    """`axe(page)`: fails with the list of accessibility violations of the page as it stands."""
    source = window.AXE
    assert source.is_file(), "axe-core is missing: make setup installs it when npm is there"
    return lambda page: window.no_violation(page, source.read_text())


@pytest.fixture(scope="session")
def picture() -> Picture:
    """`picture(page, "name")`: keeps the page as it looks at 360 and at 1280 px."""
    if "PYTEST_XDIST_WORKER_COUNT" not in os.environ or not PICTURES.exists():
        shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(exist_ok=True)
    return lambda page, name: window.take(page, PICTURES, name)
