"""The doors of the votes: what everybody sees, what a voter does, what staff and commission do."""

from civic.ballots.views import closing, desk, keys, kiosk, public, voter
from civic.ballots.views.common import doors

__all__ = ["closing", "desk", "doors", "keys", "kiosk", "public", "voter"]
