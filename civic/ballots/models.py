"""Tables of the votes.

Three of them must never say who chose what: `check_in` (who has voted, by which channel, on which
day), `ballot_envelope` (what is in the urn, under tokens that only a secret outside the database
can derive) and `logged_digest` (what receipts are looked up in). None has an hour, a sequence or a
column of another; on SQLite they are kept in the order of their random keys.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import (
    Base,
    Cents,
    Code,
    Data,
    DataList,
    Day,
    Instant,
    IntKey,
    Line,
    Prose,
    Slug,
    TokenKey,
    points_to,
)

KINDS = ("budget", "designation")
TYPES = ("approval", "knapsack", "points", "ranking", "graded")
STAGES = ("configured", "sealed", "reconciled", "severed", "counted")
HOLDERS = ("platform", "commission")
CHECKS = ("account", "sms", "identity", "letter", "desk")
"""How a poll lets people show who they are. "account": an account with a confirmed e-mail address;
"sms": the same and a code sent to a phone; "identity": an OpenID Connect provider; "letter": a
code by post; "desk": an identity document seen."""
RESIDENCES = ("declared", "roll")
"""Whether people say on their honour that they live there, or must be in one of the lists."""
LEVELS = ("account", "sms", "identity", "roll", "letter", "desk")
ONLINE = ("account", "code", "identity")
CHANNELS = (*ONLINE, "paper")
PLACES = ("connected", "printed", "group")
"""A place with the live émargement, one without a network, a group with its own émargement."""
MOST_SHARE = 5
"""The most rights that a règlement may give to one phone number."""
STATES = ("in_urn", "replaced", "withdrawn")
STEPS = (*STAGES[1:], "destroyed")
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
    publication: Mapped[Code] = mapped_column(default="auto")


class BallotItem(Base):
    """A project on the ballot, as it was when the poll was made. `group`: its envelope's name;
    `place`: where it is, in words; `picture`: digest of a stored file; `url`: its own page."""

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


class VotingRight(Base):
    """One person's right in one poll. Purpose: one person, one vote.

    `identity` is an HMAC of folded names and birth date under a secret of the poll: the names
    themselves are not kept here. `person_id` is there only for a right asked for with an account.
    `phone` is an HMAC of a phone number, `phone_slot` says which of its rights this is. A right
    with a `place_id` is on the printed émargement of a place without network, under that number:
    it votes there, on paper, and nowhere else. `group`: the neighbourhood whose projects it
    may choose (Poll.districts), known before the vote and never kept with the envelope; None until
    it is known.
    """

    __tablename__ = "voting_right"
    __table_args__ = (
        UniqueConstraint("poll_id", "identity"),
        UniqueConstraint("poll_id", "person_id"),
        UniqueConstraint("poll_id", "id"),
        UniqueConstraint("poll_id", "phone", "phone_slot"),
        UniqueConstraint("place_id", "place_number"),
        CheckConstraint(f"level IN {LEVELS}", name="level"),
        CheckConstraint("(phone IS NULL) = (phone_slot IS NULL)", name="phone"),
        CheckConstraint("(place_id IS NULL) = (place_number IS NULL)", name="place"),
    )

    id: Mapped[TokenKey]
    poll_id: Mapped[int] = points_to("poll.id")
    person_id: Mapped[str | None] = points_to("person.id")
    identity: Mapped[str] = mapped_column(String(64))
    level: Mapped[Code]
    revoked_reason: Mapped[str | None] = mapped_column(String(500))
    phone: Mapped[str | None] = mapped_column(String(64))
    phone_slot: Mapped[int | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("polling_place.id"))
    place_number: Mapped[int | None]
    group: Mapped[str | None] = mapped_column(String(200))


class VotingCode(Base):
    """The keyed hash of a letter's code. The code itself is never kept: it exists on the letter.

    Erased at closing, in the second step.
    """

    __tablename__ = "voting_code"
    __table_args__ = {"sqlite_with_rowid": False}

    keyed_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    right_id: Mapped[str] = mapped_column(ForeignKey("voting_right.id"), unique=True)


class CheckIn(Base):
    """The émargement: who has voted, by which channel, on which Paris day. Never the hour.

    `place_id`: where a paper ballot went into a box. Destroyed `keep_days` after the count, by a
    job that certifies it.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        ForeignKeyConstraint(
            ["poll_id", "right_id"],
            ["voting_right.poll_id", "voting_right.id"],
            name="fk_check_in_right",
        ),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    right_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    channel: Mapped[Code]
    day: Mapped[Day]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("polling_place.id"))


class BallotEnvelope(Base):
    """A sealed ballot, under a token that says nothing without the poll's secret."""

    __tablename__ = "ballot_envelope"
    __table_args__ = (UniqueConstraint("poll_id", "digest"), {"sqlite_with_rowid": False})

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))


class LoggedDigest(Base):
    """The digest of an envelope that is or was in the urn. `published` is its last public state."""

    __tablename__ = "logged_digest"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[Code]
    published: Mapped[Code] = mapped_column(default="")


class LogCheckpoint(Base):
    """A published checkpoint of the log: its changed lines, sorted, and its chained digest."""

    __tablename__ = "log_checkpoint"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[Day]
    lines: Mapped[DataList]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class UrnExport(Base):
    """The envelopes after closing, one after the other, sorted by digest."""

    __tablename__ = "urn_export"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    envelopes: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class PollStep(Base):
    """A certified step of a poll (STEPS): by whom, when, with which figures."""

    __tablename__ = "poll_step"
    __table_args__ = (CheckConstraint(f"step IN {STEPS}", name="step"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(12), primary_key=True)
    by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]
    figures: Mapped[Data]


class UrnRehearsal(Base):
    """The commission's public key, and the test urn that it must open before the poll is sealed.

    `content` is made of test envelopes; `expected` the digest of what is in them. The test ballots
    themselves are kept nowhere: only who holds the key can say them.
    """

    __tablename__ = "urn_rehearsal"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    expected: Mapped[str] = mapped_column(String(64))
    passed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    passed_at: Mapped[Instant | None]


class UrnOpening(Base):
    """One member's opening of the urn: the digest of what they found. Two must agree."""

    __tablename__ = "urn_opening"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    list_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant]


class OpenedBallot(Base):
    """A ballot after opening: choices and points, nothing else, under a random key."""

    __tablename__ = "opened_ballot"
    __table_args__ = {"sqlite_with_rowid": False}

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    choices: Mapped[DataList]
    points: Mapped[list[Any] | None] = mapped_column(JSON)


class RollList(Base):
    """A list that gave voting rights: how many people, what became of them. No name is kept.

    `known`: people who had a right already; `held`: lines held for a decision on homonyms;
    `letters`: how many letters were made from it; `unplaced`: people whose address tells no
    neighbourhood, where the vote asks for one. The digest is the file's.
    """

    __tablename__ = "roll_list"
    __table_args__ = (UniqueConstraint("poll_id", "number"),)

    id: Mapped[IntKey]
    poll_id: Mapped[int] = points_to("poll.id")
    number: Mapped[int]
    name: Mapped[Line]
    digest: Mapped[str] = mapped_column(String(64))
    people: Mapped[int]
    added: Mapped[int]
    known: Mapped[int]
    held: Mapped[int]
    letters: Mapped[int]
    unplaced: Mapped[int] = mapped_column(default=0)
    by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]


class PhoneCheck(Base):
    """A code sent by SMS and not used yet: keyed hashes of code and number, nothing in clear.

    Erased when it is used; a job erases those that nobody used.
    """

    __tablename__ = "phone_check"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int]
    expires_at: Mapped[Instant]


class HomonymCase(Base):
    """Two people, or one twice? Somebody of the commission decides, with a reason.

    `identity` is what both have in common, as in `voting_right`; `told` is what is known without a
    name (lines of a list, what the desk saw). `right_id` is the second person's right once decided.
    """

    __tablename__ = "homonym_case"
    __table_args__ = (
        UniqueConstraint("poll_id", "person_id"),
        CheckConstraint("origin IN ('account', 'desk', 'roll')", name="origin"),
        CheckConstraint("state IN ('waiting', 'same', 'other')", name="state"),
        CheckConstraint(
            "state = 'waiting' OR (reason IS NOT NULL AND decided_by IS NOT NULL)", name="decided"
        ),
        ForeignKeyConstraint(
            ["poll_id", "right_id"],
            ["voting_right.poll_id", "voting_right.id"],
            name="fk_homonym_case_right",
        ),
    )

    id: Mapped[TokenKey]
    poll_id: Mapped[int] = points_to("poll.id")
    identity: Mapped[str] = mapped_column(String(64))
    origin: Mapped[Code]
    person_id: Mapped[str | None] = points_to("person.id")
    told: Mapped[str] = mapped_column(String(500))
    opened_by: Mapped[str] = mapped_column(String(22))
    opened_on: Mapped[Day]
    state: Mapped[Code] = mapped_column(default="waiting")
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_by: Mapped[str | None] = mapped_column(String(22))
    decided_at: Mapped[Instant | None]
    right_id: Mapped[str | None] = mapped_column(String(22))


class PollingPlace(Base):
    """A « lieu de vote » of one poll, or a group that votes on an émargement of its own.

    `expected`: how many people a group has.
    """

    __tablename__ = "polling_place"
    __table_args__ = (
        UniqueConstraint("poll_id", "name"),
        CheckConstraint(f"kind IN {PLACES}", name="kind"),
        CheckConstraint("(kind = 'group') = (expected IS NOT NULL)", name="expected"),
        CheckConstraint("expected BETWEEN 1 AND 500", name="size"),
    )

    id: Mapped[IntKey]
    poll_id: Mapped[int] = points_to("poll.id")
    name: Mapped[Line]
    address: Mapped[Line]
    kind: Mapped[Code]
    expected: Mapped[int | None]


class PlaceHours(Base):
    """When a place is open: two instants of one opening."""

    __tablename__ = "place_hours"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="order"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("polling_place.id"), primary_key=True)
    opens_at: Mapped[Instant] = mapped_column(primary_key=True)
    closes_at: Mapped[Instant]


class PlaceDuty(Base):
    """A member of the commission who is on duty at a place."""

    __tablename__ = "place_duty"

    place_id: Mapped[int] = mapped_column(ForeignKey("polling_place.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)


class PlaceSheet(Base):
    """A signed sheet of a place: signatures, ballots found, blank and spoilt ones, the gap.

    Never changed: a correction is a new version, with its reason, signed and dated.
    """

    __tablename__ = "place_sheet"
    __table_args__ = (
        CheckConstraint("signatures >= 0", name="signatures"),
        CheckConstraint("blank >= 0 AND spoilt >= 0 AND blank + spoilt <= ballots", name="ballots"),
        CheckConstraint("ballots = signatures OR explanation <> ''", name="gap"),
        CheckConstraint("version = 1 OR correction <> ''", name="correction"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("polling_place.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signatures: Mapped[int]
    ballots: Mapped[int]
    blank: Mapped[int]
    spoilt: Mapped[int]
    explanation: Mapped[str] = mapped_column(String(500))
    correction: Mapped[str] = mapped_column(String(500))
    by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]


class PaperBatch(Base):
    """A bundle of paper ballots of one place, typed in twice by two people.

    `corrections` tells each line that somebody changed after both had typed it: which ballot, by
    whom, when, what it said before and after.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        UniqueConstraint("poll_id", "number"),
        CheckConstraint("ballots BETWEEN 1 AND 500", name="ballots"),
    )

    id: Mapped[IntKey]
    poll_id: Mapped[int] = points_to("poll.id")
    number: Mapped[int]
    place: Mapped[Line]
    ballots: Mapped[int]
    agreed: Mapped[bool] = mapped_column(default=False)
    corrections: Mapped[DataList] = mapped_column(default=list)


class PaperCount(Base):
    """One person's typing of a batch: one line a ballot, in the order of the bundle: `{"c":
    references, "p": points}`, or `{"nul": reason}` for a spoilt one, or None while it waits."""

    __tablename__ = "paper_count"

    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lines: Mapped[DataList]
    complete: Mapped[bool] = mapped_column(default=False)
    at: Mapped[Instant]


class PollCount(Base):
    """The count of a poll: its figures, and the digest that covers them; the digest of the
    published archive."""

    __tablename__ = "poll_count"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    result: Mapped[Data]
    digest: Mapped[str] = mapped_column(String(64))
    archive: Mapped[str | None] = mapped_column(String(64))
    counted_by: Mapped[str] = mapped_column(String(22))
    at: Mapped[Instant]
