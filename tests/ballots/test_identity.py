"""Voting with a proved identity, against a real provider process on this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from civic import create_app
from civic.ballots import queries, service
from civic.ballots.queries import PollView
from civic.house.settings import BadSettings, Settings
from tests.ballots.make import make_poll, secrets_of
from tests.machine.kinds import on_sqlite
from tests.machine.pages import Page
from tests.machine.provider import CLIENT, SECRET, Provider
from tests.machine.visitor import Visitor

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def site(settings: Settings, engine: Engine, db: Session, provider: Provider) -> Iterator[Flask]:
    """The site with an identity provider."""
    provider.says()
    app = create_app(
        dataclasses.replace(
            settings, oidc_issuer=provider.issuer, oidc_client=CLIENT, oidc_secret=SECRET,
            oidc_acr="eidas1",
        )
    )  # fmt: skip
    app.testing = True
    app.test_client_class = Visitor
    yield app
    app.extensions["civic_engine"].dispose()


def open_poll(db: Session, folder: Path, residence: str = "declared") -> PollView:
    return make_poll(
        db, folder, opens_at=NOW - timedelta(hours=1), closes_at=NOW + timedelta(days=2),
        checks=["identity", "letter", "desk"], residence=residence,
    )  # fmt: skip


def visitor(site: Flask) -> Visitor:
    found: Visitor = site.test_client()  # type: ignore[assignment]
    return found


def go(client: Visitor, provider: Provider, poll: PollView) -> str:
    """To the provider and back: the address that the browser is sent to."""
    there = client.see(f"/votes/{poll.slug}/identite/aller", 303)
    return provider.visit(there.location)


def come_back(client: Visitor, provider: Provider, poll: PollView) -> Page:
    return client.see(go(client, provider, poll), 303)


def test_a_proved_identity_opens_the_ballot_and_one_right(
    site: Flask, db: Session, settings: Settings, provider: Provider
) -> None:
    poll = open_poll(db, settings.vault)
    client = visitor(site)
    start = client.see(f"/votes/{poll.slug}/identite")
    assert "pas où vous habitez" in start.text
    page = client.follow(come_back(client, provider, poll))
    assert "DUBOIS" in page.text
    client.send(page.url, {}, 422, page=page)  # residence is declared, not assumed
    ballot = client.follow(client.send(page.url, {"honour": True}, page=page))
    done = client.send(ballot.url, {"choice": ["P1"]}, button="Déposer", page=ballot)
    client.follow(done)
    db.rollback()
    assert queries.turnout(db, poll.id).channels == {"identity": 1}
    again = visitor(site)
    page = again.follow(come_back(again, provider, poll))
    again.send(page.url, {"honour": True}, page=page)
    db.rollback()
    assert queries.turnout(db, poll.id).rights == 1


def test_it_finds_the_right_of_a_list_and_never_proves_residence(
    site: Flask, db: Session, settings: Settings, provider: Provider
) -> None:
    poll = open_poll(db, settings.vault, residence="roll")
    client = visitor(site)
    page = client.follow(come_back(client, provider, poll))
    refused = client.send(page.url, {}, 422, page=page)
    assert "aucune liste de ce vote" in refused.text
    service.load_roll(
        db, poll_id=poll.id, name="Liste", digest="0" * 64,
        entries=[service.RollEntry("Dubois", "Angela", date(1962, 8, 24))],
        known=secrets_of(poll, settings.vault), by="system", at=NOW,
    )  # fmt: skip
    assert client.send(page.url, {}, page=refused).location.endswith("/bulletin")
    db.rollback()
    assert queries.turnout(db, poll.id).rights == 1


@on_sqlite
@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        ("nonce", "ne va pas avec votre demande"),
        ("signature", "pas signée"),
        ("unsigned", "pas signée"),
        ("expired", "plus valable"),
        ("audience", "pas pour ce site"),
        ("issuer", "pas pour ce site"),
        ("level", "pas vérifié assez"),
        ("another person", "ne va pas avec votre demande"),
        ("refuse", "pas confirmé"),
    ],
)
def test_an_answer_that_proves_nothing_opens_nothing(
    site: Flask, db: Session, settings: Settings, provider: Provider, lie: str, sentence: str
) -> None:
    poll = open_poll(db, settings.vault)
    client = visitor(site)
    provider.says(lie=lie)
    back = client.follow(come_back(client, provider, poll))
    assert sentence in back.text
    assert client.see(f"/votes/{poll.slug}/identite/ouvrir", 303).location.endswith("/identite")


@on_sqlite
def test_a_wrong_state_a_stranger_and_a_second_use_open_nothing(
    site: Flask, db: Session, settings: Settings, provider: Provider
) -> None:
    poll = open_poll(db, settings.vault)
    client, stranger = visitor(site), visitor(site)
    place = go(client, provider, poll)
    stranger.see(place, 409)  # a link sent to somebody else
    asked = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
    wrong = f"{urlsplit(place).path}?{urlencode({**asked, 'state': 'x' * 32})}"
    assert "ne va pas avec" in client.follow(client.see(wrong, 303)).text
    place = go(client, provider, poll)
    kept = [(one.key, one.value) for one in (client._cookies or {}).values()]
    assert client.see(place, 303).location.endswith("/ouvrir")
    for name, value in kept:  # somebody copied the browser's cookies before
        stranger.set_cookie(name, value, domain="civic.test")
    assert "déjà servi" in stranger.follow(stranger.see(place, 303)).text


@on_sqlite
def test_an_incomplete_birth_date_is_told(
    site: Flask, db: Session, settings: Settings, provider: Provider
) -> None:
    poll = open_poll(db, settings.vault)
    client = visitor(site)
    provider.says(claims={"given_name": "Ana", "family_name": "SOUSA", "birthdate": "1962-08"})
    back = client.follow(come_back(client, provider, poll))
    assert "date de naissance complète" in back.text


@on_sqlite
def test_a_provider_that_is_down_is_said_and_the_rest_works(
    settings: Settings, engine: Engine, db: Session
) -> None:
    with Provider() as down:
        issuer = down.issuer
    app = create_app(
        dataclasses.replace(settings, oidc_issuer=issuer, oidc_client=CLIENT, oidc_secret=SECRET)
    )
    app.testing, app.test_client_class = True, Visitor
    poll = open_poll(db, settings.vault)
    client: Visitor = app.test_client()  # type: ignore[assignment]
    page = client.follow(client.see(f"/votes/{poll.slug}/identite/aller", 303))
    assert "ne répond pas" in page.text
    client.see(f"/votes/{poll.slug}/entrer")
    app.extensions["civic_engine"].dispose()


@on_sqlite
def test_without_a_provider_there_is_no_door(
    client: Visitor, db: Session, settings: Settings
) -> None:
    poll = open_poll(db, settings.vault)
    client.see(f"/votes/{poll.slug}/identite", 404)
    assert "FranceConnect" not in client.see(f"/votes/{poll.slug}").text


@on_sqlite
def test_a_provider_is_set_whole_or_not_at_all(settings: Settings) -> None:
    given = {
        f"CIVIC_{one.name.upper()}": str(getattr(settings, one.name))
        for one in dataclasses.fields(settings)
        if one.default is dataclasses.MISSING
    }
    with pytest.raises(BadSettings, match="OIDC_CLIENT"):
        Settings.load({**given, "CIVIC_OIDC_ISSUER": "https://fc.example"})
    with pytest.raises(BadSettings, match="https"):
        Settings.load({**given, "CIVIC_OIDC_ISSUER": "http://fc.example"})
