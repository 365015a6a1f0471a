"""A « lieu de vote » that was written down wrongly does not stay wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from civic.ballots import queries, service
from civic.ballots.forms.registering import read_hours, write_hours
from civic.house.access import Role
from civic.house.clock import PARIS
from civic.house.refusal import Refusal
from civic.house.settings import Settings
from tests import make as house
from tests.ballots.make import CLOSES, DURING, OPENS, make_letters, make_poll, secrets_of
from tests.machine.stopped import StoppedClock
from tests.machine.visitor import Visitor

HOURS = [(OPENS, CLOSES)]


def place(db: Session, poll_id: int, name: str = "Salle des fêtes", **said: str) -> int:
    return service.add_place(
        db, poll_id=poll_id, name=name, address="1 rue du Test", kind=said.get("kind", "connected"),
        hours=HOURS, by="system", at=DURING,
    )  # fmt: skip


def test_an_agent_mends_a_places_hours_and_takes_another_away(
    client: Visitor, app: Flask, db: Session, settings: Settings, clock: StoppedClock
) -> None:
    clock.set(DURING)
    poll = make_poll(db, settings.vault)
    wrong, useless = place(db, poll.id), place(db, poll.id, "Entrée de trop")
    scope = next(one for one in poll.scope if one.startswith("municipality"))
    agent: Visitor = app.test_client()  # type: ignore[assignment]
    agent.sign_in(house.staff(db, Role.AGENT, scope).email)
    here = f"/votes/{poll.slug}/lieux"
    page = agent.send(f"{here}/{wrong}", {"hours": "hier"}, 422, form="change")
    assert "pas compris cette ouverture" in page.text
    agent.send(f"{here}/{wrong}", {"hours": "06/05/2027 9:00-18:30", "name": "Salle Gambetta"},
               form="change")  # fmt: skip
    told = client.see(here).text
    assert "Salle Gambetta" in told
    assert "6 mai 2027, de 9 h à 18 h 30" in told
    agent.send(f"{here}/{useless}", form="remove")
    assert "Entrée de trop" not in client.see(here).text


def test_a_place_where_somebody_voted_stays_and_a_signed_one_no_longer_changes(
    db: Session, tmp_path: Path
) -> None:
    poll = make_poll(db, tmp_path)
    ((right, _code),) = make_letters(db, poll, tmp_path, 1)
    used, printed, other = place(db, poll.id), place(db, poll.id, "A", kind="printed"), "B"
    place(db, poll.id, other)
    known = secrets_of(poll, tmp_path)
    service.vote_on_paper(
        db, poll_id=poll.id, right_id=right, known=known, at=DURING, place_id=used
    )
    service.print_check_in(
        db, place_id=printed, entries=[service.RollEntry("Un", "Ana", date(1980, 1, 1))],
        known=known, by="system", at=DURING,
    )  # fmt: skip
    for one in (used, printed):
        with pytest.raises(Refusal, match="il reste"):
            service.remove_place(db, place_id=one, by="system", at=DURING)
    end = DURING + timedelta(hours=2)

    def change(name: str, hours: list[tuple[datetime, datetime]], at: datetime = DURING) -> None:
        service.change_place(
            db, place_id=used, name=name, address="2 rue", hours=hours, by="system", at=at
        )

    with pytest.raises(Refusal, match="déjà ce nom"):
        change(other, HOURS)
    for wrong in ([], [(OPENS, OPENS)], [(OPENS, CLOSES + timedelta(hours=1))]):
        with pytest.raises(Refusal):
            change("C", wrong)
    assert queries.place(db, poll.id, used) is not None
    db.rollback()
    change("C", [(DURING, end)])
    service.sign_sheet(
        db, place_id=used, signatures=1, ballots=1, blank=0, spoilt=0, explanation="",
        correction="", by="system", at=end,
    )  # fmt: skip
    with pytest.raises(Refusal, match="est signée"):
        change("D", HOURS, end)
    with pytest.raises(Refusal, match="clos"):
        service.change_place(
            db, place_id=printed, name="A", address="", hours=HOURS, by="system", at=CLOSES
        )


def test_hours_are_written_as_they_are_read_even_when_the_clocks_change() -> None:
    night = [
        (
            datetime(2026, 10, 24, 22, 0, tzinfo=PARIS),
            datetime(2026, 10, 24, 23, 30, tzinfo=PARIS),
        ),
        (datetime(2026, 10, 25, 9, 0, tzinfo=PARIS), datetime(2026, 10, 25, 18, 5, tzinfo=PARIS)),
    ]
    assert read_hours(write_hours(night)) == night
