"""Tables of accounts. Passwords are argon2id; tokens are kept as digests only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Instant, TokenKey, points_to

TOKEN_KINDS = ("confirm", "reset", "invite")


class Account(Base):
    """What a person signs in with. `email` is folded to lower case and unique.

    `confirmed_at` is empty until the address has been shown to be theirs. Purpose: signing in;
    erased with the person, at their wish or three years after the last sign-in.
    """

    __tablename__ = "account"

    id: Mapped[TokenKey]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="fr")
    created_at: Mapped[Instant]
    confirmed_at: Mapped[Instant | None]
    last_seen_on: Mapped[Instant | None]


class SignIn(Base):
    """One sign-in on one device; its key is the digest of the token in the cookie."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = points_to("account.id", on_delete="CASCADE")
    device: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[Instant]
    ends_at: Mapped[Instant]


class MailToken(Base):
    """A link sent by mail, good once and for a time: confirmation, reset or invitation.

    An invitation has no account yet; `offer` holds the role it gives: names, role, unit.
    """

    __tablename__ = "mail_token"
    __table_args__ = (CheckConstraint(f"kind IN {TOKEN_KINDS}", name="kind"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    account_id: Mapped[str | None] = points_to("account.id", on_delete="CASCADE")
    email: Mapped[str] = mapped_column(String(320), index=True)
    offer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    made_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
