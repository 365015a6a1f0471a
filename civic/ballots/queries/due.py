"""What the front page and « Mon espace » hear of votes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ballots.models import (
    CheckIn,
    Poll,
    PollAnnulment,
    VotingRight,
)
from civic.house.access import Identity, Right, Role, unit
from civic.house.clock import day_of
from civic.house.i18n import _, moment
from civic.house.todo import OpenNow, Todo
from civic.people.queries import how_many_hold


def open_now(db: Session, now: datetime) -> list[OpenNow]:
    """The votes that anybody may take part in now, those that decide something: one statement."""
    rows = db.execute(
        select(Poll.slug, Poll.title, Poll.closes_at)
        .where(
            Poll.stage == "sealed",
            Poll.annulled_at.is_(None),
            Poll.is_external.is_(False),
            Poll.kind != "trial",
            Poll.opens_at <= now,
            Poll.closes_at > now,
        )
        .order_by(Poll.closes_at)
    )
    return [
        OpenNow(
            kind="vote",
            title=title,
            sentence=_("Ouvert au vote jusqu'au %(when)s.", when=moment(closes)),
            until=closes,
            url=f"/votes/{slug}",
            verb=_("Voter"),
        )
        for slug, title, closes in rows
    ]


def todo(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """What somebody has to do here: vote with a right of theirs, close and count a vote."""
    rows = db.execute(
        select(Poll.slug, Poll.title, Poll.closes_at)
        .join(VotingRight, VotingRight.poll_id == Poll.id)
        .outerjoin(
            CheckIn,
            (CheckIn.poll_id == VotingRight.poll_id) & (CheckIn.right_id == VotingRight.id),
        )
        .where(
            VotingRight.person_id == me.person,
            VotingRight.revoked_reason.is_(None),
            CheckIn.right_id.is_(None),
            Poll.stage == "sealed",
            Poll.annulled_at.is_(None),
            Poll.opens_at <= now,
            Poll.closes_at > now,
        )
    )
    found = [
        Todo(closes, _("Voter : « %(title)s »", title=title), f"/votes/{slug}", "vote")
        for slug, title, closes in rows
    ]
    if not me.is_staff:
        return found
    unsealed = db.execute(
        select(Poll.id, Poll.slug, Poll.title, Poll.opens_at, Poll.scope).where(
            Poll.stage == "configured", Poll.is_external.is_(False), Poll.closes_at > now
        )
    )
    for key, slug, title, opens, scope in unsealed:
        if me.may(Right.MANAGE_POLLS, frozenset(scope) | {unit("poll", key)}):
            text = _("Choisir la clé, puis sceller : « %(title)s »", title=title)
            found.append(Todo(opens, text, f"/votes/{slug}/gerer", "vote"))
    waiting = db.execute(
        select(Poll.id, Poll.slug, Poll.title, Poll.closes_at, Poll.scope).where(
            Poll.stage.in_(("sealed", "reconciled", "severed")),
            Poll.annulled_at.is_(None),
            Poll.is_external.is_(False),
            Poll.closes_at <= now,
        )
    )
    for key, slug, title, closes, scope in waiting:
        if me.may(Right.COUNT_BALLOTS, frozenset(scope) | {unit("poll", key)}):
            text = _("Clore et dépouiller : « %(title)s »", title=title)
            found.append(Todo(closes, text, f"/votes/{slug}/depouillement", "vote"))
    found += _commissions(db, me, now)
    contested = db.execute(
        select(Poll.id, Poll.slug, Poll.title, Poll.counted_at, Poll.scope).where(
            Poll.contests_open > 0
        )
    )
    for key, slug, title, counted, scope in contested:
        if me.may(Right.COUNT_BALLOTS, frozenset(scope) | {unit("poll", key)}):
            text = _("Répondre aux contestations : « %(title)s »", title=title)
            found.append(Todo(counted, text, f"/votes/{slug}/contestations", "vote"))
    acts = db.execute(
        select(Poll.id, Poll.slug, Poll.title, PollAnnulment.asked_at, Poll.scope)
        .join(PollAnnulment, PollAnnulment.poll_id == Poll.id)
        .where(PollAnnulment.confirmed_at.is_(None), PollAnnulment.asked_by != me.person)
    )
    for key, slug, title, asked, scope in acts:
        if me.may(Right.COUNT_BALLOTS, frozenset(scope) | {unit("poll", key)}):
            text = _("Confirmer l'annulation, ou y renoncer : « %(title)s »", title=title)
            found.append(Todo(asked, text, f"/votes/{slug}/annuler", "vote"))
    return found


def _commissions(db: Session, me: Identity, now: datetime) -> list[Todo]:
    """The sealed votes that an agent prepares and whose commission has fewer than two members:
    nobody could close and count them."""
    rows = [
        row
        for row in db.execute(
            select(Poll.id, Poll.slug, Poll.title, Poll.closes_at, Poll.scope).where(
                Poll.stage.in_(("sealed", "reconciled", "severed")),
                Poll.annulled_at.is_(None),
                Poll.is_external.is_(False),
            )
        )
        if me.may(Right.MANAGE_POLLS, frozenset(row.scope) | {unit("poll", row.id)})
    ]
    if not rows:
        return []
    units = [unit("poll", row.id) for row in rows]
    members = how_many_hold(db, Role.VOTE_COMMISSION, units, day_of(now))
    return [
        Todo(
            row.closes_at,
            _("Nommer la commission du vote : « %(title)s »", title=row.title),
            f"/votes/{row.slug}/gerer#commission",
            "vote",
        )
        for row in rows
        if members.get(unit("poll", row.id), 0) < 2
    ]
