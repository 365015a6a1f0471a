"""The doors of accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from civic.accounts import forms, passwords, queries, service
from civic.accounts.identity import close_session, open_session
from civic.accounts.models import Account
from civic.house import i18n, limits
from civic.house.access import Right, allow, allow_everyone, allow_signed_in, unit
from civic.house.clock import clock
from civic.house.i18n import _
from civic.house.refusal import Refusal
from civic.house.web import ConfirmForm, db, done, me, safe_return, said, settings
from civic.people import queries as people
from civic.territory.models import Territory

doors = Blueprint("accounts", __name__, url_prefix="/compte")


@doors.route("/connexion", methods=["GET", "POST"])
@allow_everyone(once=False)
def sign_in() -> Any:
    """Sign in."""
    form = forms.SignInForm()
    place = safe_return(request.args.get("retour"), url_for("home.my_space"))
    if form.sent():
        try:
            token = _try(said(form.email), said(form.password))
        except Refusal as refusal:
            form.refuse(refusal)
            code = 429 if isinstance(refusal, limits.TooMany) else 422
            return render_template(
                "accounts/sign_in.html", form=form, demo=queries.demo_accounts(settings())
            ), code
        open_session(token)
        return done(place)
    return render_template(
        "accounts/sign_in.html", form=form, demo=queries.demo_accounts(settings())
    ), _status(form)


def _try(email: str, password: str) -> str:
    now = clock.now()
    limits.count(db(), f"sign-in|{email}", most=10, per=timedelta(minutes=15), now=now)
    account = queries.by_email(db(), email)
    fits = passwords.matches(account.password if account else passwords.NOBODY, password)
    return service.sign_in(
        db(),
        email=email,
        password_fits=fits and account is not None,
        device=request.user_agent.string,
        minutes=settings().session_minutes,
        at=now,
    )


def _status(form: Any) -> int:
    return 422 if form.is_submitted() else 200


@doors.post("/deconnexion")
@allow_everyone(once=False)
def sign_out() -> Any:
    """Sign out here, and forget all that this browser held."""
    if me().signed_in:
        service.sign_out(db(), token=me().session)
    return _left(url_for("home.front"), _("Votre session est fermée."))


def _left(place: str, told: str) -> Any:
    """Nothing of the person stays in this browser: no draft, no page behind « Précédent »."""
    close_session()
    answer = done(place, told)
    for name in request.cookies:
        if name.startswith("brouillon"):
            answer.delete_cookie(name)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@doors.route("/creer", methods=["GET", "POST"])
@allow_everyone()
def sign_up() -> Any:
    """Open an account."""
    form = forms.SignUpForm()
    if not form.sent():
        return render_template("accounts/sign_up.html", form=form), _status(form)
    now = clock.now()
    limits.count(db(), f"sign-up|{request.remote_addr}", most=30, per=timedelta(hours=1), now=now)
    service.sign_up(
        db(),
        first_names=said(form.first_names),
        family_name=said(form.family_name),
        email=said(form.email),
        password_hash=passwords.hashed(said(form.password)),
        language=i18n.locale().code,
        base_url=settings().base_url,
        at=now,
    )
    return done(url_for("accounts.mail_sent"))


@doors.get("/courriel-envoye")
@allow_everyone()
def mail_sent() -> Any:
    """« Look at your mails »."""
    return render_template("accounts/mail_sent.html")


@doors.route("/confirmer/<token>", methods=["GET", "POST"])
@allow_everyone()
def confirm(token: str) -> Any:
    """Confirm an address; opening the link changes nothing, the button does."""
    form = ConfirmForm()
    if not form.sent():
        usable = queries.usable_token(db(), "confirm", token, clock.now()) is not None
        return render_template("accounts/confirm.html", form=form, usable=usable)
    service.confirm(db(), token=token, at=clock.now())
    return done(
        url_for("accounts.sign_in"), _("Votre adresse est confirmée. Vous pouvez vous connecter.")
    )


@doors.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@allow_everyone()
def ask_reset() -> Any:
    """Ask for a link to a new password."""
    form = forms.AskResetForm()
    if not form.sent():
        return render_template("accounts/ask_reset.html", form=form), _status(form)
    now = clock.now()
    limits.count(db(), f"reset|{said(form.email)}", most=5, per=timedelta(hours=1), now=now)
    service.ask_reset(db(), email=said(form.email), base_url=settings().base_url, at=now)
    return done(url_for("accounts.mail_sent"))


@doors.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@allow_everyone()
def reset(token: str) -> Any:
    """Choose a new password from a mailed link."""
    form = forms.NewPasswordForm()
    usable = queries.usable_token(db(), "reset", token, clock.now()) is not None
    if not usable or not form.sent():
        page = render_template("accounts/reset.html", form=form, usable=usable)
        return page, _status(form) if usable else 410
    service.reset(
        db(), token=token, password_hash=passwords.hashed(said(form.password)), at=clock.now()
    )
    return done(url_for("accounts.sign_in"), _("Votre mot de passe est changé. Connectez-vous."))


@doors.route("/invitation/<token>", methods=["GET", "POST"])
@allow_everyone()
def accept(token: str) -> Any:
    """Take up a role one was invited to."""
    form = forms.NewPasswordForm()
    row = queries.usable_token(db(), "invite", token, clock.now())
    if row is None or not form.sent():
        page = render_template("accounts/invitation.html", form=form, invitation=row)
        return page, _status(form) if row else 410
    service.accept_invitation(
        db(), token=token, password_hash=passwords.hashed(said(form.password)), at=clock.now()
    )
    return done(url_for("accounts.sign_in"), _("Votre accès est ouvert. Connectez-vous."))


@doors.get("/")
@allow_signed_in()
def mine() -> Any:
    """My account: language, password, devices, data, erasure."""
    account = db().get_one(Account, me().account)
    return render_template(
        "accounts/mine.html",
        email=account.email,
        language=forms.LanguageForm(language=account.language),
        confirm=ConfirmForm(),
        devices=queries.devices(db(), me(), clock.now()),
        roles=people.running_roles(db(), me().person, clock.today()),
        role_names=people.ROLE_NAMES,
    )


@doors.post("/langue")
@allow_signed_in()
def set_language() -> Any:
    """Keep the language of pages and mails."""
    form = forms.LanguageForm()
    if not form.sent():
        raise Refusal(_("Choisissez une des langues proposées."))
    service.set_language(db(), me=me(), language=form.language.data)
    answer = done(url_for("accounts.mine"), _("C'est enregistré."))
    answer.delete_cookie("langue")
    return answer


@doors.route("/mot-de-passe", methods=["GET", "POST"])
@allow_signed_in()
def change_password() -> Any:
    """Change one's password."""
    form = forms.ChangePasswordForm()
    if form.sent():
        account = db().get_one(Account, me().account)
        try:
            service.change_password(
                db(),
                me=me(),
                old_fits=passwords.matches(account.password, said(form.old)),
                password_hash=passwords.hashed(said(form.password)),
                at=clock.now(),
            )
            return done(url_for("accounts.mine"), _("Votre mot de passe est changé."))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("accounts/change_password.html", form=form), _status(form)


@doors.post("/deconnexion-partout")
@allow_signed_in(once=False)
def sign_out_everywhere() -> Any:
    """End every sign-in of this account."""
    service.sign_out_everywhere(db(), me=me(), at=clock.now())
    return _left(url_for("accounts.sign_in"), _("Vos sessions sont fermées partout."))


@doors.route("/effacer", methods=["GET", "POST"])
@allow_signed_in(once=False)
def erase() -> Any:
    """Erase one's own account."""
    form = forms.EraseForm()
    if form.sent():
        account = db().get_one(Account, me().account)
        try:
            fits = passwords.matches(account.password, said(form.password))
            service.erase_own(db(), me=me(), password_fits=fits, at=clock.now())
            return _left(url_for("home.front"), _("Votre compte est effacé."))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("accounts/erase.html", form=form), _status(form)


@doors.route("/inviter", methods=["GET", "POST"])
@allow(Right.INVITE_STAFF)
def invite() -> Any:
    """Invite somebody to hold a role."""
    form = forms.InviteForm()
    form.unit.choices = _units()
    form.organisation.choices = [(0, _("Aucune"))] + [
        (one.id, one.name) for one in people.organisations(db())
    ]
    if form.sent():
        try:
            service.invite(
                db(),
                email=said(form.email),
                first_names=said(form.first_names),
                family_name=said(form.family_name),
                role=form.role.data,
                unit=form.unit.data,
                organisation_id=form.organisation.data or None,
                base_url=settings().base_url,
                by=me().person,
                at=clock.now(),
            )
            return done(url_for("accounts.invite"), _("L'invitation est partie."))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("accounts/invite.html", form=form), _status(form)


def _units() -> list[tuple[str, str]]:
    rows = db().execute(
        select(Territory.kind, Territory.id, Territory.name)
        .where(Territory.kind.in_(("agglomeration", "municipality")), ~Territory.is_external)
        .order_by(Territory.kind, Territory.folded_name)
    )
    units = [(unit(kind, key), name) for kind, key, name in rows]
    return [*units, ("site", _("tout le site (administration, audit)"))]
