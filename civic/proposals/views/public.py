"""The doors of proposals that everybody may open."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from civic.house.access import Right, allow_everyone
from civic.house.refusal import NotFound
from civic.house.text import one_line
from civic.house.web import csv_answer, db, me, paged
from civic.proposals import queries
from civic.proposals.states import GROUPS, THEMES
from civic.proposals.views.frame import doors

PER_PAGE = 24


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
    return csv_answer(
        ["numero", "titre", "theme", "commune", "quartier", "lieu", "etat", "etat_depuis"],
        [
            (row.number, row.title, row.theme, row.municipality, row.neighbourhood,
             row.place_text, row.status, row.status_since.isoformat(timespec="seconds"))
            for row in db().execute(queries.listing(queries.Filters()))
        ],
    )  # fmt: skip


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
