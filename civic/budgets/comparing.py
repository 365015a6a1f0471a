"""What a result does, and what other rules would have given from the same ballots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from civic.budgets.counting import Candidate, Marked, Purse, Unit, units
from civic.budgets.rules_data import DEFAULTS
from civic.house.i18n import lazy
from civic.rules import tally

OTHERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "envelopes": (
        lazy("Le plus de voix d'abord, enveloppe par enveloppe"),
        {"rule": "greedy"},
    ),
    "greedy": (lazy("Le plus de voix d'abord, tout ensemble"), {"rule": "greedy"}),
    "no-skip": (
        lazy("Le plus de voix, arrêt au premier projet trop cher"),
        {"rule": "greedy", "skip": False},
    ),
    "per-cost": (lazy("Le plus de voix pour son coût d'abord"), {"rule": "greedy-per-cost"}),
    "complement": (
        lazy("Chaque enveloppe, puis un complément"),
        {"rule": "zones-then-complement"},
    ),
    "zones-first": (
        lazy("Les deux premiers de chaque quartier, puis toute la ville"),
        {"rule": "zones-first", "per_zone": 2},
    ),
    "shares": (
        lazy("Parts égales, puis le plus de voix"),
        {"rule": "equal-shares", "completion": "utilitarian"},
    ),
    "add1u": (
        lazy("Parts égales qui grandissent, puis le plus de voix"),
        {"rule": "equal-shares", "completion": "add1u"},
    ),
    "phragmen": (lazy("Charges équilibrées (Phragmén)"), {"rule": "phragmen"}),
}
"""The rules set side by side: name, and what of a règlement each changes."""

_APART = frozenset({"envelopes"})
_OF_ENVELOPES = frozenset({"envelopes", "complement"})
_OF_PLACES = frozenset({"zones-first"})
MOST_ADD1 = 5_000_000
"""Ballots times projects beyond which the growing shares, the slowest of all, are left out."""


def measures(
    candidates: Sequence[Candidate],
    ballots: Sequence[Marked],
    purses: Sequence[Purse],
    rules: Mapping[str, Any],
    incompatible: Sequence[Sequence[str]] = (),
    *,
    done: Sequence[Unit] | None = None,
) -> dict[str, Any]:
    """As JSON keeps it: `own`, the effect of the règlement's rule, `others`, of each other rule by
    name, and `shares`, what Equal Shares gave each voter, for « et mes choix ».

    An effect: winners (references), spent (cents), chose (how many chose something), none (how many
    of them have none of their choices funded), places ({neighbourhood: cents}). `done`:
    the elections by the règlement's rule, if they have been counted already.
    """
    if done is None:
        done = units(candidates, ballots, purses, rules, incompatible)
    answer: dict[str, Any] = {
        "own": effect_of(candidates, ballots, _winners(done)),
        "others": {},
        "shares": _shares(done),
    }
    if rules["ballot_type"] == "graded":
        return answer
    whole = [Purse(0, "", sum(purse.amount for purse in purses), local=False)]
    moved = [_moved(one) for one in candidates]
    several = sum(purse.local for purse in purses) > 1
    places = len({one.place for one in candidates if one.place}) > 1
    for name, (_words, changes) in OTHERS.items():
        if (name in _OF_ENVELOPES and not several) or (name in _OF_PLACES and not places):
            continue
        if name == "add1u" and len(ballots) * len(candidates) > MOST_ADD1:
            continue
        other = {**DEFAULTS, **_same(rules), **changes}
        try:
            if name in _OF_ENVELOPES:
                made = units(candidates, ballots, purses, other, incompatible)
            else:
                made = units(moved, ballots, whole, other, incompatible)
        except tally.BadRule:
            continue
        answer["others"][name] = effect_of(candidates, ballots, _winners(made))
    return answer


def _same(rules: Mapping[str, Any]) -> dict[str, Any]:
    return {name: rules[name] for name in ("ballot_type", "tie", "minimum", "maximum")}


def _moved(one: Candidate) -> Candidate:
    return replace(one, envelope_id=0)


def _winners(done: Iterable[Unit]) -> list[str]:
    return [winner for unit in done for winner in unit.outcome.winners]


def effect_of(
    candidates: Sequence[Candidate], ballots: Iterable[Marked], winners: Sequence[str]
) -> dict[str, Any]:
    """The figures of one set of winners; money by neighbourhood adds up to what is spent."""
    won = set(winners)
    chose = none = 0
    for choices, _points in ballots:
        if choices:
            chose += 1
            none += won.isdisjoint(choices)
    places: dict[str, int] = {}
    spent = 0
    for one in candidates:
        if one.reference in won:
            spent += one.cost
            places[one.place] = places.get(one.place, 0) + one.cost
    return {
        "winners": list(winners),
        "spent": spent,
        "chose": chose,
        "none": none,
        "places": dict(sorted(places.items())),
    }


def _shares(done: Sequence[Unit]) -> list[dict[str, Any]]:
    """For each election by Equal Shares: each voter's share and what a supporter paid at most for
    each project, in cents, in the order they were bought. Only where each pays the same."""
    answer = []
    for unit in done:
        outcome = unit.outcome
        if outcome.endowment is None or unit.election.vote_type != "approval":
            continue
        prices = [
            [said.project, round(float(said.price), 3)]
            for said in outcome.explain()
            if said.price is not None
        ]
        answer.append({"share": round(float(outcome.endowment), 3), "prices": prices})
    return answer


SHORT: dict[str, Any] = {
    "envelopes": lazy("Par enveloppe"),
    "greedy": lazy("Tout ensemble"),
    "no-skip": lazy("Avec arrêt"),
    "per-cost": lazy("Par euro"),
    "complement": lazy("Complément"),
    "zones-first": lazy("Deux par quartier"),
    "shares": lazy("Parts égales"),
    "add1u": lazy("Parts qui grandissent"),
    "phragmen": lazy("Phragmén"),
}
"""Their names at the head of a column."""

WORDS: dict[str, Any] = {
    "envelopes": lazy(
        "Dans chaque enveloppe, du plus voté au moins voté. Ce qui reste n'est pas dépensé."
    ),
    "greedy": lazy(
        "Une seule liste, du plus voté au moins voté. Les projets chers et les quartiers qui "
        "votent beaucoup passent devant."
    ),
    "no-skip": lazy("La même liste, mais rien n'est financé après le premier projet trop cher."),
    "per-cost": lazy("Un projet bon marché a besoin de moins de voix : on en finance plus."),
    "complement": lazy(
        "Chaque quartier a son argent ; ce qui reste partout finance ensuite les plus votés."
    ),
    "zones-first": lazy("Chaque quartier a au moins ses deux préférés, si l'argent le permet."),
    "shares": lazy(
        "Chacun a la même part d'argent et paie ce qu'il a choisi : peu de gens restent sans rien."
    ),
    "add1u": lazy("Pareil, avec des parts qui grandissent tant qu'il reste de l'argent."),
    "phragmen": lazy(
        "L'argent arrive à chacun au même rythme : les groupes différents passent à tour de rôle."
    ),
}
"""What each of them does, in a sentence for who has to choose one."""
