"""Questions about meetings, presence and opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import CitizenCouncil, Rank
from civic.house.access import Identity, Right
from civic.house.clock import day_of, end_of
from civic.house.i18n import _, day, lazy, moment, ngettext
from civic.house.text import folded
from civic.house.todo import Found, OpenNow, Todo
from civic.mandates import queries as mandates
from civic.mandates.models import IN_OFFICE, Mandate
from civic.meetings.models import Meeting, MeetingDocument, Opinion, Presence
from civic.people.models import Organisation
from civic.rules.quorum import RULES, Turnout, counted

KIND_NAMES = {
    "plenary": lazy("Réunion plénière"),
    "working_group": lazy("Groupe de travail"),
    "designation": lazy("Réunion de désignation"),
    "training": lazy("Formation"),
    "public": lazy("Réunion publique"),
}
PRESENCE_NAMES = {
    "present": lazy("Présent"),
    "excused": lazy("Excusé"),
    "absent": lazy("Absent"),
}


def meeting(db: Session, council_id: int, meeting_id: int) -> Meeting | None:
    """A meeting of this council; None when it is another's or does not exist."""
    found = db.get(Meeting, meeting_id)
    return found if found is not None and found.council_id == council_id else None


def state(one: Meeting, now: datetime) -> tuple[str, str]:
    """Where a meeting stands: the shape of the design, and the sentence."""
    when = moment(one.starts_at)
    if one.status == "cancelled":
        return "stopped", _("Annulée : %(reason)s", reason=one.cancel_reason)
    if one.status == "held":
        return "done", _("A eu lieu le %(when)s.", when=when)
    if one.starts_at <= now:
        return "waiting", _("Passée ; la feuille de présence n'est pas encore remplie.")
    if one.status == "convened":
        if one.open_to_all:
            return "open", _("Ouverte à toutes et tous : %(when)s.", when=when)
        return "open", _("Les membres sont convoqués : %(when)s.", when=when)
    return "draft", _("Prévue le %(when)s ; la convocation n'est pas encore partie.", when=when)


def late(one: Meeting, now: datetime) -> int:
    """How many days the notice falls short of the règlement's, 0 when it is kept."""
    left = (day_of(one.starts_at) - day_of(now)).days
    return max(0, one.notice_days - left)


def of_council(db: Session, council_id: int, *, most: int = 200) -> list[Meeting]:
    """The meetings of a council, latest first."""
    return list(
        db.scalars(
            select(Meeting)
            .where(Meeting.council_id == council_id)
            .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
            .limit(most)
        )
    )


def documents(db: Session, meeting_id: int) -> list[MeetingDocument]:
    """The documents of a meeting."""
    return list(
        db.scalars(
            select(MeetingDocument)
            .where(MeetingDocument.meeting_id == meeting_id)
            .order_by(MeetingDocument.id)
        )
    )


# --- presence and quorum -------------------------------------------------------------------------


def in_office_on(when: date) -> Any:
    """A condition on mandates: their term holds that day and was not cut short before."""
    return and_(
        Mandate.starts_on <= when,
        Mandate.ends_on >= when,
        or_(Mandate.ended_on.is_(None), Mandate.ended_on > when),
        or_(Mandate.status.in_(IN_OFFICE), Mandate.status == "ended"),
    )


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A member on the presence sheet; `presence` is "" until it is noted."""

    member: mandates.Member
    presence: str


def sheet(db: Session, one: Meeting) -> list[SheetLine]:
    """The members in office on the day of a meeting, with their presence: two statements."""
    members = mandates.members(db, one.council_id, only=in_office_on(day_of(one.starts_at)))
    noted = presences(db, one.id)
    return [SheetLine(member, noted.get(member.id, "")) for member in members]


def presences(db: Session, meeting_id: int) -> dict[int, str]:
    """What was noted: mandate → presence."""
    rows = db.execute(
        select(Presence.mandate_id, Presence.presence).where(Presence.meeting_id == meeting_id)
    )
    return {row.mandate_id: row.presence for row in rows}


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many people count, of how many titulaires in office, and how many were needed."""

    rule: str
    counted: int
    in_office: int
    needed: int

    @property
    def met(self) -> bool:
        """Whether the council could decide."""
        return self.counted >= self.needed and self.in_office > 0

    def sentence(self) -> str:
        """The quorum, in words."""
        if not self.in_office:
            return _("Personne n'est en fonction ce jour-là : le conseil ne peut rien décider.")
        there = ngettext(
            "%(n)s titulaire ou suppléant compté sur %(all)s en fonction",
            "%(n)s titulaires ou suppléants comptés sur %(all)s en fonction",
            self.counted,
            all=self.in_office,
        )
        if self.rule == "none":
            return _("%(there)s ; aucun quorum n'est demandé.", there=there)
        if self.met:
            return _(
                "Quorum atteint : %(there)s, il en fallait %(needed)s.",
                there=there,
                needed=self.needed,
            )
        return _(
            "Quorum non atteint : %(there)s, il en fallait %(needed)s.",
            there=there,
            needed=self.needed,
        )


def quorum(rule: str, lines: Sequence[SheetLine]) -> Quorum:
    """The quorum of a presence sheet under a named rule (rules/quorum)."""
    turnouts = {}
    for college in {line.member.college for line in lines}:
        here = [line for line in lines if line.member.college == college]
        titulars = [line for line in here if line.member.rank == Rank.TITULAR]
        turnouts[college] = Turnout(
            in_office=len(titulars),
            titulars=sum(line.presence == "present" for line in titulars),
            substitutes=sum(
                line.presence == "present" for line in here if line.member.rank != Rank.TITULAR
            ),
        )
    there, in_office = counted(turnouts)
    return Quorum(rule, there, in_office, RULES[rule].needed(in_office))


def absences(db: Session, council_id: int) -> dict[int, int]:
    """How many times in all each member was absent without excuse: mandate → count."""
    rows = db.execute(
        select(Presence.mandate_id, func.count().label("times"))
        .join(Meeting, Meeting.id == Presence.meeting_id)
        .where(Meeting.council_id == council_id, Presence.presence == "absent")
        .group_by(Presence.mandate_id)
    )
    return {row.mandate_id: row.times for row in rows}


# --- opinions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """An avis with who gave it and who owes the reply."""

    id: int
    council_id: int
    council: str
    slug: str
    number: int
    title: str
    text: str
    digest: str
    meeting_id: int
    addressee: str
    given_on: date
    reply_due_on: date
    answered_on: date | None

    def look(self, today: date) -> str:
        """The shape of its state."""
        if self.answered_on:
            return "done"
        return "stopped" if today > self.reply_due_on else "waiting"

    def state(self, today: date) -> str:
        """Where the reply stands, in words."""
        if self.answered_on:
            return _("Réponse donnée le %(day)s.", day=day(self.answered_on))
        waited = (today - self.given_on).days
        since = ngettext(
            "En attente de réponse depuis %(n)s jour",
            "En attente de réponse depuis %(n)s jours",
            waited,
        )
        if today > self.reply_due_on:
            return _(
                "%(since)s : la réponse était attendue le %(day)s.",
                since=since,
                day=day(self.reply_due_on),
            )
        return _(
            "%(since)s ; elle est attendue avant le %(day)s.",
            since=since,
            day=day(self.reply_due_on),
        )


def opinions_query() -> Select[*tuple[Any, ...]]:
    """All avis, latest first: rows to give to `opinion_line`."""
    return (
        select(
            Opinion.id,
            Opinion.council_id,
            CitizenCouncil.name,
            CitizenCouncil.slug,
            Opinion.number,
            Opinion.title,
            Opinion.text,
            Opinion.digest,
            Opinion.meeting_id,
            Organisation.name.label("addressee"),
            Opinion.given_on,
            Opinion.reply_due_on,
            Opinion.answered_on,
        )
        .join(CitizenCouncil, CitizenCouncil.id == Opinion.council_id)
        .join(Organisation, Organisation.id == Opinion.addressee_id)
        .order_by(Opinion.given_on.desc(), Opinion.id.desc())
    )


def opinion_line(row: Any) -> OpinionLine:
    """A row of `opinions_query` as a value."""
    return OpinionLine(*row)


def opinions(db: Session, council_id: int) -> list[OpinionLine]:
    """The avis of a council, latest first."""
    query = opinions_query().where(Opinion.council_id == council_id)
    return [opinion_line(row) for row in db.execute(query)]


def opinion(db: Session, council_id: int, number: int) -> OpinionLine | None:
    """One avis of a council by its number."""
    query = opinions_query().where(Opinion.council_id == council_id, Opinion.number == number)
    row = db.execute(query).first()
    return opinion_line(row) if row else None


# --- what there is to do ---------------------------------------------------------------------


def open_now(db: Session, now: datetime) -> list[OpenNow]:
    """Meetings that anybody may come to in the next thirty days: one statement."""
    rows = db.execute(
        select(Meeting, CitizenCouncil.name, CitizenCouncil.slug)
        .join(CitizenCouncil, CitizenCouncil.id == Meeting.council_id)
        .where(
            Meeting.status == "convened",
            Meeting.open_to_all,
            Meeting.starts_at > now,
            Meeting.starts_at < now + timedelta(days=30),
        )
        .order_by(Meeting.starts_at)
        .limit(3)
    )
    return [
        OpenNow(
            kind="decide",
            title=one.title,
            sentence=_("%(council)s, %(when)s", council=name, when=moment(one.starts_at)),
            until=one.starts_at,
            url=f"/conseils/{slug}/reunions/{one.id}",
            verb=_("Voir la réunion"),
        )
        for one, name, slug in rows
    ]


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """Meetings that a member is convened to; sheets to fill and convocations to send for who
    runs meetings: two statements."""
    today = day_of(now)
    found = [
        Todo(
            one.starts_at,
            _("Venir à la réunion « %(title)s »", title=one.title),
            f"/conseils/{slug}/reunions/{one.id}",
            "calendar",
        )
        for one, slug in db.execute(
            select(Meeting, CitizenCouncil.slug)
            .join(CitizenCouncil, CitizenCouncil.id == Meeting.council_id)
            .where(
                Meeting.status == "convened",
                Meeting.starts_at > now,
                Meeting.council_id.in_(
                    select(Mandate.council_id).where(
                        Mandate.person_id == me.person, mandates.runs(today)
                    )
                ),
            )
        )
    ]
    units = me.units(Right.RUN_MEETINGS)
    if not units:
        return found
    for one, slug in db.execute(
        select(Meeting, CitizenCouncil.slug)
        .join(CitizenCouncil, CitizenCouncil.id == Meeting.council_id)
        .where(
            councils.in_units(units),
            Meeting.status.in_(("planned", "convened")),
            or_(Meeting.status == "planned", Meeting.starts_at <= now),
        )
        .order_by(Meeting.starts_at)
    ):
        if one.starts_at <= now:
            text = _("Remplir la feuille de présence de « %(title)s »", title=one.title)
            due = None
        else:
            text = _("Envoyer la convocation de « %(title)s »", title=one.title)
            due = end_of(day_of(one.starts_at) - timedelta(days=one.notice_days))
        found.append(Todo(due, text, f"/conseils/{slug}/reunions/{one.id}", "calendar"))
    return found


def own_data(db: Session, me: Identity) -> dict[str, Any]:
    """What this room knows of the asker: whether they came to meetings."""
    rows = db.execute(
        select(Meeting.title, Meeting.starts_at, Presence.presence)
        .join(Presence, Presence.meeting_id == Meeting.id)
        .join(Mandate, Mandate.id == Presence.mandate_id)
        .where(Mandate.person_id == me.person)
        .order_by(Meeting.starts_at)
    )
    return {
        "présences": [
            {
                "réunion": title,
                "le": at.isoformat(),
                "présence": str(PRESENCE_NAMES[presence]),
            }
            for title, at, presence in rows
        ]
    }


def search(db: Session, words: str, most: int) -> tuple[Any, list[Found]]:
    """The avis whose title has these folded words, latest first (at most 2,000 are read)."""
    rows = db.execute(
        select(Opinion.title, Opinion.number, CitizenCouncil.name, CitizenCouncil.slug)
        .join(CitizenCouncil, CitizenCouncil.id == Opinion.council_id)
        .order_by(Opinion.id.desc())
        .limit(2000)
    )
    wanted = words.split()
    found = [
        Found(
            title,
            _("%(council)s, avis n° %(number)s", council=name, number=number),
            f"/conseils/{slug}/avis/{number}",
        )
        for title, number, name, slug in rows
        if all(word in folded(title) for word in wanted)
    ]
    return lazy("Avis des conseils"), found[:most]


OPEN_DATA = [
    (
        lazy("Avis des conseils"),
        lazy("Les avis donnés, à qui, et le jour de la réponse."),
        "/conseils/avis.csv",
    )
]
COLUMNS = ("conseil", "numero", "objet", "adresse_a", "donne_le", "reponse_attendue", "repondu_le")


def open_rows(db: Session) -> list[tuple[Any, ...]]:
    """The avis as open data, one tuple of `COLUMNS` each."""
    return [
        (
            row.name,
            row.number,
            row.title,
            row.addressee,
            row.given_on.isoformat(),
            row.reply_due_on.isoformat(),
            row.answered_on.isoformat() if row.answered_on else "",
        )
        for row in db.execute(opinions_query())
    ]
