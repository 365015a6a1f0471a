"""Every kind of page in a real browser: axe finds nothing, nothing is wider than the screen, in
French and in Arabic, light and dark, at 360 and 1280 px; and a picture of each is kept."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from civic.accounts.demo import PASSWORD
from tests.browser.conftest import Axe, Picture
from tests.machine import window
from tests.machine.server import Site

LEAVES = re.compile(
    r"^/(langue|theme|static|fichiers)/|/identite/aller$|\.(csv|json|ics|pdf|py|pb|txt|png|bin)$"
)

LOOKS = (  # language, colours, width: public pages are seen in all of them, others in the first two
    ("fr", "light", 360),
    ("ar", "dark", 1280),
    ("fr", "dark", 1280),
    ("ar", "light", 360),
)

ROLES = ("", "habitante", "facilitator", "agent", "agent-agglo", "elected", "vote-commission",
         "administrator", "auditor")  # fmt: skip


def _shape(path: str) -> str:
    """Pages of one kind look alike: numbers and names of things are not told apart."""
    parts = path.split("?", maxsplit=1)[0].strip("/").split("/")
    return "/".join("#" if re.search(r"\d|-.*-", part) else part for part in parts)


def _sign_in(page: Page, role: str) -> None:
    if role:
        page.goto("/compte/connexion")
        page.fill("[name=email]", f"{role}@demo.example")
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")


def _kinds_of_pages(page: Page, known: set[str]) -> list[str]:
    """One path a kind of page that this person reaches, of the kinds not yet known."""
    waiting, seen = ["/"], {"/"}
    found: list[str] = []
    while waiting and len(found) < 80:
        path = waiting.pop(0)
        answer = page.request.get(path)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        if _shape(path) not in known:
            known.add(_shape(path))
            found.append(path)
        for href in re.findall(r'<a[^>]*href="([^"]+)"', answer.text()):
            parts = urlsplit(urljoin(path, href.replace("&amp;", "&")))
            link = parts.path
            if parts.netloc or link in seen or LEAVES.search(link) or _shape(link) in known:
                continue
            seen.add(link)
            waiting.append(link)
    return found


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The kinds of pages that an earlier role has already shown."""
    return set()


@pytest.mark.parametrize("role", ROLES, ids=[role or "visitor" for role in ROLES])
def test_pages(
    browser: Browser, site: Site, axe: Axe, picture: Picture, known: set[str], role: str
) -> None:
    context = browser.new_context(base_url=site.url, locale="fr-FR")
    context.set_default_timeout(20_000)
    page = context.new_page()
    troubles = window.watch(page, site.url)
    _sign_in(page, role)
    paths = _kinds_of_pages(page, known)
    wide = []
    for language, colours, width in LOOKS[:2] if role else LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        page.goto(f"/langue/{language}?retour=/mentions-legales")
        for path in paths:
            page.goto(path)
            axe(page)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{path} ({language}, {width} px)")
    page.goto("/langue/fr?retour=/mentions-legales")
    page.emulate_media(color_scheme="light")
    for path in paths:
        page.goto(path)
        picture(page, f"{role or 'visitor'}{path.replace('/', '_').split('?')[0]}")
    context.close()
    assert wide == []
    assert not troubles, "\n".join(troubles)
    if not role:
        assert len(paths) >= 15


def test_a_page_is_used_with_the_keyboard_alone(page: Page) -> None:
    """Tab reaches the skip link first, the focus is seen, Enter follows it."""
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    outline = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement);"
        " return s.outlineStyle + s.outlineWidth + s.boxShadow })()"
    )
    assert outline != "none0pxnone"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_site_works_without_scripts(browser: Browser, site: Site) -> None:
    """Signing in, the menu of a phone and a search, with JavaScript switched off."""
    context = browser.new_context(
        base_url=site.url,
        java_script_enabled=False,
        locale="fr-FR",
        viewport={"width": 360, "height": 800},
    )
    page = context.new_page()
    _sign_in(page, "habitante")
    assert page.url.endswith("/mon-espace")
    page.click("summary")
    page.click("nav >> text=Rechercher")
    page.fill("[name=q]", "banc")
    page.click("main form button[type=submit]")
    assert "banc" in page.content()
    context.close()
