"""A person at a browser, without the browser: follows links, fills in forms by their names.

Every page is checked (`tests.machine.pages.check`), and every form is sent as its page offers it:
hidden fields, tokens and buttons come from the page, and a field that the page does not have
can't be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.machine.pages import FRAMED, Page, check, check_headers, text_of

HOST = "https://civic.test"
PASSWORD = "une phrase pour les tests"
"""The password of every account that the builders of tests/make.py open."""


@dataclass(frozen=True)
class Upload:
    """A file that a form sends: its bytes, its name, and the type that the browser claims."""

    content: bytes
    name: str
    type: str = "application/octet-stream"


Filled: TypeAlias = str | int | bool | Upload | Iterable[str] | None
"""What a field is filled in with: text, True or False for a box, several values of a list."""


class Visitor(FlaskClient):
    """The test client of the house. Each method says which status it expects."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Werkzeug's `open`, which keeps a large body in a file and leaves closing it to chance."""
        answer = super().open(*args, **kwargs)
        answer.request.environ["wsgi.input"].close()
        return answer

    def see(self, path: str, status: int = 200, **options: Any) -> Page:
        """The page at `path`; fails unless the status is `status` and all is well with the page.

        `options` go to Werkzeug's `open` (`headers=…`, `query_string=…`). A redirection is not
        followed: its page has a `location`.
        """
        options.setdefault("headers", {}).setdefault("Sec-Fetch-Site", "same-origin")
        return self._page(self.get(path, base_url=HOST, **options), status)

    def fetch(self, path: str, status: int = 200, type: str = "", **options: Any) -> Page:  # noqa: A002
        """What is at `path` when it is not a page (JSON, CSV, PDF …); `type` is its media type."""
        answer = self.get(path, base_url=HOST, **options)
        page = _read(answer)
        problems = check_headers(page.headers)
        if type and answer.mimetype != type:
            problems.append(f"media type {answer.mimetype}, expected {type}")
        return _judged(page, status, problems)

    def send(
        self,
        path: str,
        data: Mapping[str, Filled] | None = None,
        status: int = 303,
        *,
        form: str = "",
        button: str = "",
        page: Page | None = None,
        forged: Mapping[str, Any] | None = None,
    ) -> Page:
        """Opens the page at `path`, fills in a form by its fields' names, and sends it.

        The form is the POST form that has all these fields (and that button); when several do,
        `form` names one by its id or its action. `button` is the text of the button pressed, the
        form's first one otherwise. With `page`, a page that is already open is used instead of
        being fetched. Fields that are not mentioned keep what the page shows; None leaves a field
        out; a list of values replaces all of them. `forged` values are sent as they are, whether
        the form offers them or not: what a hostile browser does.
        """
        page = page or self.see(path)
        element = choose(page, set(data or {}), form, button)
        fields = as_shown(element, button)
        for name, value in (data or {}).items():
            _fill(element, fields, name, value)
        for name, value in (forged or {}).items():
            fields.setlist(name, list(value) if isinstance(value, (list, tuple)) else [value])
        action = urljoin(page.url, element.get("action") or page.url)
        return self.post_raw(action, fields, status, origin=page.url)

    def post_raw(
        self,
        path: str,
        fields: MultiDict[str, Any] | Mapping[str, Any],
        status: int,
        *,
        origin: str = "/",
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Sends fields that no page offered (hostile input, tokens left out on purpose)."""
        values: MultiDict[str, Any] = MultiDict()
        for name, value in _pairs(fields):
            values.add(
                name,
                (BytesIO(value.content), value.name, value.type)
                if isinstance(value, Upload)
                else value,
            )
        answer = self.post(
            path,
            base_url=HOST,
            data=values,
            headers={
                "Sec-Fetch-Site": "same-origin",
                "Origin": HOST,
                "Referer": urljoin(HOST, origin),
                **(headers or {}),
            },
        )
        return self._page(answer, status)

    def follow(self, page: Page, status: int = 200) -> Page:
        """The page where a redirection leads."""
        assert page.location, f"{page.url} answered {page.status} and leads nowhere"
        return self.see(page.location, status)

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Signs in on the sign-in page, as anybody would; where that leads, not yet followed."""
        return self.send("/compte/connexion", {"email": email, "password": password})

    def _page(self, answer: TestResponse, status: int) -> Page:
        page = _read(answer)
        framed = page.status == 200 and FRAMED.fullmatch(page.url) is not None
        problems = check_headers(page.headers, framed=framed)
        if page.status == status and status != 204 and not 300 <= status < 400:
            if answer.mimetype != "text/html":
                problems.append(f"a page was expected, not {answer.mimetype} (use `fetch`)")
            else:
                problems += check(page)
        return _judged(page, status, problems)


def _read(answer: TestResponse) -> Page:
    location = answer.headers.get("Location", "")
    parts = urlsplit(location)
    if parts.netloc and f"{parts.scheme}://{parts.netloc}" == HOST:
        location = parts._replace(scheme="", netloc="").geturl()
    url = answer.request.path
    if answer.request.query_string:
        url += "?" + answer.request.query_string.decode()
    return Page(
        url=url,
        status=answer.status_code,
        headers=dict(answer.headers),
        body=answer.get_data(),
        location=location,
    )


def _judged(page: Page, status: int, problems: list[str]) -> Page:
    if page.status != status:
        shown = f"leads to {page.location}" if page.location else page.text[:1500]
        raise AssertionError(f"{page.url} answered {page.status}, expected {status}: {shown}")
    if problems:
        raise AssertionError(f"{page.url} ({page.status}):\n- " + "\n- ".join(problems))
    return page


# --- forms ---------------------------------------------------------------------------------------


def choose(page: Page, names: set[str], wanted: str, button: str) -> Element:
    candidates = [
        form
        for form in page.forms
        if form.get("method", "get").lower() == "post"
        and names <= {element.get("name") for element in form.iter()}
        and (not button or any(button in _label(one) for one in _buttons(form)))
        and (not wanted or wanted in (form.get("id"), form.get("action")))
    ]
    if len(candidates) == 1:
        return candidates[0]
    offered = [
        (form.get("id") or form.get("action"), sorted({e.get("name") or "" for e in form.iter()}))
        for form in page.forms
    ]
    raise AssertionError(
        f"{len(candidates)} forms of {page.url} have {sorted(names)}"
        f"{f' and the button {button!r}' if button else ''}; the page offers {offered}"
    )


def _buttons(form: Element) -> list[Element]:
    return [
        element
        for element in form.iter()
        if (element.tag == "button" and element.get("type", "submit") == "submit")
        or (element.tag == "input" and element.get("type") in ("submit", "image"))
    ]


def _label(button: Element) -> str:
    return text_of(button) or button.get("value", "") or button.get("aria-label", "")


def as_shown(form: Element, button: str) -> MultiDict[str, Any]:
    """What a browser would send if the person pressed the button at once."""
    fields: MultiDict[str, Any] = MultiDict()
    disabled = {
        element
        for fieldset in form.iter("fieldset")
        if fieldset.get("disabled") is not None
        for element in fieldset.iter()
    }
    for element in form.iter():
        name = element.get("name")
        if not name or element.get("disabled") is not None or element in disabled:
            continue
        for value in _values(element):
            fields.add(name, value)
    pressed = [one for one in _buttons(form) if not button or button in _label(one)]
    if pressed and pressed[0].get("name"):
        fields.add(pressed[0].get("name", ""), pressed[0].get("value", ""))
    return fields


def _values(element: Element) -> list[str]:
    kind = element.get("type", "text").lower()
    if element.tag == "textarea":
        # A browser leaves out the line break that opens a text area, and sends CRLF.
        return ["".join(element.itertext()).removeprefix("\n").replace("\n", "\r\n")]
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None]
        if not chosen and element.get("multiple") is None:
            chosen = options[:1]
        return [one.get("value", text_of(one)) for one in chosen]
    if element.tag != "input" or kind in ("submit", "button", "image", "reset", "file"):
        return []
    if kind in ("checkbox", "radio"):
        return [element.get("value", "on")] if element.get("checked") is not None else []
    return [element.get("value", "")]


def _fill(form: Element, fields: MultiDict[str, Any], name: str, value: Filled) -> None:
    elements = [one for one in form.iter() if one.get("name") == name]
    kind = elements[0].get("type", elements[0].tag).lower()
    offered = [
        option.get("value", text_of(option)) for one in elements for option in one.iter("option")
    ]
    if kind in ("checkbox", "radio"):
        offered = [one.get("value", "on") for one in elements]
    fields.poplist(name)
    if value is None or value is False:
        return
    if value is True:
        assert kind == "checkbox", f"{name} is not a box to tick but {kind}"
        assert len(offered) == 1, f"{name} has several boxes: {offered}"
        fields.add(name, offered[0])
        return
    if isinstance(value, Upload):
        assert kind == "file", f"{name} takes no file but {kind}"
        assert form.get("enctype") == "multipart/form-data", "the form can't send files"
        fields.add(name, value)
        return
    several = [value] if isinstance(value, (str, int)) else list(value)
    for one in map(str, several):
        if kind in ("select", "checkbox", "radio"):
            assert one in offered, f"{name} does not offer {one!r} but {offered}"
        fields.add(name, one)


def _pairs(fields: MultiDict[str, Any] | Mapping[str, Any]) -> list[tuple[str, Any]]:
    if isinstance(fields, MultiDict):
        return list(fields.items(multi=True))
    return [
        (name, one)
        for name, value in fields.items()
        for one in (value if isinstance(value, (list, tuple)) else [value])
    ]
