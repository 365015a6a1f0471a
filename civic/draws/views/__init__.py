"""The doors of the draws: public pages, lists, preparation, invitations, session, drawn people."""

from flask import Blueprint

from civic.draws.features import said

doors = Blueprint("draws", __name__, url_prefix="/tirages")
doors.add_app_template_filter(said, "own")

from civic.draws.views import (  # noqa: E402
    after,
    invited,
    inviting,
    lists,
    papers,
    people,
    preparing,
    proof,
    public,
    session,
)

__all__ = [
    "after",
    "doors",
    "invited",
    "inviting",
    "lists",
    "papers",
    "people",
    "preparing",
    "proof",
    "public",
    "session",
]
