"""Periodic work of this room."""

from datetime import timedelta

from civic.accounts import service
from civic.house.jobs import every

every(timedelta(hours=24), "accounts.erase_forgotten")(service.erase_forgotten)
