"""Voting with a proved identity (OpenID Connect): to the provider, back, and to the ballot."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from civic.ballots import drafts, queries, service
from civic.ballots.forms import registering
from civic.ballots.queries import PollView
from civic.ballots.views.common import doors, require_own, secrets_of, the_poll
from civic.house import identity, limits
from civic.house.access import allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _, lazy
from civic.house.identity import Flow, NotProved, Proved
from civic.house.refusal import NotFound, Refusal
from civic.house.web import db, done, said, settings
from civic.rules import urn

WAY, PROVED = "brouillon-identite", "brouillon-prouve"
"""Cookies, encrypted: the way to the provider, then who came back. Signing out erases both."""
LASTS = 600
ONCE = timedelta(hours=1)


def _offered(poll: PollView) -> PollView:
    if not settings().oidc_issuer or "identity" not in poll.checks:
        raise NotFound
    return poll


def _key() -> bytes:
    return urn.draft_key(settings().secret_key, "identity")


def _keep(answer: Response, name: str, slug: str, kept: dict[str, Any], now: datetime) -> None:
    text = urn.close_draft(_key(), slug, {**kept, "until": int(now.timestamp()) + LASTS})
    answer.set_cookie(
        name, text, max_age=LASTS, httponly=True, secure=settings().https, samesite="Lax", path="/"
    )


def _kept(name: str, now: datetime) -> dict[str, Any] | None:
    found = urn.open_draft(_key(), request.cookies.get(name, ""))
    if found is None or not isinstance(found.get("until"), int):
        return None
    return found if now.timestamp() < found["until"] else None


def _back() -> str:
    return f"{settings().base_url}{url_for('ballots.identity_back')}"


@doors.get("/<slug>/identite")
@allow_everyone()
def identity_start(slug: str) -> Any:
    """What proving one's identity does and does not do, and the way there."""
    poll = _offered(the_poll(slug))
    return render_template(
        "ballots/identity.html", poll=poll, provider=settings().oidc_name, q=queries
    )


@doors.get("/<slug>/identite/aller")
@allow_everyone()
def identity_go(slug: str) -> Any:
    """To the provider. What must come back unchanged waits in this browser, encrypted."""
    poll, now = _offered(the_poll(slug)), clock.now()
    if not poll.is_open(now):
        return done(url_for("ballots.one", slug=slug), queries.state_sentence(poll, now), "info")
    try:
        address, flow = identity.begin(settings(), _back(), now)
    except NotProved as no:
        return done(url_for("ballots.identity_start", slug=slug), str(no.text), "warning")
    answer = redirect(address, 303)
    answer.headers["Cache-Control"] = "no-store"
    _keep(answer, WAY, slug, asdict(flow), now)
    return answer


@doors.get("/identite/retour")
@allow_everyone()
def identity_back() -> Any:
    """Back from the provider: what it says is checked, and used once. No right is touched yet."""
    now = clock.now()
    kept = _kept(WAY, now)
    if kept is None:
        raise NotProved(lazy("Cette réponse ne va pas avec votre demande. Recommencez."))
    poll = _offered(the_poll(kept["right"]))
    flow = Flow(kept["state"], kept["nonce"], kept["verifier"], kept["at"])
    place = url_for("ballots.identity_start", slug=poll.slug)
    try:
        limits.count(
            db(), f"identity|{flow.state}", most=1, per=ONCE,
            now=datetime.fromtimestamp(flow.at, now.tzinfo),
        )  # fmt: skip
        if "error" in request.args:
            raise NotProved(lazy("Le service d'identité n'a pas confirmé. Recommencez."))
        proved = identity.finish(
            settings(),
            flow,
            state=request.args.get("state", ""),
            code=request.args.get("code", ""),
            back=_back(),
            now=now,
        )
    except limits.TooMany:
        answer = done(place, _("Cette réponse a déjà servi. Recommencez."), "warning")
        answer.delete_cookie(WAY, path="/")
        return answer
    except NotProved as no:
        answer = done(place, str(no.text), "warning")
        answer.delete_cookie(WAY, path="/")
        return answer
    answer = redirect(url_for("ballots.identity_open", slug=poll.slug), 303)
    answer.delete_cookie(WAY, path="/")
    who = {"family": proved.family, "first": proved.first, "born": proved.born.isoformat()}
    _keep(answer, PROVED, poll.slug, who, now)
    return answer


@doors.route("/<slug>/identite/ouvrir", methods=["GET", "POST"])
@allow_everyone(once=False)
def identity_open(slug: str) -> Any:
    """Who was proved, and the ballot that this opens."""
    poll, now = _offered(the_poll(slug)), clock.now()
    kept = _kept(PROVED, now)
    if kept is None or kept["right"] != poll.slug:
        return done(
            url_for("ballots.identity_start", slug=slug),
            _("Votre identité n'est plus vérifiée ici. Recommencez."),
            "warning",
        )
    who = Proved(kept["family"], kept["first"], date.fromisoformat(kept["born"]))
    form = registering.ProvedForm()
    form.ask(poll.neighbourhoods if poll.residence == "declared" else ())
    if form.sent():
        try:
            right = service.open_with_identity(
                db(),
                poll_id=poll.id,
                family=who.family,
                first=who.first,
                born=who.born,
                declared=bool(form.honour.data),
                known=secrets_of(poll),
                at=now,
                group=said(form.group) if "group" in form else "",
            )
            require_own(poll, right)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            answer = done(url_for("ballots.ballot", slug=slug))
            answer.delete_cookie(PROVED, path="/")
            items = queries.items_of(db(), poll)
            opened = drafts.new(right, "identity")
            opened = drafts.opened_again(drafts.read(poll, items, now), opened)
            drafts.keep(answer, poll, items, opened, now)
            return answer
    status = 422 if form.is_submitted() else 200
    return render_template(
        "ballots/identity_open.html",
        poll=poll,
        who=who,
        form=form,
        provider=settings().oidc_name,
        q=queries,
    ), status
