"""A page as a test sees it, and what must be true of every page whatever it says.

`Page` is what the client returns. `check` is run on each page that is fetched; it lists
everything that is wrong at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

# Word for word what a browser must be told; a change of policy is a change of these lines.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
    "Strict-Transport-Security": "max-age=31536000",
}

DIRECTIONS = {"fr": "ltr", "en": "ltr", "ar": "rtl", "pt": "ltr", "tr": "ltr"}

CONTROLS = ("input", "select", "textarea")
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
# Attributes that a browser follows by itself, without being asked.
FETCHED = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "link": ("href",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "audio": ("src",),
    "video": ("src", "poster"),
    "object": ("data",),
    "embed": ("src",),
    "use": ("href", "{http://www.w3.org/1999/xlink}href"),
}


def plain(text: str) -> str:
    """The text with each run of white space (no-break spaces too) as one space."""
    return re.sub(r"\s+", " ", text).strip()


def text_of(element: Element) -> str:
    """What a reader sees of an element: its text, without scripts and templates."""
    return plain(" ".join(_texts(element)))


def _texts(element: Element) -> list[str]:
    found = [element.text or ""]
    for child in element:
        if child.tag not in ("script", "style", "template"):
            found += _texts(child)
        found.append(child.tail or "")
    return found


@dataclass(frozen=True)
class Page:
    """One answer: the page, where it came from, and its status and headers.

    `location` is where a redirection leads (a path), "" when there is none.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    location: str = ""

    @property
    def html(self) -> str:
        """The source."""
        return self.body.decode()

    @cached_property
    def tree(self) -> Element:
        """The document as an ElementTree, tags without namespace."""
        tree: Element = html5lib.parse(self.body, namespaceHTMLElements=False)
        return tree

    @cached_property
    def text(self) -> str:
        """All that is read on the page, on one line."""
        body = self.tree.find("body")
        return "" if body is None else text_of(body)

    @property
    def title(self) -> str:
        """The title of the window."""
        found = self.tree.find("head/title")
        return "" if found is None else text_of(found)

    @property
    def h1(self) -> str:
        """The title of the page."""
        found = self.tree.find(".//h1")
        return "" if found is None else text_of(found)

    def all(self, path: str) -> list[Element]:
        """The elements that an ElementTree path finds: `all("table/tbody/tr")`."""
        return self.tree.findall(f".//{path}")

    def texts(self, path: str) -> list[str]:
        """The texts of the elements that a path finds."""
        return [text_of(element) for element in self.all(path)]

    @property
    def links(self) -> dict[str, str]:
        """The address of each link, by its text (the first link of a text wins)."""
        found: dict[str, str] = {}
        for element in self.all("a[@href]"):
            found.setdefault(text_of(element), element.get("href", ""))
        return found

    @property
    def forms(self) -> list[Element]:
        """The forms of the page."""
        return self.all("form")

    def __contains__(self, words: str) -> bool:
        return plain(words) in self.text


FRAMED = re.compile(r"/budgets/[^/?]+/resultats/cadre")
"""The only pages that other sites may show inside theirs."""


def check_headers(headers: Mapping[str, str], *, framed: bool = False) -> list[str]:
    """What is wrong with the headers of any answer; `framed`: of a page made for other sites."""
    expected = dict(HEADERS)
    if framed:
        policy = expected["Content-Security-Policy"]
        expected["Content-Security-Policy"] = policy.replace("ancestors 'none'", "ancestors *")
    return [
        f"header {name}: {headers.get(name)!r}, expected {value!r}"
        for name, value in expected.items()
        if headers.get(name) != value
    ]


def check(page: Page) -> list[str]:
    """What is wrong with a page, one sentence each; nothing when all is well."""
    problems = _parse_problems(page.body)
    html = page.tree
    elements = list(html.iter())
    problems += _language(html, page.headers.get("Content-Language"))
    if not page.title:
        problems.append("no title")
    if len(page.all("h1")) != 1:
        problems.append(f"{len(page.all('h1'))} h1: {page.texts('h1')}")
    elif not page.h1:
        problems.append("the h1 is empty")
    for element in elements:
        if isinstance(element.tag, str):
            problems += _inline(element)
            problems += _elsewhere(element)
            if element.tag == "img" and element.get("alt") is None:
                problems.append(f"picture without alt: {element.get('src')}")
    problems += _references(elements)
    problems += _labels(html, elements)
    problems += _forms(page.forms)
    return problems


def _parse_problems(body: bytes) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(body, transport_encoding="utf-8")
    lines = body.decode(errors="replace").splitlines()
    return [
        f"line {line}: {code} {values or ''} in {lines[line - 1 : line]}"
        for (line, _column), code, values in parser.errors
    ]


def _language(html: Element, said: str | None) -> list[str]:
    lang, direction = html.get("lang", ""), html.get("dir")
    problems = []
    if lang not in DIRECTIONS:
        problems.append(f"lang is {lang!r}")
    elif direction != DIRECTIONS[lang]:
        problems.append(f"lang is {lang!r} but dir is {direction!r}")
    if said is not None and said != lang:
        problems.append(f"Content-Language says {said!r} and lang says {lang!r}")
    return problems


def _inline(element: Element) -> list[str]:
    problems = [
        f"inline {name} on <{element.tag}>"
        for name in element.attrib
        if name == "style" or name.lower().startswith("on")
    ]
    if element.tag == "style":
        problems.append("inline <style>")
    if element.tag == "script" and (element.get("src") is None or (element.text or "").strip()):
        problems.append("inline <script>")
    if element.get("href", "").strip().lower().startswith("javascript:"):
        problems.append(f"script in a link: {element.get('href')}")
    return problems


def _elsewhere(element: Element) -> list[str]:
    if element.tag == "link" and element.get("rel") in ("canonical", "alternate", "license"):
        return []
    return [
        f"<{element.tag}> fetches from elsewhere: {element.get(name)}"
        for name in FETCHED.get(element.tag, ())
        if urlsplit(element.get(name, "")).netloc
    ]


def _references(elements: Sequence[Element]) -> list[str]:
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    problems = [f"id {name!r} is given {count} times" for name, count in ids.items() if count > 1]
    for element in elements:
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list"):
            problems += [
                f"{attribute} of <{element.tag}> points to {name!r}, which is not there"
                for name in element.get(attribute, "").split()
                if name not in ids
            ]
        href = element.get("href", "")
        if element.tag == "a" and href.startswith("#") and href[1:] not in ids:
            problems.append(f"link to {href}, which is not there")
    return problems


def _labels(html: Element, elements: Sequence[Element]) -> list[str]:
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    inside = {
        control for label in html.iter("label") for control in label.iter() if control is not label
    }
    return [
        f"<{element.tag} name={element.get('name')!r}> has no label"
        for element in elements
        if element.tag in CONTROLS
        and element.get("type") not in UNLABELLED
        and element.get("id", object()) not in labelled
        and element not in inside
        and element.get("aria-label") is None
        and element.get("aria-labelledby") is None
    ]


def _forms(forms: Sequence[Element]) -> list[str]:
    problems = []
    for form in forms:
        if form.get("method", "get").lower() != "post":
            continue
        names = {element.get("name") for element in form.iter()}
        if "csrf_token" not in names:
            problems.append(f"form to {form.get('action')!r} without csrf_token")
        if urlsplit(form.get("action", "")).netloc:
            problems.append(f"form that sends elsewhere: {form.get('action')}")
    return problems
