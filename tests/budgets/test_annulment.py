"""The vote of an édition is annulled: no result is left of it, and another vote may be opened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from civic.ballots import queries as polls
from civic.ballots import service as votes
from civic.budgets import queries, service
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.proposals import queries as proposals
from tests.ballots.make import cast, make_letters, make_person, secrets_of
from tests.budgets.make import AFTER, CLOSES, FINAL, OPENS, frozen, voted
from tests.budgets.test_pages import visitor_of

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.ballots.queries import PollView
    from civic.house.settings import Settings
    from tests.budgets.make import Made
    from tests.machine.stopped import StoppedClock

LATER = AFTER + timedelta(days=1)
WHY = "Deux projets portaient le même numéro sur le bulletin de papier."
AGAIN = timedelta(days=60)


def seen(db: Session, made: Made) -> queries.Seen:
    db.expire_all()
    found = queries.edition(db, made.slug)
    assert found is not None
    return found


def poll_of(db: Session, made: Made) -> PollView:
    row = seen(db, made).row
    assert row.poll_id is not None
    found = polls.poll_by_id(db, row.poll_id)
    assert found is not None
    return found


def annul(db: Session, poll_id: int) -> None:
    votes.ask_annulment(
        db, poll_id=poll_id, ground="authority", contest=None, decided_by="Amina Roux, maire",
        decided_on=day_of(LATER), reference="2026-118", reason=WHY, by=make_person(db), at=LATER,
    )  # fmt: skip
    votes.confirm_annulment(db, poll_id=poll_id, link="", by=make_person(db), at=LATER)


def test_an_annulled_vote_leaves_an_edition_without_result_and_another_vote_is_held(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    made = frozen(db, settings.vault, ((0, 40_000_00), (0, 30_000_00)))
    voted(db, settings.vault, made, ("1",), ("1",), ("2",))
    service.settle(db, edition_id=made.id, by="system", at=AFTER)
    first = queries.catalogue(db, made.id)
    former = poll_of(db, made)
    annul(db, former.id)

    def decide() -> None:
        with writing(db):
            service.record_outcome_within(
                db, edition_project_id=first[0].id, outcome="adopted", reason="", by="system",
                at=FINAL,
            )  # fmt: skip

    with pytest.raises(Refusal, match="annulé"):
        decide()
    with pytest.raises(Refusal, match="annulé"):
        service.settle(db, edition_id=made.id, by="system", at=LATER)
    clock.set(LATER)
    anyone, agent = visitor_of(app), visitor_of(app, made.agent.email)
    base = f"/budgets/{made.slug}"
    for path in ("", "/resultats"):  # at once, before any worker
        page = anyone.see(f"{base}{path}").text
        assert "annulé" in page
        assert "lauréat" not in page
    anyone.see(f"{base}/resultats/cadre", 404)
    db.rollback()

    assert service.take_annulments(db, LATER) == 1
    assert service.take_annulments(db, LATER) == 0
    row = seen(db, made).row
    assert (row.status, row.settled_at, row.measures) == ("suspended", None, {})
    assert WHY in row.stop_reason
    reached = [state for _name, state, _when in queries.stations(row, LATER)]
    assert reached == ["done", "done", "done", "stopped", "todo", "todo", "todo"]
    for one in queries.catalogue(db, made.id):
        assert (one.elected, one.votes, one.outcome, one.explanation) == (None, None, None, "")
    told = [proposals.proposal(db, one) for one in (1, 2)]
    assert [one.row.status for one in told if one] == ["on_ballot", "on_ballot"]
    with pytest.raises(Refusal, match="ouvrez un autre vote"):
        service.resume(db, edition_id=made.id, by="system", at=LATER)
    db.rollback()
    assert "Ouvrir un autre vote" in agent.see(f"{base}/gestion").text
    dates = {"vote_opens_at": "2026-10-31T07:00", "vote_closes_at": "2026-11-19T19:00"}
    past = {**dates, "vote_opens_at": "2026-09-21T07:00"}
    assert "plus tard que maintenant" in agent.send(f"{base}/revoter", past, 422).text
    agent.send(f"{base}/revoter", dates)
    agent.send(f"{base}/revoter", dates, 422)
    db.rollback()

    poll = poll_of(db, made)
    assert poll.id != former.id
    assert polls.replaces(db, poll.id) == (former.slug, former.title)
    assert polls.replaced_by(db, former.id) == (poll.slug, poll.title)
    assert [(one.reference, one.cost) for one in polls.items(db, poll.id)] == [
        (one.reference, one.cost) for one in polls.items(db, former.id)
    ]
    assert "Aller au vote qui le remplace" in anyone.see(f"/votes/{former.slug}").text
    assert "en remplace un autre" in anyone.see(f"/votes/{poll.slug}").text
    assert "annulé" not in anyone.see(base).text
    during = OPENS + AGAIN + timedelta(days=3)
    for right, _code in make_letters(db, poll, settings.vault, 2, at=during):
        cast(db, poll, settings.vault, right, "2", at=during)
    clock.set(CLOSES + AGAIN + timedelta(hours=2))
    close_at = CLOSES + AGAIN + timedelta(hours=1)
    votes.reconcile(db, poll_id=poll.id, by="system", at=close_at)
    votes.sever(db, poll_id=poll.id, by="system", at=close_at)
    for _member in range(2):
        votes.open_urn(
            db, poll_id=poll.id, known=secrets_of(poll, settings.vault), by=make_person(db),
            at=close_at,
        )  # fmt: skip
    assert service.settle(db, edition_id=made.id, by="system", at=close_at) == 1
    again = {one.reference: one.elected for one in queries.catalogue(db, made.id)}
    assert again == {"1": False, "2": True}


def test_what_the_elus_decided_before_an_annulment_stays_and_nothing_more_is_decided(
    db: Session, settings: Settings
) -> None:
    made = frozen(db, settings.vault, ((0, 40_000_00), (0, 30_000_00)))
    voted(db, settings.vault, made, ("1",))
    service.settle(db, edition_id=made.id, by="system", at=AFTER)
    one, two = queries.catalogue(db, made.id)

    def decide(key: int) -> None:
        with writing(db):
            service.record_outcome_within(
                db, edition_project_id=key, outcome="adopted", reason="Ainsi décidé.", by="system",
                at=FINAL,
            )  # fmt: skip

    decide(one.id)
    annul(db, poll_of(db, made).id)
    assert service.take_annulments(db, LATER) == 0
    assert seen(db, made).row.status == "deliberated"
    assert queries.catalogue(db, made.id)[0].outcome == "adopted"
    with pytest.raises(Refusal, match="annulé"):
        decide(two.id)
    with pytest.raises(Refusal, match="n'attend pas"):
        service.vote_again(
            db, edition_id=made.id, vote_opens_at=OPENS + AGAIN, vote_closes_at=CLOSES + AGAIN,
            secret_id=None, by="system", at=LATER,
        )  # fmt: skip


def test_an_edition_whose_vote_is_annulled_may_be_cancelled_and_frees_its_projects(
    db: Session, settings: Settings
) -> None:
    made = frozen(db, settings.vault, ((0, 40_000_00), (0, 30_000_00)))
    annul(db, poll_of(db, made).id)
    assert service.take_annulments(db, LATER) == 1
    service.cancel(db, edition_id=made.id, reason=WHY, by="system", at=LATER)
    told = [proposals.proposal(db, one) for one in (1, 2)]
    assert [one.row.status for one in told if one] == ["postponed", "postponed"]
