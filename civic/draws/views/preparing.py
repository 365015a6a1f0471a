"""The facilitator's desk: open a draw, ask for a composition, ask for the freeze and confirm it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from flask import redirect, render_template, request, url_for
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from civic.councils import queries as councils
from civic.draws import forms, queries, states
from civic.draws.features import said
from civic.draws.models import Preparation
from civic.draws.queries import pool
from civic.draws.queries.story import Story, announced, grouped
from civic.draws.service import asking, creating, freezing, preparing
from civic.draws.service.asking import Ask
from civic.draws.views import doors
from civic.draws.views.acting import confirmed, status_of, tried
from civic.draws.views.public import the_story
from civic.house.access import Right, allow
from civic.house.clock import clock, paris
from civic.house.i18n import _, lazy
from civic.house.refusal import Refusal
from civic.house.web import ConfirmForm, Form, db, done, me
from civic.people import queries as people


@doors.route("/nouveau", methods=["GET", "POST"])
@allow(Right.PREPARE_DRAWS)
def create() -> Any:
    """Open a draw for one of the councils one works for."""
    form = forms.DrawForm()
    mine = councils.mine(db(), me().units(Right.PREPARE_DRAWS))
    form.council.choices = [(key, name) for key, _slug, name in mine]
    if not form.is_submitted():
        slug = request.args.get("conseil", "")
        form.council.data = next((key for key, its, _name in mine if its == slug), None)
        form.seats.data, form.reserve_size.data, form.minimum_age.data = 10, 40, 16
        form.age_on.data = clock.today()
    said: dict[str, Any] = form.data
    did = tried(
        form,
        lambda: creating.create(
            db(),
            council_id=said["council"],
            plan=creating.Plan(
                title=said["title"],
                college=said["college"],
                seats=said["seats"],
                reserve_size=said["reserve_size"],
                minimum_age=said["minimum_age"],
                age_on=said["age_on"],
                one_per_household=said["one_per_household"],
                way="direct" if said["how"] == "direct" else "invited",
                unit="addresses" if said["how"] == "addresses" else "people",
            ),
            by=me().person,
            at=clock.now(),
        ),
    )
    if did:
        (draw_id,) = did
        return done(
            url_for("draws.prepare", draw_id=draw_id),
            _("Le tirage est ouvert. La commune peut charger ses listes."),
        )
    page = render_template("draws/create.html", form=form)
    return page, status_of(form)


@doors.route("/<int:draw_id>/modifier", methods=["GET", "POST"])
@allow(Right.PREPARE_DRAWS, on=queries.scope_of)
def amend(draw_id: int) -> Any:
    """Change seats, reserve and households before the freeze."""
    story = the_story(draw_id)
    form = forms.PlanForm(obj=story.draw)
    said: dict[str, Any] = form.data
    if tried(
        form,
        lambda: asking.amend(
            db(),
            draw_id=draw_id,
            plan=creating.Plan(
                title=said["title"],
                college=story.draw.college,
                seats=said["seats"],
                reserve_size=said["reserve_size"],
                minimum_age=story.draw.minimum_age,
                age_on=story.draw.age_on,
                one_per_household=said["one_per_household"],
            ),
            by=me().person,
            at=clock.now(),
        ),
    ):
        return done(url_for("draws.prepare", draw_id=draw_id), _("C'est changé."))
    page = render_template("draws/amend.html", form=form, story=story)
    return page, status_of(form)


# --- what is asked -----------------------------------------------------------------------------


def _key(feature: str, value: str) -> str:
    """A name for a pair of fields that stays the same when lists change meanwhile."""
    return hashlib.sha256(f"{feature}\n{value}".encode()).hexdigest()[:12]


def _criteria_form(rows: Iterable[tuple[str, str]], seats: int) -> Form:
    """A form with a minimum and a maximum for each value that the lists hold."""
    fields: dict[str, Any] = {}
    check = NumberRange(0, seats, lazy("Il faut un nombre de 0 à %(seats)s.", seats=seats))
    for feature, value in rows:
        for side, words in (("least", lazy("au moins")), ("most", lazy("au plus"))):
            fields[f"{side}_{_key(feature, value)}"] = IntegerField(
                lazy("%(value)s, %(side)s", value=said(value), side=words),
                validators=[Optional(), check],
                render_kw={"min": 0, "max": seats, "inputmode": "numeric"},
            )
    made: Form = type("CriteriaForm", (Form,), fields)()
    return made


@doors.route("/<int:draw_id>/preparer", methods=["GET", "POST"])
@allow(Right.PREPARE_DRAWS, on=queries.scope_of)
def prepare(draw_id: int) -> Any:
    """Counts of the lists against what is asked; try bounds out, then save them."""
    story = the_story(draw_id)
    if story.draw.replaces_id is not None:
        return redirect(url_for("draws.replacement", draw_id=draw_id), 303)
    saved = {(one.feature, one.value): one for one in asking.asked(db(), draw_id)}
    askable = pool.askable(db(), story.draw, saved)
    rows = [(one.feature, one.value) for one in askable]
    form = _criteria_form(rows, story.draw.seats)
    if not form.is_submitted():
        _show(form, rows, saved.values(), story.draw.seats)
    check = None
    if form.sent():
        asks = _asked(form, rows, story.draw.seats)
        act = request.form.get("act", "")
        try:
            if act == "save":
                asking.set_criteria(
                    db(), draw_id=draw_id, asks=asks, by=me().person, at=clock.now()
                )
                return done(
                    url_for("draws.prepare", draw_id=draw_id), _("Les critères sont enregistrés.")
                )
            if story.draw.unit == "addresses" and story.draw.status != "inviting":
                raise Refusal(
                    _(
                        "Ces critères se disent à la porte : ils pourront être vérifiés quand des "
                        "personnes auront accepté. Enregistrez-les pour le moment."
                    )
                )
            check = asking.try_out(db(), draw_id=draw_id, asks=asks)
            if act == "adopt" and check.suggestion:
                _show(form, rows, check.suggestion, story.draw.seats)
                check = asking.try_out(db(), draw_id=draw_id, asks=check.suggestion)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "draws/prepare.html",
        story=story,
        form=form,
        rows=[
            (one, f"least_{_key(one.feature, one.value)}", f"most_{_key(one.feature, one.value)}")
            for one in askable
        ],
        inviting=story.draw.status == "inviting",
        check=check,
        lists=pool.list_counts(db(), draw_id),
        counts=pool.status_counts(db(), draw_id),
        states=states,
        hundred=asking.in_a_hundred,
    )
    return page, 422 if form.is_submitted() and check is None else 200


def _show(form: Form, rows: Iterable[tuple[str, str]], asks: Iterable[Ask], seats: int) -> None:
    by_pair = {(one.feature, one.value): one for one in asks}
    for feature, value in rows:
        one, key = by_pair.get((feature, value)), _key(feature, value)
        form[f"least_{key}"].data = one.minimum if one and one.minimum else None
        form[f"most_{key}"].data = one.maximum if one and one.maximum < seats else None
        for side in ("least", "most"):
            form[f"{side}_{key}"].raw_data = None


def _asked(form: Form, rows: Iterable[tuple[str, str]], seats: int) -> list[Ask]:
    found = []
    for feature, value in rows:
        key = _key(feature, value)
        least, most = form[f"least_{key}"].data, form[f"most_{key}"].data
        if least is not None or most is not None:
            found.append(Ask(feature, value, least or 0, seats if most is None else most))
    return found


# --- the freeze --------------------------------------------------------------------------------


@doors.route("/<int:draw_id>/gel", methods=["GET", "POST"])
@allow(Right.FREEZE_DRAWS, on=queries.scope_of)
def freeze(draw_id: int) -> Any:
    """Ask for the freeze, with the announced source of chance."""
    form = forms.AnnouncementForm()
    said: dict[str, Any] = form.data
    if tried(
        form,
        lambda: freezing.ask(
            db(),
            draw_id=draw_id,
            announcement=freezing.Announcement(
                session_at=paris(said["session_day"], said["session_hour"]),
                place=said["place"],
                chance=said["chance"],
                source=said["source"],
            ),
            by=me().person,
            at=clock.now(),
        ),
    ):
        return done(
            url_for("draws.freeze", draw_id=draw_id),
            _("Le gel est demandé. Une autre personne doit maintenant le confirmer."),
        )
    return _freeze_page(the_story(draw_id), form), status_of(form)


def _freeze_page(story: Story, form: Form) -> str:
    draw = story.draw
    names = people.names(db(), [draw.frozen_by]) if draw.frozen_by else {}
    return render_template(
        "draws/freeze.html",
        story=story,
        form=form,
        confirm=ConfirmForm(),
        asks=asking.asked(db(), draw.id),
        counts=pool.status_counts(db(), draw.id),
        asked_by=names.get(draw.frozen_by or "", ""),
        mine=draw.frozen_by == me().person,
        ready="lists_checked" if draw.way == "direct" else "inviting",
        work=db().get(Preparation, draw.id) if draw.status == "freeze_asked" else None,
        accepted=len(pool.accepted(db(), draw)) if draw.way == "invited" else None,
        announced=announced,
        grouped=grouped,
        states=states,
    )


@doors.post("/<int:draw_id>/gel/confirmer")
@allow(Right.FREEZE_DRAWS, on=queries.scope_of)
def confirm_freeze(draw_id: int) -> Any:
    """Confirm the freeze that another person asked for: the worker makes the lottery, and it is
    committed to."""
    return confirmed(
        draw_id,
        lambda: preparing.start(db(), draw_id=draw_id, by=me().person, at=clock.now()),
        lambda: done(
            url_for("draws.freeze", draw_id=draw_id),
            _("C'est confirmé. Le calcul des groupes commence."),
        ),
    )


@doors.post("/<int:draw_id>/gel/retirer")
@allow(Right.FREEZE_DRAWS, on=queries.scope_of)
def withdraw_freeze(draw_id: int) -> Any:
    """Take the demand back."""
    freezing.withdraw(db(), draw_id=draw_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.one", draw_id=draw_id),
        _("La demande de gel est retirée : listes et critères peuvent changer."),
    )


@doors.route("/<int:draw_id>/annuler", methods=["GET", "POST"])
@allow(Right.PREPARE_DRAWS, on=queries.scope_of)
def cancel(draw_id: int) -> Any:
    """Give the draw up, with a public reason."""
    form = forms.ReasonForm()
    if tried(
        form,
        lambda: creating.cancel(
            db(), draw_id=draw_id, reason=form.reason.data or "", by=me().person, at=clock.now()
        ),
    ):
        return done(
            url_for("draws.one", draw_id=draw_id),
            _("Le tirage est annulé, et ses listes sont effacées."),
        )
    page = render_template("draws/cancel.html", story=the_story(draw_id), form=form)
    return page, status_of(form)
