"""« Lieux de vote »: for everybody, for who prepares them, and for who keeps them."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, url_for

from civic.ballots import queries, service
from civic.ballots.forms import lists, registering
from civic.ballots.queries import Place, PollView, papers
from civic.ballots.views.common import doors, secrets_of, the_poll
from civic.house.access import Right, Role, allow, allow_everyone, unit
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.paper import pdf
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, Form, db, done, me, said
from civic.people import queries as people


@doors.get("/<slug>/lieux")
@allow_everyone()
def places(slug: str) -> Any:
    """Where and when one can vote on paper; the signed sheets once they are there."""
    poll = the_poll(slug)
    return render_template(
        "ballots/places.html",
        poll=poll,
        places=queries.places(db(), poll.id),
        sheets=queries.sheets(db(), poll.id) if poll.is_over(clock.now()) else {},
        may_keep=me().may(Right.KEEP_DESK, queries.scope_of_view(poll)),
        q=queries,
    )


@doors.route("/<slug>/lieux/preparer", methods=["GET", "POST"])
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def prepare_places(slug: str) -> Any:
    """The agent's list of places, and a form for one more."""
    poll, form = the_poll(slug), registering.PlaceForm()
    if form.sent():
        try:
            service.add_place(
                db(),
                poll_id=poll.id,
                name=said(form.name),
                address=said(form.address),
                kind=said(form.kind),
                hours=registering.read_hours(said(form.hours)),
                expected=form.expected.data,
                by=me().person,
                at=clock.now(),
            )
            return done(url_for("ballots.prepare_places", slug=slug), _("Ce lieu est ajouté."))
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template(
        "ballots/places_prepare.html",
        poll=poll,
        places=queries.places(db(), poll.id),
        duty=queries.on_duty(db(), poll.id),
        form=form,
        q=queries,
    ), status


def _the_place(poll: PollView, number: int) -> Place:
    found = queries.place(db(), poll.id, number)
    if found is None:
        raise NotFound
    return found


@doors.get("/<slug>/lieux/<int:number>")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def one_place(slug: str, number: int) -> Any:
    """One place: who is on duty, its émargement, its sheet."""
    poll = the_poll(slug)
    return _page(poll, _the_place(poll, number))


def _page(poll: PollView, place: Place, **typed: Form) -> str:
    scope = queries.scope_of_view(poll)
    members: dict[str, str] = {}
    if me().may(Right.MANAGE_POLLS, scope):
        found = people.holders(
            db(), Role.VOTE_COMMISSION, frozenset({unit("poll", poll.id)}), clock.today()
        )
        members = people.names(db(), found)
    named = queries.on_duty(db(), poll.id).get(place.id, {})
    duty = typed.get("duty") or registering.DutyForm(formdata=None, people=list(named))
    duty.people.choices = sorted(members.items(), key=lambda one: one[1])
    known = queries.figures(db(), poll.id, place)
    signed = queries.signed_numbers(db(), place.id)
    sheets = queries.sheets(db(), poll.id).get(place.id, [])
    sheet = typed.get("sheet")
    if sheet is None:
        start: dict[str, Any] = {"signatures": known.signed} if place.kind != "group" else {}
        if sheets:
            last = sheets[0]
            start = {
                name: getattr(last, name)
                for name in ("signatures", "ballots", "blank", "spoilt", "explanation")
            }
        sheet = registering.SheetForm(formdata=None, **start)
    return render_template(
        "ballots/place.html",
        poll=poll,
        place=place,
        again=papers.reopened(db(), poll.id),
        on_duty=sorted(named.values()),
        duty=duty,
        known=known,
        signed=signed,
        sheets=sheets,
        sheet=sheet,
        change=typed.get("change") or registering.ChangePlaceForm.of(place),
        confirm=ConfirmForm(formdata=None),
        printing=typed.get("printing") or registering.PrintForm(formdata=None),
        signatures=typed.get("signatures")
        or registering.SignaturesForm(formdata=None, numbers=_ranges(signed)),
        may_manage=me().may(Right.MANAGE_POLLS, scope),
        may_count=me().may(Right.COUNT_BALLOTS, scope),
        q=queries,
    )


def _ranges(numbers: list[int]) -> str:
    """Numbers as people write them: 1-3 7."""
    found: list[list[int]] = []
    for one in numbers:
        if found and found[-1][1] == one - 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


@doors.post("/<slug>/lieux/<int:number>/corriger")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def change_place(slug: str, number: int) -> Any:
    """Mends what was written down of a place."""
    poll, form = the_poll(slug), registering.ChangePlaceForm()
    place = _the_place(poll, number)
    if form.sent():
        try:
            service.change_place(
                db(),
                place_id=number,
                name=said(form.name),
                address=said(form.address),
                hours=registering.read_hours(said(form.hours)),
                expected=form.expected.data,
                by=me().person,
                at=clock.now(),
            )
            return done(
                url_for("ballots.one_place", slug=slug, number=number), _("Ce lieu est corrigé.")
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(poll, place, change=form), 422


@doors.post("/<slug>/lieux/<int:number>/retirer")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def remove_place(slug: str, number: int) -> Any:
    """Takes away a place where nobody voted."""
    _the_place(the_poll(slug), number)
    service.remove_place(db(), place_id=number, by=me().person, at=clock.now())
    return done(url_for("ballots.prepare_places", slug=slug), _("Ce lieu est retiré."))


@doors.post("/<slug>/lieux/<int:number>/equipe")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def duty(slug: str, number: int) -> Any:
    """Who of the commission is on duty there."""
    poll, form = the_poll(slug), registering.DutyForm()
    place = _the_place(poll, number)
    members = people.holders(
        db(), Role.VOTE_COMMISSION, frozenset({unit("poll", poll.id)}), clock.today()
    )
    form.people.choices = [(one, one) for one in members]
    if not form.sent():
        return _page(poll, place, duty=form), 422
    service.put_on_duty(
        db(), place_id=number, person_ids=form.people.data or [], by=me().person, at=clock.now()
    )
    return done(url_for("ballots.one_place", slug=slug, number=number), _("L'équipe est notée."))


@doors.post("/<slug>/lieux/<int:number>/emargement.pdf")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def print_check_in(slug: str, number: int) -> Any:
    """The printed émargement of a place without network; closes its people's online right."""
    poll, form = the_poll(slug), registering.PrintForm()
    place = _the_place(poll, number)
    if not form.sent():
        return _page(poll, place, printing=form), 422
    try:
        printed = service.print_check_in(
            db(),
            place_id=number,
            entries=lists.read_roll(form.roll.data.read()),
            known=secrets_of(poll),
            by=me().person,
            at=clock.now(),
        )
        if not printed.lines:
            raise Refusal(
                _("Aucune de ces personnes ne peut voter dans ce lieu : elles ont déjà voté, ou "
                  "sont sur un autre émargement."),
                field="roll",
            )  # fmt: skip
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(poll, place, printing=form), 422
    return _paper(
        "ballots/check_in_sheet.html",
        f"emargement-{slug}-{number}.pdf",
        poll=poll,
        place=place,
        lines=printed.lines,
        groups=printed.groups,
        without=len(printed.without),
    )


@doors.get("/<slug>/lieux/<int:number>/groupe.pdf")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def group_sheet(slug: str, number: int) -> Any:
    """The émargement of a group: as many numbered lines as it has people, and no name."""
    poll = the_poll(slug)
    place = _the_place(poll, number)
    if place.expected is None:
        raise NotFound
    return _paper(
        "ballots/check_in_sheet.html",
        f"emargement-{slug}-{number}.pdf",
        poll=poll,
        place=place,
        lines=[(one, None) for one in range(1, place.expected + 1)],
        groups={},
        without=0,
    )


def _paper(template: str, name: str, **shown: Any) -> Response:
    answer = Response(
        pdf(render_template(template, q=queries, **shown)), mimetype="application/pdf"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@doors.post("/<slug>/lieux/<int:number>/signatures")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def type_signatures(slug: str, number: int) -> Any:
    """Types in who signed a printed émargement."""
    poll, form = the_poll(slug), registering.SignaturesForm()
    place = _the_place(poll, number)
    if not form.sent():
        return _page(poll, place, signatures=form), 422
    try:
        signed = service.type_signatures(
            db(),
            place_id=number,
            numbers=registering.read_numbers(said(form.numbers)),
            correction=said(form.why),
            by=me().person,
            at=clock.now(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(poll, place, signatures=form), 422
    return done(
        url_for("ballots.one_place", slug=slug, number=number),
        _("Émargement saisi. Signatures : %(n)s.", n=signed),
    )


@doors.post("/<slug>/lieux/<int:number>/feuille")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def sheet(slug: str, number: int) -> Any:
    """Signs the sheet of a place, or its correction."""
    poll, form = the_poll(slug), registering.SheetForm()
    place = _the_place(poll, number)
    if not form.sent():
        return _page(poll, place, sheet=form), 422
    try:
        service.sign_sheet(
            db(),
            place_id=number,
            signatures=form.signatures.data or 0,
            ballots=form.ballots.data or 0,
            blank=form.blank.data or 0,
            spoilt=form.spoilt.data or 0,
            explanation=said(form.explanation),
            correction=said(form.correction),
            by=me().person,
            at=clock.now(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(poll, place, sheet=form), 422
    return done(url_for("ballots.one_place", slug=slug, number=number), _("La feuille est signée."))
