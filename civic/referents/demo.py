"""The demo's bodies and référents."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house.demo import Demo
from civic.referents import queries, service
from civic.referents.models import SteeringBody


def fill(db: Session, demo: Demo) -> None:
    """Two bodies; the first council has its référents in one, and is choosing for the other."""
    owners: dict[str, int] = demo.shared["organisations"]
    contract = service.create_body(
        db,
        name="Comité de pilotage du contrat de ville (démonstration)",
        kind="city_contract",
        organisation_id=owners["agglomeration"],
        total_seats=24,
        council_seats=8,
        purpose="Il décide des actions du contrat de ville et suit leur avancement. Les conseils "
        "y parlent avec les élus, l'État et les bailleurs.",
        by=demo.staff["agent_agglo"],
        at=demo.now - timedelta(days=200),
    )
    proximity = service.create_body(
        db,
        name="Comité de gestion urbaine de proximité (démonstration)",
        kind="proximity",
        organisation_id=owners["Valenciennes"],
        total_seats=18,
        council_seats=6,
        purpose="Propreté, éclairage, petits travaux : on y suit ce qui a été signalé.",
        by=demo.staff["agent"],
        at=demo.now - timedelta(days=150),
    )
    ids = {row.slug: row.id for row in db.execute(select(SteeringBody.slug, SteeringBody.id))}
    made: dict[str, int] = demo.shared["councils"]
    _choose(db, demo, ids[contract], made["dutemple"])
    _call(db, demo, ids[contract], made["carpeaux"])
    _call(db, demo, ids[proximity], made["dutemple"])


def _choose(db: Session, demo: Demo, body_id: int, council_id: int) -> None:
    """A designation from its opening to the council's choice, a hundred days ago."""
    opened = demo.now - timedelta(days=150)
    number = service.open_designations(
        db,
        body_id=body_id,
        council_ids=[council_id],
        term_months=24,
        candidates_until=(demo.today - timedelta(days=125)),
        by=demo.staff["agent_agglo"],
        at=opened,
    )[0]
    places: dict[tuple[str, str], int | None] = {}
    for college, wanted in (("residents", "F"), ("local_actors", "M")):
        members = [
            one for one in queries.eligible(db, council_id, demo.today)
            if one.college == college and one.rank == "titular" and one.name_shown
            and one.starts_on and one.starts_on < demo.today - timedelta(days=160)
        ]  # fmt: skip
        members.sort(key=lambda one: one.sex != wanted)
        for rank, member in zip(("titular", "substitute"), members, strict=False):
            service.come_forward(
                db,
                designation_id=number,
                mandate_id=member.id,
                by=demo.staff["facilitator"],
                at=opened + timedelta(days=10),
            )
            places[college, rank] = member.id
    service.set_meeting(
        db,
        designation_id=number,
        meeting_id=demo.shared["designation_meeting"],
        by=demo.staff["facilitator"],
        at=opened + timedelta(days=28),
    )
    service.decide(
        db,
        designation_id=number,
        choice=service.Choice(
            places,
            "consensus",
            "Le conseil a demandé qui voulait parler pour lui, a écouté chacun, puis a choisi par "
            "consensus. (Données de démonstration.)",
        ),
        by=demo.staff["facilitator"],
        at=demo.now - timedelta(days=98),
        base_url=demo.settings.base_url,
    )


def _call(db: Session, demo: Demo, body_id: int, council_id: int) -> None:
    """A designation in which two members have come forward so far."""
    number = service.open_designations(
        db,
        body_id=body_id,
        council_ids=[council_id],
        term_months=24,
        candidates_until=demo.today + timedelta(days=14),
        by=demo.staff["agent_agglo"],
        at=demo.now - timedelta(days=7),
    )[0]
    members = queries.eligible(db, council_id, demo.today)
    for college in ("residents", "local_actors"):
        member = next(one for one in members if one.college == college and one.name_shown)
        service.come_forward(
            db,
            designation_id=number,
            mandate_id=member.id,
            by=demo.staff["facilitator"],
            at=demo.now - timedelta(days=3),
        )
