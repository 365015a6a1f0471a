"""What the commission du vote does after the closing minute: papers, three steps, the count."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from civic.ballots import forms, queries, service, vault
from civic.ballots.forms import registering
from civic.ballots.queries import PollView, papers
from civic.ballots.queries.annulment import waits
from civic.ballots.queries.contests import papers_contested
from civic.ballots.views.common import doors, secrets_of, the_poll
from civic.ballots.views.keys import as_file
from civic.house.access import Right, allow
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, Form, db, done, me, said, settings
from civic.people.queries import names


@doors.get("/<slug>/depouillement")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def closing(slug: str) -> Any:
    """Where the closing stands, and its next step."""
    return _closing(the_poll(slug))


def _bundle(poll: PollView, *, blank: bool = False) -> registering.BundleForm:
    """The form of a bundle: of one of the poll's places, or of a place in words."""
    names = [one.name for one in queries.places(db(), poll.id)]
    sent: dict[str, Any] = {"formdata": None} if blank else {}
    if not names:
        return registering.BatchForm(**sent)
    form = registering.PlaceBatchForm(**sent)
    form.place.choices = [(one, one) for one in names]
    return form


def _closing(
    poll: PollView,
    form: registering.BundleForm | None = None,
    opened: Form | None = None,
    confirm: Form | None = None,
    reopen: registering.ReopenForm | None = None,
    remark: registering.RemarkForm | None = None,
) -> str:
    steps = queries.steps(db(), poll.id)
    opening = queries.openings(db(), poll.id)
    again = papers.reopening(db(), poll.id)
    past = papers.reopenings(db(), poll.id)
    remarks = queries.remarks(db(), poll.id)
    asked = [one.asked_by for one in (*past, again) if one is not None]
    asked += [one.agreed_by for one in (*past, again) if one is not None and one.agreed_by]
    asked += [one.by for one in remarks]
    return render_template(
        "ballots/closing.html",
        poll=poll,
        form=form or _bundle(poll, blank=True),
        confirm=confirm or ConfirmForm(formdata=None),
        opened=opened or forms.OpenedForm(formdata=None),
        steps=steps,
        openings=opening,
        names=names(db(), [*opening, *asked, *(one.by for one in steps.values())]),
        batches=queries.batches(db(), poll.id, me().person),
        turnout=queries.turnout(db(), poll.id),
        places=queries.places(db(), poll.id),
        sheets=queries.sheets(db(), poll.id),
        kept=queries.urn_is_kept(db(), poll.id),
        correcting=poll.recounting and papers_contested(db(), poll.id),
        again=again,
        reopenings=past,
        reopen=reopen or registering.ReopenForm(formdata=None),
        remarks=remarks,
        remark=remark or registering.RemarkForm(formdata=None),
        annulling=waits(db(), poll.id),
        q=queries,
    )


@doors.post("/<slug>/depouillement/liasses")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def open_batch(slug: str) -> Any:
    """Opens a bundle of papers."""
    poll = the_poll(slug)
    form = _bundle(poll)
    if form.sent():
        try:
            number = service.open_batch(
                db(),
                poll_id=poll.id,
                place=said(form.place),
                ballots=form.ballots.data or 0,
                by=me().person,
                at=clock.now(),
            )
            return done(url_for("ballots.type_batch", slug=slug, number=number))
        except Refusal as refusal:
            form.refuse(refusal)
    return _closing(poll, form), 422


@doors.post("/<slug>/depouillement/rapprocher")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def reconcile(slug: str) -> Any:
    """Step 1."""
    poll, form = the_poll(slug), ConfirmForm(formdata=None)
    try:
        service.reconcile(db(), poll_id=poll.id, by=me().person, at=clock.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _closing(poll, confirm=form), 409
    return done(url_for("ballots.closing", slug=slug), _("Étape 1 faite et certifiée."))


@doors.post("/<slug>/depouillement/reprise")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def ask_reopening(slug: str) -> Any:
    """Asks to take the papers up again after step 1: a bundle was found."""
    poll, form = the_poll(slug), registering.ReopenForm()
    if form.sent():
        try:
            service.ask_reopening(
                db(), poll_id=poll.id, reason=said(form.reason), by=me().person, at=clock.now()
            )
            return done(
                url_for("ballots.closing", slug=slug, _anchor="papers"),
                _("C'est demandé. Un autre membre de la commission doit l'accepter."),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _closing(poll, reopen=form), 422


@doors.post("/<slug>/depouillement/reprise/accepter")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def agree_reopening(slug: str) -> Any:
    """Agrees, as another member."""
    poll, form = the_poll(slug), ConfirmForm(formdata=None)
    try:
        service.agree_reopening(db(), poll_id=poll.id, by=me().person, at=clock.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _closing(poll, confirm=form), 409
    return done(
        url_for("ballots.closing", slug=slug, _anchor="papers"),
        _("Les papiers sont repris : ouvrez la liasse oubliée."),
    )


@doors.post("/<slug>/depouillement/reprise/renoncer")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def drop_reopening(slug: str) -> Any:
    """Takes the request back."""
    service.drop_reopening(db(), poll_id=the_poll(slug).id, by=me().person, at=clock.now())
    return done(url_for("ballots.closing", slug=slug, _anchor="papers"), _("C'est retiré."))


@doors.post("/<slug>/depouillement/observations")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def add_remark(slug: str) -> Any:
    """Adds a remark to the procès-verbal."""
    poll, form = the_poll(slug), registering.RemarkForm()
    if form.sent():
        try:
            service.add_remark(
                db(), poll_id=poll.id, text=said(form.text), by=me().person, at=clock.now()
            )
            return done(
                url_for("ballots.closing", slug=slug, _anchor="remarks"),
                _("Votre observation est au procès-verbal."),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return _closing(poll, remark=form), 422


@doors.post("/<slug>/depouillement/separer")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of, once=False)
def sever(slug: str) -> Any:
    """Step 2: rows, then secrets, then what the database remembers of erased rows. Sent again
    after a page of a crowd, it finishes what is left to do."""
    poll = the_poll(slug)
    service.sever(db(), poll_id=poll.id, by=me().person, at=clock.now())
    assert poll.secret_name is not None
    vault.sever(settings().vault, poll.secret_name)
    service.clean_urn(db())
    return done(url_for("ballots.closing", slug=slug), _("Étape 2 faite et certifiée."))


@doors.post("/<slug>/depouillement/ouvrir")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def open_urn(slug: str) -> Any:
    """Step 3, by each of two members: with the platform's key, or by what each found elsewhere."""
    poll = the_poll(slug)
    form = forms.OpenedForm() if poll.key_holder == "commission" else ConfirmForm()
    if not form.sent():
        return _closing(poll, opened=form), 422
    given = form.opened.data.read() if isinstance(form, forms.OpenedForm) else None
    known = secrets_of(poll)
    if poll.stage == "severed" and known.token and poll.secret_name is not None:
        # Step 2 was cut off after its rows: nothing is opened while a secret still leads to people.
        vault.sever(settings().vault, poll.secret_name)
        service.clean_urn(db())
        known = secrets_of(poll)
    try:
        counted = service.open_urn(
            db(),
            poll_id=poll.id,
            known=known,
            by=me().person,
            at=clock.now(),
            opened_file=given,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        if given is None:
            return _closing(poll, confirm=form), 409
        return _closing(poll, opened=form), 422
    if counted:
        return done(
            url_for("ballots.results", slug=slug),
            _("Les deux ouvertures trouvent la même chose : le vote est dépouillé."),
        )
    return done(
        url_for("ballots.closing", slug=slug),
        _("Votre ouverture est gardée. Une deuxième personne de la commission doit ouvrir aussi."),
    )


@doors.get("/<slug>/depouillement/urne.json")
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def closed_urn(slug: str) -> Any:
    """The closed urn, sorted by digest, for the commission to keep and to open."""
    content = queries.closed_urn(db(), the_poll(slug))
    if content is None:
        raise NotFound
    return as_file(content, f"urne-{slug}.json")
