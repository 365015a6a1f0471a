"""What every template may use: globals, filters, and how Jinja is set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from flask import Flask, current_app, g, request
from jinja2 import StrictUndefined, pass_context
from markupsafe import Markup

from civic.house import i18n
from civic.house.access import VISITOR
from civic.house.clock import clock
from civic.house.text import excerpt, markdown
from civic.house.web import asset


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the main menu."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Site:
    """What the layout says about the site itself."""

    name: str
    is_demo: bool


def _varying(function: Any) -> Any:
    """A filter that depends on the language: Jinja must not fold it at compile time."""

    @pass_context
    def wrapped(_context: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapped


def _listed(parts: Iterable[Any]) -> Markup:
    return Markup(i18n.listed(map(Markup.escape, parts)))  # noqa: S704 - parts escaped here


BLOCK = re.compile("<(?!/|a |abbr|b>|bdi|br|button|code|em|i>|img|small|span|strong|svg|time)")
"""A piece of HTML that is more than words: marks of direction would be lost around it."""


def _placed(cell: Any) -> Any:
    """A cell of a table: one in another language keeps its full stop on its own side."""
    if i18n.locale().dir == "ltr" or not isinstance(cell, str) or BLOCK.search(cell):
        return cell
    return Markup(i18n.listed([Markup.escape(cell)]))  # noqa: S704 - escaped here


FILTERS = {
    "euros": _varying(i18n.euros),
    "number": _varying(i18n.number),
    "percent": _varying(i18n.percent),
    "date": _varying(i18n.day),
    "daytime": _varying(i18n.hour),
    "datetime": _varying(i18n.moment),
    "listed": _varying(_listed),
    "placed": _varying(_placed),
    "markdown": markdown,
    "excerpt": excerpt,
}


def install(app: Flask, menu: tuple[tuple[Any, str, str], ...]) -> None:
    """Sets Jinja up. `menu` is (lazy label, address, the beginning of addresses it covers)."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=False
    )
    env.globals.update(
        _=pass_context(lambda _c, message, **values: _escaped(message, values)),
        gettext=pass_context(lambda _c, message, **values: _escaped(message, values)),
        ngettext=pass_context(lambda _c, one, many, n, **values: _escaped_n(one, many, n, values)),
        asset=asset,
        drawn={"icon": icon, "pictogram": pictogram, "shape": shape, "status": status},
    )
    env.filters.update(FILTERS)

    @app.context_processor
    def common() -> dict[str, Any]:
        settings = current_app.extensions["civic_settings"]
        path = request.path
        return {
            "locale": i18n.locale(),
            "languages": [(one.code, one.name) for one in i18n.LOCALES.values()],
            "me": g.get("me", VISITOR),
            "menu": [
                MenuEntry(str(label), url, path.startswith(covers)) for label, url, covers in menu
            ],
            "site": Site(settings.site_name, settings.demo),
            "theme": theme(),
            "request_path": path,
            "now": clock.now(),
            "today": clock.today(),
        }


# --- drawings and states -------------------------------------------------------------------------

# A page has hundreds of them, and a macro for each was most of what a list cost
# (docs/performance.md). templates/components/icons.html and status.html say how they are used.

HIDDEN = Markup('aria-hidden="true"')
_STOOD = Markup("</span></p>")
TURNS = frozenset({"arrow", "chevron", "external", "list", "speaker"})
TONES = {
    "open": "soleil",
    "vote": "lac",
    "done": "feuille",
    "waiting": "brique",
    "closed": "ink",
    "draft": "ink",
    "vacant": "alerte",
    "stopped": "alerte",
}


@lru_cache(maxsize=2048)
def icon(name: str, label: str | None = None, size: str = "") -> Markup:
    """An icon of the sprite, as components/icons.html describes it."""
    turns = " icon--turns" if name in TURNS else ""
    look = f"icon icon--{size}{turns}" if size else f"icon{turns}"
    named = Markup('role="img" aria-label="{}"').format(label) if label else HIDDEN
    return Markup('<svg class="{}" width="24" height="24" {}><use href="{}#{}"/></svg>').format(
        look, named, asset("img/icons.svg"), name
    )


@lru_cache(maxsize=2048)
def pictogram(theme: str, label: str | None = None, tone: str = "", size: str = "") -> Markup:
    """The drawing of a theme on its tinted square, as components/icons.html describes it."""
    look = "".join(("picto", f" picto--{size}" if size else "", f" tone-{tone}" if tone else ""))
    return Markup('<span class="{}">{}</span>').format(look, icon(f"theme-{theme}", label))


@cache
def shape(kind: str) -> Markup:
    """The shape of a state, as components/status.html describes it."""
    return Markup(
        '<svg class="status__shape" width="20" height="20" {}><use href="{}#state-{}"/></svg>'
    ).format(HIDDEN, asset("img/icons.svg"), kind)


@cache
def _stands(kind: str, box: bool) -> Markup:
    look = f"status status--{kind} tone-{TONES[kind]}{' status--box' if box else ''}"
    return Markup('<p class="{}">{}<span>').format(look, shape(kind))


def status(kind: str, sentence: Any, box: bool = False) -> Markup:
    """Where a thing stands, as components/status.html describes it."""
    return _stands(kind, bool(box)) + Markup.escape(sentence) + _STOOD


def theme() -> str:
    """The visitor's choice of theme: "", "light" or "dark"."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in {"light", "dark"} else ""


@cache
def _said(_code: str, message: str) -> Markup:
    return Markup(i18n.gettext(message))  # noqa: S704 - our own messages and catalogues


def _escaped(message: str, values: dict[str, Any]) -> Markup:
    text = _said(i18n.locale().code, message)
    return text % values if values else text


def _escaped_n(one: str, many: str, n: int, values: dict[str, Any]) -> Markup:
    marked = {name: Markup.escape(value) for name, value in values.items()}
    return Markup(i18n.ngettext(one, many, n, **marked))  # noqa: S704 - values escaped above
