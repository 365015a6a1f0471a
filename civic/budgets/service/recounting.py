"""The `.pb` files with which anybody counts again, where opened ballots may be published."""

from __future__ import annotations

from random import Random

from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.budgets.counting import Unit
from civic.budgets.models import Edition
from civic.house.clock import day_of
from civic.rules import tally


def may_recount(db: Session, poll: polls.PollView) -> bool:
    """Whether the opened ballots of a poll are published, as the count certified it by the sealed
    règlement; those of an example of elsewhere have been."""
    if poll.is_external:
        return True
    done = polls.steps(db, poll.id).get("counted")
    return done is not None and bool(done.figures.get("bulletins_publies"))


def recount_file(row: Edition, unit: Unit, *, place: str) -> bytes:
    """One election as a `.pb` file: random voter ids, rows shuffled, nothing about voters.

    The same file each time: chance comes from the digest of the sealed catalogue, and the opened
    ballots lie in a random order already.
    """
    assert row.vote_opens_at is not None
    assert row.vote_closes_at is not None
    last = day_of(row.vote_closes_at)
    chance = Random(f"{row.slug} {row.catalogue_digest} {unit.name}")  # noqa: S311 - says nothing
    meta = {
        "description": row.title,
        "country": "France",
        "unit": place,
        "subunit": unit.name if unit.name and unit.name != row.title else "",
        "instance": str(last.year),
        "date_begin": day_of(row.vote_opens_at).strftime("%d.%m.%Y"),
        "date_end": last.strftime("%d.%m.%Y"),
        "language": "fr",
    }
    return tally.write(unit.election, unit.outcome, meta=meta, below=chance.randrange)
