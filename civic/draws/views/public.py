"""What everybody may see: the draws, each one's story, the hall's screen, the files to check."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from civic.councils.queries import CouncilPage
from civic.councils.sections import section
from civic.draws import queries, states
from civic.draws.queries.elsewhere import COLUMNS, open_rows
from civic.draws.queries.invitations import shown_names
from civic.draws.queries.story import Story, announced, grouped
from civic.draws.reading import KINDS
from civic.draws.views import doors
from civic.house.access import WHOLE_SITE, Identity, Right, Scope, allow_everyone
from civic.house.refusal import NotFound
from civic.house.text import one_line
from civic.house.web import csv_answer, db, me, paged, settings
from civic.rules.sortition import verify


def the_story(draw_id: int) -> Story:
    """A draw's story, or a page that says there is no such draw."""
    story = queries.story(db(), draw_id)
    if story is None:
        raise NotFound
    return story


@doors.get("/")
@allow_everyone()
def all_of_them() -> Any:
    """The draws, with filters in the address."""
    stage = request.args.get("etat", "")
    words = one_line(request.args.get("conseil", ""))[:80]
    return render_template(
        "draws/list.html",
        page=paged(db(), queries.listing(words=words, stage=stage)),
        chosen={"etat": stage, "conseil": words},
        states=states,
        may_prepare=me().may(Right.PREPARE_DRAWS),
    )


@doors.get("/tirages.csv")
@allow_everyone()
def open_data() -> Any:
    """The draws as open data: counts, never names."""
    return csv_answer(COLUMNS, open_rows(db()), name="tirages.csv")


@section(25, "draws/_section.html")
def of_council(session: Session, council: CouncilPage, _me: Identity, now: datetime) -> Any:
    """A council's draws, on its page."""
    rows = queries.of_council(session, council.id)
    return {"rows": rows, "states": states, "now": now} if rows else None


def _rights(scope: Scope, lists: Scope) -> set[str]:
    """What the asker may do with a draw; its lists are in the hands of the municipality alone."""
    return {right.value for right in Right if me().may(right, _where(right, scope, lists))}


def _where(right: Right, scope: Scope, lists: Scope) -> Scope:
    if right is Right.HOLD_SEALED_FILES:
        return scope | WHOLE_SITE
    return lists if right is Right.LOAD_LISTS else scope


@doors.get("/<int:draw_id>")
@allow_everyone()
def one(draw_id: int) -> Any:
    """A draw's story."""
    story = the_story(draw_id)
    scope = queries.scope_of(db(), draw_id) if me().is_staff else None
    return render_template(
        "draws/one.html",
        story=story,
        states=states,
        kinds=KINDS,
        announced=announced,
        grouped=grouped,
        may=_rights(scope, queries.lists_only(scope)) if scope else set(),
    )


SCREENS = (
    "debut", "engagement", "criteres", "hasard", "numero", "personnes", "totaux", "noms",
    "verifier",
)  # fmt: skip


@doors.get("/<int:draw_id>/seance")
@allow_everyone()
def hall(draw_id: int) -> Any:
    """The screen of the hall: one thing at a time, arrows go on."""
    story = the_story(draw_id)
    frozen = story.draw.commitment is not None
    # Names are for the session alone, and only those that their bearers agreed to show.
    names = (
        shown_names(db(), draw_id)
        if story.draw.way == "invited" and story.draw.status in {"drawn", "record_signed"}
        else []
    )
    shown = [
        name
        for name in SCREENS
        if name == "debut"
        or (frozen and name in {"engagement", "criteres", "verifier"})
        or (frozen and not story.numbers and name == "hasard")
        or (story.numbers and name in {"numero", "personnes", "totaux"})
        or (names and name == "noms")
    ]
    asked = request.args.get("ecran", "")
    if asked == "numero" and asked not in shown:
        asked = "hasard"  # the number is not known yet: the hall goes on waiting
    here = shown.index(asked) if asked in shown else 0
    place = settings().base_url + url_for("draws.one", draw_id=draw_id)
    return render_template(
        "draws/hall.html",
        story=story,
        screen=shown[here],
        names=names,
        before=shown[here - 1] if here else None,
        after=shown[here + 1] if here + 1 < len(shown) else None,
        number=here + 1,
        count=len(shown),
        announced=announced,
        grouped=grouped,
        states=states,
        place=place,
        code=segno.make(place, error="m").svg_data_uri(scale=8, border=2),
    )


@doors.get("/<int:draw_id>/verifier")
@allow_everyone()
def check(draw_id: int) -> Any:
    """How to check this draw, in plain words."""
    return render_template(
        "draws/check.html",
        story=the_story(draw_id),
        grouped=grouped,
        states=states,
        announced=announced,
    )


@doors.get("/<int:draw_id>/loterie.json")
@allow_everyone()
def lottery(draw_id: int) -> Any:
    """The lottery that was committed to, from the freeze on."""
    story = the_story(draw_id)
    return answer_file(story.draw.lottery, f"loterie-{draw_id}.json")


@doors.get("/<int:draw_id>/proces-verbal.json")
@allow_everyone()
def record(draw_id: int) -> Any:
    """The record of the draw, from the session on."""
    story = the_story(draw_id)
    return answer_file(story.draw.record, f"proces-verbal-{draw_id}.json")


def answer_file(content: dict[str, Any] | None, name: str) -> Response:
    """A JSON file to download; not found when there is nothing yet."""
    if content is None:
        raise NotFound
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return Response(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@doors.get("/verifier.py")
@allow_everyone()
def verifier() -> Any:
    """The program that checks a record, to be run by whoever doubts."""
    return Response(
        Path(verify.__file__).read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify.py"'},
    )
