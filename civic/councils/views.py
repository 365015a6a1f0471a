"""The doors of councils."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from civic.councils import forms, queries, service
from civic.councils.sections import in_order
from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.text import one_line
from civic.house.web import csv_answer, db, done, me, paged
from civic.people import queries as people

doors = Blueprint("councils", __name__, url_prefix="/conseils")


@doors.get("/")
@allow_everyone()
def all_of_them() -> Any:
    """The councils, with filters in the address."""
    kind = request.args.get("sorte", "")
    town = forms.optional_number(request.args.get("commune", "")[:9]) or 0
    words = one_line(request.args.get("nom", ""))[:80]
    gone = request.args.get("etat") == "tous"
    page = paged(db(), queries.listing(kind=kind, town=town, words=words, gone=gone))
    return render_template(
        "councils/list.html",
        page=page,
        places=queries.places_of(db(), [row.id for row in page.rows]),
        towns=queries.towns(db()),
        chosen={"sorte": kind, "commune": town, "nom": words, "etat": "tous" if gone else ""},
        queries=queries,
        may_create=me().may(Right.MANAGE_COUNCILS),
    )


@doors.get("/conseils.csv")
@allow_everyone()
def open_data() -> Any:
    """The councils as open data: no name of anybody."""
    return csv_answer(queries.COLUMNS, queries.open_rows(db()))


@doors.get("/<slug>")
@allow_everyone()
def one(slug: str) -> Any:
    """A council's page."""
    council = _council(slug)
    now = clock.now()
    scope = queries.scope_of(db(), slug) if me().is_staff else None
    parts = [(each.template, each.read(db(), council, me(), now)) for each in in_order()]
    return render_template(
        "councils/one.html",
        council=council,
        steps=queries.steps(db(), council.id),
        parts=[(template, part) for template, part in parts if part is not None],
        queries=queries,
        may={right.value for right in Right if scope and me().may(right, scope)},
    )


def _council(slug: str) -> queries.CouncilPage:
    council = queries.council(db(), slug)
    if council is None:
        raise NotFound
    return council


@doors.route("/nouveau", methods=["GET", "POST"])
@allow(Right.MANAGE_COUNCILS)
def create() -> Any:
    """Create a council."""
    form = _sheet_form()
    if form.sent():
        try:
            council_id = service.create(
                db(),
                sheet=_sheet(form),
                composition=service.composition_of(form.data),
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            council = queries.council_by_id(db(), council_id)
            assert council is not None
            return done(url_for("councils.one", slug=council.slug), _("Le conseil est créé."))
    page = render_template("councils/edit.html", form=form, council=None, seats_open=True)
    return page, 422 if form.is_submitted() else 200


def _sheet_form(council: queries.CouncilPage | None = None) -> forms.CouncilForm:
    row = council.council if council else None
    form = forms.CouncilForm(obj=row)
    choices = queries.neighbourhood_choices(db(), me().units(Right.MANAGE_COUNCILS))
    held = [place for place in council.places if place.kind == "neighbourhood"] if council else []
    known = {number for number, _name in choices}
    choices += [(place.id, place.name) for place in held if place.id not in known]
    form.neighbourhood_ids.choices = choices
    nobody = [("", _("Aucune"))]
    form.organisation_id.choices = nobody + [
        (str(each.id), each.name)
        for each in people.organisations(db(), "municipality", "intercommunality")
    ]
    form.host_organisation_id.choices = nobody + [
        (str(each.id), each.name) for each in people.organisations(db(), "association", "landlord")
    ]
    if not form.is_submitted():
        form.neighbourhood_ids.data = [place.id for place in held]
        if row:
            form.organisation_id.data = str(row.organisation_id or "")
            form.host_organisation_id.data = str(row.host_organisation_id or "")
        else:
            form.term_months.data = 36
            form.resident_seats.data, form.resident_substitutes.data = 10, 5
            form.local_actor_seats.data, form.local_actor_substitutes.data = 5, 3
    return form


def _sheet(form: forms.CouncilForm) -> service.Sheet:
    said: dict[str, Any] = form.data
    return service.Sheet(
        name=said["name"],
        kind=said["kind"],
        designation_mode=said["designation_mode"],
        neighbourhood_ids=said["neighbourhood_ids"],
        presentation=said["presentation"],
        place=said["place"],
        contact=said["contact"],
        organisation_id=forms.optional_number(said["organisation_id"]),
        host_organisation_id=forms.optional_number(said["host_organisation_id"]),
        parity_exception=said["parity_exception"],
    )


@doors.route("/<slug>/modifier", methods=["GET", "POST"])
@allow(Right.MANAGE_COUNCILS, on=queries.scope_of)
def amend(slug: str) -> Any:
    """Change a council's sheet."""
    council = _council(slug)
    form = _sheet_form(council)
    if form.sent():
        try:
            service.amend(
                db(),
                council_id=council.id,
                sheet=_sheet(form),
                composition=service.composition_of(form.data),
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("councils.one", slug=slug), _("La fiche du conseil est à jour."))
    seats_open = council.council.status in queries.SEATS_OPEN
    page = render_template("councils/edit.html", form=form, council=council, seats_open=seats_open)
    return page, 422 if form.is_submitted() else 200


@doors.route("/<slug>/etat", methods=["GET", "POST"])
@allow(Right.MANAGE_COUNCILS, on=queries.scope_of)
def move(slug: str) -> Any:
    """Record a state of the council."""
    council = _council(slug)
    form = forms.MoveForm()
    form.offer(queries.MOVES[council.council.status])
    if form.sent():
        try:
            service.move(
                db(),
                council_id=council.id,
                to=form.to.data,
                note=form.note.data or "",
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("councils.one", slug=slug), _("L'état du conseil est enregistré."))
    page = render_template("councils/move.html", form=form, council=council)
    return page, 422 if form.is_submitted() else 200


@doors.get("/<slug>/reglement")
@allow_everyone()
def rules(slug: str) -> Any:
    """The règlement in force, or the version asked for."""
    council = _council(slug)
    versions = queries.house_rules(db(), council.id)
    asked = forms.optional_number(request.args.get("version", "")[:6])
    shown = next((one for one in versions if asked in (None, one.version)), None)
    if asked is not None and shown is None:
        abort(404)
    scope = queries.scope_of(db(), slug) if me().is_staff else None
    return render_template(
        "councils/rules.html",
        council=council,
        versions=versions,
        shown=shown,
        queries=queries,
        may_record=bool(scope and me().may(Right.RUN_MEETINGS, scope)),
    )


@doors.route("/<slug>/reglement/nouveau", methods=["GET", "POST"])
@allow(Right.RUN_MEETINGS, on=queries.scope_of)
def adopt_rules(slug: str) -> Any:
    """Record the règlement that the council adopted."""
    council = _council(slug)
    form = forms.RulesForm()
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            service.adopt_rules(
                db(),
                council_id=council.id,
                text=said["text"],
                quorum=said["quorum"],
                notice_days=said["notice_days"],
                adopted_on=said["adopted_on"],
                by=me().person,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("councils.rules", slug=slug), _("Le règlement est enregistré."))
    page = render_template("councils/adopt_rules.html", form=form, council=council)
    return page, 422 if form.is_submitted() else 200
