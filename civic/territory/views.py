"""The doors of the territory: neighbourhoods, and the queue of addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import Refusal
from civic.house.web import db, done, me
from civic.territory import forms, queries, service

doors = Blueprint("territory", __name__, url_prefix="/quartiers")


@doors.get("/")
@allow_everyone()
def index() -> Any:
    """All neighbourhoods and municipalities."""
    return render_template(
        "territory/index.html",
        agglomeration=queries.agglomeration(db()),
        neighbourhoods=queries.places(db(), "neighbourhood"),
        municipalities=queries.places(db(), "municipality"),
    )


@doors.get("/adresses")
@allow(Right.RESOLVE_ADDRESSES)
def addresses() -> Any:
    """The addresses that no street answers to."""
    form = forms.SettleForm()
    form.neighbourhood.choices = _choices()
    return render_template(
        "territory/addresses.html", waiting=queries.waiting(db(), me()), form=form
    )


@doors.post("/adresses/<int:address_id>")
@allow(Right.RESOLVE_ADDRESSES, on=queries.scope_of_address)
def settle(address_id: int) -> Any:
    """Say where an address lies."""
    form = forms.SettleForm()
    form.neighbourhood.choices = _choices()
    if not form.sent():
        raise Refusal(_("Choisissez un quartier de la liste."))
    where = form.neighbourhood.data or None
    service.settle(
        db(), address_id=address_id, neighbourhood_id=where, by=me().person, at=clock.now()
    )
    return done(url_for("territory.addresses"), _("L'adresse est rangée."))


def _choices() -> list[tuple[int, str]]:
    return [(0, _("dans aucun de nos quartiers")), *queries.choices(db())]
