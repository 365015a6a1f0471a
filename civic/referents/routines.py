"""Periodic work of this room."""

from datetime import timedelta

from civic.house.jobs import every
from civic.referents import service

every(timedelta(hours=6), "referents.close_lost")(service.close_lost)
