"""The doors of the agent who reads, checks and has proposals costed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for

from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.text import one_line
from civic.house.web import db, done, me, paged, settings
from civic.people import queries as people
from civic.proposals import forms, queries, service
from civic.proposals.views.frame import doors, render


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
    return render("file_at_desk", form)


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
    return render("reasoned", form, row=seen.row, title=title, label=label)


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
    return render("hide", form, row=seen.row)


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
    return render("ask", form, row=seen.row)


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
    return render("answer", form, row=seen.row, asked=asked[0])


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
    return render("make_project", form, ready=queries.ready_for_project(db(), towns))
