"""The doors of proposals."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from civic.house import files
from civic.house.access import Right, allow, allow_everyone, allow_signed_in
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.text import one_line
from civic.house.web import ConfirmForm, db, done, me, paged, settings
from civic.people import queries as people
from civic.proposals import forms, queries, service
from civic.proposals.states import GROUPS, STATE_LOOKS, THEMES

doors = Blueprint("proposals", __name__, url_prefix="/propositions")

PER_PAGE = 24


@doors.app_template_global("proposal_state")
def _state(status: str) -> str:
    return queries.state_sentence(status)


@doors.app_template_global("proposal_look")
def _look(status: str) -> str:
    return STATE_LOOKS[status]


@doors.app_template_global("theme_name")
def _theme(code: str) -> str:
    return str(THEMES[code])


def _render(template: str, form: Any = None, **values: Any) -> Any:
    status = 422 if form is not None and form.is_submitted() else 200
    return render_template(f"proposals/{template}.html", form=form, **values), status


# --- for everyone -----------------------------------------------------------------------------


def _filters() -> queries.Filters:
    place = request.args.get("lieu", "")
    return queries.Filters(
        place=int(place) if place.isascii() and place.isdigit() and len(place) < 10 else None,
        theme=request.args.get("theme", ""),
        state=request.args.get("etat", ""),
        words=one_line(request.args.get("q", ""))[:100],
    )


@doors.get("/")
@allow_everyone()
def index() -> Any:
    """The published proposals."""
    filters = _filters()
    page = paged(db(), queries.listing(filters), per=PER_PAGE)
    return render_template(
        "proposals/list.html",
        page=page,
        filters=filters,
        places=queries.places(db()),
        themes=THEMES,
        groups=GROUPS,
    )


@doors.get("/propositions.csv")
@allow_everyone()
def open_data() -> Any:
    """The published proposals as open data."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(
        ["numero", "titre", "theme", "commune", "quartier", "lieu", "etat", "etat_depuis"]
    )
    for row in db().execute(queries.listing(queries.Filters())):
        table.writerow(
            [_plain(cell) for cell in (
                row.number, row.title, row.theme, row.municipality, row.neighbourhood or "",
                row.place_text, row.status, row.status_since.isoformat(timespec="seconds"),
            )]
        )  # fmt: skip
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8")


def _plain(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@doors.get("/<int:number>")
@allow_everyone()
def one(number: int) -> Any:
    """One proposal, its history, and what the visitor can do."""
    seen = queries.proposal(db(), number, me().person)
    if seen is None:
        raise NotFound
    may_moderate = False
    if me().may(Right.MODERATE_PROPOSALS):
        scope = queries.scope_of(db(), number)
        may_moderate = scope is not None and me().may(Right.MODERATE_PROPOSALS, scope)
    if not (seen.is_public or seen.is_mine or may_moderate):
        if seen.row.published_at is not None:
            return render_template("proposals/hidden.html", row=seen.row), 410
        raise NotFound
    return render_template(
        "proposals/one.html",
        seen=seen,
        row=seen.row,
        stations=queries.stations(seen),
        q=queries,
        may_moderate=may_moderate,
    )


# --- an idea, step by step ----------------------------------------------------------------------


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
    return _render("what", form, draft=draft)


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
    return _render("where", form, draft=draft)


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
    return _render("why", form, draft=draft, near=near)


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
                picture=_laid(form), drop_picture=form.drop_picture.data,
                picture_alt=form.picture_alt.data,
            )  # fmt: skip
        except Refusal as refusal:
            form.picture.errors = [str(refusal.text)]
        else:
            return done(url_for("proposals.sign", draft_id=draft_id))
    return _render("picture", form, draft=draft)


def _laid(form: forms.PictureForm) -> files.Picture | None:
    """The picture of a form, decoded and laid on the disk before any transaction."""
    if not form.picture.data:
        return None
    found = files.read_picture(form.picture.data.read())
    files.lay(settings().uploads, found.data, found.digest)
    return found


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
    return _render("sign", form, draft=draft)


@doors.route("/brouillons/<draft_id>/supprimer", methods=["GET", "POST"])
@allow_signed_in()
def drop(draft_id: str) -> Any:
    """Throw a draft away."""
    draft = _draft(draft_id)
    form: Any = ConfirmForm()
    if form.sent():
        service.drop(db(), draft_id=draft_id, by=me().person)
        return done(url_for("proposals.mine"), _("Le brouillon est supprimé."))
    return _render("drop", form, draft=draft)


# --- one's own ----------------------------------------------------------------------------------


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
                place_text=form.place_text.data, picture=_laid(form),
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
    return _render("complete", form, seen=seen, row=seen.row, q=queries)


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
    return _render("withdraw", form, row=seen.row)


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
    return _render("appeal", form, row=seen.row)


# --- the agent's desk -----------------------------------------------------------------------------


@doors.get("/gestion")
@allow(Right.MODERATE_PROPOSALS)
def desk() -> Any:
    """What waits for the agent, by deadline."""
    state, words = request.args.get("etat", ""), one_line(request.args.get("q", ""))[:100]
    towns = queries.municipalities_of(db(), me(), Right.MODERATE_PROPOSALS)
    page = paged(db(), queries.desk(towns, state, words), per=50)
    return render_template(
        "proposals/desk.html",
        page=page,
        state=state,
        words=words,
        ready=queries.ready_for_project(db(), towns),
        waiting=queries.WAITING,
    )


@doors.route("/gestion/deposer", methods=["GET", "POST"])
@allow(Right.MODERATE_PROPOSALS)
def file_at_desk() -> Any:
    """File what somebody brought."""
    towns = queries.municipalities_of(db(), me(), Right.MODERATE_PROPOSALS)
    form: Any = forms.DeskForm()
    forms.offer(form.territory, queries.places(db()), towns)
    if form.sent():
        try:
            number = service.file_at_desk(
                db(), title=form.title.data, body=form.body.data, kind=form.kind.data,
                theme=form.theme.data, territory_id=form.territory.data,
                place_text=form.place_text.data, channel=form.channel.data,
                shown_as=form.shown_as.data, municipalities=towns,
                by=me().person, at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("proposals.one", number=number),
                _("C'est la proposition n° %(number)s. Donnez ce numéro à la personne.",
                  number=number),
            )  # fmt: skip
    return _render("file_at_desk", form)


@doors.post("/<int:number>/publier")
@allow(Right.MODERATE_PROPOSALS, on=queries.scope_of)
def publish(number: int) -> Any:
    """Make a proposal public."""
    service.publish(
        db(), number=number, by=me().person, at=clock.now(), base_url=settings().base_url
    )
    return done(url_for("proposals.one", number=number), _("La proposition est publiée."))


def _reasoned(number: int, kind: str, title: str, label: str, verb: Any, told: str) -> Any:
    seen = queries.proposal(db(), number)
    if seen is None:
        raise NotFound
    form: Any = forms.ReasonForm.of(kind)
    if form.sent():
        try:
            verb(
                db(), number=number, reason=form.reason.data, text=form.text.data,
                by=me().person, at=clock.now(), base_url=settings().base_url,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("proposals.one", number=number), told)
    return _render("reasoned", form, row=seen.row, title=title, label=label)


@doors.route("/<int:number>/renvoyer", methods=["GET", "POST"])
@allow(Right.MODERATE_PROPOSALS, on=queries.scope_of)
def send_back(number: int) -> Any:
    """Ask the proponent for something."""
    return _reasoned(
        number, "return", _("Demander un complément"), _("Renvoyer à la personne"),
        service.send_back, _("La demande est envoyée."),
    )  # fmt: skip


@doors.route("/<int:number>/rejeter", methods=["GET", "POST"])
@allow(Right.MODERATE_PROPOSALS, on=queries.scope_of)
def reject(number: int) -> Any:
    """Not publish, with a reason."""
    return _reasoned(
        number, "reject", _("Ne pas publier"), _("Ne pas publier"),
        service.reject, _("La proposition n'est pas publiée ; la personne sait pourquoi."),
    )  # fmt: skip


@doors.route("/<int:number>/masquer", methods=["GET", "POST"])
@allow(Right.MODERATE_PROPOSALS, on=queries.scope_of)
def hide(number: int) -> Any:
    """Take a published proposal off the pages."""
    seen = queries.proposal(db(), number)
    form: Any = forms.TextForm()
    if seen is None:
        raise NotFound
    if form.sent():
        try:
            service.hide(db(), number=number, text=form.text.data, by=me().person, at=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("proposals.one", number=number), _("Elle n'est plus visible."))
    return _render("hide", form, row=seen.row)


@doors.post("/<int:number>/remontrer")
@allow(Right.MODERATE_PROPOSALS, on=queries.scope_of)
def show_again(number: int) -> Any:
    """Put a hidden proposal back."""
    service.show_again(db(), number=number, by=me().person, at=clock.now())
    return done(url_for("proposals.one", number=number), _("Elle est de nouveau visible."))


@doors.post("/<int:number>/recevable")
@allow(Right.MODERATE_PROPOSALS, on=queries.scope_of)
def admit(number: int) -> Any:
    """Say that it is admissible."""
    service.admit(db(), number=number, by=me().person, at=clock.now(), base_url=settings().base_url)
    return done(
        url_for("proposals.ask", number=number),
        _("La proposition est recevable. Choisissez les services qui vont l'étudier."),
    )


@doors.route("/<int:number>/irrecevable", methods=["GET", "POST"])
@allow(Right.MODERATE_PROPOSALS, on=queries.scope_of)
def refuse(number: int) -> Any:
    """Say that it is not, with a reason."""
    return _reasoned(
        number, "refuse", _("Déclarer non recevable"), _("Déclarer non recevable"),
        service.refuse, _("Le refus et son motif sont publiés."),
    )  # fmt: skip


@doors.route("/<int:number>/services", methods=["GET", "POST"])
@allow(Right.ASSESS_PROPOSALS, on=queries.scope_of)
def ask(number: int) -> Any:
    """Ask the services."""
    seen = queries.proposal(db(), number)
    if seen is None:
        raise NotFound
    now = clock.now()
    form: Any = forms.AskForm(data={"due_on": clock.today() + timedelta(days=45)})
    form.organisations.choices = [
        (one.id, one.name)
        for one in people.organisations(
            db(), "service", "landlord", "municipality", "intercommunality"
        )
        if not one.name.startswith("Ville de ") or one.territory_id == seen.row.municipality_id
    ]
    if form.sent():
        try:
            service.ask(
                db(), number=number, organisation_ids=form.organisations.data,
                due_on=form.due_on.data, by=me().person, at=now,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("proposals.one", number=number), _("Les services sont interrogés."))
    return _render("ask", form, row=seen.row)


@doors.route("/<int:number>/avis/<int:assessment_id>", methods=["GET", "POST"])
@allow(Right.ASSESS_PROPOSALS, on=queries.scope_of_assessment)
def answer(number: int, assessment_id: int) -> Any:
    """Write down what a service answers."""
    seen = queries.proposal(db(), number)
    asked = [one for one in seen.answers if one.id == assessment_id] if seen else []
    if seen is None or not asked:
        raise NotFound
    form: Any = forms.AnswerForm(obj=asked[0])
    if form.sent():
        try:
            service.answer(
                db(), assessment_id=assessment_id, verdict=form.verdict.data,
                reason=form.reason.data, cost_min=form.cost_min.data, cost_max=form.cost_max.data,
                final_cost=form.final_cost.data, yearly_cost=form.yearly_cost.data,
                by=me().person, at=clock.now(), base_url=settings().base_url,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("proposals.one", number=number), _("La réponse est publiée."))
    return _render("answer", form, row=seen.row, asked=asked[0])


@doors.route("/projets/nouveau", methods=["GET", "POST"])
@allow(Right.ASSESS_PROPOSALS)
def make_project() -> Any:
    """Make a project of one or several proposals."""
    towns = queries.municipalities_of(db(), me(), Right.ASSESS_PROPOSALS)
    form: Any = forms.ProjectForm(data={"numbers": one_line(request.args.get("numero", ""))[:100]})
    if form.sent():
        try:
            service.make_project(
                db(), numbers=form.listed(), title=form.title.data, sentence=form.sentence.data,
                body=form.body.data, cost=form.cost.data or 0, yearly_cost=form.yearly_cost.data,
                municipalities=towns, by=me().person, at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(
                url_for("proposals.desk"),
                _("Le projet est prêt : il peut rejoindre le catalogue d'une édition."),
            )
    return _render("make_project", form, ready=queries.ready_for_project(db(), towns))
