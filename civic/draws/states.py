"""Where a draw stands, and what became of a line or a person, as sentences: never as codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from civic.draws.models import STATUSES
from civic.house.i18n import _, day, lazy, moment

LOOKS = {
    "draft": "draft",
    "lists_received": "draft",
    "lists_checked": "waiting",
    "order_asked": "waiting",
    "order_frozen": "open",
    "inviting": "open",
    "freeze_asked": "waiting",
    "frozen": "open",
    "drawn": "vote",
    "record_signed": "vote",
    "letters_sent": "waiting",
    "completed": "done",
    "list_sent": "done",
    "closed": "done",
    "cancelled": "stopped",
}
"""The shape that goes with each status (components/status.html)."""

STATIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (lazy("Les listes"), ("draft", "lists_received")),
    (lazy("Les critères"), ("lists_checked",)),
    (lazy("Les invitations"), ("order_asked", "order_frozen", "inviting")),
    (lazy("L'engagement"), ("freeze_asked", "frozen")),
    (lazy("La séance"), ("drawn", "record_signed")),
    (lazy("Les réponses"), ("letters_sent",)),
    (lazy("Les mandats"), ("completed", "list_sent", "closed")),
)

ENTRY_NAMES = {
    "kept": lazy("retenues"),
    "duplicate": lazy("doublons"),
    "homonym": lazy("homonymes à trancher"),
    "unmatched": lazy("adresses inconnues"),
    "outside": lazy("hors des quartiers du conseil"),
    "underage": lazy("trop jeunes"),
    "excluded": lazy("exclues (membres actuels, élus, agents)"),
}

LINE_NAMES = {
    "kept": lazy("dans la liste : cette personne pouvait être tirée"),
    "duplicate": lazy("en double : comptée une fois, sur une autre ligne"),
    "homonym": lazy("écartée : homonyme pas encore tranché"),
    "unmatched": lazy("écartée : adresse pas reconnue"),
    "outside": lazy("écartée : hors des quartiers du conseil"),
    "underage": lazy("écartée : trop jeune"),
    "excluded": lazy("écartée : décision de l'agent"),
}
"""What became of one line, for the person who asks at the desk."""

EXCLUDED_NAMES = {
    "member": lazy("écartée : membre actuel du conseil"),
    "elected": lazy("écartée : élu ou élue"),
    "agent": lazy("écartée : agent ou agente"),
    "left": lazy("écartée : a quitté le groupe que ce tirage complète"),
}
"""The same for a line that is excluded, by its reason."""

ANSWER_NAMES = {
    "waiting": lazy("pas encore contactée"),
    "contacted": lazy("contactée"),
    "accepted": lazy("a accepté"),
    "refused": lazy("a refusé"),
    "silent": lazy("n'a pas répondu"),
    "unreachable": lazy("injoignable"),
    "ineligible": lazy("ne peut pas siéger"),
}
ANSWER_LOOKS = {
    "waiting": "draft",
    "contacted": "waiting",
    "accepted": "done",
    "refused": "closed",
    "silent": "closed",
    "unreachable": "closed",
    "ineligible": "stopped",
}
CHANNEL_NAMES = {
    "letter": lazy("lettre"),
    "call": lazy("appel"),
    "visit": lazy("visite"),
    "mail": lazy("courriel"),
    "sms": lazy("SMS"),
    "desk": lazy("au guichet"),
}
OUTCOME_NAMES = {
    "sent": lazy("envoyée, sans retour pour le moment"),
    "reached": lazy("la personne a été jointe"),
    "no_answer": lazy("personne n'a répondu"),
    "undeliverable": lazy("revenue : adresse ou numéro inconnu"),
}
CHANCE_NAMES = {
    "number": lazy("un numéro, avec des dés ou des boules"),
    "seed": lazy("un texte public, comme le résultat d'un loto"),
}
ALGORITHM_NAMES = {
    "leximin": lazy("la plus petite chance aussi grande que possible, puis la suivante (leximin)"),
    "maximin": lazy("la plus petite chance aussi grande que possible (maximin)"),
    "stratified": lazy("tirage stratifié simple"),
}


def sentence(
    status: str,
    *,
    session_at: datetime | None = None,
    drawn_at: datetime | None = None,
    completed_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    now: datetime,
) -> str:
    """Where a draw stands, for anybody."""
    if status == "frozen" and session_at is not None:
        if session_at > now:
            return _("Figé. La séance publique a lieu le %(when)s.", when=moment(session_at))
        return _("Figé. La séance est ouverte : le numéro est attendu.")
    if status in {"drawn", "record_signed"} and drawn_at is not None:
        return _("Tiré au sort le %(day)s. Les personnes vont être contactées.", day=day(drawn_at))
    if status == "letters_sent":
        return _("Les personnes tirées au sort donnent leur réponse.")
    if status in {"completed", "list_sent", "closed"} and completed_at is not None:
        if status == "closed":
            return _("Terminé le %(day)s. Les listes sont effacées.", day=day(completed_at))
        return _(
            "Terminé le %(day)s. Les listes sont effacées, sauf les personnes en réserve.",
            day=day(completed_at),
        )
    if status == "cancelled" and cancelled_at is not None:
        return _("Annulé le %(day)s.", day=day(cancelled_at))
    return str(_BEFORE.get(status, _BEFORE["draft"]))


_BEFORE = {
    "draft": lazy("En préparation : les listes sont attendues."),
    "lists_received": lazy("En préparation : les listes sont en cours de contrôle."),
    "lists_checked": lazy("En préparation : les listes sont contrôlées."),
    "order_asked": lazy(
        "L'ordre des invitations va être figé : une autre personne doit confirmer."
    ),
    "order_frozen": lazy("Les listes sont figées. Le hasard qui donnera l'ordre est attendu."),
    "inviting": lazy("Des personnes tirées au sort sont invitées. Leurs réponses sont attendues."),
    "freeze_asked": lazy("Une personne a demandé le gel ; une autre doit le confirmer."),
}


def stations(status: str, reached: str = "", *, way: str = "direct") -> list[tuple[Any, str, None]]:
    """The life of a draw as (name, done|current|todo|stopped, None). For a cancelled draw,
    `reached` is the last status it had."""
    stops = [one for one in STATIONS if way == "invited" or "inviting" not in one[1]]
    order = [place for place, (_name, held) in enumerate(stops) if (reached or status) in held]
    here = order[0] if order else 0
    over = status in {"completed", "list_sent", "closed"}
    found = []
    for place, (name, _held) in enumerate(stops):
        state = "done" if place < here or over else "current" if place == here else "todo"
        if status == "cancelled" and place >= here:
            state = "stopped" if place == here else "todo"
        found.append((name, state, None))
    return found


def last_reached(*, frozen: bool, drawn: bool) -> str:
    """The stage that a cancelled draw had reached."""
    return "drawn" if drawn else "frozen" if frozen else "draft"


def birthday_words(precision: str, born: date | None) -> str:
    """A birth date for those who contact a drawn person."""
    if born is None:
        return _("date de naissance inconnue de la liste")
    if precision == "year":
        return _("né ou née en %(year)s", year=born.year)
    return _("né ou née le %(day)s", day=day(born))


assert set(LOOKS) == set(STATUSES)
