"""The doors of référents: the public register, the bodies, and the designations."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.sections import section
from civic.house.access import Identity, Right, allow, allow_everyone
from civic.house.clock import clock, day_of
from civic.house.i18n import _, moment, ngettext
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me, settings
from civic.people import queries as people
from civic.referents import forms, queries, service
from civic.territory import queries as territory

doors = Blueprint("referents", __name__, url_prefix="/referents")


@section(40, "referents/_section.html")
def who_speaks(
    session: Session, council: councils.CouncilPage, _me: Identity, now: datetime
) -> dict[str, Any]:
    """The council's référents in office, and the designations under way."""
    return {
        "referents": queries.referents(session, today=day_of(now), council_id=council.id),
        "choosing": queries.designations(session, council_id=council.id, under_way=True),
        "queries": queries,
    }


@doors.get("/")
@allow_everyone()
def register() -> Any:
    """Every référent of every council, by body."""
    rows = queries.referents(db(), today=clock.today())
    return render_template(
        "referents/register.html",
        groups=[
            (key, list(group)) for key, group in groupby(rows, lambda r: (r.body, r.body_slug))
        ],
        total=len(rows),
        councils=len({row.council_id for row in rows}),
        balance=queries.titular_balance(rows),
        bodies=queries.bodies(db()),
        choosing=queries.designations(db(), under_way=True),
        queries=queries,
        may_create=me().may(Right.MANAGE_BODIES),
    )


@doors.route("/instances/nouvelle", methods=["GET", "POST"])
@allow(Right.MANAGE_BODIES)
def create_body() -> Any:
    """Create a steering body."""
    form = forms.BodyForm()
    owners = people.organisations(db(), "municipality", "intercommunality", "landlord")
    mine = me().units(Right.MANAGE_BODIES)
    form.organisation_id.choices = [
        (str(one.id), one.name)
        for one in owners
        if one.territory_id and mine & territory.scope_of(db(), [one.territory_id])
    ]
    form.neighbourhood_id.choices = [("", _("Toute l'agglomération"))] + [
        (str(number), name) for number, name in territory.choices(db())
    ]
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            slug = service.create_body(
                db(),
                name=said["name"],
                kind=said["kind"],
                organisation_id=int(said["organisation_id"]),
                total_seats=said["total_seats"],
                council_seats=said["council_seats"],
                purpose=said["purpose"],
                neighbourhood_id=int(said["neighbourhood_id"] or 0) or None,
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("referents.body", slug=slug), _("L'instance est créée."))
    page = render_template("referents/body_edit.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _body(slug: str) -> queries.Body:
    found = queries.body(db(), slug)
    if found is None:
        raise NotFound
    return found


@doors.get("/instances/<slug>")
@allow_everyone()
def body(slug: str) -> Any:
    """A body: who speaks there, and which councils are choosing."""
    found = _body(slug)
    rows = queries.referents(db(), today=clock.today(), body_id=found.id)
    scope = queries.body_scope(db(), slug) if me().is_staff else None
    return render_template(
        "referents/body.html",
        body=found,
        groups=[
            (key, list(group))
            for key, group in groupby(rows, lambda row: (row.council, row.council_slug))
        ],
        balance=queries.titular_balance(rows),
        seated=sum(row.rank == "titular" for row in rows),
        designations=queries.designations(db(), body_id=found.id),
        queries=queries,
        may_open=bool(scope and me().may(Right.MANAGE_BODIES, scope)),
    )


@doors.route("/instances/<slug>/designer", methods=["GET", "POST"])
@allow(Right.MANAGE_BODIES, on=queries.body_scope)
def open_designations(slug: str) -> Any:
    """Ask councils to designate their référents."""
    found = _body(slug)
    form = forms.OpenForm()
    form.council_ids.choices = queries.council_choices(db(), found.id, clock.today())
    if not form.is_submitted():
        form.candidates_until.data = clock.today() + timedelta(days=21)
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            made = service.open_designations(
                db(),
                body_id=found.id,
                council_ids=said["council_ids"],
                term_months=said["term_months"],
                candidates_until=said["candidates_until"],
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            words = ngettext(
                "%(n)s conseil est invité à désigner ses référents.",
                "%(n)s conseils sont invités à désigner leurs référents.",
                len(made),
            )
            return done(url_for("referents.body", slug=slug), words)
    page = render_template("referents/open.html", form=form, body=found)
    return page, 422 if form.is_submitted() else 200


def _designation(designation_id: int) -> queries.DesignationLine:
    found = queries.designation(db(), designation_id)
    if found is None:
        raise NotFound
    return found


@doors.get("/designations/<int:designation_id>")
@allow_everyone()
def designation(designation_id: int) -> Any:
    """A designation: where it stands, how the council chose, who was chosen."""
    found = _designation(designation_id)
    scope = queries.designation_scope(db(), designation_id) if me().is_staff else None
    records = bool(scope and me().may(Right.RECORD_DESIGNATIONS, scope))
    return render_template("referents/designation.html", **_sheet(found, records))


def _sheet(
    found: queries.DesignationLine,
    records: bool,
    *,
    candidacy: forms.CandidacyForm | None = None,
    choice: forms.MeetingChoiceForm | None = None,
) -> dict[str, Any]:
    today = clock.today()
    candidates = queries.candidates(db(), found.id, today)
    if records and found.under_way:
        known = {one.member.id for one in candidates}
        candidacy = candidacy or forms.CandidacyForm()
        candidacy.mandate.choices = _members(found, known)
        choice = choice or forms.MeetingChoiceForm()
        choice.meeting.choices = _meetings(found)
    rows = queries.referents(db(), body_id=found.body_id, council_id=found.council_id)
    return {
        "one": found,
        "candidates": candidates,
        "records": records,
        "candidacy": candidacy,
        "choice": choice,
        "confirm": ConfirmForm() if records else None,
        "chosen": [row for row in rows if row.ended_on is None and row.designation_id == found.id],
        "queries": queries,
        "in_time": today <= found.candidates_until,
    }


def _members(found: queries.DesignationLine, but: set[int]) -> list[tuple[str, str]]:
    members = queries.eligible(db(), found.council_id, clock.today())
    return [("", _("Choisissez"))] + [
        (str(one.id), f"{one.name}, {one.seat}") for one in members if one.id not in but
    ]


def _meetings(found: queries.DesignationLine) -> list[tuple[str, str]]:
    choices = queries.meeting_choices(db(), found.council_id, clock.now())
    return [("", _("Choisissez"))] + [
        (str(number), f"{title} ({moment(at)})") for number, title, at in choices
    ]


@doors.post("/designations/<int:designation_id>/candidatures")
@allow(Right.RECORD_DESIGNATIONS, on=queries.designation_scope)
def come_forward(designation_id: int) -> Any:
    """Record that a member proposes themselves."""
    found = _designation(designation_id)
    form = forms.CandidacyForm()
    form.mandate.choices = _members(found, set())
    if form.sent():
        try:
            service.come_forward(
                db(),
                designation_id=designation_id,
                mandate_id=int(form.mandate.data or 0),
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            place = url_for("referents.designation", designation_id=designation_id)
            return done(place, _("La candidature est enregistrée."))
    page = render_template("referents/designation.html", **_sheet(found, True, candidacy=form))
    return page, 422


@doors.post("/designations/<int:designation_id>/candidatures/<int:mandate_id>/retrait")
@allow(Right.RECORD_DESIGNATIONS, on=queries.designation_scope)
def withdraw(designation_id: int, mandate_id: int) -> Any:
    """Record that a member no longer proposes themselves."""
    if not ConfirmForm().sent():
        raise Refusal(_("Ce formulaire a expiré : rechargez la page et recommencez."))
    service.withdraw(
        db(),
        designation_id=designation_id,
        mandate_id=mandate_id,
        by=me().person,
        at=clock.now(),
    )
    place = url_for("referents.designation", designation_id=designation_id)
    return done(place, _("La candidature est retirée."))


@doors.post("/designations/<int:designation_id>/reunion")
@allow(Right.RECORD_DESIGNATIONS, on=queries.designation_scope)
def set_meeting(designation_id: int) -> Any:
    """Say at which meeting the council chooses."""
    found = _designation(designation_id)
    form = forms.MeetingChoiceForm()
    form.meeting.choices = _meetings(found)
    if form.sent():
        try:
            service.set_meeting(
                db(),
                designation_id=designation_id,
                meeting_id=int(form.meeting.data or 0),
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            place = url_for("referents.designation", designation_id=designation_id)
            return done(place, _("La réunion est notée."))
    page = render_template("referents/designation.html", **_sheet(found, True, choice=form))
    return page, 422


@doors.route("/designations/<int:designation_id>/resultat", methods=["GET", "POST"])
@allow(Right.RECORD_DESIGNATIONS, on=queries.designation_scope)
def decide(designation_id: int) -> Any:
    """Record whom the council chose."""
    found = _designation(designation_id)
    candidates = queries.candidates(db(), designation_id, clock.today())
    form = forms.DecideForm()
    form.offer(candidates)
    if form.sent():
        try:
            service.decide(
                db(),
                designation_id=designation_id,
                choice=service.Choice(
                    form.places(), str(form.method.data), form.minutes.data or ""
                ),
                by=me().person,
                at=clock.now(),
                base_url=settings().base_url,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            place = url_for("referents.designation", designation_id=designation_id)
            return done(place, _("Le choix du conseil est publié au registre des référents."))
    page = render_template("referents/decide.html", form=form, one=found, candidates=candidates)
    return page, 422 if form.is_submitted() else 200


@doors.route("/<int:referent_id>/fin", methods=["GET", "POST"])
@allow(Right.RECORD_DESIGNATIONS, on=queries.referent_scope)
def end(referent_id: int) -> Any:
    """Record that a référent stops."""
    row = queries.referent(db(), referent_id)
    if row is None:
        raise NotFound
    form = forms.EndForm()
    if form.sent():
        try:
            new = service.end(
                db(),
                referent_id=referent_id,
                reason=str(form.reason.data),
                by=me().person,
                at=clock.now(),
                base_url=settings().base_url,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            words = (
                _("C'est noté. La personne suppléante prend la place.")
                if new
                else _("C'est noté. La place est libre : le conseil peut désigner de nouveau.")
            )
            return done(url_for("referents.body", slug=row.body_slug), words)
    page = render_template("referents/end.html", form=form, row=row)
    return page, 422 if form.is_submitted() else 200
