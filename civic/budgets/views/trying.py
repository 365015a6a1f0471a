"""The doors of who tries the règlement they are writing on past votes."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from civic.budgets import forms, queries, service
from civic.budgets.states import BALLOT_TYPES, RULES
from civic.budgets.views.frame import doors, render, seen_or_404
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import ngettext
from civic.house.refusal import NotFound, Refusal
from civic.house.web import db, done, me


@doors.route("/<slug>/essayer", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def try_rules(slug: str) -> Any:
    """Choose a past vote on which the draft is tried, and see what was tried already."""
    seen = _draft_or_404(slug)
    votes = queries.triable(db())
    form: Any = forms.TryForm()
    forms.offer(form.vote, [(one.id, _offered(one)) for one in votes])
    if form.sent():
        try:
            service.ask_trial(
                db(), edition_id=seen.row.id, past_id=form.vote.data, by=me().person, at=clock.now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            past = next(one for one in votes if one.id == form.vote.data)
            return done(url_for("budgets.tried", slug=slug, past=past.slug))
    found = queries.trials(seen, queries.parts(db(), seen.row.id), votes)
    tried = [(one, found[one.id]) for one in votes if one.id in found]
    page = render("try", seen, form=form, votes=votes, tried=tried)
    return page, 422 if form.is_submitted() else 200


def _offered(one: queries.Triable) -> str:
    return f"{one.title} ({ngettext('%(n)s bulletin', '%(n)s bulletins', one.chose)})"


@doors.route("/<slug>/essayer/<past>", methods=["GET", "POST"])
@allow(Right.MANAGE_EDITIONS, on=queries.scope_of)
def tried(slug: str, past: str) -> Any:
    """What the draft gives on one past vote, beside the other rules; tried again once the draft has
    changed."""
    seen = _draft_or_404(slug)
    vote = queries.edition(db(), past)
    if vote is None or seen.current is None:
        raise NotFound
    if request.method == "POST":
        service.ask_trial(
            db(), edition_id=seen.row.id, past_id=vote.row.id, by=me().person, at=clock.now()
        )
        return done(url_for("budgets.tried", slug=slug, past=past))
    trial = queries.trial(seen, queries.parts(db(), seen.row.id), vote.row.id)
    if trial.state == "none":
        raise NotFound
    drafted = (RULES[seen.current.data["rule"]], trial.found)
    items = {one.reference: one for one in queries.catalogue(db(), vote.row.id)}
    return render(
        "tried",
        seen,
        vote=vote,
        trial=trial,
        found=queries.comparison(vote, drafted) if trial.state == "done" else None,
        items=items,
        titles={key: one.title for key, one in items.items()},
        ballots=BALLOT_TYPES,
    )


def _draft_or_404(slug: str) -> queries.Seen:
    """An édition whose règlement is still being written."""
    seen = seen_or_404(slug)
    if seen.row.status != "preparation":
        raise NotFound
    return seen
