"""The closing: reconcile, sever; opening.py is its third step. Each is certified and safe to
repeat."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from civic.ballots.models import (
    ONLINE,
    BallotEnvelope,
    CheckIn,
    LogCheckpoint,
    LoggedDigest,
    PaperBatch,
    PhoneCheck,
    Poll,
    PollStep,
    UrnExport,
    VotingCode,
    VotingRight,
)
from civic.ballots.queries import (
    amendments,
    turnout,
)
from civic.ballots.queries.papers import papers as papers_of
from civic.ballots.queries.papers import reopened, spoilt_papers
from civic.ballots.service.locks import locked_poll
from civic.ballots.service.log import publish_within
from civic.ballots.service.places import require_sheets
from civic.ballots.service.reopening import reconcile_papers_within
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.journal import JournalEntry
from civic.house.refusal import Busy, Refusal
from civic.rules import urn


def reconcile(db: Session, *, poll_id: int, by: str, at: datetime) -> None:
    """Step 1. Compares émargements with envelopes and papers, and exports the envelopes.

    Refuses before the closing instant, while a bundle of papers is not agreed, and when the urn
    does not match the log of digests: an envelope added, dropped or changed is named by digest.
    Differences between people and ballots on paper are written into the figures, not refused.
    Repeated, it does nothing, unless two members have taken the papers up again (reopening.py).
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        if poll.stage in ("reconciled", "severed") and reopened(db, poll_id):
            require_agreed(db, poll_id)
            reconcile_papers_within(db, poll, by=by, at=at)
        if poll.stage in ("reconciled", "severed", "counted"):
            return
        if poll.stage != "sealed" or at < poll.closes_at:
            raise Refusal(lazy("Ce vote n'est pas encore clos."))
        require_agreed(db, poll_id)
        groups = require_sheets(db, poll_id)
        publish_within(db, poll_id=poll_id, by=by, at=at)
        envelopes = _checked_envelopes(db, poll_id)
        count = turnout(db, poll_id)
        online = sum(count.channels.get(one, 0) for one in ONLINE)
        if online != len(envelopes):
            raise Refusal(
                lazy(
                    "%(people)s personnes ont émargé en ligne et l'urne a %(envelopes)s "
                    "enveloppes. Rien n'est ouvert : cherchez pourquoi avant de continuer.",
                    people=online, envelopes=len(envelopes),
                )
            )  # fmt: skip
        content = urn.export(envelopes)
        digest = hashlib.sha256(content).hexdigest()
        db.add(UrnExport(poll_id=poll_id, content=content, envelopes=len(envelopes), digest=digest))
        papers = papers_of(db, poll_id)
        withdrawn = _logged(db, poll_id, urn.WITHDRAWN)
        reasons = _revoked(db, poll_id)
        figures = {
            "droits": count.rights,
            "emargements": count.channels,
            "nuls_papier": spoilt_papers(db, poll_id),
            "enveloppes": len(envelopes),
            "papiers": len(papers),
            "groupes": groups,
            "ecart_papier": len(papers) - count.channels.get("paper", 0) - groups,
            "retirees": withdrawn,
            "retirees_papier": withdrawn - sum(gone for _why, _rights, gone in reasons),
            "motifs": reasons,
            "papier_annules": _undone(db, poll_id),
            "remplacees": _logged(db, poll_id, urn.REPLACED),
            "empreinte_urne": digest,
            "avenants": [
                row.digest for row, _text in amendments(db, poll_id, poll.rules_digest or "")
            ],
        }
        certify(db, poll, "reconciled", figures, by=by, at=at)


def require_agreed(db: Session, poll_id: int) -> None:
    """Refuses while a bundle of papers is not typed twice alike, or may be set aside."""
    waiting = db.scalars(
        select(PaperBatch.number).where(
            PaperBatch.poll_id == poll_id,
            PaperBatch.agreed.is_(False) | PaperBatch.drop_asked_by.is_not(None),
            PaperBatch.dropped_at.is_(None),
        )
    ).first()
    if waiting is not None:
        raise Refusal(
            lazy(
                "La liasse %(number)s n'est pas saisie deux fois de façon concordante, ou son "
                "retrait est demandé.",
                number=waiting,
            )
        )


def _checked_envelopes(db: Session, poll_id: int) -> list[bytes]:
    """The envelopes of the urn, each compared with the published log; refuses what differs."""
    found: dict[str, bytes] = {}
    for sealed, digest in db.execute(
        select(BallotEnvelope.sealed, BallotEnvelope.digest).where(
            BallotEnvelope.poll_id == poll_id
        )
    ):
        if urn.digest(sealed) != digest:
            raise Refusal(lazy("Une enveloppe a été modifiée : %(digest)s.", digest=digest))
        found[digest] = sealed
    try:
        states = urn.replay(
            urn.Checkpoint(
                tuple((digest, state) for digest, state in row.lines), row.previous, row.digest
            )
            for row in db.scalars(
                select(LogCheckpoint)
                .where(LogCheckpoint.poll_id == poll_id)
                .order_by(LogCheckpoint.number)
            )
        )
    except ValueError as wrong:
        raise Refusal(
            lazy("Le journal de l'urne a été modifié : %(where)s.", where=str(wrong))
        ) from wrong
    expected = {digest for digest, state in states.items() if state == urn.IN_URN}
    for missing in sorted(expected - set(found)):
        raise Refusal(lazy("Une enveloppe a disparu de l'urne : %(digest)s.", digest=missing))
    for added in sorted(set(found) - expected):
        raise Refusal(lazy("Une enveloppe a été ajoutée à l'urne : %(digest)s.", digest=added))
    return list(found.values())


def _revoked(db: Session, poll_id: int) -> list[tuple[str, int, int]]:
    """Why rights were taken away: each reason, how many rights, how many envelopes with them."""
    found: dict[str, tuple[int, int]] = {}
    for detail in db.scalars(
        select(JournalEntry.detail).where(
            JournalEntry.target == f"poll:{poll_id}", JournalEntry.verb == "right.revoke"
        )
    ):
        rights, gone = found.get(detail["reason"], (0, 0))
        found[detail["reason"]] = (rights + 1, gone + bool(detail["withdrawn"]))
    return [(why, *numbers) for why, numbers in sorted(found.items())]


def _undone(db: Session, poll_id: int) -> list[tuple[str, int]]:
    """Émargements on paper taken back during the vote: each reason, and how many."""
    found = Counter(
        detail["reason"]
        for detail in db.scalars(
            select(JournalEntry.detail).where(
                JournalEntry.target == f"poll:{poll_id}", JournalEntry.verb == "paper.undo"
            )
        )
    )
    return sorted(found.items())


def _logged(db: Session, poll_id: int, state: str) -> int:
    return len(
        db.scalars(
            select(LoggedDigest.digest).where(
                LoggedDigest.poll_id == poll_id, LoggedDigest.state == state
            )
        ).all()
    )


def sever(db: Session, *, poll_id: int, by: str, at: datetime) -> None:
    """Step 2. Destroys the rows that lead from a person to an envelope.

    Envelopes and codes are erased; émargements, digests and rights are written anew in one
    transaction, so that neither a physical order nor PostgreSQL's numbers of those who wrote and
    locked join them; the day of whoever voted online is erased, since the log says which digests
    came on which day. The caller then destroys the secrets (`vault.sever`) and calls `clean_urn`;
    both are safe to repeat, and repeating this step does nothing.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        if poll.stage in ("severed", "counted"):
            return
        if poll.stage != "reconciled":
            raise Refusal(lazy("Rapprochez d'abord les émargements et l'urne (étape 1)."))
        envelopes = db.scalars(
            select(UrnExport.envelopes).where(UrnExport.poll_id == poll_id)
        ).one()
        db.execute(delete(BallotEnvelope).where(BallotEnvelope.poll_id == poll_id))
        db.execute(
            delete(VotingCode).where(
                VotingCode.right_id.in_(
                    select(VotingRight.id).where(VotingRight.poll_id == poll_id)
                )
            )
        )
        db.execute(delete(PhoneCheck).where(PhoneCheck.poll_id == poll_id))
        db.execute(
            update(CheckIn)
            .where(CheckIn.poll_id == poll_id, CheckIn.channel.in_(ONLINE))
            .values(day=None)
        )
        _write_anew(db, CheckIn, poll_id, "right_id")
        _write_anew(db, LoggedDigest, poll_id, "digest")
        # Each deposit locked its right, and PostgreSQL keeps the number of who locked a row last.
        db.execute(
            update(VotingRight).where(VotingRight.poll_id == poll_id).values(poll_id=poll_id)
        )
        certify(db, poll, "severed", {"enveloppes": envelopes}, by=by, at=at)


def _write_anew(db: Session, model: type[CheckIn | LoggedDigest], poll_id: int, key: str) -> None:
    table = model.__table__
    rows = [
        dict(row)
        for row in db.execute(
            select(*table.columns).where(table.c.poll_id == poll_id).order_by(table.c[key])
        ).mappings()
    ]
    db.execute(delete(model).where(model.poll_id == poll_id))
    if rows:
        db.execute(insert(model), rows)


def clean_urn(db: Session) -> None:
    """Lets the database forget the erased rows' bytes: after `sever`, outside any transaction.

    Safe to repeat; raises `Busy` when other readers keep it from being done now.
    """
    db.rollback()
    engine = db.get_bind().engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in (CheckIn, LoggedDigest, BallotEnvelope, VotingCode, VotingRight):
                connection.exec_driver_sql(f"VACUUM (FULL, FREEZE) {table.__tablename__}")
        return
    raw = engine.raw_connection()
    try:
        for order in ("wal_checkpoint(TRUNCATE)", "", "wal_checkpoint(TRUNCATE)"):
            raw.cursor().execute(f"PRAGMA {order}" if order else "VACUUM")
    except OperationalError as wrong:  # somebody is reading: nothing is lost, it is done again
        raise Busy from wrong
    finally:
        raw.close()


def certify(
    db: Session, poll: Poll, step: str, figures: dict[str, Any], *, by: str, at: datetime
) -> None:
    """Notes a step as done, with its figures, inside the caller's transaction."""
    poll.stage = step
    db.add(PollStep(poll_id=poll.id, step=step, by=by, at=at, figures=figures))
    db.flush()
    journal.record(
        db, at=at, actor=by, verb=f"poll.{step}", target=f"poll:{poll.id}",
        **{name: value for name, value in figures.items() if isinstance(value, (int, str))},
    )  # fmt: skip
