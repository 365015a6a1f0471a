"""The closing: nothing opens early, tampering is found, and the link to people goes."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.models import (
    BallotEnvelope,
    CheckIn,
    LoggedDigest,
    OpenedBallot,
    PollCount,
    VotingCode,
)
from civic.ballots.queries.papers import bundle
from civic.house.access import Role
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.house.settings import Settings
from civic.rules import urn
from tests import make as house
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    ITEMS,
    cast,
    close,
    make_counted,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)
from tests.machine.kinds import on_postgresql
from tests.machine.outbox import Outbox
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor


def test_the_count_says_what_was_put_in(db: Session, tmp_path: Path) -> None:
    poll = make_counted(db, tmp_path, ("P1", "P2"), ("P1",), (), ("P5", "P1", "P2"))
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.ballots, result.blank, result.spoilt, result.valid) == (4, 1, 0, 3)
    assert result.votes == {"P1": 3, "P2": 2, "P3": 0, "P4": 0, "P5": 1}
    opened = queries.opened(db, poll.id)
    assert sorted(one.choices for one in opened) == [
        (), ("P1",), ("P1", "P2"), ("P5", "P1", "P2")
    ]  # fmt: skip
    assert poll.counted


def test_a_poll_without_a_ballot_is_closed_like_any_other(db: Session, tmp_path: Path) -> None:
    poll = make_counted(db, tmp_path)
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.ballots, set(result.votes.values())) == (0, {0})


def test_nothing_is_opened_before_the_closing_minute(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    with pytest.raises(Refusal, match="pas encore clos"):
        service.reconcile(db, poll_id=poll.id, by="system", at=CLOSES - timedelta(microseconds=1))
    with pytest.raises(Refusal, match="étape 2"):
        service.open_urn(
            db, poll_id=poll.id, known=secrets_of(poll, tmp_path), by=make_person(db), at=AFTER
        )


def test_one_member_alone_opens_nothing(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    cast(db, poll, tmp_path, right, "P1")
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    known, alone = secrets_of(poll, tmp_path), make_person(db)
    for _time in range(3):
        assert not service.open_urn(db, poll_id=poll.id, known=known, by=alone, at=AFTER)
    assert not db.scalars(select(OpenedBallot)).all()
    assert not db.scalars(select(PollCount)).all()
    assert service.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=AFTER)
    assert len(db.scalars(select(OpenedBallot)).all()) == 1


def test_each_step_may_be_repeated(db: Session, tmp_path: Path) -> None:
    poll = make_counted(db, tmp_path, ("P1",), ("P2",))
    before = queries.result(db, poll.id)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    known = secrets_of(poll, tmp_path)
    assert service.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=AFTER)
    assert queries.result(db, poll.id) == before
    assert len(queries.opened(db, poll.id)) == 2


@pytest.mark.parametrize(
    ("tampered", "told"),
    [
        ("added", "ajoutée à l'urne"), ("dropped", "disparu de l'urne"),
        ("changed", "été modifiée"), ("unlogged", "disparu de l'urne"),
    ],
)  # fmt: skip
def test_a_tampered_urn_is_not_opened(
    db: Session, tmp_path: Path, tampered: str, told: str
) -> None:
    poll = make_poll(db, tmp_path)
    rights = make_letters(db, poll, tmp_path, 3)
    for right, _code in rights:
        cast(db, poll, tmp_path, right, "P1")
    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=DURING)
    assert poll.public_key is not None
    form = queries.form_of(poll, list(ITEMS))
    forged = urn.seal(poll.public_key, urn.write(form, urn.Choices(("P5",))))
    victim = db.scalars(select(BallotEnvelope).limit(1)).one().token
    db.rollback()
    with db.begin():
        here = BallotEnvelope.token == victim
        if tampered == "added":
            db.add(
                BallotEnvelope(
                    poll_id=poll.id, token="f" * 64, sealed=forged, digest=urn.digest(forged)
                )
            )
        elif tampered == "dropped":
            db.execute(delete(BallotEnvelope).where(here))
        elif tampered == "changed":
            db.execute(update(BallotEnvelope).where(here).values(sealed=forged))
        else:
            db.execute(
                update(BallotEnvelope).where(here).values(sealed=forged, digest=urn.digest(forged))
            )
    with pytest.raises(Refusal, match=told):
        service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    assert queries.result(db, poll.id) is None


def test_an_envelope_without_its_voter_stops_the_closing(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    (right, _code), (other, _other) = make_letters(db, poll, tmp_path, 2)
    for one in (right, other):
        cast(db, poll, tmp_path, one, "P1")
    with writing(db):
        db.execute(delete(CheckIn).where(CheckIn.right_id == other))
    with pytest.raises(Refusal, match="1 personnes ont émargé en ligne et l'urne a 2"):
        service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)


def test_a_commission_is_complete_before_the_vote_closes(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    emails = [house.account(db).email for _one in range(3)]
    for email in emails[:2]:
        service.appoint(db, poll_id=poll.id, email=email, by="system", at=DURING)
    with pytest.raises(Refusal, match="sa commission ne change plus"):
        service.appoint(db, poll_id=poll.id, email=emails[2], by="system", at=AFTER)


def test_a_closed_vote_whose_commission_lacks_a_member_gets_one_and_is_counted(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    emails = [house.account(db).email for _one in range(3)]
    service.appoint(db, poll_id=poll.id, email=emails[0], by="system", at=DURING)
    service.appoint(db, poll_id=poll.id, email=emails[1], by="system", at=AFTER)
    with pytest.raises(Refusal, match="sa commission ne change plus"):
        service.appoint(db, poll_id=poll.id, email=emails[2], by="system", at=AFTER)


def test_a_rewritten_log_is_found_at_closing(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    for right, _code in make_letters(db, poll, tmp_path, 2):
        cast(db, poll, tmp_path, right, "P1")
    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=DURING)
    with db.begin_nested() if db.in_transaction() else db.begin():
        db.execute(text("UPDATE log_checkpoint SET lines = '[]'"))
    db.commit()
    with pytest.raises(Refusal, match="journal de l'urne"):
        service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)


def test_after_the_second_step_nothing_leads_from_a_person_to_an_envelope(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    for right, _code in make_letters(db, poll, tmp_path, 5):
        cast(db, poll, tmp_path, right, "P1")
    assert poll.secret_name is not None
    old = vault.load(tmp_path, poll.secret_name)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    vault.sever(tmp_path, poll.secret_name)
    vault.sever(tmp_path, poll.secret_name)  # safe to repeat
    service.clean_urn(db)
    assert not db.scalars(select(BallotEnvelope)).all()
    assert not db.scalars(select(VotingCode)).all()
    left = vault.load(tmp_path, poll.secret_name)
    assert (left.token, left.code, left.identity) == (b"", b"", b"")
    assert left.private == old.private
    kept = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert old.token.hex() not in kept
    assert len(db.scalars(select(CheckIn)).all()) == 5
    file = tmp_path / "civic.db"
    if file.exists():
        token = urn.token_of(old.token, poll.slug, db.scalars(select(CheckIn)).first().right_id)  # type: ignore[union-attr]
        assert token.encode() not in file.read_bytes()


@on_postgresql
def test_postgresqls_transaction_numbers_join_nothing_after_the_second_step(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    for right, _code in make_letters(db, poll, tmp_path, 4):
        cast(db, poll, tmp_path, right, "P1")
    joined = text(
        "SELECT count(*) FROM check_in c JOIN logged_digest d ON c.xmin::text = d.xmin::text"
    )
    assert db.scalar(joined) == 4  # while it is open, a transaction number joins them one to one
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    service.clean_urn(db)
    assert db.scalar(joined) in (0, 16)  # every person with every digest, or none with any
    order = db.execute(text("SELECT right_id FROM check_in ORDER BY ctid")).scalars().all()
    assert order == sorted(order)
    order = db.execute(text("SELECT digest FROM logged_digest ORDER BY ctid")).scalars().all()
    assert order == sorted(order)


def test_papers_typed_twice_alike_are_counted_with_the_urn(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    rights = [right for right, _code in make_letters(db, poll, tmp_path, 4)]
    cast(db, poll, tmp_path, rights[0], "P1")
    for right in rights[1:]:
        service.vote_on_paper(db, poll_id=poll.id, right_id=right, known=known, at=DURING)
    one, two = make_person(db), make_person(db)
    number = service.open_batch(
        db, poll_id=poll.id, place="Maison de quartier", ballots=3, by=one, at=AFTER
    )
    assert not type_bundle(db, poll, number, [["P1", "P2"], [], "signed"], one)
    assert not type_bundle(db, poll, number, [["P1", "P3"], [], "signed"], two)
    with pytest.raises(Refusal, match="liasse"):
        service.reconcile(db, poll_id=poll.id, by=one, at=AFTER)
    assert type_bundle(db, poll, number, [["P2", "P1"]], two)
    seen = bundle(db, poll.id, number, two)
    assert seen is not None
    assert [(fix.ballot, fix.by, fix.at) for fix in seen.corrections] == [(1, two, AFTER)]
    close(db, poll, tmp_path)
    result = queries.result(db, poll.id)
    assert result is not None
    assert (result.ballots, result.blank, result.spoilt) == (4, 1, 1)
    assert result.votes["P1"] == 2
    assert result.channels == {"enveloppes": 1, "papiers": 3}
    steps = queries.steps(db, poll.id)
    assert steps["reconciled"].figures["ecart_papier"] == 0
    assert steps["reconciled"].figures["nuls_papier"] == {"signed": 1}
    assert list(steps) == ["sealed", "reconciled", "severed", "counted"] or set(steps) == {
        "sealed", "reconciled", "severed", "counted"
    }  # fmt: skip


def test_the_boxes_stay_shut_while_people_vote(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    with pytest.raises(Refusal, match="fermées"):
        service.open_batch(
            db, poll_id=poll.id, place="Ici", ballots=3, by=make_person(db), at=DURING
        )


def test_a_checkpoint_a_day_whatever_the_worker_does(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    rights = make_letters(db, poll, tmp_path, 3)
    cast(db, poll, tmp_path, rights[0][0], "P1")
    assert service.publish_checkpoints(db, DURING) == 1
    assert service.publish_checkpoints(db, DURING + timedelta(hours=1)) == 0
    cast(db, poll, tmp_path, rights[0][0], "P2")
    cast(db, poll, tmp_path, rights[1][0], "P2")
    assert service.publish_checkpoints(db, DURING + timedelta(days=1)) == 1
    assert [lines for _n, _day, _digest, lines in queries.checkpoints(db, poll.id)] == [1, 3]
    assert {one.published for one in db.scalars(select(LoggedDigest))} == {"in_urn", "replaced"}


def test_each_member_of_the_commission_is_handed_the_page_of_the_day_once(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    poll = make_poll(db, tmp_path)
    members = [house.staff(db, Role.VOTE_COMMISSION, f"poll:{poll.id}").email for _one in range(2)]
    other = house.staff(db, Role.VOTE_COMMISSION, "poll:999").email
    for _time in range(2):
        service.publish_checkpoints(db, DURING, "https://civic.example")
    ((_number, _day, digest, _lines),) = queries.checkpoints(db, poll.id)
    for email in members:
        (told,) = outbox.to(email)
        assert digest in told.body
        assert f"https://civic.example/votes/{poll.slug}/urne" in told.body
    assert not outbox.to(other)


def test_ballots_of_elsewhere_are_counted_alike(db: Session, tmp_path: Path) -> None:
    from civic.house.db import writing

    poll = make_poll(db, tmp_path, sealed=False)
    rows = [queries.OpenedBallotRow(("P1", "P2", "P3", "P4")), queries.OpenedBallotRow(("P1",))]
    with writing(db):
        service.import_opened_within(db, poll_id=poll.id, ballots=rows)
    result = queries.result(db, poll.id)
    assert result is not None
    assert result.votes == {"P1": 2, "P2": 1, "P3": 1, "P4": 1, "P5": 0}
    with pytest.raises(Refusal), writing(db):
        service.import_opened_within(db, poll_id=poll.id, ballots=rows)


def test_the_vault_keeps_its_files_to_itself(tmp_path: Path) -> None:
    name = vault.file_name(vault.make(tmp_path))
    (file,) = (tmp_path / "polls").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stem == name
    with pytest.raises(ValueError, match="not the name"):
        vault.load(tmp_path, "../../etc/passwd")


def test_a_checkpoint_is_checked_with_nothing_but_sha256(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    for right, _code in make_letters(db, poll, tmp_path, 3):
        cast(db, poll, tmp_path, right, "P1")
    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=DURING)
    row = queries.checkpoint(db, poll.id, 1)
    assert row is not None
    lines = "".join(f"{digest} {state}\n" for digest, state in row.lines)
    assert hashlib.sha256(f"{row.previous}\n{lines}".encode()).hexdigest() == row.digest


def test_a_receipt_and_an_emargement_say_that_they_are_destroyed(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    poll = make_counted(db, settings.vault, ("P1",))
    late = AFTER + timedelta(days=poll.keep_days + 1)
    clock.set(late)
    db.rollback()
    asked = {"number": urn.receipt_number("ab" * 32)}
    assert "Aucune enveloppe" in client.send(f"/votes/{poll.slug}/recu", asked, 200).text
    service.destroy_due(db, late, lambda _name: None)
    db.rollback()
    told = client.send(f"/votes/{poll.slug}/recu", asked, 200).text
    assert "sont détruits" in told
    assert "Aucune enveloppe" not in told
    assert (
        "le site ne sait plus qui a voté" in client.see(f"/votes/{poll.slug}/mon-emargement").text
    )
