"""Periodic work of this room."""

from datetime import timedelta

from civic.house.jobs import every
from civic.proposals import service

every(timedelta(hours=24), "proposals.erase_old_drafts")(service.erase_old_drafts)
every(timedelta(hours=6), "proposals.forget_erased")(service.forget_erased)
