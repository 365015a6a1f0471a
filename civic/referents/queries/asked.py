"""What the house asks this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import CitizenCouncil
from civic.house.access import Identity, Right
from civic.house.clock import day_of, end_of
from civic.house.i18n import _
from civic.house.todo import Todo
from civic.mandates.models import Mandate
from civic.referents.models import Designation, Referent, SteeringBody
from civic.referents.queries.words import UNDER_WAY


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """Designations to record, for who animates the council: at most one statement."""
    units = me.units(Right.RECORD_DESIGNATIONS)
    if not units:
        return []
    rows = db.execute(
        select(Designation, SteeringBody.name, CitizenCouncil.name)
        .join(SteeringBody, SteeringBody.id == Designation.body_id)
        .join(CitizenCouncil, CitizenCouncil.id == Designation.council_id)
        .where(councils.in_units(units), Designation.status.in_(UNDER_WAY))
        .order_by(Designation.candidates_until)
    )
    today = day_of(now)
    return [
        Todo(
            end_of(one.candidates_until) if one.candidates_until >= today else None,
            _("Désigner les référents : %(council)s, %(body)s", council=council, body=body),
            f"/referents/designations/{one.id}",
            "people",
        )
        for one, body, council in rows
    ]


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room knows of the asker: where they speak or spoke for their council."""
    rows = db.execute(
        select(Referent, SteeringBody.name, CitizenCouncil.name)
        .join(SteeringBody, SteeringBody.id == Referent.body_id)
        .join(CitizenCouncil, CitizenCouncil.id == Referent.council_id)
        .join(Mandate, Mandate.id == Referent.mandate_id)
        .where(Mandate.person_id == me.person)
        .order_by(Referent.id)
    )
    return {
        "référent": [
            {
                "instance": body,
                "conseil": council,
                "collège": str(councils.COLLEGE_NAMES[one.college]),
                "rang": str(councils.RANK_NAMES[one.rank]),
                "du": one.starts_on.isoformat(),
                "au": one.ends_on.isoformat(),
                "terminé le": one.ended_on.isoformat() if one.ended_on else None,
            }
            for one, body, council in rows
        ]
    }
