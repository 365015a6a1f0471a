"""The doors of the agent who lets people hear a project."""

from __future__ import annotations

from typing import Any

from flask import url_for

from civic.budgets import forms, queries, service
from civic.budgets.views.frame import doors, render, seen_or_404
from civic.house import files, sounds
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _, language_name
from civic.house.refusal import NotFound, Refusal
from civic.house.web import db, done, me, settings


@doors.app_template_global("language_name")
def _language(code: str) -> str:
    return language_name(code)


@doors.route("/<slug>/catalogue/<int:edition_project_id>/ecouter", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def record(slug: str, edition_project_id: int) -> Any:
    """The recordings of a project: listen, add one, take one away."""
    seen = seen_or_404(slug)
    found = [one for one in queries.catalogue(db(), seen.row.id) if one.id == edition_project_id]
    if not found:
        raise NotFound
    form: Any = forms.RecordingForm()
    if form.sent():
        try:
            sound = sounds.read_sound(form.sound.data.read())
            files.lay(settings().uploads, sound.data, sound.digest)
            left = service.record(
                db(), edition_project_id=edition_project_id, edition_id=seen.row.id,
                language=form.language.data, sound=sound, by=me().person, at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.field = refusal.field or "sound"
            form.refuse(refusal)
        else:
            if left is not None:
                files.erase(settings().uploads, left)
            return done(_here(slug, edition_project_id), _("L'enregistrement est en place."))
    page = render(
        "record",
        seen,
        form=form,
        item=found[0],
        heard=queries.recordings(db(), [edition_project_id]).get(edition_project_id, ()),
    )
    return page, 422 if form.is_submitted() else 200


@doors.post("/<slug>/catalogue/<int:edition_project_id>/ecouter/<language>/retirer")
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def silence(slug: str, edition_project_id: int, language: str) -> Any:
    """Take a recording away, and erase it."""
    left = service.silence(
        db(), edition_project_id=edition_project_id, edition_id=seen_or_404(slug).row.id,
        language=language, by=me().person, at=clock.now(),
    )  # fmt: skip
    if left is not None:
        files.erase(settings().uploads, left)
    return done(_here(slug, edition_project_id), _("L'enregistrement est effacé."))


def _here(slug: str, edition_project_id: int) -> str:
    return url_for("budgets.record", slug=slug, edition_project_id=edition_project_id)
