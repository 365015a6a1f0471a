"""A place without network: its émargement is printed, and the signatures typed in afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.ballots.models import CheckIn, PlaceHours, Poll, VotingCode, VotingRight
from civic.ballots.service.locks import require_before_closing
from civic.ballots.service.places.common import place_of, require_sheets_time
from civic.ballots.service.rights.neighbourhoods import groups_at
from civic.ballots.service.rights.roll import RollEntry
from civic.ballots.service.rights.rows import MOST_AT_ONCE, batched, by_identities, identity_in
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.clock import day_of
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.house.text import folded

_LATE = lazy(
    "L'étape 1 est faite : les signatures ne se saisissent plus. Dites dans les observations "
    "combien il y en a, et quand elles sont revenues."
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed émargement: numbered people, to print now, and those who are not on it. `groups`:
    by number, whose paper ballot each gets, where the vote gives each their own neighbourhood's."""

    lines: list[tuple[int, RollEntry]]
    without: list[RollEntry]
    groups: dict[int, str]


def print_check_in(
    db: Session,
    *,
    place_id: int,
    entries: Sequence[RollEntry],
    known: PollSecrets,
    by: str,
    at: datetime,
) -> Printed:
    """Puts people of a list on the printed émargement of a place, and closes their online right.

    From then on they vote there, on paper, and nowhere else: their letter's code is erased and no
    deposit is taken. Who has voted already, has no right any more, is too young, has no known
    neighbourhood where the vote asks for one, or stands on another printed émargement is not on
    this one. Numbers follow the names; printing again keeps everybody's number, and those who are
    new come last.
    """
    lines: list[tuple[int, RollEntry]] = []
    shown: dict[int, str] = {}
    without: list[RollEntry] = []
    entries = sorted(entries, key=_by_name)
    with writing(db):
        place, poll = place_of(db, place_id)
        require_before_closing(poll, at)
        if place.kind != "printed":
            raise Refusal(lazy("Ce lieu a l'émargement partagé : il n'en faut pas d'imprimé."))
        last = db.scalar(
            select(func.max(VotingRight.place_number)).where(VotingRight.place_id == place_id)
        )
        number = last or 0
        done: set[str] = set()
        groups = groups_at(db, poll, [one.address for one in entries])
        identities = [identity_in(poll, known, one.family, one.first, one.born) for one in entries]
        there = by_identities(db, poll.id, identities)
        closed: list[str] = []
        for entry, identity, place_in in zip(entries, identities, groups, strict=True):
            right, voted = there.get(identity, (None, False))
            group = (right.group if right is not None else None) or place_in
            lost = bool(poll.districts) and group is None
            if lost or identity in done or not _may_stand(poll, place_id, right, entry, voted):
                without.append(entry)
                continue
            done.add(identity)
            if right is None:
                right = VotingRight(
                    id=new_token(), poll_id=poll.id, identity=identity, level="roll"
                )
                db.add(right)
            right.group = group
            if right.place_number is None:
                number += 1
                right.place_id, right.place_number = place_id, number
                closed.append(right.id)
            assert right.place_number is not None
            lines.append((right.place_number, entry))
            if group is not None:
                shown[right.place_number] = group
        for some in batched(closed, MOST_AT_ONCE):
            db.execute(delete(VotingCode).where(VotingCode.right_id.in_(some)))
        journal.record(
            db, at=at, actor=by, verb="place.print", target=f"poll:{poll.id}", place=place.name,
            people=len(lines), without=len(without),
        )  # fmt: skip
    return Printed(sorted(lines, key=lambda one: one[0]), without, shown)


def _by_name(one: RollEntry) -> tuple[str, str, date]:
    return folded(one.family), folded(one.first), one.born


def _may_stand(
    poll: Poll, place_id: int, right: VotingRight | None, entry: RollEntry, voted: bool
) -> bool:
    if poll.born_by is not None and entry.born > poll.born_by:
        return False
    if right is None:
        return True
    if right.revoked_reason is not None or right.place_id not in (None, place_id):
        return False
    return right.place_id == place_id or not voted


def type_signatures(
    db: Session,
    *,
    place_id: int,
    numbers: Iterable[int],
    correction: str,
    by: str,
    at: datetime,
) -> int:
    """Types in who signed a printed émargement, by the numbers printed on it; how many signed.

    Typed again, the new list takes the place of the old one, with a written reason. Refuses
    numbers that are not on the émargement, before the poll is open and after its reconciliation.
    """
    with writing(db):
        place, poll = place_of(db, place_id)
        require_sheets_time(poll, at, _LATE)
        if place.kind != "printed":
            raise Refusal(lazy("Ce lieu a l'émargement partagé : il est déjà à jour."))
        wanted = set(numbers)
        rights = {
            right.place_number: right
            for right in db.scalars(
                select(VotingRight).where(VotingRight.place_id == place_id).with_for_update()
            )
        }
        unknown = sorted(wanted - set(rights))
        if unknown:
            raise Refusal(
                lazy(
                    "Ces numéros ne sont pas sur l'émargement imprimé : %(numbers)s.",
                    numbers=", ".join(map(str, unknown[:20])),
                ),
                field="numbers",
            )
        gone = sorted(one for one in wanted if rights[one].revoked_reason is not None)
        if gone:
            raise Refusal(
                lazy(
                    "Le droit de ces numéros a été retiré : %(numbers)s.",
                    numbers=", ".join(map(str, gone[:20])),
                ),
                field="numbers",
            )
        before = set(
            db.scalars(
                select(VotingRight.place_number)
                .join(CheckIn, CheckIn.right_id == VotingRight.id)
                .where(VotingRight.place_id == place_id)
            )
        )
        if before and before != wanted and not correction:
            raise Refusal(
                lazy("Cet émargement est déjà saisi : écrivez pourquoi vous le corrigez."),
                field="why",
            )
        for number in before - wanted:
            db.delete(db.get_one(CheckIn, (poll.id, rights[number].id)))
        for number in sorted(wanted - before):
            db.add(
                CheckIn(
                    poll_id=poll.id, right_id=rights[number].id, channel="paper",
                    day=_day_there(db, place_id, at), place_id=place_id,
                )
            )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="place.signatures", target=f"poll:{poll.id}",
            place=place.name, signatures=len(wanted), correction=correction,
        )  # fmt: skip
        return len(wanted)


def _day_there(db: Session, place_id: int, at: datetime) -> object:
    opened = db.scalar(
        select(func.max(PlaceHours.opens_at)).where(
            PlaceHours.place_id == place_id, PlaceHours.opens_at <= at
        )
    )
    return day_of(opened or at)
