"""Lists of people, their letters, and homonyms to tell apart."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, render_template, request, url_for

from civic.ballots import letter_lines, queries, service
from civic.ballots.forms import lists, registering
from civic.ballots.queries import PollView
from civic.ballots.service import Letter
from civic.ballots.views.common import code_address, doors, secrets_of, the_poll
from civic.ballots.views.desk import manage_page
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _, ngettext, speaking
from civic.house.paper import pdf
from civic.house.qr import qr
from civic.house.refusal import Refusal
from civic.house.web import csv_answer, db, done, me, said, settings
from civic.rules import urn


@doors.post("/<slug>/listes")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def roll(slug: str) -> Any:
    """Gives a right to each person of a list; the list itself is not kept."""
    poll, form = the_poll(slug), registering.RollForm()
    if not form.sent():
        return manage_page(poll, roll=form), 422
    content = form.list_file.data.read()
    try:
        loaded = service.load_roll(
            db(),
            poll_id=poll.id,
            name=said(form.list_name),
            digest=hashlib.sha256(content).hexdigest(),
            entries=lists.read_roll(content),
            known=secrets_of(poll),
            by=me().person,
            at=clock.now(),
        )
    except Refusal as refusal:
        wrong = refusal.field == "roll"
        form.refuse(Refusal(refusal.text, field="list_file") if wrong else refusal)
        return manage_page(poll, roll=form), 422
    told = ngettext("%(n)s droit de vote donné.", "%(n)s droits de vote donnés.", loaded.added)
    if loaded.known:
        told += " " + _("Déjà connues : %(n)s.", n=loaded.known)
    if loaded.young:
        told += " " + _("Trop jeunes pour ce vote : %(n)s.", n=loaded.young)
    if loaded.held:
        told += " " + _("Homonymes à départager : %(n)s.", n=loaded.held)
    if loaded.unplaced:
        told += " " + _("Quartier inconnu : %(n)s.", n=loaded.unplaced)
    return done(url_for("ballots.manage", slug=slug), told)


@doors.post("/<slug>/lettres")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def letters(slug: str) -> Any:
    """One batch of letters; codes are in this answer and nowhere else."""
    poll, form = the_poll(slug), lists.LettersForm()
    if not form.sent():
        return manage_page(poll, letters=form), 422
    content = form.roll.data.read()
    batch = form.batch.data or 1
    try:
        made, without = service.make_letters(
            db(),
            poll_id=poll.id,
            entries=lists.batch_of(lists.read_roll(content), batch),
            known=secrets_of(poll),
            by=me().person,
            at=clock.now(),
            again=bool(form.again.data),
            name=_("Lettres, paquet %(n)s", n=batch),
            digest=hashlib.sha256(content).hexdigest(),
        )
        if not made:
            raise Refusal(
                _("Ces personnes ont déjà une lettre ou un autre moyen de voter, ou ont déjà "
                  "voté : il n'y a aucune lettre à faire."),
                field="roll",
            )  # fmt: skip
    except Refusal as refusal:
        form.refuse(refusal)
        return manage_page(poll, letters=form), 422
    return _as_file(poll, made, len(without), form)


def _as_file(poll: PollView, made: list[Letter], without: int, form: lists.LettersForm) -> Response:
    shape = said(form.shape)
    if shape == "csv":
        answer = csv_answer(
            ["nom", "prenoms", "adresse", "code", "qr"],
            [
                (one.entry.family, one.entry.first, one.entry.address, urn.show_code(one.code),
                 code_address(poll, one.code))
                for one in made
            ],
            marked=True,
        )  # fmt: skip
    else:
        # The letter is for its readers, whatever the language of the agent who makes it.
        with speaking("fr"):
            html = render_template(
                "ballots/letters.html",
                poll=poll,
                letters=[
                    (one.entry, urn.show_code(one.code), qr(code_address(poll, one.code)))
                    for one in made
                ],
                phone=said(form.phone).replace(" ", "\u00a0"),
                lines=letter_lines.lines(form.languages.data or ()),
                address=f"{settings().base_url}/votes/{poll.slug}/entrer",
                places=queries.places(db(), poll.id),
                q=queries,
            )
        answer = Response(pdf(html), mimetype="application/pdf")
    name = f"lettres-{poll.slug}-{form.batch.data or 1}.{shape}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Sans-Lettre"] = str(without)
    return answer


@doors.route("/<slug>/homonymes", methods=["GET", "POST"])
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def homonyms(slug: str) -> Any:
    """One person or two: the commission decides, with a reason."""
    poll, form = the_poll(slug), registering.HomonymForm()
    if form.sent():
        try:
            service.decide_homonym(
                db(),
                poll_id=poll.id,
                case_id=said(form.case),
                other=form.decision.data == "other",
                reason=said(form.reason),
                known=secrets_of(poll),
                by=me().person,
                at=clock.now(),
            )
            return done(url_for("ballots.homonyms", slug=slug), _("Décision prise et notée."))
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    cases = queries.homonyms(db(), poll.id)
    waiting = [one for one in cases if one.state == "waiting"]
    asked = said(form.case) if form.is_submitted() else request.args.get("cas", "")
    current = next((one for one in waiting if one.id == asked), waiting[0] if waiting else None)
    if current is not None and not (form.is_submitted() and current.id == asked):
        form = registering.HomonymForm(formdata=None, case=current.id)
    return render_template(
        "ballots/homonyms.html",
        poll=poll,
        current=current,
        others=[one for one in waiting if one is not current],
        decided=[one for one in cases if one.state != "waiting"],
        form=form,
        q=queries,
    ), status
