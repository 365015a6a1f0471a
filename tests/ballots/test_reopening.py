"""A bundle forgotten at step 1: two members take the papers up again before the urn is opened."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civic.ballots import queries, service, vault
from civic.ballots.models import UrnExport
from civic.ballots.queries import papers
from civic.ballots.views import documents
from civic.house.access import Role, unit
from civic.house.refusal import NotFound, Refusal
from civic.rules.urn import archive
from civic.rules.urn.verifying import FALSE, verify
from tests import make as house
from tests.ballots.make import (
    AFTER,
    DURING,
    cast,
    close,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)
from tests.ballots.test_contests import answer, contest

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.ballots.queries import PollView
    from civic.house.settings import Settings
    from tests.machine.outbox import Outbox
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor

FOUND = AFTER + timedelta(minutes=20)
WHY = "Une liasse de deux bulletins était restée dans la boîte de la mairie."


def prepared(db: Session, folder: Path) -> PollView:
    """One envelope, three people signed for paper, one bundle of one typed: two are missing."""
    poll = make_poll(db, folder)
    (online, *paper) = [right for right, _code in make_letters(db, poll, folder, 4)]
    cast(db, poll, folder, online, "P1")
    for right in paper:
        service.vote_on_paper(
            db, poll_id=poll.id, right_id=right, known=secrets_of(poll, folder), at=DURING
        )
    bundle(db, poll, ("P1",))
    return poll


def bundle(db: Session, poll: PollView, *lines: tuple[str, ...]) -> int:
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=len(lines), by="system", at=FOUND
    )
    for _person in range(2):
        type_bundle(db, poll, number, lines, make_person(db))
    return number


def sever(db: Session, poll: PollView, folder: Path) -> None:
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    assert poll.secret_name is not None
    vault.sever(folder, poll.secret_name)


def reopen(db: Session, poll: PollView) -> None:
    service.ask_reopening(db, poll_id=poll.id, reason=WHY, by=make_person(db), at=FOUND)
    service.agree_reopening(db, poll_id=poll.id, by=make_person(db), at=FOUND)


def open_urn(db: Session, poll: PollView, folder: Path) -> bool:
    return service.open_urn(
        db, poll_id=poll.id, known=secrets_of(poll, folder), by=make_person(db), at=FOUND
    )


@pytest.mark.parametrize("severed", [False, True])
def test_a_forgotten_bundle_is_counted_and_both_reconciliations_are_told(
    db: Session, tmp_path: Path, severed: bool
) -> None:
    poll = prepared(db, tmp_path)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    if severed:
        sever(db, poll, tmp_path)
    first = queries.steps(db, poll.id)["reconciled"]
    urn = db.get_one(UrnExport, poll.id).digest
    assert first.figures["ecart_papier"] == -2
    with pytest.raises(Refusal, match="reprise des papiers"):
        bundle(db, poll, ("P2",), ("P2",))
    reopen(db, poll)
    bundle(db, poll, ("P2",), ("P2",))
    service.reconcile(db, poll_id=poll.id, by="system", at=FOUND)
    again = queries.steps(db, poll.id)["reconciled"]
    assert again.at == first.at
    assert (again.figures["papiers"], again.figures["ecart_papier"]) == (3, 0)
    assert again.figures["empreinte_urne"] == urn == db.get_one(UrnExport, poll.id).digest
    (told,) = again.figures["reprises"]
    assert told["motif"] == WHY
    assert told["avant"]["papiers"] == 1
    with pytest.raises(Refusal):
        bundle(db, poll, ("P3",))
    if not severed:
        sever(db, poll, tmp_path)
    for _member in range(2):
        open_urn(db, poll, tmp_path)
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.votes["P1"], result.votes["P2"]) == (2, 2)
    db.expire_all()
    view = queries.poll_by_id(db, poll.id)
    assert view is not None
    files = queries.archive_files(db, view)
    assert files is not None
    lines = verify(files)
    assert not [one.sentence for one in lines if one.kind == FALSE]
    assert any(WHY.removesuffix(".") in one.sentence for one in lines)
    for old, new in ((WHY.encode(), b""), (b'"papiers":1}', b'"papiers":2}')):
        forged = {**files, archive.STEPS: files[archive.STEPS].replace(old, new)}
        forged[archive.MANIFEST] = archive.manifest(forged)
        assert any(one.kind == FALSE for one in verify(forged))


def test_one_member_alone_takes_nothing_up_again(db: Session, tmp_path: Path) -> None:
    poll = prepared(db, tmp_path)
    one = make_person(db)
    with pytest.raises(Refusal, match="ouvrez simplement"):
        service.ask_reopening(db, poll_id=poll.id, reason=WHY, by=one, at=FOUND)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    with pytest.raises(Refusal, match="pourquoi"):
        service.ask_reopening(db, poll_id=poll.id, reason="", by=one, at=FOUND)
    service.ask_reopening(db, poll_id=poll.id, reason=WHY, by=one, at=FOUND)
    with pytest.raises(Refusal, match="un autre membre"):
        service.agree_reopening(db, poll_id=poll.id, by=one, at=FOUND)
    with pytest.raises(Refusal):
        bundle(db, poll, ("P2",))
    with pytest.raises(Refusal, match="déjà demandée"):
        service.ask_reopening(db, poll_id=poll.id, reason=WHY, by=make_person(db), at=FOUND)
    service.reconcile(db, poll_id=poll.id, by="system", at=FOUND)
    assert "reprises" not in queries.steps(db, poll.id)["reconciled"].figures
    sever(db, poll, tmp_path)
    with pytest.raises(Refusal, match="reprise des papiers"):
        open_urn(db, poll, tmp_path)
    service.drop_reopening(db, poll_id=poll.id, by=one, at=FOUND)
    with pytest.raises(NotFound):
        service.drop_reopening(db, poll_id=poll.id, by=one, at=FOUND)
    assert not open_urn(db, poll, tmp_path)
    with pytest.raises(Refusal, match="déjà ouvert l'urne"):
        service.ask_reopening(db, poll_id=poll.id, reason=WHY, by=one, at=FOUND)
    assert open_urn(db, poll, tmp_path)
    with pytest.raises(Refusal, match="contestation admise"):
        service.ask_reopening(db, poll_id=poll.id, reason=WHY, by=one, at=FOUND)


def test_the_urn_stays_closed_until_the_bundle_agrees_and_step_1_is_made_again(
    db: Session, tmp_path: Path
) -> None:
    poll = prepared(db, tmp_path)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    sever(db, poll, tmp_path)
    reopen(db, poll)
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=1, by="system", at=FOUND
    )
    with pytest.raises(Refusal, match="n'est pas saisie deux fois"):
        service.reconcile(db, poll_id=poll.id, by="system", at=FOUND)
    for line in ("P2", "P3"):
        type_bundle(db, poll, number, ((line,),), make_person(db))
    with pytest.raises(Refusal, match="n'est pas saisie deux fois"):
        service.reconcile(db, poll_id=poll.id, by="system", at=FOUND)
    with pytest.raises(Refusal, match="reprise des papiers"):
        open_urn(db, poll, tmp_path)


def test_after_the_count_only_a_contest_about_papers_leads_back_to_them(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    for remedy, may in (("recount", False), ("papers", True)):
        poll = prepared(db, tmp_path)
        close(db, poll, tmp_path)
        answer(
            db, poll, contest(db, poll, about="papers"), make_person(db), outcome="upheld",
            remedy=remedy,
        )  # fmt: skip
        if not may:
            with pytest.raises(Refusal, match="ne demande que de recompter"):
                reopen(db, poll)
            continue
        reopen(db, poll)
        bundle(db, poll, ("P2",), ("P2",))
        service.reconcile(db, poll_id=poll.id, by="system", at=FOUND)
        for _member in range(2):
            open_urn(db, poll, tmp_path)
        result = queries.result(db, poll.id)
        assert result is not None
        assert result.channels["papiers"] == 3
        db.expire_all()
        view = queries.poll_by_id(db, poll.id)
        assert view is not None
        assert not [one for one in verify(queries.archive_files(db, view) or {})
                    if one.kind == FALSE]  # fmt: skip
    assert outbox.all()


def test_two_members_take_papers_up_again_on_their_page(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poll = prepared(db, settings.vault)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    members = [house.staff(db, Role.VOTE_COMMISSION, unit("poll", poll.id)) for _one in range(2)]
    db.rollback()
    clock.set(FOUND)
    one: Visitor = app.test_client()  # type: ignore[assignment]
    two: Visitor = app.test_client()  # type: ignore[assignment]
    for visitor, member in zip((one, two), members, strict=True):
        visitor.sign_in(member.email)
    door = f"/votes/{poll.slug}/depouillement"
    assert "Ouvrir une liasse" not in one.see(door).text
    assert "Écrivez pourquoi" in one.send(door, {"reason": ""}, 422).text
    one.send(door, {"reason": WHY})
    assert "Accepter" not in one.see(door).text
    two.send(door, button="Accepter de reprendre les papiers")
    one.send(door, {"place": "Mairie", "ballots": 2}, button="Ouvrir une liasse")
    for visitor in (one, two):
        for _ballot in range(2):
            visitor.send(f"{door}/liasses/2", {"choice": ["P2"]})
    two.send(door, button="Refaire l'étape 1")
    assert "Papiers repris après l'étape 1" in one.see(door).text
    db.rollback()
    assert len(papers.reopenings(db, poll.id)) == 1
    sever(db, poll, settings.vault)
    for _member in range(2):
        open_urn(db, poll, settings.vault)
    db.rollback()
    monkeypatch.setattr(documents, "pdf", lambda html: html.encode())
    record = client.fetch(f"/votes/{poll.slug}/proces-verbal.pdf").body.decode()
    assert "Papiers repris après le premier rapprochement" in record
    assert "Nombre de papiers alors : 1 ; écart : -2" in record.replace("−", "-")
