"""The doors of the draws: public pages, lists, preparation, session, drawn people."""

from flask import Blueprint

doors = Blueprint("draws", __name__, url_prefix="/tirages")

from civic.draws.views import lists, papers, people, preparing, public, session  # noqa: E402

__all__ = ["doors", "lists", "papers", "people", "preparing", "public", "session"]
