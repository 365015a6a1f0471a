"""What a vote's pages say is what its règlement says and what its ballot refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from civic.ballots import queries, service
from civic.house.access import Role
from civic.house.refusal import Refusal
from civic.house.settings import Settings
from tests import make as house
from tests.ballots.make import AFTER, CLOSES, DURING, OPENS, make_letters, make_poll
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Filled, Visitor


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The vault of the site under test."""
    return settings.vault


@pytest.mark.parametrize(
    ("said", "wanted", "paper"),
    [
        (
            {"ballot_type": "points", "max_points": 3, "max_sum": 7, "minimum": 3, "maximum": 4},
            "Choisissez de 3 à 4 projets",
            "Choisissez de 3 à 4 projets",
        ),
        (
            {"ballot_type": "points", "max_points": 3, "max_sum": 7, "maximum": 2},
            "Choisissez jusqu'à 2 projets",
            "Choisissez jusqu'à 2 projets",
        ),
        (
            {"ballot_type": "graded", "minimum": 0, "maximum": 3},
            "Choisissez jusqu'à 3 projets",
            "Choisissez jusqu'à 3 projets",
        ),
        (
            {"ballot_type": "ranking", "minimum": 2, "maximum": 3},
            "Choisissez de 2 à 3 projets",
            "Choisissez de 2 à 3 projets",
        ),
        (
            {"ballot_type": "knapsack", "maximum": 2, "limits": [("", 60_000_00)]},
            "Choisissez jusqu'à 2 projets",
            "Choisissez jusqu'à 2 projets",
        ),
        ({"minimum": 3, "maximum": 3}, "Choisissez exactement 3", "Cochez exactement 3 projets"),
    ],
)
def test_how_many_projects_a_ballot_takes_is_said_before_it_is_refused(
    client: Visitor, db: Session, folder: Path, clock: StoppedClock,
    said: dict[str, Any], wanted: str, paper: str,
) -> None:  # fmt: skip
    clock.set(DURING)
    poll = make_poll(db, folder, **said)
    ((_right, code),) = make_letters(db, poll, folder, 1)
    ballot = client.follow(client.send(f"/votes/{poll.slug}/entrer", {"code": code}))
    assert wanted in ballot.text
    assert paper in queries.paper_rule(poll, len(queries.items(db, poll.id)))


def test_a_bound_that_nobody_can_reach_is_not_said(db: Session, tmp_path: Path) -> None:
    poll = make_poll(db, tmp_path, ballot_type="graded", minimum=0, maximum=5)
    assert "jusqu'à" not in queries.choose_sentence(poll, 5)
    assert "jusqu'à" not in queries.paper_rule(poll, 5)


def test_a_vote_without_paper_offers_none_anywhere(
    client: Visitor, app: Flask, db: Session, folder: Path, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, folder, paper=False)
    service.add_place(
        db, poll_id=poll.id, name="Maison de quartier", address="1 rue du Test", kind="connected",
        hours=[(OPENS, CLOSES)], by="system", at=DURING,
    )  # fmt: skip
    here = f"/votes/{poll.slug}"
    for page in ("", "/entrer", "/lieux", "/urne"):
        assert "papier" not in client.see(here + page).text, page
    for kind in ("printed", "group"):
        with pytest.raises(Refusal, match="ne prévoit pas de bulletin de papier"):
            service.add_place(
                db, poll_id=poll.id, name=kind, address="", kind=kind, hours=[(OPENS, CLOSES)],
                expected=20 if kind == "group" else None, by="system", at=DURING,
            )  # fmt: skip
    keeper: Visitor = app.test_client()  # type: ignore[assignment]
    keeper.sign_in(house.staff(db, Role.VOTE_COMMISSION, f"poll:{poll.id}").email)
    assert "papier" not in keeper.see(f"{here}/accueil").text
    who: dict[str, Filled] = {
        "family": "Exemple",
        "first": "Ana",
        "born": "1980-05-01",
        "seen": True,
    }
    assert "papier" not in keeper.send(f"{here}/accueil", who, 200).text
    keeper.see(f"{here}/bulletin-papier.pdf", 404)
    with pytest.raises(Refusal, match="ne prévoit pas de bulletin de papier"):
        service.open_batch(
            db, poll_id=poll.id, place="Maison de quartier", ballots=3, by="system", at=AFTER
        )
