"""Questions about seats and mandates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import CitizenCouncil, College, Rank
from civic.house.access import Identity, Right
from civic.house.clock import day_of, end_of
from civic.house.i18n import _, day, lazy, ngettext
from civic.house.todo import Todo
from civic.mandates.models import COMING, IN_OFFICE, Mandate, Seat, Vacancy
from civic.people.models import Person
from civic.rules.parity import Balance, balance
from civic.rules.terms import renewal_opens

ORIGIN_NAMES = {
    "draw": lazy("tirage au sort"),
    "volunteer": lazy("volontaire"),
    "designated": lazy("désignation"),
}
STATUS_NAMES = {
    "approached": lazy("réponse attendue"),
    "accepted": lazy("a accepté, pas encore en fonction"),
    "running": lazy("en fonction"),
    "suspended": lazy("suspendu"),
    "ended": lazy("terminé"),
}
END_NAMES = {
    "term": lazy("fin du mandat"),
    "resignation": lazy("démission"),
    "moved": lazy("déménagement"),
    "absences": lazy("absences répétées"),
    "death": lazy("décès"),
    "exclusion": lazy("exclusion"),
    "incompatibility": lazy("incompatibilité"),
    "declined": lazy("refus"),
    "called": lazy("devient titulaire"),
    "council_closed": lazy("fin du conseil"),
}


def runs(today: date) -> Any:
    """A condition on mandates: in office on `today` (term not over, even if no job ran yet)."""
    return and_(Mandate.status.in_(IN_OFFICE), Mandate.starts_on <= today, Mandate.ends_on >= today)


@dataclass(frozen=True, slots=True)
class Member:
    """A mandate with its seat and its person. `sex` is "F", "M" or ""."""

    id: int
    council_id: int
    seat_id: int
    college: str
    rank: str
    number: int
    seat_neighbourhood: int | None
    person: str
    name: str
    name_shown: bool
    sex: str
    email: str | None
    neighbourhood_id: int | None
    origin: str
    source: str
    status: str
    prepared_at: datetime
    answer_due_on: date | None
    starts_on: date | None
    ends_on: date | None
    ended_on: date | None
    end_reason: str | None

    @property
    def seat(self) -> str:
        """The seat in words: « Habitants 3 », « Acteurs locaux 1, suppléant »."""
        if self.college == College.RESIDENTS:
            if self.rank == Rank.TITULAR:
                return _("Habitants, siège %(n)s", n=self.number)
            return _("Habitants, siège suppléant %(n)s", n=self.number)
        if self.rank == Rank.TITULAR:
            return _("Acteurs locaux, siège %(n)s", n=self.number)
        return _("Acteurs locaux, siège suppléant %(n)s", n=self.number)

    @property
    def public_name(self) -> str:
        """The name when the person agreed to be named, else words that say so."""
        return self.name if self.name_shown else _("Membre dont le nom n'est pas publié")

    @property
    def in_office(self) -> bool:
        """Whether the mandate runs (or is suspended)."""
        return self.status in IN_OFFICE

    @property
    def coming(self) -> bool:
        """Whether it is prepared but has not started."""
        return self.status in COMING

    def sentence(self) -> str:
        """Where the mandate stands, in words."""
        if self.in_office and self.starts_on and self.ends_on:
            return _(
                "en fonction du %(first)s au %(last)s",
                first=day(self.starts_on),
                last=day(self.ends_on),
            )
        if self.status == "accepted":
            return _("a accepté ; commence à l'installation")
        if self.status == "approached" and self.answer_due_on:
            return _("réponse attendue avant le %(day)s", day=day(self.answer_due_on))
        if self.status == "approached":
            return _("réponse attendue")
        return _(
            "terminé le %(day)s : %(reason)s",
            day=day(self.ended_on) if self.ended_on else "",
            reason=END_NAMES[self.end_reason or "term"],
        )


def members(
    db: Session, council_id: int, *, statuses: Sequence[str] = (), only: Any = None
) -> list[Member]:
    """The mandates of a council with their seats and people: one statement, by seat then date."""
    query = (
        select(Mandate, Seat, Person)
        .join(Seat, Seat.id == Mandate.seat_id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.council_id == council_id)
        .order_by(Seat.college.desc(), Seat.rank.desc(), Seat.number, Mandate.id)
    )
    if statuses:
        query = query.where(Mandate.status.in_(statuses))
    if only is not None:
        query = query.where(only)
    return [_member(*row) for row in db.execute(query)]


def member(db: Session, mandate_id: int) -> Member | None:
    """One mandate with its seat and person; None when there is none."""
    row = db.execute(
        select(Mandate, Seat, Person)
        .join(Seat, Seat.id == Mandate.seat_id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.id == mandate_id)
    ).first()
    return _member(row[0], row[1], row[2]) if row else None


def _member(mandate: Mandate, seat: Seat, person: Person) -> Member:
    return Member(
        id=mandate.id,
        council_id=mandate.council_id,
        seat_id=seat.id,
        college=seat.college,
        rank=seat.rank,
        number=seat.number,
        seat_neighbourhood=seat.neighbourhood_id,
        person=person.id,
        name=f"{person.first_names} {person.used_name or person.family_name}".strip(),
        name_shown=mandate.name_shown and not person.erased,
        sex=person.sex,
        email=person.email,
        neighbourhood_id=person.neighbourhood_id,
        origin=mandate.origin,
        source=mandate.source,
        status=mandate.status,
        prepared_at=mandate.prepared_at,
        answer_due_on=mandate.answer_due_on,
        starts_on=mandate.starts_on,
        ends_on=mandate.ends_on,
        ended_on=mandate.ended_on,
        end_reason=mandate.end_reason,
    )


# --- what a council looks like ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CollegeView:
    """A collège today: seats, who sits, and the balance of women and men among titulaires."""

    college: str
    titular_seats: int
    substitute_seats: int
    titulars: int
    substitutes: int
    balance: Balance

    @property
    def name(self) -> str:
        """Its name."""
        return str(councils.COLLEGE_NAMES[self.college])

    @property
    def vacant(self) -> int:
        """Titulaire seats without anybody."""
        return max(0, self.titular_seats - self.titulars)

    @property
    def parity(self) -> str:
        """Parity as a sentence."""
        one = self.balance
        if not one.people:
            return _("Personne n'y siège encore.")
        parts = [
            ngettext("%(n)s femme", "%(n)s femmes", one.women),
            ngettext("%(n)s homme", "%(n)s hommes", one.men),
        ]
        if one.unsaid:
            parts.append(ngettext("%(n)s non précisé", "%(n)s non précisés", one.unsaid))
        people = ", ".join(parts)
        if one.holds:
            return _("Parité tenue : %(people)s.", people=people)
        return _("Parité non tenue : %(people)s.", people=people)


def colleges(council: CitizenCouncil, sitting: Sequence[Member]) -> list[CollegeView]:
    """The collèges of a council, counted over those of `sitting` who are in office."""
    found = []
    for college in College:
        if not council.seats(college, Rank.TITULAR):
            continue
        here = [one for one in sitting if one.college == college and one.in_office]
        titulars = [one for one in here if one.rank == Rank.TITULAR]
        found.append(
            CollegeView(
                college=college.value,
                titular_seats=council.seats(college, Rank.TITULAR),
                substitute_seats=council.seats(college, Rank.SUBSTITUTE),
                titulars=len(titulars),
                substitutes=len(here) - len(titulars),
                balance=balance(one.sex for one in titulars),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Check:
    """Something looked at before an installation: kind is success, warning or error (which
    forbids it)."""

    kind: str
    sentence: str


def installation_checks(council: CitizenCouncil, rows: Sequence[Member]) -> list[Check]:
    """What the installation of the accepted members would give: those in office whose seat
    nobody takes over, and those who accepted."""
    accepted = [one for one in rows if one.status == "accepted"]
    taken = {one.seat_id for one in accepted}
    people = {one.person for one in accepted}
    staying = [
        one
        for one in rows
        if one.in_office and one.seat_id not in taken and one.person not in people
    ]
    titulars = [one for one in accepted + staying if one.rank == Rank.TITULAR]
    residents = [one for one in titulars if one.college == College.RESIDENTS]
    actors = len(titulars) - len(residents)
    found = []
    if accepted:
        found.append(
            Check(
                "success",
                ngettext(
                    "%(n)s personne a accepté et commence son mandat.",
                    "%(n)s personnes ont accepté et commencent leur mandat.",
                    len(accepted),
                ),
            )
        )
    else:
        found.append(Check("error", _("Personne n'a encore accepté de mandat.")))
    waiting = sum(one.status == "approached" for one in rows)
    if waiting:
        found.append(
            Check(
                "warning",
                ngettext(
                    "%(n)s personne n'a pas encore répondu.",
                    "%(n)s personnes n'ont pas encore répondu.",
                    waiting,
                ),
            )
        )
    if len(residents) < actors:
        found.append(
            Check(
                "error",
                _(
                    "Les habitants auraient moins de la moitié des sièges : il manque "
                    "des habitants, ou il y a trop d'acteurs locaux."
                ),
            )
        )
    sexes = balance(one.sex for one in residents)
    if not sexes.holds:
        words = _(
            "Dans le collège des habitants, il y aurait %(women)s et %(men)s.",
            women=ngettext("%(n)s femme", "%(n)s femmes", sexes.women),
            men=ngettext("%(n)s homme", "%(n)s hommes", sexes.men),
        )
        if council.parity_exception:
            found.append(
                Check(
                    "warning",
                    _(
                        "%(words)s Une exception motivée est inscrite dans la fiche du conseil.",
                        words=words,
                    ),
                )
            )
        else:
            found.append(
                Check(
                    "error",
                    _(
                        "%(words)s L'écart ne peut pas dépasser un ; sinon, "
                        "l'agent ou l'agente de la commune inscrit la raison "
                        "dans la fiche du conseil.",
                        words=words,
                    ),
                )
            )
    if not 15 <= len(titulars) <= 50:
        found.append(
            Check(
                "warning",
                ngettext(
                    "Le conseil aurait %(n)s membre ; de 15 à 50 sont recommandés.",
                    "Le conseil aurait %(n)s membres ; de 15 à 50 sont recommandés.",
                    len(titulars),
                ),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class EmptySeat:
    """An open vacancy, with its seat."""

    id: int
    seat_id: int
    college: str
    rank: str
    number: int
    opened_on: date
    reason: str


def open_vacancies(db: Session, council_id: int) -> list[EmptySeat]:
    """The seats that fell free and that nobody has filled, oldest first."""
    rows = db.execute(
        select(Vacancy, Seat)
        .join(Seat, Seat.id == Vacancy.seat_id)
        .where(Vacancy.council_id == council_id, Vacancy.filled_by.is_(None))
        .order_by(Vacancy.opened_on, Vacancy.id)
    )
    return [
        EmptySeat(one.id, seat.id, seat.college, seat.rank, seat.number, one.opened_on, one.reason)
        for one, seat in rows
    ]


def seats(db: Session, council_id: int) -> list[Seat]:
    """The seats of a council, habitants first."""
    return list(
        db.scalars(
            select(Seat)
            .where(Seat.council_id == council_id)
            .order_by(Seat.college.desc(), Seat.rank.desc(), Seat.number)
        )
    )


def sits_for(db: Session, person: str, today: date) -> list[tuple[int, int, str]]:
    """Where a person sits today: (mandate, council, collège)."""
    rows = db.execute(
        select(Mandate.id, Mandate.council_id, Seat.college)
        .join(Seat, Seat.id == Mandate.seat_id)
        .where(Mandate.person_id == person, runs(today))
    )
    return [(mandate, council, college) for mandate, council, college in rows]


def in_office_people(db: Session, council_ids: Sequence[int], today: date) -> set[str]:
    """The people in office in these councils: a draw leaves them out."""
    return set(
        db.scalars(
            select(Mandate.person_id).where(Mandate.council_id.in_(council_ids), runs(today))
        )
    )


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
