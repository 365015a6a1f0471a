"""The procès-verbal and the archive are made once for each state of a vote, and never stale."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.models import PollDocument
from civic.ballots.queries import PollView
from civic.ballots.views import documents
from civic.house import paper
from civic.house.db import writing
from civic.house.poll_commands import poll as command
from civic.house.settings import Settings
from civic.people.models import Person
from civic.rules.urn import archive
from tests.ballots.make import (
    AFTER,
    cast,
    close,
    make_counted,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
)
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

LATER = AFTER + timedelta(days=1)
FOR_EVER = "public, max-age=31536000, immutable"


class Printer:
    """Prints a procès-verbal as its own text, and keeps count. `meanwhile` happens as it prints."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.meanwhile: Callable[[], object] | None = None

    def __call__(self, html: str) -> bytes:
        self.made.append(html)
        if self.meanwhile is not None:
            self.meanwhile()
        return html.encode()


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Printer:
    found = Printer()
    monkeypatch.setattr(documents, "pdf", found)
    return found


def file_contest(db: Session, poll: PollView) -> None:
    service.file_contest(
        db, poll_id=poll.id, about="papers", which="", text="Une liasse manque.",
        link="https://essai.test", language="fr", at=LATER, name="Camille",
    )  # fmt: skip
    db.rollback()


def uphold(db: Session, poll: PollView) -> None:
    """The commission upholds contest 1: the count is set aside."""
    member = make_person(db)
    service.publish_contest(
        db, poll_id=poll.id, number=1, public_text="Une liasse manque.", withheld="", by=member,
        at=LATER,
    )  # fmt: skip
    service.answer_contest(
        db, poll_id=poll.id, number=1, outcome="upheld", remedy="recount", answer="Oui.",
        link="https://essai.test", by=member, at=LATER,
    )  # fmt: skip
    db.rollback()


def open_again(db: Session, poll: PollView, folder: Path) -> None:
    for _member in range(2):
        service.open_urn(
            db, poll_id=poll.id, known=secrets_of(poll, folder), by=make_person(db), at=LATER
        )
    db.rollback()


def kept_kinds(db: Session) -> set[str]:
    found = set(db.scalars(select(PollDocument.kind)))
    db.rollback()
    return found


def test_a_record_asked_for_many_times_is_printed_once(
    client: Visitor, db: Session, settings: Settings, printer: Printer
) -> None:
    poll = make_counted(db, settings.vault, ("P1",), ("P2",))
    address = f"/votes/{poll.slug}/proces-verbal.pdf"
    first = client.fetch(address, type="application/pdf")
    again = client.fetch(address, type="application/pdf")
    assert (again.body, len(printer.made)) == (first.body, 1)
    etag = first.headers["ETag"]
    assert etag == again.headers["ETag"] == f'"{hashlib.sha256(first.body).hexdigest()}"'
    assert "immutable" not in first.headers["Cache-Control"]
    for known in (etag, f"W/{etag}"):  # a proxy that compresses makes it a weak one
        page = client.fetch(address, 304, headers={"If-None-Match": known})
        assert page.body == b""
    assert client.fetch(address, 206, headers={"Range": "bytes=0-3"}).body == first.body[:4]
    assert len(printer.made) == 1


def test_each_language_has_its_own_record(
    client: Visitor, db: Session, settings: Settings, printer: Printer
) -> None:
    poll = make_counted(db, settings.vault, ("P1",))
    address = f"/votes/{poll.slug}/proces-verbal.pdf"
    for _time in range(2):
        for code in ("fr", "ar"):
            page = client.fetch(address, headers={"Accept-Language": code})
            assert f'<html lang="{code}"' in page.body.decode()
    assert len(printer.made) == 2


def test_whatever_the_record_says_anew_is_printed_anew_and_never_before(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock, printer: Printer
) -> None:
    poll = make_counted(db, settings.vault, ("P1",), ("P2",))
    address, zipped = (f"/votes/{poll.slug}/{one}" for one in ("proces-verbal.pdf", "archive.zip"))
    clock.set(LATER)
    first = client.fetch(address)
    whole = client.fetch(zipped)
    file_contest(db, poll)
    waiting = client.fetch(address, headers={"If-None-Match": first.headers["ETag"]})
    assert "Les bulletins de papier et leur saisie" in waiting.body.decode()
    uphold(db, poll)
    assert not kept_kinds(db)  # the count is set aside, and nothing that tells it is kept
    client.see(address, 404)
    client.see(zipped, 404)
    open_again(db, poll, settings.vault)
    counted = client.fetch(address).body.decode()
    assert "mis de côté par la contestation 1" in counted
    anew = client.fetch(zipped, headers={"If-None-Match": whole.headers["ETag"]})
    assert anew.body != whole.body
    with writing(db):
        db.get_one(Person, queries.openings(db, poll.id)[0]).used_name = "Nouveau"
    assert "Noor Nouveau" in client.fetch(address).body.decode()
    after = LATER + timedelta(days=poll.keep_days + 1)
    assert service.destroy_due(db, after, lambda name: vault.forget(settings.vault, name)) == 1
    db.rollback()
    assert kept_kinds(db) == {"archive"}  # the former record told papers that are destroyed
    clock.set(after)
    last = client.fetch(address)
    assert "Certificat de destruction" in last.body.decode()
    assert client.fetch(zipped).body == anew.body  # what was published stays
    assert len(printer.made) == 5
    with pytest.MonkeyPatch.context() as nothing_left_to_say:
        nothing_left_to_say.setattr(documents, "_text", None)
        assert client.fetch(address).body == last.body


def test_a_vote_that_changes_while_its_record_is_printed_keeps_nothing_of_it(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock, printer: Printer
) -> None:
    poll = make_counted(db, settings.vault, ("P1",))
    clock.set(LATER)
    address = f"/votes/{poll.slug}/proces-verbal.pdf"
    printer.meanwhile = lambda: file_contest(db, poll)
    assert "Contestations" not in client.fetch(address).body.decode()
    assert "record" not in kept_kinds(db)
    printer.meanwhile = None
    assert "Contestations" in client.fetch(address).body.decode()
    after = LATER + timedelta(days=poll.keep_days + 1)
    service.publish_contest(
        db, poll_id=poll.id, number=1, public_text="", withheld="Rien de public.",
        by=make_person(db), at=LATER,
    )  # fmt: skip
    service.answer_contest(
        db, poll_id=poll.id, number=1, outcome="rejected", remedy="none", answer="Non.",
        link="https://essai.test", by=make_person(db), at=LATER,
    )  # fmt: skip
    db.rollback()
    printer.meanwhile = lambda: service.destroy_due(db, after, lambda _name: None)
    client.fetch(address)
    assert kept_kinds(db) == {"archive"}


def test_the_archive_is_made_with_the_count_sent_as_it_is_and_verifies(
    client: Visitor, db: Session, settings: Settings, tmp_path: Path,
    count_statements: CountStatements, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poll = make_poll(db, settings.vault)
    for place, (right, _code) in enumerate(make_letters(db, poll, settings.vault, 50)):
        cast(db, poll, settings.vault, right, f"P{1 + place % 5}")
    close(db, poll, settings.vault)
    result = queries.result(db, poll.id)
    assert result is not None
    assert result.archive is not None
    db.rollback()
    monkeypatch.setattr("civic.ballots.service.documents.zipped", None)  # it is there already
    page = client.see(f"/votes/{poll.slug}/resultats")
    address = f"/votes/{poll.slug}/archive.zip"
    lasting = f"{address}?v={result.archive[:16]}"
    assert f'href="{lasting}"' in page.html
    with count_statements() as statements:
        made = client.fetch(lasting, type="application/zip")
    assert len(statements) <= 5
    assert made.headers["Cache-Control"] == FOR_EVER
    etag = made.headers["ETag"]
    assert etag == f'"{hashlib.sha256(made.body).hexdigest()}"'
    with count_statements() as statements:
        client.fetch(lasting, 304, headers={"If-None-Match": etag})
    assert not any("poll_document.content" in one for one in statements)
    for other in (address, f"{address}?v={'0' * 16}"):
        page = client.fetch(other)
        assert page.body == made.body
        assert "immutable" not in page.headers["Cache-Control"]
    path = tmp_path / "archive.zip"
    path.write_bytes(made.body)
    done = CliRunner().invoke(command, ["verify", str(path), "--noted", result.archive])
    assert done.exit_code == 0, done.output
    assert "50 bulletins ouverts, recomptés" in done.output
    assert made.body == archive.zipped(queries.archive_files(db, poll_of(db, poll)) or {})


def poll_of(db: Session, poll: PollView) -> PollView:
    found = queries.poll(db, poll.slug)
    assert found is not None
    return found


def test_a_vote_counted_before_archives_were_kept_has_its_archive_made_once(
    client: Visitor, db: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = make_counted(db, settings.vault, ("P1",))
    address = f"/votes/{poll.slug}/archive.zip"
    before = client.fetch(address).body
    with writing(db):
        db.execute(delete(PollDocument))
    assert client.fetch(address).body == before
    monkeypatch.setattr("civic.ballots.service.documents.zipped", None)
    assert client.fetch(address).body == before


def test_the_same_text_is_printed_as_the_same_bytes(
    client: Visitor, db: Session, settings: Settings, printer: Printer
) -> None:
    poll = make_counted(db, settings.vault, ("P1",))
    client.fetch(f"/votes/{poll.slug}/proces-verbal.pdf")
    (html,) = printer.made
    assert paper.pdf(html) == paper.pdf(html)
