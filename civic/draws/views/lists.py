"""The agent's desk: lists in, looked at, confirmed, cleaned, declared checked."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from civic.draws import forms, queries, states
from civic.draws.models import ListDraft
from civic.draws.queries import pool
from civic.draws.reading import FIELDS, KINDS, BadList, fields_for, read_table
from civic.draws.reading.columns import is_forbidden
from civic.draws.service import files
from civic.draws.service import lists as service
from civic.draws.service.answers import look_at_names
from civic.draws.views import doors
from civic.draws.views.acting import status_of, tried
from civic.draws.views.public import the_story
from civic.house.access import Right, allow, unit
from civic.house.clock import clock
from civic.house.i18n import _, ngettext
from civic.house.refusal import Refusal
from civic.house.web import ConfirmForm, Form, csv_answer, db, done, me

SHOWN = 200
"""Lines with something wrong that a page shows at once; the count says how many there are."""


def _mine(draw_council: int) -> dict[int, str]:
    """The municipalities of a council whose lists this agent answers for."""
    units = me().units(Right.LOAD_LISTS)
    towns = pool.municipalities(db(), draw_council)
    return {key: name for key, name in towns.items() if unit("municipality", key) in units}


@doors.get("/<int:draw_id>/listes")
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def desk(draw_id: int) -> Any:
    """The lists of a draw, with what they hold and what waits."""
    return _desk(draw_id, forms.CheckedForm())


def _desk(draw_id: int, form: forms.CheckedForm, status: int = 200) -> Any:
    story = the_story(draw_id)
    towns = _mine(story.draw.council_id)
    doubtful = pool.doubtful(db(), draw_id, list(towns))
    if doubtful:
        look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="homonyms")
    page = render_template(
        "draws/lists.html",
        story=story,
        lists=pool.list_counts(db(), draw_id),
        counts=pool.status_counts(db(), draw_id),
        doubtful=doubtful,
        towns=towns,
        states=states,
        kinds=KINDS,
        form=form,
        decision=forms.DecisionForm(),
    )
    return page, status


@doors.route("/<int:draw_id>/listes/envoyer", methods=["GET", "POST"])
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def send_list(draw_id: int) -> Any:
    """Send a file of names."""
    story = the_story(draw_id)
    form, problems = forms.UploadForm(), []
    form.municipality.choices = list(_mine(story.draw.council_id).items())
    if story.draw.unit == "addresses":
        form.kind.choices = [("dwellings", KINDS["dwellings"])]
        if not form.is_submitted():
            form.kind.data = "dwellings"
    if form.sent():
        said: dict[str, Any] = form.data
        try:
            draft_id = files.receive(
                db(),
                draw_id=draw_id,
                origin=files.Origin(
                    said["municipality"], said["label"], said["kind"], said["convention"]
                ),
                content=said["file"].read(),
                by=me().person,
                at=clock.now(),
            )
        except BadList as wrong:
            problems = wrong.problems
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(url_for("draws.draft", draw_id=draw_id, draft_id=draft_id))
    page = render_template("draws/send.html", story=story, form=form, problems=problems)
    return page, status_of(form)


@doors.route("/<int:draw_id>/listes/essai/<draft_id>", methods=["GET", "POST"])
@allow(Right.LOAD_LISTS, on=queries.scope_of_draft)
def draft(draw_id: int, draft_id: str) -> Any:
    """What a sent file looks like; choose its columns, confirm it, or give it up."""
    found = files.own_draft(db(), draft_id, me().person)
    form, problems = ConfirmForm(), []
    if form.sent():
        act = request.form.get("act", "")
        try:
            if act == "drop":
                files.drop(db(), draft_id=draft_id, by=me().person, at=clock.now())
                return done(
                    url_for("draws.desk", draw_id=draw_id),
                    _("Le fichier est oublié ; rien n'a été chargé."),
                )
            if act == "confirm":
                service.confirm(db(), draft_id=draft_id, by=me().person, at=clock.now())
                return done(
                    url_for("draws.desk", draw_id=draw_id),
                    _("La liste est chargée et triée avec les autres."),
                )
            _choose(found)
            return done(
                url_for("draws.draft", draw_id=draw_id, draft_id=draft_id),
                _("Les colonnes sont relues."),
            )
        except BadList as wrong:
            problems = list(wrong.problems)
        except Refusal as refusal:
            form.refuse(refusal)
        found = files.own_draft(db(), draft_id, me().person)
    page = _draft_page(draw_id, found, form, problems)
    return page, status_of(form)


@doors.get("/<int:draw_id>/listes/essai/<draft_id>/lignes.csv")
@allow(Right.LOAD_LISTS, on=queries.scope_of_draft)
def problems_file(draw_id: int, draft_id: str) -> Any:
    """Every line of a sent file that is left out, with its reason, for whoever mends the file."""
    found = files.own_draft(db(), draft_id, me().person)
    problems = files.preview(found, today=clock.today()).problems
    return csv_answer(
        (_("Ligne"), _("Ce qui ne va pas")),
        [(one.line or "", str(one.text)) for one in problems],
        name=f"lignes-{draw_id}.csv",
        marked=True,
    )


def _choose(found: ListDraft) -> None:
    fields: dict[str, int] = {}
    criteria: dict[str, int] = {}
    table = read_table(found.content)
    for place, title in enumerate(table.header):
        chosen = request.form.get(f"column-{place}", "")
        if chosen == "criterion" and title:
            criteria[title[:60]] = place
        elif chosen in fields_for(found.kind):
            if chosen in fields:
                raise Refusal(
                    _("« %(field)s » est choisi pour deux colonnes.", field=FIELDS[chosen])
                )
            fields[chosen] = place
    files.choose_columns(db(), draft_id=found.id, fields=fields, criteria=criteria, by=me().person)


def _draft_page(draw_id: int, found: ListDraft, form: Form, problems: list[Any]) -> str:
    seen = files.preview(found, today=clock.today())
    header = seen.table.header
    fields = {column: name for name, column in found.mapping["fields"].items()}
    criteria = set(found.mapping["criteria"].values())
    columns = [
        {
            "place": place,
            "title": title or _("colonne %(number)s, sans nom", number=place + 1),
            "forbidden": is_forbidden(title),
            "chosen": "criterion" if place in criteria else fields.get(place, ""),
            "samples": [
                cells[place]
                for _line, cells in seen.table.lines[:40]
                if place < len(cells) and cells[place]
            ][:3],
        }
        for place, title in enumerate(header)
    ]
    wrong = [*problems, *(one for one in seen.problems if one not in problems)]
    people = seen.reading.people if seen.reading else ()
    return render_template(
        "draws/draft.html",
        story=the_story(draw_id),
        draft=found,
        seen=seen,
        columns=columns,
        fields=fields_for(found.kind),
        kinds=KINDS,
        people=people,
        refused=len({one.line for one in wrong if one.line > 1}),
        problems=wrong[:SHOWN],
        more=max(0, len(wrong) - SHOWN),
        without_birth=sum(1 for one in people if one.family_name and not one.precision),
        form=form,
    )


@doors.post("/<int:draw_id>/listes/<int:list_id>/retirer")
@allow(Right.LOAD_LISTS, on=queries.scope_of_list)
def remove_list(draw_id: int, list_id: int) -> Any:
    """Take a list out of the draw."""
    service.remove(db(), list_id=list_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.desk", draw_id=draw_id),
        _("La liste est retirée et ses personnes sont effacées."),
    )


@doors.post("/<int:draw_id>/homonymes/<token>")
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def decide(draw_id: int, token: str) -> Any:
    """Say who a doubtful line is."""
    service.decide(
        db(),
        draw_id=draw_id,
        token=token,
        decision=request.form.get("decision", ""),
        by=me().person,
        at=clock.now(),
    )
    return done(url_for("draws.desk", draw_id=draw_id) + "#homonymes", _("C'est noté."))


@doors.post("/<int:draw_id>/listes/adresses")
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def locate_again(draw_id: int) -> Any:
    """Look the unknown addresses up once more."""
    many = service.locate_again(db(), draw_id=draw_id, by=me().person, at=clock.now())
    return done(
        url_for("draws.desk", draw_id=draw_id),
        ngettext("%(n)s adresse reconnue.", "%(n)s adresses reconnues.", many),
    )


@doors.post("/<int:draw_id>/listes/controlees")
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def check_lists(draw_id: int) -> Any:
    """Declare the lists checked."""
    form = forms.CheckedForm()
    did = tried(
        form,
        lambda: service.check(
            db(),
            draw_id=draw_id,
            without_unmatched=form.without_unmatched.data,
            by=me().person,
            at=clock.now(),
        ),
    )
    if did:
        (declared,) = did
        return done(
            url_for("draws.desk", draw_id=draw_id),
            _("Les listes sont déclarées contrôlées.")
            if declared
            else _(
                "Depuis le chargement, quelqu'un des listes a pris un siège ou une fonction. "
                "Les listes sont relues : regardez-les, puis déclarez-les contrôlées."
            ),
        )
    return _desk(draw_id, form, 422)
