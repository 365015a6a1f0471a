"""The lottery is worked out by the worker: two tabs start it once, and a worker that is killed in
the middle leaves nothing half done."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from civic.draws.models import Draw, LetterLot, Preparation
from civic.draws.service import asking, creating, freezing, lots, preparing, working
from civic.draws.service.asking import Ask
from civic.house.db import sessions
from civic.house.refusal import Refusal
from tests.draws import make
from tests.draws.make import SESSION
from tests.draws.test_pages import signed_in
from tests.draws.test_papers import SHEET, pressed
from tests.machine.outbox import Outbox
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor
from tests.make import NOW

ROOT = Path(__file__).parent.parent.parent
A_WORKER = """
import sys, time
from civic.draws.service import freezing, preparing
from civic.house.clock import clock
from civic.house.db import make_engine, sessions
from civic.rooms import load_models
from tests.make import NOW
load_models()
def endless(*_args, progress, **_more):
    progress("loterie", 0.4)
    preparing_alive.beat()
    print("working", flush=True)
    time.sleep(60)
class Alive(preparing.Alive):
    def __enter__(self):
        global preparing_alive
        preparing_alive = self
        return super().__enter__()
preparing.Alive, freezing.prepare = Alive, endless
with clock.at(NOW), sessions(make_engine(sys.argv[1]))() as db:
    preparing.work_due(db, NOW)
"""


def asked_for(db: Session, scene: make.Scene, **more: object) -> int:
    draw_id = make.checked(db, scene, **more)  # type: ignore[arg-type]
    freezing.ask(
        db, draw_id=draw_id, announcement=make.announcement(), by=scene.facilitator.person, at=NOW
    )
    return draw_id


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_the_next_one_does_it(
    app: Flask, db: Session, database_url: str, clock: StoppedClock, outbox: Outbox
) -> None:
    clock.set(NOW)
    scene = make.scene(db)
    draw_id = asked_for(db, scene)
    preparing.start(db, draw_id=draw_id, by=scene.agent.person, at=NOW)
    with subprocess.Popen(
        [sys.executable, "-c", A_WORKER, database_url], stdout=subprocess.PIPE, cwd=ROOT
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"working\n"
        page = app.test_client()
        assert isinstance(page, Visitor)
        page.sign_in(scene.facilitator.email)
        assert "40 sur 100" in page.see(f"/tirages/{draw_id}/gel").text
        worker.kill()
    db.expire_all()
    draw = db.get_one(Draw, draw_id)
    assert (draw.status, draw.commitment, draw.lottery, draw.confirmed_by) == (
        "freeze_asked", None, None, None,
    )  # fmt: skip
    preparing.work_due(db, NOW)  # it may still be alive: nobody takes its work away
    db.expire_all()
    assert db.get_one(Draw, draw_id).status == "freeze_asked"
    preparing.work_due(db, NOW + working.DEAD + timedelta(seconds=1))
    db.expire_all()
    draw = db.get_one(Draw, draw_id)
    assert (draw.status, draw.confirmed_by) == ("frozen", scene.agent.person)
    assert db.get(Preparation, draw_id) is None
    assert [mail.to for mail in outbox.all()] == [scene.agent.email]


def test_two_tabs_confirming_at_once_start_one_calculation(db: Session, engine: Engine) -> None:
    scene = make.scene(db)
    draw_id = asked_for(db, scene)
    who = [scene.agent, scene.facilitator2] * 3
    make_session, gate, started = sessions(engine), threading.Barrier(len(who)), []

    def confirms(person: str) -> None:
        with make_session() as mine:
            gate.wait()
            with contextlib.suppress(Refusal):
                preparing.start(mine, draw_id=draw_id, by=person, at=NOW)
                started.append(person)

    threads = [threading.Thread(target=confirms, args=(one.person,)) for one in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.rollback()
    row = db.scalars(select(Preparation)).one()
    assert started == [row.confirmed_by]


def test_nobody_confirms_their_own_demand_and_a_withdrawn_one_stops_the_worker(
    db: Session, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(NOW)
    scene = make.scene(db)
    draw_id = asked_for(db, scene)
    with pytest.raises(Refusal, match="une autre personne"):
        preparing.start(db, draw_id=draw_id, by=scene.facilitator.person, at=NOW)
    preparing.start(db, draw_id=draw_id, by=scene.agent.person, at=NOW)
    steps: list[float] = []

    def slow(*_args: object, progress: freezing.Progress, **_more: object) -> None:
        freezing.withdraw(db, draw_id=draw_id, by=scene.facilitator.person, at=NOW)
        for step in range(200):
            steps.append(step)
            progress("loterie", step / 200)
            threading.Event().wait(0.02)

    monkeypatch.setattr(working, "BEAT", 0.01)
    monkeypatch.setattr(freezing, "prepare", slow)
    preparing.work_due(db, NOW)
    assert len(steps) < 200
    assert db.get_one(Draw, draw_id).status == "lists_checked"


def test_bounds_that_cannot_hold_are_said_on_the_page_and_by_mail(
    db: Session, clock: StoppedClock, outbox: Outbox
) -> None:
    clock.set(NOW)
    scene = make.scene(db)
    draw_id = asked_for(db, scene, asks=(Ask("Sexe", "Femme", 4, 5), Ask("Sexe", "Homme", 3, 5)))
    preparing.start(db, draw_id=draw_id, by=scene.agent.person, at=NOW)
    preparing.work_due(db, NOW)
    row = db.get_one(Preparation, draw_id)
    assert "ne peuvent pas tenir ensemble" in row.problem
    assert "n'est pas figé" in outbox.last(scene.agent.email).subject
    freezing.withdraw(db, draw_id=draw_id, by=scene.agent.person, at=NOW)
    asking.set_criteria(db, draw_id=draw_id, asks=make.HALF, by=scene.facilitator.person, at=NOW)
    assert db.get(Preparation, draw_id) is None


# --- letters -------------------------------------------------------------------------------------

A_PRINTER = """
import sys, time
from pathlib import Path
from civic.draws.service import lots
from civic.house.clock import clock
from civic.house.db import make_engine, sessions
from civic.rooms import load_models
from tests.draws.make import SESSION
load_models()
alive = []
class Alive(lots.Alive):
    def __enter__(self):
        alive.append(self)
        return super().__enter__()
lots.Alive = Alive
def endless(pages, tell):
    tell(0.4)
    alive[0].beat()
    print("printing", flush=True)
    time.sleep(60)
with clock.at(SESSION), sessions(make_engine(sys.argv[1]))() as db:
    lots.work_due(db, SESSION, folder=Path(sys.argv[2]), make=endless)
"""


def test_letters_are_made_without_the_page_and_survive_a_killed_worker(
    app: Flask, db: Session, database_url: str, clock: StoppedClock
) -> None:
    clock.set(SESSION)
    scene, folder = make.scene(db), app.extensions["civic_settings"].vault
    draw_id = make.drawn(db, scene)
    page = signed_in(app, scene.facilitator)
    desk = f"/tirages/{draw_id}/lettres"
    page.send(desk, SHEET, button="Enregistrer")
    page.send(desk, button="Préparer toutes les lettres")
    again = page.send(desk, status=409, button="Préparer toutes les lettres")
    assert "déjà en préparation" in again.text
    with subprocess.Popen(
        [sys.executable, "-c", A_PRINTER, database_url, str(folder)],
        stdout=subprocess.PIPE, cwd=ROOT,
    ) as worker:  # fmt: skip
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"printing\n"
        assert "40 sur 100" in page.see(desk).text
        worker.kill()
    assert "Télécharger les lettres" not in page.see(desk).text

    def works(at: datetime) -> None:
        db.rollback()
        lots.work_due(db, at, folder=folder, make=lambda pages, _tell: "".join(pages).encode())

    works(SESSION)  # it may still be alive: nobody takes its work away
    assert "40 sur 100" in page.see(desk).text
    works(SESSION + working.DEAD + timedelta(seconds=1))
    db.rollback()
    lot = db.scalars(select(LetterLot)).one()
    assert (lot.letters, lot.problem, lot.ready_at) == (5, "", SESSION)
    # Names and codes are in the vault alone, readable by the site alone, and one file is left.
    (paper,) = (folder / "lettres").iterdir()
    assert (paper.suffix, paper.stat().st_mode & 0o077) == (".pdf", 0)
    taken = pressed(page, page.see(desk), "Télécharger les lettres 1 à 5")
    assert taken.data.count(b"code--small") == 5
    assert taken.headers["Cache-Control"] == "no-store"
    panel = {one.entry for one in make.panel(db, draw_id)}
    for one in make.entries(db, draw_id):
        assert (one.family_name in taken.text) == (one.token in panel)
    signed_in(app, scene.agent).post_raw(f"{desk}/lots/{lot.id}.pdf", {}, 403)
    # A day later they are gone.
    db.rollback()
    lots.forget(db, SESSION + timedelta(hours=23), folder=folder)
    assert paper.exists()
    lots.forget(db, SESSION + timedelta(hours=25), folder=folder)
    assert not paper.exists()
    assert "Télécharger les lettres" not in page.see(desk).text


def test_letters_go_when_the_draw_is_over_and_a_lost_file_is_said_on_the_page(
    app: Flask, db: Session, clock: StoppedClock
) -> None:
    clock.set(SESSION)
    scene, folder = make.scene(db), app.extensions["civic_settings"].vault
    draw_id = make.drawn(db, scene)
    page = signed_in(app, scene.facilitator)
    desk = f"/tirages/{draw_id}/lettres"
    page.send(desk, SHEET, button="Enregistrer")
    page.send(desk, button="Préparer toutes les lettres")
    (pages,) = (folder / "lettres").iterdir()
    pages.unlink()
    db.rollback()
    lots.work_due(db, SESSION, folder=folder, make=lambda *_: b"%PDF")
    assert "Demandez-les de nouveau" in page.see(desk).text
    page.send(desk, button="Préparer toutes les lettres")
    db.rollback()
    creating.cancel(
        db, draw_id=draw_id, reason="La salle a brûlé, on recommence.",
        by=scene.facilitator.person, at=SESSION,
    )  # fmt: skip
    (one,) = (folder / "lettres").iterdir()
    one.with_name(f".{one.name}.0f0f").write_bytes(b"half")  # a process was killed while it wrote
    lots.forget(db, SESSION, folder=folder)
    assert list((folder / "lettres").iterdir()) == []
