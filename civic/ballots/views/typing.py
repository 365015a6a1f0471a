"""The paper ballot, and the desk's entry screen: the same ballot, one screen after the other."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from civic.ballots import queries, service, sheets
from civic.ballots.forms import registering
from civic.ballots.grades import GRADES
from civic.ballots.queries import PollView, papers
from civic.ballots.sheets import Sheet
from civic.ballots.views.common import doors, the_poll
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _, choose, speaking
from civic.house.paper import pdf
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me, said
from civic.people.queries import names
from civic.rules import urn


@doors.route("/<slug>/depouillement/liasses/<int:number>", methods=["GET", "POST"])
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def type_batch(slug: str, number: int) -> Any:
    """One of two people types the bundle in, a ballot a screen; then their differences."""
    poll, form = the_poll(slug), ConfirmForm()
    found = papers.bundle(db(), poll.id, number, me().person)
    if found is None:
        raise NotFound
    place = url_for("ballots.type_batch", slug=slug, number=number)
    asked = request.args.get("bulletin", "")
    ballot = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else found.next
    if ballot is not None and not 1 <= ballot <= found.ballots:
        raise NotFound
    items, sheet, reason = queries.items(db(), poll.id), Sheet(), ""
    line = found.mine[ballot - 1] if ballot is not None else None
    if line is not None:
        reason = line.get("nul", "")
        if not reason:
            read = urn.Choices(tuple(line["c"]), tuple(line["p"]))
            sheet = sheets.of_choices(poll, read)
    if form.is_submitted() and ballot is not None:
        sheet, reason = sheets.read(poll, items, request.form), request.form.get("reason", "")
        if form.sent():
            try:
                service.type_ballot(
                    db(), poll_id=poll.id, number=number, ballot=ballot,
                    said=_said(sheet, reason), by=me().person, at=clock.now(),
                )  # fmt: skip
                return done(place)
            except Refusal as refusal:
                form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return _page(poll, found, ballot, sheet, reason, form), status


def _said(sheet: Sheet, reason: str) -> urn.Choices | str:
    match request.form.get("act"):
        case "spoilt":
            return reason
        case "blank":
            return urn.Choices()
    if sheet.problem:
        raise Refusal(sheet.problem, field="choices")
    if sheet.choices.blank:
        raise Refusal(
            _("Rien n'est choisi. Si le bulletin est blanc, touchez « Bulletin blanc »."),
            field="choices",
        )
    return sheet.choices


def _page(
    poll: PollView, found: papers.Bundle, ballot: int | None, sheet: Sheet, reason: str,
    form: ConfirmForm, drop: registering.DropBatchForm | None = None,
) -> str:  # fmt: skip
    items = queries.items(db(), poll.id)
    correcting = papers.may_correct(db(), poll)
    return render_template(
        "ballots/typing.html",
        poll=poll,
        batch=found,
        ballot=None if _shut(found, correcting) else ballot,
        correcting=correcting,
        may_drop=(correcting and not poll.recounting) or papers.reopened(db(), poll.id),
        drop=drop or registering.DropBatchForm(formdata=None),
        confirm=ConfirmForm(formdata=None),
        items=items,
        sheet=sheet,
        reason=reason,
        reasons=papers.SPOILT,
        grades=GRADES,
        form=form,
        read=papers.reading,
        gone=queries.withdrawn_of(items),
        names=names(
            db(),
            [
                *(one.by for one in found.corrections),
                found.drop_asked_by or "",
                found.dropped_by or "",
            ],
        ),
        q=queries,
    )


def _shut(found: papers.Bundle, correcting: bool) -> bool:
    """Whether this person has nothing to type in here."""
    return (found.agreed and not correcting) or found.taken or found.dropped_at is not None


@doors.post("/<slug>/depouillement/liasses/<int:number>/retirer")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def ask_to_drop_batch(slug: str, number: int) -> Any:
    """Asks to set a bundle aside."""
    poll, form = the_poll(slug), registering.DropBatchForm()
    found = papers.bundle(db(), poll.id, number, me().person)
    if found is None:
        raise NotFound
    place = url_for("ballots.type_batch", slug=slug, number=number)
    if form.sent():
        try:
            service.ask_to_drop_batch(
                db(), poll_id=poll.id, number=number, reason=said(form.why), by=me().person,
                at=clock.now(),
            )  # fmt: skip
            return done(place, _("C'est demandé. Un autre membre de la commission l'accepte ici."))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(poll, found, None, Sheet(), "", ConfirmForm(formdata=None), form), 422


@doors.post("/<slug>/depouillement/liasses/<int:number>/retirer/accepter")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def drop_batch(slug: str, number: int) -> Any:
    """Agrees, as another member."""
    service.drop_batch(
        db(), poll_id=the_poll(slug).id, number=number, by=me().person, at=clock.now()
    )
    return done(url_for("ballots.closing", slug=slug, _anchor="papers"), _("Liasse retirée."))


@doors.post("/<slug>/depouillement/liasses/<int:number>/retirer/renoncer")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def keep_batch(slug: str, number: int) -> Any:
    """Takes the request back."""
    service.keep_batch(
        db(), poll_id=the_poll(slug).id, number=number, by=me().person, at=clock.now()
    )
    return done(url_for("ballots.type_batch", slug=slug, number=number), _("La liasse reste."))


@doors.get("/<slug>/bulletin-papier.pdf")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def paper_ballot(slug: str) -> Any:
    """The paper ballot, in large print, in one of the site's languages (`langue`), for one
    neighbourhood (`quartier`) where each person has their own."""
    poll, group = the_poll(slug), request.args.get("quartier")
    if not poll.paper or (group in poll.neighbourhoods) is not bool(poll.districts):
        raise NotFound
    code = choose(request.args.get("langue"))
    items = queries.open_to(poll, group, queries.items(db(), poll.id))
    with speaking(code):
        html = render_template(
            "ballots/paper.html",
            poll=poll,
            rule=queries.paper_rule(poll, len(items)),
            help=queries.paper_help(poll),
            items=items,
            group=group,
            grades=GRADES,
        )
    answer = Response(pdf(html), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="bulletin-{slug}-{code}.pdf"'
    return answer
