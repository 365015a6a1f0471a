"""The session's desk: two people type what the hall read aloud; the record is signed."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from sqlalchemy import select

from civic.draws import forms, queries, states
from civic.draws.models import ChanceReading
from civic.draws.queries import invitations as asked
from civic.draws.queries.story import announced
from civic.draws.service import ending, ordering
from civic.draws.service import session as service
from civic.draws.views import doors
from civic.draws.views.acting import status_of, tried
from civic.draws.views.public import the_story
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.web import ConfirmForm, db, done, me


@doors.route("/<int:draw_id>/hasard", methods=["GET", "POST"])
@allow(Right.REVEAL_DRAWS, on=queries.scope_of)
def read_chance(draw_id: int) -> Any:
    """Type what was read aloud; with a second, equal reading the draw is made."""
    form = forms.ReadingForm()
    story = the_story(draw_id)
    ordering_now = story.draw.status == "order_frozen"
    read = ordering.read_aloud if ordering_now else service.read_aloud
    did = tried(
        form,
        lambda: read(
            db(), draw_id=draw_id, text=form.value.data or "", by=me().person, at=clock.now()
        ),
    )
    if did == (False,):
        return done(
            url_for("draws.read_chance", draw_id=draw_id),
            _("C'est noté. Une autre personne doit taper la même chose."),
        )
    if did and ordering_now:
        return done(
            url_for("draws.order", draw_id=draw_id),
            _("Les deux saisies concordent : l'ordre des invitations est connu."),
        )
    if did:
        return done(
            url_for("draws.one", draw_id=draw_id),
            _("Les deux saisies concordent : le tirage est fait."),
        )
    readings = (
        db()
        .execute(
            select(ChanceReading.person_id, ChanceReading.value).where(
                ChanceReading.draw_id == draw_id,
                ChanceReading.stage == ("order" if ordering_now else "panel"),
            )
        )
        .all()
    )
    mine = next((value for person, value in readings if person == me().person), None)
    others = [value for person, value in readings if person != me().person]
    page = render_template(
        "draws/read.html",
        story=story,
        order=asked.order_of(db(), draw_id) if ordering_now else None,
        form=form,
        mine=mine,
        others=len(others),
        differ=mine is not None and bool(others) and mine not in others,
        announced=announced,
        states=states,
        sign=ConfirmForm(),
    )
    return page, status_of(form)


@doors.post("/<int:draw_id>/signer")
@allow(Right.REVEAL_DRAWS, on=queries.scope_of)
def sign_record(draw_id: int) -> Any:
    """Note that the procès-verbal is signed."""
    ending.sign_record(db(), draw_id=draw_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.one", draw_id=draw_id), _("La signature du procès-verbal est notée.")
    )
