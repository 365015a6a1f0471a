"""The règlement of an édition, made from its data: the same figures that the site enforces.

`data` is plain JSON:

    title, territory, organisation: words
    calendar: {filing_opens_at, filing_closes_at, vote_opens_at, vote_closes_at} (ISO instants),
              results_on (ISO day or None)
    envelopes: [{name, amount, fundings: [{organisation, label, amount}], council}] (cents)
    cap: the most a project may cost (cents), None for no cap
    ballot_type: approval | points; minimum, maximum: how many projects; max_points a project and
        max_sum in all, for points
    minimum_age: years, or None
    skip: whether a project that does not fit is skipped (else the count of its envelope stops)
    tie: cheapest | number
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime
from typing import Any

from civic.budgets.states import TIE_BREAKS
from civic.house.i18n import _, day, euros, moment, ngettext, speaking

DEFAULTS: dict[str, Any] = {
    "cap": None,
    "ballot_type": "approval",
    "minimum": 1,
    "maximum": 3,
    "max_points": None,
    "max_sum": None,
    "minimum_age": None,
    "skip": True,
    "tie": "cheapest",
}
"""What a new édition proposes; all of it can be changed while it is prepared."""


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(value: Any) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def example_text_of(data: dict[str, Any]) -> str:
    """How this site counts an édition of elsewhere: its own règlement is not known here."""
    with speaking("fr"):
        text = "\n\n".join([_money(data), _ballot(data, ours=False), _count(data)])
    return re.sub(r"^## \d\. ", "## ", text, flags=re.MULTILINE)


def text_of(data: dict[str, Any]) -> str:
    """The règlement in Markdown, in French whatever the language of the moment."""
    with speaking("fr"):
        parts = [
            _who(data),
            _money(data),
            _ideas(data),
            _calendar(data),
            _ballot(data),
            _count(data),
            _after(data),
        ]
    return "\n\n".join(parts)


def _article(title: str, *paragraphs: str) -> str:
    return "\n\n".join([f"## {title}", *(p for p in paragraphs if p)])


def _who(data: dict[str, Any]) -> str:
    age = data["minimum_age"]
    return _article(
        _("1. Qui participe"),
        _(
            "« %(title)s » est ouvert aux habitants du territoire (%(territory)s), sans "
            "condition de nationalité. Une personne vote une fois, en ligne, par courrier ou au "
            "lieu de vote.",
            title=data["title"],
            territory=data["territory"],
        ),
        _("Il faut avoir %(age)s ans le jour de son vote.", age=age)
        if age
        else _("Il n'y a pas de condition d'âge."),
    )


def _money(data: dict[str, Any]) -> str:
    lines = []
    for envelope in data["envelopes"]:
        funders = ", ".join(
            _("%(who)s %(amount)s", who=_funder(part), amount=euros(part["amount"]))
            for part in envelope["fundings"]
        )
        line = f"- **{envelope['name']}** : {euros(envelope['amount'])} ({funders})."
        if envelope.get("council"):
            line += " " + _("Confiée à : %(council)s.", council=envelope["council"])
        lines.append(line)
    total = sum(envelope["amount"] for envelope in data["envelopes"])
    return _article(
        _("2. L'argent"),
        _("En tout %(amount)s, toutes taxes comprises :", amount=euros(total)),
        "\n".join(lines),
    )


def _funder(part: dict[str, Any]) -> str:
    name: str = part["organisation"]
    return f"{name}, {part['label']}" if part["label"] else name


def _ideas(data: dict[str, Any]) -> str:
    cap = data["cap"]
    return _article(
        _("3. Les idées"),
        _(
            "Une idée est recevable si elle sert l'intérêt général, se trouve sur le territoire, "
            "relève de la compétence de la commune ou de l'agglomération, n'est pas déjà "
            "programmée et ne crée pas surtout des dépenses de fonctionnement. Chaque refus est "
            "motivé, daté et public."
        ),
        _("Un projet coûte au plus %(cap)s.", cap=euros(cap))
        if cap
        else _("Il n'y a pas de plafond par projet, en dehors de l'enveloppe."),
    )


def _calendar(data: dict[str, Any]) -> str:
    at = {key: _instant(value) for key, value in data["calendar"].items() if key != "results_on"}
    lines = [
        _("- Dépôt des idées : du %(start)s au %(end)s.",
          start=moment(at["filing_opens_at"]), end=moment(at["filing_closes_at"])),
        _("- Vote : du %(start)s au %(end)s.",
          start=moment(at["vote_opens_at"]), end=moment(at["vote_closes_at"])),
    ]  # fmt: skip
    results = data["calendar"].get("results_on")
    if results:
        lines.append(_("- Résultats : le %(day)s.", day=day(date.fromisoformat(results), "full")))
    return _article(
        _("4. Le calendrier"),
        "\n".join(lines),
        _("Changer une de ces dates demande un avenant, daté et motivé, publié avec ce règlement."),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ballot(data: dict[str, Any], *, ours: bool = True) -> str:
    if data["ballot_type"] == "points":
        choice = _(
            "Le bulletin donne des points aux projets : %(most)s au plus pour un projet, "
            "%(sum)s au plus en tout.",
            most=data["max_points"],
            sum=data["max_sum"],
        )
    elif data["minimum"] == data["maximum"]:
        choice = ngettext(
            "Le bulletin choisit exactement %(n)s projet.",
            "Le bulletin choisit exactement %(n)s projets.",
            data["maximum"],
        )
    else:
        choice = ngettext(
            "Le bulletin choisit de %(least)s à %(n)s projet.",
            "Le bulletin choisit de %(least)s à %(n)s projets.",
            data["maximum"],
            least=data["minimum"],
        )
    return _article(
        _("5. Le bulletin"),
        choice,
        _(
            "Le vote est secret. Chacun peut remplacer son bulletin jusqu'à la clôture ; un vote "
            "au lieu de vote retire le bulletin déposé en ligne."
        )
        if ours
        else "",
    )


def _count(data: dict[str, Any]) -> str:
    by = _("de points") if data["ballot_type"] == "points" else _("de voix")
    misfit = (
        _("Un projet qui coûte plus que ce qui reste est passé, et le suivant est examiné.")
        if data["skip"]
        else _("Au premier projet qui coûte plus que ce qui reste, le compte s'arrête.")
    )
    return _article(
        _("6. Le compte"),
        _(
            "Dans chaque enveloppe, les projets sont classés par nombre %(by)s et financés dans "
            "cet ordre tant que l'enveloppe le permet. %(misfit)s",
            by=by,
            misfit=misfit,
        ),
        _("À égalité passe devant : %(tie)s.", tie=str(TIE_BREAKS[data["tie"]])),
    )


def _after(data: dict[str, Any]) -> str:
    return _article(
        _("7. La décision"),
        _(
            "Le vote des habitants propose des lauréats ; les élus décident (%(organisation)s), "
            "par un acte publié. S'il s'écarte du vote, il dit pourquoi. "
            "Chaque projet retenu est suivi en public jusqu'à sa réalisation.",
            organisation=data["organisation"],
        ),
    )
