"""A place with its vote, and until when its sheet and its signatures are written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from civic.ballots.models import Poll, PollingPlace
from civic.ballots.service.locks import locked_poll
from civic.house.i18n import lazy
from civic.house.refusal import NotFound, Refusal


def place_of(db: Session, place_id: int) -> tuple[PollingPlace, Poll]:
    """A place and its vote, which is locked."""
    place = db.get(PollingPlace, place_id)
    if place is None:
        raise NotFound
    return place, locked_poll(db, place.poll_id)


_LATE_SHEET = lazy(
    "L'étape 1 est faite : les feuilles ne changent plus. Demandez de reprendre les papiers, ou "
    "écrivez une observation au procès-verbal."
)


def require_sheets_time(poll: Poll, at: datetime, late: Any = _LATE_SHEET) -> None:
    """Refuses before the vote is open, and once step 1 is made, by the sentence `late`."""
    if poll.stage == "configured" or at < poll.opens_at:
        raise Refusal(lazy("Ce vote n'est pas encore ouvert. Revenez quand il ouvrira."))
    if poll.stage != "sealed":
        raise Refusal(late)
