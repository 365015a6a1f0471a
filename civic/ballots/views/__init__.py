"""The doors of the votes: what everybody sees, what a voter does, what staff and commission do."""

from civic.ballots.views import (
    after,
    annulment,
    closing,
    contests,
    desk,
    documents,
    identity,
    keys,
    kiosk,
    places,
    public,
    rolls,
    typing,
    voter,
)
from civic.ballots.views.common import doors

__all__ = [
    "after",
    "annulment",
    "closing",
    "contests",
    "desk",
    "documents",
    "doors",
    "identity",
    "keys",
    "kiosk",
    "places",
    "public",
    "rolls",
    "typing",
    "voter",
]
