"""Tables of people. Personal data lives here, with its purpose and the day it must go."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.access import Role
from civic.house.db import Base, Day, IntKey, Line, TokenKey, points_to

ORGANISATIONS = (
    "municipality",
    "intercommunality",
    "service",
    "landlord",
    "association",
    "state",
)
SEXES = ("F", "M", "")
PURPOSES = ("account", "member", "staff", "proponent", "voter")


class Organisation(Base):
    """A municipality, the agglomération, one of their services, a landlord, an association …"""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint(f"kind IN {ORGANISATIONS}", name="kind"),)

    id: Mapped[IntKey]
    kind: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[Line] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = points_to("organisation.id")
    territory_id: Mapped[int | None] = points_to("territory.id")
    is_demo: Mapped[bool] = mapped_column(default=False)


class Person(Base):
    """A person. Everything but the names may be unknown; `sex` is as declared, "" if not said.

    `purpose` says why we know them; `keep_until` when a job erases what identifies them
    (`erased` then, the row stays so that mandates and décisions keep their history).
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(f"sex IN {SEXES}", name="sex"),
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        Index("ix_person_identity", "folded_name", "birth_date"),
    )

    id: Mapped[TokenKey]
    first_names: Mapped[Line]
    family_name: Mapped[Line]
    used_name: Mapped[str] = mapped_column(String(200), default="")
    folded_name: Mapped[Line]
    sex: Mapped[str] = mapped_column(String(1), default="")
    birth_date: Mapped[Day | None]
    email: Mapped[str | None] = mapped_column(String(320), index=True)
    phone: Mapped[str | None] = mapped_column(String(30))
    address: Mapped[str | None] = mapped_column(String(200))
    municipality_id: Mapped[int | None] = points_to("territory.id")
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    purpose: Mapped[str] = mapped_column(String(12))
    keep_until: Mapped[date | None] = mapped_column(index=True)
    erased: Mapped[bool] = mapped_column(default=False)


class RoleHeld(Base):
    """A dated role of a person, for a unit ("municipality:12", see house/access), through an
    organisation. Never deleted: it ends; `ends_on` is the first day it is no longer held."""

    __tablename__ = "role_held"
    __table_args__ = (
        CheckConstraint(f"role IN {tuple(r.value for r in Role)}", name="role"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        UniqueConstraint("person_id", "role", "unit", "starts_on"),
    )

    id: Mapped[IntKey]
    person_id: Mapped[str] = points_to("person.id")
    role: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(40), index=True)
    organisation_id: Mapped[int | None] = points_to("organisation.id")
    starts_on: Mapped[Day]
    ends_on: Mapped[Day | None]
    given_by: Mapped[str | None] = mapped_column(String(22))
