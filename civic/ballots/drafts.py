"""The voter's draft and the receipt just shown: encrypted cookies, kept nowhere else.

Their names begin with « brouillon », so that signing out erases them (room `accounts`).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from civic.ballots.queries import PollItem, PollView
from civic.house.web import settings
from civic.rules import urn

LASTS = 12 * 3600
SHOWN = 15 * 60
"""Seconds that a draft, and the page after a deposit, stay in the browser."""

NOTHING = urn.Choices()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a browser keeps of a ballot before its deposit. `channel` is how the voter came in;
    `code`: what tells the letter's code that they came in with from one made anew."""

    right: str
    channel: str
    seed: str
    choices: urn.Choices = NOTHING
    code: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page after a deposit repeats, for a quarter of an hour."""

    receipt: str
    replaced: bool
    choices: urn.Choices


def new(right: str, channel: str) -> Draft:
    """An empty draft, with this voter's order of projects."""
    return Draft(right, channel, secrets.token_urlsafe(9))


def opened_again(kept: Draft | None, opened: Draft) -> Draft:
    """The draft that was there, if it is of the same right, by the way that opened it now."""
    if kept is None or kept.right != opened.right:
        return opened
    return replace(opened, seed=kept.seed, choices=kept.choices)


def _name(poll: PollView, kind: str = "") -> str:
    return f"brouillon{kind}-{poll.id}"


def _key(poll: PollView) -> bytes:
    return urn.draft_key(settings().secret_key, poll.slug)


def _read(poll: PollView, kind: str, now: datetime) -> dict[str, Any] | None:
    said = urn.open_draft(_key(poll), request.cookies.get(_name(poll, kind), ""))
    if said is None or not isinstance(said.get("until"), int) or said["until"] < now.timestamp():
        return None
    return said


def _keep(
    answer: Response | AnyResponse, poll: PollView, kind: str, right: str, said: dict[str, Any],
    lasts: int, now: datetime,
) -> None:  # fmt: skip
    text = urn.close_draft(_key(poll), right, {**said, "until": int(now.timestamp()) + lasts})
    answer.set_cookie(
        _name(poll, kind), text, max_age=lasts, httponly=True, secure=settings().https,
        samesite="Lax", path="/",
    )  # fmt: skip


def _references(items: Sequence[PollItem]) -> list[str]:
    return [one.reference for one in items]


def read(poll: PollView, items: Sequence[PollItem], now: datetime) -> Draft | None:
    """This browser's draft for this poll, if it has one that we wrote."""
    said = _read(poll, "", now)
    if said is None:
        return None
    choices = urn.unpack(_references(items), said["c"])
    return Draft(said["right"], said["channel"], said["seed"], choices, said.get("code", ""))


def started(poll: PollView, now: datetime) -> bool:
    """Whether this browser holds a draft that a code or a proved identity opened."""
    said = _read(poll, "", now)
    return said is not None and said["channel"] != "account"


def keep(
    answer: Response | AnyResponse, poll: PollView, items: Sequence[PollItem], draft: Draft,
    now: datetime,
) -> None:  # fmt: skip
    """Leaves the draft in the browser: every choice, even more than the poll allows."""
    said = {
        "channel": draft.channel,
        "seed": draft.seed,
        "code": draft.code,
        "c": urn.pack(_references(items), draft.choices),
    }
    _keep(answer, poll, "", draft.right, said, LASTS, now)


def read_shown(poll: PollView, items: Sequence[PollItem], now: datetime) -> Shown | None:
    """What was deposited from this browser a moment ago."""
    said = _read(poll, "-depose", now)
    if said is None:
        return None
    return Shown(said["n"], said["again"], urn.unpack(_references(items), said["c"]))


def show(
    answer: Response | AnyResponse, poll: PollView, items: Sequence[PollItem], shown: Shown,
    now: datetime,
) -> None:  # fmt: skip
    """Erases the draft, and keeps what the next page repeats."""
    answer.delete_cookie(_name(poll), path="/")
    said = {
        "n": shown.receipt,
        "again": shown.replaced,
        "c": urn.pack(_references(items), shown.choices),
    }
    _keep(answer, poll, "-depose", "-", said, SHOWN, now)


def forget(answer: Response | AnyResponse, poll: PollView) -> None:
    """Erases all that this browser keeps of this poll."""
    for kind in ("", "-depose"):
        answer.delete_cookie(_name(poll, kind), path="/")
