"""Paper ballots typed in: one at a time, the whole bundle by each of two people who don't see each
other's; then the ballots on which they differ, corrected under the name of who corrects."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from civic.ballots.models import PaperBatch, PaperCount
from civic.ballots.queries import form_of, items, poll_by_id, view_of, withdrawn_of
from civic.ballots.queries.contests import papers_contested
from civic.ballots.queries.papers import SPOILT, reopened
from civic.ballots.service.locks import locked_poll
from civic.ballots.service.paper import require_counting_time
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn


def type_ballot(
    db: Session,
    *,
    poll_id: int,
    number: int,
    ballot: int,
    said: urn.Choices | str,
    by: str,
    at: datetime,
) -> bool:
    """Keeps one person's reading of one ballot of a bundle; whether the bundle is now agreed.

    `ballot` counts from 1 in the order of the bundle. `said` is what the paper chooses (nothing:
    blank), or the reason, one of `queries.papers.SPOILT`, why it is spoilt. Refuses choices that
    the poll does not allow: such a paper is spoilt, unless it is allowed without the marks beside
    projects withdrawn during the vote, which are then left out. Once both people have typed all,
    changing a line is a correction, kept with its author, its instant and what was read before; the
    bundle agrees again once the other has made the same. So until step 1, while papers are taken up
    again after it (reopening.py), and when an upheld contest asks for it.
    """
    view = poll_by_id(db, poll_id)
    if view is None:
        raise NotFound
    projects = items(db, poll_id)
    line = _line(form_of(view, projects), said, withdrawn_of(projects))
    with writing(db):
        poll = locked_poll(db, poll_id)
        recounting = view_of(poll).recounting and papers_contested(db, poll_id)
        again = reopened(db, poll_id)
        if not recounting and not again:
            require_counting_time(poll.stage, poll.closes_at, at)
        batch = db.scalars(
            select(PaperBatch)
            .where(PaperBatch.poll_id == poll_id, PaperBatch.number == number)
            .with_for_update()
        ).first()
        if batch is None or not 1 <= ballot <= batch.ballots:
            raise NotFound
        if batch.dropped_at is not None:
            raise Refusal(lazy("Cette liasse est retirée : elle ne se saisit plus."))
        typed = {
            one.person_id: one
            for one in db.scalars(select(PaperCount).where(PaperCount.batch_id == batch.id))
        }
        if by not in typed:
            if len(typed) == 2 or (recounting and not again):
                raise Refusal(lazy("Deux autres personnes saisissent déjà cette liasse."))
            typed[by] = PaperCount(
                batch_id=batch.id, person_id=by, lines=[None] * batch.ballots, complete=False, at=at
            )
            db.add(typed[by])
        mine = typed[by]
        both = len(typed) == 2 and all(one.complete for one in typed.values())
        before = mine.lines[ballot - 1]
        if both and before != line:
            batch.corrections = [
                *batch.corrections,
                {"ballot": ballot, "by": by, "at": at.isoformat(), "before": before, "after": line},
            ]
        mine.lines[ballot - 1] = line
        flag_modified(mine, "lines")
        mine.at, mine.complete = at, None not in mine.lines
        agreed = len(typed) == 2 and all(one.complete for one in typed.values())
        one, *others = typed.values()
        batch.agreed = agreed and all(one.lines == other.lines for other in others)
        if both or mine.complete:
            journal.record(
                db, at=at, actor=by, verb="paper.correct" if both else "paper.type",
                target=f"poll:{poll_id}", number=number, ballot=ballot,
            )  # fmt: skip
        return batch.agreed


def _line(
    form: urn.BallotForm, said: urn.Choices | str, withdrawn: Collection[str]
) -> dict[str, Any]:
    if isinstance(said, str):
        if said not in SPOILT:
            raise Refusal(lazy("Dites pourquoi ce bulletin est nul."), field="reason")
        return {"nul": said}
    try:
        try:
            urn.check(form, said)
        except urn.BadBallot:
            said = urn.without(said, withdrawn)
            urn.check(form, said)
    except urn.BadBallot as bad:
        raise Refusal(
            lazy(
                "Ces choix ne sont pas permis par ce vote. Si le bulletin est bien ainsi, il est "
                "nul : dites pourquoi."
            ),
            field="choices",
        ) from bad
    references, points = said.references, said.points
    if form.type != "ranking":
        place = {one: at for at, one in enumerate(form.references)}
        order = sorted(range(len(references)), key=lambda at: place[references[at]])
        references = tuple(references[at] for at in order)
        points = tuple(points[at] for at in order) if points else ()
    return {"c": list(references), "p": list(points)}
