"""Places of a poll, their sheets, its lists and its homonyms to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.accounts.models import Account
from civic.ballots.models import (
    CheckIn,
    HomonymCase,
    PaperBatch,
    PlaceDuty,
    PlaceHours,
    PlaceSheet,
    PollingPlace,
    RollList,
    VotingRight,
)
from civic.house.clock import day_of
from civic.house.i18n import _, hour, lazy, listed, moment, ngettext
from civic.house.i18n import day as day_words
from civic.people.models import Person

KIND_WORDS = {
    "connected": lazy("Lieu avec l'émargement partagé"),
    "printed": lazy("Lieu sans réseau, sur émargement imprimé"),
    "group": lazy("Groupe avec son propre émargement"),
}
LEVEL_WORDS = {
    "account": lazy("demandé avec un compte"),
    "sms": lazy("demandé avec un compte et un téléphone"),
    "identity": lazy("ouvert avec une identité vérifiée"),
    "roll": lazy("donné par une liste"),
    "letter": lazy("donné par une lettre"),
    "desk": lazy("donné à l'accueil"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its hours; `expected` is the size of a group."""

    id: int
    name: str
    address: str
    kind: str
    expected: int | None
    hours: tuple[tuple[datetime, datetime], ...]

    def is_open(self, now: datetime) -> bool:
        """Whether somebody keeps it now."""
        return any(opens <= now < closes for opens, closes in self.hours)


def places(db: Session, poll_id: int) -> list[Place]:
    """The places of a poll in the order they were added: two statements."""
    rows = db.execute(
        select(
            PollingPlace.id,
            PollingPlace.name,
            PollingPlace.address,
            PollingPlace.kind,
            PollingPlace.expected,
        )
        .where(PollingPlace.poll_id == poll_id)
        .order_by(PollingPlace.id)
    ).all()
    hours: dict[int, list[tuple[datetime, datetime]]] = {}
    for place_id, opens, closes in db.execute(
        select(PlaceHours.place_id, PlaceHours.opens_at, PlaceHours.closes_at)
        .join(PollingPlace, PollingPlace.id == PlaceHours.place_id)
        .where(PollingPlace.poll_id == poll_id)
        .order_by(PlaceHours.opens_at)
    ):
        hours.setdefault(place_id, []).append((opens, closes))
    return [Place(*row, hours=tuple(hours.get(row.id, ()))) for row in rows]


def has_places(db: Session, poll_id: int) -> bool:
    """Whether one can vote on paper somewhere."""
    found = db.scalar(select(PollingPlace.id).where(PollingPlace.poll_id == poll_id).limit(1))
    return found is not None


def place(db: Session, poll_id: int, place_id: int) -> Place | None:
    """One place of this poll."""
    return next((one for one in places(db, poll_id) if one.id == place_id), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of a place's sheet, with the name of who signed it."""

    version: int
    signatures: int
    ballots: int
    blank: int
    spoilt: int
    explanation: str
    correction: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """What the site knows of a place: signatures it holds, people printed there, ballots typed."""

    signed: int
    printed: int
    typed: int


def figures(db: Session, poll_id: int, one: Place) -> PlaceFigures:
    """Émargements, printed people and bundles of a place."""
    signed = db.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.place_id == one.id))
    printed = db.scalar(
        select(func.count()).select_from(VotingRight).where(VotingRight.place_id == one.id)
    )
    typed = db.scalar(
        select(func.sum(PaperBatch.ballots)).where(
            PaperBatch.poll_id == poll_id,
            PaperBatch.place == one.name,
            PaperBatch.dropped_at.is_(None),
        )
    )
    return PlaceFigures(signed or 0, printed or 0, typed or 0)


def signed_numbers(db: Session, place_id: int) -> list[int]:
    """The numbers of a printed émargement that are typed in as signed."""
    rows = db.scalars(
        select(VotingRight.place_number)
        .join(CheckIn, CheckIn.right_id == VotingRight.id)
        .where(VotingRight.place_id == place_id)
        .order_by(VotingRight.place_number)
    )
    return [one for one in rows if one is not None]


def sheets(db: Session, poll_id: int) -> dict[int, list[Sheet]]:
    """All signed sheets of a poll by place, the latest version first."""
    rows = db.execute(
        select(PlaceSheet, Person.first_names, Person.family_name)
        .join(PollingPlace, PollingPlace.id == PlaceSheet.place_id)
        .outerjoin(Person, Person.id == PlaceSheet.by)
        .where(PollingPlace.poll_id == poll_id)
        .order_by(PlaceSheet.place_id, PlaceSheet.version.desc())
    )
    found: dict[int, list[Sheet]] = {}
    for row, first, family in rows:
        found.setdefault(row.place_id, []).append(
            Sheet(
                row.version, row.signatures, row.ballots, row.blank, row.spoilt, row.explanation,
                row.correction, f"{first or ''} {family or ''}".strip(), row.at,
            )
        )  # fmt: skip
    return found


def on_duty(db: Session, poll_id: int) -> dict[int, dict[str, str]]:
    """Who is on duty, by place: person and name."""
    rows = db.execute(
        select(PlaceDuty.place_id, Person.id, Person.first_names, Person.family_name)
        .join(PollingPlace, PollingPlace.id == PlaceDuty.place_id)
        .join(Person, Person.id == PlaceDuty.person_id)
        .where(PollingPlace.poll_id == poll_id)
        .order_by(Person.family_name, Person.first_names)
    )
    found: dict[int, dict[str, str]] = {}
    for place_id, person, first, family in rows:
        found.setdefault(place_id, {})[person] = f"{first} {family}"
    return found


@dataclass(frozen=True, slots=True)
class RollLine:
    """A list that gave rights, or letters."""

    number: int
    name: str
    people: int
    added: int
    known: int
    held: int
    letters: int
    unplaced: int
    at: datetime


def rolls(db: Session, poll_id: int) -> list[RollLine]:
    """The lists of a poll, the latest first."""
    rows = db.execute(
        select(
            RollList.number,
            RollList.name,
            RollList.people,
            RollList.added,
            RollList.known,
            RollList.held,
            RollList.letters,
            RollList.unplaced,
            RollList.at,
        )
        .where(RollList.poll_id == poll_id)
        .order_by(RollList.number.desc())
        .limit(50)
    )
    return [RollLine(*row) for row in rows]


def unplaced(db: Session, poll_id: int) -> int:
    """How many rights that stand have no known neighbourhood."""
    return (
        db.scalar(
            select(func.count()).where(
                VotingRight.poll_id == poll_id,
                VotingRight.group.is_(None),
                VotingRight.revoked_reason.is_(None),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Case:
    """Two people of one name to tell apart. `name` and `email` only for somebody with an account;
    `level` and `voted` are the right that exists already; `seen_by` reported it at the desk."""

    id: str
    origin: str
    told: str
    opened_on: date
    state: str
    reason: str | None
    name: str
    email: str
    level: str | None
    voted: bool
    seen_by: str = ""


def homonyms(db: Session, poll_id: int) -> list[Case]:
    """The cases of a poll, those that wait first: one statement."""
    rows = db.execute(
        select(
            HomonymCase,
            Person.first_names,
            Person.family_name,
            Account.email,
            VotingRight.level,
            CheckIn.channel,
        )
        .outerjoin(Person, Person.id == HomonymCase.person_id)
        .outerjoin(Account, Account.person_id == HomonymCase.person_id)
        .outerjoin(
            VotingRight,
            (VotingRight.poll_id == HomonymCase.poll_id)
            & (VotingRight.identity == HomonymCase.identity),
        )
        .outerjoin(
            CheckIn,
            (CheckIn.poll_id == VotingRight.poll_id) & (CheckIn.right_id == VotingRight.id),
        )
        .where(HomonymCase.poll_id == poll_id)
        .order_by(HomonymCase.state.desc(), HomonymCase.opened_on, HomonymCase.id)
        .limit(100)
    )
    return [
        Case(
            row.id, row.origin, row.told, row.opened_on, row.state, row.reason,
            f"{first} {family}" if first else "", email or "", level, channel is not None,
            row.opened_by if row.origin == "desk" else "",
        )
        for row, first, family, email, level, channel in rows
    ]  # fmt: skip


def homonyms_waiting(db: Session, poll_id: int) -> int:
    """How many cases wait for a decision."""
    return (
        db.scalar(
            select(func.count())
            .select_from(HomonymCase)
            .where(HomonymCase.poll_id == poll_id, HomonymCase.state == "waiting")
        )
        or 0
    )


def case_of(db: Session, poll_id: int, person_id: str) -> Case | None:
    """What somebody who asked with an account waits for."""
    row = db.scalars(
        select(HomonymCase).where(
            HomonymCase.poll_id == poll_id, HomonymCase.person_id == person_id
        )
    ).first()
    if row is None:
        return None
    return Case(
        row.id, row.origin, row.told, row.opened_on, row.state, row.reason, "", "", None, False
    )


def told_of(db: Session, poll_id: int, rights: list[str]) -> dict[str, str]:
    """What was written when homonyms were told apart, by the right that came of it."""
    rows = db.execute(
        select(HomonymCase.right_id, HomonymCase.told, HomonymCase.reason).where(
            HomonymCase.poll_id == poll_id,
            HomonymCase.state == "other",
            HomonymCase.right_id.in_(rights),
        )
    )
    return {
        str(right): " · ".join(one for one in (told, reason) if one) for right, told, reason in rows
    }


# --- as pages say it -----------------------------------------------------------------------------


def roll_rows(found: list[RollLine], *, own: bool = False) -> list[list[object]]:
    """Lists and batches of letters, as rows of a table; with `own`, those without neighbourhood."""
    return [
        [one.name, day_words(one.at), one.people, one.added, one.known, one.letters]
        + ([one.unplaced] if own else [])
        for one in found
    ]


def sheet_rows(found: list[Sheet]) -> list[list[object]]:
    """The versions of a sheet, as rows of a table: who signed when, and the figures."""
    return [
        [
            _("%(n)s, signée par %(who)s le %(when)s", n=one.version, who=one.by,
              when=moment(one.at)),
            one.signatures, one.ballots, one.blank, one.spoilt,
            " ".join(
                part
                for part in (
                    one.explanation,
                    _("Correction : %(why)s", why=one.correction) if one.correction else "",
                )
                if part
            ),
        ]
        for one in found
    ]  # fmt: skip


def case_facts(one: Case) -> list[tuple[str, str]]:
    """What is known of two people of one name, without a name unless somebody gave it."""
    facts = []
    if one.name:
        facts.append((_("Demande avec un compte"), f"{one.name}, {one.email}"))
    if one.told:
        facts.append((_("Ce qui a été vu"), one.told))
    if one.level:
        facts.append((_("Droit de vote existant"), str(LEVEL_WORDS[one.level])))
        facts.append((_("A déjà voté"), _("oui") if one.voted else _("non")))
    return facts


def opening_words(opens: datetime, closes: datetime) -> str:
    """One opening of a place: its day once when it closes the same day."""
    if day_of(opens) == day_of(closes):
        start, end = (hour(one).replace(" ", "\u00a0") for one in (opens, closes))
        return _("%(day)s, de %(start)s à %(end)s", day=day_words(opens, "full"),
                 start=start, end=end)  # fmt: skip
    return _("du %(start)s au %(end)s", start=moment(opens), end=moment(closes))


def place_words(one: Place, duty: dict[str, str]) -> str:
    """A place in one sentence of a list."""
    words = [one.address, str(KIND_WORDS[one.kind])]
    if duty:
        words.append(listed(sorted(duty.values())))
    return " · ".join(words)


def place_facts(one: Place, known: PlaceFigures, duty: list[str]) -> list[tuple[str, str]]:
    """What a place's own page begins with."""
    facts = [
        (_("Adresse"), one.address),
        (_("Comment on y vote"), str(KIND_WORDS[one.kind])),
        (
            _("Ouvertures"),
            " ; ".join(opening_words(opens, closes) for opens, closes in one.hours),
        ),
        (_("Équipe"), listed(duty) or _("personne encore")),
    ]
    if one.kind == "group":
        size = one.expected or 0
        facts.append((_("Groupe"), ngettext("%(n)s personne", "%(n)s personnes", size)))
    else:
        facts.append((_("Ont émargé ici"), str(known.signed)))
    if one.kind == "printed":
        facts.append((_("Sur l'émargement imprimé"), str(known.printed)))
    facts.append((_("Bulletins saisis"), str(known.typed)))
    return facts
