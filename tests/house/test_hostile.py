"""Every form that anybody can reach, filled in with what should never be sent: the answer is a
page that says what to correct, never a crash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from civic.accounts.demo import PASSWORD
from tests.house.conftest import filled_demo
from tests.house.test_crawl import crawl
from tests.machine.pages import Page
from tests.machine.visitor import HOST, Visitor

pytestmark = [
    pytest.mark.xdist_group("hostile"),
    # Werkzeug leaves the temporary file of a body that it refuses half-read to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

KEPT = {"csrf_token", "once"}
WORDS = {
    "empty": "",
    "long": "é" * 30_000,
    "controls": "a\x00b\x1b\u202e\ufeff\ud83d".encode("utf-8", "ignore").decode(),
    "number": "99999999999999999999999",
    "negative": "-1",
    "not a number": "١٢٣½NaN",
    "markup": "'\"><script>alert(1)</script>{{7*7}}%(name)s %s",
    "date": "0000-99-99",
    "list": "[1,2,{}]",
}


@pytest.fixture(scope="module")
def spoilt_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A demo of this file's own: what is sent here may well be accepted."""
    with filled_demo(tmp_path_factory.mktemp("hostile")) as app:
        app.testing = False  # a crash must become a 500, as it would outside
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app


def _fields(page: Page, number: int) -> tuple[str, dict[str, str], dict[str, str]]:
    """A form's address, its kept hidden fields, and the names it offers with their types."""
    form = page.forms[number]
    kept, names = {}, {}
    for tag in ("input", "select", "textarea", "button"):
        for element in form.iter(tag):
            name = element.get("name")
            if name in KEPT:
                kept[name] = element.get("value") or ""
            elif name:
                names[name] = element.get("type") or tag
    return form.get("action") or page.url, kept, names


def _hostile(client: Visitor, path: str) -> list[str]:
    page = client.see(path)
    crashes = []
    for number in range(len(page.forms)):
        if (page.forms[number].get("method") or "get").lower() != "post":
            continue
        action, kept, names = _fields(page, number)
        if "deconnexion" in action or "/compte/effacer" in action:
            continue
        for title, words in WORDS.items():
            data = {
                name: (b"not a file", "x.csv") if kind == "file" else words
                for name, kind in names.items()
            }
            answer = client.post(
                action,
                data={**data, **kept, "once": f"{kept.get('once', '')}{title}"},
                content_type="multipart/form-data" if "file" in names.values() else None,
                headers={"Sec-Fetch-Site": "same-origin", "Referer": HOST + path},
                base_url=HOST,
            )
            if answer.status_code >= 500:
                crashes.append(f"{action} ({title}): {answer.status_code}")
    return crashes


@pytest.mark.parametrize(
    "who",
    [
        "", "habitante", "facilitator", "agent", "agent-agglo", "elected", "vote-commission",
        "administrator",
    ],
)  # fmt: skip
def test_no_form_crashes(spoilt_app: Flask, who: str) -> None:
    client = spoilt_app.test_client()
    assert isinstance(client, Visitor)
    if who:
        client.sign_in(f"{who}@demo.example", PASSWORD)
    crashes = []
    for path in crawl(client, 1):
        if client.get(path, base_url=HOST).status_code == 200:  # an earlier form may have moved it
            crashes += _hostile(client, path)
    assert crashes == []


STRANGE = [
    "page=-1", "page=9e9", "page=²", "q=%00", "q=" + "x" * 5000, "lieu=%F0", "etat=zz",
    "theme=zz", "lieu=99999999999999",
]  # fmt: skip


@pytest.mark.parametrize("query", STRANGE)
def test_no_list_crashes_on_a_strange_question(demo_app: Flask, query: str) -> None:
    client = demo_app.test_client()
    for path in ("/propositions/", "/budgets/", "/votes/", "/conseils/", "/tirages/", "/decisions/",
                 "/referents/", "/recherche", "/quartiers/"):  # fmt: skip
        assert client.get(f"{path}?{query}", base_url=HOST).status_code < 500
