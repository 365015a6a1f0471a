"""An édition from which a project is withdrawn while people vote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from civic.budgets import queries, service
from civic.budgets.counting import Candidate, Purse, count
from civic.budgets.rules_data import DEFAULTS, digest_of
from civic.house.db import writing
from civic.house.refusal import Refusal
from civic.proposals import queries as proposals
from tests.budgets.make import AFTER, CLOSES, DURING, FINAL, adopt, frozen, prepared, voted
from tests.budgets.test_pages import visitor_of

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.stopped import StoppedClock

WHY, WHO = "Le terrain vient d'être vendu.", "Amina Roux, adjointe au cadre de vie"


def withdraw(db: Session, edition_id: int, reference: str) -> str:
    return service.withdraw_from_vote(
        db, edition_id=edition_id, reference=reference, reason=WHY, decided_by=WHO, by="system",
        at=DURING,
    )  # fmt: skip


def test_the_money_goes_on_without_it_and_what_was_sealed_still_verifies(
    db: Session, tmp_path: Path
) -> None:
    made = frozen(db, tmp_path, ((0, 45_000_00), (0, 40_000_00), (0, 20_000_00), (1, 12_000_00)))
    withdraw(db, made.id, "1")
    voted(db, tmp_path, made, ("2",), ("2", "3"), ("4",))
    assert service.settle(db, edition_id=made.id, by="system", at=AFTER) == 3
    seen = queries.edition(db, made.slug)
    assert seen is not None
    said = {one.reference: one for one in queries.catalogue(db, made.id)}
    gone = said["1"]
    assert (gone.outcome, gone.rank, gone.elected) == ("withdrawn", None, False)
    assert WHY in gone.explanation
    assert WHO in gone.explanation
    assert [said[one].elected for one in "234"] == [True, True, True]
    assert seen.current is not None
    sealed = queries.sealed(
        seen.current.digest, queries.ballot_items(db, made.id), seen.row.incompatible
    )
    assert digest_of(sealed) == seen.row.catalogue_digest
    told = proposals.proposal(db, 1)
    assert told is not None
    assert told.row.status == "abandoned"
    assert told.events[-1].text == WHY
    with pytest.raises(Refusal, match="retiré du vote"), writing(db):
        service.record_outcome_within(
            db, edition_project_id=gone.id, outcome="adopted", reason="Quand même", by="system",
            at=FINAL,
        )  # fmt: skip


def test_nothing_leaves_before_the_seal_or_after_the_closing_minute(
    db: Session, tmp_path: Path
) -> None:
    made = frozen(db, tmp_path, ((0, 45_000_00), (0, 40_000_00)))
    with pytest.raises(Refusal, match="clos"):
        service.withdraw_from_vote(
            db, edition_id=made.id, reference="1", reason=WHY, decided_by=WHO, by="system",
            at=CLOSES,
        )  # fmt: skip
    early = prepared(db)
    adopt(db, early)
    service.propose(
        db, edition_id=early.id, project_id=made.projects[0], envelope_id=early.envelopes[0],
        by="system", at=DURING,
    )  # fmt: skip
    with pytest.raises(Refusal, match="scellé"):
        withdraw(db, early.id, "1")


def test_an_agent_withdraws_it_in_public_under_a_name(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    made = frozen(db, settings.vault, ((0, 45_000_00), (0, 40_000_00), (0, 20_000_00)))
    clock.set(DURING)
    agent, anyone = visitor_of(app, made.agent.email), visitor_of(app)
    door = f"/budgets/{made.slug}/projets/1/retirer"
    assert door in agent.see(f"/budgets/{made.slug}/gestion").html
    refused = agent.send(door, {"reason": WHY, "sure": True}, 422)
    assert "nom et la qualité" in refused.text
    assert WHY in refused.text
    agent.send(door, {"decided_by": WHO, "reason": WHY, "sure": True})
    for page in ("reglement", "projets/1", "projets"):
        assert WHY in anyone.see(f"/budgets/{made.slug}/{page}").text
    assert WHO in anyone.see(f"/budgets/{made.slug}/reglement").text
    assert door not in agent.see(f"/budgets/{made.slug}/gestion").html
    db.rollback()
    voted(db, settings.vault, made, ("2",), ("3",))
    clock.set(AFTER)
    service.settle(db, edition_id=made.id, by=made.agent.person, at=AFTER)
    db.rollback()
    for page in ("resultats", "projets/1", "mes-choix"):
        assert "Retiré" in anyone.see(f"/budgets/{made.slug}/{page}").text


PURSES = (Purse(1, "A", 100), Purse(2, "B", 60), Purse(3, "Ville", 40, local=False))
LISTED = [
    Candidate(str(place), place, 10 + 7 * place, 1 + place % 3, f"Projet {place}", "AB"[place % 2])
    for place in range(1, 8)
]
RULES: tuple[dict[str, Any], ...] = (
    {"rule": "greedy"},
    {"rule": "zones-then-complement"},
    {"rule": "equal-shares", "utility": "cost", "completion": "add1u"},
    {"rule": "phragmen"},
    {"rule": "greedy", "ballot_type": "points", "max_points": 3, "max_sum": 9},
    {"rule": "equal-shares", "ballot_type": "ranking", "completion": "utilitarian"},
    {"rule": "majority-judgment", "ballot_type": "graded"},
)


@effort(max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from("1234567"), unique=True, max_size=5), max_size=12),
    st.sampled_from("1234567"),
    st.sampled_from(RULES),
)
def test_the_count_is_that_of_the_same_ballots_had_it_never_been_there(
    ballots: list[list[str]], gone: str, changes: dict[str, Any]
) -> None:
    rules = {**DEFAULTS, "maximum": 5, **changes}
    with_points = rules["ballot_type"] in {"points", "graded"}

    def marked(chosen: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        return tuple(chosen), tuple(1 + int(one) % 3 for one in chosen) if with_points else ()

    left = [replace(one, withdrawn="Retiré.") if one.reference == gone else one for one in LISTED]
    never = [one for one in LISTED if one.reference != gone]
    with_it = count(left, [marked(one) for one in ballots], PURSES, rules)
    without = count(
        never, [marked([ref for ref in one if ref != gone]) for one in ballots], PURSES, rules
    )
    assert with_it.pop(gone).cause == "withdrawn"
    assert with_it == without
