"""Questions about the people in the lists: for the rule that sorts them out, the lottery, and the
counts that facilitators see. Nothing here shows a name except to `doubtful`'s callers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from civic.councils.models import CouncilMunicipality, CouncilNeighbourhood
from civic.draws.cleaning import Barred, Line, Standing
from civic.draws.features import AGE, AGES, SEX, SEXES, TENANT, TENURE, features_of, order_of
from civic.draws.identity import Known
from civic.draws.models import BEFORE_FREEZE, Draw, DrawnPerson, PoolEntry, SourceList
from civic.house.access import Role
from civic.mandates.models import COMING, IN_OFFICE, Mandate
from civic.people.models import Person, RoleHeld
from civic.rules.sortition import Candidate
from civic.territory.models import Territory


def municipalities(db: Session, council_id: int) -> dict[int, str]:
    """The municipalities whose lists may go into a council's draws: id → name."""
    rows = db.execute(
        select(Territory.id, Territory.name)
        .join(CouncilMunicipality, CouncilMunicipality.territory_id == Territory.id)
        .where(CouncilMunicipality.council_id == council_id)
        .order_by(Territory.folded_name)
    )
    return dict(rows.all())


def neighbourhoods(db: Session, council_id: int) -> dict[int, str]:
    """The neighbourhoods that a council covers: id → name."""
    rows = db.execute(
        select(Territory.id, Territory.name)
        .join(CouncilNeighbourhood, CouncilNeighbourhood.territory_id == Territory.id)
        .where(CouncilNeighbourhood.council_id == council_id)
        .order_by(Territory.folded_name)
    )
    return dict(rows.all())


@dataclass(frozen=True, slots=True)
class Placed:
    """A line as the rule sees it, and its standing as it is stored."""

    line: Line
    standing: Standing


def lines(db: Session, draw_id: int) -> list[Placed]:
    """Every line of a draw's lists, in the order of loading."""
    rows = db.execute(
        select(
            PoolEntry.token,
            PoolEntry.family_name,
            PoolEntry.used_name,
            PoolEntry.first_names,
            PoolEntry.birth_date,
            PoolEntry.precision,
            PoolEntry.household,
            PoolEntry.list_id,
            PoolEntry.list_type,
            PoolEntry.neighbourhood_id,
            PoolEntry.settled_outside,
            PoolEntry.decision,
            PoolEntry.status,
            PoolEntry.reason,
            PoolEntry.double_of,
        )
        .where(PoolEntry.draw_id == draw_id)
        .order_by(PoolEntry.list_id, PoolEntry.line)
    )
    return [
        Placed(
            Line(
                known=Known(
                    key=row.token,
                    family_name=row.family_name,
                    used_name=row.used_name,
                    first_names=row.first_names,
                    birth_date=row.birth_date,
                    precision=row.precision,
                    household=row.household,
                    source=str(row.list_id),
                    list_type=row.list_type,
                ),
                where=row.neighbourhood_id,
                settled_outside=row.settled_outside,
                decision=row.decision,
            ),
            Standing(row.status, row.reason, row.double_of),
        )
        for row in rows
    ]


def barred(db: Session, draw: Draw, today: date) -> list[Barred]:
    """Who may not be drawn: those who sit or are about to, élus, agents; in a replacement draw also
    those who had a seat in this group and left it, as long as the site knows them."""
    found: list[Barred] = []
    for row in db.execute(
        _names().where(
            Person.id.in_(
                select(Mandate.person_id).where(
                    Mandate.council_id == draw.council_id,
                    Mandate.status.in_((*IN_OFFICE, *COMING)),
                )
            )
        )
    ):
        found.append(_barred(row, "member"))
    if draw.replaces_id is not None:
        for row in db.execute(_names().where(Person.id.in_(_left(draw.replaces_id)))):
            found.append(_barred(row, "left"))
    roles = {Role.ELECTED: "elected", Role.AGENT: "agent", Role.ADMINISTRATOR: "agent"}
    for row in db.execute(
        _names()
        .add_columns(RoleHeld.role)
        .join(RoleHeld, RoleHeld.person_id == Person.id)
        .where(
            RoleHeld.role.in_([role.value for role in roles]),
            RoleHeld.starts_on <= today,
            or_(RoleHeld.ends_on.is_(None), RoleHeld.ends_on > today),
        )
    ):
        found.append(_barred(row, roles[Role(row.role)]))
    return found


def _left(root_id: int) -> Select[str]:
    """Those who had a seat in the group of this draw and left it, not at the end of its term."""
    group = select(Draw.id).where((Draw.id == root_id) | (Draw.replaces_id == root_id))
    return select(Mandate.person_id).where(
        Mandate.draw_id.in_(group), Mandate.end_reason.not_in(("term", "called", "council_closed"))
    )


def _names() -> Select[*tuple[Any, ...]]:
    return select(
        Person.id, Person.family_name, Person.used_name, Person.first_names, Person.birth_date
    ).where(Person.erased.is_(False))


def _barred(row: Any, reason: str) -> Barred:
    return Barred(
        Known(
            row.id, row.family_name, row.used_name, row.first_names, row.birth_date,
            "day" if row.birth_date else "", None, "register",
        ),
        reason,
    )  # fmt: skip


def candidates(db: Session, draw: Draw) -> list[Candidate]:
    """The people that the lists hold and that may be drawn, with all that may be asked of them.

    Somebody of one list whose double stands in a landlord's list is a tenant all the same. In the
    way in two steps these are, from the first wave on, those who accepted an invitation.
    """
    if draw.way == "invited" and draw.status not in _LISTS_ONLY:
        return accepted(db, draw)
    return in_lists(db, draw)


_LISTS_ONLY = (*BEFORE_FREEZE, "order_asked", "order_frozen")


def accepted(db: Session, draw: Draw) -> list[Candidate]:
    """Those who accepted an invitation, with their criteria as lists or they themselves say."""
    rows = db.execute(
        select(PoolEntry.token, DrawnPerson.features, PoolEntry.household)
        .join(DrawnPerson, DrawnPerson.entry == PoolEntry.token)
        .where(
            DrawnPerson.draw_id == draw.id,
            DrawnPerson.place == "invited",
            DrawnPerson.answer == "accepted",
        )
        .order_by(DrawnPerson.entry)
    )
    return [
        Candidate(token, features, household if draw.one_per_household else None)
        for token, features, household in rows
    ]


def in_lists(db: Session, draw: Draw) -> list[Candidate]:
    """Everybody in the lists who may be drawn."""
    double = aliased(PoolEntry)
    tenants = (
        select(double.double_of)
        .join(SourceList, SourceList.id == double.list_id)
        .where(
            double.draw_id == draw.id, double.status == "duplicate", SourceList.kind == "landlord"
        )
    )
    also = set(db.scalars(tenants))
    rows = db.execute(
        select(
            PoolEntry.token,
            PoolEntry.sex,
            PoolEntry.birth_date,
            PoolEntry.precision,
            PoolEntry.household,
            PoolEntry.features,
            SourceList.kind,
            Territory.name,
        )
        .join(SourceList, SourceList.id == PoolEntry.list_id)
        .outerjoin(Territory, Territory.id == PoolEntry.neighbourhood_id)
        .where(PoolEntry.draw_id == draw.id, PoolEntry.status == "kept")
        .order_by(PoolEntry.token)
    )
    return [
        Candidate(
            token,
            features_of(
                sex=sex,
                birth_date=born,
                precision=precision,
                neighbourhood=where,
                is_tenant=kind == "landlord" or token in also,
                free=free,
                day=draw.age_on,
            ),
            household if draw.one_per_household else None,
        )
        for token, sex, born, precision, household, free, kind, where in rows
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that may be asked for: how many hold it in the lists (None when only the people
    themselves can say it), and among those who accepted (None before anybody is invited)."""

    feature: str
    value: str
    lists: int | None
    accepted: int | None


def askable(db: Session, draw: Draw, saved: Iterable[tuple[str, str]] = ()) -> list[Asked]:
    """The values that a draw may ask for, in the order people say them; `saved` ones stay in the
    list whatever the lists have become. What everybody has can't be asked for."""
    people = in_lists(db, draw)
    lists = {(feature, value): many for feature, value, many in held(people)}
    pairs = {pair for pair, many in lists.items() if many < len(people)} | set(saved)
    inviting = draw.way == "invited" and draw.status not in _LISTS_ONLY
    yes = accepted(db, draw) if inviting else []
    agreed = {(feature, value): many for feature, value, many in held(yes)}
    said: set[tuple[str, str]] = set()
    if draw.unit == "addresses":
        said = {(SEX, name) for name in SEXES.values()} | {(TENURE, TENANT)}
        said |= {(AGE, name) for _low, high, name in AGES if high >= draw.minimum_age}
    return [
        Asked(
            *pair,
            None if pair in said else lists.get(pair, 0),
            agreed.get(pair, 0) if inviting else None,
        )
        for pair in sorted(pairs | said, key=lambda pair: order_of(*pair))
    ]


def held(people: Iterable[Candidate]) -> list[tuple[str, str, int]]:
    """How many people hold each value: (feature, value, people), in the order people say them."""
    counts = Counter(pair for one in people for pair in one.features.items())
    return [(*pair, counts[pair]) for pair in sorted(counts, key=lambda pair: order_of(*pair))]


@dataclass(frozen=True, slots=True)
class ListCounts:
    """A list with how many of its lines became what."""

    id: int
    municipality_id: int
    municipality: str
    label: str
    kind: str
    convention: str
    digest: str
    encoding: str
    lines: int
    people: int
    refused: int
    kept_at_freeze: int
    erased: bool
    statuses: Mapping[str, int]


def list_counts(db: Session, draw_id: int) -> list[ListCounts]:
    """The lists of a draw with their counts: two statements."""
    statuses: dict[int, dict[str, int]] = {}
    for key, status, many in db.execute(
        select(PoolEntry.list_id, PoolEntry.status, func.count())
        .where(PoolEntry.draw_id == draw_id)
        .group_by(PoolEntry.list_id, PoolEntry.status)
    ):
        statuses.setdefault(key, {})[status] = many
    rows = db.execute(
        select(SourceList, Territory.name)
        .join(Territory, Territory.id == SourceList.municipality_id)
        .where(SourceList.draw_id == draw_id)
        .order_by(SourceList.id)
    )
    return [
        ListCounts(
            one.id, one.municipality_id, town, one.label, one.kind, one.convention, one.digest,
            one.encoding, one.lines, one.people, one.refused, one.kept,
            one.erased_at is not None, statuses.get(one.id, {}),
        )
        for one, town in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A line that a human must decide about, beside the one it looks like (if it is a line)."""

    token: str
    reason: str
    name: str
    born: str
    address: str
    origin: str
    other_name: str
    other_born: str
    other_address: str
    other_origin: str


def doubtful(db: Session, draw_id: int, municipality_ids: Sequence[int]) -> list[Doubtful]:
    """The homonyms that wait, of the lists of these municipalities, at most 50 at a time."""
    other, other_list = aliased(PoolEntry), aliased(SourceList)
    rows: Any = db.execute(
        select(PoolEntry, SourceList.label, other, other_list.label)
        .join(SourceList, SourceList.id == PoolEntry.list_id)
        .outerjoin(other, other.token == PoolEntry.double_of)
        .outerjoin(other_list, other_list.id == other.list_id)
        .where(
            PoolEntry.draw_id == draw_id,
            PoolEntry.status == "homonym",
            SourceList.municipality_id.in_(municipality_ids),
        )
        .order_by(PoolEntry.list_id, PoolEntry.line)
        .limit(50)
    )
    return [
        Doubtful(
            token=one.token,
            reason=one.reason,
            name=full_name_of(one),
            born=born_of(one),
            address=address_of(one),
            origin=label,
            other_name=full_name_of(two) if two is not None else "",
            other_born=born_of(two) if two is not None else "",
            other_address=address_of(two) if two is not None else "",
            other_origin=other_label or "",
        )
        for one, label, two, other_label in rows
    ]


def name_of(one: PoolEntry) -> str:
    """A line's person by the name they go by; "" for a dwelling where nobody has said theirs."""
    if not one.first_names:
        return ""
    family = one.used_name or one.family_name
    return f"{one.first_names.split(',')[0].split()[0]} {family}"


def full_name_of(one: PoolEntry) -> str:
    """All the names of a line's person."""
    used = f" ({one.used_name})" if one.used_name else ""
    return f"{one.first_names} {one.family_name}{used}"


def born_of(one: PoolEntry) -> str:
    """A line's birth date in figures, the year alone when the list knows no more."""
    if one.birth_date is None:
        return ""
    return one.birth_date.strftime("%d/%m/%Y" if one.precision == "day" else "%Y")


def address_of(one: PoolEntry) -> str:
    """A line's address on one line."""
    way = f"{one.number} {one.street}".strip()
    flat = f"logement {one.dwelling}" if one.dwelling else ""
    town = f"{one.postal_code} {one.city}".strip()
    return ", ".join(part for part in (flat, one.complement, one.place, way, town) if part)


def status_counts(db: Session, draw_id: int) -> dict[str, int]:
    """How many lines of a draw's lists have each status."""
    rows = db.execute(
        select(PoolEntry.status, func.count())
        .where(PoolEntry.draw_id == draw_id)
        .group_by(PoolEntry.status)
    )
    return dict(rows.all())
