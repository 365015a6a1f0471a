"""Tables of the draws. The names in `pool_entry` and `list_draft` are the most sensitive rows of
the house: they are here for one draw, seen by few, each look is written down, and they go when
the draw ends (`Draw.lists_until` at the latest; a job sees to it)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from civic.councils.models import COLLEGES
from civic.house.db import (
    Base,
    Data,
    Day,
    Instant,
    IntKey,
    Line,
    Prose,
    TokenKey,
    points_to,
)

STATUSES = (
    "draft",
    "lists_received",
    "lists_checked",
    "order_asked",
    "order_frozen",
    "inviting",
    "freeze_asked",
    "frozen",
    "drawn",
    "record_signed",
    "letters_sent",
    "completed",
    "list_sent",
    "closed",
    "cancelled",
)
"""DOMAINE.md § 8b, in order: brouillon, listes reçues, listes contrôlées, gel demandé, figé, tiré,
PV signé, courriers envoyés, complété, liste transmise, clos, annulé. « Graine connue » and « tiré »
are one instant here: the second person's reading runs the draw in the same transaction. The way in
two steps passes through « ordre demandé, ordre figé, invitations » before the freeze."""

BEFORE_FREEZE = ("draft", "lists_received", "lists_checked")
WITH_NUMBERS = ("drawn", "record_signed", "letters_sent", "completed", "list_sent", "closed")
ANSWERING = ("drawn", "record_signed", "letters_sent")
AFTER = ("completed", "list_sent")
"""When mandates are prepared or run, and the reserve may still be called for an empty seat."""
OVER = ("completed", "list_sent", "closed", "cancelled")

INVITING = ("order_asked", "order_frozen", "inviting")
WAYS = ("direct", "invited")
"""Straight from the lists, or among those who accepted an invitation drawn by lot."""

CHANCES = ("seed", "number")
"""What the hall reads aloud: a text (a public lottery's result), or a number from dice or balls."""

UNITS = ("people", "addresses")
"""What the lists hold: people, or dwellings whose door one knocks at."""

LIST_KINDS = ("electoral", "landlord", "volunteers", "other", "dwellings")

STAGES = ("order", "panel")
"""What chance is read aloud for: the order of the invitations, or the panel itself."""

ENTRY_STATUSES = (
    "kept",
    "duplicate",
    "homonym",
    "unmatched",
    "outside",
    "underage",
    "excluded",
)
"""Retenue, doublon, homonyme à trancher, adresse inconnue, hors quartier, trop jeune, exclue."""

ENTRY_REASONS = ("", "member", "elected", "agent", "named_like", "by_hand")

DECISIONS = ("", "same", "different", "out")

PLACES = ("invited", "titular", "reserve")
ANSWERS = (
    "waiting",
    "contacted",
    "accepted",
    "refused",
    "silent",
    "unreachable",
    "ineligible",
)
"""Pas encore contactée, contactée, a accepté, a refusé, sans réponse, injoignable, inéligible."""

LEFT = ("refused", "silent", "unreachable", "ineligible")
CHANNELS = ("letter", "call", "visit", "mail", "sms", "desk")
OUTCOMES = ("sent", "reached", "no_answer", "undeliverable")


class Draw(Base):
    """A draw for one collège of a council.

    `pool_version` goes up with every change of the lists or criteria, so that the lottery that
    was worked out beforehand is stored only if it is still about them. `lottery` is public from
    the freeze on, `sealed` (who has which number, salts) never is and goes when the draw ends.
    `chance` says what is read aloud, `chance_source` what was announced, for `session_at`.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint(f"college IN {COLLEGES}", name="college"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
        CheckConstraint(f"unit IN {UNITS}", name="unit"),
        CheckConstraint("unit = 'people' OR way = 'invited'", name="addresses_are_invited"),
        CheckConstraint(f"way = 'invited' OR status NOT IN {INVITING}", name="inviting"),
        CheckConstraint(f"chance IN {CHANCES}", name="chance"),
        CheckConstraint("seats BETWEEN 1 AND 500", name="seats"),
        CheckConstraint("reserve_size BETWEEN 0 AND 5000", name="reserve"),
        CheckConstraint("minimum_age BETWEEN 0 AND 99", name="age"),
        CheckConstraint(
            "confirmed_by IS NULL OR (frozen_by IS NOT NULL AND confirmed_by <> frozen_by)",
            name="two_freeze",
        ),
        CheckConstraint(
            "second_reader IS NULL OR (first_reader IS NOT NULL AND second_reader <> first_reader)",
            name="two_read",
        ),
        CheckConstraint("(commitment IS NULL) = (frozen_at IS NULL)", name="commitment"),
        CheckConstraint(
            f"status NOT IN {('frozen', *WITH_NUMBERS)} OR (commitment IS NOT NULL"
            " AND confirmed_by IS NOT NULL AND session_at IS NOT NULL)",
            name="frozen",
        ),
        CheckConstraint(
            f"status NOT IN {WITH_NUMBERS} OR (record_digest IS NOT NULL"
            " AND second_reader IS NOT NULL AND drawn_at IS NOT NULL)",
            name="drawn",
        ),
        CheckConstraint("(status = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled"),
        CheckConstraint("(relaxed_by IS NULL) = (relaxed_reason IS NULL)", name="relaxed"),
        Index(
            "uq_draw_under_way",
            "council_id",
            "college",
            unique=True,
            sqlite_where=text(f"status NOT IN {OVER}"),
            postgresql_where=text(f"status NOT IN {OVER}"),
        ),
    )

    id: Mapped[IntKey]
    title: Mapped[Line]
    council_id: Mapped[int] = points_to("citizen_council.id")
    college: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    way: Mapped[str] = mapped_column(String(8), default="direct")
    unit: Mapped[str] = mapped_column(String(10), default="people")
    seats: Mapped[int]
    reserve_size: Mapped[int]
    minimum_age: Mapped[int]
    age_on: Mapped[Day]
    one_per_household: Mapped[bool] = mapped_column(default=False)
    algorithm: Mapped[str] = mapped_column(String(12), default="leximin")
    created_by: Mapped[str] = mapped_column(String(22))
    created_at: Mapped[Instant]
    lists_until: Mapped[Day]
    pool_version: Mapped[int] = mapped_column(default=0)
    chance: Mapped[str] = mapped_column(String(8), default="number")
    chance_source: Mapped[Line] = mapped_column(default="")
    session_at: Mapped[Instant | None]
    session_place: Mapped[Line] = mapped_column(default="")
    frozen_by: Mapped[str | None] = mapped_column(String(22))
    asked_at: Mapped[Instant | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(22))
    frozen_at: Mapped[Instant | None]
    commitment: Mapped[str | None] = mapped_column(String(64), unique=True)
    people: Mapped[int] = mapped_column(default=0)
    """How many people the frozen lists hold."""
    panels: Mapped[int] = mapped_column(default=0)
    chances: Mapped[Data]
    """For the public drawing: {"bins": [[from, to, people] …] in tenths of a percent, "least":
    share, "most": share, "asked": [[feature, value, minimum, maximum] …]}; {} before the freeze."""
    lottery: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    sealed: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    record: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    record_digest: Mapped[str | None] = mapped_column(String(64))
    reading: Mapped[str | None] = mapped_column(String(200))
    """What the hall read aloud, as two people typed it."""
    drawn_number: Mapped[int | None]
    totals: Mapped[Data]
    """Of the drawn panel alone: [[feature, value, people] …] under "panel"; {} before."""
    first_reader: Mapped[str | None] = mapped_column(String(22))
    second_reader: Mapped[str | None] = mapped_column(String(22))
    drawn_at: Mapped[Instant | None]
    answer_by: Mapped[Day | None]
    completed_at: Mapped[Instant | None]
    lists_erased_at: Mapped[Instant | None]
    cancelled_at: Mapped[Instant | None]
    cancel_reason: Mapped[Prose | None]
    list_sent_at: Mapped[Instant | None]
    previous_id: Mapped[int | None] = points_to("draw.id")
    replaces_id: Mapped[int | None] = points_to("draw.id")
    """The completed draw whose group this one completes; None for a draw of its own."""
    whole: Mapped[Data]
    """Of a replacement draw: {"seats": of the whole group, "staying": people who remain, "asked":
    the bounds of the whole group, "left": those for the newcomers, before any relaxation}; {}
    for a draw of its own."""
    relaxed_by: Mapped[str | None] = mapped_column(String(22))
    relaxed_reason: Mapped[Prose | None]
    """Who made the bounds of a replacement draw wider, and why; None when nothing gave way."""
    is_demo: Mapped[bool] = mapped_column(default=False)


class Preparation(Base):
    """The lottery that the worker is working out for a freeze that somebody confirmed.

    A worker claims the row and says every few seconds that it is alive (`beat_at`); one that was
    killed is followed by the next, which begins anew. Nothing of the draw is written before the
    end, in one transaction. `problem` says why it could not be done; then nobody works on it.
    """

    __tablename__ = "draw_preparation"
    __table_args__ = (CheckConstraint("share BETWEEN 0 AND 100", name="share"),)

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    confirmed_by: Mapped[str] = mapped_column(String(22))
    confirmed_at: Mapped[Instant]
    version: Mapped[int]
    """Of the lists and criteria, as the person who confirmed saw them."""
    claim: Mapped[str | None] = mapped_column(String(22))
    started_at: Mapped[Instant | None]
    beat_at: Mapped[Instant | None]
    step: Mapped[str] = mapped_column(String(40), default="")
    share: Mapped[int] = mapped_column(default=0)
    """In a hundred, of the step."""
    problem: Mapped[str] = mapped_column(String(1000), default="")


class InvitationOrder(Base):
    """The order in which a draw's lists are invited: committed to by two people, then fixed by
    chance, before anybody is invited. Waves go down it; nobody picks.

    `published` holds a salted digest for each single-use number, `sealed` the secret and who has
    which number; `sealed` goes with the lists. The order is that of SHA-256(seed ‖ number).
    """

    __tablename__ = "invitation_order"
    __table_args__ = (
        CheckConstraint(f"chance IN {CHANCES}", name="chance"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_freeze"),
        CheckConstraint(
            "second_reader IS NULL OR (first_reader IS NOT NULL AND second_reader <> first_reader)",
            name="two_read",
        ),
        CheckConstraint(
            "(commitment IS NULL) = (confirmed_by IS NULL)"
            " AND (commitment IS NULL) = (published IS NULL)",
            name="commitment",
        ),
        CheckConstraint("(seed IS NULL) = (second_reader IS NULL)", name="seed"),
        CheckConstraint("seed IS NULL OR commitment IS NOT NULL", name="seed_after"),
    )

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    asked_by: Mapped[str] = mapped_column(String(22))
    asked_at: Mapped[Instant]
    version: Mapped[int]
    chance: Mapped[str] = mapped_column(String(8))
    chance_source: Mapped[Line]
    chance_at: Mapped[Instant]
    """When chance will be read aloud, as announced."""
    place: Mapped[Line] = mapped_column(default="")
    confirmed_by: Mapped[str | None] = mapped_column(String(22))
    frozen_at: Mapped[Instant | None]
    commitment: Mapped[str | None] = mapped_column(String(64), unique=True)
    people: Mapped[int] = mapped_column(default=0)
    """How many people, or dwellings, the frozen lists hold."""
    published: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    sealed: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    seed: Mapped[str | None] = mapped_column(String(200))
    """What was read aloud, as it counts."""
    first_reader: Mapped[str | None] = mapped_column(String(22))
    second_reader: Mapped[str | None] = mapped_column(String(22))
    drawn_at: Mapped[Instant | None]


class InvitationWave(Base):
    """A wave of invitations: how many accepts it was made for, at which expected rates, and how
    far down the order it went. The people are `DrawnPerson` rows whose place is "invited"."""

    __tablename__ = "invitation_wave"
    __table_args__ = (
        CheckConstraint("number >= 1 AND aim >= 1 AND invited >= 1", name="counts"),
        UniqueConstraint("draw_id", "number"),
    )

    id: Mapped[IntKey]
    draw_id: Mapped[int] = points_to("draw.id")
    number: Mapped[int]
    aim: Mapped[int]
    """How many people should have accepted in the end, all waves together."""
    plan: Mapped[Data]
    """{"rate": share, "base": people, "rates": [[feature, value, share] …], "wanted": [[feature,
    value, people] …]}: what the animateur expected, and what the rule made of it."""
    invited: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(22))
    made_at: Mapped[Instant]
    answer_by: Mapped[Day]


class ListDraft(Base):
    """A file that an agent has sent and not confirmed yet. Only they see it; erased when they
    confirm or give up, and after a day whatever happens."""

    __tablename__ = "list_draft"
    __table_args__ = (CheckConstraint(f"kind IN {LIST_KINDS}", name="kind"),)

    id: Mapped[TokenKey]
    draw_id: Mapped[int] = points_to("draw.id")
    municipality_id: Mapped[int] = points_to("territory.id")
    label: Mapped[Line]
    kind: Mapped[str] = mapped_column(String(12))
    convention: Mapped[Line] = mapped_column(default="")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    mapping: Mapped[Data]
    """{"fields": {field: column}, "criteria": {name: column}}, as last chosen."""
    sent_by: Mapped[str] = mapped_column(String(22))
    sent_at: Mapped[Instant]


class SourceList(Base):
    """A list that went into a draw: where it comes from, and how much of it was kept. The digest
    and the counts stay when the people are erased."""

    __tablename__ = "source_list"
    __table_args__ = (
        CheckConstraint(f"kind IN {LIST_KINDS}", name="kind"),
        CheckConstraint("kind = 'dwellings' OR lines = people + refused", name="counts"),
        UniqueConstraint("draw_id", "digest"),
        UniqueConstraint("draw_id", "label"),
    )

    id: Mapped[IntKey]
    draw_id: Mapped[int] = points_to("draw.id")
    municipality_id: Mapped[int] = points_to("territory.id")
    """The municipality that is controller."""
    label: Mapped[Line]
    kind: Mapped[str] = mapped_column(String(12))
    convention: Mapped[Line] = mapped_column(default="")
    """The agreement under which a landlord or another body handed the list over."""
    digest: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(20))
    separator: Mapped[str] = mapped_column(String(1))
    lines: Mapped[int]
    people: Mapped[int]
    refused: Mapped[int]
    kept: Mapped[int] = mapped_column(default=0)
    """How many are in the draw, set at the freeze."""
    loaded_by: Mapped[str] = mapped_column(String(22))
    loaded_at: Mapped[Instant]
    erased_at: Mapped[Instant | None]


class PoolEntry(Base):
    """A person as a list says, for this draw only; in a draw of addresses a dwelling, nameless
    until somebody there accepts. `household` as households.py writes it."""

    __tablename__ = "pool_entry"
    __table_args__ = (
        CheckConstraint("sex IN ('F', 'M', '')", name="sex"),
        CheckConstraint("precision IN ('day', 'year', '')", name="precision"),
        CheckConstraint("(precision = '') = (birth_date IS NULL)", name="birth"),
        CheckConstraint(f"status IN {ENTRY_STATUSES}", name="status"),
        CheckConstraint(f"reason IN {ENTRY_REASONS}", name="reason"),
        CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
        UniqueConstraint("token", "draw_id"),
        Index("ix_pool_entry_draw", "draw_id", "status"),
    )

    token: Mapped[TokenKey]
    draw_id: Mapped[int] = points_to("draw.id")
    list_id: Mapped[int] = points_to("source_list.id")
    line: Mapped[int]
    family_name: Mapped[Line]
    used_name: Mapped[Line] = mapped_column(default="")
    first_names: Mapped[Line]
    sex: Mapped[str] = mapped_column(String(1), default="")
    birth_date: Mapped[Day | None]
    precision: Mapped[str] = mapped_column(String(4), default="")
    number: Mapped[Line] = mapped_column(default="")
    street: Mapped[Line] = mapped_column(default="")
    complement: Mapped[str] = mapped_column(String(401), default="")
    place: Mapped[Line] = mapped_column(default="")
    dwelling: Mapped[Line] = mapped_column(default="")
    postal_code: Mapped[Line] = mapped_column(default="")
    city: Mapped[Line] = mapped_column(default="")
    list_type: Mapped[str] = mapped_column(String(3), default="")
    household: Mapped[str | None] = mapped_column(String(1200))
    municipality_id: Mapped[int] = points_to("territory.id")
    neighbourhood_id: Mapped[int | None] = points_to("territory.id")
    settled_outside: Mapped[bool] = mapped_column(default=False)
    """An agent has said that this address lies in no neighbourhood."""
    features: Mapped[Data]
    """The free columns kept as criteria: name → value."""
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(12), default="")
    double_of: Mapped[str | None] = mapped_column(String(22))
    decision: Mapped[str] = mapped_column(String(10), default="")
    """What a human said of a doubtful line; it outlives every new sorting out."""
    decided_by: Mapped[str | None] = mapped_column(String(22))


class DrawCriterion(Base):
    """« Between `minimum` and `maximum` people whose `feature` is `value` »."""

    __tablename__ = "draw_criterion"
    __table_args__ = (
        CheckConstraint("minimum >= 0 AND minimum <= maximum", name="bounds"),
        UniqueConstraint("draw_id", "feature", "value"),
    )

    id: Mapped[IntKey]
    draw_id: Mapped[int] = points_to("draw.id")
    feature: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(100))
    minimum: Mapped[int]
    maximum: Mapped[int]
    position: Mapped[int]


class ChanceReading(Base):
    """What one person typed of what the hall read aloud; the draw is made when two agree."""

    __tablename__ = "chance_reading"
    __table_args__ = (CheckConstraint(f"stage IN {STAGES}", name="stage"),)

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    stage: Mapped[str] = mapped_column(String(8), primary_key=True, default="panel")
    person_id: Mapped[str] = points_to("person.id", primary=True)
    value: Mapped[str] = mapped_column(String(200))
    at: Mapped[Instant]


class DrawnPerson(Base):
    """A drawn person: the single-use number that the hall saw, and what they answered.

    `rank` counts from 1 inside a place (panel, reserve, invitations of all waves). `entry` is
    erased with the lists. `called_at`: when a reserve was called; `replaces` whom they were called
    for. Somebody who accepted an invitation and was then drawn has two rows with one `entry`: the
    invitation (its number in the order of invitations, `email` and `phone` as they gave them) and
    the place in the panel or its reserve.
    """

    __tablename__ = "drawn_person"
    __table_args__ = (
        ForeignKeyConstraint(["entry", "draw_id"], ["pool_entry.token", "pool_entry.draw_id"]),
        CheckConstraint(f"place IN {PLACES}", name="place"),
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        CheckConstraint(
            "(answer = 'accepted' AND place <> 'invited') = (person_id IS NOT NULL)",
            name="accepted",
        ),
        CheckConstraint("(place = 'invited') = (wave > 0)", name="wave"),
        CheckConstraint("rank >= 1 AND number >= 1", name="rank"),
        UniqueConstraint("draw_id", "place", "number"),
        UniqueConstraint("draw_id", "place", "rank"),
        Index(
            "uq_drawn_person_replaces",
            "replaces",
            unique=True,
            sqlite_where=text("replaces IS NOT NULL"),
            postgresql_where=text("replaces IS NOT NULL"),
        ),
    )

    id: Mapped[TokenKey]
    draw_id: Mapped[int] = points_to("draw.id")
    entry: Mapped[str | None] = mapped_column(String(22), index=True)
    number: Mapped[int]
    place: Mapped[str] = mapped_column(String(8))
    wave: Mapped[int] = mapped_column(default=0)
    rank: Mapped[int]
    features: Mapped[Data]
    answer: Mapped[str] = mapped_column(String(12), default="waiting")
    answered_on: Mapped[Day | None]
    answer_by: Mapped[Day | None]
    called_at: Mapped[Instant | None]
    replaces: Mapped[str | None] = mapped_column(String(22))
    breach_accepted_by: Mapped[str | None] = mapped_column(String(22))
    breach_reason: Mapped[Line] = mapped_column(default="")
    """Who called them knowing that a bound would be broken, and why."""
    person_id: Mapped[str | None] = points_to("person.id")
    email: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    """How somebody who accepted an invitation may be reached; erased with the lists."""
    shows_name: Mapped[bool] = mapped_column(default=False)
    """They agreed to have their name on the hall's screen if they are drawn."""


class ContactAttempt(Base):
    """A letter, a call, a visit: what was tried to reach a drawn person, and what came of it."""

    __tablename__ = "contact_attempt"
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    )

    id: Mapped[IntKey]
    drawn_id: Mapped[str] = points_to("drawn_person.id", on_delete="CASCADE")
    channel: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str] = mapped_column(String(14))
    made_on: Mapped[Day]
    made_by: Mapped[str] = mapped_column(String(22))


class LetterSheet(Base):
    """What the letters of a draw say that the site can't know: whom to call, where the slip goes,
    who may help, and who answers for personal data."""

    __tablename__ = "letter_sheet"

    draw_id: Mapped[int] = points_to("draw.id", primary=True)
    phone: Mapped[Line]
    bring_to: Mapped[Line]
    helpers: Mapped[Line]
    privacy_contact: Mapped[Line]
    saved_by: Mapped[str] = mapped_column(String(22))


class AnswerCode(Base):
    """The code of a letter, as a keyed hash: it opens one drawn person's answer page, and nothing
    else. Each letter has its own; they go with the lists, or when the person may answer no more."""

    __tablename__ = "answer_code"

    keyed_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    drawn_id: Mapped[str] = points_to("drawn_person.id", on_delete="CASCADE")
    made_on: Mapped[Day]
