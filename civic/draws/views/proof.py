"""The desk where anybody may ask for the proof that they were in a list, and the sealed file of
sworn observers."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, render_template, url_for

from civic.draws import forms, queries, states
from civic.draws.queries import pool, proof
from civic.draws.queries.story import Story, grouped
from civic.draws.service import proving
from civic.draws.service.answers import look_at_names
from civic.draws.views import doors
from civic.draws.views.acting import status_of, tried
from civic.draws.views.public import the_story
from civic.house.access import Right, allow, unit
from civic.house.clock import clock
from civic.house.i18n import speaking
from civic.house.paper import pdf
from civic.house.qr import qr
from civic.house.refusal import NotFound
from civic.house.web import db, me, said, settings
from civic.rules.sortition.verify import canonical, counts


@doors.route("/<int:draw_id>/preuve", methods=["GET", "POST"])
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def seek_proof(draw_id: int) -> Any:
    """Somebody asks whether they were in the lists: their identity is seen, then their name is
    looked for."""
    story, form, lines = the_story(draw_id), forms.SeekForm(), None
    if form.sent():
        look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="desk")
        units = me().units(Right.LOAD_LISTS)
        towns = pool.municipalities(db(), story.draw.council_id)
        lines = proof.seek(
            db(),
            draw_id,
            family=said(form.family),
            born=form.born.data,
            municipality_ids=[key for key in towns if unit("municipality", key) in units],
        )
    page = render_template(
        "draws/proof.html",
        story=story,
        form=form,
        lines=lines,
        states=states,
        most=proof.MOST,
        frozen=queries.list_commitment(story) is not None,
    )
    return page, 422 if form.is_submitted() and lines is None else 200


@doors.post("/<int:draw_id>/preuve/<token>.json")
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def proof_file(draw_id: int, token: str) -> Any:
    """The proof as verify.py reads it."""
    found = proving.proof_of(db(), draw_id=draw_id, token=token, by=me().person, at=clock.now())
    return _handed(canonical(found), f"preuve-{draw_id}.json", "application/json")


@doors.post("/<int:draw_id>/preuve/<token>.pdf")
@allow(Right.LOAD_LISTS, on=queries.scope_of_lists)
def proof_paper(draw_id: int, token: str) -> Any:
    """The same on paper, to take home: in words, and as a square that holds the file."""
    found = proving.proof_of(db(), draw_id=draw_id, token=token, by=me().person, at=clock.now())
    story = the_story(draw_id)
    lottery = None if story.draw.way == "invited" else story.draw.lottery
    with speaking("fr"):
        html = render_template(
            "print/draws_proof.html",
            story=story,
            proof=found,
            held=counts(lottery)[found["number"]] if lottery else None,
            commitment=grouped(found["commitment"]),
            picture=qr(canonical(found).decode(), error="l", scale=4),
            today=clock.today(),
            page=settings().base_url + url_for("draws.check", draw_id=draw_id),
        )
        return _handed(pdf(html), f"preuve-{draw_id}.pdf", "application/pdf")


@doors.route("/<int:draw_id>/fichier-scelle", methods=["GET", "POST"])
@allow(Right.HOLD_SEALED_FILES, on=queries.scope_of_observers)
def sealed_file(draw_id: int) -> Any:
    """A sworn observer takes the file that proves the bounds of every group."""
    story = the_story(draw_id)
    return _sealed(story, proving.sealed_file, frozen=story.draw.commitment is not None)


@doors.route("/<int:draw_id>/fichier-scelle/invitations", methods=["GET", "POST"])
@allow(Right.HOLD_SEALED_FILES, on=queries.scope_of_observers)
def sealed_invitations(draw_id: int) -> Any:
    """The same for the file that lets each wave of invitations be made again."""
    story = the_story(draw_id)
    if story.draw.way != "invited":
        raise NotFound
    sent = story.invitations
    frozen = sent is not None and sent.commitment is not None
    return _sealed(story, proving.sealed_invitations, frozen=frozen, invitations=True)


def _sealed(story: Story, take: Any, *, frozen: bool, invitations: bool = False) -> Any:
    draw_id, form = story.draw.id, forms.OathForm()
    did = tried(form, lambda: take(db(), draw_id=draw_id, by=me().person, at=clock.now()))
    if did:
        (found,) = did
        text = json.dumps(found, ensure_ascii=False, sort_keys=True)
        name = f"scelle-{'invitations-' if invitations else ''}{draw_id}.json"
        return _handed(text.encode(), name, "application/json")
    page = render_template(
        "draws/sealed.html",
        story=story,
        form=form,
        frozen=frozen,
        invitations=invitations,
        states=states,
    )
    return page, status_of(form)


def _handed(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
