"""One person, one vote; replaced until closing; and nothing written that says who chose what."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from civic.ballots import queries, service
from civic.ballots.models import BallotEnvelope, CheckIn, LoggedDigest, VotingCode
from civic.house.clock import day_of
from civic.house.db import sessions
from civic.house.journal import JournalEntry
from civic.house.refusal import Refusal
from civic.rules import urn
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    OPENS,
    cast,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
)
from tests.machine.statements import CountStatements

AT_LAST = CLOSES - timedelta(hours=1)


def test_a_deposit_gives_a_receipt_that_finds_the_envelope(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    done = cast(db, poll, tmp_path, right, "P1", "P3")
    assert not done.replaced
    assert queries.receipt_state(db, poll.id, done.receipt) == "in_urn"
    own = queries.right(db, poll.id, right)
    assert own is not None
    assert (own.channel, own.day) == ("code", date(2027, 5, 5))


def test_a_second_deposit_replaces_the_first(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    first = cast(db, poll, tmp_path, right, "P1")
    second = cast(db, poll, tmp_path, right, "P2")
    assert second.replaced
    assert queries.receipt_state(db, poll.id, first.receipt) == "replaced"
    assert queries.receipt_state(db, poll.id, second.receipt) == "in_urn"
    assert len(db.scalars(select(BallotEnvelope)).all()) == 1
    assert len(db.scalars(select(CheckIn)).all()) == 1


def test_the_check_in_says_the_way_and_the_day_of_the_ballot_that_stands(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    for channel, at in (("code", DURING), ("identity", DURING), ("identity", AT_LAST)):
        service.deposit(
            db, poll=poll, items=queries.items(db, poll.id), right_id=right,
            choices=urn.Choices(("P1",)), known=secrets_of(poll, tmp_path), channel=channel, at=at,
        )  # fmt: skip
        own = queries.right(db, poll.id, right)
        assert own is not None
        assert (own.channel, own.day) == (channel, day_of(at))


def test_fifty_deposits_of_one_right_at_once_leave_one_ballot(
    engine: Engine, db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    db.rollback()
    make = sessions(engine)
    start = threading.Barrier(50)
    receipts: list[str] = []
    problems: list[BaseException] = []

    def vote(number: int) -> None:
        try:
            start.wait()
            with make() as own:
                receipts.append(cast(own, poll, tmp_path, right, f"P{1 + number % 5}").receipt)
        except BaseException as wrong:
            problems.append(wrong)

    threads = [threading.Thread(target=vote, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    states = [queries.receipt_state(db, poll.id, receipt) for receipt in receipts]
    assert sorted(map(str, states)) == ["in_urn"] + ["replaced"] * 49
    assert len(db.scalars(select(BallotEnvelope)).all()) == 1
    assert len(db.scalars(select(CheckIn)).all()) == 1


def test_at_a_desk_and_online_at_once_one_vote_stands(
    engine: Engine, db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    rights = [right for right, _code in make_letters(db, poll, tmp_path, 12)]
    known = secrets_of(poll, tmp_path)
    db.rollback()
    make = sessions(engine)
    start = threading.Barrier(24)

    def online(right: str) -> None:
        start.wait()
        with make() as own:
            try:
                cast(own, poll, tmp_path, right, "P1")
            except Refusal as no:
                assert "papier" in str(no.text)  # noqa: PT017 - in a thread

    def desk(right: str) -> None:
        start.wait()
        with make() as own:
            service.vote_on_paper(own, poll_id=poll.id, right_id=right, known=known, at=DURING)

    threads = [
        threading.Thread(target=act, args=(right,)) for right in rights for act in (online, desk)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.channel for one in db.scalars(select(CheckIn))] == ["paper"] * 12
    assert not db.scalars(select(BallotEnvelope)).all()


def test_paper_withdraws_the_envelope_and_then_stands(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    known = secrets_of(poll, tmp_path)
    done = cast(db, poll, tmp_path, right, "P1")
    assert service.vote_on_paper(db, poll_id=poll.id, right_id=right, known=known, at=DURING)
    assert queries.receipt_state(db, poll.id, done.receipt) == "withdrawn"
    with pytest.raises(Refusal, match="papier"):
        cast(db, poll, tmp_path, right, "P2")
    with pytest.raises(Refusal, match="déjà voté"):
        service.vote_on_paper(db, poll_id=poll.id, right_id=right, known=known, at=DURING)


def test_the_poll_opens_and_closes_to_the_second(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    instant = timedelta(microseconds=1)
    with pytest.raises(Refusal, match="pas encore ouvert"):
        cast(db, poll, tmp_path, right, "P1", at=OPENS - instant)
    cast(db, poll, tmp_path, right, "P1", at=OPENS)
    cast(db, poll, tmp_path, right, "P2", at=CLOSES - instant)
    with pytest.raises(Refusal, match="clos"):
        cast(db, poll, tmp_path, right, "P3", at=CLOSES)


def test_a_clock_that_goes_back_reopens_nothing(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    with pytest.raises(Refusal, match="clos"):
        cast(db, poll, tmp_path, right, "P1", at=DURING)


@pytest.mark.parametrize("chosen", [("P1", "P2", "P3", "P4"), ("P9",), ("P1", "P1")])
def test_what_the_poll_does_not_allow_is_refused_and_nothing_is_written(
    db: Session, tmp_path: Path, chosen: tuple[str, ...]
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    with pytest.raises(Refusal):
        cast(db, poll, tmp_path, right, *chosen)
    assert not db.scalars(select(CheckIn)).all()


def test_points_are_held_to_their_sum(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path, ballot_type="points", max_points=3, max_sum=7, maximum=5)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    with pytest.raises(Refusal, match="points"):
        cast(db, poll, tmp_path, right, "P1", "P2", "P3", points=(3, 3, 2))
    with pytest.raises(Refusal, match="points"):
        cast(db, poll, tmp_path, right, "P1", points=(4,))
    cast(db, poll, tmp_path, right, "P1", "P2", "P3", points=(3, 3, 1))


# --- rights --------------------------------------------------------------------------------------


def test_one_person_has_one_right_whatever_the_way(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    person, born = make_person(db), date(1974, 8, 30)
    right = service.claim_right(
        db, poll_id=poll.id, person_id=person, family="Bénali", first="Yacine", born=born,
        known=known, at=DURING,
    )  # fmt: skip
    assert right == service.claim_right(
        db, poll_id=poll.id, person_id=person, family="Autre", first="Nom", born=born,
        known=known, at=DURING,
    )  # fmt: skip
    other = service.claim_right(
        db, poll_id=poll.id, person_id=make_person(db), family="BENALI", first="yacine karim",
        born=born, known=known, at=DURING,
    )  # fmt: skip
    assert other is None  # a human decides
    same = service.register_at_desk(
        db, poll_id=poll.id, family="Benali", first="Yacine", born=born,
        known=known, at=DURING,
    )  # fmt: skip
    assert same == (right, False)
    letters, without = service.make_letters(
        db, poll_id=poll.id, entries=[service.RollEntry("Benali", "Yacine", born)],
        known=known, by=person, at=DURING,
    )  # fmt: skip
    assert (letters, len(without)) == ([], 1)


def test_a_true_homonym_gets_a_right_when_the_commission_has_decided(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    known, agent, member = secrets_of(poll, tmp_path), make_person(db), make_person(db)
    who = {"family": "Martin", "first": "Anne", "born": date(1990, 1, 1)}

    def rights() -> list[str]:
        found, _new = service.rights_at_desk(
            db, poll_id=poll.id, known=known, at=DURING, **who,  # type: ignore[arg-type]
        )  # fmt: skip
        return found

    (first,) = rights()
    service.report_homonym(
        db, poll_id=poll.id, told="Née à Denain", known=known, by=agent, at=DURING,
        **who,  # type: ignore[arg-type]
    )  # fmt: skip
    assert rights() == [first]
    (case,) = queries.homonyms(db, poll.id)
    decision = {"case_id": case.id, "other": True, "reason": "Deux cartes d'identité vues"}
    with pytest.raises(Refusal, match="signalé"):
        service.decide_homonym(
            db, poll_id=poll.id, known=known, by=agent, at=DURING, **decision,  # type: ignore[arg-type]
        )  # fmt: skip
    service.decide_homonym(
        db, poll_id=poll.id, known=known, by=member, at=DURING, **decision,  # type: ignore[arg-type]
    )  # fmt: skip
    one, second = rights()
    assert one == first
    assert queries.told_of(db, poll.id, [second])[second] == (
        "Née à Denain · Deux cartes d'identité vues"
    )
    cast(db, poll, tmp_path, first, "P1")
    cast(db, poll, tmp_path, second, "P2")
    assert queries.turnout(db, poll.id).voted == 2
    lines = db.scalars(select(JournalEntry).where(JournalEntry.verb == "right.homonym")).all()
    assert "Martin" not in str([line.detail for line in lines])


def test_a_lost_letter_is_made_again_and_the_old_code_opens_nothing(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    entry = service.RollEntry("Kaya", "Elif", date(1999, 9, 9))

    def letter(*, again: bool = False) -> str:
        letters, _without = service.make_letters(
            db, poll_id=poll.id, entries=[entry], known=known, by="system", at=DURING, again=again
        )
        return letters[0].code if letters else ""

    old, none, new = letter(), letter(), letter(again=True)
    assert none == ""  # a second click makes no second letter
    assert service.find_right_by_code(db, poll=poll.slug, code=old, known=known) is None
    right = service.find_right_by_code(db, poll=poll.slug, code=new, known=known)
    assert right is not None
    cast(db, poll, tmp_path, right, "P1")
    letters, without = service.make_letters(
        db, poll_id=poll.id, entries=[entry], known=known, by="system", at=DURING
    )
    assert (letters, without) == ([], [entry])


def test_a_right_taken_away_takes_its_ballot_out(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, code),) = make_letters(db, poll, tmp_path, 1)
    known = secrets_of(poll, tmp_path)
    done = cast(db, poll, tmp_path, right, "P1")
    assert service.revoke_right(
        db, poll_id=poll.id, right_id=right, reason="Doublon constaté par la commission",
        known=known, by=make_person(db), at=DURING,
    )  # fmt: skip
    assert queries.receipt_state(db, poll.id, done.receipt) == "withdrawn"
    assert service.find_right_by_code(db, poll=poll.slug, code=code, known=known) is None
    with pytest.raises(Refusal, match="Doublon"):
        cast(db, poll, tmp_path, right, "P1")
    assert queries.turnout(db, poll.id) == queries.Turnout(0, {})


# --- what is written -----------------------------------------------------------------------------


def test_nothing_in_the_database_says_the_code_or_the_choice_or_the_hour(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, code),) = make_letters(db, poll, tmp_path, 1)
    before = len(db.scalars(select(JournalEntry)).all())
    done = cast(db, poll, tmp_path, right, "P1", "P4", at=DURING + timedelta(minutes=17))
    assert len(db.scalars(select(JournalEntry)).all()) == before
    envelope = db.scalars(select(BallotEnvelope)).one()
    known = secrets_of(poll, tmp_path)
    assert envelope.token == urn.token_of(known.token, poll.slug, right)
    for table in (CheckIn, LoggedDigest, BallotEnvelope, VotingCode):
        rows = db.execute(select(table.__table__)).all()
        said = repr(rows)
        assert code not in said
        assert '"P4"' not in said
        assert "17" not in {part for row in rows for part in str(row).split(":")}
        assert not any(hasattr(value, "hour") for row in rows for value in row)
    assert done.receipt not in repr(db.execute(select(CheckIn.__table__)).all())
    for other in ("sealed", "token", "right_id"):
        assert other not in LoggedDigest.__table__.columns


def test_equal_lengths_in_the_urn(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ballots: list[tuple[str, ...]] = [(), ("P1",), ("P1", "P2", "P3")]
    for (right, _code), ballot in zip(make_letters(db, poll, tmp_path, 3), ballots, strict=True):
        cast(db, poll, tmp_path, right, *ballot)
    lengths = {len(one.sealed) for one in db.scalars(select(BallotEnvelope))}
    assert len(lengths) == 1


def test_somebody_else_may_not_use_the_database_to_give_two_rights(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    make_letters(db, poll, tmp_path, 1)
    db.rollback()
    with pytest.raises(Exception, match=r"(?i)unique"), db.begin():
        db.execute(
            text(
                "INSERT INTO voting_right (id, poll_id, identity, level) "
                "SELECT 'another', poll_id, identity, level FROM voting_right"
            )
        )


def test_a_deposit_asks_the_database_at_most_ten_things(
    db: Session, tmp_path: Path, count_statements: CountStatements
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    items = queries.items(db, poll.id)
    known = secrets_of(poll, tmp_path)
    for _time in range(2):
        with count_statements() as asked:
            service.deposit(
                db, poll=poll, items=items, right_id=right, choices=urn.Choices(("P1",)),
                known=known, channel="code", at=DURING,
            )  # fmt: skip
        assert len(asked) <= 10, asked
