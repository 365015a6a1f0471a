"""A vote is annulled: the act that everybody reads, that one person writes and another confirms."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from civic.ballots import queries, service
from civic.ballots.forms import annulment as forms
from civic.ballots.queries import PollView
from civic.ballots.queries.annulment import act_text
from civic.ballots.views.common import doors, register_address, the_poll
from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me, said
from civic.people.queries import names


@doors.get("/<slug>/annulation")
@allow_everyone()
def annulment(slug: str) -> Any:
    """The act that annuls a vote."""
    poll = the_poll(slug)
    act = queries.annulment(db(), poll.id) if poll.annulled else None
    if act is None:
        raise NotFound
    return render_template(
        "ballots/annulment.html",
        poll=poll,
        act=act,
        grounds=queries.GROUND_WORDS,
        destroyed=queries.destroyed_at(db(), poll),
        next_one=queries.replaced_by(db(), poll.id),
        names=names(db(), [act.asked_by, act.confirmed_by or ""]),
        q=queries,
    )


@doors.get("/<slug>/annulation.json")
@allow_everyone()
def annulment_text(slug: str) -> Any:
    """The act, byte for byte as its digest covers it."""
    poll = the_poll(slug)
    act = queries.annulment(db(), poll.id) if poll.annulled else None
    if act is None:
        raise NotFound
    return Response(act_text(act, poll.rules_digest or ""), mimetype="application/json")


@doors.route("/<slug>/annuler", methods=["GET", "POST"])
@allow(Right.KEEP_DESK, on=queries.scope_of)
def annul(slug: str) -> Any:
    """Writes the act; or shows the one that waits for somebody else."""
    poll = the_poll(slug)
    form = forms.AnnulForm()
    form.ask(of_commission=_of_commission(poll), contests=queries.annullable(db(), poll.id))
    chosen = request.args.get("contestation", "")
    if request.method == "GET" and "contest" in form and chosen.isascii() and chosen.isdigit():
        form.ground.data, form.contest.data = "contest", int(chosen[:9])
    if form.sent():
        try:
            contest = form.contest.data if "contest" in form else 0
            service.ask_annulment(
                db(), poll_id=poll.id, ground=said(form.ground), contest=contest or None,
                decided_by=said(form.decided_by), decided_on=form.day,
                reference=said(form.reference), reason=said(form.reason), by=me().person,
                at=clock.now(),
            )  # fmt: skip
            return done(
                request.path,
                _("L'acte est écrit. Rien n'est annulé tant qu'une autre personne ne l'a pas "
                  "confirmé."),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(poll, form=form), 422 if request.method == "POST" else 200


def _of_commission(poll: PollView) -> bool:
    return me().may(Right.COUNT_BALLOTS, queries.scope_of_view(poll))


def _page(
    poll: PollView, *, form: forms.AnnulForm | None = None, confirm: ConfirmForm | None = None
) -> str:
    act = queries.annulment(db(), poll.id)
    return render_template(
        "ballots/annul.html",
        poll=poll,
        act=act,
        form=form,
        confirm=confirm or ConfirmForm(formdata=None),
        grounds=queries.GROUND_WORDS,
        names=names(db(), [act.asked_by]) if act else {},
        may_confirm=_of_commission(poll) and act is not None and act.asked_by != me().person,
        q=queries,
    )


@doors.post("/<slug>/annuler/confirmer")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def confirm_annulment(slug: str) -> Any:
    """Annuls the vote."""
    poll, form = the_poll(slug), ConfirmForm()
    if form.sent():
        try:
            service.confirm_annulment(
                db(), poll_id=poll.id, link=register_address(slug), by=me().person, at=clock.now()
            )
            return done(
                url_for("ballots.annulment", slug=slug), _("Ce vote est annulé. L'acte est public.")
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(poll, confirm=form), 409


@doors.post("/<slug>/annuler/renoncer")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def drop_annulment(slug: str) -> Any:
    """Takes the act back before it is confirmed."""
    service.drop_annulment(db(), poll_id=the_poll(slug).id, by=me().person, at=clock.now())
    return done(url_for("ballots.annul", slug=slug), _("L'acte est retiré : rien n'est annulé."))
