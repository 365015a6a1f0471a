"""Every page that a visitor can reach from the front page of the demo, and every page that each
role can: right, light on the database, and the same in Arabic."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from civic.accounts.demo import PASSWORD
from tests.machine.statements import count
from tests.machine.visitor import Visitor

MOST_STATEMENTS = 10
LEAVES = re.compile(
    r"^/(langue|theme|static|fichiers)/|\.(csv|jsonl?|ics|pdf|py|pb|txt|png|bin|zip)(\?|$)"
)

pytestmark = pytest.mark.xdist_group("crawl")


def _links(path: str, hrefs: list[str]) -> set[str]:
    found = set()
    for href in hrefs:
        parts = urlsplit(urljoin(f"https://civic.test{path}", href))
        if parts.netloc == "civic.test" and not LEAVES.search(parts.path):
            query = f"?{parts.query}" if parts.query else ""
            found.add(parts.path + query)
    return found


def _shape(client: Visitor, path: str) -> str:
    """Pages of one kind: those that one view shows, with and without a question in the address."""
    matched = client.application.url_map.bind("civic.test").match(path.split("?", maxsplit=1)[0])
    return f"{matched[0]}{'?' if '?' in path else ''}"


def crawl(client: Visitor, most_of_a_shape: int, most: int = 400) -> dict[str, int]:
    """Path → statements of every page found from the front page on (at most so many a shape)."""
    waiting, seen = ["/"], {"/"}
    shapes: dict[str, int] = {}
    weights: dict[str, int] = {}
    while waiting and len(weights) < most:
        path = waiting.pop(0)
        answer = client.get(path, base_url="https://civic.test")
        if 300 <= answer.status_code < 400:
            continue
        with count() as asked:
            page = client.see(path)
        weights[path] = len(asked)
        hrefs = [a.get("href") or "" for a in page.all("a")]
        for link in sorted(_links(path, hrefs)):
            shape = _shape(client, link)
            if link not in seen and shapes.get(shape, 0) < most_of_a_shape:
                seen.add(link)
                shapes[shape] = shapes.get(shape, 0) + 1
                waiting.append(link)
    return weights


def _sign_in(app: Flask, email: str) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    if email:
        client.sign_in(email, PASSWORD)
    return client


def test_every_public_page_is_right_and_light(demo_app: Flask) -> None:
    weights = crawl(_sign_in(demo_app, ""), 3)
    assert len(weights) >= 30
    heavy = {path: n for path, n in weights.items() if n > MOST_STATEMENTS}
    assert heavy == {}


def test_every_public_page_is_right_in_arabic(demo_app: Flask) -> None:
    client = _sign_in(demo_app, "")
    client.get("/langue/ar", base_url="https://civic.test")
    assert len(crawl(client, 1)) >= 20
    assert client.see("/").tree.get("dir") == "rtl"


@pytest.mark.parametrize(
    "email",
    [
        "habitante", "facilitator", "agent", "agent-agglo", "elected", "vote-commission",
        "administrator", "auditor",
    ],
)  # fmt: skip
def test_every_page_that_a_role_reaches_is_right(demo_app: Flask, email: str) -> None:
    """No link that a person is shown leads to a refusal: `see` fails on anything but a 200."""
    assert len(crawl(_sign_in(demo_app, f"{email}@demo.example"), 2)) >= 30
