"""The count and the opened ballots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cmp_to_key

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, OpenedBallot, Poll, PollCount, VotingRight
from civic.ballots.queries.polls import PollItem
from civic.people.models import Person
from civic.rules.tally.judgment import compare, median
from civic.territory.models import Territory


@dataclass(frozen=True, slots=True)
class OpenedBallotRow:
    """A ballot after opening: references, and points when the poll asks for them."""

    choices: tuple[str, ...]
    points: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A count: ballots in the urn, blank and spoilt ones, votes (and for points scores) by
    reference in the order of the paper, ballots by channel; when, by whom; its digest, and that of
    the published archive."""

    ballots: int
    blank: int
    spoilt: int
    votes: dict[str, int]
    scores: dict[str, int]
    channels: dict[str, int]
    digest: str
    archive: str | None
    counted_by: str
    at: datetime
    mentions: dict[str, list[int]] = field(default_factory=dict)
    """For grades, by reference: how many gave each, the best first; last, how many gave none."""
    withdrawn: tuple[str, ...] = ()
    """Projects that amendments took out: nothing is counted for them."""

    @property
    def valid(self) -> int:
        """Ballots that choose something."""
        return self.ballots - self.blank - self.spoilt

    def ranked(self, items: Sequence[PollItem]) -> list[PollItem]:
        """The projects that were counted, the best first: by grades (majority judgment), else by
        score; equals in the order of the paper."""
        items = [one for one in items if one.reference not in self.withdrawn]
        if not self.mentions:
            return sorted(items, key=lambda one: -self.scores[one.reference])

        def before(one: PollItem, other: PollItem) -> int:
            return compare(self._grades(one.reference), self._grades(other.reference))

        return sorted(items, key=cmp_to_key(before))

    def grade(self, reference: str) -> int | None:
        """The majority grade of a project, 0 the worst; None when nobody graded any of its own."""
        row = self._grades(reference)
        return len(row) - 1 - median(row) if sum(row) else None

    def _grades(self, reference: str) -> list[int]:
        *row, none = self.mentions[reference]
        return [*row[:-1], row[-1] + none]


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
        archive=row.archive,
        counted_by=row.counted_by,
        at=row.at,
        mentions=dict(said.get("mentions", {})),
        withdrawn=tuple(said.get("withdrawn", ())),
    )


def opened(db: Session, poll_id: int) -> list[OpenedBallotRow]:
    """The opened ballots in the order of their random keys; empty before the count."""
    rows = db.execute(
        select(OpenedBallot.choices, OpenedBallot.points)
        .where(OpenedBallot.poll_id == poll_id)
        .order_by(OpenedBallot.id)
    )
    return [OpenedBallotRow(tuple(choices), tuple(points or ())) for choices, points in rows]


def took_part(db: Session, poll_id: int) -> list[tuple[str | None, date | None, bool]]:
    """For each right that stands: neighbourhood (the right's own, where the vote gives it one, or
    what an account tells), birth date where an account tells it, and whether its holder voted. To
    be summed up at once, above a floor, and never shown as it is."""
    own = bool(db.scalar(select(Poll.districts).where(Poll.id == poll_id)))
    place = VotingRight.group if own else Territory.name
    rows = db.execute(
        select(place, Person.birth_date, CheckIn.right_id.is_not(None))
        .select_from(VotingRight)
        .outerjoin(
            CheckIn,
            (CheckIn.poll_id == VotingRight.poll_id) & (CheckIn.right_id == VotingRight.id),
        )
        .outerjoin(Person, Person.id == VotingRight.person_id)
        .outerjoin(Territory, Territory.id == Person.neighbourhood_id)
        .where(VotingRight.poll_id == poll_id, VotingRight.revoked_reason.is_(None))
    )
    return [(place, born, bool(voted)) for place, born, voted in rows]
