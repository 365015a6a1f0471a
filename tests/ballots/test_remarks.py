"""What comes back after step 1: a refusal that says what to do, and a dated remark for good."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from civic.ballots import queries, service, vault
from civic.ballots.models import VotingRight
from civic.ballots.queries import papers
from civic.ballots.service import RollEntry
from civic.ballots.views import documents
from civic.house.access import Role, unit
from civic.house.db import writing
from civic.house.refusal import Refusal
from tests import make as house
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    make_counted,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)
from tests.ballots.test_annulment import annul

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.ballots.queries import PollView
    from civic.house.settings import Settings
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor

LATE = AFTER + timedelta(hours=20)
TOO_LATE = "Le foyer : 2 signatures revenues le lendemain."


def with_a_printed_place(db: Session, folder: Path) -> tuple[PollView, int, list[str]]:
    """A vote whose foyer has a printed émargement of three people with letters, which is not back
    when its sheet is signed; the place, and the codes."""
    poll = make_poll(db, folder)
    known = secrets_of(poll, folder)
    codes = [code for _right, code in make_letters(db, poll, folder, 1)]
    entries = [RollEntry(f"Foyer{n}", "Ada", date(1950, 1, 1), line=n) for n in range(3)]
    foyer = service.add_place(
        db, poll_id=poll.id, name="Foyer", address="1 place", kind="printed",
        hours=[(DURING, CLOSES - timedelta(hours=1))], by="system", at=DURING - timedelta(days=1),
    )  # fmt: skip
    service.print_check_in(db, place_id=foyer, entries=entries, known=known, by="system", at=DURING)
    sign(db, foyer, 0, explanation="L'émargement et l'urne du foyer ne sont pas revenus.")
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    return poll, foyer, codes


def sign(db: Session, place_id: int, number: int, **said: str) -> int:
    return service.sign_sheet(
        db, place_id=place_id, signatures=number, ballots=number, blank=0, spoilt=0,
        by=make_person(db), at=LATE, **{"explanation": "", "correction": "", **said},
    )  # fmt: skip


def test_a_late_check_in_is_refused_with_what_to_do_and_its_sheet_is_corrected_by_two(
    db: Session, tmp_path: Path
) -> None:
    poll, foyer, _codes = with_a_printed_place(db, tmp_path)

    def typed() -> None:
        service.type_signatures(
            db, place_id=foyer, numbers=[1, 2], correction="", by="system", at=LATE
        )

    with pytest.raises(Refusal, match="observations"):
        typed()
    with pytest.raises(Refusal, match=r"reprendre les papiers.*observation"):
        sign(db, foyer, 2, correction="Revenu")
    one, two = make_person(db), make_person(db)
    service.ask_reopening(db, poll_id=poll.id, reason=TOO_LATE, by=one, at=LATE)
    service.agree_reopening(db, poll_id=poll.id, by=two, at=LATE)
    number = service.open_batch(db, poll_id=poll.id, place="Foyer", ballots=2, by=one, at=LATE)
    for who in (one, two):
        type_bundle(db, poll, number, [["P1"], ["P2"]], who)
    sign(db, foyer, 2, correction="Revenu le lendemain", explanation="Revenu après l'étape 1.")
    with pytest.raises(Refusal, match="observations"):  # nobody is made to have voted afterwards
        typed()
    service.reconcile(db, poll_id=poll.id, by=one, at=LATE)
    figures = queries.steps(db, poll.id)["reconciled"].figures
    assert (figures["papiers"], figures["ecart_papier"]) == (2, 2)
    assert queries.signed_numbers(db, foyer) == []
    assert [one.reason for one in papers.reopenings(db, poll.id)] == [TOO_LATE]


def test_a_remark_waits_for_step_1_stays_for_good_and_changes_no_figure(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    member = make_person(db)

    def remark(text: str = TOO_LATE) -> int:
        return service.add_remark(db, poll_id=poll.id, text=text, by=member, at=LATE)

    with pytest.raises(Refusal, match="corrigez la feuille"):
        remark()
    db.rollback()
    poll = make_counted(db, tmp_path, ("P1",), ("P2",))
    before = queries.archive_files(db, poll)
    with pytest.raises(Refusal, match="Écrivez"):
        remark("")
    assert [remark(), remark("Une autre.")] == [1, 2]
    db.rollback()
    assert queries.archive_files(db, poll) == before
    after = AFTER + timedelta(days=poll.keep_days + 1)
    assert service.destroy_due(db, after, lambda name: vault.forget(tmp_path, name)) == 1
    with pytest.raises(Refusal, match="ne change plus"):
        remark()
    db.rollback()
    assert [one.text for one in queries.remarks(db, poll.id)] == [TOO_LATE, "Une autre."]


def test_an_annulled_vote_takes_remarks(db: Session, settings: Settings) -> None:
    poll = make_poll(db, settings.vault)
    annul(db, poll, at=DURING, decided_on=DURING.date())
    assert service.add_remark(db, poll_id=poll.id, text=TOO_LATE, by="system", at=LATE) == 1


def test_members_write_remarks_on_their_page_and_everybody_reads_them_in_the_record(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(documents, "pdf", lambda html: html.encode())
    poll, foyer, _codes = with_a_printed_place(db, settings.vault)
    member = house.staff(db, Role.VOTE_COMMISSION, unit("poll", poll.id))
    db.rollback()
    clock.set(LATE)
    one: Visitor = app.test_client()  # type: ignore[assignment]
    one.sign_in(member.email)
    door = f"/votes/{poll.slug}/depouillement"
    place = one.see(f"/votes/{poll.slug}/lieux/{foyer}")
    assert "les signatures de cet émargement ne se saisissent plus" in place.text
    assert f"{door}#remarks" in place.html
    page = one.see(door)
    assert "Écrivez votre observation" in one.send(door, {"text": " "}, 422, page=page).text
    one.send(door, {"text": TOO_LATE})
    assert TOO_LATE in one.see(door).text
    service.sever(db, poll_id=poll.id, by="system", at=LATE)
    assert poll.secret_name is not None
    vault.sever(settings.vault, poll.secret_name)
    for _member in range(2):
        service.open_urn(
            db, poll_id=poll.id, known=secrets_of(poll, settings.vault), by=make_person(db),
            at=LATE,
        )  # fmt: skip
    db.rollback()
    record = f"/votes/{poll.slug}/proces-verbal.pdf"
    first = client.fetch(record)
    assert TOO_LATE in first.body.decode()
    one.send(door, {"text": "L'urne du foyer est aux archives."})
    second = client.fetch(record, headers={"If-None-Match": first.headers["ETag"]})
    told = second.body.decode().replace("&#39;", "'")
    assert TOO_LATE in told
    assert "L'urne du foyer est aux archives." in told
    assert "2. Le" in told


def test_who_signed_a_printed_check_in_that_nobody_typed_is_told_that_it_may_be_late(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    poll, foyer, _codes = with_a_printed_place(db, settings.vault)
    resident = house.account(db)
    with writing(db):
        right = db.scalars(select(VotingRight).where(VotingRight.place_id == foyer)).first()
        assert right is not None
        right.person_id = resident.person
    clock.set(LATE)
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    visitor.sign_in(resident.email)
    page = visitor.see(f"/votes/{poll.slug}/mon-emargement").text
    assert "Personne n'a émargé avec votre droit" in page
    assert "revenu trop tard" in page
