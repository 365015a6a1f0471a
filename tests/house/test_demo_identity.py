"""The demo's made-up identity provider: a whole vote with it, and where it does not exist."""

from __future__ import annotations

import dataclasses
import urllib.request
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from civic import create_app
from civic.ballots import queries
from civic.home.commands import environment
from civic.home.made_up_identity import NAME, PEOPLE, person, provider
from civic.house.settings import Settings
from tests.ballots.make import make_poll
from tests.machine.kinds import on_sqlite
from tests.machine.visitor import Visitor

NOW = datetime.now(UTC)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


def _ask(address: str, body: bytes | None = None) -> tuple[int, str, str]:
    """Status, text, and where it sends to."""
    try:
        with urllib.request.build_opener(_Stay).open(address, body, timeout=60) as answer:
            return answer.status, answer.read().decode(), ""
    except HTTPError as other:
        with other:
            return other.code, other.read().decode(), other.headers.get("Location") or ""


def _persons(page: str) -> list[str]:
    """The addresses of the persons that the provider's page offers, and of « no »."""
    return [unescape(part.partition('"')[0]) for part in page.split('<a href="')[1:]]


@on_sqlite
def test_the_made_up_provider_opens_one_right_a_person(
    settings: Settings, engine: Engine, db: Session
) -> None:
    poll = make_poll(
        db, settings.vault, opens_at=NOW - timedelta(hours=1), closes_at=NOW + timedelta(days=2),
        checks=["identity", "desk"],
    )  # fmt: skip
    site = dataclasses.replace(settings, base_url="http://127.0.0.1:1")
    with provider(site.base_url) as said:
        app = create_app(
            dataclasses.replace(
                site, oidc_issuer=said["CIVIC_OIDC_ISSUER"], oidc_client=said["CIVIC_OIDC_CLIENT"],
                oidc_secret=said["CIVIC_OIDC_SECRET"], oidc_name=said["CIVIC_OIDC_NAME"],
            )
        )  # fmt: skip
        app.testing, app.test_client_class = True, Visitor
        for who in (0, 0, 1):
            client = _visitor(app)
            assert f"Voter avec {NAME}" in client.see(f"/votes/{poll.slug}").text
            there = client.see(f"/votes/{poll.slug}/identite/aller", 303).location
            status, page, _nowhere = _ask(there)
            assert status == 200
            assert "ces personnes n'existent pas" in page
            _status, _page, back = _ask(f"{said['CIVIC_OIDC_ISSUER']}{_persons(page)[who]}")
            parts = urlsplit(back)
            opened = client.follow(client.see(f"{parts.path}?{parts.query}", 303))
            assert PEOPLE[who][1] in opened.text
            ballot = client.send(opened.url, {"honour": True}, page=opened).location
            assert ballot.endswith("/bulletin")
        db.rollback()
        assert queries.turnout(db, poll.id).rights == 2
        client = _visitor(app)
        there = client.see(f"/votes/{poll.slug}/identite/aller", 303).location
        no = _persons(_ask(there)[1])[-1]
        parts = urlsplit(_ask(f"{said['CIVIC_OIDC_ISSUER']}{no}")[2])
        told = client.follow(client.see(f"{parts.path}?{parts.query}", 303))
        assert "n'a pas confirmé" in told.text
        # nobody is sent to another site, and no code is given for one
        elsewhere = there.replace("127.0.0.1%3A1%2F", "example.org%2F")
        assert elsewhere != there
        assert _ask(elsewhere)[0] == 404
        form = urlencode({"code": "guessed", "client_id": "demonstration"}).encode()
        assert _ask(f"{said['CIVIC_OIDC_ISSUER']}/jeton", form)[0] == 400
        app.extensions["civic_engine"].dispose()


def _visitor(app: Flask) -> Visitor:
    found = app.test_client()
    assert isinstance(found, Visitor)
    return found


def test_it_exists_beside_a_demo_on_this_machine_only(tmp_path: Path) -> None:
    """A site's settings never name it: not those of a demo that others can reach either."""
    assert not [name for name in environment(tmp_path) if "OIDC" in name]
    for host in ("0.0.0.0", "192.168.1.7", "participe.example"):
        with provider(f"http://{host}:8000") as said:
            assert said == {}


def test_its_people_have_the_age_that_is_shown() -> None:
    this_year = datetime.now(UTC).year
    for place, (given, family, age, _shows) in enumerate(PEOPLE):
        who = person(place)
        assert (who["given_name"], who["family_name"]) == (given, family)
        assert this_year - int(who["birthdate"][:4]) in (age, age + 1)  # over New Year's Eve
