"""A règlement that is still being written, carried over to the ballots of a past vote.

Its rule comes whole. Its envelopes come when that vote's projects fit into them, made larger or
smaller together until they add up to that vote's money; else that vote keeps its own. All amounts
of the rule change in the same proportion. What could not be carried over is said beside the result.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from civic.budgets.comparing import MOST_ADD1
from civic.budgets.counting import Candidate, Purse
from civic.budgets.rules_data import DEFAULTS, TOGETHER
from civic.house.i18n import lazy
from civic.house.refusal import Refusal
from civic.house.text import folded

_COUNTS = (
    "rule", "utility", "completion", "exhaustive_stop", "start", "skip", "threshold", "laureates",
    "per_zone", "large_above", "large_places", "theme_limits", "theme_places", "place_limits",
    "place_places", "tie",
)  # fmt: skip
"""What of a règlement's data says how ballots are counted."""


@dataclass(frozen=True, slots=True)
class Part:
    """An envelope of a règlement: its name, cents, its neighbourhood's name ("" for none) and its
    theme's code ("" for none)."""

    name: str
    amount: int
    place: str = ""
    theme: str = ""

    @property
    def local(self) -> bool:
        """Whether it is a neighbourhood's or a theme's, and not the whole territory's."""
        return bool(self.place or self.theme)


@dataclass(frozen=True, slots=True)
class Past:
    """A past vote: the form of its ballot, its rules, money and projects; `places`: by reference,
    the names that the neighbourhood of each goes by."""

    rules: Mapping[str, Any]
    purses: Sequence[Purse]
    candidates: Sequence[Candidate]
    places: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Carried:
    """What is counted in the end, and `notes`: what has to be said of it, as JSON keeps it."""

    rules: dict[str, Any]
    purses: list[Purse]
    candidates: list[Candidate]
    notes: dict[str, Any]


def drafted(rules: Mapping[str, Any], parts: Sequence[Part]) -> list[Any]:
    """All that a trial depends on, as JSON: another value is another draft."""
    return [
        {name: rules[name] for name in (*_COUNTS, "ballot_type", "cap")},
        [[one.name, one.amount, one.place, one.theme] for one in parts],
    ]


def carried(
    rules: Mapping[str, Any], parts: Sequence[Part], past: Past, *, ballots: int
) -> Carried:
    """The draft's rule and money on a past vote of so many ballots. Refuses a rule that these
    ballots or projects can't be counted by, in a sentence for who wrote it."""
    _require_countable(rules, past, ballots)
    own = _own_envelopes(rules["rule"], parts, past)
    total = sum(one.amount for one in past.purses)
    drafted_total = sum(one.amount for one in (own.used if own else parts))
    said = {**DEFAULTS, **{name: rules[name] for name in _COUNTS}}
    notes: dict[str, Any] = {
        "total": total,
        "envelopes": "own" if own else "theirs" if parts else "none",
        "aside": own.aside if own else [],
        "merged": own is not None and own.merged,
        "ratio": None,
    }
    if own is not None:
        purses, candidates = _filled(own, total, past.candidates)
    else:
        purses, candidates = list(past.purses), list(past.candidates)
    if drafted_total:
        notes["ratio"] = round(total / drafted_total, 4)
        for name in ("theme_limits", "place_limits"):
            said[name] = {one: most * total // drafted_total for one, most in rules[name].items()}
        if rules["large_above"]:
            said["large_above"] = rules["large_above"] * total // drafted_total
    for name in ("place_limits", "place_places"):
        said[name] = _by_their_names(said[name], past)
    said |= {name: past.rules[name] for name in ("ballot_type", "minimum", "maximum")}
    if said["rule"] in TOGETHER and not _has_parts(said["rule"], purses, candidates):
        raise Refusal(_NO_PARTS, field="vote")
    notes |= {
        "amounts": bool(rules["theme_limits"] or rules["place_limits"] or rules["large_above"]),
        "threshold": rules["threshold"] or 0,
        "cap": bool(rules["cap"]),
        "idle": _idle(rules, past),
        "ballot_type": past.rules["ballot_type"],
    }
    return Carried(said, purses, candidates, notes)


_NO_PARTS = lazy(
    "Votre règle compte par quartier, et les projets de ce vote n'ont pas de quartier. Choisissez "
    "un autre vote."
)


def _require_countable(rules: Mapping[str, Any], past: Past, ballots: int) -> None:
    rule, ballot = rules["rule"], past.rules["ballot_type"]
    if (rule == "majority-judgment") != (ballot == "graded"):
        raise Refusal(
            lazy(
                "Votre règle compte des mentions, et les bulletins de ce vote n'en ont pas. "
                "Choisissez un autre vote."
            )
            if rule == "majority-judgment"
            else lazy(
                "Les bulletins de ce vote sont des mentions : votre règle ne les compte pas. "
                "Choisissez un autre vote."
            ),
            field="vote",
        )
    if rule == "phragmen" and ballot not in {"approval", "knapsack"}:
        raise Refusal(
            lazy(
                "Votre règle compte des choix sans points, et ce vote en donnait. Choisissez un "
                "autre vote."
            ),
            field="vote",
        )
    grows = rule == "equal-shares" and rules["completion"] in {"add1", "add1u"}
    if grows and ballots * len(past.candidates) > MOST_ADD1:
        raise Refusal(
            lazy(
                "Ce vote a trop de bulletins pour essayer ici des parts qui grandissent. "
                "Choisissez un vote plus petit."
            ),
            field="vote",
        )


@dataclass(frozen=True, slots=True)
class _Own:
    """The draft's envelopes that are used, in their order, and which of them holds each project (by
    its place among them); the names of those set aside; whether common ones are taken as one."""

    used: list[Part]
    homes: dict[str, int]
    aside: list[str]
    merged: bool


def _own_envelopes(rule: str, parts: Sequence[Part], past: Past) -> _Own | None:
    """The draft's envelopes filled with a past vote's projects; None when a project fits into none,
    when neighbourhoods or themes are all others, or when there is no money."""
    local = [one for one in parts if one.local]
    common = [one for one in parts if not one.local]
    known = list(local)
    if common:
        known.append(Part(common[0].name, sum(one.amount for one in common)))
    homes: dict[str, int] = {}
    for one in past.candidates:
        home = _home(one, {folded(name) for name in past.places.get(one.reference, ())}, known)
        if home is None:
            return None
        homes[one.reference] = home
    held = set(homes.values())
    if local and not any(known[place].local for place in held):
        return None
    if common and rule in TOGETHER:
        held.add(len(known) - 1)  # it pays the complement, even without a project of its own
    order = {place: at for at, place in enumerate(sorted(held))}
    used = [known[place] for place in order]
    if not sum(one.amount for one in used):
        return None
    aside = [one.name for place, one in enumerate(known) if place not in held]
    return _Own(used, {key: order[at] for key, at in homes.items()}, aside, len(common) > 1)


def _home(one: Candidate, names: Collection[str], known: Sequence[Part]) -> int | None:
    """Which envelope a project goes to: its neighbourhood's, else its theme's, else the common."""
    for at, part in enumerate(known):
        if part.place and not {folded(part.place), folded(part.name)}.isdisjoint(names):
            return at
    for at, part in enumerate(known):
        if part.theme and not part.place and part.theme == one.theme:
            return at
    return next((at for at, part in enumerate(known) if not part.local), None)


def _filled(
    own: _Own, total: int, candidates: Sequence[Candidate]
) -> tuple[list[Purse], list[Candidate]]:
    """The draft's envelopes in the proportion of their amounts, `total` cents in all, and the
    projects in them."""
    whole = sum(one.amount for one in own.used)
    amounts = [one.amount * total // whole for one in own.used]
    amounts[0] += total - sum(amounts)
    purses = [
        Purse(place, one.name, amount, local=one.local)
        for place, (one, amount) in enumerate(zip(own.used, amounts, strict=True))
    ]
    return purses, [replace(one, envelope_id=own.homes[one.reference]) for one in candidates]


def _by_their_names(limits: Mapping[str, Any], past: Past) -> dict[str, Any]:
    """Limits by neighbourhood under the names that the count of that vote knows them by."""
    found = {}
    for name, most in limits.items():
        for one in past.candidates:
            if folded(name) in {folded(other) for other in past.places.get(one.reference, ())}:
                found[one.place] = most
    return found


def _has_parts(rule: str, purses: Sequence[Purse], candidates: Sequence[Candidate]) -> bool:
    held = {one.envelope_id for one in candidates}
    local = any(one.local and one.id in held for one in purses)
    return local or (rule != "zones-then-complement" and any(one.place for one in candidates))


def _idle(rules: Mapping[str, Any], past: Past) -> list[list[str]]:
    """Limits that no project of that vote falls under: [kind, name] each."""
    themes = {one.theme for one in past.candidates}
    places = {folded(name) for names in past.places.values() for name in names}
    found = [
        ["theme", one]
        for one in sorted({*rules["theme_limits"], *rules["theme_places"]})
        if one not in themes
    ]
    return found + [
        ["place", one]
        for one in sorted({*rules["place_limits"], *rules["place_places"]})
        if folded(one) not in places
    ]
