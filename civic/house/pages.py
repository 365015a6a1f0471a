"""What every template may use: globals, filters, and how Jinja is set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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


FILTERS = {
    "euros": _varying(i18n.euros),
    "number": _varying(i18n.number),
    "percent": _varying(i18n.percent),
    "date": _varying(i18n.day),
    "daytime": _varying(i18n.hour),
    "datetime": _varying(i18n.moment),
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
