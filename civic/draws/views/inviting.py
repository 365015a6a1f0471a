"""The way in two steps: the order is frozen, waves are sized and launched, the invited answer."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Response, render_template, request, url_for
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from civic.draws import features, forms, queries, states
from civic.draws.models import ANSWERS
from civic.draws.queries import board as questions
from civic.draws.queries import invitations as asked
from civic.draws.queries import pool
from civic.draws.queries.story import grouped
from civic.draws.reserve import Bound
from civic.draws.service import inviting, ordering
from civic.draws.service.answers import Reach, look_at_names
from civic.draws.views import doors
from civic.draws.views.public import answer_file, the_story
from civic.draws.waves import USUAL, Pair, Seen, learnt, listed_features, needed
from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock, paris
from civic.house.fields import number
from civic.house.i18n import _, lazy, ngettext
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, Form, db, done, me, paged
from civic.people import queries as people
from civic.rules.sortition import invitations as rule

# --- the order -----------------------------------------------------------------------------------


@doors.route("/<int:draw_id>/ordre", methods=["GET", "POST"])
@allow(Right.FREEZE_DRAWS, on=queries.scope_of)
def order(draw_id: int) -> Any:
    """Ask for the order of the invitations to be frozen, with the announced source of chance."""
    form = forms.OrderForm()
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            ordering.ask(
                db(),
                draw_id=draw_id,
                announced=ordering.Announced(
                    paris(said["session_day"], said["session_hour"]), said["source"]
                ),
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("draws.order", draw_id=draw_id),
                _("C'est demandé. Une autre personne doit maintenant confirmer."),
            )
    return _order_page(draw_id, form), 422 if form.is_submitted() else 200


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
    form = ConfirmForm()
    if form.sent():
        try:
            ordering.confirm(db(), draw_id=draw_id, by=me().person, at=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("draws.order", draw_id=draw_id),
                _("Les listes sont figées. Leur empreinte est publiée."),
            )
    page = render_template("draws/refused.html", story=the_story(draw_id), form=form)
    return page, 422


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
            lazy("Sur 100 : %(feature)s, %(value)s", feature=bound.feature, value=bound.value)
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


# --- the people invited --------------------------------------------------------------------------


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


def _free_criteria(draw_id: int) -> dict[str, list[str]]:
    """The criteria that only the person can say: name → values."""
    found: dict[str, list[str]] = {}
    for one in asked.bounds_of(db(), draw_id):
        if one.feature not in features.OWN:
            found.setdefault(one.feature, []).append(one.value)
    return found


def _accept_form(draw_id: int, unit: str, formdata: Any) -> Any:
    more = {} if formdata is None else {"formdata": formdata}
    if unit == "people":
        return forms.DoorForm(**more) if more else forms.DoorForm(formdata=None)
    fields = {
        f"free_{place}": SelectField(
            name, choices=[("", _("non précisé")), *((value, value) for value in values)]
        )
        for place, (name, values) in enumerate(_free_criteria(draw_id).items())
    }
    made = type("ThisDoorForm", (forms.DwellingForm,), fields)
    return made(**more) if more else made(formdata=None)


def _person_page(draw_id: int, drawn_id: str, *, status: int = 200, **changed: Form) -> Any:
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="one")
    story = the_story(draw_id)
    one = asked.one_invited(db(), draw_id, drawn_id, clock.today())
    if one is None:
        raise NotFound
    accepting = changed.get("accepting") or _accept_form(draw_id, story.draw.unit, None)
    page = render_template(
        "draws/invitation.html",
        story=story,
        one=one,
        attempts=questions.attempts_of(db(), drawn_id),
        attempt=changed.get("attempt") or forms.AttemptForm(formdata=None),
        accepting=accepting,
        free=[field for field in accepting if field.name.startswith("free_")],
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
    if form.sent():
        try:
            inviting.note_attempt(
                db(),
                drawn_id=drawn_id,
                channel=form.channel.data,
                outcome=form.outcome.data,
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("draws.invitation", draw_id=draw_id, drawn_id=drawn_id), _("C'est noté.")
            )
    return _person_page(draw_id, drawn_id, attempt=form, status=422)


@doors.post("/<int:draw_id>/invitations/<drawn_id>/accepte")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def accept_invitation(draw_id: int, drawn_id: str) -> Any:
    """The person accepts to be in the draw."""
    unit = the_story(draw_id).draw.unit
    form = _accept_form(draw_id, unit, request.form)
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            inviting.accept(
                db(),
                drawn_id=drawn_id,
                reach=Reach(said["email"] or None, said["phone"] or None),
                shows_name=said["shows_name"],
                said=_at_the_door(draw_id, said) if unit == "addresses" else None,
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("draws.invited", draw_id=draw_id),
                _("L'accord est noté : cette personne sera dans le tirage public."),
            )
    return _person_page(draw_id, drawn_id, accepting=form, status=422)


def _at_the_door(draw_id: int, said: dict[str, Any]) -> inviting.AtTheDoor:
    free = {
        name: said[f"free_{place}"]
        for place, name in enumerate(_free_criteria(draw_id))
        if said[f"free_{place}"]
    }
    return inviting.AtTheDoor(
        first_names=said["first_names"],
        family_name=said["family_name"],
        sex=said["sex"] or "",
        birth_date=said["birth_date"],
        tenant=said["tenant"],
        free=free,
    )


@doors.post("/<int:draw_id>/invitations/<drawn_id>/depart")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def decline_invitation(draw_id: int, drawn_id: str) -> Any:
    """The person will not be in the draw."""
    form = forms.LeaveForm()
    if form.sent():
        try:
            inviting.decline(
                db(), drawn_id=drawn_id, answer=form.answer.data, by=me().person, at=clock.now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("draws.invited", draw_id=draw_id), _("C'est noté."))
    return _person_page(draw_id, drawn_id, leave=form, status=422)
