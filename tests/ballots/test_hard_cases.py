"""What happens once in a hundred votes: everybody at once, the last second, a clock gone wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from civic.ballots import queries, service
from civic.ballots.models import BallotEnvelope, CheckIn, UrnExport
from civic.budgets import service as budgets
from civic.budgets.models import EditionProject
from civic.house.db import sessions, writing
from civic.house.refusal import Refusal
from civic.house.settings import Settings
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    ITEMS,
    OPENS,
    cast,
    close,
    make_counted,
    make_letters,
    make_poll,
    secrets_of,
)
from tests.budgets import make as budget
from tests.machine.statements import CountStatements
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor


def _at_once(acts: list[Callable[[], None]]) -> list[BaseException]:
    """Starts all of them at one instant; what went wrong, refusals left out."""
    start, wrong = threading.Barrier(len(acts)), []

    def one(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        except Refusal:
            pass
        except BaseException as problem:
            wrong.append(problem)

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_one_right_from_fifty_connections_and_at_a_desk_is_one_paper_ballot(
    engine: Engine, db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    known, make = secrets_of(poll, tmp_path), sessions(engine)
    db.rollback()
    receipts: list[str] = []

    def online() -> None:
        with make() as own:
            receipts.append(cast(own, poll, tmp_path, right, "P1").receipt)

    def desk() -> None:
        with make() as own:
            service.vote_on_paper(own, poll_id=poll.id, right_id=right, known=known, at=DURING)

    assert not _at_once([*[online] * 50, desk])
    assert [one.channel for one in db.scalars(select(CheckIn))] == ["paper"]
    assert not db.scalars(select(BallotEnvelope)).all()
    states = [queries.receipt_state(db, poll.id, receipt) for receipt in receipts]
    assert sorted(map(str, states)) == ["replaced"] * (len(states) - 1) + ["withdrawn"] * bool(
        states
    )


def test_a_receipt_given_in_the_last_second_is_in_what_the_closing_exports(
    engine: Engine, db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    rights = [right for right, _code in make_letters(db, poll, tmp_path, 20)]
    make = sessions(engine)
    db.rollback()
    receipts: list[str] = []

    def online(right: str) -> Callable[[], None]:
        def act() -> None:
            with make() as own:
                late = CLOSES - timedelta(microseconds=1)
                receipts.append(cast(own, poll, tmp_path, right, "P1", at=late).receipt)

        return act

    def closing() -> None:
        with make() as own:
            service.reconcile(own, poll_id=poll.id, by="system", at=CLOSES)

    assert not _at_once([*map(online, rights[:10]), closing, *map(online, rights[10:])])
    assert db.scalars(select(UrnExport.envelopes)).one() == len(receipts)
    assert len(db.scalars(select(CheckIn)).all()) == len(receipts)
    assert {queries.receipt_state(db, poll.id, one) for one in receipts} <= {"in_urn"}


def test_a_page_sent_in_the_last_second_is_taken_and_one_sent_at_closing_is_told_so(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    """Both opened their ballot in time; the worker has carried out nothing yet."""
    clock.set(CLOSES - timedelta(seconds=30))
    poll = make_poll(db, settings.vault)
    (first, one), (second, other) = make_letters(db, poll, settings.vault, 2)
    opened = []
    for code in (one, other):
        visitor: Visitor = app.test_client()  # type: ignore[assignment]
        page = visitor.follow(visitor.send(f"/votes/{poll.slug}/entrer", {"code": code}))
        opened.append((visitor, page))
    (early, page), (late, other_page) = opened
    clock.set(CLOSES - timedelta(microseconds=1))
    early.follow(early.send(page.url, {"choice": ["P1"]}, button="Déposer", page=page))
    clock.set(CLOSES)
    told = late.send(other_page.url, {"choice": ["P1"]}, button="Déposer", page=other_page)
    assert "Vote clos le" in late.follow(told)
    again = early.send(page.url, {"choice": ["P2"]}, button="Déposer", page=page)
    assert "Vote clos le" in early.follow(again)
    db.rollback()
    assert [row.right_id for row in db.scalars(select(CheckIn))] == [first]
    assert second not in {row.right_id for row in db.scalars(select(CheckIn))}
    assert len(db.scalars(select(BallotEnvelope)).all()) == 1


def test_a_clock_that_goes_back_takes_nothing_back(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    first = cast(db, poll, tmp_path, right, "P1", at=DURING)
    service.publish_checkpoints(db, DURING)
    with pytest.raises(Refusal, match="pas encore ouvert"):
        cast(db, poll, tmp_path, right, "P2", at=OPENS - timedelta(days=1))
    assert queries.receipt_state(db, poll.id, first.receipt) == "in_urn"
    before = DURING - timedelta(days=1)
    second = cast(db, poll, tmp_path, right, "P2", at=before)
    assert service.publish_checkpoints(db, before) == 0, "the checkpoint of a later day stands"
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    assert queries.receipt_state(db, poll.id, first.receipt) == "replaced"
    assert queries.receipt_state(db, poll.id, second.receipt) == "in_urn"


@pytest.mark.parametrize(
    "ballots", [(), ((),), ((), (), ()), (("P1",),)], ids=["none", "one blank", "all blank", "one"]
)
def test_a_vote_of_nobody_of_one_or_all_blank_is_counted_and_its_ballots_stay_unpublished(
    db: Session, tmp_path: Path, ballots: tuple[tuple[str, ...], ...]
) -> None:
    poll = make_counted(db, tmp_path, *ballots)
    result = queries.result(db, poll.id)
    assert result is not None
    blank = sum(not one for one in ballots)
    assert (result.ballots, result.blank, result.valid) == (
        len(ballots),
        blank,
        len(ballots) - blank,
    )
    assert queries.steps(db, poll.id)["counted"].figures["bulletins_publies"] is False


def test_a_project_leaves_a_sealed_ballot_by_an_amendment_and_no_other_way(
    db: Session, tmp_path: Path
) -> None:
    """Without one, what the council does about it comes after the count."""
    made = budget.frozen(db, tmp_path, ((0, 20_000_00), (0, 15_000_00)))
    one = db.scalars(select(EditionProject).where(EditionProject.edition_id == made.id)).first()
    assert one is not None
    with pytest.raises(Refusal, match="scellé"):
        budgets.withdraw(
            db, edition_id=made.id, edition_project_id=one.id, by=made.agent.person,
            at=budget.DURING,
        )  # fmt: skip
    budget.voted(db, tmp_path, made, ("1",), ("1", "2"))
    assert budgets.settle(db, edition_id=made.id, by=made.agent.person, at=budget.AFTER) == 2


def test_a_project_withdrawn_while_ten_people_deposit_counts_for_nobody(
    engine: Engine, db: Session, tmp_path: Path
) -> None:
    """Each is in the urn and valid, or was asked to look again; none is lost or half there."""
    poll = make_poll(db, tmp_path)
    rights = [right for right, _code in make_letters(db, poll, tmp_path, 10)]
    make = sessions(engine)
    db.rollback()
    receipts: list[str] = []

    def online(right: str) -> Callable[[], None]:
        def act() -> None:
            with make() as own:
                receipts.append(cast(own, poll, tmp_path, right, "P1", "P2").receipt)

        return act

    def leave() -> None:
        with make() as own, writing(own):
            service.withdraw_project_within(
                own, poll_id=poll.id, reference="P2", reason="Le sol est pollué.",
                decided_by="Amina Roux, adjointe", by="system", at=DURING,
            )  # fmt: skip

    assert not _at_once([*map(online, rights[:5]), leave, *map(online, rights[5:])])
    close(db, poll, tmp_path)
    said = queries.result(db, poll.id)
    assert said is not None
    assert said.valid == said.votes["P1"] == len(receipts)
    assert (said.votes["P2"], said.withdrawn) == (0, ("P2",))


def test_a_deposit_asks_the_database_the_same_few_things_whatever_is_on_the_ballot(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock,
    count_statements: CountStatements,
) -> None:  # fmt: skip
    """The whole request that deposits: a first ballot, one that replaces it the same day, and one
    that replaces it the next day."""
    costs = []
    for items in (ITEMS, [replace(ITEMS[0], reference=f"P{n}", label=f"N{n}") for n in range(60)]):
        poll = make_poll(db, settings.vault, items=items, title=f"{len(items)} projets")
        ((_right, code),) = make_letters(db, poll, settings.vault, 1)
        for at in (DURING, DURING, DURING + timedelta(days=1)):
            clock.set(at)
            client.send(f"/votes/{poll.slug}/entrer", {"code": code})
            page = client.see(f"/votes/{poll.slug}/bulletin")
            with count_statements() as asked:
                client.send(page.url, {"choice": ["P1"]}, button="Déposer", page=page)
            costs.append(len(asked))
    assert costs == [7, 7, 8] * 2
