"""What the house asks this room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import CitizenCouncil
from civic.house.access import Identity, Right
from civic.house.clock import day_of, end_of
from civic.house.i18n import _
from civic.house.todo import Todo
from civic.mandates.models import Mandate, Seat
from civic.mandates.queries.members import runs
from civic.mandates.queries.words import END_NAMES, ORIGIN_NAMES, STATUS_NAMES
from civic.rules.terms import renewal_opens


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """Answers that this person owes, and (for who keeps mandates) answers that are late and
    councils whose mandates end soon: two statements."""
    today = day_of(now)
    found = [
        Todo(
            end_of(due) if due else None,
            _("Répondre : voulez-vous siéger au %(council)s", council=name),
            f"/conseils/{slug}/mandats/{mandate_id}/ma-reponse",
            "people",
        )
        for mandate_id, due, slug, name in db.execute(
            select(Mandate.id, Mandate.answer_due_on, CitizenCouncil.slug, CitizenCouncil.name)
            .join(CitizenCouncil, CitizenCouncil.id == Mandate.council_id)
            .where(Mandate.person_id == me.person, Mandate.status == "approached")
        )
    ]
    units = me.units(Right.MANAGE_MANDATES)
    if not units:
        return found
    seen: dict[tuple[str, str], Todo] = {}
    for status, due, ends_on, slug, name in db.execute(
        select(
            Mandate.status,
            Mandate.answer_due_on,
            Mandate.ends_on,
            CitizenCouncil.slug,
            CitizenCouncil.name,
        )
        .join(CitizenCouncil, CitizenCouncil.id == Mandate.council_id)
        .where(
            councils.in_units(units),
            or_(
                and_(Mandate.status == "approached", Mandate.answer_due_on < today),
                and_(
                    runs(today),
                    Mandate.ends_on < today + timedelta(days=184),
                    CitizenCouncil.status == "active",
                ),
            ),
        )
        .order_by(Mandate.ends_on)
    ):
        if status == "approached":
            seen[slug, "late"] = Todo(
                end_of(due) if due else None,
                _("Relancer les personnes qui n'ont pas répondu (%(council)s)", council=name),
                f"/conseils/{slug}/mandats",
                "people",
            )
        elif ends_on and renewal_opens(ends_on) <= today:
            seen.setdefault(
                (slug, "renew"),
                Todo(
                    end_of(ends_on),
                    _("Préparer le renouvellement : %(council)s", council=name),
                    f"/conseils/{slug}/mandats",
                    "people",
                ),
            )
    return found + list(seen.values())


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room knows of the asker: their mandates."""
    rows = db.execute(
        select(Mandate, Seat, CitizenCouncil.name)
        .join(Seat, Seat.id == Mandate.seat_id)
        .join(CitizenCouncil, CitizenCouncil.id == Mandate.council_id)
        .where(Mandate.person_id == me.person)
        .order_by(Mandate.id)
    )
    return {
        "mandats": [
            {
                "conseil": name,
                "collège": str(councils.COLLEGE_NAMES[seat.college]),
                "rang": str(councils.RANK_NAMES[seat.rank]),
                "état": str(STATUS_NAMES[one.status]),
                "arrivée": str(ORIGIN_NAMES[one.origin]),
                "précision": one.source,
                "nom publié": one.name_shown,
                "du": one.starts_on.isoformat() if one.starts_on else None,
                "au": one.ends_on.isoformat() if one.ends_on else None,
                "terminé le": one.ended_on.isoformat() if one.ended_on else None,
                "raison de la fin": str(END_NAMES[one.end_reason]) if one.end_reason else None,
                "critères": one.criteria,
            }
            for one, seat, name in rows
        ]
    }
