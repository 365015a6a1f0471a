"""The `.pb` files with which anybody counts again, where opened ballots may be published."""

from __future__ import annotations

from random import Random

from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.budgets.counting import Unit, units
from civic.budgets.models import Edition
from civic.budgets.service.settling import on_the_ballot, opened_ballots, rules_in_force
from civic.house.clock import day_of
from civic.rules import tally

FEWEST = 50
"""Ballots below which opened ballots stay unpublished, unless the règlement publishes always."""
AS_SIGNATURES = ("points", "ranking")
"""Ballots so rich that one may act as a signature."""


def may_recount(poll: polls.PollView, ballots: int) -> bool:
    """Whether the opened ballots of a poll are published; an example of elsewhere has been."""
    if poll.is_external or poll.publication == "always":
        return True
    rich = poll.ballot_type in AS_SIGNATURES
    return poll.publication == "auto" and not rich and ballots >= FEWEST


def counted_units(db: Session, row: Edition) -> list[Unit]:
    """The elections of a settled édition, counted again from its opened ballots."""
    assert row.poll_id is not None
    purses, _rows, candidates = on_the_ballot(db, row.id)
    ballots = opened_ballots(db, row.poll_id)
    return units(candidates, ballots, purses, rules_in_force(db, row).data, row.incompatible)


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
