"""Builders for the votes: a sealed poll with rights, through the verbs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from civic.ballots import queries, service, vault
from civic.ballots.queries import PollItem, PollView
from civic.ballots.service import Deposited, keys
from civic.ballots.vault import PollSecrets
from civic.house.access import Role
from civic.house.db import writing
from civic.people.service import add_person_within, give_role_within
from civic.rules import urn

OPENS = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=14)
DURING = OPENS + timedelta(days=2)
AFTER = CLOSES + timedelta(hours=1)
COUNTER = itertools.count(1)

ITEMS = tuple(
    PollItem(f"P{number}", label, cost * 100, "", f"{label}, pour tout le quartier.", theme)
    for number, (label, cost, theme) in enumerate(
        (
            ("Un banc place Carpeaux", 1_200, "banc"),
            ("Éclairer le passage du canal", 18_000, "lumiere"),
            ("Un jardin partagé", 9_500, "jardin"),
            ("Ralentir devant l'école", 22_000, "rue"),
            ("Une fontaine à boire", 6_400, "eau"),
        ),
        1,
    )
)


def make_poll(
    db: Session,
    folder: Path,
    *,
    items: Sequence[PollItem] = ITEMS,
    minimum: int = 1,
    maximum: int = 3,
    opens_at: datetime = OPENS,
    closes_at: datetime = CLOSES,
    ballot_type: str = "approval",
    max_points: int | None = None,
    max_sum: int | None = None,
    limits: Sequence[tuple[str, int]] = (),
    scope: list[str] | None = None,
    title: str = "Votre quartier, vos projets",
    sealed: bool = True,
    checks: Sequence[str] | None = None,
    residence: str | None = None,
    phone_share: int | None = None,
    born_by: date | None = None,
    paper: bool = True,
) -> PollView:
    """A poll, sealed unless told otherwise, its secrets in `folder`."""
    secret_id = vault.make(folder) if sealed else None
    with writing(db):
        poll_id = service.create_poll_within(
            db,
            title=title,
            kind="budget",
            scope=scope or ["municipality:1"],
            opens_at=opens_at,
            closes_at=closes_at,
            ballot_type=ballot_type,
            minimum=minimum,
            maximum=maximum,
            max_points=max_points,
            max_sum=max_sum,
            limits=limits,
            items=list(items),
            at=opens_at - timedelta(days=7),
            by="system",
            secret_id=secret_id,
            checks=checks,
            residence=residence,
            phone_share=phone_share,
            born_by=born_by,
            paper=paper,
        )
    found = queries.poll_by_id(db, poll_id)
    assert found is not None
    return found


SECRET = b"commission's key"
"""What the key of the commission in these tests is made from: 16 bytes."""


def make_held_by_commission(db: Session, folder: Path, **said: Any) -> PollView:
    """A sealed poll whose key only the commission holds, its rehearsal recorded."""
    poll = make_poll(db, folder, sealed=False, **said)
    public = urn.keys_of(SECRET).public
    member = make_person(db)
    service.give_key(db, poll_id=poll.id, key_file=urn.write_key(public), by=member, at=OPENS)
    found = queries.rehearsal(db, poll.id)
    assert found is not None
    form = keys.test_form(queries.form_of(poll, queries.items(db, poll.id)))
    service.rehearse(
        db, poll_id=poll.id, opened_file=opened_elsewhere(urn.write_urn(
            form, public, urn.split(form, found.content)
        )), by=member, at=OPENS,
    )  # fmt: skip
    service.seal_poll(
        db, poll_id=poll.id, secret_id=vault.make(folder, public), by="system",
        at=OPENS - timedelta(days=1),
    )  # fmt: skip
    sealed = queries.poll_by_id(db, poll.id)
    assert sealed is not None
    return sealed


def opened_elsewhere(urn_file: bytes, secret: bytes = SECRET) -> bytes:
    """What `civic urn open` makes of a closed urn with two sheets of that key."""
    closed = urn.read_urn(urn_file)
    private = urn.join(urn.cut(secret)[1:], closed.public).private
    opened = urn.open_all(closed.form, private, closed.content)
    return urn.write_opened(closed.form, closed.digest, opened)


def secrets_of(poll: PollView, folder: Path) -> PollSecrets:
    """What the vault knows of a poll."""
    assert poll.secret_name is not None
    return vault.load(folder, poll.secret_name)


def make_letters(
    db: Session, poll: PollView, folder: Path, how_many: int, at: datetime = DURING
) -> list[tuple[str, str]]:
    """So many rights with a letter: (right's key, code)."""
    known = secrets_of(poll, folder)
    entries = [
        service.RollEntry(f"Famille{next(COUNTER)}", "Camille", date(1980, 1, 1))
        for _one in range(how_many)
    ]
    letters, without = service.make_letters(
        db, poll_id=poll.id, entries=entries, known=known, by="system", at=at
    )
    assert not without
    found = []
    for letter in letters:
        right = service.find_right_by_code(db, poll=poll.slug, code=letter.code, known=known)
        assert right is not None
        found.append((right, letter.code))
    return found


def cast(
    db: Session,
    poll: PollView,
    folder: Path,
    right: str,
    *references: str,
    points: tuple[int, ...] = (),
    at: datetime = DURING,
) -> Deposited:
    """Deposits a ballot with a right."""
    return service.deposit(
        db,
        poll=poll,
        items=queries.items(db, poll.id),
        right_id=right,
        choices=urn.Choices(references, points),
        known=secrets_of(poll, folder),
        channel="code",
        at=at,
    )


def make_person(db: Session, role: Role | None = None, where: str = "") -> str:
    """A person, with a role for a unit if told so."""
    with writing(db):
        person = add_person_within(
            db, first_names="Noor", family_name=f"Exemple {next(COUNTER)}", purpose="staff"
        )
        if role is not None:
            give_role_within(
                db, person_id=person, role=role, unit=where, starts_on=date(2020, 1, 1),
                by="system", at=OPENS,
            )  # fmt: skip
    return person


def make_counted(db: Session, folder: Path, *ballots: tuple[str, ...]) -> PollView:
    """A poll whose ballots were deposited, closed and counted by two people."""
    poll = make_poll(db, folder)
    for (right, _code), ballot in zip(
        make_letters(db, poll, folder, len(ballots)), ballots, strict=True
    ):
        cast(db, poll, folder, right, *ballot)
    close(db, poll, folder)
    found = queries.poll_by_id(db, poll.id)
    assert found is not None
    return found


def close(db: Session, poll: PollView, folder: Path) -> None:
    """The three steps of closing, the last by two people."""
    service.reconcile(db, poll_id=poll.id, by="system", at=AFTER)
    service.sever(db, poll_id=poll.id, by="system", at=AFTER)
    assert poll.secret_name is not None
    vault.sever(folder, poll.secret_name)
    for _member in range(2):
        service.open_urn(
            db, poll_id=poll.id, known=secrets_of(poll, folder), by=make_person(db), at=AFTER
        )


def type_bundle(
    db: Session, poll: PollView, number: int, lines: Sequence[Sequence[str] | str], by: str
) -> bool:
    """One person's typing of a whole bundle (a reason for a spoilt ballot); whether all agree."""
    agreed = False
    for place, line in enumerate(lines, 1):
        said = line if isinstance(line, str) else urn.Choices(tuple(line))
        agreed = service.type_ballot(
            db, poll_id=poll.id, number=number, ballot=place, said=said, by=by, at=AFTER
        )
    return agreed
