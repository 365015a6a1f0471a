"""What most doors of the draws do with a form, said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import render_template

from civic.draws.forms import AttemptForm
from civic.draws.views.public import the_story
from civic.house.clock import clock
from civic.house.refusal import Refusal
from civic.house.web import ConfirmForm, Form, db, me

Answer = TypeVar("Answer")


def tried(form: Form, act: Callable[[], Answer]) -> tuple[Answer] | None:
    """Does what a form asks for when it was sent and says valid things: the verb's answer, in a
    tuple of one. None when nothing was done; why not is then on the form."""
    if not form.sent():
        return None
    try:
        return (act(),)
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def contact_noted(verb: Callable[..., None], form: AttemptForm, drawn_id: str) -> bool:
    """Notes what was tried to reach somebody, with the verb of their step."""
    noted = tried(
        form,
        lambda: verb(
            db(), drawn_id=drawn_id, channel=form.channel.data, outcome=form.outcome.data,
            by=me().person, at=clock.now(),
        ),
    )  # fmt: skip
    return noted is not None


def status_of(form: Form) -> int:
    """Of the page that shows a form again: 422 when it was sent and not accepted."""
    return 422 if form.is_submitted() else 200


def confirmed(draw_id: int, act: Callable[[], object], then: Callable[[], Any]) -> Any:
    """A button that only confirms: what follows, or a page that says why not."""
    form = ConfirmForm()
    if tried(form, act):
        return then()
    return render_template("draws/refused.html", story=the_story(draw_id), form=form), 422
