"""The doors of whoever has an idea: five questions, then one's own proposals."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from civic.house.access import allow_everyone, allow_signed_in
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me
from civic.proposals import forms, queries, service
from civic.proposals.views.frame import doors, laid, render


@doors.get("/proposer")
@allow_everyone()
def start() -> Any:
    """What it takes to file an idea."""
    drafts = queries.drafts(db(), me().person) if me().signed_in else []
    return render_template("proposals/start.html", drafts=drafts)


@doors.post("/proposer")
@allow_signed_in()
def begin() -> Any:
    """Opens a draft."""
    key = service.begin(db(), by=me().person, at=clock.now())
    return done(url_for("proposals.what", draft_id=key))


def _draft(draft_id: str) -> Any:
    found = queries.draft(db(), draft_id, me().person)
    if found is None:
        raise NotFound
    return found


@doors.route("/brouillons/<draft_id>/quoi", methods=["GET", "POST"])
@allow_signed_in(once=False)
def what(draft_id: str) -> Any:
    """First step: what."""
    draft = _draft(draft_id)
    form: Any = forms.WhatForm(obj=draft)
    if form.sent():
        service.write(
            db(), draft_id=draft_id, by=me().person, at=clock.now(),
            title=form.title.data, theme=form.theme.data, kind=form.kind.data,
        )  # fmt: skip
        return done(url_for("proposals.where", draft_id=draft_id))
    return render("what", form, draft=draft)


@doors.route("/brouillons/<draft_id>/ou", methods=["GET", "POST"])
@allow_signed_in(once=False)
def where(draft_id: str) -> Any:
    """Second step: where."""
    draft = _draft(draft_id)
    form: Any = forms.WhereForm(
        data={
            "territory": draft.neighbourhood_id or draft.municipality_id,
            "place_text": draft.place_text,
            "coordinates": _point_text(draft.place),
        }
    )
    forms.offer(form.territory, queries.places(db()))
    if form.sent():
        try:
            service.write(
                db(), draft_id=draft_id, by=me().person, at=clock.now(),
                territory_id=form.territory.data, place_text=form.place_text.data,
                place=form.point(),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("proposals.why", draft_id=draft_id))
    return render("where", form, draft=draft)


def _point_text(place: Any) -> str:
    if not place or place.get("type") != "Point":
        return ""
    longitude, latitude = place["coordinates"]
    return f"{latitude}, {longitude}"


@doors.route("/brouillons/<draft_id>/pourquoi", methods=["GET", "POST"])
@allow_signed_in(once=False)
def why(draft_id: str) -> Any:
    """Third step: why."""
    draft = _draft(draft_id)
    form: Any = forms.WhyForm(obj=draft)
    near = queries.near(db(), neighbourhood_id=draft.neighbourhood_id, theme=draft.theme)
    if form.sent():
        service.write(db(), draft_id=draft_id, by=me().person, at=clock.now(), body=form.body.data)
        return done(url_for("proposals.picture", draft_id=draft_id))
    return render("why", form, draft=draft, near=near)


@doors.route("/brouillons/<draft_id>/photo", methods=["GET", "POST"])
@allow_signed_in(once=False)
def picture(draft_id: str) -> Any:
    """Fourth step: a picture, or none."""
    draft = _draft(draft_id)
    form: Any = forms.PictureForm(data={"picture_alt": draft.picture_alt})
    if form.sent():
        try:
            service.write(
                db(), draft_id=draft_id, by=me().person, at=clock.now(),
                picture=laid(form), drop_picture=form.drop_picture.data,
                picture_alt=form.picture_alt.data,
            )  # fmt: skip
        except Refusal as refusal:
            form.picture.errors = [str(refusal.text)]
        else:
            return done(url_for("proposals.sign", draft_id=draft_id))
    return render("picture", form, draft=draft)


@doors.route("/brouillons/<draft_id>/signer", methods=["GET", "POST"])
@allow_signed_in()
def sign(draft_id: str) -> Any:
    """Last step: read again, sign, send."""
    draft = _draft(draft_id)
    form: Any = forms.SignForm()
    if form.sent():
        shown = {"name": me().name.split(" ")[0][:80], "pseudonym": form.pseudonym.data}
        try:
            number = service.file_draft(
                db(), draft_id=draft_id, by=me().person, at=clock.now(),
                shown_as=shown.get(form.signature.data, ""),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("proposals.one", number=number),
                _("Votre idée est déposée : c'est la proposition n° %(number)s.", number=number),
            )
    return render("sign", form, draft=draft)


@doors.route("/brouillons/<draft_id>/supprimer", methods=["GET", "POST"])
@allow_signed_in()
def drop(draft_id: str) -> Any:
    """Throw a draft away."""
    draft = _draft(draft_id)
    form: Any = ConfirmForm()
    if form.sent():
        service.drop(db(), draft_id=draft_id, by=me().person)
        return done(url_for("proposals.mine"), _("Le brouillon est supprimé."))
    return render("drop", form, draft=draft)


@doors.get("/mes-propositions")
@allow_signed_in()
def mine() -> Any:
    """One's drafts and proposals."""
    return render_template(
        "proposals/mine.html",
        drafts=queries.drafts(db(), me().person),
        filed=queries.mine(db(), me().person),
    )


def _own(number: int) -> queries.Seen:
    seen = queries.proposal(db(), number, me().person)
    if seen is None or not seen.is_mine:
        raise NotFound
    return seen


@doors.route("/<int:number>/completer", methods=["GET", "POST"])
@allow_signed_in()
def complete(number: int) -> Any:
    """Answer what the mairie asked for."""
    seen = _own(number)
    form: Any = forms.CompleteForm(obj=seen.row)
    if form.sent():
        try:
            service.complete(
                db(), number=number, title=form.title.data, body=form.body.data,
                place_text=form.place_text.data, picture=laid(form),
                picture_alt=form.picture_alt.data, drop_pictures=form.drop_picture.data,
                by=me().person, at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("proposals.one", number=number),
                _("C'est renvoyé. La mairie la relit dans la semaine."),
            )
    return render("complete", form, seen=seen, row=seen.row, q=queries)


@doors.route("/<int:number>/retirer", methods=["GET", "POST"])
@allow_signed_in()
def withdraw(number: int) -> Any:
    """Take one's proposal back."""
    seen = _own(number)
    form: Any = forms.WithdrawForm()
    if form.sent():
        try:
            service.withdraw(
                db(), number=number, text=form.text.data, by=me().person, at=clock.now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("proposals.one", number=number), _("Votre proposition est retirée.")
            )
    return render("withdraw", form, row=seen.row)


@doors.route("/<int:number>/recours", methods=["GET", "POST"])
@allow_signed_in()
def appeal(number: int) -> Any:
    """Ask to look again at a refusal."""
    seen = _own(number)
    form: Any = forms.TextForm()
    if form.sent():
        try:
            service.appeal(db(), number=number, text=form.text.data, by=me().person, at=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("proposals.one", number=number),
                _("Votre demande de réexamen est envoyée."),
            )
    return render("appeal", form, row=seen.row)
