"""Builders of the draws' tests: lists as files, a council with its people, a draw at any stage.

Everything goes through the verbs, by different people where two are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.councils import service as councils
from civic.draws.demo.files import Invented, electoral
from civic.draws.models import DrawnPerson, PoolEntry
from civic.draws.service import asking, creating, files, freezing, lists, ordering, session
from civic.draws.service import inviting as inviting_service
from civic.draws.service.answers import Reach
from civic.draws.service.asking import Ask
from civic.house.access import Role
from tests import make
from tests.make import NOW

SESSION = NOW + timedelta(days=10)

HALF = (Ask("Sexe", "Femme", 2, 3), Ask("Sexe", "Homme", 2, 3))


def people(many: int = 40, *, street: str = "rue des Essais", born: int = 1960) -> list[Invented]:
    """So many people, half women, of ages 20 to 65, each in a home of their own."""
    return [
        Invented(
            family_name=f"ESSAI-{_letters(place)}",
            first_names=("Zoé" if place % 2 else "Noé") + ", Claude",
            sex="F" if place % 2 else "M",
            born=f"{1 + place % 28:02d}/{1 + place % 12:02d}/{born + place % 45}",
            number=str(1 + place % 98),
            street=street,
            dwelling=str(place),
            city="Essaiville",
        )
        for place in range(many)
    ]


def _letters(place: int) -> str:
    return "".join("ABCDEFGHIJ"[int(figure)] for figure in f"{place:03d}")


@dataclass(frozen=True)
class Scene:
    """A council with the people who make its draws."""

    town: make.Town
    council: int
    agent: make.Made
    facilitator: make.Made
    facilitator2: make.Made


def scene(db: Session, *, seats: int = 5, substitutes: int = 3) -> Scene:
    """A council of « Essaiville » whose habitants' collège has so many seats."""
    town = make.town(db)
    council = councils.create(
        db,
        sheet=councils.Sheet(
            name="Conseil des Essais",
            kind="citizen_council",
            designation_mode="draw",
            neighbourhood_ids=[town.neighbourhood, town.second_neighbourhood],
        ),
        composition=councils.Composition(seats, substitutes, 0, 0, 36),
        by="system",
        at=NOW,
    )
    where = f"council:{council}"
    return Scene(
        town,
        council,
        make.staff(db, Role.AGENT, town.unit),
        make.staff(db, Role.FACILITATOR, where),
        make.staff(db, Role.FACILITATOR, where),
    )


def plan(
    *,
    seats: int = 5,
    reserve: int = 10,
    household: bool = False,
    way: str = "direct",
    unit: str = "people",
) -> creating.Plan:
    """A plan for the habitants' collège, ages counted today, 16 and over."""
    return creating.Plan(
        title="Membres habitants",
        college="residents",
        seats=seats,
        reserve_size=reserve,
        minimum_age=16,
        age_on=date(2026, 3, 2),
        one_per_household=household,
        way=way,
        unit=unit,
    )


def opened(db: Session, scene: Scene, **more: object) -> int:
    """A draw that waits for its lists."""
    return creating.create(
        db,
        council_id=scene.council,
        plan=plan(**more),  # type: ignore[arg-type]
        by=scene.facilitator.person,
        at=NOW,
    )


def load(
    db: Session,
    scene: Scene,
    draw_id: int,
    content: bytes,
    *,
    kind: str = "electoral",
    label: str = "Liste électorale",
) -> int:
    """Sends a file and confirms it as its columns were guessed; the list's number."""
    draft = files.receive(
        db,
        draw_id=draw_id,
        origin=files.Origin(scene.town.municipality, label, kind),
        content=content,
        by=scene.agent.person,
        at=NOW,
    )
    return lists.confirm(db, draft_id=draft, by=scene.agent.person, at=NOW)


def checked(
    db: Session, scene: Scene, *, asks: Sequence[Ask] = HALF, content: bytes = b"", **more: object
) -> int:
    """A draw whose lists are declared checked and whose criteria are set."""
    draw_id = opened(db, scene, **more)
    load(db, scene, draw_id, content or electoral(people()))
    asking.set_criteria(db, draw_id=draw_id, asks=asks, by=scene.facilitator.person, at=NOW)
    lists.check(db, draw_id=draw_id, without_unmatched=True, by=scene.agent.person, at=NOW)
    return draw_id


def announcement(*, at: datetime = SESSION, chance: str = "number") -> freezing.Announcement:
    """Dice in the hall, ten days later."""
    return freezing.Announcement(at, "Maison des Essais", chance, "trois dés lancés par la salle")


def frozen(db: Session, scene: Scene, *, chance: str = "number", **more: object) -> int:
    """A draw frozen by the facilitator and the agent."""
    draw_id = checked(db, scene, **more)  # type: ignore[arg-type]
    freezing.ask(
        db,
        draw_id=draw_id,
        announcement=announcement(chance=chance),
        by=scene.facilitator.person,
        at=NOW,
    )
    freezing.confirm(
        db,
        draw_id=draw_id,
        work=freezing.work_out(db, draw_id=draw_id),
        by=scene.agent.person,
        at=NOW,
    )
    return draw_id


def drawn(db: Session, scene: Scene, *, text: str = "512", **more: object) -> int:
    """A draw that was made: two people read the same number."""
    draw_id = frozen(db, scene, **more)  # type: ignore[arg-type]
    for who in (scene.facilitator, scene.agent):
        session.read_aloud(db, draw_id=draw_id, text=text, by=who.person, at=SESSION)
    return draw_id


CHANCE = NOW + timedelta(days=1)
"""When the chance of the invitations is read aloud."""


def order_frozen(db: Session, scene: Scene, **more: object) -> int:
    """A draw in two steps whose lists are frozen for the invitations."""
    draw_id = checked(db, scene, way="invited", **more)  # type: ignore[arg-type]
    freeze_order(db, scene, draw_id)
    return draw_id


def freeze_order(db: Session, scene: Scene, draw_id: int) -> None:
    """The facilitator asks, the agent confirms."""
    ordering.ask(
        db, draw_id=draw_id, announced=ordering.Announced(CHANCE, "le Loto de samedi"),
        by=scene.facilitator.person, at=NOW,
    )  # fmt: skip
    ordering.confirm(db, draw_id=draw_id, by=scene.agent.person, at=NOW)


def read_order(db: Session, scene: Scene, draw_id: int, text: str = "7 12 33") -> None:
    """Two people type what was read aloud for the order."""
    for who in (scene.facilitator, scene.agent):
        ordering.read_aloud(db, draw_id=draw_id, text=text, by=who.person, at=CHANCE)


def inviting(db: Session, scene: Scene, **more: object) -> int:
    """A draw in two steps whose order is known; nobody is invited yet."""
    draw_id = order_frozen(db, scene, **more)
    read_order(db, scene, draw_id)
    return draw_id


def wave(
    db: Session, scene: Scene, draw_id: int, *, aim: int = 10, rate: float = 0.5,
    rates: dict[tuple[str, str], float] | None = None, at: datetime = CHANCE,
) -> list[DrawnPerson]:  # fmt: skip
    """The people of a next wave."""
    number, _many = inviting_service.launch(
        db, draw_id=draw_id,
        expected=inviting_service.Expectation(aim=aim, rate=rate, rates=rates or {}),
        by=scene.facilitator.person, at=at,
    )  # fmt: skip
    return [one for one in panel(db, draw_id, "invited") if one.wave == number]


def say_yes(db: Session, scene: Scene, people: Iterable[DrawnPerson], **more: Any) -> None:
    """These people accept their invitation."""
    for one in people:
        inviting_service.accept(
            db, drawn_id=one.id, reach=Reach(phone="03 27 00 00 00"), by=scene.facilitator.person,
            at=CHANCE, **more,
        )  # fmt: skip


def panel(db: Session, draw_id: int, place: str = "titular") -> list[DrawnPerson]:
    """Those drawn for a place, by rank."""
    return list(
        db.scalars(
            select(DrawnPerson)
            .where(DrawnPerson.draw_id == draw_id, DrawnPerson.place == place)
            .order_by(DrawnPerson.rank)
        )
    )


def entries(db: Session, draw_id: int) -> list[PoolEntry]:
    """The lines of a draw's lists."""
    return list(
        db.scalars(
            select(PoolEntry)
            .where(PoolEntry.draw_id == draw_id)
            .order_by(PoolEntry.list_id, PoolEntry.line)
        )
    )


def load_columns(
    db: Session, scene: Scene, draw_id: int, content: bytes, *, criteria: dict[str, int]
) -> int:
    """Loads a file of volunteers whose free columns are kept as criteria; the list's number."""
    draft = files.receive(
        db, draw_id=draw_id,
        origin=files.Origin(scene.town.municipality, "Volontaires", "volunteers"),
        content=content, by=scene.agent.person, at=NOW,
    )  # fmt: skip
    fields = files.own_draft(db, draft, scene.agent.person).mapping["fields"]
    files.choose_columns(
        db, draft_id=draft, fields=fields, criteria=criteria, by=scene.agent.person
    )
    return lists.confirm(db, draft_id=draft, by=scene.agent.person, at=NOW)
