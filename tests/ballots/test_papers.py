"""Papers and mistakes: a bundle opened twice, a wrong reading, a wrong émargement. Each is mended
by the commission, in public, and never by one person alone where ballots are at stake."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from civic.ballots import queries, service
from civic.ballots.queries import papers
from civic.ballots.views import documents
from civic.house.access import Role, unit
from civic.house.journal import JournalEntry
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn
from tests import make as house
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    OPENS,
    cast,
    close,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.ballots.queries import PollView
    from civic.house.settings import Settings
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor

WHY = "La même liasse a été ouverte deux fois."


def bundle(db: Session, poll: PollView, *lines: tuple[str, ...] | str) -> tuple[int, str, str]:
    one, two = make_person(db), make_person(db)
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=len(lines), by=one, at=AFTER
    )
    for person in (one, two):
        type_bundle(db, poll, number, lines, person)
    return number, one, two


def votes(db: Session, poll: PollView) -> dict[str, int]:
    found = queries.result(db, poll.id)
    assert found is not None
    return {name: number for name, number in found.votes.items() if number}


def test_a_bundle_entered_twice_is_set_aside_by_two_members_and_stays_told(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    bundle(db, poll, ("P1",), ("P2",))
    twice, one, two = bundle(db, poll, ("P1",), ("P2",))
    with pytest.raises(NotFound):
        service.drop_batch(db, poll_id=poll.id, number=twice, by=two, at=AFTER)
    with pytest.raises(Refusal, match="pourquoi"):
        service.ask_to_drop_batch(db, poll_id=poll.id, number=twice, reason="", by=one, at=AFTER)
    service.ask_to_drop_batch(db, poll_id=poll.id, number=twice, reason=WHY, by=one, at=AFTER)
    with pytest.raises(Refusal, match="un autre membre"):
        service.drop_batch(db, poll_id=poll.id, number=twice, by=one, at=AFTER)
    with pytest.raises(Refusal, match="retrait est demandé"):
        service.reconcile(db, poll_id=poll.id, by=one, at=AFTER)
    service.drop_batch(db, poll_id=poll.id, number=twice, by=two, at=AFTER)
    for verb in (
        lambda: type_bundle(db, poll, twice, (("P3",),), one),
        lambda: service.keep_batch(db, poll_id=poll.id, number=twice, by=two, at=AFTER),
    ):
        with pytest.raises(Refusal, match="retirée"):
            verb()
    close(db, poll, tmp_path)
    assert votes(db, poll) == {"P1": 1, "P2": 1}
    (told,) = papers.dropped(db, poll.id)
    assert (told.number, told.ballots, told.why, told.asked_by, told.by) == (
        twice, 2, WHY, one, two,
    )  # fmt: skip


def test_a_request_is_taken_back_and_nothing_is_set_aside_after_step_1(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    number, one, two = bundle(db, poll, ("P1",))
    service.ask_to_drop_batch(db, poll_id=poll.id, number=number, reason=WHY, by=one, at=AFTER)
    service.keep_batch(db, poll_id=poll.id, number=number, by=two, at=AFTER)
    service.reconcile(db, poll_id=poll.id, by=one, at=AFTER)
    with pytest.raises(Refusal, match="déjà rapproché"):
        service.ask_to_drop_batch(db, poll_id=poll.id, number=number, reason=WHY, by=one, at=AFTER)
    with pytest.raises(Refusal, match="déjà rapproché"):
        type_bundle(db, poll, number, (("P2",),), one)


def test_what_two_people_misread_alike_is_corrected_by_both_before_step_1(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    number, one, two = bundle(db, poll, ("P1",), ("P2",))

    def correct(by: str) -> bool:
        return service.type_ballot(
            db, poll_id=poll.id, number=number, ballot=1, said=urn.Choices(("P3",)), by=by,
            at=AFTER,
        )  # fmt: skip

    assert not correct(one)
    with pytest.raises(Refusal, match="concordante"):
        service.reconcile(db, poll_id=poll.id, by=one, at=AFTER)
    with pytest.raises(Refusal, match="Deux autres"):
        correct(make_person(db))
    assert correct(two)
    close(db, poll, tmp_path)
    assert votes(db, poll) == {"P2": 1, "P3": 1}
    assert len(papers.corrections(db, poll.id)) == 2


@pytest.mark.parametrize(("blank", "spoilt", "fits"), [(1, 1, True), (0, 1, False), (1, 2, False)])
def test_blank_and_spoilt_papers_of_a_sheet_are_those_that_were_typed(
    db: Session, tmp_path: Path, blank: int, spoilt: int, fits: bool
) -> None:
    poll = make_poll(db, tmp_path)
    place = service.add_place(
        db, poll_id=poll.id, name="Mairie", address="1 place", kind="connected",
        hours=[(OPENS, CLOSES)], by="system", at=OPENS,
    )  # fmt: skip
    bundle(db, poll, ("P1",), (), "unreadable")
    service.sign_sheet(
        db, place_id=place, signatures=3, ballots=3, blank=blank, spoilt=spoilt,
        explanation="Personne n'a émargé.", correction="", by="system", at=AFTER,
    )  # fmt: skip
    if fits:
        service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
        return
    with pytest.raises(Refusal, match="1 et 1"):
        service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)


def test_an_emargement_on_paper_noted_by_mistake_is_taken_back_in_public(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    known, member = secrets_of(poll, tmp_path), make_person(db)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)

    def undo(reason: str = "Erreur d'accueil.", at: object = DURING) -> None:
        service.undo_paper_vote(
            db, poll_id=poll.id, right_id=right, reason=reason, by=member,
            at=at,  # type: ignore[arg-type]
        )  # fmt: skip

    cast(db, poll, tmp_path, right, "P1")
    with pytest.raises(Refusal, match="n'a pas émargé"):
        undo()
    assert service.vote_on_paper(db, poll_id=poll.id, right_id=right, known=known, at=DURING)
    with pytest.raises(Refusal, match="pourquoi"):
        undo("")
    with pytest.raises(Refusal, match="clos"):
        undo(at=AFTER)
    undo()
    with pytest.raises(Refusal, match="n'a pas émargé"):
        undo()
    entries = db.scalars(select(JournalEntry).where(JournalEntry.verb == "paper.undo")).all()
    assert all(right not in str((one.detail, one.target)) for one in entries)
    cast(db, poll, tmp_path, right, "P2", at=DURING + timedelta(hours=1))
    close(db, poll, tmp_path)
    assert votes(db, poll) == {"P2": 1}
    figures = queries.steps(db, poll.id)["reconciled"].figures
    assert figures["papier_annules"] == [["Erreur d'accueil.", 1]]
    assert (figures["emargements"], figures["retirees_papier"]) == ({"code": 1}, 1)


def test_the_commission_mends_its_mistakes_on_its_pages(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poll = make_poll(db, settings.vault)
    members = [house.staff(db, Role.VOTE_COMMISSION, unit("poll", poll.id)) for _one in range(2)]
    db.rollback()
    clock.set(DURING)
    one: Visitor = app.test_client()  # type: ignore[assignment]
    two: Visitor = app.test_client()  # type: ignore[assignment]
    for visitor, member in zip((one, two), members, strict=True):
        visitor.sign_in(member.email)
    base = f"/votes/{poll.slug}"
    who: dict[str, Any] = {"family": "Exemple", "first": "Noor", "born": "1990-05-05", "seen": True}
    page = one.send(f"{base}/accueil", who, 200)
    done = one.send(
        f"{base}/accueil", {}, 200, page=page, button="Elle met un bulletin de papier dans la boîte"
    )
    bad = one.send(f"{base}/accueil", {"reason": ""}, 422, page=done, form="undo")
    assert "Écrivez pourquoi" in bad.text
    fixed = one.send(f"{base}/accueil", {"reason": "Erreur d'accueil."}, 200, page=bad, form="undo")
    assert "Émargement annulé" in fixed.text
    clock.set(AFTER)
    for visitor, member in zip((one, two), members, strict=True):
        visitor.sign_in(member.email)
    closing = f"{base}/depouillement"
    one.send(closing, {"place": "Mairie", "ballots": 3}, button="Ouvrir une liasse")
    bundle_page = f"{closing}/liasses/1"
    assert "Écrivez pourquoi" in one.send(bundle_page, {"why": ""}, 422).text
    one.send(bundle_page, {"why": WHY})
    assert "Accepter" not in one.see(bundle_page).text
    assert "retrait demandé" in two.see(closing).text
    two.send(bundle_page, button="Garder la liasse")
    one.send(bundle_page, {"why": WHY})
    two.send(bundle_page, button="Accepter de retirer cette liasse")
    assert "n'est pas comptée" in one.see(bundle_page).text
    assert "retirée, non comptée" in one.see(closing).text
    db.rollback()
    close(db, poll, settings.vault)
    db.rollback()
    monkeypatch.setattr(documents, "pdf", lambda html: html.encode())
    record = client.fetch(f"{base}/proces-verbal.pdf").body.decode().replace("&#39;", "'")
    assert WHY in record
    assert "1 émargement sur papier annulé pendant le vote : Erreur d'accueil." in record
