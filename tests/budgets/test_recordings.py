"""A project read aloud: put in place by the agent, heard on the ballot, then sealed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from civic.ballots import queries as polls
from civic.ballots import vault
from civic.budgets import queries, service
from civic.budgets.models import EditionProject
from civic.house.files import StoredFile, place_of
from civic.house.refusal import Refusal
from tests.ballots.make import make_letters
from tests.budgets.make import DURING, SEALED, Made, adopt, prepared
from tests.machine.sounds import SECRETS, m4a, tagged_mp3, wave
from tests.machine.visitor import Filled, Upload
from tests.proposals.make import project

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor


def composed(db: Session, projects: int = 2) -> tuple[Made, list[str]]:
    """An édition in which projects are proposed; the address of each one's recordings."""
    made = prepared(db)
    adopt(db, made)
    for place in range(projects):
        key = project(
            db, made.town, made.resident.person, made.agent.person, 15_000_00, title=f"Banc {place}"
        )
        service.propose(
            db, edition_id=made.id, project_id=key, envelope_id=made.envelopes[0],
            by=made.agent.person, at=SEALED,
        )  # fmt: skip
    keys = db.scalars(
        select(EditionProject.id)
        .where(EditionProject.edition_id == made.id)
        .order_by(EditionProject.position)
    ).all()
    return made, [f"/budgets/{made.slug}/catalogue/{key}/ecouter" for key in keys]


def visitor_of(app: Flask, email: str = "") -> Visitor:
    """A visitor, signed in if an address is given."""
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    if email:
        visitor.sign_in(email)
    return visitor


def kept(settings: Settings) -> list[Path]:
    """The files that the site keeps."""
    return [path for path in settings.uploads.rglob("*") if path.is_file()]


def test_a_voice_goes_from_the_agents_page_to_the_ballot_and_the_projects_page(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(SEALED)
    made, (first, _second) = composed(db)
    agent = visitor_of(app, made.agent.email)
    assert first in agent.see(f"/budgets/{made.slug}/catalogue").html
    french: dict[str, Filled] = {
        "sound": Upload(tagged_mp3(65), "chez-moi.mp3", "audio/mpeg"),
        "agreed": True,
    }
    arabic: dict[str, Filled] = {"sound": Upload(m4a(2), "x.m4a"), "language": "ar", "agreed": True}
    for typed in (french, arabic):
        agent.follow(agent.send(first, typed))
    page = agent.see(first)
    assert [(one.get("lang"), one.get("preload")) for one in page.all("audio")] == [
        ("fr", "none"),
        ("ar", "none"),
    ]
    assert "1:05" in page
    service.freeze(
        db, edition_id=made.id, by=made.agent.person, at=SEALED,
        secret_id=vault.make(settings.vault),
    )  # fmt: skip
    clock.set(DURING)
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    ((_right, code),) = make_letters(db, poll, settings.vault, 1, DURING)
    voter = visitor_of(app)
    ballot = voter.follow(voter.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    one, other = sorted(ballot.all("li[@id]"), key=lambda item: item.get("id") or "")
    heard = list(one.iter("audio"))
    assert [item.get("lang") for item in heard] == ["fr", "ar"]
    assert all(item.get("controls") is not None and item.get("aria-label") for item in heard)
    assert not [item for item in one.iter("button") if item.get("data-speak")]
    assert not list(other.iter("audio"))  # no voice: the browser's own reads
    assert [item for item in other.iter("button") if item.get("data-speak")]
    public = voter.see(f"/budgets/{made.slug}/projets/1")
    assert [item.get("src") for item in public.all("audio")] == [item.get("src") for item in heard]
    agent = visitor_of(app, made.agent.email)
    assert not agent.see(first).all("form[@enctype]")
    key = int(first.split("/")[-2])
    with pytest.raises(Refusal, match="scellé"):
        service.silence(
            db, edition_project_id=key, edition_id=made.id, language="ar",
            by=made.agent.person, at=DURING,
        )  # fmt: skip
    assert len(kept(settings)) == 2


def test_a_voice_is_served_whole_or_in_pieces_as_what_it_is(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(SEALED)
    made, (first, _second) = composed(db)
    agent = visitor_of(app, made.agent.email)
    agent.send(first, {"sound": Upload(m4a(), "page.html", "text/html"), "agreed": True})
    (voice,) = agent.see(first).all("audio")
    address = voice.get("src") or ""
    visitor = visitor_of(app)
    whole = visitor.fetch(address, type="audio/mp4")
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "media-src 'self'" in whole.headers["Content-Security-Policy"]
    assert not any(secret in whole.body for secret in SECRETS)
    size = len(whole.body)
    for asked, start, stop in (("0-1", 0, 2), ("9-", 9, size), ("-5", size - 5, size)):
        piece = visitor.fetch(address, 206, "audio/mp4", headers={"Range": f"bytes={asked}"})
        assert piece.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert piece.body == whole.body[start:stop]
    visitor.fetch(address, 416, headers={"Range": f"bytes={size}-"})
    for name in ("0" * 64, "..%2F..%2Fcivic.db", "page.html"):
        visitor.see(f"/fichiers/{name}", 404)


def test_what_is_no_voice_or_has_no_consent_is_refused_with_a_sentence_and_kept_nowhere(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(SEALED)
    made, (first, second) = composed(db)
    agent = visitor_of(app, made.agent.email)
    sound = Upload(wave(), "a.wav", "audio/wav")
    refused: list[tuple[dict[str, Filled], str]] = [
        ({"sound": Upload(b"<script>", "a.mp3", "audio/mpeg"), "agreed": True}, "MP3, M4A ou WAV"),
        ({"sound": Upload(wave(181), "a.wav"), "agreed": True}, "trois minutes"),
        ({"sound": sound}, "Demandez d'abord son accord"),
        ({"agreed": True}, "Choisissez un fichier"),
    ]
    for typed, said in refused:
        assert said in agent.send(first, typed, 422)
    assert not kept(settings)
    visitor_of(app, made.resident.email).see(first, 403)
    agent.see(f"/budgets/{made.slug}/catalogue/999999/ecouter", 404)
    service.withdraw(
        db, edition_id=made.id, edition_project_id=int(second.split("/")[-2]),
        by=made.agent.person, at=SEALED,
    )  # fmt: skip
    agent.see(second, 404)


def test_a_voice_that_is_replaced_or_taken_away_is_erased_unless_another_project_has_it(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(SEALED)
    made, (first, second) = composed(db)
    agent = visitor_of(app, made.agent.email)

    def send(place: str, content: bytes) -> None:
        agent.send(place, {"sound": Upload(content, "a.wav"), "agreed": True})

    def silence(place: str) -> None:
        agent.send(place, form=f"{place}/fr/retirer")

    send(first, wave(1))
    send(second, wave(1))
    (shared,) = kept(settings)
    send(first, wave(2))
    assert shared in kept(settings)
    send(first, wave(3))
    assert len(kept(settings)) == 2
    silence(second)
    (left,) = kept(settings)
    assert left != shared
    db.rollback()
    (row,) = db.scalars(select(StoredFile))
    assert place_of(settings.uploads, row.digest) == left
    silence(first)
    assert not kept(settings)
    assert not agent.see(first).all("audio")


def test_the_ballot_asks_the_database_the_same_with_voices_and_without(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock,
    count_statements: CountStatements,
) -> None:  # fmt: skip
    clock.set(SEALED)
    counts = []
    for voices in (False, True):
        made, places = composed(db, 2)
        agent = visitor_of(app, made.agent.email)
        for place in places if voices else ():
            agent.send(place, {"sound": Upload(wave(), "a.wav"), "agreed": True})
        visitor = visitor_of(app)
        visitor.see(f"/budgets/{made.slug}/projets/1")
        with count_statements() as asked:
            visitor.see(f"/budgets/{made.slug}/projets/1")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10
