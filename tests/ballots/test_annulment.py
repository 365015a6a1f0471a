"""A vote is annulled: two people, a public act, no result; and what is left of it goes as ever."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from civic.ballots import queries, service, vault
from civic.ballots.models import (
    BallotEnvelope,
    CheckIn,
    LoggedDigest,
    OpenedBallot,
    PollContest,
    PollStep,
    UrnExport,
    VotingCode,
    VotingRight,
)
from civic.ballots.queries import contests as register
from civic.ballots.views import documents
from civic.house.access import Role, unit
from civic.house.clock import day_of
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn
from civic.rules.urn import archive
from civic.rules.urn.verifying import FALSE, PROVED, verify
from tests import make as house
from tests.ballots.make import (
    AFTER,
    DURING,
    cast,
    make_counted,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
)

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.ballots.queries import PollView
    from civic.house.settings import Settings
    from tests.machine.outbox import Outbox
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor

LATER = AFTER + timedelta(days=1)
REASON = "Le bulletin de papier d'un quartier avait deux projets sous le même numéro."
LINK = "https://civic.example/votes/x/contestations"


def ask(db: Session, poll: PollView, by: str, **said: Any) -> None:
    values: dict[str, Any] = {
        "ground": "judge", "contest": None, "decided_by": "Tribunal administratif de Lille",
        "decided_on": day_of(LATER), "reference": "2705123", "reason": REASON, "at": LATER, **said,
    }  # fmt: skip
    service.ask_annulment(db, poll_id=poll.id, by=by, **values)


def annul(db: Session, poll: PollView, **said: Any) -> PollView:
    ask(db, poll, make_person(db), **said)
    service.confirm_annulment(
        db, poll_id=poll.id, link=LINK, by=make_person(db), at=said.get("at", LATER)
    )
    return seen(db, poll)


def seen(db: Session, poll: PollView) -> PollView:
    db.expire_all()
    found = queries.poll_by_id(db, poll.id)
    assert found is not None
    return found


def number(db: Session, model: Any, poll: PollView) -> int:
    return db.scalar(select(func.count()).where(model.poll_id == poll.id)) or 0


def proved(db: Session, poll: PollView, *noted: str) -> str:
    files = queries.archive_files(db, poll)
    assert files is not None
    lines = verify(files, noted)
    assert not [one.sentence for one in lines if one.kind == FALSE]
    return " ".join(one.sentence for one in lines if one.kind == PROVED)


def contested(db: Session, poll: PollView, **said: Any) -> int:
    found = service.file_contest(
        db, poll_id=poll.id, about="papers", which="", text=REASON, link=LINK, language="fr",
        at=LATER, **(said or {"name": "Camille Exemple", "email": "camille@essai.test"}),
    )  # fmt: skip
    service.publish_contest(
        db, poll_id=poll.id, number=found, public_text=REASON, withheld="", by=make_person(db),
        at=LATER,
    )  # fmt: skip
    return found


def test_nothing_is_annulled_by_one_person_alone(db: Session, tmp_path: Path) -> None:
    poll = make_counted(db, tmp_path, ("P1",), ("P2",))
    one, two = make_person(db), make_person(db)
    ask(db, poll, one)
    with pytest.raises(Refusal, match="attend déjà"):
        ask(db, poll, two)
    with pytest.raises(Refusal, match="une autre personne"):
        service.confirm_annulment(db, poll_id=poll.id, link=LINK, by=one, at=LATER)
    assert not seen(db, poll).annulled
    assert queries.result(db, poll.id) is not None
    service.drop_annulment(db, poll_id=poll.id, by=two, at=LATER)
    with pytest.raises(NotFound):
        service.confirm_annulment(db, poll_id=poll.id, link=LINK, by=two, at=LATER)


def test_after_an_annulment_no_result_stands_and_the_archive_says_why(
    db: Session, tmp_path: Path
) -> None:
    poll = make_counted(db, tmp_path, ("P1",), ("P2",))
    before = queries.result(db, poll.id)
    assert before is not None
    gone = annul(db, poll)
    assert queries.result(db, poll.id) is None
    assert number(db, OpenedBallot, poll) == 0
    assert not gone.counted
    assert not gone.may_contest(LATER)
    assert not gone.is_final(LATER + timedelta(days=400))
    assert "annulé" in queries.state_sentence(gone, LATER)
    act = queries.annulment(db, poll.id)
    assert act is not None
    assert (act.result, act.archive) == (before.digest, before.archive)
    told = proved(db, gone, before.digest, before.archive or "", act.digest, act.published)
    assert "aucun résultat n'en est valable" in told
    assert "Tribunal administratif de Lille, acte 2705123" in told
    (former,) = register.former_counts(db, poll.id)
    assert (former.contest, former.digest) == (0, before.digest)


def test_an_annulment_during_the_vote_stops_every_channel_at_once(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    (voted, code), (late, _code) = make_letters(db, poll, tmp_path, 2)
    cast(db, poll, tmp_path, voted, "P1")
    gone = annul(db, poll, at=DURING, decided_on=day_of(DURING))
    known = secrets_of(poll, tmp_path)
    minute = DURING + timedelta(minutes=1)
    for verb in (
        lambda: cast(db, poll, tmp_path, late, "P1", at=minute),
        lambda: cast(db, poll, tmp_path, voted, "P2", at=minute),
        lambda: service.vote_on_paper(
            db, poll_id=poll.id, right_id=late, known=known, at=minute
        ),
        lambda: make_letters(db, poll, tmp_path, 1, at=minute),
        lambda: service.open_batch(
            db, poll_id=poll.id, place="Mairie", ballots=1, by="system", at=AFTER
        ),
        lambda: service.reconcile(db, poll_id=poll.id, by="system", at=AFTER),
        lambda: service.sever(db, poll_id=poll.id, by="system", at=AFTER),
        lambda: ask(db, poll, "system"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match="annulé"):
            verb()
    assert not gone.is_open(minute)
    assert gone.is_over(minute)
    assert service.publish_checkpoints(db, minute + timedelta(days=1)) == 0
    assert "1 enveloppes dans l'urne, que personne n'a ouvertes" in proved(db, gone)
    assert code


def test_a_vote_annulled_between_two_steps_keeps_its_certified_figures(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    cast(db, poll, tmp_path, right, "P1")
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    told = proved(db, annul(db, poll))
    assert "1 émargements en ligne pour 1 enveloppes" in told
    assert "après celle-ci : rapproché" in told
    with pytest.raises(Refusal, match="annulé"):
        service.open_urn(
            db, poll_id=poll.id, known=secrets_of(poll, tmp_path), by="system", at=LATER
        )


def test_what_is_secret_of_an_annulled_vote_goes_after_its_date(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code), _other) = make_letters(db, poll, tmp_path, 2)
    cast(db, poll, tmp_path, right, "P1")
    gone = annul(db, poll, at=DURING, decided_on=day_of(DURING))
    forgotten: list[str] = []
    last = DURING + timedelta(days=poll.keep_days)
    assert service.destroy_due(db, last, forgotten.append) == 0
    assert service.destroy_due(db, last + timedelta(days=1), forgotten.append) == 1
    assert forgotten == [poll.secret_name]
    for model in (BallotEnvelope, CheckIn, LoggedDigest, UrnExport, VotingRight):
        assert number(db, model, poll) == 0
    assert db.scalar(select(func.count()).select_from(VotingCode)) == 0
    step = db.get_one(PollStep, (poll.id, "destroyed"))
    assert (step.figures["enveloppes"], step.figures["droits"]) == (1, 2)
    assert service.destroy_due(db, last + timedelta(days=9), forgotten.append) == 0
    assert proved(db, seen(db, gone))


def test_a_judge_annuls_after_the_destruction(db: Session, tmp_path: Path) -> None:
    poll = make_counted(db, tmp_path, ("P1",))
    late = AFTER + timedelta(days=poll.keep_days + 2)
    assert service.destroy_due(db, late, lambda name: vault.forget(tmp_path, name)) == 1
    gone = annul(db, poll, at=late)
    assert "aucun résultat n'en est valable" in proved(db, gone)
    assert service.destroy_due(db, late + timedelta(days=99), lambda _name: None) == 0


def test_the_commission_annuls_on_a_contest_and_the_act_answers_it(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_counted(db, tmp_path, ("P1",))
    member = house.account(db)
    mine = contested(db, poll, person_id=member.person)
    for contest in (None, 7, mine):
        with pytest.raises(Refusal):
            ask(db, poll, member.person, ground="contest", contest=contest)
    ask(db, poll, make_person(db), ground="contest", contest=mine, decided_by="", reference="")
    with pytest.raises(Refusal, match="Vous avez écrit cette contestation"):
        service.confirm_annulment(db, poll_id=poll.id, link=LINK, by=member.person, at=LATER)
    service.confirm_annulment(db, poll_id=poll.id, link=LINK, by=make_person(db), at=LATER)
    (row,) = register.contests(db, poll.id)
    assert (row.outcome, row.answer) == ("upheld", REASON)
    assert seen(db, poll).contests_open == 0
    act = queries.annulment(db, poll.id)
    assert act is not None
    assert act.decided_by == service.COMMISSION
    assert any(REASON in one.body for one in outbox.to(member.email))


def test_a_contest_that_waits_is_still_answered_after_an_annulment(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_counted(db, tmp_path, ("P1",))
    waiting = contested(db, poll)
    annul(db, poll)
    far = LATER + timedelta(days=poll.keep_days + 5)
    assert service.destroy_due(db, far, lambda _name: None) == 0
    said: dict[str, Any] = {
        "poll_id": poll.id, "number": waiting, "answer": REASON, "link": LINK,
        "by": make_person(db), "at": LATER,
    }  # fmt: skip
    with pytest.raises(Refusal, match="annulé"):
        service.answer_contest(db, outcome="upheld", remedy="recount", **said)
    service.answer_contest(db, outcome="unexamined", remedy="none", **said)
    assert service.destroy_due(db, far, lambda _name: None) == 1
    assert db.get_one(PollContest, 1).name == ""
    assert len(outbox.to("camille@essai.test")) == 2


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"reason": ""}, "public"), ({"decided_by": ""}, "qualité"), ({"reference": ""}, "numéro"),
        ({"decided_on": day_of(LATER) + timedelta(days=1)}, "pas encore venue"),
    ],
)  # fmt: skip
def test_an_act_says_who_when_and_why(
    db: Session, tmp_path: Path, said: dict[str, Any], match: str
) -> None:
    poll = make_poll(db, tmp_path)
    with pytest.raises(Refusal, match=match):
        ask(db, poll, "system", **said)
    with pytest.raises(Refusal, match="pas scellé"):
        ask(db, make_poll(db, tmp_path, sealed=False, title="Un autre"), "system")


def test_an_archive_of_an_annulled_vote_can_hide_neither_a_result_nor_another_reason(
    db: Session, tmp_path: Path
) -> None:
    poll = make_counted(db, tmp_path, ("P1",), ("P2",))
    counted = queries.archive_files(db, poll)
    gone = annul(db, poll)
    files = queries.archive_files(db, gone)
    assert files is not None
    assert counted is not None

    def false(**changed: bytes | None) -> list[str]:
        forged = {**files, **{f"{name}.json": text for name, text in changed.items()}}
        kept = {name: text for name, text in forged.items() if text is not None}
        kept[archive.MANIFEST] = archive.manifest(kept)
        return [one.sentence for one in verify(kept) if one.kind == FALSE]

    assert not false()
    assert any("a pourtant un résultat" in one for one in false(resultat=counted["resultat.json"]))
    act = files[archive.ANNULMENT]
    assert false(annulation=act.replace(b'"scelle":"', b'"scelle":"0'))
    assert false(annulation=act.replace(REASON.encode(), b""))
    last = queries.annulment(db, poll.id)
    assert last is not None
    assert false(annulation=act.replace(last.log.encode(), urn.START.encode()))
    assert false(annulation=None)
    early = act.replace(b'"le":"2027-05', b'"le":"2027-01').replace(
        b'"decide":"2027-05', b'"decide":"2027-01'
    )
    assert any("avant une étape" in one for one in false(annulation=early))


def test_everybody_with_a_right_and_an_account_is_told_once(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_poll(db, tmp_path)
    somebody = house.account(db)
    service.claim_right(
        db, poll_id=poll.id, person_id=somebody.person, family="Exemple", first="Camille",
        born=date(1990, 1, 1), known=secrets_of(poll, tmp_path), at=DURING,
    )  # fmt: skip
    annul(db, poll, at=DURING, decided_on=day_of(DURING))
    assert service.tell_of_annulments(db, "https://civic.example", DURING) == 1
    assert service.tell_of_annulments(db, "https://civic.example", DURING) == 0
    (letter,) = outbox.to(somebody.email)
    assert REASON in letter.body


def test_an_annulled_vote_says_so_on_its_pages(
    app: Flask, client: Visitor, db: Session, settings: Settings, clock: StoppedClock,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    poll = make_counted(db, settings.vault, ("P1",), ("P2",))
    number = contested(db, poll)
    clock.set(LATER)
    base = f"/votes/{poll.slug}"
    people = [house.staff(db, Role.VOTE_COMMISSION, unit("poll", poll.id)) for _one in range(2)]
    agent = house.staff(db, Role.AGENT, "municipality:1")
    db.rollback()
    one: Visitor = app.test_client()  # type: ignore[assignment]
    two: Visitor = app.test_client()  # type: ignore[assignment]
    preparer: Visitor = app.test_client()  # type: ignore[assignment]
    for visitor, who in ((one, people[0]), (two, people[1]), (preparer, agent)):
        visitor.sign_in(who.email)
    door = f"{base}/annuler"
    assert "La contestation admise" not in preparer.see(door).text
    bad = one.send(f"{door}?contestation={number}", {"reason": REASON, "decided_on": ""}, 422)
    assert REASON in bad.text
    assert "Écrivez la date" in bad.text
    one.send(f"{door}?contestation={number}", {"reason": REASON, "decided_on": "2027-05-18"})
    client.see(f"{base}/annulation", 404)
    assert REASON not in client.see(base).text
    assert "Confirmer l'annulation" in two.see("/mon-espace").text
    assert "Confirmer l'annulation" not in one.see("/mon-espace").text
    assert "annulation attend" in two.see(f"{base}/depouillement").text
    for visitor in (one, preparer):
        waiting = visitor.see(door)
        assert "Un membre de la commission" in waiting.text
        visitor.send(door, button="Renoncer à cet acte") if visitor is preparer else None
    one.send(door, {"ground": "contest", "contest": number, "decided_on": "2027-05-18",
                    "reason": REASON})  # fmt: skip
    two.send(door, button="Annuler ce vote")
    assert "a déjà" not in one.see(door).text
    for path in ("", "/resultats", "/contestations", "/annulation", "/contester", "/urne"):
        assert "annulé" in client.see(f"{base}{path}").text
    assert REASON in client.see(base).text
    assert "Ce qui suit : le vote est annulé." in client.see(f"{base}/contestations").text
    for page in ("depouillement", "gerer", "annuler", "accueil", "lieux"):
        answer = (preparer if page == "gerer" else two).see(f"{base}/{page}")
        assert "annulé" in answer.text
    client.see(f"{base}/salle", 404)
    client.see(f"{base}/resultats.csv", 404)
    act = client.fetch(f"{base}/annulation.json", type="application/json").body
    db.rollback()
    row = queries.annulment(db, poll.id)
    assert row is not None
    assert urn.annulment_digest(act) == row.digest
    client.fetch(f"{base}/archive.zip", type="application/zip")
    monkeypatch.setattr(documents, "pdf", lambda html: html.encode())
    record = client.fetch(f"{base}/proces-verbal.pdf").body.decode()
    assert len(outbox.to("camille@essai.test")) == 2
    for said in (REASON, row.digest, "mis de côté par l'annulation", "Ce vote est annulé"):
        assert said in record.replace("&#39;", "'")


def test_a_person_who_votes_finds_an_annulled_vote_closed(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    poll = make_poll(db, settings.vault)
    ((_right, code),) = make_letters(db, poll, settings.vault, 1)
    annul(db, poll, at=DURING, decided_on=day_of(DURING))
    db.rollback()
    clock.set(DURING + timedelta(hours=1))
    assert "annulé" in client.see(f"/votes/{poll.slug}").text
    assert "Voter avec le code" not in client.see(f"/votes/{poll.slug}").text
    assert poll.title not in client.see("/").text
    page = client.see(f"/votes/{poll.slug}/entrer")
    assert "annulé" in page.text
    assert code not in page.text
