"""The verbs of référents: create a body, open a designation, candidacies, the choice, ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.councils.models import College, Rank
from civic.councils.queries import RANK_NAMES
from civic.house import journal, post
from civic.house.clock import day_of
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import slug
from civic.mandates import queries as mandates
from civic.mandates.models import IN_OFFICE, Mandate
from civic.meetings import queries as meetings
from civic.meetings.models import Meeting
from civic.people.models import Organisation
from civic.referents import mails, queries
from civic.referents.models import (
    METHODS,
    Candidacy,
    Designation,
    Referent,
    SteeringBody,
)
from civic.rules.terms import term_end

ENDINGS = ("resignation", "absences")
"""The reasons for which an animateur records that a référent stops; the others come by rule."""


# --- bodies and openings ---------------------------------------------------------------------


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


# --- candidacies ---------------------------------------------------------------------------------


def _locked(db: Session, designation_id: int) -> Designation:
    one = db.get(Designation, designation_id, with_for_update=True)
    if one is None:
        raise NotFound
    if one.status not in queries.UNDER_WAY:
        raise Refusal(lazy("Le conseil a déjà choisi : cette désignation est close."))
    return one


def _sits(db: Session, mandate_id: int, council_id: int, today: date) -> Mandate:
    mandate = db.get(Mandate, mandate_id)
    if (
        mandate is None
        or mandate.council_id != council_id
        or mandate.status not in IN_OFFICE
        or mandate.ends_on is None
        or mandate.ends_on < today
    ):
        raise Refusal(
            lazy("Seul un membre en fonction dans ce conseil peut être référent."), field="mandate"
        )
    return mandate


def come_forward(
    db: Session, *, designation_id: int, mandate_id: int, by: str, at: datetime
) -> None:
    """Records that a member proposes themselves. Refuses who does not sit on the council, a
    second time, and after the last day."""
    with writing(db):
        one = _locked(db, designation_id)
        today = day_of(at)
        if today > one.candidates_until:
            raise Refusal(
                lazy("Le temps pour se proposer est passé : au besoin, le conseil rouvre une "
                     "désignation."),
                field="mandate",
            )  # fmt: skip
        _sits(db, mandate_id, one.council_id, today)
        found = db.scalars(
            select(Candidacy).where(
                Candidacy.designation_id == designation_id, Candidacy.mandate_id == mandate_id
            )
        ).first()
        if found is not None and found.withdrawn_on is None:
            raise Refusal(lazy("Cette personne s'est déjà proposée."), field="mandate")
        if found is not None:
            found.withdrawn_on = None
        else:
            db.add(Candidacy(designation_id=designation_id, mandate_id=mandate_id, recorded_at=at))
        if one.status == "open":
            one.status = "calling"
        journal.record(
            db, at=at, actor=by, verb="designation.candidacy",
            target=f"designation:{designation_id}", mandate=mandate_id,
        )  # fmt: skip


def withdraw(db: Session, *, designation_id: int, mandate_id: int, by: str, at: datetime) -> None:
    """Records that a member no longer proposes themselves."""
    with writing(db):
        _locked(db, designation_id)
        found = db.scalars(
            select(Candidacy).where(
                Candidacy.designation_id == designation_id,
                Candidacy.mandate_id == mandate_id,
                Candidacy.withdrawn_on.is_(None),
            )
        ).first()
        if found is None:
            raise NotFound
        found.withdrawn_on = day_of(at)
        journal.record(
            db, at=at, actor=by, verb="designation.withdraw",
            target=f"designation:{designation_id}", mandate=mandate_id,
        )  # fmt: skip


def set_meeting(
    db: Session, *, designation_id: int, meeting_id: int, by: str, at: datetime
) -> None:
    """Says at which meeting the council chooses. It must be convened, after the last day to come
    forward, and its members convened in time or with a written reason (room meetings)."""
    with writing(db):
        one = _locked(db, designation_id)
        meeting = db.get(Meeting, meeting_id)
        if meeting is None or meeting.council_id != one.council_id:
            raise NotFound
        if meeting.status not in {"convened", "held"}:
            raise Refusal(
                lazy("Convoquez d'abord cette réunion : chaque membre doit savoir qu'on y choisit "
                     "les référents."),
                field="meeting",
            )  # fmt: skip
        if day_of(meeting.starts_at) <= one.candidates_until:
            raise Refusal(
                lazy("La réunion vient après le dernier jour pour se proposer."), field="meeting"
            )
        one.meeting_id, one.status = meeting_id, "convened"
        journal.record(
            db, at=at, actor=by, verb="designation.convene",
            target=f"designation:{designation_id}", meeting=meeting_id,
        )  # fmt: skip


# --- the choice ----------------------------------------------------------------------------------

Places = Mapping[tuple[str, str], int | None]
"""(collège, rang) → mandate, None for a place left empty."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the council chose, how, and what was written of it."""

    places: Places
    method: str
    minutes: str


def decide(
    db: Session,
    *,
    designation_id: int,
    choice: Choice,
    by: str,
    at: datetime,
    base_url: str = "",
) -> list[int]:
    """Records whom the council chose at its meeting; the référents' numbers.

    One titulaire of each collège is required, a suppléant of each is expected. Refuses before the
    meeting was held with its quorum, who did not come forward or sits in the other collège, one
    person twice, and a method that nobody chose. Those of the last designation leave.
    """
    with writing(db):
        one = _locked(db, designation_id)
        body = db.get_one(SteeringBody, one.body_id, with_for_update=True)
        found = _quorum(db, one)
        if choice.method not in METHODS:
            raise Refusal(lazy("Choisissez comment le conseil a décidé."), field="method")
        if not choice.minutes:
            raise Refusal(lazy("Écrivez le procès-verbal."), field="minutes")
        members = _check_places(db, one, choice.places, day_of(at))
        on = day_of(at)
        _leave(db, body_id=one.body_id, council_id=one.council_id, on=on)
        made = []
        for (college, rank), member in members.items():
            assert member.ends_on is not None
            made.append(
                Referent(
                    designation_id=one.id,
                    body_id=one.body_id,
                    council_id=one.council_id,
                    mandate_id=member.id,
                    college=college,
                    rank=rank,
                    starts_on=on,
                    ends_on=min(term_end(on, one.term_months), member.ends_on),
                )
            )
        db.add_all(made)
        one.status, one.method, one.minutes = "in_office", choice.method, choice.minutes
        one.present, one.needed = found.counted, found.needed
        one.decided_at, one.decided_by = at, by
        try:
            db.flush()
        except IntegrityError as double:
            raise Refusal(
                lazy("Une de ces personnes parle déjà pour le conseil dans cette instance.")
            ) from double
        for row, member in zip(made, members.values(), strict=True):
            if member.email:
                link = f"{base_url}/referents/instances/{body.slug}"
                words = str(RANK_NAMES[row.rank])
                line = queries.designation(db, one.id)
                assert line is not None
                mail = mails.chosen(member.email, line.council, body.name, words, row.ends_on, link)
                post.put(db, mail, at=at)
        journal.record(
            db, at=at, actor=by, verb="designation.decide",
            target=f"designation:{designation_id}", method=choice.method,
            referents=[row.id for row in made],
        )  # fmt: skip
        return [row.id for row in made]


def _quorum(db: Session, one: Designation) -> meetings.Quorum:
    meeting = db.get(Meeting, one.meeting_id) if one.meeting_id else None
    if meeting is None or meeting.status != "held":
        raise Refusal(
            lazy("Le conseil choisit en réunion : indiquez laquelle et remplissez sa feuille de "
                 "présence.")
        )  # fmt: skip
    found = meetings.quorum(meeting.quorum, meetings.sheet(db, meeting))
    if not found.met:
        raise Refusal(
            lazy("Le quorum n'était pas atteint : le conseil ne pouvait pas choisir. Prévoyez une "
                 "autre réunion.")
        )  # fmt: skip
    return found


def _check_places(
    db: Session, one: Designation, places: Places, today: date
) -> dict[tuple[str, str], mandates.Member]:
    running = {c.member.id: c.member for c in queries.candidates(db, one.id, today) if c.sits}
    members: dict[tuple[str, str], mandates.Member] = {}
    for (college, rank), mandate_id in places.items():
        field = f"{college}_{rank}"
        if mandate_id is None:
            if rank == Rank.TITULAR:
                raise Refusal(
                    lazy("Un conseil envoie deux titulaires, un de chaque collège."), field=field
                )
            continue
        member = running.get(mandate_id)
        if member is None or member.college != college:
            raise Refusal(
                lazy("Cette personne ne s'est pas proposée, ou ne siège pas dans ce collège."),
                field=field,
            )
        if any(other.id == member.id for other in members.values()):
            raise Refusal(lazy("La même personne ne peut pas tenir deux places."), field=field)
        members[college, rank] = member
    if {college for college, rank in members if rank == Rank.TITULAR} != set(College):
        raise Refusal(lazy("Un conseil envoie deux titulaires, un de chaque collège."))
    return members


def _leave(db: Session, *, body_id: int, council_id: int, on: date) -> None:
    """Ends the référents of the last designation, and closes it."""
    before = db.scalars(
        select(Referent).where(
            Referent.body_id == body_id,
            Referent.council_id == council_id,
            Referent.ended_on.is_(None),
        )
    ).all()
    for row in before:
        row.ended_on, row.end_reason = max(on, row.starts_on), "renewed"
    for old in db.scalars(
        select(Designation).where(
            Designation.body_id == body_id,
            Designation.council_id == council_id,
            Designation.status == "in_office",
        )
    ):
        old.status, old.closed_on = "closed", on
    db.flush()


# --- ends ----------------------------------------------------------------------------------------


def _substitute(db: Session, row: Referent) -> Referent | None:
    """The suppléant of a titulaire's place whose mandate in the council runs."""
    return db.scalars(
        select(Referent)
        .join(Mandate, Mandate.id == Referent.mandate_id)
        .where(
            Referent.body_id == row.body_id,
            Referent.council_id == row.council_id,
            Referent.college == row.college,
            Referent.rank == Rank.SUBSTITUTE,
            Referent.ended_on.is_(None),
            Mandate.status.in_(IN_OFFICE),
        )
    ).first()


def _finish_within(
    db: Session, row: Referent, *, reason: str, on: date, by: str, at: datetime, base_url: str
) -> int | None:
    """Ends a référent; the suppléant takes a titulaire's place at once; their new number."""
    on = max(on, row.starts_on)
    row.ended_on, row.end_reason = on, reason
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="referent.end", target=f"referent:{row.id}", reason=reason
    )
    if row.rank != Rank.TITULAR or reason in {"term", "body_closed"}:
        return None
    deputy = _substitute(db, row)
    if deputy is None:
        return None
    deputy.ended_on, deputy.end_reason = max(on, deputy.starts_on), "called"
    db.flush()
    new = Referent(
        designation_id=deputy.designation_id,
        body_id=deputy.body_id,
        council_id=deputy.council_id,
        mandate_id=deputy.mandate_id,
        college=deputy.college,
        rank=Rank.TITULAR,
        starts_on=on,
        ends_on=max(on, deputy.ends_on),
    )
    db.add(new)
    db.flush()
    journal.record(
        db, at=at, actor=by, verb="referent.call", target=f"referent:{new.id}", instead_of=row.id
    )
    person = mandates.member(db, new.mandate_id)
    line = queries.referent(db, new.id)
    if person is not None and person.email and line is not None:
        link = f"{base_url}/referents/instances/{line.body_slug}"
        mail = mails.called(person.email, line.council, line.body, new.ends_on, link)
        post.put(db, mail, at=at)
    return new.id


def end(
    db: Session,
    *,
    referent_id: int,
    reason: str,
    by: str,
    at: datetime,
    base_url: str = "",
) -> int | None:
    """Records that a référent stops (they gave up, or missed three meetings); the number of the
    suppléant who takes the place at once, None when there is none."""
    with writing(db):
        row = db.get(Referent, referent_id, with_for_update=True)
        if row is None:
            raise NotFound
        if row.ended_on is not None:
            raise Refusal(lazy("Cette personne n'est déjà plus référente."))
        if reason not in ENDINGS:
            raise Refusal(lazy("Choisissez une raison."), field="reason")
        return _finish_within(
            db, row, reason=reason, on=day_of(at), by=by, at=at, base_url=base_url
        )


def close_lost(db: Session, now: datetime) -> None:
    """Closes the rows of référents whose mandate in the council is over, or whose term is: the
    suppléant takes a place that is lost before its time. The register already left them out."""
    today = day_of(now)
    with writing(db):
        rows = db.execute(
            select(Referent, Mandate)
            .join(Mandate, Mandate.id == Referent.mandate_id)
            .where(
                Referent.ended_on.is_(None),
                (Mandate.status.not_in(IN_OFFICE)) | (Referent.ends_on < today),
            )
            .order_by(Referent.rank, Referent.id)  # suppléants first: they can't be called then
            .with_for_update(of=Referent)
        ).all()
        for row, mandate in rows:
            if row.ended_on is not None:
                continue
            lost = mandate.status not in IN_OFFICE
            lost_on = mandate.ended_on or today
            _finish_within(
                db,
                row,
                reason="mandate_lost" if lost and mandate.end_reason != "term" else "term",
                on=lost_on if lost else row.ends_on,
                by="system",
                at=now,
                base_url="",
            )
