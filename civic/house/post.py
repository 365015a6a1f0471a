"""The outbox: mails written in a verb's own transaction, sent later by `civic work`.

A row goes `waiting → claimed → handing → sent`. A worker that dies before it hands the message
over leaves it to the next one; dying in the instant between the message's last byte and the
server's answer leaves it `handing`, which nobody can tell from sent: such a mail is set aside as
`uncertain` and shown to the administrator instead of being sent twice. Each mail has a
Message-ID of its own that never changes.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import CheckConstraint, Index, String, Text, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from civic.house.db import Base, Instant, TokenKey, new_token, writing

DELAYS = (1, 5, 15, 60, 240, 720, 1440)
"""Minutes before each new try; after the last one the mail is given up and shown."""

LEASE = timedelta(minutes=5)
UNWRITABLE = (ValueError, TypeError, AttributeError, LookupError)
"""What Python's mail modules raise for an address that no mail can bear, whatever the hour."""
STATES = ("waiting", "claimed", "handing", "sent", "uncertain", "given_up")


class OutboxMail(Base):
    """One mail to send. A job erases it thirty days after it was sent, or written if it never was;
    a `fleeting` one goes as soon as it is handed over, or can't be."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_outbox_mail_due", "state", "due_at"),
    )

    id: Mapped[TokenKey]
    to: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    written_at: Mapped[Instant]
    due_at: Mapped[Instant]
    claimed_until: Mapped[Instant | None]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[Instant | None]
    fleeting: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as a value: what the `mails.py` of a room returns."""

    to: str
    subject: str
    body: str
    language: str = "fr"
    fleeting: bool = False
    """Whether nothing of it, the address included, is kept once it has gone."""


def put(db: Session, mail: Mail, *, at: datetime) -> str:
    """Writes a mail into the outbox, inside the caller's transaction; its identifier."""
    row = OutboxMail(
        id=new_token(),
        to=mail.to,
        subject=mail.subject,
        body=mail.body,
        language=mail.language,
        written_at=at,
        due_at=at,
        fleeting=mail.fleeting,
    )
    db.add(row)
    return row.id


def put_all(db: Session, mails: Sequence[Mail], *, at: datetime) -> None:
    """Writes many mails at once, inside the caller's transaction."""
    if mails:
        rows = [
            {
                "id": new_token(), "to": one.to, "subject": one.subject, "body": one.body,
                "language": one.language, "written_at": at, "due_at": at, "fleeting": one.fleeting,
            }
            for one in mails
        ]  # fmt: skip
        db.execute(insert(OutboxMail), rows)


class Carrier(Protocol):
    """What carries a mail. `handing` is called just before the message itself is given over."""

    def carry(self, message: EmailMessage, handing: Callable[[], None]) -> None:
        """Carries one message; any exception before `handing` means that it was not given."""


class Smtp:
    """Carries mails to an SMTP server (`smtp://` with STARTTLS when offered, `smtps://`)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.secure = parts.scheme == "smtps"
        self.host = parts.hostname or "localhost"
        self.port = parts.port or (465 if self.secure else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def carry(self, message: EmailMessage, handing: Callable[[], None]) -> None:
        """Talks to the server; `handing` comes after the recipient was accepted."""
        kind = smtplib.SMTP_SSL if self.secure else smtplib.SMTP
        with kind(self.host, self.port, timeout=30) as server:
            server.ehlo_or_helo_if_needed()
            if not self.secure and server.has_extn("starttls"):
                server.starttls()
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
            _expect(server.mail(str(message["From"])))
            _expect(server.rcpt(str(message["To"])))
            handing()
            _expect(server.data(message.as_bytes()))


def _expect(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, text)


class Folder:
    """Writes mails as files into a folder: a demo without a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def carry(self, message: EmailMessage, handing: Callable[[], None]) -> None:
        """Writes `<identifier>.eml`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handing()
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        (self.folder / f"{name}.eml").write_bytes(message.as_bytes())


def carrier(setting: str) -> Carrier:
    """The carrier that the `mail` setting names."""
    if setting.startswith("folder:"):
        return Folder(Path(setting.removeprefix("folder:")))
    return Smtp(setting)


def send_due(
    make: sessionmaker[Session], by: Carrier, *, sender: str, host: str, now: Callable[[], datetime]
) -> int:
    """Sends the mails that are due, one at a time; how many were sent."""
    sent = 0
    while True:
        with make() as db:
            row = _claim(db, now())
            if row is None:
                return sent
            sent += _deliver(db, row, by, sender, host, now)


def _claim(db: Session, now: datetime) -> OutboxMail | None:
    with writing(db):
        for stuck in db.scalars(
            select(OutboxMail)
            .where(OutboxMail.state == "handing", OutboxMail.claimed_until < now)
            .with_for_update(skip_locked=True)
        ):
            stuck.state = "uncertain"
            stuck.problem = "interrompu pendant la remise : peut-être envoyé, peut-être pas"
            if stuck.fleeting:
                db.delete(stuck)
        row = db.scalars(
            select(OutboxMail)
            .where(
                ((OutboxMail.state == "waiting") & (OutboxMail.due_at <= now))
                | ((OutboxMail.state == "claimed") & (OutboxMail.claimed_until < now))
            )
            .order_by(OutboxMail.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is not None:
            row.state, row.claimed_until = "claimed", now + LEASE
            row.attempts += 1
        return row


def _deliver(
    db: Session,
    row: OutboxMail,
    by: Carrier,
    sender: str,
    host: str,
    now: Callable[[], datetime],
) -> int:
    def handing() -> None:
        with writing(db):
            row.state = "handing"

    try:
        by.carry(as_message(row, sender, host), handing)
    except (OSError, smtplib.SMTPException, *UNWRITABLE) as wrong:
        hopeless = isinstance(wrong, UNWRITABLE)
        with writing(db):
            kept = db.get_one(OutboxMail, row.id)
            kept.problem = f"{type(wrong).__name__}: {wrong}"[:500]
            unsure = kept.state == "handing" and not isinstance(
                wrong, smtplib.SMTPResponseException
            )
            if unsure:
                kept.state = "uncertain"
            elif hopeless or kept.attempts > len(DELAYS):
                kept.state = "given_up"
            else:
                kept.state = "waiting"
                kept.due_at = now() + timedelta(minutes=DELAYS[kept.attempts - 1])
            if kept.fleeting and kept.state != "waiting":
                db.delete(kept)
        return 0
    with writing(db):
        kept = db.get_one(OutboxMail, row.id)
        kept.state, kept.sent_at, kept.problem = "sent", now(), ""
        if kept.fleeting:
            db.delete(kept)
    return 1


def as_message(row: OutboxMail, sender: str, host: str) -> EmailMessage:
    """The mail in the form that travels."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, row.to, row.subject
    message["Date"] = format_datetime(row.written_at.astimezone(UTC))
    message["Message-ID"] = f"<{row.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = row.language
    message.set_content(row.body)
    return message
