"""Questions about votes. Nothing here reads a choice before the urn is open."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from civic.ballots.models import (
    BallotItem,
    CheckIn,
    LogCheckpoint,
    LoggedDigest,
    OpenedBallot,
    PaperBatch,
    PaperCount,
    Poll,
    PollCount,
    PollStep,
    UrnExport,
    UrnOpening,
    VotingRight,
)
from civic.house.access import Identity, Right, Scope, unit
from civic.house.i18n import _, lazy, moment, ngettext
from civic.house.todo import OpenNow, Todo
from civic.people.models import Person
from civic.rules import urn


@dataclass(frozen=True, slots=True)
class PollItem:
    """A project on a ballot: `cost` in cents, `group` its envelope's name ("" for one envelope)."""

    reference: str
    label: str
    cost: int
    group: str = ""
    sentence: str = ""
    pictogram: str = "autre"


@dataclass(frozen=True, slots=True)
class OpenedBallotRow:
    """A ballot after opening: references, and points when the poll asks for them."""

    choices: tuple[str, ...]
    points: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll as its pages see it."""

    id: int
    slug: str
    title: str
    question: str
    kind: str
    scope: tuple[str, ...]
    stage: str
    is_external: bool
    opens_at: datetime
    closes_at: datetime
    ballot_type: str
    minimum: int
    maximum: int
    max_points: int | None
    max_sum: int | None
    key_holder: str
    public_key: bytes | None
    secret_name: str | None
    rules_digest: str | None
    sealed_at: datetime | None
    counted_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether ballots are taken: sealed, and between the two instants."""
        return self.stage == "sealed" and self.opens_at <= now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        """Whether the closing instant has passed."""
        return now >= self.closes_at

    @property
    def counted(self) -> bool:
        """Whether the result is known."""
        return self.stage == "counted"


def _view(row: Poll) -> PollView:
    return PollView(
        **{name: getattr(row, name) for name in PollView.__slots__ if name != "scope"},
        scope=tuple(row.scope),
    )


def poll(db: Session, slug: str) -> PollView | None:
    """The poll of that address."""
    row = db.scalars(select(Poll).where(Poll.slug == slug)).first()
    return None if row is None else _view(row)


def poll_by_id(db: Session, poll_id: int) -> PollView | None:
    """The poll of that number."""
    row = db.get(Poll, poll_id)
    return None if row is None else _view(row)


def scope_of(db: Session, slug: str, **_other: Any) -> Scope | None:
    """The units whose people may act on a poll: its own, and the poll itself (its commission)."""
    row = db.execute(select(Poll.id, Poll.scope).where(Poll.slug == slug)).first()
    return None if row is None else frozenset(row.scope) | {unit("poll", row.id)}


def scope_of_view(view: PollView) -> Scope:
    """The same, of a poll already read."""
    return frozenset(view.scope) | {unit("poll", view.id)}


def items(db: Session, poll_id: int) -> list[PollItem]:
    """The projects of a ballot, in the order of the paper."""
    rows = db.execute(
        select(
            BallotItem.reference,
            BallotItem.label,
            BallotItem.cost,
            BallotItem.group,
            BallotItem.sentence,
            BallotItem.pictogram,
        )
        .where(BallotItem.poll_id == poll_id)
        .order_by(BallotItem.position)
    )
    return [PollItem(*row) for row in rows]


def form_of(view: PollView, projects: list[PollItem]) -> urn.BallotForm:
    """What the poll allows, as the urn's rules read it."""
    return urn.BallotForm(
        poll=view.slug,
        references=tuple(one.reference for one in projects),
        type=view.ballot_type,
        minimum=view.minimum,
        maximum=view.maximum,
        max_points=view.max_points or 0,
        max_sum=view.max_sum or 0,
    )


def sealed_rules(view: PollView, projects: list[PollItem], public: bytes) -> dict[str, Any]:
    """All that is sealed: question, projects and costs, ballot, dates, public key."""
    return {
        "vote": view.slug,
        "titre": view.title,
        "question": view.question,
        "bulletin": [
            view.ballot_type,
            view.minimum,
            view.maximum,
            view.max_points,
            view.max_sum,
        ],
        "ouvre": view.opens_at.isoformat(),
        "ferme": view.closes_at.isoformat(),
        "projets": [[one.reference, one.label, one.cost, one.group] for one in projects],
        "cle": public.hex(),
        "gardien": view.key_holder,
    }


def rules_digest(view: PollView, projects: list[PollItem], public: bytes) -> str:
    """SHA-256 of what is sealed, as `/votes/<slug>/vote.json` gives it byte for byte."""
    sealed = sealed_rules(view, projects, public)
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- lists ------------------------------------------------------------------------------------


def polls() -> Select[Any]:
    """All polls of the agglomération, newest first, for a list."""
    return (
        select(Poll)
        .where(Poll.is_external.is_(False), Poll.stage != "configured")
        .order_by(Poll.closes_at.desc(), Poll.id.desc())
    )


def views(rows: list[Any]) -> list[PollView]:
    """The polls of a page of the list."""
    return [_view(row[0]) for row in rows]


def managed(db: Session, me: Identity) -> list[PollView]:
    """The polls that somebody's roles let them act on, by closing time."""
    held = {grant.unit for grant in me.grants}
    rows = db.scalars(
        select(Poll).where(Poll.is_external.is_(False)).order_by(Poll.closes_at.desc())
    )
    return [_view(row) for row in rows if held & (set(row.scope) | {unit("poll", row.id)})]


def state_kind(view: PollView, now: datetime) -> str:
    """The shape of the state sentence (components/status.html)."""
    if view.counted:
        return "done"
    if view.is_open(now):
        return "open"
    if view.stage == "configured":
        return "draft"
    return "waiting" if view.is_over(now) else "vote"


def state_sentence(view: PollView, now: datetime) -> str:
    """Where a poll stands, in words."""
    if view.counted:
        return _("Vote clos et dépouillé.")
    if view.is_open(now):
        return _("Ouvert au vote jusqu'au %(when)s.", when=moment(view.closes_at))
    if view.is_over(now):
        return _("Vote clos le %(when)s. Le dépouillement est à faire.",
                 when=moment(view.closes_at))  # fmt: skip
    if view.stage == "configured":
        return _("En préparation : le vote n'est pas encore scellé.")
    return _("Le vote ouvre le %(when)s.", when=moment(view.opens_at))


def choose_sentence(view: PollView) -> str:
    """How many projects one may choose, in words."""
    if view.ballot_type == "points":
        return _(
            "Répartissez %(sum)s points, %(most)s au plus pour un même projet.",
            sum=view.max_sum, most=view.max_points,
        )  # fmt: skip
    if view.minimum == view.maximum:
        return ngettext(
            "Choisissez exactement %(n)s projet.", "Choisissez exactement %(n)s projets.",
            view.maximum,
        )  # fmt: skip
    if view.minimum > 1:
        return _("Choisissez de %(least)s à %(most)s projets.",
                 least=view.minimum, most=view.maximum)  # fmt: skip
    return ngettext(
        "Choisissez %(n)s projet au plus.", "Choisissez jusqu'à %(n)s projets.", view.maximum
    )


# --- one's own --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnRight:
    """A voting right as its holder sees it. `channel` and `day`: the émargement, None if none."""

    id: str
    level: str
    revoked: str | None
    channel: str | None
    day: date | None


def right(db: Session, poll_id: int, right_id: str) -> OwnRight | None:
    """A right of this poll, with its émargement, in one statement."""
    return _right(db, VotingRight.poll_id == poll_id, VotingRight.id == right_id)


def right_of(db: Session, poll_id: int, person_id: str) -> OwnRight | None:
    """The right that a person asked for with their account."""
    return _right(db, VotingRight.poll_id == poll_id, VotingRight.person_id == person_id)


def _right(db: Session, *where: Any) -> OwnRight | None:
    row = db.execute(
        select(
            VotingRight.id,
            VotingRight.level,
            VotingRight.revoked_reason,
            CheckIn.channel,
            CheckIn.day,
        )
        .outerjoin(
            CheckIn,
            (CheckIn.poll_id == VotingRight.poll_id) & (CheckIn.right_id == VotingRight.id),
        )
        .where(*where)
    ).first()
    return None if row is None else OwnRight(*row)


CHANNEL_WORDS = {
    "account": lazy("en ligne, avec votre compte"),
    "code": lazy("en ligne, avec le code d'une lettre"),
    "paper": lazy("sur papier, dans un lieu de vote"),
}


def receipt_state(db: Session, poll_id: int, typed: str) -> str | None:
    """What became of a receipt's envelope: in_urn, replaced or withdrawn; None when unknown.

    Raises `urn.BadReceipt` for what can't be a receipt number.
    """
    lowest, highest = urn.read_receipt(typed)
    return db.scalars(
        select(LoggedDigest.state).where(
            LoggedDigest.poll_id == poll_id,
            LoggedDigest.digest >= lowest,
            LoggedDigest.digest <= highest,
        )
    ).first()


# --- what can be checked ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many rights there are, and how many have voted, by channel."""

    rights: int
    channels: dict[str, int]

    @property
    def voted(self) -> int:
        """How many people have voted."""
        return sum(self.channels.values())


def turnout(db: Session, poll_id: int) -> Turnout:
    """Rights and émargements: two statements."""
    rights = db.scalar(
        select(func.count())
        .select_from(VotingRight)
        .where(VotingRight.poll_id == poll_id, VotingRight.revoked_reason.is_(None))
    )
    rows = db.execute(
        select(CheckIn.channel, func.count())
        .where(CheckIn.poll_id == poll_id)
        .group_by(CheckIn.channel)
    )
    return Turnout(rights or 0, {row[0]: row[1] for row in rows})


def checkpoints(db: Session, poll_id: int) -> list[tuple[int, date, str, int]]:
    """Number, day, digest and how many lines of each published checkpoint."""
    rows = db.execute(
        select(LogCheckpoint.number, LogCheckpoint.day, LogCheckpoint.digest, LogCheckpoint.lines)
        .where(LogCheckpoint.poll_id == poll_id)
        .order_by(LogCheckpoint.number)
    )
    return [(number, day, digest, len(lines)) for number, day, digest, lines in rows]


def checkpoint(db: Session, poll_id: int, number: int) -> LogCheckpoint | None:
    """One checkpoint, with its lines."""
    return db.get(LogCheckpoint, (poll_id, number))


@dataclass(frozen=True, slots=True)
class Step:
    """A certified step, as the procès-verbal tells it."""

    step: str
    by: str
    at: datetime
    figures: dict[str, Any]


def steps(db: Session, poll_id: int) -> dict[str, Step]:
    """The certified steps of a poll, by name."""
    rows = db.scalars(select(PollStep).where(PollStep.poll_id == poll_id).order_by(PollStep.at))
    return {row.step: Step(row.step, row.by, row.at, dict(row.figures)) for row in rows}


# --- results -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """A count: ballots in the urn, blank and spoilt ones, votes (and for points scores) by
    reference in the order of the paper, ballots by channel; when, by whom, and its digest."""

    ballots: int
    blank: int
    spoilt: int
    votes: dict[str, int]
    scores: dict[str, int]
    channels: dict[str, int]
    digest: str
    counted_by: str
    at: datetime

    @property
    def valid(self) -> int:
        """Ballots that choose something."""
        return self.ballots - self.blank - self.spoilt


def result(db: Session, poll_id: int) -> Result | None:
    """The count of a poll, None until it is done: one statement."""
    row = db.get(PollCount, poll_id)
    if row is None:
        return None
    said = row.result
    return Result(
        ballots=said["ballots"],
        blank=said["blank"],
        spoilt=said["spoilt"],
        votes=dict(said["votes"]),
        scores=dict(said["scores"]),
        channels=dict(said["channels"]),
        digest=row.digest,
        counted_by=row.counted_by,
        at=row.at,
    )


def opened(db: Session, poll_id: int) -> list[OpenedBallotRow]:
    """The opened ballots in the order of their random keys; empty before the count."""
    rows = db.execute(
        select(OpenedBallot.choices, OpenedBallot.points)
        .where(OpenedBallot.poll_id == poll_id)
        .order_by(OpenedBallot.id)
    )
    return [OpenedBallotRow(tuple(choices), tuple(points or ())) for choices, points in rows]


# --- the front page and my space -----------------------------------------------------------------


def open_now(db: Session, now: datetime) -> list[OpenNow]:
    """The votes that anybody may take part in now: one statement."""
    rows = db.execute(
        select(Poll.slug, Poll.title, Poll.closes_at)
        .where(
            Poll.stage == "sealed",
            Poll.is_external.is_(False),
            Poll.opens_at <= now,
            Poll.closes_at > now,
        )
        .order_by(Poll.closes_at)
    )
    return [
        OpenNow(
            kind="vote",
            title=title,
            sentence=_("Ouvert au vote jusqu'au %(when)s.", when=moment(closes)),
            until=closes,
            url=f"/votes/{slug}",
            verb=_("Voter"),
        )
        for slug, title, closes in rows
    ]


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """What somebody has to do here: vote with a right of theirs, close and count a vote."""
    rows = db.execute(
        select(Poll.slug, Poll.title, Poll.closes_at)
        .join(VotingRight, VotingRight.poll_id == Poll.id)
        .outerjoin(
            CheckIn,
            (CheckIn.poll_id == VotingRight.poll_id) & (CheckIn.right_id == VotingRight.id),
        )
        .where(
            VotingRight.person_id == me.person,
            VotingRight.revoked_reason.is_(None),
            CheckIn.right_id.is_(None),
            Poll.stage == "sealed",
            Poll.opens_at <= now,
            Poll.closes_at > now,
        )
    )
    found = [
        Todo(closes, _("Voter : « %(title)s »", title=title), f"/votes/{slug}", "vote")
        for slug, title, closes in rows
    ]
    if not me.is_staff:
        return found
    waiting = db.execute(
        select(Poll.id, Poll.slug, Poll.title, Poll.closes_at, Poll.scope).where(
            Poll.stage.in_(("sealed", "reconciled", "severed")),
            Poll.is_external.is_(False),
            Poll.closes_at <= now,
        )
    )
    for key, slug, title, closes, scope in waiting:
        if me.may(Right.COUNT_BALLOTS, frozenset(scope) | {unit("poll", key)}):
            text = _("Clore et dépouiller : « %(title)s »", title=title)
            found.append(Todo(closes, text, f"/votes/{slug}/depouillement", "vote"))
    return found


def declared_name(db: Session, person_id: str) -> tuple[str, str]:
    """Family name and first names of a person, as they are known."""
    row = db.execute(
        select(Person.family_name, Person.first_names).where(Person.id == person_id)
    ).one()
    return row.family_name, row.first_names


@dataclass(frozen=True, slots=True)
class Batch:
    """A bundle of papers: how many people have typed it, and whether they agree."""

    number: int
    place: str
    ballots: int
    typed: int
    by_me: bool
    agreed: bool


def batches(db: Session, poll_id: int, person_id: str) -> list[Batch]:
    """The bundles of a poll, with what `person_id` has typed."""
    mine = func.sum(case((PaperCount.person_id == person_id, 1), else_=0))
    rows = db.execute(
        select(
            PaperBatch.number,
            PaperBatch.place,
            PaperBatch.ballots,
            func.count(PaperCount.person_id),
            mine,
            PaperBatch.agreed,
        )
        .outerjoin(PaperCount, PaperCount.batch_id == PaperBatch.id)
        .where(PaperBatch.poll_id == poll_id)
        .group_by(PaperBatch.id)
        .order_by(PaperBatch.number)
    )
    return [
        Batch(n, place, of, typed, bool(own), agreed) for n, place, of, typed, own, agreed in rows
    ]


def openings(db: Session, poll_id: int) -> list[str]:
    """The people who have opened the urn so far."""
    return list(db.scalars(select(UrnOpening.person_id).where(UrnOpening.poll_id == poll_id)))


def export(db: Session, poll_id: int) -> bytes | None:
    """The sealed envelopes after step 1, sorted by digest."""
    return db.scalars(select(UrnExport.content).where(UrnExport.poll_id == poll_id)).first()
