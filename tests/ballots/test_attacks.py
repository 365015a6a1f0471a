"""Attacks: what a thief of the whole server reads, what a forger of the urn can hide, what a
neighbour's receipt or draft gives."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Date, DateTime, delete, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.models import (
    BallotEnvelope,
    CheckIn,
    LogCheckpoint,
    LoggedDigest,
)
from civic.ballots.queries import PollView
from civic.house.db import Base
from civic.house.journal import JournalEntry
from civic.house.settings import Settings
from civic.rules import urn
from civic.rules.urn.verifying import FALSE, verify
from tests import make as house
from tests.ballots.make import (
    AFTER,
    DURING,
    SECRET,
    cast,
    close,
    make_held_by_commission,
    make_letters,
    make_poll,
)
from tests.machine.kinds import on_postgresql
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

BALLOTS = (("P1",), ("P2", "P3"), (), ("P5", "P4", "P1"))


def stolen(db: Session) -> list[tuple[str, str]]:
    """Everything in the database: table and row, as text with bytes in hex."""

    def plain(value: Any) -> Any:
        return value.hex() if isinstance(value, bytes) else value

    db.rollback()
    return [
        (table.name, json.dumps([plain(value) for value in row], default=str))
        for table in Base.metadata.sorted_tables
        for row in db.execute(select(table))
    ]


def voted(db: Session, folder: Path) -> tuple[PollView, list[str], list[str]]:
    """A poll under the commission's key in which people have voted: it, rights, digests."""
    poll = make_held_by_commission(db, folder)
    rights = [right for right, _code in make_letters(db, poll, folder, len(BALLOTS))]
    for right, ballot in zip(rights, BALLOTS, strict=True):
        cast(db, poll, folder, right, *ballot)
    digests = list(db.scalars(select(BallotEnvelope.digest)))
    return poll, rights, digests


def test_who_takes_database_backups_and_all_secrets_of_the_server_reads_no_ballot(
    db: Session, settings: Settings
) -> None:
    poll, _rights, _digests = voted(db, settings.vault)
    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=DURING)
    backup = stolen(db)  # made while the vote was open
    envelopes = [one.sealed for one in db.scalars(select(BallotEnvelope))]
    files = [path.read_bytes() for path in settings.vault.rglob("*") if path.is_file()]
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    everything = "\n".join(row for _table, row in [*backup, *stolen(db)])
    secrets = [
        bytes.fromhex(value)
        for content in files
        for value in json.loads(content).values()
        if isinstance(value, str) and len(value) == 64
    ]
    assert len(secrets) == 3  # of tokens, codes and identities: there is no private key to take
    secrets.append(settings.secret_key.encode()[:32].ljust(32, b"0"))
    assert poll.public_key is not None
    for key in [*secrets, poll.public_key, *(urn.key_pair(one).private for one in secrets)]:
        for sealed in envelopes:
            with pytest.raises(urn.Unreadable):
                urn.unseal(key, sealed)
    assert urn.keys_of(SECRET).private.hex() not in everything
    assert SECRET.hex() not in everything
    assert '"c": [' not in everything
    assert '\\"c\\":' not in everything
    assert len({len(sealed) for sealed in envelopes}) == 1
    two_sheets = urn.join(urn.cut(SECRET)[:2], poll.public_key).private  # those who may, can
    form = queries.form_of(poll, queries.items(db, poll.id))
    read = {urn.read(form, urn.unseal(two_sheets, sealed)).references for sealed in envelopes}
    assert read == set(BALLOTS)


def test_after_the_second_step_no_row_hour_number_or_order_joins_a_person_to_an_envelope(
    db: Session, settings: Settings
) -> None:
    lines = len(db.scalars(select(JournalEntry.id)).all())
    poll, rights, digests = voted(db, settings.vault)
    made = [one.verb for one in db.scalars(select(JournalEntry).order_by(JournalEntry.id))][lines:]
    assert not [verb for verb in made if "deposit" in verb or "envelope" in verb]
    assert made[-1] == "poll.letters"  # voting itself writes nothing
    assert poll.secret_name is not None
    old = vault.load(settings.vault, poll.secret_name)
    tokens = [urn.token_of(old.token, poll.slug, right) for right in rights]
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    vault.sever(settings.vault, poll.secret_name)
    service.clean_urn(db)
    for table, row in stolen(db):
        assert not (any(one in row for one in rights) and any(one in row for one in digests)), table
        assert not any(token in row for token in tokens), table
    for model in (CheckIn, LoggedDigest):
        kinds = [type(column.type) for column in model.__table__.columns]
        assert DateTime not in kinds  # a day at most, never an hour
        assert sum(issubclass(kind, Date) for kind in kinds) <= 1
        assert not any(column.default for column in model.__table__.primary_key)
    assert not vault.load(settings.vault, poll.secret_name).token


@on_postgresql
def test_postgresqls_own_columns_and_sequences_join_nothing_after_the_second_step(
    db: Session, settings: Settings
) -> None:
    poll, _rights, _digests = voted(db, settings.vault)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    service.clean_urn(db)
    for table, key in (("check_in", "right_id"), ("logged_digest", "digest")):
        rows = db.execute(text(f"SELECT {key}, xmin::text, cmin::text FROM {table} ORDER BY ctid"))
        found = rows.all()
        assert [row[0] for row in found] == sorted(row[0] for row in found)
        assert len({row[1] for row in found}) == 1
        owned = db.scalars(
            text(
                "SELECT count(*) FROM pg_depend d JOIN pg_class s ON s.oid = d.objid "
                f"WHERE s.relkind = 'S' AND d.refobjid = '{table}'::regclass"
            )
        ).one()
        assert owned == 0
    names = {one["name"] for one in inspect(db.get_bind()).get_columns("logged_digest")}
    assert names == {"poll_id", "digest", "state", "published"}


@pytest.mark.parametrize("forgery", ["added", "dropped", "changed"])
def test_a_forger_who_rewrites_the_whole_log_is_found_by_whoever_noted_a_checkpoint(
    db: Session, tmp_path: Path, forgery: str
) -> None:
    poll = make_poll(db, tmp_path)
    for right, _code in make_letters(db, poll, tmp_path, 3):
        cast(db, poll, tmp_path, right, "P1")
    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=DURING)
    noted = db.scalars(select(LogCheckpoint.digest)).one()
    _forge(db, poll, forgery)
    close(db, poll, tmp_path)  # the site, wholly rewritten, sees nothing
    again = queries.poll_by_id(db, poll.id)
    assert again is not None
    files = queries.archive_files(db, again)
    assert files is not None
    assert not [one for one in verify(files) if one.kind == FALSE]
    assert [one for one in verify(files, [noted]) if one.kind == FALSE]


def _forge(db: Session, poll: PollView, forgery: str) -> None:
    """Changes the urn, then émargement, log and checkpoint so that all agree."""
    form = queries.form_of(poll, queries.items(db, poll.id))
    assert poll.public_key is not None
    sealed = urn.seal(poll.public_key, urn.write(form, urn.Choices(("P5",))))
    victim = db.scalars(select(BallotEnvelope).limit(1)).one()
    token, old = victim.token, victim.digest
    right = db.scalars(select(CheckIn.right_id).limit(1)).one()
    db.rollback()
    with db.begin():
        if forgery == "added":
            found = urn.digest(sealed)
            db.execute(
                insert(BallotEnvelope).values(
                    poll_id=poll.id, token="0" * 64, sealed=sealed, digest=found
                )
            )
            db.execute(
                insert(LoggedDigest).values(
                    poll_id=poll.id, digest=found, state="in_urn", published="in_urn"
                )
            )
            _one_more_right(db, poll)  # somebody who did not vote is marked as having voted
        elif forgery == "dropped":
            db.execute(delete(LoggedDigest).where(LoggedDigest.digest == old))
            db.execute(delete(BallotEnvelope).where(BallotEnvelope.token == token))
            db.execute(delete(CheckIn).where(CheckIn.right_id == right))
        else:
            db.execute(
                update(BallotEnvelope)
                .where(BallotEnvelope.token == token)
                .values(sealed=sealed, digest=urn.digest(sealed))
            )
            db.execute(
                update(LoggedDigest)
                .where(LoggedDigest.digest == old)
                .values(digest=urn.digest(sealed))
            )
        page = urn.chain(
            urn.START, [(one, "in_urn") for one in db.scalars(select(LoggedDigest.digest))]
        )
        db.execute(
            update(LogCheckpoint).values(
                lines=[list(line) for line in page.lines], digest=page.digest
            )
        )


def _one_more_right(db: Session, poll: PollView) -> None:
    from civic.ballots.models import VotingRight

    db.execute(
        insert(VotingRight).values(
            id="r" * 22, poll_id=poll.id, identity="f" * 64, level="letter"
        )
    )  # fmt: skip
    db.execute(
        insert(CheckIn).values(
            poll_id=poll.id, right_id="r" * 22, channel="code", day=DURING.date()
        )
    )  # fmt: skip


def test_somebody_elses_receipt_says_where_an_envelope_is_and_nothing_more(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll, other = make_poll(db, settings.vault), make_poll(db, settings.vault, title="Un autre")
    ((right, _code),) = make_letters(db, poll, settings.vault, 1)
    first = cast(db, poll, settings.vault, right, "P3").receipt
    second = cast(db, poll, settings.vault, right, "P4").receipt
    for receipt, said in ((first, "remplacée"), (second, "dans l'urne")):
        page = client.send(f"/votes/{poll.slug}/recu", {"number": receipt}, 200)
        assert said in page.text
        main = page.text
        for item in ("jardin partagé", "Ralentir"):
            assert item not in main
        assert right not in page.html
    page = client.send(f"/votes/{other.slug}/recu", {"number": second}, 200)
    assert "Aucune enveloppe" in page.text


def test_somebody_elses_draft_opens_nothing_for_another_right(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    ((_right, code),) = make_letters(db, poll, settings.vault, 1)
    one: Visitor = app.test_client()  # type: ignore[assignment]
    ballot = one.follow(one.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    one.send(ballot.url, {"choice": ["P3"]}, button="Garder", page=ballot)
    name, value = next(
        (kept.key, kept.value)
        for kept in (one._cookies or {}).values()
        if kept.key.startswith("brouillon")
    )
    neighbour: Visitor = app.test_client()  # type: ignore[assignment]
    neighbour.sign_in(house.account(db).email)
    neighbour.send(f"/votes/{poll.slug}/droit", {"born": "1988-02-29", "honour": True})
    neighbour.set_cookie(name, value, domain="civic.test")
    seen = neighbour.see(ballot.url)
    assert not seen.all("input[@checked]")  # their own ballot, empty
    other = make_poll(db, settings.vault, title="Un autre vote")
    stranger: Visitor = app.test_client()  # type: ignore[assignment]
    stranger.set_cookie(name.replace(str(poll.id), str(other.id)), value, domain="civic.test")
    stranger.see(f"/votes/{other.slug}/bulletin", 303)
    clock.set(DURING + timedelta(hours=13))
    late: Visitor = app.test_client()  # type: ignore[assignment]
    late.set_cookie(name, value, domain="civic.test")
    late.see(f"/votes/{poll.slug}/bulletin", 303)  # and it ends by itself
