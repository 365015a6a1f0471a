"""Builders of éditions, through the room's own verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from civic.ballots import queries as polls
from civic.ballots import vault
from civic.budgets import queries, service
from civic.house.access import Role
from civic.house.db import writing
from civic.people import service as people
from tests import make
from tests.ballots.make import cast, make_letters, make_person, secrets_of
from tests.proposals.make import project

PREPARED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILING = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
FILED = datetime(2026, 5, 1, 6, 0, tzinfo=UTC)
OPENS = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
CLOSES = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)
SEALED = OPENS - timedelta(days=7)
DURING = OPENS + timedelta(days=3)
AFTER = CLOSES + timedelta(hours=2)
FINAL = AFTER + timedelta(days=16)
"""When the time for contests is over: the élus may decide."""


@dataclass
class Made:
    """An édition with two envelopes (60,000 € and 20,000 €) and the people around it."""

    town: make.Town
    agent: make.Made
    resident: make.Made
    slug: str
    id: int
    city: int
    envelopes: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()


def empty(db: Session, **rules: object) -> Made:
    """An édition in preparation, without envelopes."""
    town = make.town(db)
    agent = make.staff(db, Role.AGENT, town.unit)
    resident = make.account(db)
    with writing(db):
        city = people.add_organisation_within(
            db, kind="municipality", name="Ville d'Essaiville", territory_id=town.municipality
        )
    slug = service.create(
        db,
        title="Budget participatif d'Essaiville",
        territory_id=town.municipality,
        organisation_id=city,
        by=agent.person,
        at=PREPARED,
    )
    seen = queries.edition(db, slug)
    assert seen is not None
    if rules:
        service.set_rules(db, edition_id=seen.row.id, by=agent.person, at=PREPARED, **rules)
    return Made(town, agent, resident, slug, seen.row.id, city)


def prepared(db: Session, **rules: object) -> Made:
    """An édition that only waits for its act."""
    made = empty(db, **rules)
    service.set_calendar(
        db,
        edition_id=made.id,
        filing_opens_at=FILING,
        filing_closes_at=FILED,
        vote_opens_at=OPENS,
        vote_closes_at=CLOSES,
        results_on=date(2026, 9, 25),
        by=made.agent.person,
        at=PREPARED,
    )
    envelopes = []
    for name, amount in (("Les Tilleuls", 60_000_00), ("La Gare", 20_000_00)):
        key = service.add_envelope(
            db, edition_id=made.id, name=name, by=made.agent.person, at=PREPARED
        )
        service.add_funding(
            db,
            edition_id=made.id,
            envelope_id=key,
            organisation_id=made.city,
            amount=amount,
            by=made.agent.person,
            at=PREPARED,
        )
        envelopes.append(key)
    made.envelopes = tuple(envelopes)
    return made


def adopt(db: Session, made: Made) -> None:
    """Records the act that an élu published."""
    with writing(db):
        service.record_adoption_within(
            db,
            edition_id=made.id,
            authority="Conseil municipal d'Essaiville",
            kind="deliberation",
            number="2026-031",
            adopted_on=date(2026, 3, 20),
            by="system",
            at=PREPARED + timedelta(days=20),
        )


def frozen(
    db: Session, folder: Path, costs: tuple[tuple[int, int], ...],
    *, to_commission: bool = False, **rules: object,
) -> Made:  # fmt: skip
    """An édition with a sealed ballot, or one that waits for the commission's key. `costs`: (which
    envelope, cost in cents), one a project."""
    made = prepared(db, **rules)
    adopt(db, made)
    keys = []
    for place, (envelope, cost) in enumerate(costs, 1):
        key = project(
            db, made.town, made.resident.person, made.agent.person, cost, title=f"Projet {place}"
        )
        service.propose(
            db,
            edition_id=made.id,
            project_id=key,
            envelope_id=made.envelopes[envelope],
            by=made.agent.person,
            at=SEALED,
        )
        keys.append(key)
    made.projects = tuple(keys)
    secret = None if to_commission else vault.make(folder)
    service.freeze(db, edition_id=made.id, secret_id=secret, by=made.agent.person, at=SEALED)
    return made


def voted(
    db: Session, folder: Path, made: Made, *ballots: tuple[str, ...],
    marks: tuple[tuple[int, ...], ...] = (),
) -> None:  # fmt: skip
    """Deposits these ballots (with their points or grades, if there are) with letter codes, then
    closes and counts as the commission does."""
    from civic.ballots import service as votes

    seen = queries.edition(db, made.slug)
    assert seen is not None
    assert seen.row.poll_id is not None
    poll = polls.poll_by_id(db, seen.row.poll_id)
    assert poll is not None
    letters = make_letters(db, poll, folder, len(ballots), at=DURING)
    given = marks or ((),) * len(ballots)
    for (right, _code), chosen, points in zip(letters, ballots, given, strict=True):
        cast(db, poll, folder, right, *chosen, points=points, at=DURING)
    votes.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    votes.sever(db, poll_id=poll.id, by="system", at=AFTER)
    assert poll.secret_name is not None
    vault.sever(folder, poll.secret_name)
    for _member in range(2):
        votes.open_urn(
            db, poll_id=poll.id, known=secrets_of(poll, folder), by=make_person(db), at=AFTER
        )
