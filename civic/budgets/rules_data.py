"""What a règlement is made of: its data, the ready ones, and which data contradict each other.

`data` is plain JSON:

    title, territory, organisation: words
    calendar: {filing_opens_at, filing_closes_at, vote_opens_at, vote_closes_at} (ISO instants),
              results_on (ISO day or None)
    envelopes: [{name, amount, fundings: [{organisation, label, amount}], council, theme, local}]
              (cents); local says that it is a neighbourhood's or a theme's
    model: one of MODELS
    who_votes, who_proposes: one of WHO; minimum_age, proposer_age: years, or None
    age_on: ISO day on which an age is counted, None for the day the vote closes
    residence: one of PROOFS; checks: some of CHECKS; phone_share: how many rights one phone number
        may carry, with the check « sms »; choice: one of CHOICES; paper: whether one may vote on
        paper
    question: what is asked on the ballot, "" for nothing but the title
    cap: the most a project may cost (cents), None for no cap
    ballot_type: see BALLOT_TYPES; minimum, maximum: how many projects; max_points a project and
        max_sum in all, for points
    rule: one of RULES, with utility, completion, exhaustive_stop, start (Equal Shares: exact |
        integral, to the euro below), skip, threshold, laureates, per_zone, large_above and
        large_places (with any rule, how many projects that cost more than large_above may win),
        theme_limits ({theme: cents}), theme_places ({theme: number}), place_limits and
        place_places (the same by a neighbourhood's name)
    tie: cheapest | number
    compare: whether the result page says what other rules would have given
    publication: whether opened ballots (no order, no person) are published, one of PUBLICATIONS
    appeal_days, appeal_to: how long a result may be contested, and before whom
    keep_days: how long after the count what is left of the secret vote is kept
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from civic.ballots.models import MOST_SHARE
from civic.budgets.states import (
    BALLOT_TYPES,
    CHECKS,
    CHOICES,
    COMPLETIONS,
    MODELS,
    PROOFS,
    PUBLICATIONS,
    RULES,
    STARTS,
    TIE_BREAKS,
    UTILITIES,
    WHO,
)
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.proposals.states import THEMES

MOST_CENTS = 100_000_000_00

DEFAULTS: dict[str, Any] = {
    "model": "one",
    "who_votes": "residents",
    "who_proposes": "residents",
    "minimum_age": None,
    "proposer_age": None,
    "age_on": None,
    "residence": "declared",
    "checks": ["account", "letter", "desk"],
    "phone_share": 1,
    "question": "",
    "choice": "all",
    "paper": True,
    "cap": None,
    "ballot_type": "approval",
    "minimum": 1,
    "maximum": 3,
    "max_points": None,
    "max_sum": None,
    "rule": "greedy",
    "utility": None,
    "completion": "none",
    "exhaustive_stop": True,
    "start": "exact",
    "skip": True,
    "threshold": 0,
    "laureates": None,
    "per_zone": None,
    "large_above": None,
    "large_places": None,
    "theme_limits": {},
    "theme_places": {},
    "place_limits": {},
    "place_places": {},
    "tie": "cheapest",
    "compare": False,
    "publication": "auto",
    "appeal_days": 15,
    "keep_days": 60,
    "appeal_to": "",
}
"""What a new édition proposes; all of it can be changed while it is prepared."""

READY: dict[str, dict[str, Any]] = {
    "one": {"ballot_type": "approval", "rule": "greedy", "skip": True, "choice": "all"},
    "neighbourhoods": {"ballot_type": "approval", "rule": "zones-then-complement", "skip": True},
    "points": {"ballot_type": "points", "rule": "greedy", "skip": True, "choice": "all"},
    "other": {},
}
"""What each ready règlement fixes; the rest of it is asked."""

_PLAIN: dict[str, Any] = {
    name: DEFAULTS[name]
    for name in ("utility", "completion", "exhaustive_stop", "start", "threshold", "laureates",
                 "per_zone", "large_above", "large_places", "theme_limits", "theme_places",
                 "place_limits", "place_places")
}  # fmt: skip

TOGETHER = frozenset({"zones-then-complement", "zones-first", "one-per-zone"})
"""Rules that count all envelopes in one go; the others count each envelope apart."""


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(value: Any) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def by_model(rules: dict[str, Any], *, chosen: bool = True) -> dict[str, Any]:
    """The rules, with what their ready règlement fixes if it was `chosen` just now; otherwise
    rules that no longer go with it are « autres règles »."""
    model = rules["model"]
    fixed = READY.get(model, {}) if model == "other" else {**_PLAIN, **READY.get(model, {})}
    if chosen:
        own = ("per_zone",) if model == "neighbourhoods" else ()
        return {**rules, **{name: value for name, value in fixed.items() if name not in own}}
    if any(rules[name] != value for name, value in fixed.items()):
        return {**rules, "model": "other"}
    return rules


def check_rules(data: dict[str, Any]) -> None:
    """Refuses rules that contradict each other, naming the field to mend."""
    for name, known, sentence in (
        ("model", MODELS, lazy("Choisissez un règlement de la liste.")),
        ("ballot_type", BALLOT_TYPES, lazy("Choisissez une forme de bulletin.")),
        ("tie", TIE_BREAKS, lazy("Choisissez comment départager les égalités.")),
        ("rule", RULES, lazy("Choisissez une règle de compte.")),
        ("start", STARTS, lazy("Choisissez une part de départ.")),
        ("completion", COMPLETIONS, lazy("Choisissez un complément de la liste.")),
        ("who_votes", WHO, lazy("Choisissez qui vote.")),
        ("who_proposes", WHO, lazy("Choisissez qui propose.")),
        ("residence", PROOFS, lazy("Choisissez ce qui montre le domicile.")),
        ("publication", PUBLICATIONS, lazy("Choisissez une des réponses.")),
        ("choice", CHOICES, lazy("Choisissez quels projets une personne peut choisir.")),
    ):
        if data[name] not in known:
            raise Refusal(sentence, field=name)
    if data["utility"] is not None and data["utility"] not in UTILITIES:
        raise Refusal(lazy("Choisissez ce que vaut un projet."), field="utility")
    _check_ballot(data)
    _check_count(data)
    for name in ("minimum_age", "proposer_age"):
        if data[name] is not None and not 3 <= data[name] <= 18:
            raise Refusal(lazy("L'âge minimum va de 3 à 18 ans, ou reste vide."), field=name)
    if data["age_on"] is not None:
        date.fromisoformat(data["age_on"])
    if data["cap"] is not None and not 0 < data["cap"] <= MOST_CENTS:
        raise Refusal(lazy("Ce plafond n'est pas possible."), field="cap")
    if not data["checks"] or set(data["checks"]) - set(CHECKS):
        raise Refusal(lazy("Dites comment une personne montre qu'elle peut voter."), field="checks")
    if not 1 <= data["appeal_days"] <= 60:
        raise Refusal(lazy("De 1 à 60 jours."), field="appeal_days")
    if not data["appeal_days"] <= data["keep_days"] <= 365:
        raise Refusal(
            lazy("De la durée des contestations à 365 jours : rien n'est détruit avant leur fin."),
            field="keep_days",
        )
    if not 1 <= data["phone_share"] <= MOST_SHARE:
        raise Refusal(lazy("De 1 à %(most)s.", most=MOST_SHARE), field="phone_share")


def _check_ballot(data: dict[str, Any]) -> None:
    if not 0 <= data["minimum"] <= data["maximum"] <= 200 or data["maximum"] < 1:
        raise Refusal(
            lazy("Le nombre de projets à choisir va du plus petit au plus grand, 1 au moins."),
            field="maximum",
        )
    if data["ballot_type"] == "points" and not 1 <= (data["max_points"] or 0) <= (
        data["max_sum"] or 0
    ):
        raise Refusal(
            lazy("Donnez le nombre de points par projet et en tout (au moins autant)."),
            field="max_sum",
        )


def _check_count(data: dict[str, Any]) -> None:
    rule, ballot = data["rule"], data["ballot_type"]
    if rule == "majority-judgment" and ballot != "graded":
        raise Refusal(lazy("Le jugement majoritaire demande un bulletin à mentions."), field="rule")
    if ballot == "graded" and rule != "majority-judgment":
        raise Refusal(lazy("Des mentions se comptent par le jugement majoritaire."), field="rule")
    if rule == "phragmen" and ballot not in {"approval", "knapsack"}:
        raise Refusal(
            lazy("Cette règle demande de choisir des projets, sans points."), field="rule"
        )
    if rule in {"zones-first", "one-per-zone"} and not data["per_zone"]:
        raise Refusal(lazy("Donnez le nombre de projets par quartier."), field="per_zone")
    if (rule == "size-classes" or data["large_places"]) and not data["large_above"]:
        raise Refusal(lazy("Dites à partir de quel coût un projet est grand."), field="large_above")
    for name in ("threshold", "laureates", "per_zone", "large_places"):
        if data[name] is not None and not 0 <= data[name] <= 100_000:
            raise Refusal(lazy("Ce nombre n'est pas possible."), field=name)
    for name in ("theme_limits", "theme_places"):
        if set(data[name]) - set(THEMES):
            raise Refusal(lazy("Ce thème n'existe pas."), field="themes")
