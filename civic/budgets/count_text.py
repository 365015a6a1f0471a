"""How a règlement says its count: the rule, its limits, its ties, in plain French."""

from __future__ import annotations

from typing import Any

from civic.budgets.rules_data import TOGETHER
from civic.budgets.states import TIE_BREAKS
from civic.house.i18n import _, euros, ngettext
from civic.proposals.states import THEMES


def count_paragraphs(data: dict[str, Any]) -> list[str]:
    """The paragraphs of the article on the count, in the language of the moment."""
    by = {"points": _("de points"), "ranking": _("de points")}.get(
        data["ballot_type"], _("de voix")
    )
    misfit = (
        _("Un projet qui coûte plus que ce qui reste est passé, et le suivant est examiné.")
        if data["skip"]
        else _("Au premier projet qui coûte plus que ce qui reste, le compte s'arrête.")
    )
    alone = data["rule"] in TOGETHER or len(data["envelopes"]) == 1
    where = "" if alone else _("Chaque enveloppe est comptée à part.")
    walks = data["rule"] not in {"equal-shares", "phragmen"}
    return [
        " ".join(part for part in (where, _rule(data, by), misfit if walks else "") if part),
        *_limits(data),
        _("À égalité passe devant : %(tie)s.", tie=str(TIE_BREAKS[data["tie"]])),
    ]


def _rule(data: dict[str, Any], by: str) -> str:
    rule, some = data["rule"], data["per_zone"]
    if rule == "greedy-per-cost":
        return _(
            "Les projets sont classés par nombre %(by)s pour chaque euro qu'ils coûtent, et "
            "financés dans cet ordre tant que l'argent le permet.", by=by,
        )  # fmt: skip
    if rule == "zones-then-complement":
        most = "" if not some else " " + ngettext(
            "Un quartier a au plus %(n)s projet ainsi.",
            "Un quartier a au plus %(n)s projets ainsi.", some,
        )  # fmt: skip
        return _(
            "D'abord, dans chaque enveloppe de quartier ou de thème, les projets sont classés par "
            "nombre %(by)s et financés dans cet ordre tant que l'enveloppe le permet.%(most)s "
            "Ensuite, ce qui reste de toutes les enveloppes, et l'enveloppe de tout le territoire "
            "s'il y en a une, forment le complément : il finance les autres projets, dans le même "
            "ordre.", by=by, most=most,
        )  # fmt: skip
    if rule == "zones-first":
        return ngettext(
            "D'abord, le premier projet de chaque quartier par nombre %(by)s est financé. Ensuite, "
            "les autres le sont dans l'ordre pour toute la ville, tant que l'argent le permet.",
            "D'abord, les %(n)s premiers projets de chaque quartier par nombre %(by)s sont "
            "financés. Ensuite, les autres le sont dans l'ordre pour toute la ville, tant que "
            "l'argent le permet.", some, by=by,
        )  # fmt: skip
    if rule == "one-per-zone":
        return ngettext(
            "Le premier projet de chaque quartier par nombre %(by)s est lauréat, si l'argent le "
            "permet.",
            "Les %(n)s premiers projets de chaque quartier par nombre %(by)s sont lauréats, si "
            "l'argent le permet.", some, by=by,
        )  # fmt: skip
    if rule == "size-classes":
        places = "" if not data["large_places"] else ngettext(
            "%(n)s grand projet est financé au plus.",
            "%(n)s grands projets sont financés au plus.",
            data["large_places"],
        ) + " "  # fmt: skip
        return _(
            "Un grand projet coûte plus de %(above)s. Les grands projets sont examinés d'abord, "
            "par nombre %(by)s. %(places)sLes petits viennent ensuite, avec ce qui reste.",
            above=euros(data["large_above"]), by=by, places=places,
        )  # fmt: skip
    if rule == "majority-judgment":
        return _(
            "Les projets sont classés par leur mention majoritaire : celle que la moitié des "
            "votants au moins juge méritée, ou une meilleure. Ils sont financés dans cet ordre "
            "tant que l'argent le permet."
        )
    if rule == "phragmen":
        return _(
            "Chaque personne reçoit de l'argent au même rythme. Dès que les soutiens d'un projet "
            "ont ensemble de quoi le payer, il est financé. Le compte s'arrête au premier projet "
            "qui ferait dépasser l'enveloppe."
        )
    if rule == "equal-shares":
        rounded = (
            _("La part de départ est arrondie à l'euro en dessous.")
            if data.get("start") == "integral"
            else ""
        )
        parts = (_shares(data["utility"]), rounded, _completed(data))
        return " ".join(part for part in parts if part)
    return _(
        "Les projets sont classés par nombre %(by)s et financés dans cet ordre tant que l'argent "
        "le permet.", by=by,
    )  # fmt: skip


def _shares(utility: str | None) -> str:
    first = _(
        "L'enveloppe est partagée en parts égales entre les personnes qui votent. Un projet est "
        "financé quand celles qui l'ont choisi ont ensemble de quoi le payer ; chacune donne la "
        "même somme, ou tout ce qui lui reste. À chaque tour est pris le projet qui demande le "
        "moins à chacune"
    )
    return first + (_(".") if utility == "count" else _(", par rapport à ce qu'il coûte."))


def _completed(data: dict[str, Any]) -> str:
    stop = (
        _("jusqu'à ce qu'aucun autre projet soutenu ne tienne dans ce qui reste, ou que "
          "l'enveloppe soit dépassée")
        if data["exhaustive_stop"]
        else _("jusqu'à ce que l'enveloppe soit dépassée")
    )  # fmt: skip
    grow = _("Chaque part grandit ensuite d'un euro à la fois, %(stop)s (ce pas de trop ne compte "
             "pas).", stop=stop)  # fmt: skip
    rest = _("Ce qui reste finance les projets suivants par nombre de voix.")
    return {
        "none": _("Ce qui reste n'est pas dépensé."),
        "utilitarian": rest,
        "add1": grow,
        "add1u": f"{grow} {rest}",
    }[data["completion"]]


def _limits(data: dict[str, Any]) -> list[str]:
    said = []
    if data["threshold"]:
        said.append(_("Un projet qui a moins de %(n)s voix (ou points) n'est jamais financé.",
                      n=data["threshold"]))  # fmt: skip
    if data["laureates"]:
        said.append(ngettext("Il y a au plus %(n)s lauréat.", "Il y a au plus %(n)s lauréats.",
                             data["laureates"]))  # fmt: skip
    for theme, amount in sorted(data["theme_limits"].items()):
        said.append(_("Thème « %(theme)s » : %(amount)s au plus en tout.",
                      theme=str(THEMES[theme]), amount=euros(amount)))  # fmt: skip
    for theme, places in sorted(data["theme_places"].items()):
        said.append(ngettext("Thème « %(theme)s » : %(n)s projet au plus.",
                             "Thème « %(theme)s » : %(n)s projets au plus.",
                             places, theme=str(THEMES[theme])))  # fmt: skip
    for place, amount in sorted(data.get("place_limits", {}).items()):
        said.append(_("Quartier « %(place)s » : %(amount)s au plus en tout.",
                      place=place, amount=euros(amount)))  # fmt: skip
    for place, places in sorted(data.get("place_places", {}).items()):
        said.append(ngettext("Quartier « %(place)s » : %(n)s projet au plus.",
                             "Quartier « %(place)s » : %(n)s projets au plus.",
                             places, place=place))  # fmt: skip
    if data["large_places"] and data["large_above"] and data["rule"] != "size-classes":
        said.append(ngettext("%(n)s projet de plus de %(above)s est financé au plus.",
                             "%(n)s projets de plus de %(above)s sont financés au plus.",
                             data["large_places"], above=euros(data["large_above"])))  # fmt: skip
    said.append(_("Si le bulletin scellé dit que des projets s'excluent, le premier retenu écarte "
                  "les autres."))  # fmt: skip
    return said
