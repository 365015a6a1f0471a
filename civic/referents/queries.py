"""Questions about steering bodies, designations and référents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import CitizenCouncil
from civic.house.access import Identity, Right, Scope
from civic.house.clock import day_of, end_of
from civic.house.i18n import _, day, lazy
from civic.house.todo import Todo
from civic.mandates import queries as mandates
from civic.mandates.models import IN_OFFICE, Mandate, Seat
from civic.meetings.models import Meeting
from civic.people.models import Organisation, Person
from civic.referents.models import Candidacy, Designation, Referent, SteeringBody
from civic.rules.parity import Balance, balance
from civic.territory.models import Territory
from civic.territory.queries import scope_of as territory_scope

BODY_NAMES = {
    "city_contract": lazy("Comité de pilotage du contrat de ville"),
    "technical": lazy("Comité technique"),
    "renewal": lazy("Comité de pilotage du renouvellement urbain"),
    "project": lazy("Comité de quartier ou de projet"),
    "proximity": lazy("Comité de gestion urbaine de proximité"),
    "project_review": lazy("Revue de projets"),
    "residents_fund": lazy("Comité du fonds de participation des habitants"),
    "budget_jury": lazy("Commission du budget participatif"),
    "tax_abatement": lazy("Groupe de travail sur l'abattement de taxe foncière"),
    "project_house": lazy("Conseil de la maison du projet"),
}
METHOD_NAMES = {
    "consensus": lazy("consensus"),
    "vote": lazy("vote à bulletin secret"),
    "lot": lazy("tirage au sort parmi les candidats"),
}
END_NAMES = {
    "term": lazy("fin de la durée prévue"),
    "resignation": lazy("renoncement"),
    "mandate_lost": lazy("fin du mandat au conseil"),
    "absences": lazy("trois absences"),
    "called": lazy("devient titulaire"),
    "renewed": lazy("nouvelle désignation"),
    "body_closed": lazy("fin de l'instance"),
}
UNDER_WAY = ("open", "calling", "convened")

PAIR = 2
"""A council sends two titulaires: a binôme, one of each collège."""


# --- scopes ----------------------------------------------------------------------------------


def body_scope(db: Session, slug: str, **_args: Any) -> Scope | None:
    """Whose people may act on the body of this address: those of its organisation's territory."""
    row = db.execute(
        select(SteeringBody.id, Organisation.territory_id)
        .join(Organisation, Organisation.id == SteeringBody.organisation_id)
        .where(SteeringBody.slug == slug)
    ).first()
    if row is None:
        return None
    return territory_scope(db, [row[1]]) if row[1] else frozenset()


def designation_scope(db: Session, designation_id: int, **_args: Any) -> Scope | None:
    """Whose people record a designation: those of the council that designates."""
    council_id = db.scalar(select(Designation.council_id).where(Designation.id == designation_id))
    return councils.scope_of_id(db, council_id) if council_id else None


def referent_scope(db: Session, referent_id: int, **_args: Any) -> Scope | None:
    """Whose people record what becomes of a référent: those of the council."""
    council_id = db.scalar(select(Referent.council_id).where(Referent.id == referent_id))
    return councils.scope_of_id(db, council_id) if council_id else None


# --- bodies ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Body:
    """A steering body with its owner, and the neighbourhood it is about if there is one."""

    id: int
    slug: str
    name: str
    kind: str
    purpose: str
    organisation: str
    neighbourhood: str | None
    total_seats: int
    council_seats: int
    closed_on: date | None

    @property
    def most_councils(self) -> int:
        """How many councils can send a binôme."""
        return self.council_seats // PAIR


def bodies(db: Session, *, slug: str | None = None) -> list[Body]:
    """The bodies, by name (or the one of this address)."""
    query = (
        select(SteeringBody, Organisation.name, Territory.name)
        .join(Organisation, Organisation.id == SteeringBody.organisation_id)
        .outerjoin(Territory, Territory.id == SteeringBody.neighbourhood_id)
        .order_by(SteeringBody.name)
    )
    if slug is not None:
        query = query.where(SteeringBody.slug == slug)
    return [
        Body(
            one.id,
            one.slug,
            one.name,
            one.kind,
            one.purpose,
            owner,
            about,
            one.total_seats,
            one.council_seats,
            one.closed_on,
        )
        for one, owner, about in db.execute(query)
    ]


def body(db: Session, slug: str) -> Body | None:
    """One body by its address."""
    return next(iter(bodies(db, slug=slug)), None)


# --- référents ---------------------------------------------------------------------------------


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


# --- designations --------------------------------------------------------------------------------


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


# --- what there is to do -------------------------------------------------------------------------


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
