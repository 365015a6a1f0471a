"""What anybody may know of the draws: counts, bounds, chances, numbers. Never a name, never a
criterion beside a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from civic.councils.models import CitizenCouncil
from civic.councils.queries import scope_of_id
from civic.draws import states
from civic.draws.models import (
    LEFT,
    OVER,
    ContactAttempt,
    Draw,
    DrawnPerson,
    ListDraft,
    SourceList,
)
from civic.draws.queries.invitations import WaveCounts, order_of, waves
from civic.house.access import WHOLE_SITE, Scope, unit
from civic.house.i18n import _, moment
from civic.house.text import folded

# --- scopes ----------------------------------------------------------------------------------


def scope_of(db: Session, draw_id: int, **_args: Any) -> Scope | None:
    """Whose people may act on a draw: those of its council and of its municipalities."""
    council_id = db.scalar(select(Draw.council_id).where(Draw.id == draw_id))
    return None if council_id is None else scope_of_id(db, council_id)


def scope_of_list(db: Session, list_id: int, **_args: Any) -> Scope | None:
    """Whose people may act on a list: those of the municipality that is controller."""
    key = db.scalar(select(SourceList.municipality_id).where(SourceList.id == list_id))
    return None if key is None else frozenset({unit("municipality", key)})


def scope_of_draft(db: Session, draft_id: str, **_args: Any) -> Scope | None:
    """The same, for a file that was sent and not confirmed."""
    key = db.scalar(select(ListDraft.municipality_id).where(ListDraft.id == draft_id))
    return None if key is None else frozenset({unit("municipality", key)})


def scope_of_lists(db: Session, draw_id: int, **_args: Any) -> Scope | None:
    """Whose agents may load lists into a draw: those of its municipalities, nobody else."""
    scope = scope_of(db, draw_id)
    return None if scope is None else lists_only(scope)


def scope_of_observers(db: Session, draw_id: int, **_args: Any) -> Scope | None:
    """Whose sworn observers may hold a draw's sealed file: its own, or the whole site's."""
    scope = scope_of(db, draw_id)
    return None if scope is None else scope | WHOLE_SITE


def lists_only(scope: Scope) -> Scope:
    """The part of a draw's scope that answers for its lists."""
    return frozenset(one for one in scope if one.startswith("municipality:"))


def scope_of_drawn(db: Session, drawn_id: str, **_args: Any) -> Scope | None:
    """Whose people may see a drawn person."""
    key = db.scalar(select(DrawnPerson.draw_id).where(DrawnPerson.id == drawn_id))
    return None if key is None else scope_of(db, key)


# --- lists of draws ---------------------------------------------------------------------------


def listing(*, words: str = "", stage: str = "") -> Select[*tuple[Any, ...]]:
    """The draws to list, newest first: title, state and council of each."""
    query: Select[*tuple[Any, ...]] = (
        select(
            Draw.id,
            Draw.title,
            Draw.status,
            Draw.seats,
            Draw.people,
            Draw.session_at,
            Draw.drawn_at,
            Draw.completed_at,
            Draw.cancelled_at,
            CitizenCouncil.name.label("council"),
            CitizenCouncil.slug.label("council_slug"),
        )
        .join(CitizenCouncil, CitizenCouncil.id == Draw.council_id)
        .order_by(Draw.id.desc())
    )
    if stage == "en-cours":
        query = query.where(Draw.status.not_in(OVER))
    elif stage == "a-venir":
        query = query.where(Draw.status == "frozen")
    elif stage == "termines":
        query = query.where(Draw.status.in_(OVER))
    for word in folded(words).split()[:6]:
        query = query.where(CitizenCouncil.folded_name.contains(word, autoescape=True))
    return query


def of_council(db: Session, council_id: int) -> Sequence[Any]:
    """The draws of a council, newest first, at most ten."""
    return db.execute(
        select(
            Draw.id,
            Draw.title,
            Draw.status,
            Draw.session_at,
            Draw.drawn_at,
            Draw.completed_at,
            Draw.cancelled_at,
        )
        .where(Draw.council_id == council_id)
        .order_by(Draw.id.desc())
        .limit(10)
    ).all()


# --- one draw ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicList:
    """A list as the public knows it: no line of it."""

    label: str
    kind: str
    convention: str
    lines: int
    kept: int
    refused: int
    digest: str
    loaded_on: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answers:
    """How many of those who were asked have said what."""

    asked: int
    accepted: int
    left: int
    waiting: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Invitations:
    """The first of the two steps, as the public knows it. `listed`: how many people, or
    dwellings, the frozen lists hold."""

    commitment: str | None
    frozen_at: datetime | None
    source: str
    seed: str | None
    listed: int
    waves: Sequence[WaveCounts]


@dataclass(frozen=True, slots=True)
class Story:
    """A draw as its public page tells it. `numbers`: those of the panel, once drawn."""

    draw: Draw
    council: str
    council_slug: str
    lists: tuple[PublicList, ...]
    numbers: tuple[int, ...]
    answers: Answers
    previous: tuple[int, str, str | None] | None
    follower: int | None
    invitations: Invitations | None = None

    @property
    def listed(self) -> int:
        """How many people the frozen lists hold; 0 before."""
        if self.draw.way == "invited":
            return self.invitations.listed if self.invitations else 0
        return self.draw.people

    @property
    def asked(self) -> list[tuple[str, str, int, int]]:
        """The bounds as they were frozen: feature, value, minimum, maximum."""
        return [tuple(one) for one in self.draw.chances.get("asked", [])]

    @property
    def totals(self) -> list[tuple[str, str, int]]:
        """Of the drawn panel: feature, value, people."""
        return [tuple(one) for one in self.draw.totals.get("panel", [])]

    @property
    def figures(self) -> int:
        """How many figures a panel's number has: one ball or one die of ten faces for each."""
        return len(str(max(0, self.draw.panels - 1)))

    def padded(self, number: int) -> str:
        """A panel's number as the dice show it, leading zeros included."""
        return str(number).zfill(self.figures)

    @property
    def read(self) -> str:
        """What the hall read aloud, as it was typed twice; "" before."""
        if self.draw.chance == "number" and self.draw.drawn_number is not None:
            return self.padded(self.draw.drawn_number)
        return self.draw.reading or ""

    def state(self, now: datetime) -> str:
        """Its state sentence."""
        one = self.draw
        return states.sentence(
            one.status,
            session_at=one.session_at,
            drawn_at=one.drawn_at,
            completed_at=one.completed_at,
            cancelled_at=one.cancelled_at,
            now=now,
        )


def story(db: Session, draw_id: int) -> Story | None:
    """A draw's public story, in six statements at most, eight with invitations."""
    row: Any = db.execute(
        select(Draw, CitizenCouncil.name, CitizenCouncil.slug)
        .join(CitizenCouncil, CitizenCouncil.id == Draw.council_id)
        .where(Draw.id == draw_id)
    ).first()
    if row is None:
        return None
    draw: Draw = row[0]
    lists = tuple(
        PublicList(*one)
        for one in db.execute(
            select(
                SourceList.label,
                SourceList.kind,
                SourceList.convention,
                SourceList.lines,
                SourceList.kept,
                SourceList.refused,
                SourceList.digest,
                SourceList.loaded_at,
                SourceList.erased_at,
            )
            .where(SourceList.draw_id == draw_id)
            .order_by(SourceList.id)
        )
    )
    drawn = db.execute(
        select(DrawnPerson.number, DrawnPerson.place, DrawnPerson.answer, DrawnPerson.called_at)
        .where(DrawnPerson.draw_id == draw_id, DrawnPerson.place != "invited")
        .order_by(DrawnPerson.number)
    ).all()
    attempts = (
        db.scalar(
            select(func.count())
            .select_from(ContactAttempt)
            .join(DrawnPerson, DrawnPerson.id == ContactAttempt.drawn_id)
            .where(DrawnPerson.draw_id == draw_id, DrawnPerson.place != "invited")
        )
        if drawn
        else 0
    )
    others = db.execute(
        select(Draw.id, Draw.title, Draw.cancel_reason, Draw.previous_id).where(
            (Draw.id == draw.previous_id) | (Draw.previous_id == draw_id)
        )
    ).all()
    asked = [one.answer for one in drawn if one.place == "titular" or one.called_at is not None]
    return Story(
        draw=draw,
        council=row[1],
        council_slug=row[2],
        lists=lists,
        numbers=tuple(one.number for one in drawn if one.place == "titular"),
        answers=Answers(
            asked=len(asked),
            accepted=asked.count("accepted"),
            left=sum(1 for one in asked if one in LEFT),
            waiting=sum(1 for one in asked if one in {"waiting", "contacted"}),
            attempts=attempts or 0,
        ),
        previous=next(
            (
                (one.id, one.title, one.cancel_reason)
                for one in others
                if one.id != draw_id and one.previous_id != draw_id
            ),
            None,
        ),
        follower=next((one.id for one in others if one.previous_id == draw_id), None),
        invitations=_invitations(db, draw_id) if draw.way == "invited" else None,
    )


def _invitations(db: Session, draw_id: int) -> Invitations | None:
    order = order_of(db, draw_id)
    if order is None:
        return None
    return Invitations(
        order.commitment, order.frozen_at, order.chance_source, order.seed, order.people,
        waves(db, draw_id) if order.seed else (),
    )  # fmt: skip


def list_commitment(story: Story) -> str | None:
    """The digest that the frozen list stands behind: that of the invitations' order in two steps,
    that of the lottery otherwise; None before."""
    if story.draw.way == "invited":
        return story.invitations.commitment if story.invitations else None
    return story.draw.commitment


def grouped(digest: str) -> str:
    """A digest in groups of eight, so that two people can compare it aloud."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def announced(draw: Draw) -> str:
    """What was announced, as a sentence."""
    assert draw.session_at is not None
    return _(
        "%(when)s, %(place)s. Le hasard : %(source)s.",
        when=moment(draw.session_at),
        place=draw.session_place,
        source=draw.chance_source,
    )
