"""« Lieux de vote »: where people vote on paper, who is on duty, printed émargements, sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from civic.ballots.models import (
    CheckIn,
    PlaceDuty,
    PlaceHours,
    PlaceSheet,
    Poll,
    PollingPlace,
    VotingCode,
    VotingRight,
)
from civic.ballots.queries.papers import by_place, reopened
from civic.ballots.service.locks import locked_poll, require_before_closing
from civic.ballots.service.rights.neighbourhoods import groups_at
from civic.ballots.service.rights.roll import RollEntry
from civic.ballots.service.rights.rows import (
    MOST_AT_ONCE,
    batched,
    by_identities,
    identity_in,
)
from civic.ballots.vault import PollSecrets
from civic.house import journal
from civic.house.access import Role, unit
from civic.house.clock import day_of
from civic.house.db import new_token, writing
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal
from civic.house.text import folded
from civic.people import queries as people


def add_place(
    db: Session,
    *,
    poll_id: int,
    name: str,
    address: str,
    kind: str,
    hours: Sequence[tuple[datetime, datetime]],
    expected: int | None = None,
    by: str,
    at: datetime,
) -> int:
    """A place of a poll, with its opening hours, all inside those of the poll; its number.

    `kind`: "connected", "printed" (no network: an émargement on paper) or "group" (a class, of
    `expected` people). Refuses a name that is taken, and hours in the wrong order.
    """
    with writing(db):
        poll = locked_poll(db, poll_id)
        require_before_closing(poll, at)
        if kind != "connected" and not poll.paper:
            raise Refusal(
                lazy(
                    "Le règlement de ce vote ne prévoit pas de bulletin de papier : un lieu y "
                    "donne des codes, avec l'émargement partagé."
                ),
                field="kind",
            )
        taken = db.scalar(
            select(PollingPlace.id).where(
                PollingPlace.poll_id == poll_id, PollingPlace.name == name
            )
        )
        if taken is not None:
            raise Refusal(lazy("Un autre lieu de ce vote a déjà ce nom."), field="name")
        if (kind == "group") != (expected is not None):
            raise Refusal(
                lazy("Dites combien de personnes a le groupe ; laissez vide pour un lieu."),
                field="expected",
            )
        place = PollingPlace(
            poll_id=poll_id, name=name, address=address, kind=kind, expected=expected
        )
        db.add(place)
        db.flush()
        write_hours(db, poll, place.id, hours)
        journal.record(
            db, at=at, actor=by, verb="place.add", target=f"poll:{poll_id}", place=name, kind=kind
        )
        return place.id


def write_hours(
    db: Session, poll: Poll, place_id: int, hours: Sequence[tuple[datetime, datetime]]
) -> None:
    """Writes when a place is open, inside the caller's transaction; refuses hours in the wrong
    order, or outside those of the poll."""
    if not hours:
        raise Refusal(lazy("Écrivez au moins une ouverture de ce lieu."), field="hours")
    for opens, closes in hours:
        if not poll.opens_at <= opens < closes <= poll.closes_at:
            raise Refusal(
                lazy("Un lieu ouvre et ferme pendant le vote, et ferme après avoir ouvert."),
                field="hours",
            )
    db.add_all(
        PlaceHours(place_id=place_id, opens_at=opens, closes_at=closes)
        for opens, closes in dict(hours).items()
    )


def put_on_duty(
    db: Session, *, place_id: int, person_ids: Iterable[str], by: str, at: datetime
) -> None:
    """Says which members of the poll's commission are on duty at a place, in place of those named
    before. Refuses people who are not of the commission."""
    with writing(db):
        place, poll = _place(db, place_id)
        require_before_closing(poll, at)
        wanted = set(person_ids)
        members = people.holders(
            db, Role.VOTE_COMMISSION, frozenset({unit("poll", poll.id)}), day_of(at)
        )
        if not wanted <= set(members):
            raise Refusal(lazy("Une de ces personnes n'est pas de la commission de ce vote."))
        db.execute(delete(PlaceDuty).where(PlaceDuty.place_id == place_id))
        db.add_all(PlaceDuty(place_id=place_id, person_id=one) for one in sorted(wanted))
        journal.record(
            db, at=at, actor=by, verb="place.duty", target=f"poll:{poll.id}", place=place.name,
            people=len(wanted),
        )  # fmt: skip


# --- a place without network ---------------------------------------------------------------------


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
        place, poll = _place(db, place_id)
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
        place, poll = _place(db, place_id)
        _require_sheets_time(poll, at, _LATE_SIGNATURES)
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


# --- sheets --------------------------------------------------------------------------------------


def sign_sheet(
    db: Session,
    *,
    place_id: int,
    signatures: int,
    ballots: int,
    blank: int,
    spoilt: int,
    explanation: str,
    correction: str,
    by: str,
    at: datetime,
) -> int:
    """Signs the sheet of a place; its version. A second one corrects the first, with a reason.

    `signatures` are those of the émargement, `ballots` what the box held, blank and spoilt ones
    included. A difference between the two has to be explained; so has one with the émargement of
    the site. Refuses before the place's last hour and after the reconciliation, unless two members
    have taken the papers up again.
    """
    with writing(db):
        place, poll = _place(db, place_id)
        if not reopened(db, poll.id):
            _require_sheets_time(poll, at)
        if at < _last_hour(db, place_id):
            raise Refusal(lazy("Ce lieu est encore ouvert : sa feuille se signe à la fermeture."))
        if min(signatures, ballots, blank, spoilt) < 0 or blank + spoilt > ballots:
            raise Refusal(
                lazy("Les blancs et les nuls font partie des bulletins : vérifiez ces nombres."),
                field="ballots",
            )
        limit = place.expected
        if limit is not None and signatures > limit:
            raise Refusal(
                lazy("Ce groupe a %(most)s personnes, pas plus.", most=limit), field="signatures"
            )
        listed = None if place.kind == "group" else signed_at(db, place_id)
        if not explanation and (signatures != ballots or listed not in (None, signatures)):
            raise Refusal(
                lazy(
                    "Signatures, bulletins et émargement ne sont pas égaux : écrivez pourquoi, ou "
                    "que vous ne le savez pas."
                ),
                field="explanation",
            )
        last = db.scalar(
            select(func.max(PlaceSheet.version)).where(PlaceSheet.place_id == place_id)
        )
        version = (last or 0) + 1
        if version > 1 and not correction:
            raise Refusal(
                lazy("Cette feuille est déjà signée : écrivez pourquoi vous la corrigez."),
                field="correction",
            )
        db.add(
            PlaceSheet(
                place_id=place_id, version=version, signatures=signatures, ballots=ballots,
                blank=blank, spoilt=spoilt, explanation=explanation,
                correction=correction if version > 1 else "", by=by, at=at,
            )
        )  # fmt: skip
        journal.record(
            db, at=at, actor=by, verb="place.sheet", target=f"poll:{poll.id}", place=place.name,
            version=version, signatures=signatures, ballots=ballots,
        )  # fmt: skip
        return version


def signed_at(db: Session, place_id: int) -> int:
    """How many people the site's émargement says voted on paper at a place."""
    return (
        db.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.place_id == place_id))
        or 0
    )


def require_sheets(db: Session, poll_id: int) -> int:
    """Refuses to reconcile while a place has no sheet, or its sheet and the bundles typed from it
    differ in ballots, blank or spoilt ones; how many people took part in groups that have an
    émargement of their own."""
    groups = 0
    typed = by_place(db, poll_id)
    places = db.scalars(
        select(PollingPlace).where(PollingPlace.poll_id == poll_id).order_by(PollingPlace.id)
    ).all()
    last = {
        sheet.place_id: sheet
        for sheet in db.scalars(
            select(PlaceSheet)
            .where(PlaceSheet.place_id.in_([place.id for place in places]))
            .order_by(PlaceSheet.version)
        )
    }
    for place in places:
        if place.id not in last:
            raise Refusal(
                lazy("Le lieu « %(place)s » n'a pas encore signé sa feuille.", place=place.name)
            )
    for place in places:
        count, blank, spoilt = typed.get(place.name, (0, 0, 0))
        sheet = last[place.id]
        if sheet.ballots != count:
            raise Refusal(
                lazy(
                    "Lieu « %(place)s » : la feuille dit %(sheet)s bulletins et les liasses en ont "
                    "%(typed)s. Corrigez l'une ou les autres.",
                    place=place.name, sheet=sheet.ballots, typed=count,
                )
            )  # fmt: skip
        if (sheet.blank, sheet.spoilt) != (blank, spoilt):
            raise Refusal(
                lazy(
                    "Lieu « %(place)s » : la feuille dit %(blank)s blancs et %(spoilt)s nuls, les "
                    "liasses en ont %(typed_blank)s et %(typed_spoilt)s. Reprenez ces papiers, "
                    "puis corrigez la feuille, avec sa raison, ou la saisie.",
                    place=place.name, blank=sheet.blank, spoilt=sheet.spoilt, typed_blank=blank,
                    typed_spoilt=spoilt,
                )
            )  # fmt: skip
        if place.kind == "group":
            groups += last[place.id].signatures
    return groups


def _place(db: Session, place_id: int) -> tuple[PollingPlace, Poll]:
    place = db.get(PollingPlace, place_id)
    if place is None:
        raise NotFound
    return place, locked_poll(db, place.poll_id)


def _last_hour(db: Session, place_id: int) -> datetime:
    rows = db.scalars(select(PlaceHours.closes_at).where(PlaceHours.place_id == place_id)).all()
    return max(rows)


_LATE_SHEET = lazy(
    "L'étape 1 est faite : les feuilles ne changent plus. Demandez de reprendre les papiers, ou "
    "écrivez une observation au procès-verbal."
)
_LATE_SIGNATURES = lazy(
    "L'étape 1 est faite : les signatures ne se saisissent plus. Dites dans les observations "
    "combien il y en a, et quand elles sont revenues."
)


def _require_sheets_time(poll: Poll, at: datetime, late: Any = _LATE_SHEET) -> None:
    if poll.stage == "configured" or at < poll.opens_at:
        raise Refusal(lazy("Ce vote n'est pas encore ouvert. Revenez quand il ouvrira."))
    if poll.stage != "sealed":
        raise Refusal(late)
