"""What a vote leaves behind: in other tables, counters and times, in logs, in copies, in the
archive. Whoever has all of it, and the platform's key, joins no person to an envelope."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.models import BallotEnvelope, CheckIn, LogCheckpoint, LoggedDigest, UrnExport
from civic.ballots.queries import PollView
from civic.house.db import Base
from civic.house.settings import Settings
from civic.rules import urn
from tests.ballots.make import (
    AFTER,
    DURING,
    cast,
    close,
    make_letters,
    make_poll,
    secrets_of,
)
from tests.machine.kinds import on_postgresql
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

URN = {"ballot_envelope", "check_in", "logged_digest"}
"""The three tables that a deposit writes."""


def everything(db: Session) -> dict[str, list[str]]:
    """By table, all its rows as text (bytes in hex), as a copy of the database has them."""

    def plain(value: Any) -> Any:
        return value.hex() if isinstance(value, bytes) else value

    db.rollback()
    found = {
        table.name: [
            json.dumps([plain(value) for value in row], default=str)
            for row in db.execute(select(table))
        ]
        for table in Base.metadata.sorted_tables
    }
    db.rollback()
    return found


def counters(db: Session) -> list[tuple[str, int | None]]:
    """How far each of PostgreSQL's sequences has counted."""
    rows = db.execute(text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")).all()
    db.rollback()
    return [(name, last) for name, last in rows]


def sever(db: Session, poll: PollView, folder: Path) -> None:
    """The first two steps of closing, whole."""
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    assert poll.secret_name is not None
    vault.sever(folder, poll.secret_name)
    service.clean_urn(db)


def vote(client: Visitor, poll: PollView, code: str, *chosen: str) -> Any:
    """From the letter to the receipt, through the pages; the page of the receipt."""
    ballot = client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    kept = client.send(ballot.url, {"choice": list(chosen)}, button="Garder", page=ballot)
    page = client.follow(kept)
    return client.follow(client.send(page.url, {}, button="Déposer", page=page))


def test_a_vote_through_the_pages_writes_three_tables_and_moves_no_counter(
    client: Visitor, db: Session, engine: Engine, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    (_right, code), (_other, second) = make_letters(db, poll, settings.vault, 2)
    vote(client, poll, second, "P2")  # what is made once, on the first visit, has been made
    postgresql = engine.dialect.name == "postgresql"
    before, counted = everything(db), counters(db) if postgresql else []
    vote(client, poll, code, "P1", "P3")
    after = everything(db)
    assert {table for table in after if after[table] != before[table]} == URN
    assert (counters(db) if postgresql else []) == counted
    vote(client, poll, code, "P4")  # replaced
    assert {table for table in after if everything(db)[table] != before[table]} == URN


def test_a_voter_alone_on_a_quiet_day_is_not_joined_to_the_envelope_of_that_day(
    db: Session, tmp_path: Path
) -> None:
    """The log says which digests came on which day: after step 2 nothing says it of people."""
    poll = make_poll(db, tmp_path)
    rights = [right for right, _code in make_letters(db, poll, tmp_path, 4)]
    for number, right in enumerate(rights):
        cast(db, poll, tmp_path, right, f"P{number + 1}", at=DURING + timedelta(days=number))
        service.publish_checkpoints(db, DURING + timedelta(days=number))
    paper = make_letters(db, poll, tmp_path, 1)[0][0]
    service.vote_on_paper(
        db, poll_id=poll.id, right_id=paper, known=secrets_of(poll, tmp_path), at=DURING
    )
    days = db.scalars(select(CheckIn.day).where(CheckIn.channel == "code")).all()
    assert len(set(days)) == 4  # while it is open, each of these days is one person's
    sever(db, poll, tmp_path)
    assert [len(page) for page in db.scalars(select(LogCheckpoint.lines))][:4] == [1, 1, 1, 1]
    assert set(db.scalars(select(CheckIn.day).where(CheckIn.channel == "code"))) == {None}
    assert db.scalars(select(CheckIn.day).where(CheckIn.channel == "paper")).one() is not None
    own = queries.right(db, poll.id, rights[0])
    assert own is not None
    assert (own.channel, own.day) == ("code", None)


@on_postgresql
def test_what_postgresql_notes_of_who_wrote_and_locked_a_row_tells_no_person_apart(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    rights = [right for right, _code in make_letters(db, poll, tmp_path, 5)]
    for right in reversed(rights):
        cast(db, poll, tmp_path, right, "P1")
    joined = text(
        "SELECT count(*) FROM voting_right r JOIN logged_digest d ON r.xmax::text = d.xmin::text"
    )
    assert db.scalar(joined) == 5  # each deposit locked its right: open, that is one to one
    sever(db, poll, tmp_path)
    assert db.scalar(joined) == 0
    people = {"voting_right": "id", "check_in": "right_id"}
    for table in Base.metadata.sorted_tables:
        numbers = db.execute(
            text(f'SELECT xmin::text, xmax::text, t::text FROM "{table.name}" t ORDER BY ctid')
        ).all()
        named = [row for row in numbers if any(right in row[2] for right in rights)]
        assert len({(row[0], row[1]) for row in named}) <= 1, table.name
        assert bool(named) == (table.name in people), table.name
    order = db.scalars(text("SELECT right_id FROM check_in ORDER BY ctid")).all()
    assert order == sorted(rights)


def test_a_copy_made_while_it_was_open_beside_what_is_left_has_no_row_that_joins(
    db: Session, engine: Engine, settings: Settings
) -> None:
    """The rows of the open vote, the database after step 2, the vault after step 2 with the
    platform's key: every ballot can be read, and none is anybody's. (The order of PostgreSQL's rows
    while it is open is another matter: docs/urn.md says that such a copy has to expire.)"""
    poll = make_poll(db, settings.vault)
    rights = [right for right, _code in make_letters(db, poll, settings.vault, 5)]
    ballots = [("P1",), ("P2",), ("P3",), ("P4",), ()]
    for right, ballot in zip(rights, ballots, strict=True):
        cast(db, poll, settings.vault, right, *ballot)
    service.publish_checkpoints(db, DURING)
    digests = list(db.scalars(select(LoggedDigest.digest)))
    backup = everything(db)
    sever(db, poll, settings.vault)
    left = everything(db)
    known = secrets_of(poll, settings.vault)
    form = queries.form_of(poll, queries.items(db, poll.id))
    envelopes = urn.split(form, db.scalars(select(UrnExport.content)).one())
    assert known.private is not None
    assert len({urn.unseal(known.private, one) for one in envelopes}) == len(ballots)
    tokens = {json.loads(row)[1] for row in backup["ballot_envelope"]}
    assert {known.token, known.code, known.identity} == {b""}
    for secret in (settings.secret_key.encode(), known.private, b""):
        assert not tokens & {urn.token_of(secret, poll.slug, right) for right in rights}
    for rows in (backup, left):
        for table, said in rows.items():
            for row in said:
                people = [right for right in rights if right in row]
                urns = [one for one in (*digests, *tokens) if one in row]
                assert not (people and urns), table
    for rows in (backup, left) if engine.dialect.name == "sqlite" else (left,):
        for table in URN:
            keys = [json.loads(row)[1] for row in rows[table]]
            assert keys == sorted(keys), table
    assert not tokens & {sign for said in left.values() for row in said for sign in row.split('"')}


KINDS: dict[str, tuple[dict[str, Any], list[urn.Choices]]] = {
    "approval": ({}, [urn.Choices(("P1",)), urn.Choices(("P1", "P2", "P3"))]),
    "knapsack": (
        {"maximum": 5, "limits": [("", 60_000_00)]},
        [urn.Choices(("P1",)), urn.Choices(("P1", "P2", "P3", "P4", "P5"))],
    ),
    "points": (
        {"max_points": 5, "max_sum": 15, "maximum": 5},
        [urn.Choices(("P1",), (1,)), urn.Choices(("P1", "P2", "P3"), (5, 5, 5))],
    ),
    "ranking": ({}, [urn.Choices(("P3",)), urn.Choices(("P3", "P1", "P2"))]),
    "graded": (
        {"maximum": 5},
        [
            urn.Choices(("P2",), (1,)),
            urn.Choices(("P1", "P2", "P3", "P4", "P5"), (3, 3, 3, 3, 3)),
        ],
    ),
}


@pytest.mark.parametrize("kind_of_ballot", KINDS)
def test_a_blank_a_short_and_a_full_ballot_have_one_length_whatever_the_type(
    db: Session, tmp_path: Path, kind_of_ballot: str
) -> None:
    said, ballots = KINDS[kind_of_ballot]
    poll = make_poll(db, tmp_path, ballot_type=kind_of_ballot, **said)
    ballots = [urn.Choices(), *ballots]
    rights = make_letters(db, poll, tmp_path, len(ballots))
    for (right, _code), ballot in zip(rights, ballots, strict=True):
        cast(db, poll, tmp_path, right, *ballot.references, points=ballot.points)
    sealed = db.scalars(select(BallotEnvelope.sealed)).all()
    assert len(set(sealed)) == len(ballots)
    assert len({len(one) for one in sealed}) == 1


def test_the_log_of_the_server_says_nothing_of_a_vote_even_when_it_fails(
    app: Any, client: Visitor, db: Session, engine: Engine, settings: Settings,
    clock: StoppedClock, outbox: object, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """A whole vote at the most talkative level, then one that the database breaks off."""
    caplog.set_level(logging.DEBUG)
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    (right, code), (victim, other) = make_letters(db, poll, settings.vault, 2)
    page = vote(client, poll, code, "P1")
    receipt = next(iter(sorted(_receipts(page.text))))
    client.send(f"/votes/{poll.slug}/recu", {"number": receipt}, 200)
    client.send(page.url, {"email": "ada@essai.test"}, form="mail", page=page)
    before = everything(db)
    _break(engine)
    stranger: Visitor = app.test_client()
    ballot = stranger.follow(stranger.send(f"/votes/{poll.slug}/entrer", {"code": other}))
    stranger.send(ballot.url, {"choice": ["P2"]}, 500, button="Déposer", page=ballot)
    after = everything(db)
    assert {table for table in after if after[table] != before[table]} == set()  # no half deposit
    assert "out of order" in caplog.text  # the operator learns what happened
    token = secrets_of(poll, settings.vault).token
    for secret in (
        right, victim, code, code.replace("-", ""), other, receipt, "ada@essai.test",
        urn.token_of(token, poll.slug, right), urn.token_of(token, poll.slug, victim),
        *db.scalars(select(LoggedDigest.digest)),
    ):  # fmt: skip
        assert secret not in caplog.text


def _receipts(words: str) -> set[str]:
    import re

    return set(re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", words))


def _break(engine: Engine) -> None:
    """From now on the last statement of a deposit fails, as on a full or broken disk."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "CREATE TRIGGER broken BEFORE INSERT ON logged_digest "
                "BEGIN SELECT RAISE(ABORT, 'out of order'); END"
            )
            return
        connection.exec_driver_sql(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE 'out of order'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE INSERT ON logged_digest "
            "FOR EACH ROW EXECUTE FUNCTION broken()"
        )


def test_the_archive_names_nobody_and_lists_nothing_in_the_order_of_the_votes(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    people = make_letters(db, poll, settings.vault, 60)
    known = secrets_of(poll, settings.vault)
    receipts, ballots = [], []
    for number, (right, _code) in enumerate(people):
        ballots.append((f"P{number % 5 + 1}",))
        receipts.append(cast(db, poll, settings.vault, right, *ballots[-1]).receipt)
    tokens = [urn.token_of(known.token, poll.slug, right) for right, _code in people]
    close(db, poll, settings.vault)
    clock.set(AFTER)
    content = client.fetch(f"/votes/{poll.slug}/archive.zip").body
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        files = {name: opened.read(name).decode() for name in opened.namelist()}
        assert len({one.date_time for one in opened.infolist()}) == 1
    all_of_it = "\n".join(files.values())
    for right, code in people:
        assert right not in all_of_it
        assert code not in all_of_it
    assert not [token for token in tokens if token in all_of_it]
    (published,) = [said for name, said in files.items() if name.startswith("bulletins")]
    assert len(published.splitlines()) == 60
    assert published.splitlines() == sorted(published.splitlines())
    digests = [
        line.split()[0]
        for name, said in sorted(files.items())
        if name.startswith("journal/0")
        for line in said.splitlines()
        if line.endswith("in_urn")
    ]
    assert digests == sorted(digests)
    assert len(digests) == 60
