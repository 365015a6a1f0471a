"""Who speaks for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import CitizenCouncil
from civic.house.i18n import _
from civic.mandates.models import IN_OFFICE, Mandate
from civic.people.models import Person
from civic.referents.models import Referent, SteeringBody
from civic.rules.parity import Balance, balance


def in_office(today: date) -> Any:
    """A condition on référents and mandates: both run on `today`."""
    return and_(
        Referent.ended_on.is_(None),
        Referent.starts_on <= today,
        Referent.ends_on >= today,
        Mandate.status.in_(IN_OFFICE),
        Mandate.ends_on >= today,
    )


@dataclass(frozen=True, slots=True)
class ReferentLine:
    """A référent with body, council and name (shown only when the member agreed)."""

    id: int
    designation_id: int
    body_id: int
    body: str
    body_slug: str
    council_id: int
    council: str
    council_slug: str
    mandate_id: int
    college: str
    rank: str
    starts_on: date
    ends_on: date
    ended_on: date | None
    end_reason: str | None
    name: str
    name_shown: bool
    sex: str

    @property
    def public_name(self) -> str:
        """The name when the person agreed to be named, else words that say so."""
        return self.name if self.name_shown else _("Membre dont le nom n'est pas publié")

    @property
    def role(self) -> str:
        """« titulaire, collège des habitants »."""
        return _(
            "%(rank)s, %(college)s",
            rank=councils.RANK_NAMES[self.rank],
            college=str(councils.COLLEGE_NAMES[self.college]).lower(),
        )


def referents(
    db: Session,
    *,
    today: date | None = None,
    body_id: int | None = None,
    council_id: int | None = None,
    open_rows: bool = False,
) -> list[ReferentLine]:
    """Référents by body, council, collège and rank: those in office on `today`, those whose row
    is not closed (`open_rows`), else everybody who ever was. One statement."""
    query = (
        select(Referent, SteeringBody, CitizenCouncil, Mandate, Person)
        .join(SteeringBody, SteeringBody.id == Referent.body_id)
        .join(CitizenCouncil, CitizenCouncil.id == Referent.council_id)
        .join(Mandate, Mandate.id == Referent.mandate_id)
        .join(Person, Person.id == Mandate.person_id)
        .order_by(
            SteeringBody.name,
            CitizenCouncil.folded_name,
            Referent.college.desc(),
            Referent.rank.desc(),
            Referent.id,
        )
    )
    if today is not None:
        query = query.where(in_office(today))
    if open_rows:
        query = query.where(Referent.ended_on.is_(None))
    if body_id is not None:
        query = query.where(Referent.body_id == body_id)
    if council_id is not None:
        query = query.where(Referent.council_id == council_id)
    return [_line(*row) for row in db.execute(query)]


def referent(db: Session, referent_id: int) -> ReferentLine | None:
    """One référent."""
    row = db.execute(
        select(Referent, SteeringBody, CitizenCouncil, Mandate, Person)
        .join(SteeringBody, SteeringBody.id == Referent.body_id)
        .join(CitizenCouncil, CitizenCouncil.id == Referent.council_id)
        .join(Mandate, Mandate.id == Referent.mandate_id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Referent.id == referent_id)
    ).first()
    return _line(row[0], row[1], row[2], row[3], row[4]) if row else None


def _line(
    one: Referent, body: SteeringBody, council: CitizenCouncil, mandate: Mandate, person: Person
) -> ReferentLine:
    return ReferentLine(
        id=one.id,
        designation_id=one.designation_id,
        body_id=body.id,
        body=body.name,
        body_slug=body.slug,
        council_id=council.id,
        council=council.name,
        council_slug=council.slug,
        mandate_id=mandate.id,
        college=one.college,
        rank=one.rank,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        ended_on=one.ended_on,
        end_reason=one.end_reason,
        name=f"{person.first_names} {person.used_name or person.family_name}".strip(),
        name_shown=mandate.name_shown and not person.erased,
        sex=person.sex,
    )


def titular_balance(rows: Iterable[ReferentLine]) -> Balance:
    """Women and men among the titulaires: parity across the agglomération is reported."""
    return balance(one.sex for one in rows if one.rank == "titular")
