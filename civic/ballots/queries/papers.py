"""Paper ballots as they are typed in: a bundle, where two people differ, and what is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.grades import GRADES
from civic.ballots.models import PaperBatch, PaperCount, PaperReopening
from civic.ballots.queries.contests import papers_contested
from civic.ballots.queries.polls import PollView
from civic.house.i18n import _, lazy, listed, ngettext
from civic.rules import urn

SPOILT: dict[str, Any] = {
    "unreadable": lazy("illisible"),
    "rules": lazy("ne suit pas la règle du bulletin"),
    "signed": lazy("porte un nom ou un signe"),
    "several": lazy("plusieurs bulletins ensemble"),
    "foreign": lazy("n'est pas un bulletin de ce vote"),
}
"""Why a paper ballot is spoilt."""

Line = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A line changed after both people had typed the bundle."""

    ballot: int
    by: str
    at: datetime
    before: Line
    after: Line


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle for one of the two who type it. `mine` is what they typed; `differing`, once both
    have typed all: ballot, own reading, the other's."""

    number: int
    place: str
    ballots: int
    agreed: bool
    mine: tuple[Line, ...]
    taken: bool
    finished: int
    differing: tuple[tuple[int, Line, Line], ...]
    corrections: tuple[Correction, ...]
    dropped_why: str | None = None
    drop_asked_by: str | None = None
    dropped_by: str | None = None
    dropped_at: datetime | None = None

    @property
    def next(self) -> int | None:
        """The first ballot that this person has still to type."""
        return next((place for place, one in enumerate(self.mine, 1) if one is None), None)


def bundle(db: Session, poll_id: int, number: int, person_id: str) -> Bundle | None:
    """One bundle, as `person_id` sees it: never the other's lines before both have typed all."""
    batch = db.scalars(
        select(PaperBatch).where(PaperBatch.poll_id == poll_id, PaperBatch.number == number)
    ).first()
    if batch is None:
        return None
    typed = {
        row.person_id: row
        for row in db.scalars(select(PaperCount).where(PaperCount.batch_id == batch.id))
    }
    own = typed.get(person_id)
    mine: list[Line] = [None] * batch.ballots if own is None else own.lines
    finished = sum(row.complete for row in typed.values())
    theirs = [row.lines for key, row in typed.items() if key != person_id]
    differing = (
        [(at, one, two) for at, (one, two) in enumerate(zip(mine, theirs[0], strict=True), 1)]
        if own is not None and finished == 2
        else []
    )
    return Bundle(
        number=batch.number,
        place=batch.place,
        ballots=batch.ballots,
        agreed=batch.agreed,
        mine=tuple(mine),
        taken=own is None and len(typed) == 2,
        finished=finished,
        differing=tuple((at, one, two) for at, one, two in differing if one != two),
        corrections=tuple(_correction(one) for one in batch.corrections),
        dropped_why=batch.dropped_why,
        drop_asked_by=batch.drop_asked_by,
        dropped_by=batch.dropped_by,
        dropped_at=batch.dropped_at,
    )


def papers(db: Session, poll_id: int) -> list[urn.Choices | None]:
    """The paper ballots that two people typed alike; None for a spoilt one."""
    return [
        None if "nul" in line else urn.Choices(tuple(line["c"]), tuple(line["p"]))
        for line in _lines(db, poll_id)
    ]


def corrections(db: Session, poll_id: int) -> list[tuple[int, str, Correction]]:
    """Every line changed after both people had typed it: bundle, place, what changed, by bundle and
    in the order of time."""
    rows = db.execute(
        select(PaperBatch.number, PaperBatch.place, PaperBatch.corrections)
        .where(PaperBatch.poll_id == poll_id)
        .order_by(PaperBatch.number)
    )
    return [(number, place, _correction(one)) for number, place, found in rows for one in found]


def _correction(one: Mapping[str, Any]) -> Correction:
    at = datetime.fromisoformat(one["at"])
    return Correction(one["ballot"], one["by"], at, one["before"], one["after"])


def spoilt_papers(db: Session, poll_id: int) -> dict[str, int]:
    """How many paper ballots are spoilt, by reason (keys of SPOILT)."""
    return dict(Counter(line["nul"] for line in _lines(db, poll_id) if "nul" in line))


def _lines(db: Session, poll_id: int) -> list[Any]:
    return [line for _place, line in _placed_lines(db, poll_id)]


def _placed_lines(db: Session, poll_id: int) -> list[tuple[str, Any]]:
    """The lines of the bundles typed alike, each with its place."""
    rows = db.execute(
        select(PaperCount.batch_id, PaperBatch.place, PaperCount.lines)
        .join(PaperBatch, PaperBatch.id == PaperCount.batch_id)
        .where(PaperBatch.poll_id == poll_id, PaperBatch.agreed, PaperBatch.dropped_at.is_(None))
        .order_by(PaperCount.batch_id, PaperCount.person_id)
    )
    once = {row[0]: (row[1], row[2]) for row in rows}
    return [(place, line) for place, lines in once.values() for line in lines]


def by_place(db: Session, poll_id: int) -> dict[str, tuple[int, int, int]]:
    """Of the bundles typed alike of each place: how many ballots, blank ones and spoilt ones."""
    found: dict[str, tuple[int, int, int]] = {}
    for place, line in _placed_lines(db, poll_id):
        ballots, blank, spoilt = found.get(place, (0, 0, 0))
        nul = "nul" in line
        found[place] = ballots + 1, blank + (not nul and not line["c"]), spoilt + nul
    return found


@dataclass(frozen=True, slots=True)
class Dropped:
    """A bundle set aside by two members: why, by whom, when."""

    number: int
    place: str
    ballots: int
    why: str
    asked_by: str
    by: str
    at: datetime


def dropped(db: Session, poll_id: int) -> list[Dropped]:
    """The bundles set aside, by number."""
    rows = db.execute(
        select(
            PaperBatch.number, PaperBatch.place, PaperBatch.ballots, PaperBatch.dropped_why,
            PaperBatch.drop_asked_by, PaperBatch.dropped_by, PaperBatch.dropped_at,
        )
        .where(PaperBatch.poll_id == poll_id, PaperBatch.dropped_at.is_not(None))
        .order_by(PaperBatch.number)
    )  # fmt: skip
    return [Dropped(*row) for row in rows]  # type: ignore[arg-type]


def reading(view: PollView, line: Line, withdrawn: Sequence[str] = ()) -> str:
    """What somebody read on a paper ballot, in words; which of it is of a withdrawn project."""
    said = _reading(view, line)
    gone = [one for one in (line or {}).get("c", ()) if one in withdrawn]
    if not gone:
        return said
    return _("%(read)s (retiré du vote, ne compte pas : %(gone)s)", read=said, gone=listed(gone))


def _reading(view: PollView, line: Line) -> str:
    if line is None:
        return _("pas encore saisi")
    if "nul" in line:
        return _("nul : %(why)s", why=SPOILT[line["nul"]])
    references: Sequence[str] = line["c"]
    if not references:
        return _("blanc")
    if view.ballot_type == "points":
        return listed(
            _(
                "%(number)s : %(given)s",
                number=one,
                given=ngettext("%(n)s point", "%(n)s points", n),
            )
            for one, n in zip(references, line["p"], strict=True)
        )
    if view.ballot_type == "graded":
        return listed(
            _("%(number)s : %(given)s", number=one, given=GRADES[n])
            for one, n in zip(references, line["p"], strict=True)
        )
    return listed(references)


def reopening(db: Session, poll_id: int) -> PaperReopening | None:
    """The papers taken up again after step 1, asked for or going on; None otherwise."""
    return db.scalars(
        select(PaperReopening).where(
            PaperReopening.poll_id == poll_id, PaperReopening.closed_at.is_(None)
        )
    ).first()


def reopened(db: Session, poll_id: int) -> bool:
    """Whether two members have taken the papers up again, and step 1 is not made again yet."""
    row = reopening(db, poll_id)
    return row is not None and row.agreed_at is not None


def reopenings(db: Session, poll_id: int) -> list[PaperReopening]:
    """Each time that papers were taken up again and reconciled, the first one first."""
    return list(
        db.scalars(
            select(PaperReopening)
            .where(PaperReopening.poll_id == poll_id, PaperReopening.closed_at.is_not(None))
            .order_by(PaperReopening.version)
        )
    )


def may_correct(db: Session, view: PollView) -> bool:
    """Whether the two who typed a bundle alike may still correct it: before step 1, while papers
    are taken up again, or when an upheld contest asks for it."""
    if view.annulled or view.counted:
        return False
    if view.recounting:
        return papers_contested(db, view.id) or reopened(db, view.id)
    return view.stage == "sealed" or reopened(db, view.id)
