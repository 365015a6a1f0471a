"""A project withdrawn during the vote: what voters see, what counts, what anybody can check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from civic.ballots import queries, service
from civic.ballots.models import ProjectWithdrawal
from civic.ballots.queries import papers
from civic.house.clock import PARIS
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.rules import urn
from civic.rules.urn import archive
from civic.rules.urn.verifying import FALSE, verify
from tests.ballots.make import (
    AFTER,
    CLOSES,
    DURING,
    ITEMS,
    cast,
    close,
    make_letters,
    make_person,
    make_poll,
    secrets_of,
    type_bundle,
)
from tests.machine.visitor import Visitor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.outbox import Outbox
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock

WHY, WHO = "Le sol est pollué.", "Amina Roux, adjointe au cadre de vie"


def withdraw(db: Session, poll_id: int, reference: str, at: object = DURING) -> str:
    with writing(db):
        return service.withdraw_project_within(
            db, poll_id=poll_id, reference=reference, reason=WHY, decided_by=WHO, by="system",
            at=at,  # type: ignore[arg-type]
        )  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A type of ballot, and what these ballots give once P2 has gone."""

    type: str
    ballots: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]
    votes: dict[str, int]
    scores: dict[str, int]


KINDS = (
    Kind(
        "approval", ((("P1", "P2"), ()), (("P2",), ()), (("P1", "P3"), ())),
        {"P1": 2, "P3": 1}, {"P1": 2, "P3": 1},
    ),
    Kind(
        "knapsack", ((("P1", "P2"), ()), (("P2",), ()), (("P1", "P3"), ())),
        {"P1": 2, "P3": 1}, {"P1": 2, "P3": 1},
    ),
    Kind(
        "points", ((("P1", "P2"), (2, 3)), (("P2",), (3,)), (("P1", "P3"), (1, 1))),
        {"P1": 2, "P3": 1}, {"P1": 3, "P3": 1},
    ),
    # Who ranked it first sees the next move up: 3 points to P1 on the first ballot.
    Kind(
        "ranking", ((("P2", "P1"), ()), (("P2",), ()), (("P3", "P1"), ())),
        {"P1": 2, "P3": 1}, {"P1": 5, "P3": 3},
    ),
    Kind(
        "graded", ((("P1", "P2"), (2, 3)), (("P2",), (3,)), (("P1", "P3"), (1, 0))),
        {"P1": 2, "P3": 1}, {"P1": 3, "P3": 0},
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", KINDS, ids=lambda one: one.type)
def test_ballots_in_the_urn_stay_valid_and_the_count_leaves_the_project_aside(
    db: Session, tmp_path: Path, case: Kind
) -> None:
    with_points = case.type == "points"
    limits = [("", 100_000_00)] if case.type == "knapsack" else []
    most = 5 if case.type == "graded" else 3
    poll = make_poll(
        db,
        tmp_path,
        ballot_type=case.type,
        limits=limits,
        maximum=most,
        max_points=3 if with_points else None,
        max_sum=5 if with_points else None,
    )
    rights = [right for right, _code in make_letters(db, poll, tmp_path, len(case.ballots) + 1)]
    for right, (chosen, marks) in zip(rights, case.ballots, strict=False):
        cast(db, poll, tmp_path, right, *chosen, points=marks)
    digest = withdraw(db, poll.id, "P2", DURING.astimezone(PARIS) + timedelta(microseconds=7))
    marks = (1,) if case.type in urn.WITH_POINTS else ()
    with pytest.raises(Refusal, match="retiré du vote"):
        cast(db, poll, tmp_path, rights[-1], "P2", points=marks)
    close(db, poll, tmp_path)
    said = queries.result(db, poll.id)
    assert said is not None
    assert (said.ballots, said.valid, said.blank, said.spoilt) == (3, 3, 0, 0)
    assert said.withdrawn == ("P2",)
    assert {one: n for one, n in said.votes.items() if n} == case.votes
    assert {one: said.scores[one] for one in case.scores} == case.scores
    assert "P2" not in [one.reference for one in said.ranked(queries.items(db, poll.id))]

    found = queries.poll_by_id(db, poll.id)
    assert found is not None
    assert found.rules_digest == poll.rules_digest
    files = queries.archive_files(db, found)
    assert files is not None
    lines = verify(files, noted=[digest, poll.rules_digest or ""])
    assert not [one.sentence for one in lines if one.kind == FALSE]
    assert any(WHO in one.sentence and WHY[:-1] in one.sentence for one in lines)
    assert not any("pendant le vote et non après" in one.sentence for one in lines)
    assert any("pendant le vote et non après" in one.sentence for one in verify(files))


def test_an_amendment_dropped_added_or_changed_in_an_archive_is_found(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    (right, _code), (other, _other) = make_letters(db, poll, tmp_path, 2)
    cast(db, poll, tmp_path, right, "P1", "P2")
    cast(db, poll, tmp_path, other, "P1", "P3")
    withdraw(db, poll.id, "P2")
    withdraw(db, poll.id, "P5", DURING + timedelta(hours=1))
    close(db, poll, tmp_path)
    view = queries.poll_by_id(db, poll.id)
    assert view is not None
    files = queries.archive_files(db, view)
    assert files is not None

    def false(changed: bytes | None) -> list[str]:
        other = {name: text for name, text in files.items() if name != archive.AMENDMENTS}
        if changed is not None:
            other[archive.AMENDMENTS] = changed
        other[archive.MANIFEST] = archive.manifest(other)
        return [one.sentence for one in verify(other) if one.kind == FALSE]

    whole = files[archive.AMENDMENTS]
    first, second = whole.splitlines(keepends=True)
    assert not false(whole)
    for changed in (None, first, second, second + first, whole.replace(b"P5", b"P4"),
                    whole.replace(WHY.encode(), b"Autre raison.")):  # fmt: skip
        assert any("Avenants" in one for one in false(changed))


def test_a_withdrawal_needs_a_reason_a_name_and_a_vote_that_can_go_on(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path, items=ITEMS[:3], minimum=2, maximum=2)
    with writing(db):
        for reason, who in (("", WHO), (WHY, "")):
            with pytest.raises(Refusal):
                service.withdraw_project_within(
                    db, poll_id=poll.id, reference="P1", reason=reason, decided_by=who,
                    by="system", at=DURING,
                )  # fmt: skip
    with pytest.raises(Refusal, match="clos"):
        withdraw(db, poll.id, "P1", CLOSES)
    withdraw(db, poll.id, "P1")
    with pytest.raises(Refusal, match="déjà"):
        withdraw(db, poll.id, "P1")
    with pytest.raises(Refusal, match="moins de projets"):
        withdraw(db, poll.id, "P2")


def test_a_deposit_under_way_while_the_project_leaves_is_asked_to_look_again(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    seen, known = queries.items(db, poll.id), secrets_of(poll, tmp_path)
    withdraw(db, poll.id, "P2")
    with pytest.raises(Refusal, match="Relisez"):
        service.deposit(
            db, poll=poll, items=seen, right_id=right, choices=urn.Choices(("P1",)), known=known,
            channel="code", at=DURING,
        )  # fmt: skip


def test_a_ballot_that_a_process_remembers_is_never_one_from_before_an_amendment(
    db: Session, tmp_path: Path, count_statements: CountStatements
) -> None:
    before = make_poll(db, tmp_path)
    withdraw(db, before.id, "P2")
    # Read between the poll and its projects, then again after another amendment.
    assert queries.withdrawn_of(queries.items_of(db, before)) == ["P2"]
    withdraw(db, before.id, "P3")
    assert queries.withdrawn_of(queries.items_of(db, before)) == ["P2", "P3"]
    now = queries.poll(db, before.slug)
    assert now is not None
    seen = queries.items_of(db, now)
    with count_statements() as asked:
        assert queries.items_of(db, now) == seen
    assert asked == []
    assert list(seen) == queries.items(db, now.id)
    withdraw(db, before.id, "P1")
    after = queries.poll(db, before.slug)
    assert after is not None
    assert queries.withdrawn_of(queries.items_of(db, after)) == ["P1", "P2", "P3"]


def test_a_paper_that_ticks_a_withdrawn_project_is_valid(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path, maximum=2)
    make_letters(db, poll, tmp_path, 1)
    withdraw(db, poll.id, "P2")
    number = service.open_batch(
        db, poll_id=poll.id, place="Mairie", ballots=3, by="system", at=AFTER
    )
    # Two ticks, one of them ignored; three ticks of which two count; only the withdrawn one.
    lines = (("P1", "P2"), ("P1", "P2", "P3"), ("P2",))
    one, two = make_person(db), make_person(db)
    type_bundle(db, poll, number, lines, one)
    assert type_bundle(db, poll, number, lines, two)
    with pytest.raises(Refusal):
        service.type_ballot(
            db, poll_id=poll.id, number=service.open_batch(
                db, poll_id=poll.id, place="Mairie", ballots=1, by="system", at=AFTER
            ), ballot=1, said=urn.Choices(("P1", "P3", "P4")), by=one, at=AFTER,
        )  # fmt: skip
    bundle = papers.bundle(db, poll.id, number, one)
    assert bundle is not None
    assert papers.reading(poll, bundle.mine[0], ["P2"]).endswith("ne compte pas : P2)")
    found = [one for one in papers.papers(db, poll.id) if one is not None]
    counted = [urn.without(one, {"P2"}).references for one in found]
    assert counted == [("P1",), ("P1", "P3"), ()]


def test_the_voter_sees_it_on_the_ballot_and_learns_it_by_mail_or_at_the_receipt(
    client: Visitor, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    poll = make_poll(db, settings.vault)
    ((right, code),) = make_letters(db, poll, settings.vault, 1)
    receipt = cast(db, poll, settings.vault, right, "P1", "P2").receipt
    withdraw(db, poll.id, "P2")
    clock.set(DURING)
    client.send(f"/votes/{poll.slug}/entrer", {"code": code})
    page = client.see(f"/votes/{poll.slug}/bulletin")
    assert 'value="P1"' in page.html
    assert 'value="P2"' not in page.html
    assert WHY in page.text
    assert WHO in page.text
    told = client.send(
        page.url, {"choice": ["P1"]}, 422, button="Déposer mon bulletin", page=page,
        forged={"choice": ["P1", "P2"]},
    )  # fmt: skip
    assert "vient d'être retiré du vote" in told.text
    assert re.search(r'value="P1"[^>]* checked', told.html)
    during = client.see(f"/votes/{poll.slug}").text
    assert WHY in during
    assert "un autre bulletin" in during
    assert WHO in client.fetch(f"/votes/{poll.slug}/avenants.jsonl").text
    found = client.send(f"/votes/{poll.slug}/recu", {"number": receipt}, 200)
    assert "est retiré du vote" in found.text
    clock.set(AFTER)  # and nobody is told to vote again once the vote is over
    assert "un autre bulletin" not in client.see(f"/votes/{poll.slug}").text


def test_every_account_with_a_right_is_told_once_whether_it_voted_or_not(
    db: Session, tmp_path: Path, outbox: Outbox
) -> None:
    from tests import make

    poll = make_poll(db, tmp_path)
    known = secrets_of(poll, tmp_path)
    people = [make.account(db) for _one in range(3)]
    rights = [
        service.claim_right(
            db, poll_id=poll.id, person_id=one.person, family=f"Famille{place}", first="Lou",
            born=date(1990, 1, 1 + place), known=known, at=DURING,
        )
        for place, one in enumerate(people[:2])
    ]  # fmt: skip
    assert all(rights)
    cast(db, poll, tmp_path, str(rights[0]), "P2")
    withdraw(db, poll.id, "P2")
    assert service.tell_of_withdrawals(db, "https://civic.example", DURING) == 2
    assert service.tell_of_withdrawals(db, "https://civic.example", DURING) == 0
    sent = outbox.all()
    assert {one.to for one in sent} == {one.email for one in people[:2]}
    assert len({one.body for one in sent}) == 1
    assert WHY in sent[0].body
    assert db.scalars(select(ProjectWithdrawal.told_at)).one() == DURING
