"""Who may pass which door. Everything is closed unless a view says `@allow(...)`.

A person holds *grants*: a role, for a unit ("municipality:12", "council:3", "poll:7",
"agglomeration:1", "site"). A role gives *rights*. A thing (a draw, a proposal …) lies in a
*scope*, the set of units whose people may act on it; a room's `queries` says which. A door asks
for one right on one scope. Separation of powers (who froze may not reveal alone, an élu edits no
opinion) is checked again by the verbs, on the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.orm import Session


class Role(StrEnum):
    """What a person may be, besides a resident with an account."""

    FACILITATOR = "facilitator"
    AGENT = "agent"
    ELECTED = "elected"
    VOTE_COMMISSION = "vote_commission"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a door may ask for."""

    RESOLVE_ADDRESSES = "resolve_addresses"
    INVITE_STAFF = "invite_staff"
    SEE_OUTBOX = "see_outbox"
    READ_JOURNAL = "read_journal"
    MANAGE_COUNCILS = "manage_councils"
    MANAGE_MANDATES = "manage_mandates"
    LOAD_LISTS = "load_lists"
    PREPARE_DRAWS = "prepare_draws"
    FREEZE_DRAWS = "freeze_draws"
    REVEAL_DRAWS = "reveal_draws"
    SEE_DRAWN_PEOPLE = "see_drawn_people"
    HOLD_SEALED_FILES = "hold_sealed_files"
    RUN_MEETINGS = "run_meetings"
    RECORD_DESIGNATIONS = "record_designations"
    MANAGE_BODIES = "manage_bodies"
    MODERATE_PROPOSALS = "moderate_proposals"
    ASSESS_PROPOSALS = "assess_proposals"
    MANAGE_EDITIONS = "manage_editions"
    MANAGE_POLLS = "manage_polls"
    KEEP_DESK = "keep_desk"
    COUNT_BALLOTS = "count_ballots"
    PREPARE_DECISIONS = "prepare_decisions"
    PUBLISH_DECISIONS = "publish_decisions"
    FOLLOW_UP = "follow_up"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.FACILITATOR: frozenset(
        {
            Right.MANAGE_MANDATES,
            Right.PREPARE_DRAWS,
            Right.FREEZE_DRAWS,
            Right.REVEAL_DRAWS,
            Right.SEE_DRAWN_PEOPLE,
            Right.RUN_MEETINGS,
            Right.RECORD_DESIGNATIONS,
        }
    ),
    Role.AGENT: frozenset(
        {
            Right.RESOLVE_ADDRESSES,
            Right.MANAGE_COUNCILS,
            Right.LOAD_LISTS,
            Right.FREEZE_DRAWS,
            Right.REVEAL_DRAWS,
            Right.MANAGE_BODIES,
            Right.MODERATE_PROPOSALS,
            Right.ASSESS_PROPOSALS,
            Right.MANAGE_EDITIONS,
            Right.MANAGE_POLLS,
            Right.KEEP_DESK,
            Right.PREPARE_DECISIONS,
            Right.FOLLOW_UP,
        }
    ),
    Role.ELECTED: frozenset({Right.PUBLISH_DECISIONS}),
    Role.VOTE_COMMISSION: frozenset({Right.KEEP_DESK, Right.COUNT_BALLOTS}),
    Role.ADMINISTRATOR: frozenset({Right.INVITE_STAFF, Right.SEE_OUTBOX}),
    Role.AUDITOR: frozenset({Right.READ_JOURNAL, Right.HOLD_SEALED_FILES}),
}

Scope = frozenset[str]
"""The units whose people may act on a thing."""

SITE = "site"
WHOLE_SITE: Scope = frozenset({SITE})


def unit(kind: str, identifier: int | str) -> str:
    """The name of a unit: `unit("council", 3)` is "council:3"."""
    return f"{kind}:{identifier}"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held for one unit today."""

    role: Role
    unit: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, as plain values. Also what Flask-Login calls a user."""

    person: str = ""
    """The person's public identifier, "" for a visitor."""
    account: str = ""
    session: str = ""
    name: str = ""
    language: str = ""
    grants: frozenset[Grant] = field(default=frozenset())

    @property
    def signed_in(self) -> bool:
        """Whether this is somebody."""
        return bool(self.person)

    is_authenticated = signed_in
    is_active = signed_in

    @property
    def is_anonymous(self) -> bool:
        """Flask-Login's word for a visitor."""
        return not self.person

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the token of this sign-in, not of the account."""
        return self.session

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, wherever."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether any role is held."""
        return bool(self.grants)

    def may(self, right: Right, scope: Scope | None = None) -> bool:
        """Whether `right` is held on `scope`; on any unit at all when no scope is given."""
        return any(
            right in RIGHTS[grant.role] and (scope is None or grant.unit in scope)
            for grant in self.grants
        )

    def units(self, right: Right) -> frozenset[str]:
        """The units for which `right` is held."""
        return frozenset(grant.unit for grant in self.grants if right in RIGHTS[grant.role])


VISITOR = Identity()

ScopeFinder = Callable[..., Scope | None]
"""`(db, **the view's arguments) -> the thing's scope`, None when there is no such thing."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a view asks of whoever comes."""

    right: Right | None = None
    on: ScopeFinder | None = None
    signed_in: bool = False
    staff: bool = False
    once: bool = True
    """Whether the view's form is carried out once only (not for ballots, which leave no trace, nor
    for an act that is safe to repeat and may have to be finished)."""

    def verdict(self, me: Identity, db: Callable[[], Session], args: dict[str, Any]) -> int:
        """200 to let in, 401 to ask for a sign-in, 403 to refuse, 404 when there is nothing."""
        if self.right is None:
            if (self.signed_in or self.staff) and not me.signed_in:
                return 401
            return 403 if self.staff and not me.is_staff else 200
        if not me.signed_in:
            return 401
        if not me.may(self.right):
            return 403
        if self.on is None:
            return 200
        scope = self.on(db(), **args)
        if scope is None:
            return 404
        return 200 if me.may(self.right, scope) else 403


View = TypeVar("View", bound=Callable[..., Any])


def _door(door: Door) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__civic_door__ = door  # type: ignore[attr-defined]
        return view

    return mark


def allow(
    right: Right, *, on: ScopeFinder | None = None, once: bool = True
) -> Callable[[View], View]:
    """Lets in who holds `right` on the scope that `on` finds (on any unit when none is given)."""
    return _door(Door(right=right, on=on, once=once))


def allow_everyone(*, once: bool = True) -> Callable[[View], View]:
    """Lets everyone in."""
    return _door(Door(once=once))


def allow_signed_in(*, once: bool = True) -> Callable[[View], View]:
    """Lets in everyone who has signed in."""
    return _door(Door(signed_in=True, once=once))


def allow_staff() -> Callable[[View], View]:
    """Lets in everyone who holds a role."""
    return _door(Door(staff=True))


def door_of(view: Any) -> Door | None:
    """The door of a view function, None when nobody has said."""
    return getattr(view, "__civic_door__", None)
