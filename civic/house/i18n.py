"""Languages. The only file that names Babel's run time.

French is the language the messages are written in; the others are catalogues in
`translations/<code>/LC_MESSAGES/civic.po`, compiled by `civic translations compile`. The
language of the moment is a context variable, so that services and rules' callers can speak
without knowing Flask. Amounts are integer cents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale as BabelLocale
from babel import dates, lists, numbers
from babel.support import LazyProxy, NullTranslations, Translations

from civic.house.clock import PARIS

TRANSLATIONS = Path(__file__).parent.parent.parent / "translations"
DOMAIN = "civic"


@dataclass(frozen=True, slots=True)
class Locale:
    """A language of the site: its code, its own name, its direction (`ltr` or `rtl`)."""

    code: str
    name: str
    dir: str

    @property
    def babel(self) -> BabelLocale:
        """Babel's rules for this language; figures stay in Western digits everywhere."""
        return BabelLocale.parse(self.code)


FRENCH = Locale("fr", "Français", "ltr")
LOCALES = {
    locale.code: locale
    for locale in (FRENCH, Locale("ar", "العربية", "rtl"), Locale("en", "English", "ltr"))
}
VOICES = ("fr", "ar", "en", "es", "it", "kab", "pcd", "pl", "pt", "ro", "tr", "uk")
"""Languages that people speak in the neighbourhoods, for what is recorded; wider than the site's
own."""

_current: ContextVar[Locale] = ContextVar("civic_locale", default=FRENCH)


def locale() -> Locale:
    """The language of the moment."""
    return _current.get()


def set_locale(code: str) -> None:
    """From now on, in this context, speak `code`; French when we don't."""
    _current.set(LOCALES.get(code, FRENCH))


def language_name(code: str) -> str:
    """A language's name in the language of the moment: « arabe »."""
    return str(locale().babel.languages.get(code, code))


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speaks `code` for the length of the block (a letter in its reader's language)."""
    token = _current.set(LOCALES.get(code, FRENCH))
    try:
        yield
    finally:
        _current.reset(token)


def choose(*wishes: str | None, header: str = "") -> str:
    """The first of `wishes` that we speak, else the best of an Accept-Language `header`."""
    for wish in wishes:
        if wish in LOCALES:
            return wish
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        code, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        ranked.append((-weight, place, code.split("-")[0].lower()))
    return next((code for _, _, code in sorted(ranked) if code in LOCALES), FRENCH.code)


@cache
def _catalogue(code: str) -> NullTranslations:
    catalogue = Translations.load(str(TRANSLATIONS), [code], DOMAIN)
    if code == FRENCH.code and not isinstance(catalogue, Translations):
        # Without a catalogue gettext takes English's plural: « 0 votes » instead of « 0 vote ».
        catalogue.plural = lambda n: int(n > 1)
    return catalogue


_OTHER_WAY = re.compile(r"[A-Za-zÀ-ɏ]|[0-9][ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}-][0-9]")
"""Latin letters, or figures in groups (a telephone number)."""
_LATIN = re.compile(r"[^\u0600-\u06ff]*[A-Za-zÀ-ɏ][^\u0600-\u06ff]*$")


def _in_place(values: dict[str, Any]) -> dict[str, Any]:
    """`values` for a sentence of the language of the moment. In one that is written from right to
    left, a French name or a telephone number is isolated: else the figures and commas beside it
    change places. A link stays bare, for mail programs would take the mark into it."""
    if locale().dir == "ltr":
        return values
    return {name: _isolated(value) for name, value in values.items()}


def _isolated(value: Any) -> Any:
    if isinstance(value, str) and _OTHER_WAY.search(value) and not value.startswith("http"):
        return f"\N{FIRST STRONG ISOLATE}{value}\N{POP DIRECTIONAL ISOLATE}"
    return value


def listed(parts: Iterable[object]) -> str:
    """`parts` one after the other, with the comma of the language of the moment; French names
    among themselves keep theirs, and their order."""
    words = [str(part) for part in parts]
    if locale().dir == "ltr":
        return ", ".join(words)
    if all(map(_LATIN.match, words)):
        return str(_isolated(", ".join(words)))
    return "\N{ARABIC COMMA} ".join(_isolated(word) for word in words)


def bare(text: str) -> str:
    """`text` without the marks that keep its directions, for what is not shown on a page."""
    return text.translate(_MARKS)


_MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


def gettext(message: str, /, **values: Any) -> str:
    """`message` in the language of the moment, with its `%(name)s` filled in."""
    text = _catalogue(locale().code).ugettext(message)
    return text % _in_place(values) if values else text


def ngettext(one: str, many: str, n: int, /, **values: Any) -> str:
    """`one` or `many` by the plural rules of the language; `%(n)s` is the number, formatted."""
    catalogue = _catalogue(locale().code)
    if locale() is FRENCH and not isinstance(catalogue, Translations):
        text = many if n > 1 else one
    else:
        text = catalogue.ungettext(one, many, n)
    return text % {"n": number(n), **_in_place(values)}


def lazy(message: str, /, **values: Any) -> Any:
    """Like `gettext`, but spoken when it is read: for forms and refusals."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def lazy_n(one: str, many: str, n: int, /, **values: Any) -> Any:
    """Like `ngettext`, but spoken when it is read."""
    return LazyProxy(ngettext, one, many, n, enable_cache=False, **values)


_ = gettext


# --- figures, money, dates ----------------------------------------------------------------------


@cache
def _number(code: str, value: float, decimals: int | None) -> str:
    pattern = None if decimals is None else "#,##0." + "0" * decimals if decimals else "#,##0"
    return numbers.format_decimal(value, format=pattern, locale=BabelLocale.parse(code))


def number(value: float, decimals: int | None = None) -> str:
    """A number with the language's separators."""
    return _number(locale().code, value, decimals)


def either(words: Sequence[str]) -> str:
    """« le code, le compte ou la pièce d'identité »."""
    return lists.format_list(list(words), style="or", locale=locale().babel)


@cache
def _euros(code: str, cents: int) -> str:
    pattern = "#,##0" if cents % 100 == 0 else "#,##0.00"
    pattern = f"¤{pattern}" if code == "en" else f"{pattern}\xa0¤"
    value = cents // 100 if cents % 100 == 0 else cents / 100
    return numbers.format_currency(
        value, "EUR", format=pattern, locale=BabelLocale.parse(code), currency_digits=False
    ).replace("\xa0", "\u202f" if code == "fr" else "\xa0")


def euros(cents: int) -> str:
    """Cents as euros, exact; the cents are shown only when there are some."""
    return _euros(locale().code, cents)


def percent(share: float, decimals: int = 0) -> str:
    """A share between 0 and 1 as a percentage."""
    space = "" if locale().code == "en" else "\N{NO-BREAK SPACE}"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + space + "%"
    return numbers.format_percent(share, format=pattern, locale=locale().babel)


@cache
def _day(code: str, day: date, style: str) -> str:
    pattern = {
        "long": "d MMMM y",
        "full": "EEEE d MMMM y",
        "short": "d MMM y",
        "numbers": "dd/MM/y",
    }[style]
    text = dates.format_date(day, format=pattern, locale=BabelLocale.parse(code))
    return (
        text.replace(" 1 ", " 1er ", 1)
        if code == "fr" and style == "full"
        else _first(text, code, style)
    )


def _first(text: str, code: str, style: str) -> str:
    return "1er" + text[1:] if code == "fr" and style != "numbers" and text[:2] == "1 " else text


def day(value: date | datetime, style: str = "long") -> str:
    """A day in words (`long`, `full` with the weekday, `short`) or `numbers`; Paris time."""
    if isinstance(value, datetime):
        value = value.astimezone(PARIS).date()
    return _day(locale().code, value, style)


def hour(value: datetime) -> str:
    """An hour in words: « 20 h », « 18 h 30 »."""
    local = value.astimezone(PARIS)
    if locale().code == "fr":
        return f"{local.hour} h {local.minute:02d}" if local.minute else f"{local.hour} h"
    return dates.format_time(local, "HH:mm", tzinfo=PARIS, locale=locale().babel)


def moment(value: datetime, style: str = "full") -> str:
    """A day and an hour in words: « dimanche 14 juin 2026 à 20 h »; Paris time."""
    return _("%(day)s à %(hour)s", day=day(value, style), hour=hour(value))
