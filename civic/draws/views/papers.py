"""Letters, labels, texts to copy; and the page where somebody answers with their letter's code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template, url_for

from civic.draws import forms, queries, states, vault
from civic.draws.models import AFTER, ANSWERING, LetterSheet
from civic.draws.queries import papers
from civic.draws.queries.papers import Addressed, Asked
from civic.draws.queries.story import Story
from civic.draws.service import letters as service
from civic.draws.service import lots
from civic.draws.service.answers import DAYS_TO_ANSWER, Reach, look_at_names
from civic.draws.views import doors
from civic.draws.views.acting import status_of, tried
from civic.draws.views.doorstep import at_the_door, free_fields, with_free_criteria
from civic.draws.views.public import the_story
from civic.house import limits
from civic.house.access import Right, allow, allow_everyone
from civic.house.clock import clock, day_of
from civic.house.i18n import _, day, ngettext, speaking
from civic.house.paper import pdf
from civic.house.qr import qr
from civic.house.refusal import NotFound, Refusal
from civic.house.web import Form, db, done, me, said, settings
from civic.rules.urn import BadCode, prefix_of, read_code, show_code

AT_ONCE = 50
"""Letters in one file: what somebody prints, folds and checks in one go."""

FAILURES, PER = 20, timedelta(hours=1)
"""How many wrong codes of one prefix are answered in an hour."""


def code_address(code: str) -> str:
    """What a letter's QR code says: after the « # », a browser sends nothing to any server."""
    return f"{settings().base_url}/tirages/repondre#{code}"


# --- the desk ------------------------------------------------------------------------------------


@doors.route("/<int:draw_id>/lettres", methods=["GET", "POST"])
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def papers_desk(draw_id: int) -> Any:
    """What letters say, then letters and labels to print. No name is shown here."""
    kept = papers.sheet(db(), draw_id)
    form = forms.SheetForm(obj=kept)
    if form.sent():
        service.save_sheet(
            db(),
            draw_id=draw_id,
            sheet=service.Sheet(
                said(form.phone),
                said(form.bring_to),
                said(form.helpers),
                said(form.privacy_contact),
            ),
            by=me().person,
            at=clock.now(),
        )
        return done(
            url_for("draws.papers_desk", draw_id=draw_id), _("C'est ce que diront les lettres.")
        )
    return _desk(the_story(draw_id), form, kept, status_of(form))


def _desk(story: Story, form: Form, kept: LetterSheet | None, status: int = 200) -> Any:
    many, unwritten, printed = papers.how_many(db(), story.draw.id)
    page = render_template(
        "draws/papers.html",
        story=story,
        form=form,
        ready=kept is not None and story.draw.status in ("inviting", *ANSWERING, *AFTER),
        many=many,
        unwritten=unwritten,
        printed=printed,
        lots=[(first, min(first + AT_ONCE, many)) for first in range(0, many, AT_ONCE)],
        made=papers.lots(db(), story.draw.id),
        kept=lots.KEPT,
        states=states,
    )
    return page, status


def _some(draw_id: int, first: int) -> list[Addressed]:
    """A lot of those to write to, the look at their names written down before."""
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="letters")
    return papers.to_write(db(), draw_id)[first : first + AT_ONCE]


def _one(draw_id: int, drawn_id: str) -> Addressed:
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="one")
    found = papers.to_write(db(), draw_id, only=drawn_id)
    if not found:
        raise NotFound
    return found[0]


@doors.post("/<int:draw_id>/lettres/<int:first>/preparer")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def make_letters(draw_id: int, first: int) -> Any:
    """Ask for letters with new codes, from this place of the list on: the worker makes them."""
    if papers.sheet(db(), draw_id) is None:
        raise Refusal(_("Enregistrez d'abord ce que disent les lettres."))
    people = _some(draw_id, first)
    codes = service.new_codes([one.id for one in people])
    pages = [_html(draw_id, [one], codes) for one in people]  # each letter counts its own pages
    lots.ask(
        db(),
        draw_id=draw_id,
        first=first + 1,
        codes=codes,
        key=vault.key(settings().vault),
        pages=vault.as_pages(pages),
        folder=settings().vault,
        by=me().person,
        at=clock.now(),
    )
    return done(
        url_for("draws.papers_desk", draw_id=draw_id, _anchor="lots"),
        _("Les lettres se préparent sans cette page. Revenez les prendre quand elles sont prêtes."),
    )


@doors.post("/<int:draw_id>/lettres/lots/<lot_id>.pdf")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def letters_file(draw_id: int, lot_id: str) -> Any:
    """The letters of a lot that is ready."""
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="letters")
    content = lots.paper(db(), draw_id=draw_id, lot_id=lot_id, folder=settings().vault)
    return _file(content, f"lettres-{draw_id}")


@doors.post("/<int:draw_id>/personnes/<drawn_id>/lettre.pdf")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def letter_file(draw_id: int, drawn_id: str) -> Any:
    """One person's letter, with a new code, at once."""
    one = _one(draw_id, drawn_id)
    codes = service.make_codes(
        db(),
        draw_id=draw_id,
        drawn_ids=[one.id],
        key=vault.key(settings().vault),
        by=me().person,
        at=clock.now(),
    )
    return _file(pdf(_html(draw_id, [one], codes)), f"lettre-{draw_id}")


def _html(draw_id: int, people: list[Addressed], codes: Mapping[str, str]) -> str:
    """What these people's letters say, with their codes."""
    with speaking("fr"):
        return render_template(
            "print/draws_letters.html",
            story=the_story(draw_id),
            sheet=papers.sheet(db(), draw_id),
            origin=papers.origin(db(), draw_id),
            letters=[
                (one, show_code(codes[one.id]), qr(code_address(codes[one.id]))) for one in people
            ],
            due=_due(clock.now()),
            today=clock.today(),
            place=f"{settings().base_url}/tirages/repondre",
            page=settings().base_url + url_for("draws.one", draw_id=draw_id),
        )


def _due(now: datetime) -> date:
    return day_of(now + timedelta(days=DAYS_TO_ANSWER))


def _file(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@doors.post("/<int:draw_id>/lettres/etiquettes.pdf")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def labels_file(draw_id: int) -> Any:
    """Sheets of 21 labels (63.5 × 38.1 mm), in the order of the letters."""
    look_at_names(db(), draw_id=draw_id, by=me().person, at=clock.now(), what="letters")
    people = papers.to_write(db(), draw_id)
    if not people:
        raise Refusal(_("Il n'y a plus personne à qui écrire."))
    sheets = [people[place : place + 21] for place in range(0, len(people), 21)]
    with speaking("fr"):
        html = render_template("print/draws_labels.html", sheets=sheets)
        return _file(pdf(html), f"etiquettes-{draw_id}")


@doors.post("/<int:draw_id>/lettres/envoyees")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of)
def note_posted(draw_id: int) -> Any:
    """The letters are posted: everybody's time to answer runs."""
    waiting = [one.id for one in papers.to_write(db(), draw_id) if one.answer == "waiting"]
    many = service.note_posted(
        db(), draw_id=draw_id, drawn_ids=waiting, by=me().person, at=clock.now()
    )
    return done(
        url_for("draws.papers_desk", draw_id=draw_id),
        ngettext("%(n)s envoi est noté.", "%(n)s envois sont notés.", many),
    )


@doors.post("/<int:draw_id>/personnes/<drawn_id>/messages")
@allow(Right.SEE_DRAWN_PEOPLE, on=queries.scope_of_drawn)
def messages(draw_id: int, drawn_id: str) -> Any:
    """Texts to copy into an e-mail or an SMS for one person, with a code of their own."""
    one, now = _one(draw_id, drawn_id), clock.now()
    codes = service.make_codes(
        db(),
        draw_id=draw_id,
        drawn_ids=[one.id],
        key=vault.key(settings().vault),
        by=me().person,
        at=now,
    )
    story, due = the_story(draw_id), one.answer_by or _due(now)
    with speaking("fr"):  # the texts are in French, whatever the language of the page
        when, until = day(due), day(story.draw.lists_until)
    return render_template(
        "draws/messages.html",
        story=story,
        one=one,
        sheet=papers.sheet(db(), draw_id),
        origin=papers.origin(db(), draw_id),
        code=show_code(codes[one.id]),
        address=code_address(codes[one.id]),
        when=when,
        until=until,
    )


# --- the person answers --------------------------------------------------------------------------


@doors.route("/repondre", methods=["GET", "POST"])
@allow_everyone(once=False)
def reply() -> Any:
    """Opens a letter's answer page. The GET reads and consumes nothing; neither does the POST."""
    form = forms.CodeForm()
    if form.sent():
        try:
            asked, code = _asked_of(said(form.code))
        except Refusal as refusal:
            form.refuse(refusal)
            status = 429 if isinstance(refusal, limits.TooMany) else 422
            return render_template("draws/reply.html", form=form), status
        return _answer_page(asked, _answer_form(asked)(formdata=None, code=code))
    return render_template("draws/reply.html", form=form), status_of(form)


def _asked_of(typed: str) -> tuple[Asked, str]:
    """What the holder of a code is asked, and the code as it counts."""
    try:
        code = read_code(typed)
    except BadCode:
        raise Refusal(
            _("Ce code n'est pas complet, ou un signe a été pris pour un autre. Comparez-le signe "
              "à signe avec votre lettre."),
            field="code",
        ) from None  # fmt: skip
    found = service.find_by_code(db(), code=code, key=vault.key(settings().vault))
    asked = papers.asked_of(db(), found) if found is not None else None
    if asked is None:
        bucket = f"draw-code|{prefix_of(code)}"
        limits.count(db(), bucket, most=FAILURES, per=PER, now=clock.now())
        raise Refusal(
            _("Ce code n'ouvre aucune réponse. Vérifiez-le signe à signe. Si le tirage est "
              "terminé, sa page le dit."),
            field="code",
        )  # fmt: skip
    return asked, code


def _answer_form(asked: Asked) -> Any:
    """The form that asks what this person has to say."""
    if not asked.at_a_door:
        return forms.InvitedForm if asked.place == "invited" else forms.AnswerForm
    return with_free_criteria(forms.DoorAnswerForm, asked.draw.id)


def _said(asked: Asked, form: Any) -> service.Said:
    said: dict[str, Any] = form.data
    door = at_the_door(asked.draw.id, said) if asked.at_a_door else None
    return service.Said(
        says_yes=said["answer"] == "yes",
        reach=Reach(said["email"] or None, said["phone"] or None),
        shows_name=said.get("shows_name", False),
        door=door,
    )


def _answer_page(asked: Asked, form: Form, status: int = 200) -> Any:
    page = render_template(
        "draws/answer.html",
        asked=asked,
        form=form,
        open=service.is_open(asked.draw, asked.place) and asked.called,
        free=free_fields(form),
        states=states,
    )
    return page, status


@doors.post("/repondre/reponse")
@allow_everyone()
def give_answer() -> Any:
    """The person says yes or no, without an account."""
    asked, _code = _asked_of(said(forms.AnswerForm().code))
    form = _answer_form(asked)()
    answer = _said(asked, form)
    if tried(
        form,
        lambda: service.answer_by_code(db(), drawn_id=asked.drawn_id, said=answer, at=clock.now()),
    ):
        return done(
            url_for("draws.one", draw_id=asked.draw.id),
            _("Votre « oui » est noté. Nous vous contacterons pour la suite.")
            if answer.says_yes
            else _("Votre « non » est noté."),
        )
    return _answer_page(asked, form, 422)
