"""A poll and what is on its ballot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from civic.ballots.models import (
    BallotItem,
    Poll,
    ProjectWithdrawal,
)
from civic.house.access import Scope, unit
from civic.house.clock import day_of
from civic.rules import urn


@dataclass(frozen=True, slots=True)
class Recording:
    """A project read aloud: in which language, the digest of the sound, its seconds."""

    language: str
    digest: str
    seconds: int


@dataclass(frozen=True, slots=True)
class PollItem:
    """A project on a ballot: `cost` in cents, `group` its envelope's name ("" for one envelope);
    where it is in words, the digest of its picture and what it shows, the address of its page, and
    who reads it aloud. `withdrawn_at`, `withdrawn_by` (name and quality) and `withdrawn_why`: when
    an amendment took it out of the sealed vote, None if it stands."""

    reference: str
    label: str
    cost: int
    group: str = ""
    sentence: str = ""
    pictogram: str = "autre"
    place: str = ""
    picture: str | None = None
    picture_alt: str = ""
    url: str = ""
    recordings: tuple[Recording, ...] = ()
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


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
    limits: tuple[tuple[str, int], ...]
    one_group: bool
    districts: tuple[tuple[str, int], ...]
    checks: tuple[str, ...]
    residence: str
    phone_share: int
    born_by: date | None
    paper: bool
    key_holder: str
    public_key: bytes | None
    secret_name: str | None
    rules_digest: str | None
    sealed_at: datetime | None
    counted_at: datetime | None
    contest_days: int
    keep_days: int
    publication: str
    withdrawals: int
    contests_open: int
    unconfirmed_until: datetime | None
    annulled_at: datetime | None

    @property
    def annulled(self) -> bool:
        """Whether a public act annulled the vote: no ballot is taken and no result stands."""
        return self.annulled_at is not None

    def is_open(self, now: datetime) -> bool:
        """Whether ballots are taken: sealed, and between the two instants."""
        return (
            self.stage == "sealed" and not self.annulled and (self.opens_at <= now < self.closes_at)
        )

    def is_over(self, now: datetime) -> bool:
        """Whether no ballot is taken any more: the closing minute has passed, or it is annulled."""
        return self.annulled or now >= self.closes_at

    @property
    def neighbourhoods(self) -> tuple[str, ...]:
        """The groups of projects of which a right has one as its own; none in other polls."""
        return tuple(name for name, _number in self.districts)

    @property
    def contested_until(self) -> date | None:
        """The last day on which the result may be contested; final after it."""
        if self.counted_at is None:
            return None
        return day_of(self.counted_at) + timedelta(days=self.contest_days)

    def may_contest(self, now: datetime) -> bool:
        """Whether the result may be contested today."""
        until = self.contested_until
        return self.counted and not self.is_external and until is not None and day_of(now) <= until

    def is_final(self, now: datetime) -> bool:
        """Whether the result stands for good: the time for contests is over, each of them has its
        answer, and nobody may still confirm the address of one."""
        until = self.contested_until
        return (
            self.counted
            and not self.contests_open
            and (self.unconfirmed_until is None or now >= self.unconfirmed_until)
            and (self.is_external or until is None or day_of(now) > until)
        )

    @property
    def recounting(self) -> bool:
        """Whether an upheld contest set a count aside, and the next one is not done."""
        return self.stage == "severed" and self.counted_at is not None and not self.annulled

    @property
    def kept_until(self) -> date | None:
        """The last day on which envelopes and émargements are kept: so many days after the count,
        or the annulment."""
        ended = [one for one in (self.counted_at, self.annulled_at) if one is not None]
        return day_of(max(ended)) + timedelta(days=self.keep_days) if ended else None

    @property
    def counted(self) -> bool:
        """Whether there is a result, and it stands."""
        return self.stage == "counted" and not self.annulled


def view_of(row: Any) -> PollView:
    """A poll already read, as its pages see it."""
    return PollView(
        **{
            name: getattr(row, name)
            for name in PollView.__slots__
            if name not in ("scope", "limits", "checks", "districts")
        },
        scope=tuple(row.scope),
        limits=tuple((name, cents) for name, cents in row.limits),
        checks=tuple(row.checks),
        districts=tuple((name, number) for name, number in row.districts),
    )


# Asked at each step of each voter: built once, and read without making objects of the rows.

_poll, _item = Poll.__table__.c, BallotItem.__table__.c
_gone = ProjectWithdrawal.__table__.c
_POLL = select(*(_poll[name] for name in PollView.__slots__)).where(_poll.slug == bindparam("slug"))
_ITEMS = (
    select(
        *(_item[name] for name in PollItem.__slots__ if not name.startswith("withdrawn")),
        _gone.at,
        _gone.decided_by,
        _gone.reason,
    )
    .outerjoin_from(
        BallotItem.__table__,
        ProjectWithdrawal.__table__,
        (_gone.poll_id == _item.poll_id) & (_gone.reference == _item.reference),
    )
    .where(_item.poll_id == bindparam("poll"))
    .order_by(_item.position)
)


def poll(db: Session, slug: str) -> PollView | None:
    """The poll of that address."""
    row = db.connection().execute(_POLL, {"slug": slug}).first()
    return None if row is None else view_of(row)


def poll_by_id(db: Session, poll_id: int) -> PollView | None:
    """The poll of that number."""
    row = db.get(Poll, poll_id)
    return None if row is None else view_of(row)


def scope_of(db: Session, slug: str, **_other: Any) -> Scope | None:
    """The units whose people may act on a poll: its own, and the poll itself (its commission)."""
    row = db.execute(select(Poll.id, Poll.scope).where(Poll.slug == slug)).first()
    return None if row is None else frozenset(row.scope) | {unit("poll", row.id)}


def scope_of_view(view: PollView) -> Scope:
    """The same, of a poll already read."""
    return frozenset(view.scope) | {unit("poll", view.id)}


def items(db: Session, poll_id: int) -> list[PollItem]:
    """The projects of a ballot, in the order of the paper."""
    rows = db.connection().execute(_ITEMS, {"poll": poll_id})
    return [
        PollItem(*[*said, tuple(Recording(*one) for one in heard), at, by, why])
        for *said, heard, at, by, why in rows
    ]


_sealed: dict[tuple[str, int], tuple[PollItem, ...]] = {}
MOST_SEALED = 32
"""How many ballots a process remembers."""


def items_of(db: Session, view: PollView) -> Sequence[PollItem]:
    """The same, of a poll already read. Once it is sealed only an amendment changes its ballot, so
    a process reads it once and again after each amendment."""
    key = (view.rules_digest or "", view.withdrawals)
    found = _sealed.get(key)
    if found is None:
        found = tuple(items(db, view.id))
        # An amendment made between the two questions belongs to the next number.
        if view.rules_digest is not None and len(withdrawn_of(found)) == view.withdrawals:
            if len(_sealed) >= MOST_SEALED:
                _sealed.clear()
            _sealed[key] = found
    return found


def open_to(view: PollView, group: str | None, projects: Sequence[PollItem]) -> list[PollItem]:
    """The projects that a right of this neighbourhood may choose."""
    closed = set(view.neighbourhoods) - {group}
    return [one for one in projects if one.group not in closed]


def withdrawn_of(projects: Iterable[PollItem]) -> list[str]:
    """The references that amendments took out of the vote."""
    return [one.reference for one in projects if one.withdrawn_at is not None]


def amendments(db: Session, poll_id: int, sealed: str) -> list[tuple[ProjectWithdrawal, bytes]]:
    """The amendments of a vote, the first one first, each with the text that its digest covers."""
    rows = db.scalars(
        select(ProjectWithdrawal)
        .where(ProjectWithdrawal.poll_id == poll_id)
        .order_by(ProjectWithdrawal.number)
    )
    return [
        (
            row,
            urn.amendment_text(
                sealed, row.previous,
                urn.Amendment(
                    row.reference, row.reason, row.decided_by, row.at.isoformat(), row.log
                ),
            ),
        )
        for row in rows
    ]  # fmt: skip


def form_of(view: PollView, projects: Sequence[PollItem]) -> urn.BallotForm:
    """What the poll allows, as the urn's rules read it."""
    return urn.BallotForm(
        poll=view.slug,
        references=tuple(one.reference for one in projects),
        type=view.ballot_type,
        minimum=view.minimum,
        maximum=view.maximum,
        max_points=view.max_points or 0,
        max_sum=view.max_sum or 0,
        costs=tuple(one.cost for one in projects),
        groups=tuple(one.group for one in projects),
        limits=view.limits,
        one_group=view.one_group,
        districts=view.neighbourhoods,
    )


def sealed_rules(view: PollView, projects: list[PollItem], public: bytes) -> dict[str, Any]:
    """All that is sealed: question, who may vote, projects and costs, ballot, dates, key."""
    own = {"quartiers": list(view.neighbourhoods)} if view.districts else {}
    return {
        **own,
        "vote": view.slug,
        "titre": view.title,
        "question": view.question,
        "bulletin": [
            view.ballot_type,
            view.minimum,
            view.maximum,
            view.max_points,
            view.max_sum,
            view.one_group,
        ],
        "papier": view.paper,
        "enveloppes": [list(one) for one in view.limits],
        "droit": [
            list(view.checks),
            view.residence,
            view.phone_share,
            view.born_by and view.born_by.isoformat(),
        ],
        "ouvre": view.opens_at.isoformat(),
        "ferme": view.closes_at.isoformat(),
        "projets": [[one.reference, one.label, one.cost, one.group] for one in projects],
        "cle": public.hex(),
        "gardien": view.key_holder,
        "publication": view.publication,
        "contestation": view.contest_days,
        "conservation": view.keep_days,
    }


def sealed_text(view: PollView, projects: list[PollItem], public: bytes) -> bytes:
    """What is sealed, as its digest covers it."""
    sealed = sealed_rules(view, projects, public)
    return json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def rules_digest(view: PollView, projects: list[PollItem], public: bytes) -> str:
    """SHA-256 of what is sealed, as `/votes/<slug>/vote.json` gives it byte for byte."""
    return hashlib.sha256(sealed_text(view, projects, public)).hexdigest()


def polls() -> Select[Any]:
    """All polls of the agglomération, newest first, trials after the others, for a list."""
    return (
        select(Poll)
        .where(Poll.is_external.is_(False), Poll.stage != "configured")
        .order_by(Poll.kind == "trial", Poll.closes_at.desc(), Poll.id.desc())
    )


def views(rows: list[Any]) -> list[PollView]:
    """The polls of a page of the list."""
    return [view_of(row[0]) for row in rows]
