"""After the end of a draw: the list of members, and the draw that completes the group."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, url_for

from civic.councils.queries import COLLEGE_NAMES, RANK_NAMES
from civic.draws import forms, queries, states
from civic.draws.models import AFTER
from civic.draws.queries import notice as questions
from civic.draws.service import asking, ending, replacing
from civic.draws.service.answers import look_at_names
from civic.draws.views import doors
from civic.draws.views.acting import status_of, tried
from civic.draws.views.public import the_story
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _, speaking
from civic.house.paper import pdf
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me
from civic.people import queries as people

# --- the list of members -------------------------------------------------------------------------


@doors.get("/<int:draw_id>/liste")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def notice(draw_id: int) -> Any:
    """The lists to print, and where they stand. No name is shown here."""
    story = the_story(draw_id)
    if story.draw.status not in (*AFTER, "closed"):
        raise Refusal(_("Ce tirage n'est pas terminé : il n'a pas encore de membres."))
    found = questions.members(db(), draw_id)
    return render_template(
        "draws/notice.html",
        story=story,
        many=len(found),
        unsaid=sum(1 for one in found if one.status == "approached"),
        hidden=sum(1 for one in found if not one.shown),
        confirm=ConfirmForm(),
        states=states,
    )


@doors.post("/<int:draw_id>/liste/<kind>.pdf")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def notice_file(draw_id: int, kind: str) -> Any:
    """The list on paper: « avis » for everybody, naming who agreed; « prefet » naming all."""
    if kind not in {"avis", "prefet"}:
        raise NotFound
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what=f"list {kind}")
    with speaking("fr"):
        html = render_template(
            "print/draws_notice.html",
            story=the_story(draw_id),
            people=questions.members(db(), draw_id),
            public=kind == "avis",
            colleges=COLLEGE_NAMES,
            ranks=RANK_NAMES,
            today=clock.today(),
        )
        answer = Response(pdf(html), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="liste-{kind}-{draw_id}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@doors.post("/<int:draw_id>/liste/transmise")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def list_sent(draw_id: int) -> Any:
    """Note that the list was posted up and sent."""
    ending.note_list_sent(db(), draw_id=draw_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.notice", draw_id=draw_id), _("La transmission de la liste est notée.")
    )


# --- the replacement draw ------------------------------------------------------------------------


@doors.route("/<int:draw_id>/remplacement", methods=["GET", "POST"])
@allow(Right.PREPARE_DRAWS, on=queries.scope_of)
def replacement(draw_id: int) -> Any:
    """Of a draw that ended: who is missing, and the draw that would complete the group. Of a
    replacement draw: what is asked of newcomers, and what must give way."""
    story = the_story(draw_id)
    return _opening(draw_id) if story.draw.replaces_id is None else _bounds(draw_id)


def _opening(draw_id: int) -> Any:
    story, form = the_story(draw_id), ConfirmForm()
    did = tried(
        form,
        lambda: replacing.open_replacement(db(), draw_id=draw_id, by=me().person, at=clock.now()),
    )
    if did:
        (new,) = did
        return done(
            url_for("draws.replacement", draw_id=new),
            _("Le tirage de remplacement est ouvert. La commune peut charger ses listes."),
        )
    page = render_template(
        "draws/replace.html",
        story=story,
        found=replacing.left_to_draw(db(), story.draw),
        over=story.draw.status in (*AFTER, "closed"),
        form=form,
        states=states,
    )
    return page, status_of(form)


def _bounds(draw_id: int) -> Any:
    story, form = the_story(draw_id), forms.ReasonForm()
    if tried(
        form,
        lambda: replacing.relax(
            db(), draw_id=draw_id, reason=form.reason.data or "", by=me().person, at=clock.now()
        ),
    ):
        return done(
            url_for("draws.replacement", draw_id=draw_id),
            _("Le plus petit assouplissement est pris, en votre nom."),
        )
    page = render_template(
        "draws/replacement.html",
        story=story,
        form=form,
        now_asked=asking.asked(db(), draw_id),
        open=story.draw.commitment is None
        and story.draw.status not in ("freeze_asked", "cancelled"),
        by=people.names(db(), [story.draw.relaxed_by]).get(story.draw.relaxed_by, "")
        if story.draw.relaxed_by
        else "",
        states=states,
    )
    return page, status_of(form)


@doors.post("/<int:draw_id>/remplacement/recompter")
@allow(Right.PREPARE_DRAWS, on=queries.scope_of)
def retake(draw_id: int) -> Any:
    """Count again who remains."""
    replacing.retake(db(), draw_id=draw_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.replacement", draw_id=draw_id),
        _("Les places et les critères sont ceux d'aujourd'hui."),
    )
