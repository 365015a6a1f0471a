"""A result is contested: who may, what is published, when it is final, and counting again."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots import queries, service
from civic.ballots.models import Poll, PollContest, PollStep, UnconfirmedContest
from civic.ballots.queries import contests as register
from civic.ballots.queries import papers
from civic.ballots.service import opening
from civic.ballots.service.count import count_of
from civic.ballots.views import contests, documents
from civic.house.access import Role, unit
from civic.house.db import writing
from civic.house.refusal import Busy, Refusal
from civic.rules import urn
from civic.rules.urn.verifying import FALSE, verify
from tests import make as house
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

if TYPE_CHECKING:
    from flask import Flask

    from civic.ballots.queries import PollView
    from civic.house.settings import Settings
    from tests.machine.outbox import Outbox
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor

LATER = AFTER + timedelta(days=1)
TEXT = "La boîte de la mairie est restée ouverte pendant une heure, sans surveillance."
ANSWER = "Deux membres de la commission étaient présents : le registre du lieu le montre."
LINKED = re.compile(r"https://civic\.test(/votes/[\w-]+/contester/[\w-]+)")
LINK = "https://civic.example/votes/x/contestations"


def contest(db: Session, poll: PollView, **said: Any) -> int:
    values: dict[str, Any] = {
        "about": "place", "which": "Mairie", "text": TEXT, "link": LINK, "language": "fr",
        "name": "Camille Exemple", "email": "camille@essai.test", "at": LATER, **said,
    }  # fmt: skip
    return service.file_contest(db, poll_id=poll.id, **values)


def answer(db: Session, poll: PollView, number: int, by: str, **said: Any) -> None:
    service.publish_contest(
        db, poll_id=poll.id, number=number, public_text=TEXT, withheld="", by=by, at=LATER
    )
    values: dict[str, Any] = {"outcome": "rejected", "remedy": "none", "answer": ANSWER, **said}
    service.answer_contest(db, poll_id=poll.id, number=number, link=LINK, by=by, at=LATER, **values)


def seen(db: Session, poll: PollView) -> PollView:
    db.expire_all()
    found = queries.poll_by_id(db, poll.id)
    assert found is not None
    return found


def test_a_result_is_not_final_while_a_contest_waits(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_counted(db, tmp_path, ("P1",), ("P2",))
    end = AFTER + timedelta(days=poll.contest_days + 1)
    assert seen(db, poll).is_final(end)
    number = contest(db, poll)
    assert not seen(db, poll).is_final(end)
    assert "1 contestation attend" in queries.state_sentence(seen(db, poll), end)
    gone = AFTER + timedelta(days=poll.keep_days + 2)
    assert service.destroy_due(db, gone, lambda _name: None) == 0
    answer(db, poll, number, make_person(db), outcome="unexamined", answer=ANSWER)
    assert seen(db, poll).is_final(end)
    assert service.destroy_due(db, gone, lambda _name: None) == 1
    row = db.get_one(PollContest, 1)
    assert (row.name, row.email, row.text, row.person_id) == ("", "", "", None)
    (kept,) = register.contests(db, poll.id)
    assert (kept.public_text, kept.answer) == (TEXT, ANSWER)
    told = outbox.to("camille@essai.test")
    assert len(told) == 2
    assert TEXT in told[0].body
    assert ANSWER in told[1].body


def test_nothing_is_contested_before_the_count_or_after_the_last_day(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    with pytest.raises(Refusal):
        contest(db, poll)
    close(db, poll, tmp_path)
    for days in (poll.contest_days + 1, 300):
        with pytest.raises(Refusal):
            contest(db, poll, at=AFTER + timedelta(days=days))


def test_the_register_never_names_who_contests_and_nobody_answers_themselves(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_counted(db, tmp_path, ("P1",))
    member, other = house.account(db), make_person(db)
    number = contest(db, poll, person_id=member.person)
    with pytest.raises(Refusal, match="Vous avez écrit"):
        answer(db, poll, number, member.person)
    for text in ("Dit Camille EXEMPLE.", "écrire à camille@essai.test", "Mme exemple"):
        second = contest(db, poll)
        with pytest.raises(Refusal, match="désigne quelqu'un"):
            service.publish_contest(
                db, poll_id=poll.id, number=second, public_text=text, withheld="", by=other,
                at=LATER,
            )  # fmt: skip
    with pytest.raises(Refusal, match="Publiez d'abord"):
        service.answer_contest(
            db, poll_id=poll.id, number=number, outcome="rejected", remedy="none",
            answer=ANSWER, link=LINK, by=other, at=LATER,
        )  # fmt: skip
    with pytest.raises(Refusal, match="admise"):
        answer(db, poll, number, other, remedy="recount")
    answer(db, poll, number, other)
    with pytest.raises(Refusal, match="déjà"):
        answer(db, poll, number, other)
    assert outbox.to(member.email)


def test_an_upheld_contest_has_papers_corrected_and_the_vote_counted_again(
    db: Session, tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    cast(db, poll, tmp_path, right, "P1")
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=2, by="system", at=AFTER
    )
    one, two = make_person(db), make_person(db)
    for person in (one, two):
        type_bundle(db, poll, number, (("P2",), ("P2",)), person)
    close(db, poll, tmp_path)
    first = queries.result(db, poll.id)
    assert first is not None
    assert first.votes["P2"] == 2

    def correct(by: str, here: Session = db, choice: str = "P3") -> bool:
        return service.type_ballot(
            here, poll_id=poll.id, number=number, ballot=2, said=urn.Choices((choice,)), by=by,
            at=LATER,
        )  # fmt: skip

    with pytest.raises(Refusal):
        correct(one)
    answer(
        db, poll, contest(db, poll, about="papers"), make_person(db), outcome="upheld",
        remedy="papers",
    )  # fmt: skip
    assert queries.result(db, poll.id) is None
    assert seen(db, poll).recounting
    assert not correct(one)
    with pytest.raises(Refusal):
        correct(make_person(db))
    known = secrets_of(poll, tmp_path)
    with pytest.raises(Refusal, match="liasse"):
        service.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=LATER)
    assert correct(two)

    def corrected_meanwhile(*found: Any) -> Any:
        with Session(db.get_bind()) as other:
            correct(one, other, "P4")
            assert correct(two, other, "P4")
        return count_of(*found)

    with monkeypatch.context() as slow:
        slow.setattr(opening, "count_of", corrected_meanwhile)
        with pytest.raises(Busy):
            service.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=LATER)
    for _member in range(2):
        service.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=LATER)
    again = queries.result(db, poll.id)
    assert again is not None
    assert (again.votes["P1"], again.votes["P2"], again.votes["P4"]) == (1, 1, 1)
    assert len(papers.corrections(db, poll.id)) == 4
    files = queries.archive_files(db, seen(db, poll))
    assert files is not None
    lines = verify(files, noted=[first.digest, again.digest])
    assert not [said.sentence for said in lines if said.kind == FALSE]
    assert any("sur la contestation 1" in said.sentence for said in lines)
    assert seen(db, poll).may_contest(LATER)
    assert outbox.all()


def test_papers_corrected_after_a_member_opened_the_urn_are_counted_all_the_same(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock, outbox: Outbox
) -> None:
    poll = make_poll(db, settings.vault)
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=1, by="system", at=AFTER
    )
    one, two = make_person(db), make_person(db)
    for person in (one, two):
        type_bundle(db, poll, number, (("P2",),), person)
    close(db, poll, settings.vault)
    answer(
        db, poll, contest(db, poll, about="papers"), make_person(db), outcome="upheld",
        remedy="papers",
    )  # fmt: skip
    clock.set(LATER)
    place = f"/votes/{poll.slug}/depouillement"
    members: list[Visitor] = [app.test_client() for _one in range(2)]  # type: ignore[misc]
    for member in members:
        member.sign_in(house.staff(db, Role.VOTE_COMMISSION, f"poll:{poll.id}").email)
    members[0].send(place, form="open")
    db.rollback()
    for person in (one, two):
        type_bundle(db, poll, number, (("P3",),), person)
    assert "ne trouvent pas la même chose" in members[1].send(place, status=409, form="open").text
    assert "ne trouvent pas la même chose" in members[0].see(place).text
    members[0].send(place, form="open")
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.votes["P2"], result.votes["P3"]) == (0, 1)
    assert outbox.all()


def confirm(visitor: Visitor, outbox: Outbox) -> str:
    """Follows the link of the last mail, and presses the button; the link."""
    link = LINKED.findall(outbox.to("camille@essai.test")[-1].body)[0]
    visitor.see(link)
    visitor.send(link, button="Confirmer ma contestation")
    return str(link)


def test_a_vote_is_contested_and_answered_on_its_pages(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock,
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poll = make_counted(db, settings.vault, ("P1",), ("P2",))
    clock.set(LATER)
    base = f"/votes/{poll.slug}"
    assert "/contester" in client.see(f"{base}/resultats").html
    bad = client.send(f"{base}/contester", {"about": "project", "text": TEXT}, 422)
    assert "Écrivez votre nom" in bad.text
    assert TEXT in bad.text
    good = {
        "about": "project", "which": "P1. Un banc place Carpeaux", "text": TEXT,
        "name": "Camille Exemple", "email": "camille@essai.test",
    }  # fmt: skip
    page = client.see(f"{base}/contester")
    for _click in range(2):  # a second click files nothing twice
        told = client.send(page.url, good, page=page)
    assert "ouvrez le message" in client.follow(told).text
    assert "Personne n'a contesté" in client.see(f"{base}/contestations").text
    confirm(client, outbox)
    assert client.see(f"{base}/contestations").text.count("Attend la réponse") == 1
    listed = client.see(f"{base}/contestations").text
    assert "Attend la réponse" in listed
    assert TEXT not in listed
    assert "Camille" not in listed
    visitor: Visitor = app.test_client()  # type: ignore[assignment]
    member = house.staff(db, Role.VOTE_COMMISSION, unit("poll", poll.id))
    db.rollback()
    visitor.sign_in(member.email)
    door = f"{base}/contestations/1"
    client.see(door, 303)
    page = visitor.see(door)
    assert "Camille Exemple" in page.text
    assert "2. Répondre" not in page.text
    refused = visitor.send(
        door, {"public_text": "Camille Exemple dit"}, 422, button="Publier dans le registre"
    )
    assert "désigne quelqu'un" in refused.text
    visitor.send(door, {"public_text": TEXT}, button="Publier dans le registre")
    assert TEXT in client.see(f"{base}/contestations").text
    visitor.send(
        door, {"outcome": "upheld", "remedy": "recount", "answer": ANSWER},
        button="Publier la réponse",
    )  # fmt: skip
    assert ANSWER in client.see(f"{base}/contestations").text
    assert "recompte ce vote" in client.see(f"{base}/resultats").text
    assert "recompte ce vote" in client.see(base).text
    assert "à deux" in visitor.see(f"{base}/depouillement").text
    db.rollback()
    known = secrets_of(poll, settings.vault)
    for _member in range(2):
        service.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=LATER)
    db.rollback()
    monkeypatch.setattr(documents, "pdf", lambda html: html.encode())
    record = client.fetch(f"{base}/proces-verbal.pdf").body.decode()
    assert "mis de côté par la contestation 1" in record
    client.send(f"{base}/contester", good)
    client.send(f"{base}/contester", good, 429)
    assert len(outbox.to("camille@essai.test")) == 4
    monkeypatch.setattr(contests, "MOST_FROM_A_PLACE", 4)  # new addresses get no further
    client.send(f"{base}/contester", {**good, "email": "autre@essai.test"}, 429)
    assert not outbox.to("autre@essai.test")


@pytest.mark.parametrize("late", [False, True])
def test_an_address_is_confirmed_once_and_the_day_of_filing_counts(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock, outbox: Outbox,
    late: bool,
) -> None:  # fmt: skip
    poll = make_counted(db, settings.vault, ("P1",))
    last = AFTER + timedelta(days=poll.contest_days)
    clock.set(last)
    client.send(
        f"/votes/{poll.slug}/contester",
        {"about": "other", "text": TEXT, "name": "Camille Exemple", "email": "camille@essai.test"},
    )
    link = LINKED.findall(outbox.to("camille@essai.test")[0].body)[0]
    db.rollback()
    now = last + (service.CONFIRM_WITHIN if late else timedelta(days=2))
    clock.set(now)
    assert not seen(db, poll).may_contest(now)
    assert seen(db, poll).is_final(now) is late
    assert ("définitifs" in queries.state_sentence(seen(db, poll), now)) is late
    db.rollback()
    if late:
        assert "a expiré" in client.see(link).text
        assert service.forget_unconfirmed_contests(db, now) == 1
        assert register.contests(db, poll.id) == []
        return
    for _time in range(2):
        assert TEXT in client.see(link).text
    assert register.contests(db, poll.id) == []
    db.rollback()
    open_page = client.see(link)
    client.send(link, page=open_page)
    assert "déjà servi" in client.see(link).text
    (row,) = register.contests(db, poll.id)
    assert row.filed_at == last
    assert not seen(db, poll).is_final(now + timedelta(days=90))
    with pytest.raises(Refusal, match="déjà servi"):
        service.confirm_contest(
            db, poll_id=poll.id, token=link.rpartition("/")[2], link=LINK, at=now
        )


def test_a_link_confirms_no_contest_of_another_vote(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_counted(db, tmp_path, ("P1",))
    other = make_counted(db, tmp_path, ("P1",))
    service.await_contest(
        db, poll_id=poll.id, about="other", which="", text=TEXT, name="Camille Exemple",
        email="camille@essai.test", link="https://civic.example/", language="fr", at=LATER,
    )  # fmt: skip
    token = outbox.to("camille@essai.test")[0].body.split("https://civic.example/")[1].split()[0]
    with pytest.raises(Refusal):
        service.confirm_contest(db, poll_id=other.id, token=token, link=LINK, at=LATER)
    assert service.confirm_contest(db, poll_id=poll.id, token=token, link=LINK, at=LATER) == 1


def test_what_nobody_confirmed_is_not_destroyed_before_its_time_and_goes_with_the_rest(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_counted(db, tmp_path, ("P1",))
    with writing(db):
        row = db.get_one(Poll, poll.id)
        row.contest_days = row.keep_days = 5
    last = AFTER + timedelta(days=5)
    service.await_contest(
        db, poll_id=poll.id, about="other", which="", text=TEXT, name="Camille Exemple",
        email="camille@essai.test", link="https://civic.example/", language="fr", at=last,
    )  # fmt: skip
    assert service.destroy_due(db, last + timedelta(days=2), lambda _name: None) == 0 or (
        db.get(PollStep, (poll.id, "destroyed")) is None
    )
    service.destroy_due(db, last + timedelta(days=4), lambda _name: None)
    assert db.get(PollStep, (poll.id, "destroyed")) is not None
    assert db.scalar(select(func.count()).select_from(UnconfirmedContest)) == 0
    assert outbox.to("camille@essai.test")


def test_somebody_without_an_address_contests_at_the_desk(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    poll = make_counted(db, settings.vault, ("P1",))
    clock.set(LATER)
    member = house.staff(db, Role.VOTE_COMMISSION, unit("poll", poll.id))
    db.rollback()
    client.sign_in(member.email)
    base = f"/votes/{poll.slug}"
    assert "/contestations/noter" in client.see(base).html
    door = f"{base}/contestations/noter"
    bad = client.send(door, {"about": "other", "text": TEXT, "name": ""}, 422)
    assert TEXT in bad.text
    told = client.send(door, {"about": "other", "text": TEXT, "name": "Zohra Exemple"})
    assert "le numéro 1" in client.follow(told).text
    page = client.see(f"{base}/contestations/1")
    assert "Dite à l'accueil" in page.text
    assert "l'accueil lui lira la réponse" in page.text
    assert "Zohra" not in app.test_client().get(
        f"{base}/contestations", base_url="https://civic.test"
    ).get_data(as_text=True)  # fmt: skip
    db.rollback()
    answer(db, poll, 1, make_person(db))
    service.destroy_due(db, LATER + timedelta(days=poll.keep_days + 2), lambda _name: None)
    assert db.get_one(PollContest, 1).name == ""


def test_the_proces_verbal_says_each_corrected_paper_and_each_withdrawn_project(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poll = make_poll(db, settings.vault)
    with writing(db):
        service.withdraw_project_within(
            db, poll_id=poll.id, reference="P2", reason="Le sol est pollué.",
            decided_by="Amina Roux, adjointe", by="system", at=DURING,
        )  # fmt: skip
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=1, by="system", at=AFTER
    )
    one, two = make_person(db), make_person(db)
    type_bundle(db, poll, number, (("P1",),), one)
    type_bundle(db, poll, number, (("P1", "P2"),), two)
    type_bundle(db, poll, number, (("P1", "P2"),), one)
    close(db, poll, settings.vault)
    db.rollback()
    clock.set(LATER)
    monkeypatch.setattr(documents, "pdf", lambda html: html.encode())
    record = client.fetch(f"/votes/{poll.slug}/proces-verbal.pdf").body.decode()
    assert "Saisies de papiers corrigées" in record
    assert "P1, P2 (retiré du vote, ne compte pas : P2)" in record
    assert "Noor Exemple" in record
    assert "Le sol est pollué." in record
    assert "Amina Roux, adjointe" in record
