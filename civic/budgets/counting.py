"""From opened ballots to funded projects, by the rule that the règlement declares
(`civic.rules.tally` carries it out)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from civic.budgets.rules_data import TOGETHER
from civic.house.i18n import speaking
from civic.proposals.states import THEMES
from civic.rules import tally
from civic.rules.tally import what_if
from civic.rules.tally.walk import COMPLEMENT
from civic.rules.urn.amendments import without
from civic.rules.urn.envelope import Choices

Marked = tuple[Sequence[str], Sequence[int]]
_MOST_WORK = 5_000_000
"""Choices read while looking for « N personnes de plus » by shares; beyond, it is not said."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project on the ballot: its reference there, position, cost in cents, envelope, title;
    `place` is its neighbourhood's name and `theme` its theme's code ("" if unknown). `withdrawn`:
    the sentence that says when, by whom and why it left the vote, "" if it stands."""

    reference: str
    position: int
    cost: int
    envelope_id: int
    title: str
    place: str = ""
    theme: str = ""
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Purse:
    """An envelope: identifier, name, cents; `local` if it is a neighbourhood's or a theme's."""

    id: int
    name: str
    amount: int
    local: bool = True


@dataclass(frozen=True, slots=True)
class Counted:
    """What the count says of one project. `cause` and `explanation` say why (the sentence in
    French); `rank` is within its envelope, from 1. `figures` are those of the sentence, as JSON
    keeps them: stage, remaining, missing, at_cost, more, shares, paid, payers, drained, price; with
    a graded ballot, `grades` (how many gave each, the worst first) and `grade` (the majority's, 0
    the worst)."""

    reference: str
    votes: int
    score: int
    rank: int
    elected: bool
    cause: str
    explanation: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """One election that was counted: an envelope, or all of them together ("" as its name)."""

    purse_id: int | None
    name: str
    election: tally.Election
    outcome: tally.Outcome


VOTE_TYPES: dict[str, tally.VoteType] = {
    "points": "cumulative",
    "graded": "scoring",
    "ranking": "scoring",
}
_BY_POINTS = ("points", "ranking")


def count(
    candidates: Sequence[Candidate],
    ballots: Iterable[Marked],
    purses: Sequence[Purse],
    rules: Mapping[str, Any],
    incompatible: Sequence[Sequence[str]] = (),
) -> dict[str, Counted]:
    """By reference, what became of each project.

    `ballots`: (references chosen, points given to them, empty for votes). `rules`: a règlement's
    data. Ties: « cheapest » is lowest cost then smallest position, « number » smallest position.

    A withdrawn project has nothing: all others have what they would if it had never been on these
    ballots.
    """
    answer = {
        one.reference: Counted(one.reference, 0, 0, 0, False, "withdrawn", one.withdrawn)
        for one in candidates
        if one.withdrawn
    }
    for unit in units(candidates, ballots, purses, rules, incompatible):
        answer |= _said(unit)
    return answer


def units(
    candidates: Sequence[Candidate],
    ballots: Iterable[Marked],
    purses: Sequence[Purse],
    rules: Mapping[str, Any],
    incompatible: Sequence[Sequence[str]] = (),
) -> list[Unit]:
    """The elections of an édition and their outcomes, each envelope apart or all together.

    A ballot that chooses nothing of an envelope is no voter there; where all are counted together
    a blank ballot is one.
    """
    together = rules["rule"] in TOGETHER
    listed, gone = len(candidates), {one.reference for one in candidates if one.withdrawn}
    if gone:
        candidates = [one for one in candidates if not one.withdrawn]
        incompatible = [[one for one in group if one not in gone] for group in incompatible]
        kept = (without(Choices(tuple(one), tuple(marks)), gone) for one, marks in ballots)
        ballots = [(one.references, one.points) for one in kept]
    if rules["ballot_type"] == "ranking":
        most = min(rules["maximum"], listed)
        ballots = [(chosen, _ranks(len(chosen), most)) for chosen, _none in ballots]
    if together or len(purses) == 1:
        whole = None if together else purses[0].id
        name = "" if together else purses[0].name
        rows = [_ballot(choices, points) for choices, points in ballots]
        total = sum(purse.amount for purse in purses)
        return [_unit(whole, name, candidates, rows, total, purses, rules, incompatible)]
    home = {one.reference: one.envelope_id for one in candidates}
    cut: dict[int, list[tally.Ballot]] = {purse.id: [] for purse in purses}
    for choices, points in ballots:
        parts: dict[int, list[int]] = {}
        for place, reference in enumerate(choices):
            parts.setdefault(home[reference], []).append(place)
        for key, places in parts.items():
            marks = [points[at] for at in places] if points else ()
            cut[key].append(_ballot([choices[at] for at in places], marks))
    made = []
    for purse in purses:
        own = [one for one in candidates if one.envelope_id == purse.id]
        if own:
            known = {one.reference for one in own}
            foes = [[one for one in group if one in known] for group in incompatible]
            made.append(
                _unit(purse.id, purse.name, own, cut[purse.id], purse.amount, purses, rules, foes)
            )
    return made


def _ranks(chosen: int, most: int) -> Sequence[int]:
    """What a ranking gives: `most` points to the first, one less to each next."""
    return range(most, most - chosen, -1)


def _ballot(choices: Sequence[str], points: Sequence[int]) -> tally.Ballot:
    return tally.Ballot(tuple(choices), tuple(points))


def _unit(
    purse_id: int | None,
    name: str,
    own: Sequence[Candidate],
    ballots: list[tally.Ballot],
    budget: int,
    purses: Sequence[Purse],
    rules: Mapping[str, Any],
    incompatible: Sequence[Sequence[str]],
) -> Unit:
    zones = _zones(own, purses, rules["rule"])
    options = options_of(own, purses, rules, incompatible)
    if rules["rule"] in TOGETHER and not any(zones.values()):
        zones = dict.fromkeys(zones, NOWHERE)
        options["zone_envelope"] = 0 if rules["rule"] == "zones-then-complement" else None
    election = tally.Election.of(
        [
            tally.Project(
                one.reference, one.cost, one.title, zones[one.reference], _categories(one, rules),
            )
            for one in own
        ],
        ballots,
        budget,
        vote_type=VOTE_TYPES.get(rules["ballot_type"], "approval"),
    )  # fmt: skip
    outcome = tally.count(election, rules["rule"], **options)
    return Unit(purse_id, name, election, outcome)


NOWHERE = "tout le territoire"
"""The one neighbourhood of a rule of neighbourhoods when no project is of any."""
LARGE = "grands projets"
"""The category of projects above `large_above`, where a rule without classes limits them."""


def theme_category(theme: str) -> str:
    """The category of a theme's projects, in the words that an explanation says."""
    with speaking("fr"):
        return f"thème {THEMES[theme]}" if theme in THEMES else theme


def place_category(place: str) -> str:
    """The category of a neighbourhood's projects, where a règlement limits them."""
    return f"quartier {place}"


def _large_are_few(rules: Mapping[str, Any]) -> bool:
    return bool(rules["rule"] != "size-classes" and rules["large_places"] and rules["large_above"])


def _categories(one: Candidate, rules: Mapping[str, Any]) -> tuple[str, ...]:
    """What limits of the règlement a project falls under, its theme first."""
    found = [theme_category(one.theme)] if one.theme else []
    if one.place in {**rules.get("place_limits", {}), **rules.get("place_places", {})}:
        found.append(place_category(one.place))
    if _large_are_few(rules) and one.cost > rules["large_above"]:
        found.append(LARGE)
    return tuple(found)


def _zones(own: Sequence[Candidate], purses: Sequence[Purse], rule: str) -> dict[str, str]:
    """Each project's zone: its local envelope's name, or its own neighbourhood where the money is
    for the whole territory (but then Toulouse's rule leaves it to the complement)."""
    local = {purse.id: purse.name for purse in purses if purse.local}
    waits = rule == "zones-then-complement"
    return {one.reference: local.get(one.envelope_id, "" if waits else one.place) for one in own}


def options_of(
    own: Sequence[Candidate],
    purses: Sequence[Purse],
    rules: Mapping[str, Any],
    incompatible: Sequence[Sequence[str]] = (),
) -> dict[str, Any]:
    """The engine's options, from a règlement's data."""
    rule = rules["rule"]
    order = sorted(
        own,
        key=lambda one: (
            one.cost if rules["tie"] == "cheapest" else 0,
            one.position,
            one.reference,
        ),
    )
    options: dict[str, Any] = {
        "tie": tuple(one.reference for one in order),
        "skip": rules["skip"],
        "threshold": rules["threshold"] or 0,
        "laureates": rules["laureates"],
        "category_limits": {
            **{theme_category(one): most for one, most in rules["theme_limits"].items()},
            **{place_category(one): most for one, most in rules.get("place_limits", {}).items()},
        },
        "category_places": {
            **{theme_category(one): most for one, most in rules["theme_places"].items()},
            **{place_category(one): most for one, most in rules.get("place_places", {}).items()},
            **({LARGE: rules["large_places"]} if _large_are_few(rules) else {}),
        },
        "incompatible": [group for group in incompatible if len(group) > 1],
    }
    if rule == "equal-shares":
        options["utility"] = None if rules["ballot_type"] in _BY_POINTS else rules["utility"]
        options["completion"] = rules["completion"]
        options["exhaustive_stop"] = rules["exhaustive_stop"]
        options["start"] = rules.get("start", "exact")
    elif rule not in {"phragmen", "majority-judgment"}:
        options["utility"] = "points" if rules["ballot_type"] in _BY_POINTS else None
    if rule in {"zones-then-complement", "one-per-zone"}:
        options["zone_envelopes"] = {one.name: one.amount for one in purses if one.local}
    if rule in TOGETHER:
        options["per_zone"] = rules["per_zone"]
    if rule == "size-classes":
        options["classes"] = [
            {"name": "grands projets", "laureates": rules["large_places"]},
            {"name": "petits projets", "up_to": rules["large_above"]},
        ]
    return options


def _said(unit: Unit) -> dict[str, Counted]:
    stages = {step.project: step.stage for step in unit.outcome.steps if step.taken}
    graded = unit.outcome.rule == "majority-judgment"
    scale, given = tally.grades(unit.election) if graded else ([], {})
    by_shares = unit.outcome.rule in {"equal-shares", "phragmen"}
    choices = max(1, len(unit.election.ballots.choices))
    looked = choices * len(unit.election.projects) * 16 < _MOST_WORK
    answer = {
        one.id: Counted(one.id, 0, 0, 0, False, "no-support", "Personne ne l'a choisi.")
        for one in unit.election.projects
    }
    for said in unit.outcome.explain():
        more = said.more_votes
        sentence = said.sentence
        if by_shares and looked and said.cause in {"shares-spent", "too-expensive", "after-stop"}:
            more = what_if.fewest_voters(unit.election, unit.outcome, said.project)
            if more is not None:
                sentence += (
                    f" Avec {more} {'personne' if more == 1 else 'personnes'} de plus qui "
                    "n'auraient choisi que lui, il aurait été retenu."
                )
        figures = {
            "stage": stages.get(said.project) or None,
            "remaining": said.remaining,
            "missing": said.missing,
            "at_cost": said.at_cost,
            "more": more,
            "shares": said.shares,
            "paid": [list(entry) for entry in said.paid] or None,
            "payers": said.payers,
            "drained": said.drained,
            "price": None if said.price is None else float(said.price),
            **_graded(scale, given.get(said.project, ())),
        }
        answer[said.project] = Counted(
            reference=said.project,
            votes=said.votes,
            score=said.score,
            rank=said.rank,
            elected=said.funded,
            cause=said.cause or "",
            explanation=_set_apart(sentence),
            figures={name: value for name, value in figures.items() if value is not None},
        )
    return answer


def _graded(scale: Sequence[int], given: Sequence[int]) -> dict[str, Any]:
    """How many gave each grade, the worst first, and the majority's; nothing without grades."""
    if not sum(given):
        return {}
    by_mark = dict(zip(scale, given, strict=True))
    return {
        "grades": [by_mark.get(mark, 0) for mark in range(max(scale) + 1)],
        "grade": scale[tally.median(given)],
    }


def _set_apart(sentence: str) -> str:
    """The sentence with no-break spaces where French sets a mark apart: no line begins with one."""
    return re.sub(r" (?=[:;?!»])|(?<=«) ", "\u00a0", sentence)


def in_complement(figures: Mapping[str, Any]) -> bool:
    """Whether a project was funded by the complement and not by its own envelope."""
    return figures.get("stage") == COMPLEMENT
