"""A result is contested: the form for everybody, the public register, the commission's answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request, url_for

from civic.ballots import contesting as forms
from civic.ballots import queries, service
from civic.ballots.queries import PollView
from civic.ballots.queries import contests as register
from civic.ballots.views.common import doors, the_poll
from civic.house import limits
from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _, locale
from civic.house.refusal import NotFound, Refusal
from civic.house.web import db, done, me, said, settings

MOST, PER = 3, timedelta(days=1)
"""How many contests one e-mail address or account files in a day."""
MOST_FROM_A_PLACE = 30
"""How many are filed without an account from one place in a day: each writes to an address that
nobody has confirmed, and keeps the result from being final."""


def _register_address(slug: str) -> str:
    return f"{settings().base_url}/votes/{slug}/contestations"


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
            number = _filed(poll, form, now)
            return done(
                url_for("ballots.contests", slug=slug, _anchor=f"n-{number}"),
                _("Votre contestation est enregistrée sous le numéro %(number)s. Un courriel vous "
                  "le confirme.", number=number),
            )  # fmt: skip
        except limits.TooMany as refusal:
            form.refuse(refusal)
            return _form_page(poll, form), 429
        except Refusal as refusal:
            form.refuse(refusal)
    return _form_page(poll, form), 422 if form.is_submitted() else 200


def _form_page(poll: PollView, form: forms.ContestForm) -> str:
    return render_template("ballots/contest.html", poll=poll, form=form, q=queries)


def _filed(poll: PollView, form: forms.ContestForm, now: datetime) -> int:
    person = me().person if me().signed_in else None
    name, email = ("", "") if person else (said(form.name), said(form.email).lower())
    salt = settings().secret_key
    if person is None:
        place = f"contest|{request.remote_addr}"
        limits.count(db(), place, most=MOST_FROM_A_PLACE, per=PER, now=now, salt=salt)
    bucket = f"contest|{poll.id}|{person or email}"
    limits.count(db(), bucket, most=MOST, per=PER, now=now, salt=salt)
    return service.file_contest(
        db(), poll_id=poll.id, about=said(form.about), which=form.which.data or "",
        text=said(form.text), link=_register_address(poll.slug), language=locale().code, at=now,
        person_id=person, name=name, email=email,
    )  # fmt: skip


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
        remedy=said(form.remedy), answer=said(form.answer), link=_register_address(poll.slug),
        by=me().person, at=clock.now(),
    )  # fmt: skip
    return _("La réponse est publiée dans le registre et part par courriel.")
