"""What a voter does: come in, choose, deposit."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Response, redirect, render_template, request, url_for

from civic.ballots import drafts, finding, forms, queries, service, sheets
from civic.ballots.drafts import Draft
from civic.ballots.finding import Found
from civic.ballots.grades import GRADES
from civic.ballots.queries import OwnRight, PollItem, PollView
from civic.ballots.sheets import Sheet
from civic.ballots.views.common import doors, provider_of, require_own, secrets_of, the_poll
from civic.house import limits, sms
from civic.house.access import allow_everyone, allow_signed_in
from civic.house.clock import clock
from civic.house.i18n import LOCALES, _
from civic.house.refusal import Refusal
from civic.house.web import ConfirmForm, db, done, me, said, settings
from civic.rules import urn

LANGUAGES = {f"langue-{code}": f"/langue/{code}?retour={{here}}" for code in LOCALES}
"""The buttons of a ballot that change its language, and keep what is chosen."""
FAILURES, PER = 20, timedelta(hours=1)
"""How many wrong codes of one prefix a poll answers in an hour."""


@doors.route("/<slug>/entrer", methods=["GET", "POST"])
@allow_everyone(once=False)
def enter(slug: str) -> Any:
    """Coming in with the code of a letter. The GET reads and consumes nothing."""
    poll, now, form = the_poll(slug), clock.now(), forms.CodeForm()
    if form.sent():
        try:
            opened = _opened_by_code(poll, said(form.code), now)
            require_own(poll, opened.right)
        except Refusal as refusal:
            form.refuse(refusal)
            return _enter_page(poll, form), 429 if isinstance(refusal, limits.TooMany) else 422
        answer = done(url_for("ballots.ballot", slug=slug))
        items = queries.items_of(db(), poll)
        opened = drafts.opened_again(drafts.read(poll, items, now), opened)
        drafts.keep(answer, poll, items, opened, now)
        return answer
    return _enter_page(poll, form), 422 if form.is_submitted() else 200


def _enter_page(poll: PollView, form: forms.CodeForm) -> str:
    has_places = queries.has_places(db(), poll.id)
    return render_template(
        "ballots/enter.html", poll=poll, form=form, has_places=has_places, q=queries
    )


def _opened_by_code(poll: PollView, typed: str, now: datetime) -> Draft:
    """An empty draft for the right that a code opens."""
    code = _code(typed)
    if not poll.is_open(now):
        raise Refusal(queries.state_sentence(poll, now), field="code")
    proof = service.proof_of_code(poll=poll.slug, code=code, known=secrets_of(poll))
    return replace(drafts.new(_right_of(poll, code, now), "code"), code=proof)


def _code(typed: str) -> str:
    """The code that somebody typed; a `Refusal` when it can't be one."""
    try:
        return urn.read_code(typed)
    except urn.BadCode:
        raise Refusal(
            _("Ce code n'est pas complet, ou un signe a été pris pour un autre. Comparez-le signe "
              "à signe avec votre lettre."),
            field="code",
        ) from None  # fmt: skip


def _right_of(poll: PollView, code: str, now: datetime) -> str:
    """The right that a code opens; one that opens none is refused, and counted."""
    right = service.find_right_by_code(db(), poll=poll.slug, code=code, known=secrets_of(poll))
    if right is None:
        bucket = f"code|{poll.id}|{urn.prefix_of(code)}"
        limits.count(db(), bucket, most=FAILURES, per=PER, now=now)
        raise Refusal(
            _("Ce code n'ouvre aucun droit pour ce vote. Vérifiez que la lettre parle bien de ce "
              "vote, et que vous n'en avez pas reçu une autre depuis.")
            + " "
            + _("Sinon, demandez dans un lieu de vote : un droit peut avoir été retiré, et on vous "
                "dira pourquoi."),
            field="code",
        )  # fmt: skip
    return right


SENT, SENT_PER = 5, timedelta(hours=1)
"""How many codes one person, or one number, is sent in an hour."""


@doors.route("/<slug>/droit", methods=["GET", "POST"])
@allow_signed_in(once=False)
def claim(slug: str) -> Any:
    """Asking for one's right with an account, and with a code by SMS if that is the rule."""
    poll, now = the_poll(slug), clock.now()
    by_phone = "sms" in poll.checks
    form = forms.PhoneClaimForm() if by_phone else forms.ClaimForm()
    form.ask(poll.neighbourhoods if poll.residence == "declared" else ())
    place = url_for("ballots.ballot", slug=slug)
    if queries.right_of(db(), poll.id, me().person) is not None:
        return done(place)
    sent, waiting = False, queries.case_of(db(), poll.id, me().person)
    typing = by_phone and request.form.get("act") == "open"
    if waiting is None and form.sent():
        try:
            sent = by_phone and request.form.get("act") == "send"
            if sent:
                _send_code(poll, said(form.phone), now)
                typing = True
            elif _claimed(poll, form, now):
                return done(place)
            else:
                return done(request.path)
        except Refusal as refusal:
            form.refuse(refusal)
            typing = typing or isinstance(refusal, limits.TooMany)  # one that was sent may still do
    failed = form.is_submitted() and (not sent or bool(form.errors))
    if isinstance(form, forms.PhoneClaimForm):
        form.sms_code.flags.required = True  # it is not « facultatif » once it was sent
    return render_template(
        "ballots/claim.html",
        poll=poll,
        form=form,
        by_phone=by_phone,
        sent=sent and not form.errors,
        typing=typing,
        waiting=waiting,
        q=queries,
    ), 422 if failed else 200


def _send_code(poll: PollView, typed: str, now: datetime) -> None:
    number = sms.read_number(typed, settings().sms_prefixes)
    known = secrets_of(poll)
    for who in (me().person, urn.phone_of(known.identity, poll.slug, number)):
        limits.count(db(), f"sms|{poll.id}|{who}", most=SENT, per=SENT_PER, now=now)
    code = f"{secrets.randbelow(10**6):06d}"
    service.send_phone_code(
        db(), poll_id=poll.id, person_id=me().person, number=number, code=code, known=known, at=now
    )
    sms.send(
        settings(),
        number,
        _("%(code)s est votre code pour voter sur %(site)s. Ne le donnez à personne.",
          code=code, site=settings().site_name),
    )  # fmt: skip


def _claimed(poll: PollView, form: forms.ClaimForm, now: datetime) -> bool:
    family, first = queries.declared_name(db(), me().person)
    code = said(form.sms_code) if isinstance(form, forms.PhoneClaimForm) else ""
    right = service.claim_right(
        db(),
        poll_id=poll.id,
        person_id=me().person,
        family=family,
        first=first,
        born=forms.day(form.born),
        known=secrets_of(poll),
        at=now,
        sms_code="".join(code.split()),
        group=said(form.group) if "group" in form else "",
    )
    return right is not None


def _draft(poll: PollView, items: Sequence[PollItem], now: datetime) -> Draft | None:
    """This visitor's way to the ballot: their account's right, or a letter's code. What an account
    opened is closed with its sign-in."""
    draft = drafts.read(poll, items, now)
    if me().signed_in:
        own = queries.right_of(db(), poll.id, me().person)
        if own is not None:
            fits = draft is not None and draft.right == own.id
            return draft if fits else drafts.new(own.id, "account")
    return None if draft is not None and draft.channel == "account" else draft


@doors.route("/<slug>/bulletin", methods=["GET", "POST"])
@allow_everyone(once=False)
def ballot(slug: str) -> Any:
    """The ballot: choose, keep as a draft in this browser, deposit in one act."""
    poll, now = the_poll(slug), clock.now()
    items, refused, status = queries.items_of(db(), poll), None, 200
    draft = _draft(poll, items, now)
    if draft is None and request.method == "POST" and poll.is_open(now):
        return _signed_out(poll, items, now)
    if draft is None or not poll.is_open(now):
        return _not_now(poll, now)
    sheet, found = sheets.of_choices(poll, draft.choices), finding.EVERYTHING
    if request.method == "POST":
        sheet, status = sheets.read(poll, items, request.form), 422
        draft = replace(draft, choices=sheet.choices)
        asked = finding.read(request.form)
        if asked is not None:
            found, status = asked, 200
        else:
            try:
                return _act(poll, items, draft, sheet, now)
            except Refusal as refusal:
                refused = refusal
    right = queries.right(db(), poll.id, draft.right)
    if right is None or _elsewhere(right) or _unplaced(poll, right):
        return _not_now(poll, now, right)
    open_to = {
        one.reference
        for one in queries.open_to(poll, right.group, items)
        if one.withdrawn_at is None
    }
    sheet = sheets.among(sheet, open_to)
    draft = replace(draft, choices=sheet.choices)
    form = ConfirmForm()
    if refused is not None:
        form.refuse(refused)
    answer = Response(_ballot_page(poll, items, draft, sheet, right, form, found), status)
    drafts.keep(answer, poll, items, draft, now)
    return answer


def _act(
    poll: PollView, items: Sequence[PollItem], draft: Draft, sheet: Sheet, now: datetime
) -> Any:
    """Keeps the draft, moves a project in it, shows it in another language, or deposits it: what
    the button says."""
    if request.form.get("act") in LANGUAGES:
        answer = redirect(LANGUAGES[request.form["act"]].format(here=quote(request.path)), 303)
        drafts.keep(answer, poll, items, draft, now)
        return answer
    if sheet.problem:
        raise Refusal(sheet.problem, field="choices")
    move = request.form.get("move", "")
    if move.partition(":")[2] in {one.reference for one in items}:
        answer = redirect(f"{request.path}#p-{move.partition(':')[2]}", 303)
        draft = replace(draft, choices=sheets.moved(poll, draft.choices, move))
    elif request.form.get("act") == "keep":
        answer = done(
            request.path, _("Brouillon gardé dans ce navigateur, et nulle part ailleurs.")
        )
    else:
        return _deposit(poll, items, draft, now)
    drafts.keep(answer, poll, items, draft, now)
    return answer


def _ballot_page(
    poll: PollView, items: Sequence[PollItem], draft: Draft, sheet: Sheet, right: OwnRight,
    form: ConfirmForm, found: Found,
) -> str:  # fmt: skip
    by_reference = {one.reference: one for one in queries.open_to(poll, right.group, items)}
    groups = {one.group for one in by_reference.values()}
    order = urn.order_of(draft.seed, by_reference)
    chosen = sheet.choices.references
    return render_template(
        "ballots/ballot.html",
        poll=replace(poll, limits=tuple(one for one in poll.limits if one[0] in groups)),
        items=[by_reference[one] for one in order],
        sheet=sheet,
        spent=sheets.spent(items, sheet.choices.references),
        grades=GRADES,
        right=right,
        form=form,
        found=found,
        visible={one for one, item in by_reference.items() if found.shows(item, chosen)},
        groups=sorted(groups - {""}),
        few=finding.FEW,
        many=finding.MANY,
        q=queries,
    )


def _deposit(poll: PollView, items: Sequence[PollItem], draft: Draft, now: datetime) -> Any:
    told = service.deposit(
        db(),
        poll=poll,
        items=items,
        right_id=draft.right,
        choices=draft.choices,
        known=secrets_of(poll),
        channel=draft.channel,
        at=now,
        proof=draft.code if draft.channel == "code" else None,
    )
    answer = redirect(url_for("ballots.deposited", slug=poll.slug), 303)
    shown = drafts.Shown(told.receipt, told.replaced, draft.choices)
    drafts.show(answer, poll, items, shown, now)
    return answer


def _signed_out(poll: PollView, items: Sequence[PollItem], now: datetime) -> Any:
    """The sign-in ended while somebody was choosing: what they sent stays in their browser, in the
    draft that only the same right opens again."""
    kept = drafts.read(poll, items, now)
    if kept is None:
        return _not_now(poll, now)
    answer = done(
        url_for("ballots.claim", slug=poll.slug),
        _("Votre connexion s'est fermée. Vos choix sont gardés dans ce navigateur : "
          "connectez-vous pour les retrouver."),
        "info",
    )  # fmt: skip
    choices = sheets.read(poll, items, request.form).choices
    drafts.keep(answer, poll, items, replace(kept, choices=choices), now)
    return answer


def _elsewhere(right: OwnRight) -> bool:
    """Whether nothing can be deposited with this right: it is gone, or votes on paper."""
    return right.revoked is not None or right.channel == "paper" or right.printed


def _unplaced(poll: PollView, right: OwnRight) -> bool:
    return bool(poll.districts) and right.group is None


def _not_now(poll: PollView, now: datetime, right: OwnRight | None = None) -> Any:
    if right is not None and right.revoked is not None:
        sentence = _("Ce droit de vote a été retiré : %(reason)s.", reason=right.revoked)
        sentence += " " + _(
            "Vous n'êtes pas d'accord ? Dites-le à la commission du vote, dans un lieu de vote."
        )
    elif not poll.is_open(now):
        sentence = queries.state_sentence(poll, now)
    elif right is not None and right.channel == "paper":
        sentence = _("Vous avez déjà voté sur papier : c'est ce bulletin-là qui compte.")
    elif right is not None and right.printed:
        sentence = str(service.VOTES_THERE)
    elif right is not None and _unplaced(poll, right):
        sentence = str(service.NO_NEIGHBOURHOOD)
    else:
        sentence = _("Pour ouvrir le bulletin, entrez avec votre code ou avec votre compte.")
    return done(
        url_for("ballots.one", slug=poll.slug), sentence, "info" if right is None else "warning"
    )


@doors.post("/<slug>/brouillon")
@allow_everyone(once=False)
def keep_draft(slug: str) -> Any:
    """Keeps the draft in the browser after a click; the server stores nothing."""
    poll, now = the_poll(slug), clock.now()
    items = queries.items_of(db(), poll)
    draft = _draft(poll, items, now)
    answer = Response(status=204)
    if draft is not None and poll.is_open(now):
        choices = sheets.read(poll, items, request.form).choices
        drafts.keep(answer, poll, items, replace(draft, choices=choices), now)
    return answer


@doors.route("/<slug>/mon-emargement", methods=["GET", "POST"])
@allow_everyone(once=False)
def my_check_in(slug: str) -> Any:
    """One's own émargement: whether, how and which day; so that nobody votes in one's place. A
    letter's code shows it as long as codes are kept, also once the vote is closed: it opens no
    ballot here, and nothing stays in the browser."""
    poll, now, form = the_poll(slug), clock.now(), forms.CodeForm()
    draft = _draft(poll, queries.items_of(db(), poll), now)
    right = draft.right if draft is not None else None
    by_code = poll.stage in ("sealed", "reconciled") and bool({"letter", "desk"} & set(poll.checks))
    status = 422 if form.is_submitted() else 200
    if by_code and form.sent():
        try:
            right, status = _right_of(poll, _code(said(form.code)), now), 200
        except Refusal as refusal:
            form.refuse(refusal)
            status = 429 if isinstance(refusal, limits.TooMany) else 422
    return render_template(
        "ballots/check_in.html",
        poll=poll,
        own=queries.right(db(), poll.id, right) if right is not None else None,
        form=form if by_code else None,
        provider=provider_of(poll) if poll.is_open(now) else "",
        destroyed=queries.destroyed_at(db(), poll),
        q=queries,
    ), status
