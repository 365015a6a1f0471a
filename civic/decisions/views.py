"""The doors of décisions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from civic.decisions import forms, queries, service
from civic.decisions.queries import ActView
from civic.house.access import Right, allow, allow_everyone, allow_staff
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.text import one_line, prose
from civic.house.web import ConfirmForm, csv_answer, db, done, me, paged, said, settings

doors = Blueprint("decisions", __name__, url_prefix="/decisions")


@doors.get("/")
@allow_everyone()
def register() -> Any:
    """What was decided, and what still waits for a reply."""
    kind = request.args.get("nature", "")
    words = queries.search_words(request.args.get("q", ""))
    page = paged(db(), queries.acts(kind=kind, search=words), per=20)
    return render_template(
        "decisions/list.html", page=page, late=queries.late(db()), kind=kind, words=words, q=queries
    )


@doors.get("/deliberations.csv")
@allow_everyone()
def deliberations() -> Any:
    """The délibérations in the national schema."""
    rows = queries.deliberations(db(), settings().base_url)
    return csv_answer(queries.SCDL, rows, name="deliberations.csv", delimiter=",")


@doors.get("/realisations")
@allow_everyone()
def realisations() -> Any:
    """The projects that élus retained, and how far each is."""
    page = paged(db(), queries.retained(), per=20)
    return render_template(
        "decisions/realisations.html", page=page, projects=queries.followed(db(), list(page.rows))
    )


@doors.get("/<int:act_id>")
@allow_everyone()
def one(act_id: int) -> Any:
    """An act: what it decides, its text, its votes, its digest. A draft shows to its staff only."""
    found = _act(act_id)
    scope = frozenset(found.row.scope)
    may_prepare = me().may(Right.PREPARE_DECISIONS, scope)
    may_publish = me().may(Right.PUBLISH_DECISIONS, scope)
    if not found.published and not (may_prepare or may_publish):
        raise NotFound
    decided = queries.decided(db(), act_id)
    return render_template(
        "decisions/one.html",
        act=found,
        decided=[(one, _items(one)) for one in decided],
        may_prepare=may_prepare,
        may_publish=may_publish and found.row.prepared_by != me().person,
        q=queries,
    )


def _act(act_id: int) -> ActView:
    found = queries.act(db(), act_id)
    if found is None:
        raise NotFound
    return found


def _items(one: queries.Decided) -> list[queries.ItemView]:
    return queries.items(db(), one) if one.kind == "edition_result" else []


# --- agents -------------------------------------------------------------------------------------


@doors.get("/a-publier")
@allow_staff()
def desk() -> Any:
    """The drafts, for those who prepare or publish."""
    return render_template(
        "decisions/desk.html",
        drafts=queries.drafts(db(), me()),
        waiting=queries.waiting(db(), me()),
        q=queries,
        may_prepare=me().may(Right.PREPARE_DECISIONS),
    )


def _act_form(corrects: ActView | None = None, change: ActView | None = None) -> forms.ActForm:
    known = change or corrects
    form = forms.ActForm(obj=known.row if known else None)
    form.organisation.choices = queries.authorities(db(), me(), Right.PREPARE_DECISIONS)
    choices = [("", _("Rien d'autre que ce que dit son texte"))]
    choices += [(one.value, one.words) for one in queries.waiting(db(), me())]
    if change is not None:
        kept = queries.decided(db(), change.row.id)
        if kept and f"{kept[0].kind}:{kept[0].target_id}" not in dict(choices):
            choices.append((f"{kept[0].kind}:{kept[0].target_id}", kept[0].title))
        if kept and not form.is_submitted():
            form.target.data = f"{kept[0].kind}:{kept[0].target_id}"
            form.outcome.data, form.reason.data = kept[0].outcome, kept[0].reason
    form.target.choices = choices
    if not form.is_submitted():
        if known is not None:
            form.organisation.data = known.row.organisation_id
        if corrects is not None:
            form.number.data = ""
        wanted = request.args.get("pour", "")
        if change is None and wanted in dict(choices):
            form.target.data = wanted
            if corrects is None:
                form.title.data, form.text.data = queries.first_words(db(), wanted)
    return form


@doors.route("/preparer", methods=["GET", "POST"])
@allow(Right.PREPARE_DECISIONS)
def prepare() -> Any:
    """An agent writes an act down, as a draft."""
    corrects = _corrected(request.args.get("corrige", ""))
    form = _act_form(corrects=corrects)
    if form.sent():
        try:
            scope = queries.scope_of_organisation(db(), int(form.organisation.data))
            act_id = service.prepare_act(
                db(),
                text=form.act(),
                scope=sorted(scope),
                target=form.aim(),
                corrects_id=corrects.row.id if corrects else None,
                by=me().person,
                at=clock.now(),
            )
            return done(_next(act_id, form), _("L'acte est prêt à être relu."))
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("decisions/edit.html", form=form, act=None, corrects=corrects), status


def _corrected(asked: str) -> ActView | None:
    """The published act that a new one corrects, of an authority whose acts one writes down."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 9):
        return None
    found = _act(int(asked))
    if not found.published or not me().may(Right.PREPARE_DECISIONS, frozenset(found.row.scope)):
        raise NotFound
    return found


def _next(act_id: int, form: forms.ActForm) -> str:
    if said(form.target).startswith("edition_result:"):
        return url_for("decisions.decide", act_id=act_id)
    return url_for("decisions.one", act_id=act_id)


@doors.route("/<int:act_id>/modifier", methods=["GET", "POST"])
@allow(Right.PREPARE_DECISIONS, on=queries.scope_of)
def change(act_id: int) -> Any:
    """An agent changes a draft."""
    found = _act(act_id)
    form = _act_form(change=found)
    if form.sent():
        try:
            scope = queries.scope_of_organisation(db(), int(form.organisation.data))
            service.change_act(
                db(), act_id=act_id, text=form.act(), scope=sorted(scope), target=form.aim(),
                by=me().person, at=clock.now(),
            )  # fmt: skip
            return done(_next(act_id, form), _("L'acte est modifié."))
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("decisions/edit.html", form=form, act=found, corrects=None), status


@doors.route("/<int:act_id>/projets", methods=["GET", "POST"])
@allow(Right.PREPARE_DECISIONS, on=queries.scope_of)
def decide(act_id: int) -> Any:
    """What a draft decides of each project of a result."""
    found = _act(act_id)
    targets = [one for one in queries.decided(db(), act_id) if one.kind == "edition_result"]
    if not targets or found.published:
        raise NotFound
    items = queries.items(db(), targets[0])
    form = ConfirmForm()
    typed = {one.id: _typed(one) for one in items}
    problem = None
    if form.sent():
        chosen = [
            service.ItemDecision(key, outcome, reason)
            for key, (outcome, reason) in typed.items()
            if outcome
        ]
        try:
            service.decide_items(db(), act_id=act_id, items=chosen, by=me().person, at=clock.now())
            return done(url_for("decisions.one", act_id=act_id), _("Décisions gardées."))
        except Refusal as refusal:
            problem = str(refusal.text)
    return render_template(
        "decisions/items.html", act=found, items=items, form=form, typed=typed, problem=problem,
        target=targets[0], q=queries,
    ), 422 if form.is_submitted() else 200  # fmt: skip


def _typed(item: queries.ItemView) -> tuple[str, str]:
    """What the form says of a project (outcome, "" for nothing, and reason), else what is kept."""
    if request.method == "GET":
        outcome = item.outcome or ("adopted" if item.elected else "")
        return outcome, item.reason
    outcome = request.form.get(f"outcome_{item.id}", "")
    allowed = ("adopted", "set_aside", "postponed") if item.elected else ("adopted",)
    reason = prose(request.form.get(f"reason_{item.id}", ""))[:2000]
    return (outcome if outcome in allowed else ""), reason


# --- élus ----------------------------------------------------------------------------------------


@doors.route("/<int:act_id>/publier", methods=["GET", "POST"])
@allow(Right.PUBLISH_DECISIONS, on=queries.scope_of)
def publish(act_id: int) -> Any:
    """An élu publishes an act that somebody else prepared."""
    found, form = _act(act_id), forms.PublishForm()
    if found.published:
        return done(url_for("decisions.one", act_id=act_id))
    if not form.is_submitted():
        form.author_name.data = one_line(me().name)
    if form.sent():
        try:
            service.publish_act(
                db(),
                act_id=act_id,
                author_name=said(form.author_name),
                author_quality=said(form.author_quality),
                by=me().person,
                at=clock.now(),
                read=said(form.read),
            )
            return done(url_for("decisions.one", act_id=act_id), _("L'acte est publié."))
        except Refusal as refusal:
            form.refuse(refusal)
            found = _act(act_id)
    form.read.data = service.draft_digest(db(), found.row)
    decided = queries.decided(db(), act_id)
    return render_template(
        "decisions/publish.html",
        act=found,
        form=form,
        decided=[(one, _items(one)) for one in decided],
        q=queries,
    ), 422 if form.is_submitted() else 200


@doors.route("/suivi/<int:edition_project_id>", methods=["GET", "POST"])
@allow(Right.FOLLOW_UP, on=queries.scope_of_project)
def follow(edition_project_id: int) -> Any:
    """An agent says how far a project is."""
    found, form = queries.one_followed(db(), edition_project_id), forms.FollowUpForm()
    if found is None:
        raise NotFound
    if form.sent():
        try:
            service.follow_up(
                db(),
                edition_project_id=edition_project_id,
                milestone=str(form.milestone.data),
                planned_on=form.planned_on.data,
                done_on=form.done_on.data,
                cost=form.cost.data,
                note=said(form.note),
                by=me().person,
                at=clock.now(),
            )
            return done(request.path, _("L'étape est notée."))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template(
        "decisions/follow.html", project=found, form=form, q=queries
    ), 422 if form.is_submitted() else 200
