"""A result is contested: the form for everybody, the public register, the commission's answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request, url_for

from civic.ballots import queries, service
from civic.ballots.forms import contests as forms
from civic.ballots.queries import PollView
from civic.ballots.queries import contests as register
from civic.ballots.views.common import doors, register_address, the_poll
from civic.house import limits
from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _, locale
from civic.house.refusal import NotFound, Refusal
from civic.house.web import ConfirmForm, db, done, me, said, settings
from civic.people.queries import names

MOST, PER = 3, timedelta(days=1)
"""How many contests one e-mail address or account files in a day."""
MOST_FROM_A_PLACE = 30
"""How many are filed without an account from one place in a day: each writes to an address that
nobody has confirmed, and keeps the result from being final."""


@doors.route("/<slug>/contester", methods=["GET", "POST"])
@allow_everyone()
def contest(slug: str) -> Any:
    """Contesting a result, during the time for that."""
    poll, now = the_poll(slug), clock.now()
    form = forms.ContestForm()
    form.ask(
        signed_in=me().signed_in,
        things=register.contestable(db(), poll.id, queries.items(db(), poll.id)),
    )
    if poll.may_contest(now) and form.sent():
        try:
            return _filed(poll, form, now)
        except limits.TooMany as refusal:
            form.refuse(refusal)
            return _form_page(poll, form), 429
        except Refusal as refusal:
            form.refuse(refusal)
    return _form_page(poll, form), 422 if form.is_submitted() else 200


def _form_page(poll: PollView, form: forms.ContestForm) -> str:
    return render_template("ballots/contest.html", poll=poll, form=form, noting=False, q=queries)


def _said(poll: PollView, form: forms.ContestForm) -> dict[str, Any]:
    return {
        "poll_id": poll.id, "about": said(form.about), "which": form.which.data or "",
        "text": said(form.text), "language": locale().code, "at": clock.now(),
    }  # fmt: skip


def _filed(poll: PollView, form: forms.ContestForm, now: datetime) -> Any:
    person = me().person if me().signed_in else None
    email = "" if person else said(form.email).lower()
    salt = settings().secret_key
    if person is None:
        place = f"contest|{request.remote_addr}"
        limits.count(db(), place, most=MOST_FROM_A_PLACE, per=PER, now=now, salt=salt)
    bucket = f"contest|{poll.id}|{person or email}"
    limits.count(db(), bucket, most=MOST, per=PER, now=now, salt=salt)
    if person is None:
        service.await_contest(
            db(), **_said(poll, form), name=said(form.name), email=email,
            link=f"{settings().base_url}/votes/{poll.slug}/contester/",
        )  # fmt: skip
        return done(
            url_for("ballots.contest", slug=poll.slug),
            _("Il reste un geste : ouvrez le message envoyé à %(email)s et confirmez, dans les "
              "trois jours. La date d'aujourd'hui compte.", email=email),
        )  # fmt: skip
    number = service.file_contest(
        db(), **_said(poll, form), link=register_address(poll.slug), person_id=person
    )
    return done(
        _entry(poll, number),
        _("Votre contestation est enregistrée sous le numéro %(number)s. Un courriel vous "
          "le confirme.", number=number),
    )  # fmt: skip


def _entry(poll: PollView, number: int) -> str:
    return url_for("ballots.contests", slug=poll.slug, _anchor=f"n-{number}")


@doors.route("/<slug>/contester/<token>", methods=["GET", "POST"])
@allow_everyone()
def confirm_contest(slug: str, token: str) -> Any:
    """Somebody without an account confirms the address that they gave. Opening it uses nothing."""
    poll, form = the_poll(slug), ConfirmForm()
    if form.sent():
        try:
            number = service.confirm_contest(
                db(), poll_id=poll.id, token=token, link=register_address(slug), at=clock.now()
            )
            return done(
                _entry(poll, number),
                _("Votre contestation est enregistrée sous le numéro %(number)s.", number=number),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template(
        "ballots/contest_confirm.html",
        poll=poll,
        form=form,
        found=service.unconfirmed(db(), poll.id, token, clock.now()),
        q=queries,
    ), 422 if form.is_submitted() else 200


@doors.route("/<slug>/contestations/noter", methods=["GET", "POST"])
@allow(Right.KEEP_DESK, on=queries.scope_of)
def note_contest(slug: str) -> Any:
    """At the desk, an agent writes down what somebody without an address contests."""
    poll, now = the_poll(slug), clock.now()
    form = forms.NotedContestForm()
    form.ask(
        signed_in=False,
        things=register.contestable(db(), poll.id, queries.items(db(), poll.id)),
    )
    if poll.may_contest(now) and form.sent():
        try:
            number = service.file_contest(
                db(), **_said(poll, form), link=register_address(slug), name=said(form.name),
                email=said(form.email).lower(), noted_by=me().person,
            )  # fmt: skip
            return done(
                _entry(poll, number),
                _("C'est enregistré. Donnez à la personne le numéro %(number)s : la réponse "
                  "paraîtra ici sous ce numéro, et l'accueil peut la lui lire.", number=number),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template(
        "ballots/contest.html", poll=poll, form=form, noting=True, q=queries
    ), 422 if form.is_submitted() else 200


@doors.get("/<slug>/contestations")
@allow_everyone()
def contests(slug: str) -> Any:
    """The public register of contests and answers."""
    poll = the_poll(slug)
    return render_template(
        "ballots/contests.html",
        poll=poll,
        contests=register.contests(db(), poll.id),
        former=register.former_counts(db(), poll.id),
        subjects=register.SUBJECT_WORDS,
        outcomes=register.OUTCOME_WORDS,
        remedies=register.REMEDY_WORDS,
        may=me().may(Right.COUNT_BALLOTS, queries.scope_of_view(poll)),
        may_note=me().may(Right.KEEP_DESK, queries.scope_of_view(poll)),
        act=queries.annulment(db(), poll.id) if poll.annulled else None,
        q=queries,
    )


@doors.route("/<slug>/contestations/<int:number>", methods=["GET", "POST"])
@allow(Right.COUNT_BALLOTS, on=queries.scope_of)
def answer_contest(slug: str, number: int) -> Any:
    """The commission publishes what a contest says, then answers it."""
    poll = the_poll(slug)
    found = register.contest(db(), poll.id, number)
    if found is None:
        raise NotFound
    answering = request.form.get("act") == "answer"
    publish = forms.PublishContestForm(
        formdata=None if answering else request.form,
        data={"public_text": found.public_text or found.text, "withheld": found.withheld},
    )
    answer = forms.AnswerContestForm(formdata=request.form if answering else None)
    form = answer if answering else publish
    if form.sent():
        try:
            told = _answered(poll, number, answer) if answering else _published(
                poll, number, publish
            )  # fmt: skip
            return done(request.path, told)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template(
        "ballots/contest_answer.html",
        poll=poll,
        contest=found,
        publish=publish,
        answer=answer,
        subjects=register.SUBJECT_WORDS,
        outcomes=register.OUTCOME_WORDS,
        remedies=register.REMEDY_WORDS,
        noted=names(db(), [found.noted_by]).get(found.noted_by, "") if found.noted_by else "",
        q=queries,
    ), 422 if request.method == "POST" else 200


def _published(poll: PollView, number: int, form: forms.PublishContestForm) -> str:
    withheld = said(form.withheld)
    service.publish_contest(
        db(), poll_id=poll.id, number=number,
        public_text="" if withheld else said(form.public_text), withheld=withheld,
        by=me().person, at=clock.now(),
    )  # fmt: skip
    return _("C'est publié dans le registre.")


def _answered(poll: PollView, number: int, form: forms.AnswerContestForm) -> str:
    service.answer_contest(
        db(), poll_id=poll.id, number=number, outcome=said(form.outcome),
        remedy=said(form.remedy), answer=said(form.answer), link=register_address(poll.slug),
        by=me().person, at=clock.now(),
    )  # fmt: skip
    return _("La réponse est publiée dans le registre et part par courriel.")
