"""Periodic work of this room."""

from datetime import timedelta

from civic.house.jobs import every
from civic.mandates import service

every(timedelta(hours=6), "mandates.close_over")(service.close_over)
every(timedelta(hours=24), "mandates.forget_former")(service.forget_former)
