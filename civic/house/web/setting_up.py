"""How Flask is set: its configuration, its converters, and what stands around each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, g
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, UnicodeConverter

from civic.house.access import Identity
from civic.house.db import let_go
from civic.house.settings import Settings
from civic.house.web.errors import install_errors
from civic.house.web.gate import gate, remember_place
from civic.house.web.headers import set_headers


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


class SignedSessions(SecureCookieSessionInterface):
    """Flask's own sessions; what signs them is made once for all requests."""

    def __init__(self) -> None:
        self._signer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """What signs and reads the session's cookie."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


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
    app.session_interface = SignedSessions()
    app.before_request(lambda: gate(load_identity))
    app.after_request(set_headers)
    app.after_request(remember_place)
    app.teardown_appcontext(_close)
    CSRFProtect(app)
    Compress(app)
    install_errors(app)
