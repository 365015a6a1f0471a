"""A vote: its question, its dates, its ballot, and what is on it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import (
    Base,
    Cents,
    Code,
    DataList,
    Day,
    Instant,
    IntKey,
    Line,
    Prose,
    Slug,
    points_to,
)

KINDS = ("budget", "designation", "trial")
"""What a vote is for. "trial": to learn with, nothing is decided by it (« vote d'essai »)."""
TYPES = ("approval", "knapsack", "points", "ranking", "graded")
STAGES = ("configured", "sealed", "reconciled", "severed", "counted")
HOLDERS = ("platform", "commission")
CHECKS = ("account", "sms", "identity", "letter", "desk")
"""How a poll lets people show who they are. "account": an account with a confirmed e-mail address;
"sms": the same and a code sent to a phone; "identity": an OpenID Connect provider; "letter": a
code by post; "desk": an identity document seen."""
RESIDENCES = ("declared", "roll")
"""Whether people say on their honour that they live there, or must be in one of the lists."""
MOST_SHARE = 5
"""The most rights that a règlement may give to one phone number."""
PUBLICATIONS = ("auto", "always", "never")


class Poll(Base):
    """One vote. It is open between its two instants once sealed, whatever any worker does.

    `scope` lists the units whose people may act on it. `rules_digest` covers question, projects,
    costs, ballot, dates and public key, and never changes after `sealed_at`. `secret_name` names
    the file of the vault that holds the private key (platform's key) and the poll's secrets.
    `limits`: for a knapsack ballot, [name of an envelope, cents] each. `one_group`: a ballot keeps
    to the projects of one neighbourhood, at the voter's choice. `districts`: when each right has
    its own neighbourhood, [group, the neighbourhood's number] each; other groups are everybody's.
    After the count the result is provisional for `contest_days`; `keep_days` after it, what is
    left of the vote in secret is destroyed. `publication` says whether opened ballots are
    published: by the kind of ballot and their number ("auto"), of every kind ("always"), never.
    `withdrawals`: how many projects amendments took out since then; each deposit compares it.
    `contests_open`: contests that wait for an answer; the result is not final before, nor before
    `unconfirmed_until`, while somebody may still confirm the address of a contest filed in time.
    `annulled_at`: no ballot is taken, opened or counted any more, and no result stands
    (PollAnnulment says why); `stage` stays where it was, "severed" after a count.
    """

    __tablename__ = "poll"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"ballot_type IN {TYPES}", name="ballot_type"),
        CheckConstraint(f"stage IN {STAGES}", name="stage"),
        CheckConstraint(f"key_holder IN {HOLDERS}", name="key_holder"),
        CheckConstraint(f"publication IN {PUBLICATIONS}", name="publication"),
        CheckConstraint("contest_days BETWEEN 1 AND keep_days", name="contest"),
        CheckConstraint("opens_at < closes_at", name="dates"),
        CheckConstraint("minimum BETWEEN 0 AND maximum", name="bounds"),
        CheckConstraint(
            "ballot_type <> 'points' OR (max_points >= 1 AND max_sum >= max_points)", name="points"
        ),
        CheckConstraint("ballot_type <> 'graded' OR max_points >= 1", name="grades"),
        CheckConstraint(
            "stage = 'configured' OR is_external OR (sealed_at IS NOT NULL AND "
            "rules_digest IS NOT NULL AND public_key IS NOT NULL)",
            name="sealed",
        ),
        CheckConstraint("contests_open >= 0", name="contests_open"),
        CheckConstraint(f"residence IN {RESIDENCES}", name="residence"),
        CheckConstraint(f"phone_share BETWEEN 1 AND {MOST_SHARE}", name="phone_share"),
    )

    id: Mapped[IntKey]
    slug: Mapped[Slug]
    title: Mapped[Line]
    question: Mapped[Prose]
    kind: Mapped[Code]
    scope: Mapped[DataList]
    stage: Mapped[Code] = mapped_column(index=True)
    is_external: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[Instant] = mapped_column(index=True)
    closes_at: Mapped[Instant] = mapped_column(index=True)
    ballot_type: Mapped[Code]
    minimum: Mapped[int]
    maximum: Mapped[int]
    max_points: Mapped[int | None]
    max_sum: Mapped[int | None]
    limits: Mapped[DataList]
    one_group: Mapped[bool] = mapped_column(default=False)
    districts: Mapped[DataList] = mapped_column(default=list)
    checks: Mapped[DataList] = mapped_column(default=lambda: ["account", "letter", "desk"])
    residence: Mapped[Code] = mapped_column(default="declared")
    phone_share: Mapped[int] = mapped_column(default=1)
    born_by: Mapped[Day | None]
    paper: Mapped[bool] = mapped_column(default=True)
    key_holder: Mapped[Code] = mapped_column(default="platform")
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    secret_name: Mapped[str | None] = mapped_column(String(22), unique=True)
    rules_digest: Mapped[str | None] = mapped_column(String(64))
    sealed_at: Mapped[Instant | None]
    counted_at: Mapped[Instant | None]
    contest_days: Mapped[int] = mapped_column(default=10)
    keep_days: Mapped[int] = mapped_column(default=60)
    withdrawals: Mapped[int] = mapped_column(default=0)
    contests_open: Mapped[int] = mapped_column(default=0)
    unconfirmed_until: Mapped[Instant | None]
    annulled_at: Mapped[Instant | None]
    publication: Mapped[Code] = mapped_column(default="auto")


class BallotItem(Base):
    """A project on the ballot, as it was when the poll was made. `group`: its envelope's name;
    `place`: where it is, in words; `picture`: digest of a stored file; `url`: its own page;
    `recordings`: [language, digest of a stored file, seconds] of each."""

    __tablename__ = "ballot_item"
    __table_args__ = (
        UniqueConstraint("poll_id", "reference"),
        UniqueConstraint("poll_id", "position"),
        CheckConstraint("cost >= 0", name="cost"),
    )

    id: Mapped[IntKey]
    poll_id: Mapped[int] = points_to("poll.id")
    reference: Mapped[Code]
    label: Mapped[Line]
    cost: Mapped[Cents]
    group: Mapped[Line]
    sentence: Mapped[Prose]
    pictogram: Mapped[Code]
    position: Mapped[int]
    place: Mapped[Line]
    picture: Mapped[str | None] = mapped_column(ForeignKey("stored_file.digest"))
    picture_alt: Mapped[Line]
    url: Mapped[Line]
    recordings: Mapped[DataList]
