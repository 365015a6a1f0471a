"""A browser's window, and what is looked at in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"

# The first is for root, whom Chromium's sandbox refuses; the others keep the browser from looking
# for its maker's servers, which a test machine may not reach.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
]
WIDTHS = (360, 1280)


def find_chromium() -> str | None:
    """The browser's program, None when this machine has none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    return None


def watch(page: Page, home: str) -> list[str]:
    """A list that fills with what goes wrong in the window: errors, and requests elsewhere.

    The browser's own line about a page that answers 4xx is not an error: tests ask for those.
    """
    troubles: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(home).netloc:
            troubles.append(f"request elsewhere: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("request", asked)
    return troubles


def no_violation(page: Page, source: str) -> None:
    """Runs axe-core on the page as it stands, and fails with one line a violation."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(source)
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: "
        "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: "
        + json.dumps([node["html"][:200] for node in violation["nodes"][:3]], ensure_ascii=False)
        for violation in found["violations"]
    ]
    assert not lines, f"{page.url} at {page.viewport_size}:\n- " + "\n- ".join(lines)


def take(page: Page, folder: Path, name: str) -> None:
    """Keeps the whole page as `name-360.png` and `name-1280.png`; the window keeps its size."""
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        _photograph(page, folder / f"{name}-{width}.png")
    if before is not None:
        page.set_viewport_size(before)


def _photograph(page: Page, file: Path) -> None:
    """A picture is for looking, not a check: on a busy machine the browser sometimes says that it
    has no frame to show yet, and is asked again; then it is asked for what the window shows."""
    for whole in (True, True, False):
        try:
            page.screenshot(path=file, full_page=whole, animations="disabled")
        except Error as none_yet:
            if "Unable to capture screenshot" not in none_yet.message or not whole:
                raise
            page.wait_for_timeout(500)
        else:
            return
