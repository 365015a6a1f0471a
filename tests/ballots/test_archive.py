"""The archive of a vote counted here verifies offline, and its destruction is certified."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.models import (
    CheckIn,
    LoggedDigest,
    OpenedBallot,
    UrnExport,
    VotingRight,
)
from civic.ballots.queries import PollView
from civic.house import journal
from civic.house.poll_commands import poll as command
from civic.house.settings import Settings
from civic.rules.urn import archive
from civic.rules.urn.verifying import FALSE, verify
from tests.ballots.make import (
    AFTER,
    DURING,
    cast,
    close,
    make_counted,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

KEPT = AFTER + timedelta(days=60)


def again(db: Session, poll: PollView) -> PollView:
    found = queries.poll_by_id(db, poll.id)
    assert found is not None
    return found


def with_all_that_happens(db: Session, folder: Path) -> PollView:
    """Ballots replaced, one withdrawn by paper and one by the commission, two checkpoints."""
    poll = make_poll(db, folder)
    known = secrets_of(poll, folder)
    rights = [right for right, _code in make_letters(db, poll, folder, 6)]
    for right in rights:
        cast(db, poll, folder, right, "P1", "P2")
    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=DURING)
    cast(db, poll, folder, rights[0], "P3")
    service.vote_on_paper(db, poll_id=poll.id, right_id=rights[1], known=known, at=DURING)
    service.revoke_right(
        db, poll_id=poll.id, right_id=rights[2], reason="doublon", known=known, by="system",
        at=DURING,
    )  # fmt: skip
    one, two = make_person(db), make_person(db)
    number = service.open_batch(db, poll_id=poll.id, place="Mairie", ballots=1, by=one, at=AFTER)
    for who in (one, two):
        type_bundle(db, poll, number, [["P4"]], who)
    close(db, poll, folder)
    return again(db, poll)


def test_the_archive_of_a_real_closing_has_nothing_false(db: Session, tmp_path: Path) -> None:
    poll = with_all_that_happens(db, tmp_path)
    files = queries.archive_files(db, poll)
    assert files is not None
    lines = verify(files)
    assert [one.sentence for one in lines if one.kind == FALSE] == []
    said = " ".join(one.sentence for one in lines)
    assert "4 enveloppes dans l'urne, 1 remplacées, 2 retirées" in said
    assert "« doublon » : 1 droits, 1 enveloppes" in said
    assert archive.BALLOTS not in files  # five ballots: not published
    result = queries.result(db, poll.id)
    assert result is not None
    assert result.archive == archive.archive_digest(files)


@pytest.mark.parametrize("ballots", [[], [()], [("P1",)], [(), (), ()]], ids=str)
def test_none_one_or_blank_ballots_are_counted_and_never_published(
    db: Session, tmp_path: Path, ballots: list[tuple[str, ...]]
) -> None:
    poll = make_counted(db, tmp_path, *ballots)
    files = queries.archive_files(db, poll)
    assert files is not None
    assert archive.BALLOTS not in files
    assert not [one for one in verify(files) if one.kind == FALSE]


def test_fifty_ballots_are_published_downloaded_and_recounted(
    client: Visitor, db: Session, settings: Settings, tmp_path: Path, clock: StoppedClock
) -> None:
    poll = make_poll(db, settings.vault)
    for place, (right, _code) in enumerate(make_letters(db, poll, settings.vault, 50)):
        cast(db, poll, settings.vault, right, f"P{1 + place % 5}")
    clock.set(AFTER)
    client.see(f"/votes/{poll.slug}/archive.zip", 404)
    close(db, poll, settings.vault)
    page = client.see(f"/votes/{poll.slug}/resultats")
    assert "Archive à vérifier chez soi" in page.text
    content = client.fetch(f"/votes/{poll.slug}/archive.zip", type="application/zip").body
    path = tmp_path / "archive.zip"
    path.write_bytes(content)
    result = queries.result(db, poll.id)
    assert result is not None
    assert result.archive is not None
    done = CliRunner().invoke(command, ["verify", str(path), "--noted", result.archive])
    assert done.exit_code == 0, done.output
    assert "50 bulletins ouverts, recomptés" in done.output


def test_a_result_is_provisional_then_final_by_its_dates(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    poll = make_counted(db, settings.vault, ("P1",))
    page = f"/votes/{poll.slug}/resultats"
    clock.set(AFTER + timedelta(days=10))
    assert "Résultats provisoires" in client.see(page).text
    clock.set(AFTER + timedelta(days=11))
    assert "Résultats définitifs" in client.see(page).text


def test_nothing_is_destroyed_before_its_date_and_everything_secret_after(
    db: Session, tmp_path: Path
) -> None:
    poll = with_all_that_happens(db, tmp_path)
    before = queries.archive_files(db, poll)
    name = poll.secret_name
    assert name is not None
    gone: list[str] = []

    def forget(secret: str) -> None:
        gone.append(secret)
        vault.forget(tmp_path, secret)

    assert service.destroy_due(db, KEPT, forget) == 0
    assert not gone
    assert vault.load(tmp_path, name).private
    assert service.destroy_due(db, KEPT + timedelta(days=1), forget) == 1
    assert service.destroy_due(db, KEPT + timedelta(days=2), forget) == 0
    assert gone == [name]
    with pytest.raises(FileNotFoundError):
        vault.load(tmp_path, name)
    for model in (CheckIn, VotingRight, LoggedDigest, UrnExport, OpenedBallot):
        assert not db.scalars(select(model)).all()
    certificate = queries.steps(db, poll.id)["destroyed"].figures
    assert certificate == {
        "enveloppes": 4, "emargements": 5, "droits": 6, "recus": 7, "bulletins": 5
    }  # fmt: skip
    assert queries.archive_files(db, again(db, poll)) == before  # what was published stays
    assert queries.result(db, poll.id) is not None
    assert journal.verify(db).wrong is None


def test_the_pages_of_a_destroyed_vote_still_answer(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    poll = make_counted(db, settings.vault, ("P1",), ("P2",))
    after = KEPT + timedelta(days=1)
    service.destroy_due(db, after, lambda name: vault.forget(settings.vault, name))
    clock.set(after)
    voted = queries.turnout(db, poll.id)
    assert (voted.rights, voted.voted) == (2, 2)
    client.see(f"/votes/{poll.slug}")
    client.see(f"/votes/{poll.slug}/resultats")
    assert "détruits" in client.see(f"/votes/{poll.slug}/urne").text
    client.fetch(f"/votes/{poll.slug}/archive.zip", type="application/zip")
    client.fetch(f"/votes/{poll.slug}/proces-verbal.pdf", type="application/pdf")
