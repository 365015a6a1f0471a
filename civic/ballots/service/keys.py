"""Who holds the key of the urn, chosen before the vote is sealed; the commission's rehearsal."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from civic.ballots.models import Poll, UrnRehearsal
from civic.ballots.queries import form_of, items, poll_by_id
from civic.ballots.service.locks import locked_poll
from civic.house import journal
from civic.house.db import writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.rules import urn

TESTS = 8
"""Envelopes of a test urn."""


def test_form(form: urn.BallotForm) -> urn.BallotForm:
    """The test poll: what the real one allows, under a name of its own."""
    return replace(form, poll=f"{form.poll}-essai")


def give_key(db: Session, *, poll_id: int, key_file: bytes, by: str, at: datetime) -> None:
    """The commission will hold the key: keeps its public part, and makes the test urn.

    A key given again takes the place of the first, and is rehearsed anew.
    """
    try:
        public = urn.read_key(key_file)
    except urn.BadFile as bad:
        raise Refusal(
            lazy(
                "Ce fichier n'est pas une clé publique faite par « civic urn key ». Choisissez "
                "« cle-publique.json »."
            ),
            field="key",
        ) from bad
    view = poll_by_id(db, poll_id)
    if view is None:
        raise NotFound
    form = test_form(form_of(view, items(db, poll_id)))
    ballots = [_any_ballot(form) for _one in range(TESTS)]
    content = urn.export(urn.seal(public, urn.write(form, one)) for one in ballots)
    with writing(db):
        poll = _before_sealing(db, poll_id)
        db.execute(delete(UrnRehearsal).where(UrnRehearsal.poll_id == poll_id))
        db.add(
            UrnRehearsal(
                poll_id=poll_id, public_key=public, content=content,
                expected=urn.list_digest(form, ballots, 0), passed_by=None, passed_at=None,
            )
        )  # fmt: skip
        poll.key_holder = "commission"
        journal.record(
            db, at=at, actor=by, verb="poll.key", target=f"poll:{poll_id}", holder="commission",
            fingerprint=urn.fingerprint(public),
        )  # fmt: skip


def leave_key_to_platform(db: Session, *, poll_id: int, by: str, at: datetime) -> None:
    """The platform will hold the key; the commission's, if one was given, is forgotten."""
    with writing(db):
        poll = _before_sealing(db, poll_id)
        db.execute(delete(UrnRehearsal).where(UrnRehearsal.poll_id == poll_id))
        poll.key_holder = "platform"
        journal.record(
            db, at=at, actor=by, verb="poll.key", target=f"poll:{poll_id}", holder="platform"
        )


def rehearse(db: Session, *, poll_id: int, opened_file: bytes, by: str, at: datetime) -> None:
    """Records that the commission opened the test urn: what it found must be what was put in."""
    view = poll_by_id(db, poll_id)
    if view is None:
        raise NotFound
    form = test_form(form_of(view, items(db, poll_id)))
    with writing(db):
        _before_sealing(db, poll_id)
        row = db.get(UrnRehearsal, poll_id, with_for_update=True)
        if row is None:
            raise Refusal(lazy("Donnez d'abord la clé publique de la commission."))
        opened = read_opening(form, opened_file)
        if (
            opened.urn != hashlib.sha256(row.content).hexdigest()
            or opened.opened.digest != row.expected
        ):
            raise Refusal(
                lazy(
                    "Ce n'est pas ce que contient l'urne d'essai de ce vote. Téléchargez-la de "
                    "nouveau, ouvrez-la avec deux feuilles, puis donnez le fichier obtenu."
                ),
                field="opened",
            )
        row.passed_by, row.passed_at = by, at
        journal.record(db, at=at, actor=by, verb="poll.rehearse", target=f"poll:{poll_id}")


def read_opening(form: urn.BallotForm, content: bytes) -> urn.OpenedUrn:
    """An opened urn as `civic urn open` wrote it; refuses any other file."""
    try:
        return urn.read_opened(form, content)
    except urn.BadFile as bad:
        raise Refusal(
            lazy(
                "Ce fichier n'est pas une urne de ce vote ouverte par « civic urn open », ou il a "
                "été changé."
            ),
            field="opened",
        ) from bad


def rehearsed_key(db: Session, poll_id: int) -> bytes:
    """The commission's public key, once its rehearsal is recorded; refuses before."""
    row = db.get(UrnRehearsal, poll_id)
    if row is None or row.passed_at is None:
        raise Refusal(
            lazy(
                "La commission garde la clé : elle doit d'abord réussir la répétition, en ouvrant "
                "l'urne d'essai avec deux feuilles."
            )
        )
    return row.public_key


def _before_sealing(db: Session, poll_id: int) -> Poll:
    poll = locked_poll(db, poll_id)
    if poll.stage != "configured":
        raise Refusal(lazy("Ce vote est scellé : sa clé ne change plus."))
    return poll


def _any_ballot(form: urn.BallotForm) -> urn.Choices:
    """A ballot at random that the poll allows; a blank one when chance finds no other."""
    for _try in range(20):
        left = list(form.references)
        wanted = max(1, form.minimum)
        wanted += secrets.randbelow(max(1, min(form.maximum, len(left)) - wanted + 1))
        chosen = tuple(left.pop(secrets.randbelow(len(left))) for _one in range(wanted) if left)
        chosen = tuple(sorted(chosen, key=form.references.index))
        points = (1,) * len(chosen) if form.type in urn.WITH_POINTS else ()
        try:
            urn.check(form, urn.Choices(chosen, points))
        except urn.BadBallot:
            continue
        return urn.Choices(chosen, points)
    return urn.Choices()
