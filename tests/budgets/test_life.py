"""An édition from its preparation to the élus' decision, and what each stage refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from civic.ballots import queries as polls
from civic.ballots import service as votes
from civic.ballots import vault
from civic.budgets import queries, service
from civic.budgets.models import Edition, EditionProject
from civic.house.clock import PARIS
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.proposals import queries as proposals
from tests.budgets.make import (
    AFTER,
    CLOSES,
    DURING,
    FILED,
    FILING,
    FINAL,
    OPENS,
    PREPARED,
    SEALED,
    adopt,
    empty,
    frozen,
    prepared,
    voted,
)
from tests.budgets.test_pages import visitor_of
from tests.proposals.make import project

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.stopped import StoppedClock


def row_of(db: Session, slug: str) -> Edition:
    """The édition as it is now."""
    db.expire_all()
    seen = queries.edition(db, slug)
    assert seen is not None
    return seen.row


def test_no_edition_opens_without_the_act_even_by_hand(db: Session) -> None:
    made = prepared(db)
    with pytest.raises(IntegrityError), writing(db):
        db.execute(update(Edition).where(Edition.id == made.id).values(status="filing"))
    assert row_of(db, made.slug).status == "preparation"


def test_the_act_seals_the_reglement_and_the_calendar_runs(db: Session) -> None:
    made = prepared(db)
    adopt(db, made)
    row = row_of(db, made.slug)
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    assert seen.current.sealed_at is not None
    assert len(seen.current.digest) == 64
    assert "60\u202f000" in seen.current.text
    phases = [
        queries.phase(row, at) for at in (FILING - timedelta(seconds=1), FILING, FILED, OPENS)
    ]
    assert phases == ["filing", "filing", "filing_closed", "analysis"]
    adopt(db, made)  # the same act said twice changes nothing
    with pytest.raises(Refusal, match="adoptés"):
        service.set_rules(db, edition_id=made.id, by="system", at=PREPARED, maximum=5)


def test_the_front_page_says_when_ideas_are_filed_and_not_a_second_longer(db: Session) -> None:
    made = prepared(db)
    assert queries.open_now(db, FILING) == []
    adopt(db, made)
    [one] = queries.open_now(db, FILING)
    assert (one.title, one.until) == ("Budget participatif d'Essaiville", FILED)
    assert queries.open_now(db, FILING - timedelta(seconds=1)) == []
    assert queries.open_now(db, FILED) == []


def test_an_incomplete_edition_cannot_be_adopted_and_says_what_is_missing(db: Session) -> None:
    made = empty(db)
    with pytest.raises(Refusal, match="le calendrier, au moins une enveloppe"):
        adopt(db, made)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"minimum": 4, "maximum": 3}, "du plus petit au plus grand"),
        ({"ballot_type": "points"}, "points par projet"),
        ({"cap": 0}, "plafond"),
        ({"minimum_age": 40}, "âge minimum"),
        ({"tie": "dice"}, "égalités"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(
    db: Session, rules: dict[str, object], said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        empty(db, **rules)


def test_an_amendment_is_public_and_never_goes_back_in_time(db: Session) -> None:
    made = prepared(db)
    adopt(db, made)
    dates: dict[str, Any] = {
        "filing_opens_at": FILING,
        "filing_closes_at": FILED,
        "vote_opens_at": OPENS,
        "vote_closes_at": CLOSES,
        "results_on": None,
    }
    at = FILING + timedelta(days=3)
    with pytest.raises(Refusal, match="revient pas en arrière"):
        service.amend(
            db, edition_id=made.id, reason="Une raison", by="system", at=at,
            **(dates | {"filing_opens_at": at + timedelta(days=1)}),
        )  # fmt: skip
    version = service.amend(
        db, edition_id=made.id, reason="Plus de temps pour les écoles", by="system", at=at,
        **(dates | {"filing_closes_at": FILED + timedelta(days=7)}),
    )  # fmt: skip
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert version == 2
    midnight = datetime(2026, 9, 20, 22, 30, tzinfo=UTC)  # half past midnight, the 21st, in Paris
    with pytest.raises(Refusal, match="avant la fin du vote"):
        service.amend(
            db, edition_id=made.id, reason="Une raison", by="system", at=at,
            **(dates | {"vote_closes_at": midnight, "results_on": date(2026, 9, 20)}),
        )  # fmt: skip
    assert seen.rules[1].reason == "Plus de temps pour les écoles"
    assert seen.rules[0].digest != seen.rules[1].digest


def test_a_project_over_the_cap_or_the_envelope_does_not_enter_the_catalogue(
    db: Session, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match="plafond du règlement"):
        frozen(db, tmp_path, ((0, 30_000_00),), cap=25_000_00)


def test_a_project_that_could_never_win_does_not_enter_the_catalogue(
    db: Session, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match="plus que toute l'enveloppe"):
        frozen(db, tmp_path, ((1, 30_000_00),))


def test_a_vote_that_waits_for_the_commissions_key_is_not_said_to_be_open(
    db: Session, tmp_path: Path
) -> None:
    made = frozen(db, tmp_path, ((0, 10_000_00), (0, 20_000_00)), to_commission=True)
    row = row_of(db, made.slug)
    for now in (SEALED, OPENS, CLOSES):
        assert queries.phase(row, now) == "catalogue_frozen"
    assert "la clé de la commission" in queries.state_sentence(row, OPENS)
    assert row.poll_id is not None
    with pytest.raises(Refusal, match="Une fois scellé"):
        service.withdraw_from_vote(
            db, edition_id=made.id, reference="1", reason="Trop cher", decided_by="Le maire",
            by="system", at=DURING,
        )  # fmt: skip
    votes.seal_poll(db, poll_id=row.poll_id, secret_id=vault.make(tmp_path), by="system", at=DURING)
    assert queries.phase(row_of(db, made.slug), DURING) == "voting"


def test_a_vote_whose_key_comes_too_late_gets_new_dates_by_an_amendment(
    db: Session, tmp_path: Path
) -> None:
    made = frozen(
        db, tmp_path, ((0, 10_000_00), (0, 20_000_00)), to_commission=True, minimum_age=16
    )
    row = row_of(db, made.slug)
    assert row.poll_id is not None
    late = CLOSES + timedelta(days=1)
    first = row.catalogue_digest
    view = polls.poll_by_id(db, row.poll_id)
    assert view is not None
    assert "clos" not in polls.state_sentence(view, late)
    assert "la clé de la commission" in queries.state_sentence(row, late)
    db.rollback()
    with pytest.raises(Refusal, match="par un avenant"):
        votes.seal_poll(
            db, poll_id=row.poll_id, secret_id=vault.make(tmp_path), by="system", at=late
        )
    dates: dict[str, Any] = {
        "filing_opens_at": FILING, "filing_closes_at": FILED, "results_on": None,
        "vote_opens_at": late + timedelta(days=7), "vote_closes_at": late + timedelta(days=21),
    }  # fmt: skip
    for wrong in ({"vote_opens_at": OPENS + timedelta(days=1)}, {"filing_closes_at": late}):
        with pytest.raises(Refusal, match="revient pas en arrière"):
            service.amend(
                db, edition_id=made.id, reason="La clé manquait", by="system", at=late,
                **(dates | wrong),
            )  # fmt: skip
    service.amend(db, edition_id=made.id, reason="La clé manquait", by="system", at=late, **dates)
    view = polls.poll_by_id(db, row.poll_id)
    assert view is not None
    assert (view.opens_at, view.closes_at) == (dates["vote_opens_at"], dates["vote_closes_at"])
    assert view.born_by == date(2010, 10, 12)
    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.current is not None
    assert seen.row.catalogue_digest != first
    assert seen.current.reason == "La clé manquait"
    db.rollback()
    votes.seal_poll(db, poll_id=row.poll_id, secret_id=vault.make(tmp_path), by="system", at=late)
    assert queries.phase(row_of(db, made.slug), dates["vote_opens_at"]) == "voting"
    with pytest.raises(Refusal, match="ne peut plus changer"):
        service.amend(
            db, edition_id=made.id, reason="Encore une fois", by="system", at=late, **dates
        )


def test_a_vote_that_was_not_prepared_in_time_is_put_off_by_an_amendment(db: Session) -> None:
    made = prepared(db)
    adopt(db, made)
    late = CLOSES + timedelta(days=1)
    dates: dict[str, Any] = {
        "filing_opens_at": FILING, "filing_closes_at": FILED, "results_on": None,
        "vote_opens_at": late + timedelta(days=7), "vote_closes_at": late + timedelta(days=21),
    }  # fmt: skip
    version = service.amend(
        db, edition_id=made.id, reason="Les projets n'étaient pas prêts", by="system", at=late,
        **dates,
    )  # fmt: skip
    assert version == 2
    assert row_of(db, made.slug).vote_closes_at == dates["vote_closes_at"]


def test_the_ballot_is_sealed_once_and_its_proposals_can_no_longer_leave(
    db: Session, tmp_path: Path
) -> None:
    made = frozen(db, tmp_path, ((0, 10_000_00), (0, 20_000_00), (1, 5_000_00)))
    row = row_of(db, made.slug)
    assert len(row.catalogue_digest) == 64
    assert queries.phase(row, SEALED) == "catalogue_frozen"
    assert queries.phase(row, OPENS) == "voting"
    assert queries.phase(row, CLOSES - timedelta(seconds=1)) == "voting"
    assert queries.phase(row, CLOSES) == "voting_closed"
    one = proposals.proposal(db, 1)
    assert one is not None
    assert one.row.status == "on_ballot"
    from civic.proposals import service as verbs

    with pytest.raises(Refusal, match="scellé"):
        verbs.withdraw(db, number=1, by=made.resident.person, at=DURING)
    with pytest.raises(Refusal, match="scellé"):
        service.freeze(
            db, edition_id=made.id, secret_id=vault.make(tmp_path), by="system", at=DURING
        )


def test_the_result_follows_the_votes_and_adds_up_to_the_cent(db: Session, tmp_path: Path) -> None:
    made = frozen(db, tmp_path, ((0, 45_000_00), (0, 20_000_00), (0, 15_000_00), (1, 12_345_67)))
    with pytest.raises(Refusal, match="pas encore dépouillé"):
        service.settle(db, edition_id=made.id, by="system", at=AFTER)
    voted(db, tmp_path, made, ("1", "2"), ("1", "4"), ("1", "3"), ("2", "3"), ("3",), ("4",))
    assert service.settle(db, edition_id=made.id, by=made.agent.person, at=AFTER) == 3
    seen = queries.edition(db, made.slug)
    assert seen is not None
    first, second = queries.results(seen, queries.catalogue(db, made.id))
    # 1 and 3 have three votes each; at equality the cheaper goes first, then 45,000 fits too.
    assert [item.reference for item in first.items] == ["3", "1", "2"]
    assert [item.elected for item in first.items] == [True, True, False]
    assert (first.spent, first.left) == (60_000_00, 0)
    assert (second.spent, second.left) == (12_345_67, 7_654_33)
    assert first.spent + first.left + second.spent + second.left == seen.total
    loser = first.items[2]
    assert (loser.votes, loser.cause) == (2, "too-expensive")
    assert "il en coûte" in loser.explanation
    states = {number: proposals.proposal(db, number) for number in (1, 2, 3, 4)}
    assert [one.row.status for one in states.values() if one] == [
        "laureate", "not_selected", "laureate", "laureate",
    ]  # fmt: skip
    with pytest.raises(Refusal, match="n'attend pas"):
        service.settle(db, edition_id=made.id, by="system", at=AFTER)


def test_going_against_the_vote_needs_a_reason(db: Session, tmp_path: Path) -> None:
    made = frozen(db, tmp_path, ((0, 45_000_00), (1, 10_000_00)))
    voted(db, tmp_path, made, ("1",), ("2",))
    service.settle(db, edition_id=made.id, by="system", at=AFTER)
    first, second = queries.catalogue(db, made.id)
    for outcome, reason in (("set_aside", ""), ("winner", "x")):
        with pytest.raises(Refusal), writing(db):
            service.record_outcome_within(
                db, edition_project_id=first.id, outcome=outcome, reason=reason,
                by="system", at=FINAL,
            )  # fmt: skip
    with writing(db):
        service.record_outcome_within(
            db, edition_project_id=first.id, outcome="set_aside", reason="Le sol est pollué.",
            by="system", at=FINAL,
        )  # fmt: skip
        service.record_outcome_within(
            db, edition_project_id=second.id, outcome="adopted", reason="", by="system", at=FINAL
        )
        service.mark_delivery_begun_within(
            db, edition_project_id=second.id, stage="works", by="system", at=FINAL
        )
        service.mark_delivered_within(db, edition_project_id=second.id, by="system", at=FINAL)
    assert row_of(db, made.slug).status == "delivery"
    told = proposals.proposal(db, 1)
    assert told is not None
    assert told.row.status == "set_aside"
    assert told.events[-1].text == "Le sol est pollué."
    done = proposals.proposal(db, 2)
    assert done is not None
    assert done.row.status == "delivered"
    with pytest.raises(Refusal), writing(db):
        service.mark_delivered_within(db, edition_project_id=first.id, by="system", at=FINAL)


def test_nothing_is_decided_while_the_result_may_be_contested(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    made = frozen(db, settings.vault, ((0, 45_000_00), (1, 10_000_00)), appeal_days=10)
    voted(db, settings.vault, made, ("1",), ("2",))
    service.settle(db, edition_id=made.id, by="system", at=AFTER)
    first, _second = queries.catalogue(db, made.id)
    db.rollback()

    def decide(at: datetime) -> None:
        with writing(db):
            service.record_outcome_within(
                db, edition_project_id=first.id, outcome="adopted", reason="", by="system", at=at
            )

    last = AFTER + timedelta(days=10)
    clock.set(last)
    told = visitor_of(app).see(f"/budgets/{made.slug}/resultats").text
    assert "provisoire : il peut être contesté jusqu'au 30 septembre 2026" in told
    with pytest.raises(Refusal, match="provisoire"):
        decide(last)
    clock.set(last + timedelta(days=1))
    assert "provisoire" not in visitor_of(app).see(f"/budgets/{made.slug}/resultats").text
    decide(last + timedelta(days=1))


def test_a_stopped_edition_says_why(db: Session) -> None:
    made = prepared(db)
    adopt(db, made)
    with pytest.raises(Refusal):
        service.suspend(db, edition_id=made.id, reason="", by="system", at=FILING)
    service.suspend(db, edition_id=made.id, reason="Crue de l'Escaut", by="system", at=FILING)
    assert "Crue de l'Escaut" in queries.state_sentence(row_of(db, made.slug), FILING)
    service.resume(db, edition_id=made.id, by="system", at=FILING)
    assert queries.phase(row_of(db, made.slug), FILING) == "filing"


def test_an_envelope_is_worth_what_its_funders_put_in(db: Session) -> None:
    made = prepared(db)
    service.add_funding(
        db, edition_id=made.id, envelope_id=made.envelopes[1], organisation_id=made.city,
        label="crédits politique de la ville", amount=1_234_56, by="system", at=PREPARED,
    )  # fmt: skip
    envelope = queries.envelopes(db, made.id)[1]
    assert envelope.amount == sum(part.amount for part in envelope.fundings) == 21_234_56
    service.drop_funding(
        db, edition_id=made.id, funding_id=envelope.fundings[1].id, by="system", at=PREPARED
    )
    assert queries.envelopes(db, made.id)[1].amount == 20_000_00
    for amount in (0, -5):
        with pytest.raises(Refusal):
            service.add_funding(
                db, edition_id=made.id, envelope_id=made.envelopes[0],
                organisation_id=made.city, label="x", amount=amount, by="system", at=PREPARED,
            )  # fmt: skip


def test_dates_out_of_order_are_refused_beside_their_field(db: Session) -> None:
    made = empty(db)
    with pytest.raises(Refusal) as no:
        service.set_calendar(
            db, edition_id=made.id, filing_opens_at=FILING, filing_closes_at=OPENS,
            vote_opens_at=FILED, vote_closes_at=CLOSES, results_on=date(2026, 9, 25),
            by="system", at=PREPARED,
        )  # fmt: skip
    assert no.value.field == "vote_opens_at"


def test_two_projects_never_share_a_number_on_one_ballot(db: Session, tmp_path: Path) -> None:
    made = frozen(db, tmp_path, ((0, 10_000_00), (0, 20_000_00)))
    with pytest.raises(IntegrityError), writing(db):
        db.execute(
            update(EditionProject).where(EditionProject.edition_id == made.id).values(reference="1")
        )


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        # Clocks go back on 25 October 2026 at 3 o'clock and forward on 28 March 2027 at 2.
        (datetime(2026, 10, 24, 8, tzinfo=PARIS), datetime(2026, 10, 26, 20, tzinfo=PARIS)),
        (datetime(2027, 3, 27, 8, tzinfo=PARIS), datetime(2027, 3, 29, 20, tzinfo=PARIS)),
    ],
)
def test_a_vote_opens_and_closes_at_its_minute_in_paris_across_a_change_of_hour(
    app: Flask, db: Session, clock: StoppedClock, settings: Settings, opens: datetime,
    closes: datetime,
) -> None:  # fmt: skip
    made = prepared(db)
    clock.set(PREPARED)
    agent = visitor_of(app, made.agent.email)
    agent.send(
        f"/budgets/{made.slug}/calendrier",
        {"vote_opens_at": f"{opens:%Y-%m-%dT%H:%M}", "vote_closes_at": f"{closes:%Y-%m-%dT%H:%M}",
         "results_on": ""},
    )  # fmt: skip
    db.rollback()
    adopt(db, made)
    for place in (1, 2):
        key = project(
            db, made.town, made.resident.person, made.agent.person, 5_000_00, title=f"P{place}"
        )
        service.propose(
            db, edition_id=made.id, project_id=key, envelope_id=made.envelopes[0],
            by=made.agent.person, at=SEALED,
        )  # fmt: skip
    service.freeze(
        db, edition_id=made.id, secret_id=vault.make(settings.vault), by="system", at=SEALED
    )
    row = row_of(db, made.slug)
    assert row.poll_id is not None
    poll = polls.poll_by_id(db, row.poll_id)
    assert poll is not None
    first, last = (one.astimezone(UTC) for one in (opens, closes))
    second = timedelta(seconds=1)
    for at, phase, is_open in (
        (first - second, "catalogue_frozen", False),
        (first, "voting", True),
        (last - second, "voting", True),
        (last, "voting_closed", False),
    ):
        assert queries.phase(row, at) == phase
        assert poll.is_open(at) is is_open
    clock.set(first)
    assert f"jusqu'au lundi {closes.day} " in visitor_of(app).see(f"/budgets/{made.slug}")


def test_projects_that_exclude_each_other_are_sealed_with_the_catalogue(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    made = prepared(db)
    adopt(db, made)
    for place in (1, 2, 3):
        key = project(
            db, made.town, made.resident.person, made.agent.person, 5_000_00, title=f"P{place}"
        )
        service.propose(
            db, edition_id=made.id, project_id=key, envelope_id=made.envelopes[0],
            by=made.agent.person, at=SEALED,
        )  # fmt: skip
    clock.set(SEALED)
    agent = visitor_of(app, made.agent.email)
    door = f"/budgets/{made.slug}/incompatibles"
    assert "n'a le numéro 9" in agent.send(door, {"groups": "1, 9"}, 422)
    assert "deux projets différents" in agent.send(door, {"groups": "1"}, 422)
    agent.send(door, {"groups": "1, 2\n\n"})
    assert "Un seul de ces projets" in visitor_of(app).see(f"/budgets/{made.slug}/projets")
    db.rollback()
    service.freeze(
        db, edition_id=made.id, secret_id=vault.make(settings.vault), by="system", at=SEALED
    )
    with pytest.raises(Refusal):
        service.set_incompatible(db, edition_id=made.id, groups=[], by="system", at=SEALED)
    voted(db, settings.vault, made, ("1", "2"), ("1", "3"))
    service.settle(db, edition_id=made.id, by="system", at=AFTER)
    said = {item.reference: item for item in queries.catalogue(db, made.id)}
    assert [said[one].elected for one in "123"] == [True, False, True]
    assert said["2"].cause == "incompatible"
