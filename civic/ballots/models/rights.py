"""Who may vote, and how they showed it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code, Day, Instant, IntKey, Line, TokenKey, points_to

LEVELS = ("account", "sms", "identity", "roll", "letter", "desk")


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
