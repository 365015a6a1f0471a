"""What a council looks like: its collèges, their parity, what an installation would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.councils import queries as councils
from civic.councils.models import CitizenCouncil, College, Rank
from civic.house.i18n import _, listed, ngettext
from civic.mandates.models import COMING, Mandate, Seat, Vacancy
from civic.mandates.queries.members import Member
from civic.rules.parity import Balance, balance


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
        people = listed(parts)
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
    """Something looked at before an installation: kind is done, warning or error (which
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
                "done",
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


def substitute_waits(db: Session, council_id: int, college: str) -> bool:
    """Whether a titulaire's seat of this collège is vacant, nobody being asked for it, while a
    suppléant in office may be called to it."""
    asked = select(Mandate.seat_id).where(Mandate.status.in_(COMING))
    vacant = (
        select(Vacancy.id)
        .join(Seat, Seat.id == Vacancy.seat_id)
        .where(
            Vacancy.council_id == council_id,
            Vacancy.filled_by.is_(None),
            Seat.college == college,
            Seat.rank == Rank.TITULAR,
            Seat.id.not_in(asked),
        )
    )
    ready = (
        select(Mandate.id)
        .join(Seat, Seat.id == Mandate.seat_id)
        .where(
            Mandate.council_id == council_id,
            Mandate.status == "running",
            Seat.college == college,
            Seat.rank == Rank.SUBSTITUTE,
        )
    )
    return bool(db.scalar(select(vacant.exists() & ready.exists())))
