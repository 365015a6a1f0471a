"""The published papers of a vote, made once and kept."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.house.db import Base, Code

DOCUMENTS = ("record", "archive")


class PollDocument(Base):
    """The procès-verbal (a PDF in each language that was asked for) or the archive (a zip, language
    "") of a vote, as it is sent to whoever asks.

    `source` says what it was made of: the digest of the procès-verbal's text, or the archive's own
    digest as the count or the annulment certified it. A text that says anything else is another
    state of the vote, and its paper takes the place of this one. `digest` is that of the bytes.
    Gone with a count that is set aside; the procès-verbal goes with the destruction too, since the
    next one has its certificate and no more typed papers.
    """

    __tablename__ = "poll_document"
    __table_args__ = (CheckConstraint(f"kind IN {DOCUMENTS}", name="kind"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
