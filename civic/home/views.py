"""The doors of the entrance."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select

from civic.accounts import queries as account_queries
from civic.home import forms, queries
from civic.home.service import resend
from civic.house import i18n, journal
from civic.house.access import Right, allow, allow_everyone, allow_signed_in, allow_staff
from civic.house.clock import clock
from civic.house.files import StoredFile, place_of
from civic.house.i18n import _
from civic.house.journal import JournalEntry
from civic.house.post import OutboxMail
from civic.house.refusal import NotFound
from civic.house.text import folded, one_line
from civic.house.web import ConfirmForm, Page, db, done, me, paged, safe_return, settings

doors = Blueprint("home", __name__)


@doors.get("/")
@allow_everyone()
def front() -> Any:
    """What is open now, what was decided, what moves, who represents you."""
    now = clock.now()
    return render_template(
        "home/front.html",
        open_now=queries.open_now(db(), now),
        decided=queries.news(db(), "decided"),
        moving=queries.news(db(), "moving"),
        councils=queries.news(db(), "council"),
    )


@doors.get("/mon-espace")
@allow_signed_in()
def my_space() -> Any:
    """What the asker has to do, in order of deadline."""
    return render_template("home/my_space.html", todo=queries.todo(db(), me(), clock.now()))


@doors.get("/mon-espace/mes-donnees.json")
@allow_signed_in()
def own_data() -> Any:
    """All that the site knows of the asker, from every room, as one file."""
    text = json.dumps(queries.own_data(db(), me()), ensure_ascii=False, indent=2, default=str)
    return Response(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=mes-donnees.json"},
    )


@doors.get("/recherche")
@allow_everyone()
def search() -> Any:
    """Search in what is public."""
    words = one_line(request.args.get("q", ""))[:100]
    return render_template(
        "home/search.html", words=words, answers=queries.search(db(), folded(words))
    )


@doors.get("/langue/<code>")
@allow_everyone()
def language(code: str) -> Any:
    """Choose the language of this browser; changes nothing but a cookie."""
    if code not in i18n.LOCALES:
        raise NotFound
    return _with_cookie("langue", code)


@doors.get("/theme/<name>")
@allow_everyone()
def theme(name: str) -> Any:
    """Choose light or dark colours for this browser."""
    values = {"clair": "light", "sombre": "dark", "auto": ""}
    if name not in values:
        raise NotFound
    return _with_cookie("theme", values[name])


def _with_cookie(name: str, value: str) -> Any:
    answer = redirect(safe_return(request.args.get("retour")), 303)
    answer.set_cookie(
        name,
        value,
        max_age=365 * 24 * 3600 if value else 0,
        secure=settings().https,
        httponly=True,
        samesite="Lax",
    )
    return answer


@doors.get("/fichiers/<digest>")
@allow_everyone()
def stored_file(digest: str) -> Any:
    """A picture or a sound, by the digest of its content; a sound also piece by piece, since some
    browsers play nothing that they can't ask for in pieces."""
    row = db().get(StoredFile, digest)
    if row is None:
        raise NotFound
    path = place_of(settings().uploads, row.digest)
    if not path.exists():
        raise NotFound
    content = path.read_bytes()
    answer = Response(
        content,
        content_type=row.kind,
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Disposition": "inline",
        },
    )
    answer.set_etag(row.digest)
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(content))


@doors.get("/accessibilite")
@allow_everyone()
def accessibility() -> Any:
    """The accessibility statement: « non conforme » until a real audit."""
    return render_template("home/accessibility.html")


@doors.get("/mentions-legales")
@allow_everyone()
def legal() -> Any:
    """Who publishes, who hosts."""
    return render_template("home/legal.html")


@doors.get("/donnees-personnelles")
@allow_everyone()
def privacy() -> Any:
    """What is kept about people, why and how long."""
    return render_template("home/privacy.html")


@doors.get("/donnees-ouvertes")
@allow_everyone()
def open_data() -> Any:
    """The files that anybody may take and use."""
    return render_template("home/open_data.html", files=queries.open_files())


@doors.get("/style")
@allow_staff()
def style() -> Any:
    """Every component in every state."""
    form = forms.SampleForm(formdata=None)
    form.validate()
    form.csrf_token.errors = ()
    pages: Page[None] = Page([], 3, 9, 199)
    return render_template("home/style.html", form=form, pages=pages)


@doors.get("/journal")
@allow(Right.READ_JOURNAL)
def read_journal() -> Any:
    """The journal, newest first, with the verdict of its check."""
    page = paged(db(), select(JournalEntry).order_by(JournalEntry.id.desc()), per=50)
    return render_template("home/journal.html", page=page, verdict=journal.verify(db()))


@doors.get("/courriels")
@allow(Right.SEE_OUTBOX)
def outbox() -> Any:
    """The mails that wait, failed or may have been sent; in a demo, all of them with their text."""
    query = select(OutboxMail).order_by(OutboxMail.written_at.desc())
    if not settings().demo:
        query = query.where(OutboxMail.state != "sent")
    page = paged(db(), query, per=30)
    return render_template("home/outbox.html", page=page, form=ConfirmForm())


@doors.post("/courriels/<mail_id>/renvoyer")
@allow(Right.SEE_OUTBOX)
def resend_mail(mail_id: str) -> Any:
    """Send again a mail that was given up, or that nobody can tell was sent."""
    resend(db(), mail_id=mail_id, by=me().person, at=clock.now())
    return done(url_for("home.outbox"), _("Le courriel repart."))


@doors.get("/demonstration")
@allow_everyone()
def demo() -> Any:
    """A demo's accounts, one a role."""
    if not settings().demo:
        raise NotFound
    return render_template("home/demo.html", accounts=account_queries.demo_accounts(settings()))
