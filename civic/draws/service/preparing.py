"""The lottery of a freeze is worked out by the worker, however long it takes, while the page says
how far it is. Nothing of the draw is written before the end, in one transaction: a worker that is
killed leaves a row that the next one takes up, and nothing else.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from civic.draws import mails
from civic.draws.models import Draw, Preparation
from civic.draws.service import freezing
from civic.draws.service.rows import in_state, locked
from civic.draws.service.working import Alive, Withdrawn, claim
from civic.house import journal, post
from civic.house.clock import clock
from civic.house.db import writing
from civic.house.i18n import lazy, speaking
from civic.house.refusal import Refusal
from civic.people.models import Person


def start(db: Session, *, draw_id: int, by: str, at: datetime) -> None:
    """Confirms the freeze that another person asked for: the worker will work it out."""
    with writing(db):
        draw = in_state(
            locked(db, draw_id),
            {"freeze_asked"},
            lazy("Ce gel a déjà été confirmé ou retiré : rechargez la page."),
        )
        freezing.not_alone(draw, by)
        freezing.still_ahead(draw, at)
        row = db.get(Preparation, draw_id)
        if row is not None and not row.problem:
            raise Refusal(lazy("Ce gel est déjà confirmé : le calcul est en cours."))
        if row is not None:
            db.delete(row)
            db.flush()
        db.add(
            Preparation(
                draw_id=draw_id, confirmed_by=by, confirmed_at=at, version=draw.pool_version
            )
        )
        journal.record(db, at=at, actor=by, verb="draw.confirm_freeze", target=f"draw:{draw_id}")


def work_due(db: Session, now: datetime) -> None:
    """What the worker does: works the waiting lotteries out, one after the other."""
    while (mine := claim(db, Preparation, now)) is not None:
        draw_id, key = mine
        row = db.get_one(Preparation, draw_id)
        by, version = row.confirmed_by, row.version
        try:
            with Alive(db, Preparation, draw_id, key) as alive:
                work = freezing.work_out(db, draw_id=draw_id, progress=alive.tell)
            if work.version != version:
                raise Refusal(lazy("Les critères ont changé depuis la confirmation."))
            freezing.confirm(db, draw_id=draw_id, work=work, by=by, at=clock.now())
        except Withdrawn:
            continue
        except Refusal as refusal:
            _failed(db, draw_id, key, refusal)


def _failed(db: Session, draw_id: int, key: str, refusal: Refusal) -> None:
    with speaking("fr"):
        why = str(refusal.text)
    with writing(db):
        row = db.get(Preparation, draw_id, with_for_update=True)
        if row is None or row.claim != key:
            return  # withdrawn meanwhile, or another worker was faster
        row.problem = why[:1000]
        draw = db.get_one(Draw, draw_id)
        person = db.get(Person, row.confirmed_by)
        if person is not None and person.email:
            post.put(db, mails.not_frozen(person.email, draw.title, why), at=clock.now())
