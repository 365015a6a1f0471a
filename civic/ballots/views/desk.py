"""What agents and the commission do before closing: seal, name the commission, keep the desk."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from civic.ballots import forms, queries, service, vault
from civic.ballots.forms import lists, registering
from civic.ballots.queries import Place, PollView
from civic.ballots.views.common import code_address, doors, secrets_of, the_poll
from civic.house.access import Right, Role, allow, unit
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.qr import qr
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me, said, settings
from civic.people import queries as people
from civic.rules import urn


@doors.get("/<slug>/gerer")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def manage(slug: str) -> Any:
    """The agent's page of a poll: seal it, load lists, make letters."""
    return manage_page(the_poll(slug)), 200


def manage_page(
    poll: PollView,
    *,
    letters: lists.LettersForm | None = None,
    roll: registering.RollForm | None = None,
    appoint: forms.AppointForm | None = None,
) -> str:
    """The agent's page, with what was just typed into one of its forms."""
    members = people.holders(
        db(), Role.VOTE_COMMISSION, frozenset({unit("poll", poll.id)}), clock.today()
    )
    return render_template(
        "ballots/manage.html",
        poll=poll,
        letters=letters or lists.LettersForm(formdata=None),
        roll=roll or registering.RollForm(formdata=None),
        appoint=appoint or forms.AppointForm(formdata=None),
        members=sorted(people.names(db(), members).values()),
        seal=ConfirmForm(),
        turnout=queries.turnout(db(), poll.id),
        items=queries.items(db(), poll.id),
        rolls=queries.rolls(db(), poll.id),
        unplaced=queries.unplaced(db(), poll.id) if poll.districts else 0,
        waiting=queries.homonyms_waiting(db(), poll.id),
        q=queries,
    )


@doors.post("/<slug>/commission")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def appoint(slug: str) -> Any:
    """Makes somebody a member of the commission of this vote."""
    poll, form = the_poll(slug), forms.AppointForm()
    if form.sent():
        try:
            service.appoint(
                db(), poll_id=poll.id, email=said(form.email), by=me().person, at=clock.now()
            )
            return done(
                url_for("ballots.manage", slug=slug), _("Cette personne est de la commission.")
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return manage_page(poll, appoint=form), 422


@doors.post("/<slug>/sceller")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def seal(slug: str) -> Any:
    """Makes the keys, unless the commission made its own, and seals the poll."""
    poll, form = the_poll(slug), ConfirmForm()
    form.sent()
    held = poll.key_holder == "commission"
    public = service.rehearsed_key(db(), poll.id) if held else None
    secret_id = vault.make(settings().vault, public)
    service.seal_poll(db(), poll_id=poll.id, secret_id=secret_id, by=me().person, at=clock.now())
    return done(url_for("ballots.manage", slug=slug), _("Le vote est scellé."))


# --- the desk ----------------------------------------------------------------------------------


def _place(poll: PollView, typed: str) -> Place | None:
    """The place where this desk stands, None when none was said; the poll's only one by itself."""
    connected = [one for one in queries.places(db(), poll.id) if one.kind == "connected"]
    if len(connected) == 1:
        return connected[0]
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    return next((one for one in connected if one.id == number), None)


@doors.route("/<slug>/accueil", methods=["GET", "POST"])
@allow(Right.KEEP_DESK, on=queries.scope_of)
def desk(slug: str) -> Any:
    """A person comes: identity seen, right found or given, émargement shown."""
    poll, form = the_poll(slug), forms.DeskForm()
    place = _place(poll, said(form.place) or request.args.get("lieu", ""))
    if form.sent():
        who: dict[str, Any] = {
            "family": said(form.family),
            "first": said(form.first),
            "born": forms.day(form.born),
            "known": secrets_of(poll),
            "at": clock.now(),
        }
        try:
            if said(form.homonym):
                service.report_homonym(
                    db(), poll_id=poll.id, told=said(form.homonym), by=me().person, **who
                )
                return done(
                    url_for("ballots.desk", slug=slug, lieu=place.id if place else None),
                    _("La commission du vote va décider. Revenez à cette personne ensuite."),
                )
            rights, new = service.rights_at_desk(db(), poll_id=poll.id, **who)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if len(rights) > 1:
                return _several_page(poll, rights, place)
            return _person_page(poll, rights[0], place=place, new=new)
    status = 422 if form.is_submitted() else 200
    form.place.data = str(place.id) if place else ""
    return render_template(
        "ballots/desk.html",
        poll=poll,
        form=form,
        place=place,
        places=[one for one in queries.places(db(), poll.id) if one.kind == "connected"],
        waiting=queries.homonyms_waiting(db(), poll.id),
        may_count=me().may(Right.COUNT_BALLOTS, queries.scope_of_view(poll)),
        q=queries,
    ), status


def _several_page(poll: PollView, rights: list[str], place: Place | None) -> str:
    """People of one name told apart before: which of them is here?"""
    told = queries.told_of(db(), poll.id, rights)
    return render_template(
        "ballots/desk_several.html",
        poll=poll,
        rights=[(queries.right(db(), poll.id, one), told.get(one, "")) for one in rights],
        forms={one: _right_form(one, place) for one in rights},
        q=queries,
    )


def _right_form(right: str, place: Place | None) -> forms.RightForm:
    return forms.RightForm(formdata=None, right=right, place=str(place.id) if place else "")


@doors.post("/<slug>/accueil/personne")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def desk_right(slug: str) -> Any:
    """One of several people of one name."""
    poll, form = the_poll(slug), forms.RightForm()
    if not form.sent() or queries.right(db(), poll.id, said(form.right)) is None:
        return done(url_for("ballots.desk", slug=slug))
    return _person_page(poll, said(form.right), place=_place(poll, said(form.place)))


def _person_page(
    poll: PollView, right: str, *, place: Place | None = None, new: bool = False, code: str = "",
    told: str = "", revoke: forms.RevokeForm | None = None,
    placed: forms.PlacedForm | None = None, undo: forms.UndoPaperForm | None = None,
) -> str:  # fmt: skip
    own = queries.right(db(), poll.id, right)
    if own is None:
        raise NotFound
    shown = str(place.id) if place else ""
    if placed is None and poll.districts:
        placed = forms.PlacedForm(formdata=None, right=right, place=shown, group=own.group)
        placed.ask(poll.neighbourhoods)
    return render_template(
        "ballots/desk_person.html",
        poll=poll,
        own=own,
        place=place,
        new=new,
        form=_right_form(right, place),
        placed=placed,
        revoke=revoke or forms.RevokeForm(formdata=None, right=right, place=shown),
        undo=undo or forms.UndoPaperForm(formdata=None, right=right, place=shown),
        may_revoke=me().may(Right.COUNT_BALLOTS, queries.scope_of_view(poll)),
        code=urn.show_code(code) if code else "",
        picture=qr(code_address(poll, code)) if code else "",
        told=told,
        q=queries,
    )


@doors.post("/<slug>/accueil/quartier")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def desk_group(slug: str) -> Any:
    """The person's neighbourhood, after a proof was seen."""
    poll, form = the_poll(slug), forms.PlacedForm()
    if not poll.districts or not said(form.right):
        return done(url_for("ballots.desk", slug=slug))
    form.ask(poll.neighbourhoods)
    place = _place(poll, said(form.place))
    if form.sent():
        try:
            service.set_neighbourhood(
                db(),
                poll_id=poll.id,
                right_id=said(form.right),
                group=said(form.group),
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _person_page(poll, said(form.right), place=place, told=_("Quartier noté."))
    return _person_page(poll, said(form.right), place=place, placed=form), 422


@doors.post("/<slug>/accueil/papier")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def paper_vote(slug: str) -> Any:
    """The person puts a paper ballot into the box; an online envelope leaves the urn."""
    poll, form = the_poll(slug), forms.RightForm()
    if not form.sent():
        return done(url_for("ballots.desk", slug=slug))
    place = _place(poll, said(form.place))
    withdrawn = service.vote_on_paper(
        db(),
        poll_id=poll.id,
        right_id=said(form.right),
        known=secrets_of(poll),
        at=clock.now(),
        place_id=place.id if place else None,
    )
    told = (
        _("Émargé sur papier. Le bulletin déposé en ligne est retiré de l'urne : dites-le à la "
          "personne, c'est le papier qui compte.")
        if withdrawn
        else _("Émargé sur papier. La personne peut mettre son bulletin dans la boîte.")
    )  # fmt: skip
    return _person_page(poll, said(form.right), place=place, told=told)


@doors.post("/<slug>/accueil/code")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def desk_code(slug: str) -> Any:
    """A code printed at the desk, for a person who wants to vote online by themselves."""
    poll, form = the_poll(slug), forms.RightForm()
    if not form.sent():
        return done(url_for("ballots.desk", slug=slug))
    code = service.give_code(
        db(),
        poll_id=poll.id,
        right_id=said(form.right),
        known=secrets_of(poll),
        by=me().person,
        at=clock.now(),
    )
    place = _place(poll, said(form.place))
    return _person_page(poll, said(form.right), place=place, code=code)


@doors.post("/<slug>/accueil/retirer")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def revoke(slug: str) -> Any:
    """The commission takes a right away, with a reason."""
    poll, form = the_poll(slug), forms.RevokeForm()
    place = _place(poll, said(form.place))
    if not form.sent():
        if not said(form.right):
            return done(url_for("ballots.desk", slug=slug))
        return _person_page(poll, said(form.right), place=place, revoke=form), 422
    withdrawn = service.revoke_right(
        db(),
        poll_id=poll.id,
        right_id=said(form.right),
        reason=said(form.reason),
        known=secrets_of(poll),
        by=me().person,
        at=clock.now(),
    )
    told = (
        _("Droit retiré. Son bulletin en ligne a quitté l'urne.")
        if withdrawn
        else _("Droit retiré. Il n'avait pas servi.")
    )
    return _person_page(poll, said(form.right), place=place, told=told)


@doors.post("/<slug>/accueil/papier/annuler")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def undo_paper(slug: str) -> Any:
    """The commission takes back an émargement on paper noted by mistake."""
    poll, form = the_poll(slug), forms.UndoPaperForm()
    place = _place(poll, said(form.place))
    if not form.sent():
        if not said(form.right):
            return done(url_for("ballots.desk", slug=slug))
        return _person_page(poll, said(form.right), place=place, undo=form), 422
    service.undo_paper_vote(
        db(), poll_id=poll.id, right_id=said(form.right), reason=said(form.reason),
        by=me().person, at=clock.now(),
    )  # fmt: skip
    told = _("Émargement annulé. La personne n'a plus de vote : elle peut voter à nouveau.")
    return _person_page(poll, said(form.right), place=place, told=told)
