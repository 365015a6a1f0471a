"""Periodic work of this room."""

from datetime import timedelta

from civic.house.jobs import every
from civic.people import service

every(timedelta(hours=24), "people.erase_expired")(service.erase_expired)
