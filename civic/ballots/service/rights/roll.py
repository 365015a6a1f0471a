"""Lists that give rights, and letters made from them. Names are read, filed as HMACs and let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, RollList, VotingCode, VotingRight
from civic.ballots.service.locks import locked_poll, require_before_closing
from civic.ballots.service.rights.neighbourhoods import groups_at
from civic.ballots.service.rights.rows import (
    add_right,
    by_identity,
    identity_in,
    new_code,
    open_case,
    require_check,
)
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.db import before_the_act, new_token, writing
from civic.house.text import folded

AT_ONCE = 1_000
"""How many people are filed in one transaction: deposits under way wait no longer than that."""


@dataclass(frozen=True, slots=True)
class RollEntry:
    """A person of a list, as read from its `line`; none of this is kept."""

    family: str
    first: str
    born: date
    address: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to print now: its code exists nowhere else."""

    entry: RollEntry
    code: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a list: rights given, people who had one, people born too late, lines that
    wait for a decision on homonyms; people whose neighbourhood stays unknown, where it counts."""

    added: int
    known: int
    young: int
    held: int
    unplaced: int = 0


def load_roll(
    db: Session,
    *,
    poll_id: int,
    name: str,
    digest: str,
    entries: Sequence[RollEntry],
    known: PollSecrets,
    by: str,
    at: datetime,
) -> Loaded:
    """Gives a right to each person of a list. Loading it again, or another list with the same
    people, gives nothing twice.

    Two lines of one list with the same name and birth date and two addresses may be homonyms: the
    second waits for the commission. `digest` (SHA-256 of the file) tells which file was loaded.
    """
    added = young = held = unplaced = 0
    seen: dict[str, RollEntry] = {}
    for start in range(0, len(entries), AT_ONCE):
        with before_the_act(db), writing(db):
            poll = locked_poll(db, poll_id, share=True)
            require_before_closing(poll, at)
            fresh: dict[str, RollEntry] = {}
            for entry in entries[start : start + AT_ONCE]:
                if poll.born_by is not None and entry.born > poll.born_by:
                    young += 1
                    continue
                identity = identity_in(poll, known, entry.family, entry.first, entry.born)
                twin = seen.setdefault(identity, entry)
                if twin is entry:
                    fresh[identity] = entry
                elif folded(twin.address) != folded(entry.address):
                    held += 1
                    told = f"{name} : lignes {twin.line} et {entry.line}"
                    open_case(
                        db, poll_id=poll_id, identity=identity, origin="roll", told=told, by=by,
                        at=at,
                    )  # fmt: skip
            groups = dict(
                zip(
                    fresh,
                    groups_at(db, poll, [one.address for one in fresh.values()]),
                    strict=True,
                )
            )
            had = set()
            held_rights = select(VotingRight).where(
                VotingRight.poll_id == poll_id, VotingRight.identity.in_(fresh)
            )
            if poll.districts:
                held_rights = held_rights.with_for_update()
            for right in db.scalars(held_rights):
                had.add(right.identity)
                right.group = right.group or groups[right.identity]
                unplaced += bool(poll.districts) and right.group is None
            new = [one for one in fresh if one not in had]
            db.add_all(
                VotingRight(
                    id=new_token(), poll_id=poll_id, identity=one, level="roll", group=groups[one]
                )
                for one in new
            )
            added += len(new)
            unplaced += sum(bool(poll.districts) and groups[one] is None for one in new)
    loaded = Loaded(added, len(entries) - added - young - held, young, held, unplaced)
    with writing(db):
        locked_poll(db, poll_id)
        _note_list(db, poll_id, name, digest, len(entries), loaded, 0, by, at)
    return loaded


def make_letters(
    db: Session,
    *,
    poll_id: int,
    entries: Sequence[RollEntry],
    known: PollSecrets,
    by: str,
    at: datetime,
    again: bool = False,
    name: str = "",
    digest: str = "",
) -> tuple[list[Letter], list[RollEntry]]:
    """Gives rights and codes to people of a list: the letters to print, and those who got none.

    Who has voted, has an account's right, stands on a printed émargement, is too young or had
    their right taken away gets none. Who has a letter already gets none either, unless `again`:
    then the new code replaces the old one, which no longer opens anything. Codes are answered here
    once and kept as keyed hashes only.
    """
    letters: list[Letter] = []
    without: list[RollEntry] = []
    added = unplaced = 0
    with writing(db):
        poll = locked_poll(db, poll_id)
        require_before_closing(poll, at)
        require_check(poll, "letter")
        done: set[str] = set()
        groups = groups_at(db, poll, [one.address for one in entries])
        for entry, group in zip(entries, groups, strict=True):
            identity = identity_in(poll, known, entry.family, entry.first, entry.born)
            right = by_identity(db, poll_id, identity)
            young = poll.born_by is not None and entry.born > poll.born_by
            if young or identity in done or not _may_get_letter(db, right, again):
                without.append(entry)
                continue
            done.add(identity)
            if right is None:
                right = add_right(db, poll_id, identity, "letter")
                added += 1
            right.level = "letter"
            right.group = right.group or group
            unplaced += bool(poll.districts) and right.group is None
            letters.append(Letter(entry, new_code(db, poll, right, known)))
        if letters:
            loaded = Loaded(added, len(entries) - added, 0, 0, unplaced)
            _note_list(
                db, poll_id, name or "lettres", digest, len(entries), loaded, len(letters), by, at
            )
        journal.record(
            db, at=at, actor=by, verb="poll.letters", target=f"poll:{poll_id}",
            letters=len(letters), without=len(without), again=again,
        )  # fmt: skip
    return letters, without


def _may_get_letter(db: Session, right: VotingRight | None, again: bool) -> bool:
    if right is None:
        return True
    if right.level not in ("letter", "roll") or right.revoked_reason is not None:
        return False
    if right.place_id is not None or db.get(CheckIn, (right.poll_id, right.id)) is not None:
        return False
    if again:
        return True
    return not db.scalar(select(func.count()).where(VotingCode.right_id == right.id))


def _note_list(
    db: Session,
    poll_id: int,
    name: str,
    digest: str,
    people: int,
    loaded: Loaded,
    letters: int,
    by: str,
    at: datetime,
) -> None:
    number = 1 + (
        db.scalar(select(func.max(RollList.number)).where(RollList.poll_id == poll_id)) or 0
    )
    db.add(
        RollList(
            poll_id=poll_id, number=number, name=name, digest=digest, people=people,
            added=loaded.added, known=loaded.known, held=loaded.held, letters=letters,
            unplaced=loaded.unplaced, by=by, at=at,
        )
    )  # fmt: skip
    if not letters:
        journal.record(
            db, at=at, actor=by, verb="poll.roll", target=f"poll:{poll_id}", number=number,
            people=people, added=loaded.added, held=loaded.held, digest=digest,
        )  # fmt: skip
