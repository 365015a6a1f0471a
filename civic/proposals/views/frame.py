"""What all pages of proposals share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from civic.house import files
from civic.house.web import settings
from civic.proposals import forms, queries
from civic.proposals.states import STATE_LOOKS, THEMES

doors = Blueprint("proposals", "civic.proposals.views", url_prefix="/propositions")


@doors.app_template_global("proposal_state")
def _state(status: str) -> str:
    return queries.state_sentence(status)


@doors.app_template_global("proposal_look")
def _look(status: str) -> str:
    return STATE_LOOKS[status]


@doors.app_template_global("theme_name")
def _theme(code: str) -> str:
    return str(THEMES[code])


def render(template: str, form: Any = None, **values: Any) -> Any:
    """A page of this room; 422 when it shows again a form that was refused."""
    status = 422 if form is not None and form.is_submitted() else 200
    return render_template(f"proposals/{template}.html", form=form, **values), status


def laid(form: forms.PictureForm) -> files.Picture | None:
    """The picture of a form, decoded and laid on the disk before any transaction."""
    if not form.picture.data:
        return None
    found = files.read_picture(form.picture.data.read())
    files.lay(settings().uploads, found.data, found.digest)
    return found
