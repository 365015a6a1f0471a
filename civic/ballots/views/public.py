"""What everybody sees of a vote: the list, the poll, its urn's log, its result."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from civic.ballots import drafts, forms, queries
from civic.ballots.grades import GRADES
from civic.ballots.queries import PollView
from civic.ballots.views.common import doors, provider_of, the_poll
from civic.house.access import Right, allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.qr import qr
from civic.house.refusal import NotFound
from civic.house.text import euros_text
from civic.house.web import csv_answer, db, me, paged, said, settings
from civic.rules import urn


@doors.get("/")
@allow_everyone()
def votes() -> Any:
    """The votes, those that are open first said."""
    page = paged(db(), queries.polls(), per=20)
    shown = queries.views(list(page.rows))
    return render_template("ballots/list.html", page=page, polls=shown, q=queries)


@doors.get("/<slug>")
@allow_everyone()
def one(slug: str) -> Any:
    """A poll: its state, what one can do, its projects, what can be checked."""
    poll, now = the_poll(slug), clock.now()
    own = queries.right_of(db(), poll.id, me().person) if me().signed_in else None
    scope = queries.scope_of_view(poll)
    return render_template(
        "ballots/one.html",
        poll=poll,
        items=queries.items(db(), poll.id),
        own=own,
        turnout=queries.turnout(db(), poll.id) if poll.is_over(now) else None,
        steps=queries.steps(db(), poll.id),
        provider=provider_of(poll),
        started=own is None and drafts.started(poll, now),
        has_places=queries.has_places(db(), poll.id),
        act=queries.annulment(db(), poll.id) if poll.annulled else None,
        next_one=queries.replaced_by(db(), poll.id) if poll.annulled else None,
        former=queries.replaces(db(), poll.id),
        q=queries,
        may={right: me().may(right, scope) for right in _STAFF},
        Right=Right,
    )


SCORED = ("points", "ranking", "graded")
"""Ballots that give more than votes; the points of a graded one are its grades, from 0 to 3."""
_STAFF = (Right.MANAGE_POLLS, Right.KEEP_DESK, Right.COUNT_BALLOTS)


@doors.get("/<slug>/urne")
@allow_everyone()
def urn_log(slug: str) -> Any:
    """What the urn promises, and the log of digests."""
    poll = the_poll(slug)
    return render_template(
        "ballots/urn.html",
        poll=poll,
        checkpoints=queries.checkpoints(db(), poll.id),
        steps=queries.steps(db(), poll.id),
        key=urn.fingerprint(poll.public_key) if poll.public_key else None,
    )


@doors.get("/<slug>/urne/<int:number>.txt")
@allow_everyone()
def checkpoint(slug: str, number: int) -> Any:
    """One checkpoint, as the lines that its digest covers."""
    poll = the_poll(slug)
    row = queries.checkpoint(db(), poll.id, number)
    if row is None:
        raise NotFound
    answer = Response(urn.checkpoint_text(row.previous, row.lines), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-{number}.txt"'
    answer.headers["X-Empreinte"] = row.digest
    return answer


@doors.route("/<slug>/recu", methods=["GET", "POST"])
@allow_everyone(once=False)
def receipt(slug: str) -> Any:
    """Where the envelope of a receipt is."""
    poll, form = the_poll(slug), forms.ReceiptForm()
    state, code = None, 200
    if form.sent():
        try:
            state = queries.receipt_state(db(), poll.id, said(form.number)) or "unknown"
        except urn.BadReceipt:
            form.number.errors = [
                _("Ce numéro n'a pas la bonne forme. Comparez-le signe à signe avec votre reçu.")
            ]
            code = 422
    elif form.is_submitted():
        code = 422
    gone = _withdrawn(queries.items(db(), poll.id)) if poll.withdrawals else []
    return render_template(
        "ballots/receipt.html", poll=poll, form=form, state=state, gone=gone,
        destroyed=queries.destroyed_at(db(), poll),
    ), code  # fmt: skip


def _withdrawn(items: list[queries.PollItem]) -> list[queries.PollItem]:
    return [one for one in items if one.withdrawn_at is not None]


@doors.get("/<slug>/avenants.jsonl")
@allow_everyone()
def amendments(slug: str) -> Any:
    """The amendments that withdraw a project, one a line: the digest of each covers its line."""
    poll = the_poll(slug)
    found = queries.amendments(db(), poll.id, poll.rules_digest or "")
    if not found:
        raise NotFound
    text = b"".join(said + b"\n" for _row, said in found)
    answer = Response(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="avenants-{slug}.jsonl"'
    return answer


@doors.get("/<slug>/resultats")
@allow_everyone()
def results(slug: str) -> Any:
    """The result: figures, drawing, table."""
    poll = the_poll(slug)
    result, items = queries.result(db(), poll.id), queries.items(db(), poll.id)
    reconciled = queries.steps(db(), poll.id).get("reconciled")
    return render_template(
        "ballots/results.html",
        poll=poll,
        result=result,
        ranked=result.ranked(items) if result else [],
        gone=_withdrawn(items),
        grades=GRADES,
        turnout=None if poll.is_external else queries.turnout(db(), poll.id),
        in_groups=reconciled.figures["groupes"] if reconciled else 0,
        q=queries,
    )


@doors.get("/<slug>/resultats.csv")
@allow_everyone()
def results_csv(slug: str) -> Any:
    """The result as a table: one line a project."""
    poll = the_poll(slug)
    result = queries.result(db(), poll.id)
    if result is None:
        raise NotFound
    rows = []
    for item in queries.items(db(), poll.id):
        gone = item.reference in result.withdrawn
        votes = "" if gone else result.votes[item.reference]
        points = result.scores[item.reference] if poll.ballot_type in SCORED and not gone else ""
        rows.append((item.reference, item.label, item.group, euros_text(item.cost), votes, points))
    return csv_answer(
        ["reference", "projet", "enveloppe", "cout_euros", "voix", "points"],
        rows,
        name=f"{slug}-resultats.csv",
    )


@doors.get("/<slug>/salle")
@allow_everyone()
def hall(slug: str) -> Any:
    """The count for a hall, one project at a time, from the last to the first."""
    poll = the_poll(slug)
    result = queries.result(db(), poll.id)
    if result is None:
        raise NotFound
    ranked = result.ranked(queries.items(db(), poll.id))[::-1]
    asked = request.args.get("rang", "0")
    place = min(int(asked), len(ranked)) if asked.isascii() and asked.isdigit() else 0
    address = f"{settings().base_url}/votes/{slug}/resultats"
    return render_template(
        "ballots/hall.html",
        poll=poll,
        result=result,
        item=ranked[place - 1] if place else None,
        grades=GRADES,
        place=place,
        total=len(ranked),
        address=address,
        code=qr(address),
    )


@doors.get("/<slug>/vote.json")
@allow_everyone()
def rules(slug: str) -> Any:
    """What was sealed, as the digest covers it."""
    poll = the_poll(slug)
    if poll.public_key is None:
        raise NotFound
    text = queries.sealed_text(poll, queries.items(db(), poll.id), poll.public_key)
    return Response(text, mimetype="application/json")


def poll_url(poll: PollView) -> str:
    """The poll's page."""
    return url_for("ballots.one", slug=poll.slug)
