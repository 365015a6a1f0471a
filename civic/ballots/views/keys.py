"""Whose key closes the urn: chosen by those who prepare the vote and its commission, before it is
sealed; the commission's rehearsal."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, url_for

from civic.ballots import forms, queries, service
from civic.ballots.queries import PollView
from civic.ballots.service.keys import test_form
from civic.ballots.views.common import doors, the_poll
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me
from civic.people.queries import names
from civic.rules import urn


@doors.get("/<slug>/cle")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def key(slug: str) -> Any:
    """Who holds the key, and the commission's rehearsal."""
    return _key(the_poll(slug))


def _key(
    poll: PollView, key: forms.KeyForm | None = None, opened: forms.OpenedForm | None = None
) -> str:
    found = queries.rehearsal(db(), poll.id)
    return render_template(
        "ballots/key.html",
        poll=poll,
        rehearsal=found,
        names=names(db(), [found.passed_by] if found and found.passed_by else []),
        key=key or forms.KeyForm(formdata=None),
        opened=opened or forms.OpenedForm(formdata=None),
        confirm=ConfirmForm(formdata=None),
        may_rehearse=me().may(Right.COUNT_BALLOTS, queries.scope_of_view(poll)),
        q=queries,
    )


@doors.post("/<slug>/cle")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def give_key(slug: str) -> Any:
    """The commission's public key."""
    poll, form = the_poll(slug), forms.KeyForm()
    if form.sent():
        try:
            service.give_key(
                db(),
                poll_id=poll.id,
                key_file=form.key.data.read(),
                by=me().person,
                at=clock.now(),
            )
            return done(
                url_for("ballots.key", slug=slug),
                _("La clé de la commission est gardée. Faites maintenant la répétition."),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _key(poll, key=form), 422


@doors.post("/<slug>/cle/plateforme")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def platform_key(slug: str) -> Any:
    """The platform's key after all."""
    poll = the_poll(slug)
    service.leave_key_to_platform(db(), poll_id=poll.id, by=me().person, at=clock.now())
    return done(url_for("ballots.key", slug=slug), _("La plateforme gardera la clé de l'urne."))


@doors.get("/<slug>/cle/essai.json")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def test_urn(slug: str) -> Any:
    """The test urn, to open with two sheets."""
    poll = the_poll(slug)
    found = queries.rehearsal(db(), poll.id)
    if found is None:
        raise NotFound
    form = test_form(queries.form_of(poll, queries.items(db(), poll.id)))
    return as_file(
        urn.write_urn(form, found.public, urn.split(form, found.content)), f"urne-essai-{slug}.json"
    )


@doors.post("/<slug>/cle/repetition")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def rehearse(slug: str) -> Any:
    """What the commission found in the test urn: the proof that the key given here is in its hands,
    and not in those of whoever prepares the vote."""
    poll, form = the_poll(slug), forms.OpenedForm()
    if form.sent():
        try:
            service.rehearse(
                db(),
                poll_id=poll.id,
                opened_file=form.opened.data.read(),
                by=me().person,
                at=clock.now(),
            )
            return done(
                url_for("ballots.key", slug=slug),
                _("Répétition réussie : le vote peut être scellé avec cette clé."),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _key(poll, opened=form), 422


def as_file(content: bytes, name: str) -> Response:
    """A JSON file to keep."""
    answer = Response(content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
