"""The verbs of councils: create, change, record a state, adopt a règlement."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.councils.models import (
    CitizenCouncil,
    CouncilMunicipality,
    CouncilNeighbourhood,
    CouncilStep,
    HouseRules,
)
from civic.councils.queries import MOVES, SEATS_OPEN, STATUS_NAMES
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded, slug
from civic.territory.models import Territory, TerritoryPart


@dataclass(frozen=True, slots=True)
class Composition:
    """How many seats, titulaires and suppléants, each collège has, and for how many months."""

    resident_seats: int
    resident_substitutes: int
    local_actor_seats: int
    local_actor_substitutes: int
    term_months: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an agent says of a council, besides its seats. Organisations are numbers."""

    name: str
    kind: str
    designation_mode: str
    neighbourhood_ids: Sequence[int]
    presentation: str = ""
    place: str = ""
    contact: str = ""
    organisation_id: int | None = None
    host_organisation_id: int | None = None
    parity_exception: str = ""


def create(
    db: Session,
    *,
    sheet: Sheet,
    composition: Composition,
    by: str,
    at: datetime,
    is_demo: bool = False,
) -> int:
    """Creates a council, as a project; its number. Refuses fewer seats for habitants than for
    local actors, a name already taken, and no neighbourhood."""
    with writing(db):
        _check(db, sheet, composition, but=None)
        council = CitizenCouncil(
            slug=_free_slug(db, sheet.name),
            created_on=day_of(at),
            is_demo=is_demo,
            status="project",
            folded_name="",
        )
        _write(council, sheet, composition)
        db.add(council)
        db.flush()
        _cover(db, council.id, sheet.neighbourhood_ids)
        _step(db, council, "project", by=by, at=at)
        journal.record(
            db, at=at, actor=by, verb="council.create", target=f"council:{council.id}",
            neighbourhoods=sorted(sheet.neighbourhood_ids),
        )  # fmt: skip
        return council.id


def amend(
    db: Session, *, council_id: int, sheet: Sheet, composition: Composition, by: str, at: datetime
) -> None:
    """Changes what is said of a council. Seats and term change only while members are sought."""
    with writing(db):
        council = _locked(db, council_id)
        if council.status == "dissolved":
            raise Refusal(lazy("Ce conseil est dissous : sa fiche ne change plus."))
        _check(db, sheet, composition, but=council_id)
        before = {name: getattr(council, name) for name in Composition.__slots__}
        changed = [n for n, value in before.items() if getattr(composition, n) != value]
        if changed and council.status not in SEATS_OPEN:
            raise Refusal(
                lazy(
                    "Les sièges et la durée du mandat ne changent que pendant la constitution ou "
                    "le renouvellement du conseil. Remettez les nombres d'avant."
                ),
                field=changed[0],
            )
        _write(council, sheet, composition)
        _cover(db, council_id, sheet.neighbourhood_ids)
        journal.record(
            db, at=at, actor=by, verb="council.amend", target=f"council:{council_id}",
            seats=changed,
        )  # fmt: skip


def _write(council: CitizenCouncil, sheet: Sheet, composition: Composition) -> None:
    council.name, council.folded_name = sheet.name, folded(sheet.name)
    council.kind, council.designation_mode = sheet.kind, sheet.designation_mode
    council.presentation, council.place = sheet.presentation, sheet.place
    council.contact = sheet.contact
    council.organisation_id = sheet.organisation_id
    council.host_organisation_id = sheet.host_organisation_id
    council.parity_exception = sheet.parity_exception
    for name in Composition.__slots__:
        setattr(council, name, getattr(composition, name))


def _check(db: Session, sheet: Sheet, composition: Composition, *, but: int | None) -> None:
    if composition.resident_seats < composition.local_actor_seats:
        raise Refusal(
            lazy(
                "Les habitants ont au moins la moitié des sièges : mettez au moins %(n)s sièges "
                "d'habitants, ou moins de sièges d'acteurs locaux.",
                n=composition.local_actor_seats,
            ),
            field="resident_seats",
        )
    taken = db.scalar(
        select(CitizenCouncil.id).where(
            CitizenCouncil.folded_name == folded(sheet.name), CitizenCouncil.id != (but or 0)
        )
    )
    if taken is not None:
        raise Refusal(
            lazy("Un autre conseil porte déjà ce nom. Ajoutez celui de la commune."), field="name"
        )
    if not sheet.neighbourhood_ids:
        raise Refusal(lazy("Choisissez au moins un quartier."), field="neighbourhood_ids")


def _cover(db: Session, council_id: int, neighbourhood_ids: Sequence[int]) -> None:
    """Writes the neighbourhoods of a council, and the municipalities that they lie in."""
    wanted = sorted(set(neighbourhood_ids))
    known = db.scalar(
        select(func.count())
        .select_from(Territory)
        .where(Territory.id.in_(wanted), Territory.kind == "neighbourhood")
    )
    if known != len(wanted):
        raise Refusal(lazy("Un de ces quartiers n'existe pas."), field="neighbourhood_ids")
    towns = db.scalars(
        select(Territory.id)
        .join(TerritoryPart, TerritoryPart.whole_id == Territory.id)
        .where(TerritoryPart.part_id.in_(wanted), Territory.kind == "municipality")
        .distinct()
    ).all()
    for link in (CouncilNeighbourhood, CouncilMunicipality):
        db.execute(delete(link).where(link.council_id == council_id))
    db.add_all(CouncilNeighbourhood(council_id=council_id, territory_id=one) for one in wanted)
    db.add_all(CouncilMunicipality(council_id=council_id, territory_id=one) for one in towns)
    db.flush()


def _free_slug(db: Session, name: str) -> str:
    stem = slug(name)
    taken = set(
        db.scalars(
            select(CitizenCouncil.slug).where(CitizenCouncil.slug.startswith(stem, autoescape=True))
        )
    ) | {"nouveau", "avis"}
    number = 1
    while (one := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return one


def _locked(db: Session, council_id: int) -> CitizenCouncil:
    council = db.get(CitizenCouncil, council_id, with_for_update=True)
    if council is None:
        raise NotFound
    return council


def _step(
    db: Session, council: CitizenCouncil, status: str, *, by: str, at: datetime, note: str = ""
) -> None:
    council.status = status
    council.closed_on = day_of(at) if status == "dissolved" else None
    db.add(CouncilStep(council_id=council.id, status=status, at=at, recorded_by=by, note=note))


def move(db: Session, *, council_id: int, to: str, by: str, at: datetime, note: str = "") -> None:
    """Records a state of the council. Refuses a step that the way does not have (queries.MOVES),
    and « actif » before a règlement was adopted and a meeting place is known."""
    with writing(db):
        council = _locked(db, council_id)
        if to not in MOVES[council.status]:
            raise Refusal(
                lazy(
                    "Le conseil ne peut pas passer de « %(before)s » à « %(after)s ».",
                    before=STATUS_NAMES[council.status],
                    after=STATUS_NAMES.get(to, to),
                ),
                field="to",
            )
        if to == "active":
            _check_active(db, council)
        if to in {"dormant", "dissolved"} and not note:
            raise Refusal(lazy("Écrivez pourquoi : cette raison est publique."), field="note")
        _step(db, council, to, by=by, at=at, note=note)
        journal.record(
            db, at=at, actor=by, verb="council.move", target=f"council:{council_id}", to=to
        )


def _check_active(db: Session, council: CitizenCouncil) -> None:
    adopted = db.scalar(select(HouseRules.id).where(HouseRules.council_id == council.id).limit(1))
    if adopted is None:
        raise Refusal(
            lazy("Le conseil devient actif quand il a adopté son règlement : enregistrez-le."),
            field="to",
        )
    if not council.place:
        raise Refusal(
            lazy("Le conseil devient actif quand il a un lieu : indiquez-le dans sa fiche."),
            field="to",
        )


def install_within(
    db: Session,
    *,
    council_id: int,
    on: date,
    by: str,
    at: datetime,
    prefect_order: str = "",
    prefect_order_on: date | None = None,
) -> CitizenCouncil:
    """Records that members were installed, inside the caller's transaction (room mandates).

    The council becomes reconnu with an arrêté, installé without; one that renews its members is
    active again. Refuses a council that is not being formed or renewed.
    """
    council = _locked(db, council_id)
    if council.status not in {"forming", "proposed", "renewing", "dormant"}:
        raise Refusal(
            lazy(
                "Des membres ne s'installent que dans un conseil en constitution ou en "
                "renouvellement. Changez d'abord l'état du conseil."
            )
        )
    first = council.installed_on is None
    if first:
        council.installed_on = on
    if prefect_order:
        council.prefect_order, council.prefect_order_on = prefect_order, prefect_order_on
    state = ("recognised" if prefect_order else "installed") if first else "active"
    _step(db, council, state, by=by, at=at)
    return council


def adopt_rules(
    db: Session,
    *,
    council_id: int,
    text: str,
    quorum: str,
    notice_days: int,
    adopted_on: date,
    by: str,
    at: datetime,
) -> int:
    """Records the règlement that a council adopted; its version number, from 1.

    Refuses an empty text, the text in force, and a day to come or before the version in force.
    """
    with writing(db):
        _locked(db, council_id)
        last = db.scalars(
            select(HouseRules)
            .where(HouseRules.council_id == council_id)
            .order_by(HouseRules.version.desc())
            .limit(1)
        ).first()
        digest = hashlib.sha256(text.encode()).hexdigest()
        if not text:
            raise Refusal(lazy("Collez le texte du règlement."), field="text")
        if adopted_on > day_of(at):
            raise Refusal(lazy("Ce jour est à venir : mettez le jour du vote."), field="adopted_on")
        if last is not None and adopted_on < last.adopted_on:
            raise Refusal(
                lazy("Une version plus récente existe déjà : vérifiez la date."),
                field="adopted_on",
            )
        if last is not None and (digest, quorum, notice_days) == (
            last.digest, last.quorum, last.notice_days,
        ):  # fmt: skip
            raise Refusal(lazy("Ce texte est déjà celui en vigueur."), field="text")
        version = 1 if last is None else last.version + 1
        db.add(
            HouseRules(
                council_id=council_id,
                version=version,
                text=text,
                digest=digest,
                quorum=quorum,
                notice_days=notice_days,
                adopted_on=adopted_on,
                recorded_at=at,
                recorded_by=by,
            )
        )
        journal.record(
            db, at=at, actor=by, verb="council.adopt_rules", target=f"council:{council_id}",
            version=version, digest=digest,
        )  # fmt: skip
        return version


def composition_of(values: Mapping[str, Any]) -> Composition:
    """The composition among a form's values."""
    return Composition(**{name: values[name] for name in Composition.__slots__})
