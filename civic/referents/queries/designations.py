"""Designations, candidates, and what may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil
from civic.house.i18n import _, day
from civic.mandates import queries as mandates
from civic.mandates.models import Mandate, Seat
from civic.meetings.models import Meeting
from civic.referents.models import Candidacy, Designation, Referent, SteeringBody
from civic.referents.queries.words import METHOD_NAMES, PAIR, UNDER_WAY


@dataclass(frozen=True, slots=True)
class DesignationLine:
    """A designation with its body and council."""

    id: int
    status: str
    body_id: int
    body: str
    body_slug: str
    council_id: int
    council: str
    council_slug: str
    term_months: int
    candidates_until: date
    opened_at: datetime
    meeting_id: int | None
    meeting_title: str | None
    meeting_at: datetime | None
    method: str | None
    present: int | None
    needed: int | None
    minutes: str
    decided_at: datetime | None

    @property
    def look(self) -> str:
        """The shape of its state."""
        return {"in_office": "done", "closed": "closed", "convened": "vote"}.get(
            self.status, "open"
        )

    @property
    def under_way(self) -> bool:
        """Whether the council has not chosen yet."""
        return self.status in UNDER_WAY

    def state(self) -> str:
        """Where it stands, in words."""
        if self.status == "open":
            return _(
                "Ouverte : les membres du conseil peuvent se proposer jusqu'au %(day)s.",
                day=day(self.candidates_until),
            )
        if self.status == "calling":
            return _(
                "Des membres se sont proposés ; on peut encore le faire jusqu'au %(day)s.",
                day=day(self.candidates_until),
            )
        if self.status == "convened" and self.meeting_at:
            return _("Le conseil choisit le %(day)s.", day=day(self.meeting_at))
        if self.status == "in_office" and self.decided_at:
            return _(
                "Le conseil a choisi par %(method)s.", method=METHOD_NAMES[self.method or "vote"]
            )
        return _("Close.")


def designations(
    db: Session,
    *,
    body_id: int | None = None,
    council_id: int | None = None,
    number: int | None = None,
    under_way: bool = False,
) -> list[DesignationLine]:
    """Designations, those under way first, then the latest. One statement."""
    query = (
        select(Designation, SteeringBody, CitizenCouncil, Meeting.title, Meeting.starts_at)
        .join(SteeringBody, SteeringBody.id == Designation.body_id)
        .join(CitizenCouncil, CitizenCouncil.id == Designation.council_id)
        .outerjoin(Meeting, Meeting.id == Designation.meeting_id)
        .order_by(Designation.opened_at.desc(), Designation.id.desc())
    )
    if body_id is not None:
        query = query.where(Designation.body_id == body_id)
    if council_id is not None:
        query = query.where(Designation.council_id == council_id)
    if number is not None:
        query = query.where(Designation.id == number)
    if under_way:
        query = query.where(Designation.status.in_(UNDER_WAY))
    return [
        DesignationLine(
            id=one.id,
            status=one.status,
            body_id=body.id,
            body=body.name,
            body_slug=body.slug,
            council_id=council.id,
            council=council.name,
            council_slug=council.slug,
            term_months=one.term_months,
            candidates_until=one.candidates_until,
            opened_at=one.opened_at,
            meeting_id=one.meeting_id,
            meeting_title=title,
            meeting_at=starts_at,
            method=one.method,
            present=one.present,
            needed=one.needed,
            minutes=one.minutes,
            decided_at=one.decided_at,
        )
        for one, body, council, title, starts_at in db.execute(query)
    ]


def designation(db: Session, designation_id: int) -> DesignationLine | None:
    """One designation."""
    return next(iter(designations(db, number=designation_id)), None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who proposed themselves; `sits` is False when their mandate is over."""

    candidacy_id: int
    member: mandates.Member
    sits: bool


def candidates(db: Session, designation_id: int, today: date) -> list[Candidate]:
    """The candidates of a designation, habitants first; withdrawn ones are left out."""
    rows = db.execute(
        select(Candidacy.mandate_id, Candidacy.id, Mandate.council_id)
        .join(Mandate, Mandate.id == Candidacy.mandate_id)
        .where(Candidacy.designation_id == designation_id, Candidacy.withdrawn_on.is_(None))
    ).all()
    if not rows:
        return []
    numbers = {mandate_id: candidacy_id for mandate_id, candidacy_id, _council in rows}
    members = mandates.members(db, rows[0][2], only=Mandate.id.in_(numbers))
    return [
        Candidate(
            numbers[one.id],
            one,
            one.in_office and one.ends_on is not None and one.ends_on >= today,
        )
        for one in members
    ]


def eligible(db: Session, council_id: int, today: date) -> list[mandates.Member]:
    """The members of a council who sit today: those who may propose themselves."""
    return mandates.members(db, council_id, only=mandates.runs(today))


def council_choices(db: Session, body_id: int, today: date) -> list[tuple[int, str]]:
    """The councils that may be asked to designate for a body: those with members in office of
    both collèges, no designation under way there. (id, name)."""
    colleges = (
        select(Mandate.council_id)
        .join(Seat, Seat.id == Mandate.seat_id)
        .where(mandates.runs(today), Seat.rank == "titular")
        .group_by(Mandate.council_id)
        .having(func.count(Seat.college.distinct()) == PAIR)
    )
    busy = select(Designation.council_id).where(
        Designation.body_id == body_id, Designation.status.in_(UNDER_WAY)
    )
    rows = db.execute(
        select(CitizenCouncil.id, CitizenCouncil.name)
        .where(CitizenCouncil.id.in_(colleges), CitizenCouncil.id.not_in(busy))
        .order_by(CitizenCouncil.folded_name)
    )
    return [(number, name) for number, name in rows]


def councils_sent(db: Session, body_id: int) -> set[int]:
    """The councils that sit in a body or are choosing who will: each takes two seats."""
    sitting = select(Referent.council_id).where(
        Referent.body_id == body_id, Referent.ended_on.is_(None)
    )
    choosing = select(Designation.council_id).where(
        Designation.body_id == body_id, Designation.status.in_(UNDER_WAY)
    )
    return set(db.scalars(sitting.union(choosing)))


def meeting_choices(
    db: Session, council_id: int, now: datetime
) -> Sequence[tuple[int, str, datetime]]:
    """The meetings at which a council may choose: to come, or held without being closed."""
    rows = db.execute(
        select(Meeting.id, Meeting.title, Meeting.starts_at)
        .where(
            Meeting.council_id == council_id,
            or_(
                and_(Meeting.status == "convened", Meeting.starts_at > now),
                and_(Meeting.status.in_(("held", "convened")), Meeting.starts_at <= now),
            ),
        )
        .order_by(Meeting.starts_at.desc())
        .limit(20)
    )
    return [(number, title, starts_at) for number, title, starts_at in rows]
