"""Text that people write: Markdown in, safe HTML out. The only file that names both libraries."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import bleach
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = frozenset(
    "p br strong em ul ol li h3 h4 h5 blockquote a code pre hr table thead tbody tr th td".split()
)
ATTRIBUTES = {"a": ["href"], "ol": ["start"]}
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_headings = {1: 3, 2: 3, 3: 4, 4: 5, 5: 5, 6: 5}


def markdown(source: str) -> Markup:
    """HTML of a Markdown text. Raw HTML is shown as text; titles start at h3; no pictures."""
    tokens = _markdown.parse(source)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{_headings[int(token.tag[1])]}"
    rendered = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = bleach.clean(
        rendered, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True
    )
    return Markup(clean.replace("<a href", '<a rel="nofollow ugc" href'))  # noqa: S704 - cleaned


def one_line(text: str) -> str:
    """What a person typed in a one-line field: NFC, no control characters, single spaces."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return re.sub(r" +", " ", text).strip()


def prose(text: str) -> str:
    """What a person typed in a long field: NFC, Unix line ends, no other control characters."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc").strip()


def folded(text: str) -> str:
    """The text for comparing and searching: lower case, no accents, single spaces, no marks."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c))
    return " ".join(text.split())


def slug(text: str, most: int = 70) -> str:
    """A piece of an address: « Un banc rue d'Oultreman » → `un-banc-rue-d-oultreman`."""
    return folded(text).replace(" ", "-")[:most].strip("-") or "sans-titre"


@lru_cache(4096)
def excerpt(text: str, most: int = 160) -> str:
    """The beginning of a Markdown text, as plain words, cut between two words."""
    plain = one_line(re.sub(r"[*_#>`\[\]]|\(https?:[^)]*\)", "", text))
    if len(plain) <= most:
        return plain
    return plain[:most].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def csv_cell(value: object) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text


def euros_text(cents: int) -> str:
    """An amount as open data writes it: « 1250.50 »."""
    return f"{cents // 100}.{cents % 100:02}"
