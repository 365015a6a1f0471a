"""An édition whose result is contested: no décision before the answer, a new count proclaimed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from civic.ballots import queries as polls
from civic.ballots import service as votes
from civic.ballots.models import PollStep
from civic.budgets import queries, service
from civic.budgets.models import RecountFile
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.proposals import queries as proposals
from civic.rules import urn
from tests.ballots.make import cast, make_letters, make_person, secrets_of
from tests.budgets.make import AFTER, DURING, frozen
from tests.budgets.test_pages import visitor_of

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.outbox import Outbox
    from tests.machine.stopped import StoppedClock

LATER = AFTER + timedelta(days=1)
WHY = "Une liasse de la mairie a été mal lue : le bulletin 2 coche le projet 2."


def test_a_new_count_takes_the_place_of_the_first_and_elus_wait_for_it(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock, outbox: Outbox
) -> None:
    made = frozen(db, settings.vault, ((0, 40_000_00), (0, 30_000_00)))
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    ((right, _code),) = make_letters(db, poll, settings.vault, 1, at=DURING)
    cast(db, poll, settings.vault, right, "2", at=DURING)
    number = votes.open_batch(db, poll_id=poll.id, place="Mairie", ballots=2, by="system", at=AFTER)
    people = [make_person(db), make_person(db)]
    for person in people:
        for ballot in (1, 2):
            votes.type_ballot(
                db, poll_id=poll.id, number=number, ballot=ballot, said=urn.Choices(("1",)),
                by=person, at=AFTER,
            )  # fmt: skip
    known = secrets_of(poll, settings.vault)
    votes.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    votes.sever(db, poll_id=poll.id, by="system", at=AFTER)
    for _member in range(2):
        votes.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=AFTER)
    service.settle(db, edition_id=made.id, by="system", at=AFTER)
    with writing(db):
        step = db.get_one(PollStep, (poll.id, "counted"))
        step.figures = {**step.figures, "bulletins_publies": True}  # as if there were many ballots
    assert service.compare_due(db, AFTER) == 1
    before = queries.recount_digests(db, poll.id)
    assert len(before) == 1
    first = {one.reference: one for one in queries.catalogue(db, made.id)}
    assert (first["1"].elected, first["2"].elected) == (True, False)

    link, member = "https://civic.example/registre", make_person(db)
    contest = votes.file_contest(
        db, poll_id=poll.id, about="papers", which="Mairie", text=WHY, link=link, language="fr",
        name="Camille Exemple", email="camille@essai.test", at=LATER,
    )  # fmt: skip

    def decide() -> None:
        with writing(db):
            service.record_outcome_within(
                db, edition_project_id=first["1"].id, outcome="adopted", reason="", by="system",
                at=LATER,
            )  # fmt: skip

    with pytest.raises(Refusal, match="contesté"):
        decide()
    votes.publish_contest(
        db, poll_id=poll.id, number=contest, public_text=WHY, withheld="", by=member, at=LATER
    )
    votes.answer_contest(
        db, poll_id=poll.id, number=contest, outcome="upheld", remedy="papers", answer=WHY,
        link=link, by=member, at=LATER,
    )  # fmt: skip
    with pytest.raises(Refusal, match="contesté"):
        decide()
    db.rollback()
    assert db.scalars(select(RecountFile)).all() == []  # the file went with its count
    assert service.compare_due(db, LATER) == 0
    clock.set(LATER)
    anyone, agent = visitor_of(app), visitor_of(app, made.agent.email)
    assert "il est contesté" in anyone.see(f"/budgets/{made.slug}/resultats").text
    assert "Le résultat est contesté" in agent.see(f"/budgets/{made.slug}/gestion").text
    db.rollback()
    for person in people:
        votes.type_ballot(
            db, poll_id=poll.id, number=number, ballot=2, said=urn.Choices(("2",)), by=person,
            at=LATER,
        )  # fmt: skip
    for _member in range(2):
        votes.open_urn(db, poll_id=poll.id, known=known, by=make_person(db), at=LATER)
    db.rollback()
    clock.set(LATER + timedelta(hours=1))
    agent.send(f"/budgets/{made.slug}/gestion", button="Proclamer les résultats")
    db.rollback()
    assert queries.recount_digests(db, poll.id) == {}
    with writing(db):
        step = db.get_one(PollStep, (poll.id, "counted"))
        step.figures = {**step.figures, "bulletins_publies": True}
    assert service.compare_due(db, LATER) == 1
    after = queries.recount_digests(db, poll.id)
    assert after.keys() == before.keys()
    assert after != before
    again = {one.reference: one for one in queries.catalogue(db, made.id)}
    assert (again["1"].elected, again["2"].elected) == (False, True)
    told = [proposals.proposal(db, one) for one in (1, 2)]
    assert [one.row.status for one in told if one] == ["not_selected", "laureate"]
    with pytest.raises(Refusal, match="n'attend pas"):
        service.settle(db, edition_id=made.id, by="system", at=LATER + timedelta(hours=2))
    assert outbox.to("camille@essai.test")
