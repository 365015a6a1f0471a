"""A shared machine at a polling place: it clears itself after each person."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
AFTER_DEPOSIT = 60
"""The most seconds that a receipt stays on a shared machine."""
SLOWER = 5
"""How many times longer a page waits where no script sees that somebody is there."""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """What an agent set on this machine: where it stands, how long it waits for a touch, for which
    vote."""

    place: str
    seconds: int
    slug: str

    @property
    def refresh(self) -> str:
        """What clears a page where no script runs, as « Refresh » says it."""
        cleared = url_for("ballots.kiosk_cleared", slug=self.slug)
        return f"{self.seconds * SLOWER};url={cleared}"


def _name(slug: str) -> str:
    return f"borne-{slug}"


def _key(slug: str) -> bytes:
    return urn.draft_key(settings().secret_key, f"borne|{slug}")


def here(slug: str) -> Kiosk | None:
    """Whether this browser is a shared machine for that poll."""
    said = urn.open_draft(_key(slug), request.cookies.get(_name(slug), ""))
    return None if said is None else Kiosk(said["place"], said["seconds"], slug)


def _here() -> Kiosk | None:
    """The same whatever the page: a shared machine is one for the whole site."""
    slugs = [name.removeprefix("borne-") for name in request.cookies if name.startswith("borne-")]
    asked = (request.view_args or {}).get("slug")
    slugs.sort(key=lambda one: one != asked)
    return next((found for found in map(here, slugs) if found is not None), None)


@doors.app_context_processor
def _kiosk() -> dict[str, Any]:
    found = _here()
    if found is not None and request.endpoint in ("ballots.deposited", "ballots.mail_receipt"):
        found = replace(found, seconds=min(found.seconds, AFTER_DEPOSIT))
    return {"kiosk": found}


@doors.after_app_request
def _no_page_stays(answer: Response) -> Response:
    """What has no clock of its own (a page of error, a hall screen) is cleared by the browser, and
    « Précédent » shows the next person nothing."""
    found = _here() if answer.mimetype == "text/html" else None
    if found is None:
        return answer
    answer.headers["Cache-Control"] = "no-store"
    if not answer.direct_passthrough and b"data-idle" not in answer.data:
        answer.headers["Refresh"] = found.refresh
    return answer


@doors.route("/<slug>/accueil/borne", methods=["GET", "POST"])
@allow(Right.KEEP_DESK, on=queries.scope_of)
def kiosk(slug: str) -> Any:
    """An agent makes this machine a shared one; it signs the agent out at once."""
    poll, form = the_poll(slug), forms.KioskForm()
    if form.sent():
        accounts.sign_out(db(), token=me().session)
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
        if name.startswith("brouillon") or name in ("langue", "theme"):
            answer.delete_cookie(name, path="/")
    return answer
