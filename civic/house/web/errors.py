"""A page for each way in which a request ends badly. None needs the database."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from civic.house import i18n
from civic.house.db import is_away
from civic.house.i18n import _, lazy
from civic.house.limits import TooMany
from civic.house.refusal import AlreadyDone, Busy, NotFound, Refusal, Unsure
from civic.house.web.answers import safe_return
from civic.house.web.assets import TEMPLATES

_plain = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(), undefined=StrictUndefined
)


def error_page(code: int, title: Any, text: Any, *, place: str = "/", link: Any = None) -> Response:
    """A page that needs neither database nor session nor catalogue to be shown."""
    locale = i18n.locale()
    body = _plain.get_template("errors/error.html").render(
        code=code,
        title=str(title),
        text=str(text),
        place=place,
        link=str(link or _("Aller à l'accueil")),
        lang=locale.code,
        dir=locale.dir,
        retry=None,
    )
    return Response(body, status=code, content_type="text/html; charset=utf-8")


MESSAGES: dict[int, tuple[Any, Any]] = {
    400: (
        lazy("Nous n'avons pas compris cette demande"),
        lazy("Revenez en arrière et essayez de nouveau."),
    ),
    401: (lazy("Il faut se connecter"), lazy("Cette page est réservée aux personnes connectées.")),
    403: (
        lazy("Cette page ne vous est pas ouverte"),
        lazy(
            "Votre rôle ne permet pas cette action ici. Si c'est une erreur, parlez-en à la "
            "personne qui vous a donné votre accès."
        ),
    ),
    404: (
        lazy("Cette page n'existe pas"),
        lazy("L'adresse a peut-être changé. Partez de l'accueil ou de la recherche."),
    ),
    405: (
        lazy("Cette adresse ne s'ouvre pas ainsi"),
        lazy("Revenez à la page précédente et utilisez le bouton prévu."),
    ),
    413: (
        lazy("Ce fichier est trop lourd"),
        lazy("Choisissez un fichier plus léger, puis envoyez de nouveau le formulaire."),
    ),
    415: (
        lazy("Ce type de fichier n'est pas accepté"),
        lazy("Revenez en arrière et choisissez un autre fichier."),
    ),
    500: (
        lazy("Le site a rencontré un problème"),
        lazy(
            "Ce n'est pas votre faute. Rien n'a été enregistré. Essayez de nouveau dans un instant."
        ),
    ),
    503: (
        lazy("Beaucoup de monde en ce moment"),
        lazy(
            "Rien n'a été enregistré. Attendez quelques secondes, puis rechargez cette page : "
            "votre envoi ne sera compté qu'une fois."
        ),
    ),
}


def _on_http(wrong: HTTPException) -> AnyResponse:
    if wrong.response is not None:
        return wrong.response  # type: ignore[return-value]
    code = wrong.code or 500
    title, text = MESSAGES.get(code, MESSAGES[400 if code < 500 else 500])
    if code == 401:
        return unknown_visitor()
    return error_page(code, title, text)


def unknown_visitor() -> AnyResponse:
    """A visitor before a door: to the sign-in page, unless something typed would be lost."""
    title, text = MESSAGES[401]
    place = url_for("accounts.sign_in", retour=request.path)
    if request.method == "GET":
        return redirect(place, 303)
    text = _(
        "Votre connexion a pris fin. Connectez-vous dans un autre onglet, revenez à la page "
        "précédente et renvoyez votre texte : il y est encore."
    )
    return error_page(401, title, text, place=place, link=_("Se connecter"))


def _on_refusal(refusal: Refusal) -> AnyResponse:
    code = 429 if isinstance(refusal, TooMany) else 409
    return error_page(
        code,
        _("Ce n'est pas possible"),
        refusal.text,
        place=safe_return(request.path) if request.method == "GET" else _back(),
        link=_("Revenir en arrière"),
    )


def _back() -> str:
    """The page that the visitor comes from; of an address that only takes a form, the nearest page
    above it."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return "/"
    path, query = parts.path, f"?{parts.query}" if parts.query else ""
    while path.strip("/") and not _opens(path):
        path, query = path.rstrip("/").rpartition("/")[0], ""
    return safe_return(path + query)


def _opens(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


UNSURE = (
    lazy("La liaison avec nos données a été coupée"),
    lazy(
        "Nous ne savons pas si votre envoi est arrivé. Attendez quelques secondes, puis rechargez "
        "cette page : votre envoi ne sera compté qu'une fois."
    ),
)


def _on_busy(wrong: Busy) -> AnyResponse:
    if wrong.__cause__ is not None:
        why = str(getattr(wrong.__cause__, "orig", wrong.__cause__))
        current_app.logger.warning("busy: %s", why.partition("\n")[0])
    said = UNSURE if isinstance(wrong, Unsure) else MESSAGES[503]
    answer = error_page(503, *said, place=_back(), link=_("Revenir en arrière"))
    answer.headers["Retry-After"] = "5"
    return answer


def _on_database(wrong: DBAPIError) -> AnyResponse:
    if not is_away(wrong):
        return _on_crash(wrong)
    busy = Busy()
    busy.__cause__ = wrong
    return _on_busy(busy)


def _on_already(done_before: AlreadyDone) -> AnyResponse:
    flash(_("C'était déjà fait : nous ne l'avons pas fait deux fois."), "info")
    return redirect(done_before.place or _back(), 303)


def _on_crash(wrong: Exception) -> AnyResponse:
    current_app.logger.error("unexpected", exc_info=wrong)
    return error_page(500, *MESSAGES[500])


def install_errors(app: Flask) -> None:
    """Gives the application a page for each of them."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(
        CSRFError,
        lambda _e: error_page(
            400,
            _("Ce formulaire a expiré"),
            _(
                "Revenez à la page précédente, rechargez-la et envoyez de nouveau : ce que vous "
                "avez tapé y est encore."
            ),
            place=_back(),
            link=_("Revenir en arrière"),
        ),
    )
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(NotFound, lambda _e: error_page(404, *MESSAGES[404]))
    app.register_error_handler(Busy, _on_busy)
    app.register_error_handler(DBAPIError, _on_database)
    app.register_error_handler(AlreadyDone, _on_already)
    app.register_error_handler(Exception, _on_crash)
