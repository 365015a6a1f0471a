"""The published archive of a poll that is counted, or annulled."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import LogCheckpoint, OpenedBallot, PollCount, PollStep
from civic.ballots.queries.annulment import act_text, annulment
from civic.ballots.queries.polls import PollView, amendments, form_of, items, sealed_text
from civic.rules import urn
from civic.rules.urn import archive
from civic.rules.urn.figures import result_text

CERTIFIED = ("sealed", "reconciled", "severed", "counted")


def archive_files(db: Session, view: PollView) -> dict[str, bytes] | None:
    """The files of a poll's archive, the same at any time after the count or the annulment; None
    before both."""
    count = db.get(PollCount, view.id)
    act = annulment(db, view.id) if view.annulled else None
    if (count is None and act is None) or view.is_external or view.public_key is None:
        return None
    projects = items(db, view.id)
    steps = {
        row.step: row for row in db.scalars(select(PollStep).where(PollStep.poll_id == view.id))
    }
    published = "counted" in steps and steps["counted"].figures["bulletins_publies"]
    return archive.build(
        rules=sealed_text(view, projects, view.public_key),
        checkpoints=[
            (
                row.number, row.day.isoformat(),
                urn.checkpoint_text(row.previous, row.lines), row.digest,
            )
            for row in db.scalars(
                select(LogCheckpoint)
                .where(LogCheckpoint.poll_id == view.id)
                .order_by(LogCheckpoint.number)
            )
        ],
        steps=[
            {
                "etape": one,
                "quand": steps[one].at.isoformat(),
                "chiffres": {
                    name: value for name, value in steps[one].figures.items() if name != "avec"
                },
            }
            for one in CERTIFIED
            if one in steps
        ],
        result=result_text(view.slug, count.result) if count else None,
        form=form_of(view, projects),
        ballots=_ballots(db, view.id) if published else None,
        amendments=[text for _row, text in amendments(db, view.id, view.rules_digest or "")],
        annulment=act_text(act, view.rules_digest or "") if act else None,
    )  # fmt: skip


def _ballots(db: Session, poll_id: int) -> list[urn.Choices]:
    rows = db.execute(
        select(OpenedBallot.choices, OpenedBallot.points).where(OpenedBallot.poll_id == poll_id)
    )
    return [urn.Choices(tuple(choices), tuple(points or ())) for choices, points in rows]
