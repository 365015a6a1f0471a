"""After a deposit: what was chosen once more, the receipt, and nothing left on the machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import render_template, url_for

from civic.ballots import drafts, forms, queries, service
from civic.ballots.grades import GRADES
from civic.ballots.queries import PollItem, PollView
from civic.ballots.views.common import doors, receipt_address, the_poll
from civic.house import limits
from civic.house.access import allow_everyone
from civic.house.clock import clock
from civic.house.i18n import _, locale
from civic.house.qr import qr
from civic.house.web import ConfirmForm, db, done, said, settings

MAILS, PER = 3, timedelta(hours=1)
"""How many receipts are sent to one address in an hour."""


@doors.get("/<slug>/depose")
@allow_everyone()
def deposited(slug: str) -> Any:
    """After the deposit: everything once more, and the receipt. Shown by this browser alone."""
    poll = the_poll(slug)
    items = queries.items_of(db(), poll)
    shown = drafts.read_shown(poll, items, clock.now())
    if shown is None:
        return _no_longer(poll)
    return _deposited_page(poll, items, shown, forms.MailForm(formdata=None))


def _no_longer(poll: PollView) -> Any:
    return done(
        url_for("ballots.receipt", slug=poll.slug),
        _("La page du dépôt ne se montre qu'un quart d'heure. Votre reçu se vérifie ici."),
        "info",
    )


def _deposited_page(
    poll: PollView, items: Sequence[PollItem], shown: drafts.Shown, mail: forms.MailForm
) -> str:
    by_reference = {one.reference: one for one in items}
    chosen = [by_reference[one] for one in shown.choices.references]
    return render_template(
        "ballots/deposited.html",
        poll=poll,
        shown=shown,
        chosen=chosen,
        spent=sum(one.cost for one in chosen),
        marks=dict(zip(shown.choices.references, shown.choices.points, strict=False)),
        grades=GRADES,
        code=qr(receipt_address(poll, shown.receipt)),
        form=ConfirmForm(formdata=None),
        mail=mail,
        q=queries,
    )


@doors.post("/<slug>/depose/courriel")
@allow_everyone(once=False)
def mail_receipt(slug: str) -> Any:
    """Sends the receipt's number to an address, which is kept no longer than the mail waits."""
    poll, now, form = the_poll(slug), clock.now(), forms.MailForm()
    items = queries.items_of(db(), poll)
    shown = drafts.read_shown(poll, items, now)
    if shown is None:
        return _no_longer(poll)
    if not form.sent():
        return _deposited_page(poll, items, shown, form), 422
    address = said(form.email)
    bucket = f"receipt|{poll.id}|{address.lower()}"
    limits.count(db(), bucket, most=MAILS, per=PER, now=now, salt=settings().secret_key)
    service.mail_receipt(
        db(),
        poll=poll,
        number=shown.receipt,
        to=address,
        link=f"{settings().base_url}{url_for('ballots.receipt', slug=slug)}",
        language=locale().code,
        at=now,
    )
    return done(
        url_for("ballots.deposited", slug=slug),
        _("Le reçu part vers cette adresse, que le site ne garde pas."),
    )


@doors.post("/<slug>/effacer")
@allow_everyone(once=False)
def forget(slug: str) -> Any:
    """Erases all that this browser keeps of the vote."""
    poll = the_poll(slug)
    answer = done(
        url_for("ballots.one", slug=slug), _("Plus rien de ce vote n'est sur cet appareil.")
    )
    drafts.forget(answer, poll)
    return answer
