"""The board of drawn people: reach them, note their answers, call the reserve, complete."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from civic.draws import forms, queries, states
from civic.draws.queries import bias
from civic.draws.queries import board as questions
from civic.draws.queries.invitations import reach_of_drawn
from civic.draws.service import answers, ending
from civic.draws.views import doors
from civic.draws.views.acting import confirmed, contact_noted, tried
from civic.draws.views.public import the_story
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound
from civic.house.web import ConfirmForm, Form, db, done, me


@doors.get("/<int:draw_id>/personnes")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def board(draw_id: int) -> Any:
    """Who was drawn, what they answered, which bounds hold."""
    return _board(draw_id, forms.ReasonForm())


def _board(draw_id: int, form: Form, status: int = 200) -> Any:
    answers.look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="drawn")
    story = the_story(draw_id)
    everyone = questions.drawn(db(), draw_id)
    empty = answers.empty_seats(db(), story.draw)
    page = render_template(
        "draws/board.html",
        story=story,
        seated=[one for one in everyone if one.sits],
        reserve=[one for one in everyone if not one.sits],
        bounds=questions.bounds(db(), story.draw),
        shares=bias.shares(db(), story.draw),
        empty_seats=empty,
        next=answers.who_is_next(db(), story.draw) if empty else None,
        states=states,
        form=form,
        confirm=ConfirmForm(),
    )
    return page, status


@doors.get("/<int:draw_id>/personnes/<drawn_id>")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def person(draw_id: int, drawn_id: str) -> Any:
    """One drawn person: how to reach them, what was tried, their answer."""
    return _person(draw_id, drawn_id)


def _person(
    draw_id: int,
    drawn_id: str,
    *,
    attempt: Form | None = None,
    accept: Form | None = None,
    leave: Form | None = None,
    status: int = 200,
) -> Any:
    answers.look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="one")
    found = questions.drawn(db(), draw_id, only=drawn_id)
    if not found:
        raise NotFound
    if accept is None:
        accept = forms.AcceptForm(formdata=None)
        accept.email.data, accept.phone.data = reach_of_drawn(db(), draw_id, drawn_id)
    page = render_template(
        "draws/person.html",
        story=the_story(draw_id),
        one=found[0],
        attempts=questions.attempts_of(db(), drawn_id),
        attempt=attempt or forms.AttemptForm(formdata=None),
        accept=accept,
        leave=leave or forms.LeaveForm(formdata=None),
        states=states,
    )
    return page, status


@doors.post("/<int:draw_id>/personnes/<drawn_id>/contact")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def note_attempt(draw_id: int, drawn_id: str) -> Any:
    """Note a letter, a call, a visit."""
    form = forms.AttemptForm()
    if contact_noted(answers.note_attempt, form, drawn_id):
        return done(url_for("draws.person", draw_id=draw_id, drawn_id=drawn_id), _("C'est noté."))
    return _person(draw_id, drawn_id, attempt=form, status=422)


@doors.post("/<int:draw_id>/personnes/<drawn_id>/accepte")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def accept(draw_id: int, drawn_id: str) -> Any:
    """The person says yes."""
    form = forms.AcceptForm()
    if tried(
        form,
        lambda: answers.accept(
            db(),
            drawn_id=drawn_id,
            reach=answers.Reach(form.email.data or None, form.phone.data or None),
            by=me().person,
            at=clock.now(),
        ),
    ):
        return done(url_for("draws.board", draw_id=draw_id), _("L'accord est noté."))
    return _person(draw_id, drawn_id, accept=form, status=422)


@doors.post("/<int:draw_id>/personnes/<drawn_id>/depart")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def leave(draw_id: int, drawn_id: str) -> Any:
    """The person will not sit: the rule calls the next one."""
    form = forms.LeaveForm()
    did = tried(
        form,
        lambda: answers.leave(
            db(), drawn_id=drawn_id, answer=form.answer.data, by=me().person, at=clock.now()
        ),
    )
    if did:
        (called,) = did
        return done(
            url_for("draws.board", draw_id=draw_id),
            _("C'est noté. La personne suivante de la réserve est appelée.")
            if called
            else _("C'est noté. Personne dans la réserve ne permet de tenir les critères."),
        )
    return _person(draw_id, drawn_id, leave=form, status=422)


@doors.post("/<int:draw_id>/personnes/suivante")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def call_anyway(draw_id: int) -> Any:
    """Call the next one although a bound breaks, and say why."""
    form = forms.ReasonForm()
    if tried(
        form,
        lambda: answers.call_anyway(
            db(), draw_id=draw_id, reason=form.reason.data or "", by=me().person, at=clock.now()
        ),
    ):
        return done(url_for("draws.board", draw_id=draw_id), _("La personne suivante est appelée."))
    return _board(draw_id, form, 422)


@doors.post("/<int:draw_id>/personnes/reserve")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def call_after(draw_id: int) -> Any:
    """Call the next of the reserve for a seat that fell empty after the end of the draw."""
    return confirmed(
        draw_id,
        lambda: answers.call_after(db(), draw_id=draw_id, by=me().person, at=clock.now()),
        lambda: done(
            url_for("draws.board", draw_id=draw_id), _("La personne suivante est appelée.")
        ),
    )


@doors.post("/<int:draw_id>/terminer")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def complete(draw_id: int) -> Any:
    """End the draw: mandates are prepared, lists erased."""
    return confirmed(
        draw_id,
        lambda: ending.complete(db(), draw_id=draw_id, by=me().person, at=clock.now()),
        lambda: done(
            url_for("draws.one", draw_id=draw_id),
            _("Le tirage est terminé : les mandats sont préparés, les listes effacées."),
        ),
    )
