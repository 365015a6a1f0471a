"""Steering bodies, and councils asked to designate for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import slug
from civic.people.models import Organisation
from civic.referents import queries
from civic.referents.models import (
    Designation,
    SteeringBody,
)


def create_body(
    db: Session,
    *,
    name: str,
    kind: str,
    organisation_id: int,
    total_seats: int,
    council_seats: int,
    by: str,
    at: datetime,
    purpose: str = "",
    neighbourhood_id: int | None = None,
) -> str:
    """Creates a steering body; its address. Refuses more than a third of the seats for councils,
    fewer than two, and a name already taken."""
    with writing(db):
        if council_seats < queries.PAIR:
            raise Refusal(
                lazy("Il faut au moins deux places : un conseil envoie deux personnes."),
                field="council_seats",
            )
        if council_seats * 3 > total_seats:
            raise Refusal(
                lazy(
                    "Les conseils ont au plus un tiers des places : au plus %(n)s sur %(total)s.",
                    n=total_seats // 3,
                    total=total_seats,
                ),
                field="council_seats",
            )
        if db.scalar(select(SteeringBody.id).where(SteeringBody.name == name)) is not None:
            raise Refusal(lazy("Une instance porte déjà ce nom."), field="name")
        if db.get(Organisation, organisation_id) is None:
            raise Refusal(lazy("Choisissez qui réunit l'instance."), field="organisation_id")
        stem, number = slug(name), 1
        taken = set(db.scalars(select(SteeringBody.slug))) | {"nouvelle"}
        address = stem
        while address in taken:
            number += 1
            address = f"{stem}-{number}"
        one = SteeringBody(
            slug=address,
            name=name,
            kind=kind,
            purpose=purpose,
            organisation_id=organisation_id,
            neighbourhood_id=neighbourhood_id,
            total_seats=total_seats,
            council_seats=council_seats,
            created_on=day_of(at),
        )
        db.add(one)
        db.flush()
        journal.record(db, at=at, actor=by, verb="body.create", target=f"body:{one.id}")
        return address


def open_designations(
    db: Session,
    *,
    body_id: int,
    council_ids: Sequence[int],
    term_months: int,
    candidates_until: date,
    by: str,
    at: datetime,
) -> list[int]:
    """Asks councils to designate their référents for a body; the designations' numbers.

    Refuses councils without members of both collèges, one already choosing, more councils than
    there are pairs of seats, and a day that leaves no time to come forward.
    """
    with writing(db):
        body = db.get(SteeringBody, body_id, with_for_update=True)
        if body is None or body.closed_on is not None:
            raise NotFound
        if not council_ids:
            raise Refusal(lazy("Choisissez au moins un conseil."), field="council_ids")
        if candidates_until <= day_of(at):
            raise Refusal(
                lazy("Laissez du temps pour se proposer : choisissez un jour à venir."),
                field="candidates_until",
            )
        possible = {number for number, _name in queries.council_choices(db, body_id, day_of(at))}
        if set(council_ids) - possible:
            raise Refusal(
                lazy("Un de ces conseils n'a pas encore de membres dans ses deux collèges, ou "
                     "choisit déjà ses référents."),
                field="council_ids",
            )  # fmt: skip
        sent = queries.councils_sent(db, body_id) | set(council_ids)
        if len(sent) * queries.PAIR > body.council_seats:
            raise Refusal(
                lazy(
                    "Cette instance a %(n)s places pour les conseils, deux par conseil : il n'y "
                    "en a pas assez pour %(councils)s conseils.",
                    n=body.council_seats,
                    councils=len(sent),
                ),
                field="council_ids",
            )
        made = [
            Designation(
                body_id=body_id,
                council_id=council_id,
                status="open",
                term_months=term_months,
                candidates_until=candidates_until,
                opened_by=by,
                opened_at=at,
            )
            for council_id in dict.fromkeys(council_ids)
        ]
        db.add_all(made)
        db.flush()
        for one in made:
            journal.record(
                db, at=at, actor=by, verb="designation.open", target=f"designation:{one.id}",
                body=body_id, council=one.council_id,
            )  # fmt: skip
        return [one.id for one in made]
