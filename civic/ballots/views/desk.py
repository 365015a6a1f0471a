"""What agents and the commission do before closing: seal, send letters, keep the desk."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Response, render_template, url_for

from civic.ballots import forms, queries, service, vault
from civic.ballots.queries import PollView
from civic.ballots.service import Letter
from civic.ballots.views.common import code_address, doors, secrets_of, the_poll
from civic.house.access import Right, Role, allow, unit
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.paper import pdf
from civic.house.qr import qr
from civic.house.refusal import Refusal
from civic.house.web import ConfirmForm, db, done, me, said, settings
from civic.people import queries as people
from civic.rules import urn


@doors.get("/<slug>/gerer")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def manage(slug: str) -> Any:
    """The agent's page of a poll: seal it, make letters."""
    return _manage(the_poll(slug), forms.LettersForm()), 200


def _manage(
    poll: PollView, letters: forms.LettersForm, appoint: forms.AppointForm | None = None
) -> str:
    members = people.holders(
        db(), Role.VOTE_COMMISSION, frozenset({unit("poll", poll.id)}), clock.today()
    )
    return render_template(
        "ballots/manage.html",
        poll=poll,
        letters=letters,
        appoint=appoint or forms.AppointForm(),
        members=sorted(people.names(db(), members).values()),
        seal=ConfirmForm(),
        turnout=queries.turnout(db(), poll.id),
        items=queries.items(db(), poll.id),
        q=queries,
    )


@doors.post("/<slug>/commission")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def appoint(slug: str) -> Any:
    """Makes somebody a member of the commission of this vote."""
    poll, form = the_poll(slug), forms.AppointForm()
    if form.sent():
        try:
            service.appoint(
                db(), poll_id=poll.id, email=said(form.email), by=me().person, at=clock.now()
            )
            return done(
                url_for("ballots.manage", slug=slug), _("Cette personne est de la commission.")
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _manage(poll, forms.LettersForm(formdata=None), form), 422


@doors.post("/<slug>/sceller")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def seal(slug: str) -> Any:
    """Makes the keys, unless the commission made its own, and seals the poll."""
    poll, form = the_poll(slug), ConfirmForm()
    form.sent()
    held = poll.key_holder == "commission"
    public = service.rehearsed_key(db(), poll.id) if held else None
    secret_id = vault.make(settings().vault, public)
    service.seal_poll(db(), poll_id=poll.id, secret_id=secret_id, by=me().person, at=clock.now())
    return done(url_for("ballots.manage", slug=slug), _("Le vote est scellé."))


@doors.post("/<slug>/lettres")
@allow(Right.MANAGE_POLLS, on=queries.scope_of)
def letters(slug: str) -> Any:
    """Rights and letters for the people of a list; codes are in this answer and nowhere else."""
    poll, form = the_poll(slug), forms.LettersForm()
    if not form.sent():
        return _manage(poll, form), 422
    try:
        entries = forms.read_roll(form.roll.data.read())
        made, without = service.make_letters(
            db(),
            poll_id=poll.id,
            entries=entries,
            known=secrets_of(poll),
            by=me().person,
            at=clock.now(),
        )
        if not made:
            raise Refusal(
                _("Toutes ces personnes ont déjà un droit de vote, avec un compte ou à l'accueil, "
                  "ou ont déjà voté : il n'y a aucune lettre à faire."),
                field="roll",
            )  # fmt: skip
    except Refusal as refusal:
        form.refuse(refusal)
        return _manage(poll, form), 422
    return _as_file(poll, made, len(without), form.shape.data)


def _as_file(poll: PollView, made: list[Letter], without: int, shape: str) -> Response:
    if shape == "csv":
        out = io.StringIO()
        table = csv.writer(out, delimiter=";", lineterminator="\r\n")
        table.writerow(["nom", "prenoms", "adresse", "code", "qr"])
        for one in made:
            table.writerow(
                [one.entry.family, one.entry.first, one.entry.address, urn.show_code(one.code),
                 code_address(poll, one.code)]
            )  # fmt: skip
        answer = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        html = render_template(
            "ballots/letters.html",
            poll=poll,
            letters=[
                (one.entry, urn.show_code(one.code), qr(code_address(poll, one.code)))
                for one in made
            ],
            address=f"{settings().base_url}/votes/{poll.slug}/entrer",
            q=queries,
        )
        answer = Response(pdf(html), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="lettres-{poll.slug}.{shape}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Sans-Lettre"] = str(without)
    return answer


# --- the desk ----------------------------------------------------------------------------------


@doors.route("/<slug>/accueil", methods=["GET", "POST"])
@allow(Right.KEEP_DESK, on=queries.scope_of)
def desk(slug: str) -> Any:
    """A person comes: identity seen, right found or given, émargement shown."""
    poll, form = the_poll(slug), forms.DeskForm()
    if form.sent():
        try:
            right, new = service.register_at_desk(
                db(),
                poll_id=poll.id,
                family=said(form.family),
                first=said(form.first),
                born=forms.day(form.born),
                homonym_reason=said(form.homonym),
                known=secrets_of(poll),
                by=me().person,
                at=clock.now(),
            )
            return _person_page(poll, right, new=new)
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("ballots/desk.html", poll=poll, form=form, q=queries), status


def _person_page(
    poll: PollView, right: str, *, new: bool = False, code: str = "", told: str = "",
    revoke: forms.RevokeForm | None = None,
) -> str:  # fmt: skip
    own = queries.right(db(), poll.id, right)
    form = forms.RightForm(formdata=None, right=right)
    return render_template(
        "ballots/desk_person.html",
        poll=poll,
        own=own,
        new=new,
        form=form,
        revoke=revoke or forms.RevokeForm(formdata=None, right=right),
        may_revoke=me().may(Right.COUNT_BALLOTS, queries.scope_of_view(poll)),
        code=urn.show_code(code) if code else "",
        picture=qr(code_address(poll, code)) if code else "",
        told=told,
        q=queries,
    )


@doors.post("/<slug>/accueil/papier")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def paper_vote(slug: str) -> Any:
    """The person puts a paper ballot into the box; an online envelope leaves the urn."""
    poll, form = the_poll(slug), forms.RightForm()
    if not form.sent():
        return done(url_for("ballots.desk", slug=slug))
    withdrawn = service.vote_on_paper(
        db(), poll_id=poll.id, right_id=said(form.right), known=secrets_of(poll), at=clock.now()
    )
    told = (
        _("Émargé sur papier. Le bulletin déposé en ligne est retiré de l'urne : dites-le à la "
          "personne, c'est le papier qui compte.")
        if withdrawn
        else _("Émargé sur papier. La personne peut mettre son bulletin dans la boîte.")
    )  # fmt: skip
    return _person_page(poll, said(form.right), told=told)


@doors.post("/<slug>/accueil/code")
@allow(Right.KEEP_DESK, on=queries.scope_of)
def desk_code(slug: str) -> Any:
    """A code printed at the desk, for a person who wants to vote online by themselves."""
    poll, form = the_poll(slug), forms.RightForm()
    if not form.sent():
        return done(url_for("ballots.desk", slug=slug))
    code = service.give_code(
        db(),
        poll_id=poll.id,
        right_id=said(form.right),
        known=secrets_of(poll),
        by=me().person,
        at=clock.now(),
    )
    return _person_page(poll, said(form.right), code=code)


@doors.post("/<slug>/accueil/retirer")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def revoke(slug: str) -> Any:
    """The commission takes a right away, with a reason."""
    poll, form = the_poll(slug), forms.RevokeForm()
    if not form.sent():
        if not said(form.right):
            return done(url_for("ballots.desk", slug=slug))
        return _person_page(poll, said(form.right), revoke=form), 422
    withdrawn = service.revoke_right(
        db(),
        poll_id=poll.id,
        right_id=said(form.right),
        reason=said(form.reason),
        known=secrets_of(poll),
        by=me().person,
        at=clock.now(),
    )
    told = (
        _("Droit retiré. Son bulletin en ligne a quitté l'urne.")
        if withdrawn
        else _("Droit retiré. Il n'avait pas servi.")
    )
    return _person_page(poll, said(form.right), told=told)
