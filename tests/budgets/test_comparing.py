"""What other rules would have given is worked out after the result, by the worker, once."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, select

from civic.ballots.models import OpenedBallot, PollCount
from civic.budgets import queries, service
from civic.budgets.comparing import measures
from civic.budgets.models import Edition, RecountFile
from civic.budgets.service import comparing
from civic.house.db import sessions, writing
from civic.house.jobs import JOBS
from civic.rooms import load_routines
from tests.budgets.make import AFTER, frozen, voted
from tests.budgets.test_pages import visitor_of
from tests.budgets.test_results import certified, proclaimed, seen_of

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.budgets.make import Made
    from tests.machine.stopped import StoppedClock

ROOT = Path(__file__).parent.parent.parent
COSTS = ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00))
BALLOTS = (("1", "2"), ("1",), ("3",))
WAITING = "est en cours de calcul"

A_WORKER = """
import sys, time
from civic.budgets.service import comparing
from civic.house.db import make_engine, sessions
from civic.rooms import load_models
from tests.budgets.make import AFTER
load_models()
def endless(*_, **__):
    print("comparing", flush=True)
    time.sleep(60)
comparing.measures = endless
with sessions(make_engine(sys.argv[1]))() as db:
    comparing.compare_due(db, AFTER)
"""


@pytest.fixture
def made(db: Session, settings: Settings, clock: StoppedClock) -> Made:
    """An édition whose result was proclaimed, with ballots that are published."""
    clock.set(AFTER)
    made = proclaimed(db, settings.vault, COSTS, *BALLOTS, compare=True, publication="always")
    certified(db, made, published=True)
    db.rollback()
    return made


def kept(db: Session, made: Made) -> tuple[bool, bool, int]:
    """Whether it has comparisons, whether it says so, and how many files."""
    row = seen_of(db, made).row
    files = db.scalar(select(func.count()).select_from(RecountFile)) or 0
    db.rollback()
    return bool(row.measures.get("others")), row.compared_at is not None, files


def test_proclaiming_compares_nothing_and_the_page_says_so_until_the_worker_has(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock, monkeypatch: Any
) -> None:
    clock.set(AFTER)
    made = frozen(db, settings.vault, COSTS, model="other", compare=True, rule="equal-shares")
    voted(db, settings.vault, made, *BALLOTS)
    agent, public = visitor_of(app, made.agent.email), visitor_of(app)
    with monkeypatch.context() as stopped:
        stopped.setattr(comparing, "measures", None)
        agent.send(f"/budgets/{made.slug}/gestion", button="Proclamer les résultats")
    page = public.see(f"/budgets/{made.slug}/resultats")
    assert "projets lauréats" in page
    assert WAITING in page
    assert "Avec une autre règle" not in page
    assert WAITING in public.see(f"/budgets/{made.slug}/comparer")
    assert made.slug not in public.see("/budgets/simulateur").html
    public.see(f"/budgets/{made.slug}/mes-choix")
    load_routines()
    db.rollback()
    JOBS["budgets.compare"].work(db, AFTER)
    page = public.see(f"/budgets/{made.slug}/resultats")
    assert WAITING not in page
    assert "Avec une autre règle" in page
    page = public.see(f"/budgets/{made.slug}/comparer")
    assert "Les règles côte à côte" in page
    assert WAITING not in page
    assert made.slug in public.see("/budgets/simulateur").html
    db.rollback()
    assert service.compare_due(db, AFTER) == 0


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_compares(
    db: Session, made: Made, database_url: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", A_WORKER, database_url], stdout=subprocess.PIPE, cwd=ROOT
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"comparing\n"
        worker.kill()
    assert kept(db, made) == (False, False, 0)
    assert service.compare_due(db, AFTER) == 1
    assert kept(db, made) == (True, True, 2)


def test_of_two_workers_at_once_one_writes(
    db: Session, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster: list[bool] = []

    def slowly(*some: Any, **more: Any) -> dict[str, Any]:
        """While this one counts, another one does it all."""
        if not faster:
            faster.append(True)
            with sessions(db.get_bind())() as other:  # type: ignore[arg-type]
                faster.append(service.compare(other, edition_id=made.id, at=AFTER))
        return measures(*some, **more)

    monkeypatch.setattr(comparing, "measures", slowly)
    assert service.compare_due(db, AFTER) == 0
    assert faster == [True, True]
    assert kept(db, made) == (True, True, 2)


def test_a_count_set_aside_while_it_is_compared_leaves_no_file(
    db: Session, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:

    def meanwhile(*some: Any, **more: Any) -> dict[str, Any]:
        """What an upheld contest does."""
        with sessions(db.get_bind())() as other, writing(other):  # type: ignore[arg-type]
            for model in (PollCount, OpenedBallot):
                other.execute(delete(model))
        return measures(*some, **more)

    monkeypatch.setattr(comparing, "measures", meanwhile)
    assert service.compare_due(db, AFTER) == 0
    assert kept(db, made) == (False, False, 0)
    assert service.compare_due(db, AFTER) == 0


def test_a_new_count_that_is_not_proclaimed_yet_is_not_compared(db: Session, made: Made) -> None:
    with writing(db):
        db.scalars(select(PollCount)).one().at = AFTER + timedelta(hours=1)
    assert service.compare_due(db, AFTER) == 0
    assert not service.compare(db, edition_id=made.id, at=AFTER)
    assert kept(db, made) == (False, False, 0)


def test_nothing_is_compared_once_the_ballots_are_destroyed(
    app: Flask, db: Session, made: Made
) -> None:
    with writing(db):
        db.execute(delete(OpenedBallot))
    assert service.compare_due(db, AFTER) == 1
    assert kept(db, made) == (False, True, 0)
    page = visitor_of(app).see(f"/budgets/{made.slug}/resultats")
    assert WAITING not in page
    assert "Avec une autre règle" not in page
    visitor_of(app).see(f"/budgets/{made.slug}/comparer", 404)
    db.rollback()
    assert db.get_one(Edition, made.id).settled_at is not None
    assert queries.simulated(db, all_of_them=True) == []


def test_a_comparison_says_who_would_have_won_and_who_no_longer(
    app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(AFTER)
    made = proclaimed(
        db, settings.vault, ((0, 45_000_00), (0, 20_000_00), (1, 9_000_00), (1, 12_000_00)),
        *[("1", "4")] * 3, *[("2",)] * 2, *[("3",)] * 2, compare=True,
    )  # fmt: skip
    service.compare_due(db, AFTER)
    found = queries.comparison(seen_of(db, made))
    assert found is not None
    own = {"1", "4"}
    for one in found.tried[1:]:
        assert own.isdisjoint(one.gained)
        assert set(one.lost) <= own
        assert one.winners == len(own) + len(one.gained) - len(one.lost)
        assert one.words
    assert found.own.gained == found.own.lost == ()
    assert any(one.gained for one in found.tried)
    page = visitor_of(app).see(f"/budgets/{made.slug}/comparer")
    assert "Ne le seraient plus" in page
    assert "Projet 3" in page
    [tried] = queries.simulated(db, all_of_them=False)
    assert tried.chose == 7
    assert tried.shares == (
        min(one.share for one in found.tried), max(one.share for one in found.tried)
    )  # fmt: skip
    said = visitor_of(app).see("/budgets/simulateur").text
    assert "Les règles, en une phrase" in said
    assert f"De {tried.shares[0]:.0%}".replace("%", "") in said
