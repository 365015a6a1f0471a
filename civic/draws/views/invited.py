"""The people invited: who they are, how to reach them, what they answer."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from civic.draws import forms, queries, states
from civic.draws.models import ANSWERS
from civic.draws.queries import board as questions
from civic.draws.queries import invitations as asked
from civic.draws.service import inviting
from civic.draws.service.answers import Reach, look_at_names
from civic.draws.views import doors
from civic.draws.views.acting import contact_noted, tried
from civic.draws.views.doorstep import at_the_door, free_fields, with_free_criteria
from civic.draws.views.public import the_story
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _, ngettext
from civic.house.refusal import NotFound
from civic.house.web import Form, db, done, me, paged


@doors.get("/<int:draw_id>/invitations/personnes")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def invited(draw_id: int) -> Any:
    """Who is invited, with filters in the address."""
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="invited")
    story = the_story(draw_id)
    answer = request.args.get("reponse", "")
    wave = request.args.get("vague", "")
    page = paged(
        db(),
        asked.listing(
            draw_id,
            wave=int(wave) if wave.isascii() and wave.isdigit() and len(wave) < 6 else 0,
            answer=answer if answer in (*ANSWERS, "late") else "",
            today=clock.today(),
        ),
        per=50,
    )
    return render_template(
        "draws/invited.html",
        story=story,
        page=page,
        people=[asked.as_invited(row) for row in page.rows],
        waves=asked.waves(db(), draw_id),
        chosen={"reponse": answer, "vague": wave},
        states=states,
    )


@doors.post("/<int:draw_id>/invitations/lettres/<int:wave>")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def note_letters(draw_id: int, wave: int) -> Any:
    """Note that the letters of a wave are posted."""
    many = inviting.note_letters(db(), draw_id=draw_id, wave=wave, by=me().person, at=clock.now())
    return done(
        url_for("draws.waves", draw_id=draw_id),
        ngettext("%(n)s lettre est notée.", "%(n)s lettres sont notées.", many),
    )


@doors.post("/<int:draw_id>/invitations/silences")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def note_silence(draw_id: int) -> Any:
    """Note the silence of all those whose time to answer is over."""
    many = inviting.note_silence(db(), draw_id=draw_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.waves", draw_id=draw_id),
        ngettext("%(n)s silence est noté.", "%(n)s silences sont notés.", many),
    )


def _accept_form(draw_id: int, unit: str, **more: Any) -> Any:
    if unit == "people":
        return forms.DoorForm(**more)
    return with_free_criteria(forms.DwellingForm, draw_id)(**more)


def _person_page(draw_id: int, drawn_id: str, *, status: int = 200, **changed: Form) -> Any:
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="one")
    story = the_story(draw_id)
    one = asked.one_invited(db(), draw_id, drawn_id, clock.today())
    if one is None:
        raise NotFound
    accepting = changed.get("accepting") or _accept_form(draw_id, story.draw.unit, formdata=None)
    page = render_template(
        "draws/invitation.html",
        story=story,
        one=one,
        attempts=questions.attempts_of(db(), drawn_id),
        attempt=changed.get("attempt") or forms.AttemptForm(formdata=None),
        accepting=accepting,
        free=free_fields(accepting),
        leave=changed.get("leave") or forms.LeaveForm(formdata=None),
        states=states,
    )
    return page, status


@doors.get("/<int:draw_id>/invitations/<drawn_id>")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def invitation(draw_id: int, drawn_id: str) -> Any:
    """One invitation: how to reach the person or the door, what was tried, the answer."""
    return _person_page(draw_id, drawn_id)


@doors.post("/<int:draw_id>/invitations/<drawn_id>/contact")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def note_invited(draw_id: int, drawn_id: str) -> Any:
    """Note a letter, a call, a visit."""
    form = forms.AttemptForm()
    if contact_noted(inviting.note_attempt, form, drawn_id):
        return done(
            url_for("draws.invitation", draw_id=draw_id, drawn_id=drawn_id), _("C'est noté.")
        )
    return _person_page(draw_id, drawn_id, attempt=form, status=422)


@doors.post("/<int:draw_id>/invitations/<drawn_id>/accepte")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def accept_invitation(draw_id: int, drawn_id: str) -> Any:
    """The person accepts to be in the draw."""
    unit = the_story(draw_id).draw.unit
    form = _accept_form(draw_id, unit)
    said: dict[str, Any] = form.data
    if tried(
        form,
        lambda: inviting.accept(
            db(),
            drawn_id=drawn_id,
            reach=Reach(said["email"] or None, said["phone"] or None),
            shows_name=said["shows_name"],
            said=at_the_door(draw_id, said) if unit == "addresses" else None,
            by=me().person,
            at=clock.now(),
        ),
    ):
        return done(
            url_for("draws.invited", draw_id=draw_id),
            _("L'accord est noté : cette personne sera dans le tirage public."),
        )
    return _person_page(draw_id, drawn_id, accepting=form, status=422)


@doors.post("/<int:draw_id>/invitations/<drawn_id>/depart")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def decline_invitation(draw_id: int, drawn_id: str) -> Any:
    """The person will not be in the draw."""
    form = forms.LeaveForm()
    if tried(
        form,
        lambda: inviting.decline(
            db(), drawn_id=drawn_id, answer=form.answer.data, by=me().person, at=clock.now()
        ),
    ):
        return done(url_for("draws.invited", draw_id=draw_id), _("C'est noté."))
    return _person_page(draw_id, drawn_id, leave=form, status=422)
