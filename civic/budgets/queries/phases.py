"""Where an édition stands at an instant."""

from __future__ import annotations

from datetime import date, datetime

from civic.budgets.models import (
    Edition,
)
from civic.house.i18n import _, moment


def phase(row: Edition, now: datetime) -> str:
    """The state of § 8d at `now`: what people decided, and what the calendar makes of it.

    Nothing runs on a worker: the vote is open between its two instants, and not one second more,
    once it is sealed.
    """
    if row.status == "filing":
        assert row.filing_closes_at is not None
        assert row.vote_opens_at is not None
        if now < row.filing_closes_at:
            return "filing"
        return "filing_closed" if now < row.vote_opens_at else "analysis"
    if row.status == "catalogue_frozen" and row.vote_opens_at and row.vote_closes_at:
        if now < row.vote_opens_at or row.waits_for_key:
            return "catalogue_frozen"
        return "voting" if now < row.vote_closes_at else "voting_closed"
    return row.status


LOOKS = {
    "preparation": "draft",
    "filing": "open",
    "filing_closed": "waiting",
    "analysis": "waiting",
    "codesign": "waiting",
    "catalogue_frozen": "waiting",
    "voting": "vote",
    "voting_closed": "waiting",
    "counted": "waiting",
    "provisional": "waiting",
    "deliberated": "done",
    "delivery": "done",
    "review": "done",
    "archived": "closed",
    "suspended": "stopped",
    "cancelled": "stopped",
}
"""Which shape of the design goes with each phase."""


def state_sentence(row: Edition, now: datetime) -> str:
    """Where an édition stands, in one sentence with its next date."""
    at = phase(row, now)
    if row.is_external:
        return _("Exemple extérieur : une édition passée d'une autre ville")
    if at == "filing":
        assert row.filing_opens_at is not None
        assert row.filing_closes_at is not None
        if now < row.filing_opens_at:
            return _("Dépôt des idées à partir du %(when)s", when=moment(row.filing_opens_at))
        return _("Dépôt des idées jusqu'au %(when)s", when=moment(row.filing_closes_at))
    if at in {"filing_closed", "analysis"}:
        return _("Les services étudient les idées ; vote prévu à partir du %(when)s",
                 when=moment(row.vote_opens_at)) if row.vote_opens_at and at != "analysis" else _(
            "Les services étudient les idées")  # fmt: skip
    if at == "catalogue_frozen" and row.vote_opens_at and now >= row.vote_opens_at:
        return _("Le vote n'est pas encore ouvert : il attend la clé de la commission")
    if at == "catalogue_frozen" and row.vote_opens_at:
        return _("Vote à partir du %(when)s", when=moment(row.vote_opens_at))
    if at == "voting" and row.vote_closes_at:
        return _("Ouvert au vote jusqu'au %(when)s", when=moment(row.vote_closes_at))
    if at == "suspended":
        return _("Suspendue : %(reason)s", reason=row.stop_reason)
    if at == "cancelled":
        return _("Annulée : %(reason)s", reason=row.stop_reason)
    return {
        "preparation": _("En préparation : ses règles ne sont pas encore adoptées"),
        "voting_closed": _("Vote clos, dépouillement à venir"),
        "counted": _("Dépouillée, résultats à proclamer"),
        "provisional": _("Résultats proclamés : les élus décident après le délai de contestation"),
        "deliberated": _("Décidée par les élus"),
        "delivery": _("Projets en cours de réalisation"),
        "review": _("Projets réalisés, bilan en cours"),
        "archived": _("Édition terminée"),
        "codesign": _("Les projets se précisent avec les habitants"),
    }[at]


STOPS = ("preparation", "filing", "analysis", "vote", "results", "decision", "delivery")
_PLACE = {
    "preparation": 0, "filing": 1, "filing_closed": 2, "analysis": 2, "codesign": 2,
    "catalogue_frozen": 3, "voting": 3, "voting_closed": 4, "counted": 4, "provisional": 5,
    "deliberated": 6, "delivery": 6, "review": 6, "archived": 7,
}  # fmt: skip


def stations(row: Edition, now: datetime) -> list[tuple[str, str, date | datetime | None]]:
    """Its life as stations: (name, done | current | todo | stopped, when)."""
    names = (
        _("Préparation"), _("Dépôt des idées"), _("Étude"), _("Vote"), _("Résultats"),
        _("Décision des élus"), _("Réalisation"),
    )  # fmt: skip
    when: tuple[date | datetime | None, ...] = (
        row.adopted_on, row.filing_opens_at, row.filing_closes_at, row.vote_opens_at,
        row.results_on, None, None,
    )  # fmt: skip
    at = phase(row, now)
    stopped = at in {"suspended", "cancelled"}
    here = _stopped_at(row) if stopped else _PLACE[at]
    states = [
        "done" if place < here
        else ("stopped" if stopped else "current") if place == here
        else "todo"
        for place in range(len(STOPS))
    ]  # fmt: skip
    return list(zip(names, states, when, strict=True))


def _stopped_at(row: Edition) -> int:
    """The station of one that people stopped: once its ballot is sealed only its vote can be."""
    if row.poll_id is not None:
        return STOPS.index("vote")
    return STOPS.index("filing" if row.adopted_on else "preparation")
