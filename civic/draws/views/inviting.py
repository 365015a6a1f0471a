"""The way in two steps: the order is frozen, waves are sized and launched."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Response, render_template, request, url_for
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from civic.draws import forms, queries, states
from civic.draws.features import said
from civic.draws.queries import invitations as asked
from civic.draws.queries import pool
from civic.draws.queries.story import grouped
from civic.draws.reserve import Bound
from civic.draws.service import inviting, ordering
from civic.draws.views import doors
from civic.draws.views.acting import confirmed, status_of, tried
from civic.draws.views.public import answer_file, the_story
from civic.draws.waves import USUAL, Pair, Seen, learnt, listed_features, needed
from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock, paris
from civic.house.fields import number
from civic.house.i18n import _, lazy, ngettext
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, Form, db, done, me
from civic.people import queries as people
from civic.rules.sortition import invitations as rule

# --- the order -----------------------------------------------------------------------------------


@doors.route("/<int:draw_id>/ordre", methods=["GET", "POST"])
@allow(Right.FREEZE_DRAWS, on=queries.scope_of)
def order(draw_id: int) -> Any:
    """Ask for the order of the invitations to be frozen, with the announced source of chance."""
    form = forms.OrderForm()
    said: dict[str, Any] = form.data
    if tried(
        form,
        lambda: ordering.ask(
            db(),
            draw_id=draw_id,
            announced=ordering.Announced(
                paris(said["session_day"], said["session_hour"]), said["source"]
            ),
            by=me().person,
            at=clock.now(),
        ),
    ):
        return done(
            url_for("draws.order", draw_id=draw_id),
            _("C'est demandé. Une autre personne doit maintenant confirmer."),
        )
    return _order_page(draw_id, form), status_of(form)


def _order_page(draw_id: int, form: Form) -> str:
    story = the_story(draw_id)
    if story.draw.way != "invited":
        raise NotFound
    row = asked.order_of(db(), draw_id)
    names = people.names(db(), [row.asked_by]) if row else {}
    return render_template(
        "draws/order.html",
        story=story,
        order=row,
        form=form,
        confirm=ConfirmForm(),
        counts=pool.status_counts(db(), draw_id),
        asked_by=names.get(row.asked_by, "") if row else "",
        mine=row is not None and row.asked_by == me().person,
        grouped=grouped,
        states=states,
    )


@doors.post("/<int:draw_id>/ordre/confirmer")
@allow(Right.FREEZE_DRAWS, on=queries.scope_of)
def confirm_order(draw_id: int) -> Any:
    """Confirm the order that another person asked for."""
    return confirmed(
        draw_id,
        lambda: ordering.confirm(db(), draw_id=draw_id, by=me().person, at=clock.now()),
        lambda: done(
            url_for("draws.order", draw_id=draw_id),
            _("Les listes sont figées. Leur empreinte est publiée."),
        ),
    )


@doors.post("/<int:draw_id>/ordre/retirer")
@allow(Right.FREEZE_DRAWS, on=queries.scope_of)
def withdraw_order(draw_id: int) -> Any:
    """Take the demand back."""
    ordering.withdraw(db(), draw_id=draw_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.order", draw_id=draw_id),
        _("La demande est retirée : les listes peuvent changer."),
    )


@doors.get("/<int:draw_id>/invitations.json")
@allow_everyone()
def invitations_file(draw_id: int) -> Any:
    """The committed list, the seed and each wave's numbers, for whoever checks."""
    return answer_file(asked.published(db(), draw_id), f"invitations-{draw_id}.json")


@doors.get("/invitations.py")
@allow_everyone()
def invitations_program() -> Any:
    """The program that checks the order of invitations."""
    return Response(
        Path(rule.__file__).read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invitations.py"'},
    )


# --- the waves -----------------------------------------------------------------------------------


def _key(pair: Pair) -> str:
    return "rate_" + hashlib.sha256("\n".join(pair).encode()).hexdigest()[:12]


def _rate(label: Any) -> IntegerField:
    return IntegerField(
        label,
        validators=[
            InputRequired(lazy("Écrivez un nombre entier.")),
            NumberRange(1, 100, lazy("Il faut un nombre de 1 à 100.")),
        ],
        render_kw={"min": 1, "max": 100, "inputmode": "numeric"},
    )


def _wave_form(bounds: Iterable[Bound]) -> Any:
    fields: dict[str, Any] = {
        "aim": number(
            lazy("Combien d'accords il faut en tout"),
            1,
            inviting.MOST_AIM,
            description=lazy(
                "Plus que de places : le tirage public doit avoir du choix pour tenir les critères."
            ),
        ),
        "days": number(lazy("Jours pour répondre"), *inviting.DAYS),
        "rate": _rate(lazy("Sur 100 personnes invitées, combien accepteront")),
    }
    for bound in bounds:
        fields[_key((bound.feature, bound.value))] = _rate(
            lazy(
                "Sur 100 : %(feature)s, %(value)s",
                feature=said(bound.feature),
                value=said(bound.value),
            )
        )
    return type("WaveForm", (Form,), fields)()


@doors.route("/<int:draw_id>/invitations", methods=["GET", "POST"])
@allow(Right.PREPARE_DRAWS, on=queries.scope_of)
def waves(draw_id: int) -> Any:
    """How the waves go, by criterion; size the next one, look, launch it."""
    story = the_story(draw_id)
    if story.draw.way != "invited":
        raise NotFound
    bounds = asked.bounds_of(db(), draw_id)
    everybody, seen = asked.seen(db(), story.draw)
    made = asked.waves(db(), draw_id)
    aimed = _aimed(bounds, seen)
    form = _wave_form(aimed)
    if not form.is_submitted():
        _propose(form, aimed, everybody, seen, made, story.draw.seats)
    found = None
    if form.sent():
        expected = inviting.Expectation(
            aim=form.aim.data,
            rate=form.rate.data / 100,
            rates={
                (one.feature, one.value): form[_key((one.feature, one.value))].data / 100
                for one in aimed
            },
            days=form.days.data,
        )
        try:
            if request.form.get("act") == "launch":
                wave, many = inviting.launch(
                    db(), draw_id=draw_id, expected=expected, by=me().person, at=clock.now()
                )
                return done(
                    url_for("draws.waves", draw_id=draw_id),
                    ngettext(
                        "Vague %(wave)s : %(n)s personne est invitée.",
                        "Vague %(wave)s : %(n)s personnes sont invitées.",
                        many,
                        wave=wave,
                    ),
                )
            found = inviting.planned(db(), draw_id=draw_id, expected=expected)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "draws/waves.html",
        story=story,
        order=asked.order_of(db(), draw_id),
        form=form,
        confirm=ConfirmForm(),
        waves=made,
        rows=_rows(bounds, aimed, seen, made, story.draw.seats),
        everybody=everybody,
        planned=found,
        states=states,
        may_see_people=me().may(Right.SEE_DRAWN_PEOPLE),
    )
    return page, 422 if form.is_submitted() and found is None else 200


def _aimed(bounds: Iterable[Bound], seen: Mapping[Pair, Seen]) -> list[Bound]:
    """The bounds that a wave can go for: the lists say who holds their value."""
    listed = listed_features(seen)
    return [one for one in bounds if one.minimum and one.feature in listed]


def _propose(
    form: Any, bounds: Iterable[Bound], everybody: Seen, seen: Any, made: Any, seats: int
) -> None:
    """What was expected last time, corrected by what was seen."""
    last: dict[str, Any] = made[-1].plan if made else {"rate": USUAL, "rates": []}
    form.aim.data = made[-1].aim if made else 2 * seats
    form.days.data = 21
    rate = learnt(everybody, last["rate"])
    form.rate.data = max(1, round(100 * rate))
    before = {(feature, value): share for feature, value, share in last["rates"]}
    for one in bounds:
        pair = (one.feature, one.value)
        its = learnt(seen.get(pair, Seen()), before.get(pair, last["rate"]))
        form[_key(pair)].data = max(1, round(100 * its))


def _rows(
    bounds: Iterable[Bound], aimed: Collection[Bound], seen: Any, made: Any, seats: int
) -> list[dict[str, Any]]:
    aim = made[-1].aim if made else seats
    found, listed = [], listed_features(seen)
    for one in bounds:
        its = seen.get((one.feature, one.value), Seen())
        found.append(
            {
                "name": f"{one.feature} : {one.value}",
                "bounds": one,
                "seen": its,
                "needed": needed(aim, one.minimum, seats) if one.minimum else 0,
                "listed": one.feature in listed,
                "field": _key((one.feature, one.value)) if one in aimed else None,
            }
        )
    return found
