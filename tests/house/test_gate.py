"""The gate: forged requests, hostile addresses, errors that need nothing, headers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from wtforms import StringField

from civic import create_app
from civic.house import web
from civic.house.access import RIGHTS, Door, Grant, Identity, Right, Role, door_of, unit
from civic.house.refusal import Busy
from civic.house.web import errors
from tests import make
from tests.machine.visitor import HOST, PASSWORD, Visitor

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings

SIGN_IN = "/compte/connexion"


def test_a_form_of_another_site_is_refused(client: Visitor, db: Session) -> None:
    made = make.account(db)
    data = {"email": made.email, "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = client.post(SIGN_IN, data=data, headers=headers, base_url=HOST)
        assert answer.status_code == 403
    answer = client.post(
        SIGN_IN,
        data=data,
        headers={"Sec-Fetch-Site": "same-origin", "Referer": HOST + SIGN_IN},
        base_url=HOST,
    )
    assert answer.status_code == 400
    assert "Ce formulaire a expiré" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/nulle-part",
        "/fichiers/" + "a" * 64,
        "/fichiers/..%2f..%2fetc%2fpasswd",
        "/quartiers/adresses/99999999999999999999",
        "/langue/tlh",
        "/theme/rose",
        "/compte/confirmer/%00",
        "/%FF%FE",
    ],
)
def test_a_strange_address_is_not_found(client: Visitor, path: str) -> None:
    answer = client.get(path, base_url=HOST)
    assert answer.status_code in {200, 404, 405}
    assert "<h1>" in answer.text


def test_a_wrong_method_and_a_heavy_body_get_sentences(client: Visitor) -> None:
    same = {"Sec-Fetch-Site": "same-origin"}
    answer = client.open("/recherche", method="DELETE", headers=same, base_url=HOST)
    assert (answer.status_code, "Revenez" in answer.text) == (405, True)
    heavy = client.post(
        SIGN_IN, data=b"email=" + b"x" * 9_000_000, headers=same, base_url=HOST,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert (heavy.status_code, "trop lourd" in heavy.text) == (413, True)


def test_the_error_page_stands_when_everything_else_fell(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(web, "db", broken)
    monkeypatch.setitem(app.extensions, "civic_sessions", broken)
    answer = client.get("/", base_url=HOST)
    assert answer.status_code == 500
    assert "pas votre faute" in answer.text
    assert "gone" not in answer.text


def test_a_busy_site_says_so_and_that_trying_again_is_safe(
    app: Flask, client: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.account(db)

    def busy(*_args: object, **_kwargs: object) -> None:
        raise Busy

    monkeypatch.setattr("civic.accounts.service.sign_in", busy)
    page = client.send(SIGN_IN, {"email": made.email, "password": PASSWORD}, status=503)
    assert "compté qu'une fois" in page.text
    assert page.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("/propositions/?q=banc", "/propositions/?q=banc"),
        ("/votes/un-vote/accueil/personne?x=1", "/votes/un-vote/accueil"),
        ("/propositions/12/publier", "/propositions/12"),
        ("/rien/de/tel", "/"),
        ("https://ailleurs.test/votes/", "/"),
    ],
)
def test_one_is_led_back_to_a_page_and_not_to_an_address_that_only_takes_forms(
    app: Flask, came_from: str, leads_to: str
) -> None:
    headers = {"Referer": urljoin("https://civic.test", came_from)}
    with app.test_request_context("/", base_url="https://civic.test", headers=headers):
        assert errors._back() == leads_to


def test_headers_are_literally_these(client: Visitor) -> None:
    headers = client.get("/", base_url=HOST).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Server" not in headers


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Visitor, db: Session) -> None:
    client.sign_in(make.account(db).email)
    cookie = client.get_cookie("civic", domain="civic.test")
    assert cookie is not None
    assert (cookie.secure, cookie.http_only, cookie.same_site) == (True, True, "Lax")


def test_the_site_does_not_start_with_a_view_that_nobody_guards(settings: Settings) -> None:
    app = create_app(settings)
    app.add_url_rule("/open", "open", lambda: "x")
    with pytest.raises(RuntimeError, match="open"):
        web.check_doors(app)
    app.extensions["civic_engine"].dispose()


def test_every_view_has_a_door(app: Flask) -> None:
    unguarded = [
        name for name, view in app.view_functions.items() if name != "static" and not door_of(view)
    ]
    assert unguarded == []


@pytest.mark.parametrize("right", list(Right))
def test_every_right_but_the_one_asked_for_is_not_enough(right: Right) -> None:
    """Nobody passes by holding other rights, or the same right elsewhere."""
    here, elsewhere = unit("municipality", 1), unit("municipality", 2)
    others = frozenset(Grant(role, here) for role in Role if right not in RIGHTS[role]) | frozenset(
        Grant(role, elsewhere) for role in Role
    )
    almost = Identity(person="p", session="s", grants=others)
    assert not almost.may(right, frozenset({here}))
    holder = next(role for role in Role if right in RIGHTS[role])
    assert Identity(person="p", grants=frozenset({Grant(holder, here)})).may(
        right, frozenset({here, elsewhere})
    )


@pytest.mark.parametrize("right", list(Right))
def test_a_right_held_elsewhere_opens_nothing_here(right: Right) -> None:
    """An agent of another town, a member of another vote's commission."""
    here, elsewhere = unit("municipality", 1), unit("municipality", 2)
    role = next(role for role, rights in RIGHTS.items() if right in rights)
    door = Door(right=right, on=lambda _db: frozenset({here, unit("poll", 7)}))

    def verdict(where: str) -> int:
        who = Identity(person="p", grants=frozenset({Grant(role, where)}))
        return door.verdict(who, lambda: None, {})  # type: ignore[arg-type, return-value]

    assert verdict(here) == verdict(unit("poll", 7)) == 200
    assert verdict(elsewhere) == verdict(unit("poll", 8)) == verdict("site") == 403
    nothing = Door(right=right, on=lambda _db: None)
    who = Identity(person="p", grants=frozenset({Grant(role, here)}))
    assert nothing.verdict(who, lambda: None, {}) == 404  # type: ignore[arg-type, return-value]


def test_every_door_of_one_thing_asks_where_it_lies(app: Flask) -> None:
    """A right on any unit at all opens lists and empty forms, never a thing that has an address."""
    anywhere = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (door := door_of(app.view_functions[rule.endpoint])) is not None
        and door.right is not None
        and door.on is None
        and rule.arguments
    }
    assert anywhere == {"home.resend_mail"}  # the outbox is the whole site's


@pytest.mark.parametrize(
    "place",
    ["", None, "//ailleurs.test/", "/\\ailleurs.test", "\\/ailleurs.test", "https://ailleurs.test",
     "javascript:alert(1)", "/a\nLocation: //ailleurs.test", "/\t/ailleurs.test", "ailleurs.test"],
)  # fmt: skip
def test_one_is_never_sent_to_another_site(place: str | None) -> None:
    assert web.safe_return(place, "/ici") == "/ici"
    assert web.safe_return("/votes/un-vote?page=2#p-3", "/ici") == "/votes/un-vote?page=2#p-3"


def test_what_no_keyboard_types_is_left_out_of_a_form(app: Flask) -> None:
    class Said(web.Form):
        words = StringField()

    typed = {"words": "un\x00 banc\x1b\nrue\tdes\x7f Lys"}
    with app.test_request_context("/", method="POST", data=typed):
        assert Said().words.data == "un banc\nrue\tdes Lys"


@pytest.mark.parametrize(
    ("right", "role"),
    [
        (Right.COUNT_BALLOTS, Role.VOTE_COMMISSION),
        (Right.PUBLISH_DECISIONS, Role.ELECTED),
        (Right.INVITE_STAFF, Role.ADMINISTRATOR),
        (Right.HOLD_SEALED_FILES, Role.AUDITOR),
    ],
)
def test_some_acts_are_of_one_role_alone(right: Right, role: Role) -> None:
    """Who prepares a vote never opens its urn, nor publishes what follows from it."""
    assert [one for one, rights in RIGHTS.items() if right in rights] == [role]


def test_an_administrator_decides_nothing_and_an_elu_moderates_nothing() -> None:
    assert RIGHTS[Role.ADMINISTRATOR] == {Right.INVITE_STAFF, Right.SEE_OUTBOX}
    assert Right.MODERATE_PROPOSALS not in RIGHTS[Role.ELECTED]
    assert Right.RUN_MEETINGS not in RIGHTS[Role.ELECTED]
    both = RIGHTS[Role.ADMINISTRATOR] & (RIGHTS[Role.VOTE_COMMISSION] | {Right.COUNT_BALLOTS})
    assert both == set()
