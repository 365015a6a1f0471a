"""Who may pass which door: every route and method, as every role, against a table kept by hand.

`doors.txt` says for each route whom it lets in: everyone, signed_in, staff, or a right. A new
route fails here until somebody has written, in that table, whom it is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from civic import create_app
from civic.house.access import RIGHTS, SITE, Right, Role
from civic.house.db import migrate, sessions
from civic.house.settings import Settings
from tests import make
from tests.machine.visitor import HOST, Visitor

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).parent / "doors.txt"
SAMPLES = {"int": "999999", "string": "nulle-part", "default": "nulle-part"}

pytestmark = pytest.mark.xdist_group("doors")


def table() -> dict[tuple[str, str], str]:
    """(method, rule) → whom the hand-written table lets in."""
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            methods, rule, who = line.split()
            for method in methods.split("/"):
                found[method, rule] = who
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An empty site."""
    folder = tmp_path_factory.mktemp("doors")
    settings = Settings.load(
        {
            "CIVIC_DATABASE_URL": f"sqlite:///{folder}/civic.db",
            "CIVIC_SECRET_KEY": "only for tests, and long enough for them",
            "CIVIC_VAULT": str(folder / "vault"),
            "CIVIC_UPLOADS": str(folder / "uploads"),
            "CIVIC_MAIL": f"folder:{folder / 'mails'}",
            "CIVIC_MAIL_FROM": "civic@civic.test",
            "CIVIC_BASE_URL": HOST,
        }
    )
    app = create_app(settings)
    migrate(app.extensions["civic_engine"])
    app.testing = True
    app.test_client_class = Visitor
    yield app
    app.extensions["civic_engine"].dispose()


@pytest.fixture(scope="module")
def people(house: Flask) -> Mapping[str, Visitor]:
    """A visitor, a habitant, and one person a role."""
    with sessions(house.extensions["civic_engine"])() as db:
        emails = {role.value: make.staff(db, role, SITE).email for role in Role}
        emails["resident"] = make.account(db).email
    found: dict[str, Visitor] = {}
    for name in ("visitor", *emails):
        client = house.test_client()
        assert isinstance(client, Visitor)
        if name in emails:
            client.sign_in(emails[name])
        found[name] = client
    return found


def test_the_table_has_every_route_and_no_other(house: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in house.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = set(table())
    assert sorted(routes - written) == []
    assert sorted(written - routes) == []


def test_the_table_uses_words_that_exist() -> None:
    known = {"everyone", "signed_in", "staff"} | {right.value for right in Right}
    assert {who for who in table().values() if who not in known} == set()


def _expected(who: str, person: str) -> bool:
    """Whether the table lets this person in."""
    if who == "everyone":
        return True
    if who == "signed_in":
        return person != "visitor"
    if person in {"visitor", "resident"}:
        return False
    return who == "staff" or Right(who) in RIGHTS[Role(person)]


def _path(house: Flask, wanted: str) -> str:
    rule = next(one for one in house.url_map.iter_rules() if one.rule == wanted)
    values = {
        name: 999999 if type(converter).__name__ == "BoundedInteger" else "nulle-part"
        for name, converter in rule._converters.items()
    }
    built = rule.build(values)
    assert built is not None
    return built[1]


PEOPLE = ("visitor", "resident", *(role.value for role in Role))


@pytest.mark.parametrize("person", PEOPLE)
def test_every_door_as_every_role(house: Flask, people: Mapping[str, Visitor], person: str) -> None:
    client, wrong = people[person], []
    leaves = ("/compte/deconnexion", "/compte/deconnexion-partout")
    for (method, rule), who in table().items():
        if rule in leaves:
            continue
        answer = client.open(
            _path(house, rule),
            method=method,
            base_url=HOST,
            headers={"Sec-Fetch-Site": "same-origin", "Referer": HOST + "/"},
        )
        to_sign_in = (answer.location or "").startswith("/compte/connexion")
        refused = answer.status_code in {401, 403} or (answer.status_code == 303 and to_sign_in)
        if refused == _expected(who, person) or answer.status_code >= 500:
            wrong.append(f"{method} {rule} ({who}) as {person}: {answer.status_code}")
    assert wrong == []


def test_no_form_is_taken_without_the_token_that_its_page_gave(
    house: Flask, people: Mapping[str, Visitor]
) -> None:
    """A view may rely on it: it is called with forms of our own pages and no others."""
    taken = []
    for (method, rule), who in table().items():
        if method == "POST" and who in {"everyone", "signed_in"}:
            for token in ({}, {"csrf_token": "made-up"}):
                answer = people["resident"].post(
                    _path(house, rule),
                    data=token,
                    base_url=HOST,
                    headers={"Sec-Fetch-Site": "same-origin", "Referer": HOST + "/"},
                )
                if answer.status_code != 400 or "Ce formulaire a expiré" not in answer.text:
                    taken.append(f"{rule}: {answer.status_code}")
    assert taken == []
