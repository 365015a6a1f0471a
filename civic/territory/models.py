"""Tables of the territory. Territories have a kind and dates; parts may lie in several wholes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Day, IntKey, Line, Slug, points_to

KINDS = ("agglomeration", "municipality", "neighbourhood", "sector")
SIDES = ("all", "odd", "even")


class Territory(Base):
    """An agglomération, a municipality, a neighbourhood or a sector of one.

    `code` is the SIREN or INSEE code; `qpv_code` the official code of a quartier prioritaire
    (checked when set, never invented); `is_external` marks places outside the agglomération that
    only illustrate (their figures stay out of every total). `outline` is a GeoJSON geometry.
    """

    __tablename__ = "territory"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        UniqueConstraint("kind", "code"),
    )

    id: Mapped[IntKey]
    kind: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[Line]
    folded_name: Mapped[Line] = mapped_column(index=True)
    slug: Mapped[Slug]
    code: Mapped[str | None] = mapped_column(String(14))
    qpv_code: Mapped[str | None] = mapped_column(String(9), unique=True)
    population: Mapped[int | None]
    outline: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    starts_on: Mapped[Day | None]
    ends_on: Mapped[Day | None]
    is_external: Mapped[bool] = mapped_column(default=False)


class TerritoryPart(Base):
    """« `part` lies (wholly or in part) in `whole` »: a neighbourhood may cross municipalities."""

    __tablename__ = "territory_part"

    whole_id: Mapped[int] = points_to("territory.id", primary=True)
    part_id: Mapped[int] = points_to("territory.id", primary=True)


class Street(Base):
    """A street of a municipality, under its folded name (« rue de l egalite »)."""

    __tablename__ = "street"
    __table_args__ = (UniqueConstraint("municipality_id", "folded_name"),)

    id: Mapped[IntKey]
    municipality_id: Mapped[int] = points_to("territory.id")
    name: Mapped[Line]
    folded_name: Mapped[Line]


class StreetStretch(Base):
    """The numbers of one side of a street that lie in a neighbourhood (ends included)."""

    __tablename__ = "street_stretch"
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES}", name="side"),
        CheckConstraint("first_number <= last_number", name="order"),
    )

    id: Mapped[IntKey]
    street_id: Mapped[int] = points_to("street.id", on_delete="CASCADE")
    side: Mapped[str] = mapped_column(String(4))
    first_number: Mapped[int]
    last_number: Mapped[int]
    neighbourhood_id: Mapped[int] = points_to("territory.id")


class Residence(Base):
    """A named residence or tower: addresses that name it lie in its neighbourhood."""

    __tablename__ = "residence"
    __table_args__ = (UniqueConstraint("municipality_id", "folded_name"),)

    id: Mapped[IntKey]
    municipality_id: Mapped[int] = points_to("territory.id")
    neighbourhood_id: Mapped[int] = points_to("territory.id")
    name: Mapped[Line]
    folded_name: Mapped[Line]


class UnmatchedAddress(Base):
    """An address that no street or residence answers to, waiting for an agent's decision.

    `settled_on` with a neighbourhood: it lies there; without: it lies in none of them.
    """

    __tablename__ = "unmatched_address"
    __table_args__ = (UniqueConstraint("municipality_id", "folded_address"),)

    id: Mapped[IntKey]
    municipality_id: Mapped[int] = points_to("territory.id")
    address: Mapped[Line]
    folded_address: Mapped[Line]
    seen: Mapped[int] = mapped_column(default=1)
    seen_on: Mapped[Day]
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    settled_on: Mapped[Day | None]
    settled_by: Mapped[str | None] = mapped_column(String(22))
