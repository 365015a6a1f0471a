"""What a view works with: the request's session, who asks, the settings; and how it answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from civic.house.access import Identity
from civic.house.settings import Settings


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


def done(place: str, message: Any = None, kind: str = "done") -> AnyResponse:
    """The answer of a carried-out form: a 303 to `place`, with a sentence shown there; `kind` says
    how it looks (components/feedback.html)."""
    if message is not None:
        flash(str(message), kind)
    return redirect(place, 303)


def safe_return(place: str | None, otherwise: str = "/") -> str:
    """`place` when it is a page of this site, else `otherwise`."""
    if not place or not place.startswith("/") or place.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(place)
    if parts.scheme or parts.netloc or "\\" in place or any(ord(c) < 32 for c in place):
        return otherwise
    return place
