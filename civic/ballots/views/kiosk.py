"""A shared machine at a polling place: it clears itself after each person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from civic.accounts import service as accounts
from civic.accounts.identity import close_session
from civic.ballots import forms, queries
from civic.ballots.views.common import doors, the_poll
from civic.house.access import Right, allow, allow_everyone
from civic.house.i18n import _
from civic.house.web import db, done, me, said, settings
from civic.rules import urn

LASTS = 16 * 3600
"""Seconds that a machine stays a shared one: a day at a polling place."""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """What an agent set on this machine: where it stands, and how long it waits for a touch."""

    place: str
    seconds: int


def _name(slug: str) -> str:
    return f"borne-{slug}"


def _key(slug: str) -> bytes:
    return urn.draft_key(settings().secret_key, f"borne|{slug}")


def here(slug: str) -> Kiosk | None:
    """Whether this browser is a shared machine for that poll."""
    said = urn.open_draft(_key(slug), request.cookies.get(_name(slug), ""))
    return None if said is None else Kiosk(said["place"], said["seconds"])


@doors.context_processor
def _kiosk() -> dict[str, Any]:
    slug = (request.view_args or {}).get("slug")
    return {"kiosk": here(slug) if slug else None}


@doors.route("/<slug>/accueil/borne", methods=["GET", "POST"])
@allow(Right.KEEP_DESK, on=queries.scope_of)
def kiosk(slug: str) -> Any:
    """An agent makes this machine a shared one; it signs the agent out at once."""
    poll, form = the_poll(slug), forms.KioskForm()
    if form.sent():
        text = urn.close_draft(
            _key(slug), "-", {"place": said(form.place), "seconds": int(form.seconds.data)}
        )
        answer = _cleared(url_for("ballots.enter", slug=slug))
        answer.set_cookie(
            _name(slug), text, max_age=LASTS, httponly=True, secure=settings().https,
            samesite="Lax", path="/",
        )  # fmt: skip
        return answer
    status = 422 if form.is_submitted() else 200
    return render_template("ballots/kiosk.html", poll=poll, form=form, q=queries), status


@doors.post("/<slug>/accueil/borne/fin")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def kiosk_end(slug: str) -> Any:
    """An agent takes the machine back."""
    the_poll(slug)
    answer = done(url_for("ballots.kiosk", slug=slug), _("Ce poste n'est plus un poste partagé."))
    answer.delete_cookie(_name(slug), path="/")
    return answer


@doors.post("/<slug>/borne/effacer")
@allow_everyone(once=False)
def kiosk_clear(slug: str) -> Any:
    """The next person finds nothing of the one before: no draft, no receipt, no account."""
    the_poll(slug)
    if me().signed_in:
        accounts.sign_out(db(), token=me().session)
    return _cleared(url_for("ballots.enter", slug=slug))


@doors.get("/<slug>/borne/efface")
@allow_everyone()
def kiosk_cleared(slug: str) -> Any:
    """The same where no script runs: the browser forgets, and the server changes nothing."""
    the_poll(slug)
    if here(slug) is None:
        return redirect(url_for("ballots.one", slug=slug), 303)
    return _cleared(url_for("ballots.enter", slug=slug))


def _cleared(place: str) -> Response | AnyResponse:
    close_session()
    answer = redirect(place, 303)
    for name in request.cookies:
        if name.startswith("brouillon"):
            answer.delete_cookie(name, path="/")
    return answer
