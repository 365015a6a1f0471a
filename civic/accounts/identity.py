"""Flask-Login's part: from the cookie to an `Identity`, and from a sign-in to the cookie."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, session
from flask_login import LoginManager, current_user, login_user, logout_user

from civic.accounts import queries
from civic.house.access import VISITOR, Identity
from civic.house.clock import clock
from civic.house.web import db


def install_sign_in(app: Flask) -> Callable[[], Identity]:
    """Sets Flask-Login up; the function it returns says who is asking."""
    manager = LoginManager(app)
    manager.anonymous_user = lambda: VISITOR
    manager.session_protection = None  # devices change network; tokens can be ended everywhere
    manager.user_loader(_load)

    def load() -> Identity:
        return current_user._get_current_object()  # type: ignore[no-any-return]

    return load


def _load(token: str) -> Identity | None:
    found = queries.identity(db(), token, clock.now())
    return found if found.signed_in else None


def open_session(token: str) -> None:
    """Rotates the browser's session and ties it to a new sign-in."""
    session.clear()
    login_user(Identity(person="…", session=token), fresh=True)


def close_session() -> None:
    """Forgets everything that the browser's session held."""
    logout_user()
    session.clear()
