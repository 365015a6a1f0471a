"""Tables of the councils. The seats of the two collèges are counted on the council itself, so
that « at least half of the seats for habitants » is a constraint of one row."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Day, Instant, IntKey, Line, Prose, Slug, points_to

KINDS = ("citizen_council", "neighbourhood_council", "neighbourhood_table")
MODES = ("draw", "volunteers", "designated", "mixed")
QUORUMS = ("none", "third", "half", "majority")
STATUSES = (
    "project",
    "forming",
    "proposed",
    "recognised",
    "installed",
    "active",
    "renewing",
    "dormant",
    "dissolved",
)
"""DOMAINE.md § 8a, in order: projet, en constitution, composition proposée, reconnu (arrêté),
installé sans arrêté, actif, en renouvellement, mis en sommeil, dissous."""


class College(StrEnum):
    """The two collèges of a council."""

    RESIDENTS = "residents"
    LOCAL_ACTORS = "local_actors"


class Rank(StrEnum):
    """Titulaire or suppléant."""

    TITULAR = "titular"
    SUBSTITUTE = "substitute"


COLLEGES = tuple(college.value for college in College)
RANKS = tuple(rank.value for rank in Rank)


class CitizenCouncil(Base):
    """A council. `parity_exception` is the written reason when the habitants' collège can't
    have as many women as men; `prefect_order` the reference of an arrêté, where there is one."""

    __tablename__ = "citizen_council"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"designation_mode IN {MODES}", name="mode"),
        CheckConstraint("term_months BETWEEN 6 AND 120", name="term"),
        CheckConstraint("resident_seats BETWEEN 1 AND 200", name="resident_seats"),
        CheckConstraint("local_actor_seats BETWEEN 0 AND 200", name="local_actor_seats"),
        CheckConstraint("resident_seats >= local_actor_seats", name="residents_half"),
        CheckConstraint(
            "resident_substitutes BETWEEN 0 AND 200 AND local_actor_substitutes BETWEEN 0 AND 200",
            name="substitutes",
        ),
        CheckConstraint("(status = 'dissolved') = (closed_on IS NOT NULL)", name="closed"),
        CheckConstraint(
            "status <> 'recognised' OR prefect_order <> ''", name="recognised_by_order"
        ),
    )

    id: Mapped[IntKey]
    slug: Mapped[Slug]
    name: Mapped[Line] = mapped_column(unique=True)
    folded_name: Mapped[Line]
    kind: Mapped[str] = mapped_column(String(24), index=True)
    status: Mapped[str] = mapped_column(String(12), default="project", index=True)
    presentation: Mapped[Prose] = mapped_column(default="")
    place: Mapped[Line] = mapped_column(default="")
    contact: Mapped[Line] = mapped_column(default="")
    organisation_id: Mapped[int | None] = points_to("organisation.id")
    host_organisation_id: Mapped[int | None] = points_to("organisation.id")
    designation_mode: Mapped[str] = mapped_column(String(12))
    term_months: Mapped[int]
    resident_seats: Mapped[int]
    resident_substitutes: Mapped[int] = mapped_column(default=0)
    local_actor_seats: Mapped[int] = mapped_column(default=0)
    local_actor_substitutes: Mapped[int] = mapped_column(default=0)
    parity_exception: Mapped[Prose] = mapped_column(default="")
    prefect_order: Mapped[Line] = mapped_column(default="")
    prefect_order_on: Mapped[Day | None]
    created_on: Mapped[Day]
    installed_on: Mapped[Day | None]
    closed_on: Mapped[Day | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    def seats(self, college: str, rank: str) -> int:
        """How many seats a collège has in a rank."""
        counts = {
            (College.RESIDENTS, Rank.TITULAR): self.resident_seats,
            (College.RESIDENTS, Rank.SUBSTITUTE): self.resident_substitutes,
            (College.LOCAL_ACTORS, Rank.TITULAR): self.local_actor_seats,
            (College.LOCAL_ACTORS, Rank.SUBSTITUTE): self.local_actor_substitutes,
        }
        return counts[College(college), Rank(rank)]


class CouncilNeighbourhood(Base):
    """« `council` covers `territory` », a neighbourhood: one or several."""

    __tablename__ = "council_neighbourhood"

    council_id: Mapped[int] = points_to("citizen_council.id", primary=True)
    territory_id: Mapped[int] = points_to("territory.id", primary=True)


class CouncilMunicipality(Base):
    """The municipalities whose people may act on the council: those its neighbourhoods lie in."""

    __tablename__ = "council_municipality"

    council_id: Mapped[int] = points_to("citizen_council.id", primary=True)
    territory_id: Mapped[int] = points_to("territory.id", primary=True)


class CouncilStep(Base):
    """A change of a council's state, with who recorded it: the story of the council."""

    __tablename__ = "council_step"
    __table_args__ = (CheckConstraint(f"status IN {STATUSES}", name="status"),)

    id: Mapped[IntKey]
    council_id: Mapped[int] = points_to("citizen_council.id")
    status: Mapped[str] = mapped_column(String(12))
    at: Mapped[Instant]
    recorded_by: Mapped[str] = mapped_column(String(22))
    note: Mapped[Line] = mapped_column(default="")


class HouseRules(Base):
    """A version of a council's règlement intérieur or charte, as the council adopted it.

    Never edited: a change is the next version. `digest` is the SHA-256 of the text.
    """

    __tablename__ = "house_rules"
    __table_args__ = (
        UniqueConstraint("council_id", "version"),
        CheckConstraint(f"quorum IN {QUORUMS}", name="quorum"),
        CheckConstraint("notice_days BETWEEN 0 AND 90", name="notice"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[IntKey]
    council_id: Mapped[int] = points_to("citizen_council.id")
    version: Mapped[int]
    text: Mapped[Prose]
    digest: Mapped[str] = mapped_column(String(64))
    quorum: Mapped[str] = mapped_column(String(8))
    notice_days: Mapped[int]
    adopted_on: Mapped[Day]
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[str] = mapped_column(String(22))
