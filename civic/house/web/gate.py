"""Who may go in: the language, who is asking, the door."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, request

from civic.house import i18n
from civic.house.access import Identity, door_of
from civic.house.clock import clock
from civic.house.db import DoneOnce, writing
from civic.house.refusal import Busy
from civic.house.web.answers import db
from civic.house.web.errors import MESSAGES, error_page, unknown_visitor


def gate(load: Callable[[], Identity]) -> Any:
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
        return unknown_visitor()
    return error_page(code, *MESSAGES[code])


def remember_place(answer: Response) -> Response:
    """Keeps where a carried-out form led, so that a second click leads there too."""
    if "once" in g and answer.status_code == 303 and "db" in g and "once" not in g.db.info:
        # The form is carried out: what is answered does not hang on remembering where it led.
        with suppress(Busy), writing(g.db):
            row = g.db.get(DoneOnce, g.once[0])
            if row is not None and not row.place:
                row.place = answer.headers["Location"][:500]
    return answer


def check_doors(app: Flask) -> None:
    """Refuses to start when a view has not said whom it lets in."""
    closed = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and door_of(view) is None
    )
    if closed:
        raise RuntimeError(f"views without @allow: {', '.join(closed)}")
