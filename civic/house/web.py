"""Between Flask and the rooms: one request from the gate to the answer.

gate → view parses → one verb → 303. This file holds the gate, the session of the request, the
base of all forms, headers, error pages, versioned assets and paging.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, flash, g, redirect, request, url_for
from flask_compress import Compress
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, UnicodeConverter
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField
from wtforms.meta import DefaultMeta

from civic.house import i18n
from civic.house.access import Identity, door_of
from civic.house.clock import clock
from civic.house.db import DoneOnce, is_away, let_go, writing
from civic.house.i18n import _, lazy
from civic.house.limits import TooMany
from civic.house.refusal import AlreadyDone, Busy, NotFound, Refusal, Unsure
from civic.house.settings import Settings

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}

Row = TypeVar("Row")


# --- how Flask is set ----------------------------------------------------------------------------


class PlainSegment(UnicodeConverter):
    """A piece of an address without a NUL character, which PostgreSQL can't even compare."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


class BoundedInteger(IntegerConverter):
    """Identifiers in addresses: no larger than the databases' own integers."""

    def __init__(self, url_map: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", 2**31 - 1)
        super().__init__(url_map, *args, **kwargs)


def flask_config(settings: Settings) -> dict[str, Any]:
    """Flask's own configuration, made from ours."""
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": settings.upload_limit,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "MAX_FORM_PARTS": 5_000,
        "SESSION_COOKIE_NAME": "civic",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.https,
        "COMPRESS_REGISTER": True,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "application/javascript",
            "application/json",
            "image/svg+xml",
            "text/csv",
            "text/plain",
        ],
        "COMPRESS_MIN_SIZE": 500,
    }


# --- the request's things ------------------------------------------------------------------------


def db() -> Session:
    """The session of this request; closed when it ends."""
    if "db" not in g:
        g.db = current_app.extensions["civic_sessions"]()
        if "once" in g:
            g.db.info["once"] = g.once
    session: Session = g.db
    return session


def me() -> Identity:
    """Who is asking."""
    identity: Identity = g.me
    return identity


def settings() -> Settings:
    """The settings of the site."""
    found: Settings = current_app.extensions["civic_settings"]
    return found


def done(place: str, message: Any = None) -> AnyResponse:
    """The answer of a carried-out form: a 303 to `place`, with a sentence shown there."""
    if message is not None:
        flash(str(message), "done")
    return redirect(place, 303)


def safe_return(place: str | None, otherwise: str = "/") -> str:
    """`place` when it is a page of this site, else `otherwise`."""
    if not place or not place.startswith("/") or place.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(place)
    if parts.scheme or parts.netloc or "\\" in place or any(ord(c) < 32 for c in place):
        return otherwise
    return place


# --- forms ---------------------------------------------------------------------------------------


_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def _typed(sent: MultiDict[str, Any]) -> MultiDict[str, Any]:
    return MultiDict(
        (name, value.translate(_CONTROLS) if isinstance(value, str) else value)
        for name, value in sent.items(multi=True)
    )


class Form(FlaskForm):  # type: ignore[misc]
    """The base of all forms: messages in the page's language, one use a form."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """FlaskForm hides WTForms' own catalogues; ours are shown through them."""

        locales = ("fr",)

        def get_translations(self, form: Any) -> Any:
            """WTForms' messages, in the language of the moment."""
            self.locales = (i18n.locale().code,)
            return DefaultMeta.get_translations(self, form)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, without the control characters that no keyboard makes."""
            found = super().wrap_formdata(form, formdata)
            return None if found is None else _typed(found)

    once = HiddenField(default=lambda: secrets.token_urlsafe(12))

    def sent(self) -> bool:
        """Whether this is a POST that says valid things."""
        return bool(self.validate_on_submit())

    def refuse(self, refusal: Refusal) -> None:
        """Puts a verb's no beside the field it is about (else on top of the form)."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(str(refusal.text))
        else:
            field.errors = [*field.errors, str(refusal.text)]


def said(field: Any) -> str:
    """What a text field says, "" when it says nothing."""
    return field.data or ""


class ConfirmForm(Form):
    """A form with nothing but a button."""


# --- pages of long lists -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of a list: its rows, its number from 1, how many pages and rows there are."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int

    def url(self, number: int) -> str:
        """The address of another page of the same list, filters kept."""
        args = {**request.args.to_dict(), "page": str(number)}
        return f"{request.path}?{urlencode(args)}"


def page_number() -> int:
    """The page asked for in the address, 1 when it makes no sense."""
    text = request.args.get("page", "1")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and int(text) > 0 else 1


def paged(session: Session, query: Select[Any], *, per: int = 24) -> Page[Any]:
    """The asked-for page of `query`'s rows: two statements, however many rows there are."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per))
    number = min(page_number(), pages)
    rows = session.execute(query.limit(per).offset((number - 1) * per)).all()
    return Page(rows, number, pages, total)


# --- assets ------------------------------------------------------------------------------------


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's digest so that it may be kept for ever.

    Worked out once a process: a deployment restarts the site.
    """
    try:
        version = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    except OSError:
        version = "0"
    return f"/static/{name}?v={version}"


# --- error pages ---------------------------------------------------------------------------------

_plain = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(), undefined=StrictUndefined
)


def error_page(code: int, title: Any, text: Any, *, place: str = "/", link: Any = None) -> Response:
    """A page that needs neither database nor session nor catalogue to be shown."""
    locale = i18n.locale()
    body = _plain.get_template("errors/error.html").render(
        code=code,
        title=str(title),
        text=str(text),
        place=place,
        link=str(link or _("Aller à l'accueil")),
        lang=locale.code,
        dir=locale.dir,
        retry=None,
    )
    return Response(body, status=code, content_type="text/html; charset=utf-8")


MESSAGES: dict[int, tuple[Any, Any]] = {
    400: (
        lazy("Nous n'avons pas compris cette demande"),
        lazy("Revenez en arrière et essayez de nouveau."),
    ),
    401: (lazy("Il faut se connecter"), lazy("Cette page est réservée aux personnes connectées.")),
    403: (
        lazy("Cette page ne vous est pas ouverte"),
        lazy(
            "Votre rôle ne permet pas cette action ici. Si c'est une erreur, parlez-en à la "
            "personne qui vous a donné votre accès."
        ),
    ),
    404: (
        lazy("Cette page n'existe pas"),
        lazy("L'adresse a peut-être changé. Partez de l'accueil ou de la recherche."),
    ),
    405: (
        lazy("Cette adresse ne s'ouvre pas ainsi"),
        lazy("Revenez à la page précédente et utilisez le bouton prévu."),
    ),
    413: (
        lazy("Ce fichier est trop lourd"),
        lazy("Choisissez un fichier plus léger, puis envoyez de nouveau le formulaire."),
    ),
    415: (
        lazy("Ce type de fichier n'est pas accepté"),
        lazy("Revenez en arrière et choisissez un autre fichier."),
    ),
    500: (
        lazy("Le site a rencontré un problème"),
        lazy(
            "Ce n'est pas votre faute. Rien n'a été enregistré. Essayez de nouveau dans un instant."
        ),
    ),
    503: (
        lazy("Beaucoup de monde en ce moment"),
        lazy(
            "Rien n'a été enregistré. Attendez quelques secondes, puis rechargez cette page : "
            "votre envoi ne sera compté qu'une fois."
        ),
    ),
}


def _on_http(wrong: HTTPException) -> AnyResponse:
    if wrong.response is not None:
        return wrong.response  # type: ignore[return-value]
    code = wrong.code or 500
    title, text = MESSAGES.get(code, MESSAGES[400 if code < 500 else 500])
    if code == 401:
        return _on_unknown()
    return error_page(code, title, text)


def _on_unknown() -> AnyResponse:
    """A visitor before a door: to the sign-in page, unless something typed would be lost."""
    title, text = MESSAGES[401]
    place = url_for("accounts.sign_in", retour=request.path)
    if request.method == "GET":
        return redirect(place, 303)
    text = _(
        "Votre connexion a pris fin. Connectez-vous dans un autre onglet, revenez à la page "
        "précédente et renvoyez votre texte : il y est encore."
    )
    return error_page(401, title, text, place=place, link=_("Se connecter"))


def _on_refusal(refusal: Refusal) -> AnyResponse:
    code = 429 if isinstance(refusal, TooMany) else 409
    return error_page(
        code,
        _("Ce n'est pas possible"),
        refusal.text,
        place=safe_return(request.path) if request.method == "GET" else _back(),
        link=_("Revenir en arrière"),
    )


def _back() -> str:
    parts = urlsplit(request.referrer or "")
    same = parts.netloc == request.host
    return safe_return(parts.path + (f"?{parts.query}" if parts.query else "")) if same else "/"


UNSURE = (
    lazy("La liaison avec nos données a été coupée"),
    lazy(
        "Nous ne savons pas si votre envoi est arrivé. Attendez quelques secondes, puis rechargez "
        "cette page : votre envoi ne sera compté qu'une fois."
    ),
)


def _on_busy(wrong: Busy) -> AnyResponse:
    if wrong.__cause__ is not None:
        why = str(getattr(wrong.__cause__, "orig", wrong.__cause__))
        current_app.logger.warning("busy: %s", why.partition("\n")[0])
    said = UNSURE if isinstance(wrong, Unsure) else MESSAGES[503]
    answer = error_page(503, *said, place=_back(), link=_("Revenir en arrière"))
    answer.headers["Retry-After"] = "5"
    return answer


def _on_database(wrong: DBAPIError) -> AnyResponse:
    if not is_away(wrong):
        return _on_crash(wrong)
    busy = Busy()
    busy.__cause__ = wrong
    return _on_busy(busy)


def _on_already(done_before: AlreadyDone) -> AnyResponse:
    flash(_("C'était déjà fait : nous ne l'avons pas fait deux fois."), "info")
    return redirect(done_before.place or _back(), 303)


def _on_crash(wrong: Exception) -> AnyResponse:
    current_app.logger.error("unexpected", exc_info=wrong)
    return error_page(500, *MESSAGES[500])


# --- the gate -----------------------------------------------------------------------------------


def _gate(load: Callable[[], Identity]) -> Any:
    """Decides the language, who is asking, and whether the door opens."""
    i18n.set_locale(
        i18n.choose(
            request.cookies.get("langue"), header=request.headers.get("Accept-Language", "")
        )
    )
    g.me = Identity()
    if request.endpoint == "static" or request.endpoint is None:
        return None
    site = request.headers.get("Sec-Fetch-Site")
    if request.method == "POST":
        if site not in (None, "same-origin", "none"):
            return _stop(403)
        once = request.form.get("once", "")
    g.me = load()
    if g.me.language and "langue" not in request.cookies:
        i18n.set_locale(g.me.language)
    door = door_of(current_app.view_functions[request.endpoint])
    assert door is not None
    if request.method == "POST" and once and door.once:
        g.once = (hashlib.sha256(once.encode()).hexdigest(), clock.today())
        if "db" in g:
            g.db.info["once"] = g.once
    verdict = door.verdict(g.me, db, request.view_args or {})
    return None if verdict == 200 else _stop(verdict)


def _stop(code: int) -> Any:
    if code == 401:
        return _on_unknown()
    return error_page(code, *MESSAGES[code])


def _remember_place(answer: Response) -> Response:
    """Keeps where a carried-out form led, so that a second click leads there too."""
    if "once" in g and answer.status_code == 303 and "db" in g and "once" not in g.db.info:
        # The form is carried out: what is answered does not hang on remembering where it led.
        with suppress(Busy), writing(g.db):
            row = g.db.get(DoneOnce, g.once[0])
            if row is not None and not row.place:
                row.place = answer.headers["Location"][:500]
    return answer


def _headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if settings().https:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        fonts = request.path.startswith("/static/vendor/")
        lasts = "max-age=604800" if fonts else "max-age=300"
        lasts = "max-age=31536000, immutable" if "v" in request.args else lasts
        answer.headers["Cache-Control"] = f"public, {lasts}"
        answer.headers.pop("Set-Cookie", None)
    else:
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        answer.headers["Content-Language"] = i18n.locale().code
        answer.vary.update(["Cookie", "Accept-Language"])
    return answer


def _close(_wrong: BaseException | None) -> None:
    session = g.pop("db", None)
    if session is not None:
        let_go(session)


def install(app: Flask, load_identity: Callable[[], Identity]) -> None:
    """Puts the gate, the headers, the error pages and the form protection into the application."""
    if app.extensions["civic_settings"].proxies:
        count = app.extensions["civic_settings"].proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    app.url_map.converters["int"] = BoundedInteger
    app.url_map.converters["default"] = app.url_map.converters["string"] = PlainSegment
    app.before_request(lambda: _gate(load_identity))
    app.after_request(_headers)
    app.after_request(_remember_place)
    app.teardown_appcontext(_close)
    CSRFProtect(app)
    Compress(app)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(
        CSRFError,
        lambda _e: error_page(
            400,
            _("Ce formulaire a expiré"),
            _(
                "Revenez à la page précédente, rechargez-la et envoyez de nouveau : ce que vous "
                "avez tapé y est encore."
            ),
            place=_back(),
            link=_("Revenir en arrière"),
        ),
    )
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(NotFound, lambda _e: error_page(404, *MESSAGES[404]))
    app.register_error_handler(Busy, _on_busy)
    app.register_error_handler(DBAPIError, _on_database)
    app.register_error_handler(AlreadyDone, _on_already)
    app.register_error_handler(Exception, _on_crash)


def check_doors(app: Flask) -> None:
    """Refuses to start when a view has not said whom it lets in."""
    closed = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and door_of(view) is None
    )
    if closed:
        raise RuntimeError(f"views without @allow: {', '.join(closed)}")
