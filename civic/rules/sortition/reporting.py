"""What a lottery gives, as plain values for a program or a page to read."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from civic.rules.sortition.values import BadInput, Criterion, Infeasible
from civic.rules.sortition.verify import counts


def report(
    public: dict[str, Any], private: dict[str, Any] | None = None, seconds: float | None = None
) -> dict[str, Any]:
    """The figures of a lottery; keys of ``optimal`` and ``probabilities`` are people's numbers, or
    the pool's ids with the private content. ``seconds`` is what the preparation took, if known.

    ``min_probability`` is the smallest optimal chance, before rounding to panels;
    ``probabilities`` are exact fractions as text, as the published panels give them.
    """
    names = {number: number for number in public["people"]}
    if private is not None:
        names = {str(one["number"]): str(one["id"]) for one in private["people"]}
        if set(names) != set(public["people"]):
            raise BadInput("le fichier privé n'a pas les personnes de cette loterie")
    numbers = public["numbers"]
    found = counts(public)
    return {
        "seats": public["seats"],
        "people": len(public["people"]),
        "profiles": public["profiles"],
        "panels": numbers,
        "min_probability": min(public["optimal"].values()),
        "optimal": {names[number]: value for number, value in public["optimal"].items()},
        "probabilities": {
            name: str(Fraction(found[int(number)], numbers)) for number, name in names.items()
        },
        "seconds": seconds,
        "algorithm": public["algorithm"],
        "version": public["program"],
    }


def clash(none: Infeasible) -> dict[str, Any]:
    """An impossibility: ``clashes`` (criteria and a French sentence each), the ``relaxation``
    (every criterion, or null when the flexible bounds leave none) and its ``changes`` said."""
    return {
        "infeasible": True,
        "sentence": str(none),
        "clashes": [
            {"criteria": [_row(one) for one in each.criteria], "sentence": each.sentence}
            for each in none.clashes
        ],
        "relaxation": None if none.relaxation is None else [_row(one) for one in none.relaxation],
        "changes": list(none.changes),
    }


def _row(one: Criterion) -> dict[str, Any]:
    return {"feature": one.feature, "value": one.value, "min": one.minimum, "max": one.maximum}
