"""What a test sees of the mails that verbs have written."""

from __future__ import annotations

import re

from sqlalchemy import Engine, inspect, select

from civic.house.db import sessions
from civic.house.post import Mail, OutboxMail


class Outbox:
    """The outbox of one database, read anew each time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Mail]:
        """Every mail written so far, oldest first, whether or not it was sent since."""
        with sessions(self._engine)() as db:
            if not inspect(db.connection()).has_table("outbox_mail"):
                return []
            rows = db.scalars(select(OutboxMail).order_by(OutboxMail.written_at, OutboxMail.to))
            return [Mail(row.to, row.subject, row.body, row.language) for row in rows]

    def to(self, address: str) -> list[Mail]:
        """The mails to one address."""
        return [mail for mail in self.all() if mail.to == address]

    def last(self, address: str) -> Mail:
        """The latest mail to one address; fails when there is none."""
        mails = self.to(address)
        assert mails, f"no mail to {address}, only to {sorted({m.to for m in self.all()})}"
        return mails[-1]

    def link(self, address: str) -> str:
        """The path that the first link of the latest mail to an address leads to."""
        body = self.last(address).body
        found = re.search(r"https?://[^/\s]+(/\S*)", body)
        assert found, f"no link in: {body}"
        return found[1].rstrip(".,;)»>")
