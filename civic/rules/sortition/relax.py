"""When no panel meets all bounds: which ones clash, and the fewest seats to give way on.

A clash is found by taking bounds away one at a time, as long as the rest still can't hold: what
stays is a set of which every bound is needed. The smallest change lets each bound move, within its
flexible bounds when it has some, and minimises the seats moved in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from civic.rules.sortition.profiles import Floats, Profiles
from civic.rules.sortition.program import INFINITY, Program
from civic.rules.sortition.values import Clash, Criterion, Infeasible

# Clashes told at once: more would be noise until the first are settled.
CLASHES_TOLD = 5


@dataclass(frozen=True)
class _Bound:
    """One side of a criterion."""

    place: int
    least: bool


def explain(profiles: Profiles, criteria: Sequence[Criterion], seats: int) -> Infeasible:
    """Why no panel of ``seats`` people meets ``criteria`` (the rows of ``profiles``)."""
    relaxation, changes = _smallest_change(profiles, criteria, seats)
    return Infeasible(_clashes(profiles, criteria, seats), relaxation, changes)


def _clashes(profiles: Profiles, criteria: Sequence[Criterion], seats: int) -> list[Clash]:
    shape = profiles.shape
    program = Program(shape.rows, shape.lower, shape.upper, shape.sizes, integer=True)

    def can_hold(kept: Sequence[_Bound]) -> bool:
        lower, upper = shape.lower.copy(), shape.upper.copy()
        lower[1 : 1 + len(criteria)] = -INFINITY
        upper[1 : 1 + len(criteria)] = INFINITY
        for bound in kept:
            row = 1 + bound.place
            if bound.least:
                lower[row] = shape.lower[row]
            else:
                upper[row] = shape.upper[row]
        program.bound_rows(lower, upper)
        return program.solve()

    if not can_hold([]):
        return [
            Clash(
                (), f"les foyers sont trop peu nombreux pour {seats} sièges, une personne par foyer"
            )
        ]
    left = [_Bound(place, least) for place in range(len(criteria)) for least in (True, False)]
    clashes: list[Clash] = []
    while len(clashes) < CLASHES_TOLD and not can_hold(left):
        core = list(left)
        for bound in left:
            fewer = [one for one in core if one != bound]
            if not can_hold(fewer):
                core = fewer
        sides = [
            (criteria[bound.place], bound.least, _have(profiles, bound.place)) for bound in core
        ]
        named = tuple(dict.fromkeys(criterion for criterion, _least, _count in sides))
        clashes.append(Clash(named, _sentence(sides, seats)))
        left = [bound for bound in left if bound not in core]
    return clashes


def _have(profiles: Profiles, place: int) -> int:
    return int(profiles.shape.rows[1 + place] @ profiles.shape.sizes)


def _sentence(sides: list[tuple[Criterion, bool, int]], seats: int) -> str:
    if len(sides) == 1 and sides[0][1] and sides[0][2] < sides[0][0].minimum:
        criterion, _least, have = sides[0]
        lack = criterion.minimum - have
        return (
            f"il manque {lack} personne{'s' if lack > 1 else ''} {criterion.name} : {have} "
            f"dans la liste, {criterion.minimum} demandée{'s' if criterion.minimum > 1 else ''}"
        )
    features = {criterion.feature for criterion, _least, _count in sides}
    if len(features) == 1:
        feature = next(iter(features))
        if all(least for _criterion, least, _count in sides):
            asked = sum(criterion.minimum for criterion, _least, _count in sides)
            if asked > seats:
                return f"les minimums de « {feature} » demandent {asked} sièges sur {seats}"
        elif not any(least for _criterion, least, _count in sides):
            given = sum(criterion.maximum for criterion, _least, _count in sides)
            if given < seats:
                return f"les maximums de « {feature} » ne laissent que {given} sièges sur {seats}"
    said = [
        f"au moins {criterion.minimum} {criterion.name} ({have} dans la liste)"
        if least
        else f"au plus {criterion.maximum} {criterion.name}"
        for criterion, least, have in sides
    ]
    if len(said) == 1:
        return f"cette borne ne peut être tenue pour {seats} sièges : {said[0]}"
    return f"ces bornes ne tiennent pas ensemble pour {seats} sièges : " + ", ".join(said)


def _smallest_change(
    profiles: Profiles, criteria: Sequence[Criterion], seats: int
) -> tuple[list[Criterion] | None, list[str]]:
    shape, many, kept = profiles.shape, len(profiles.shape.sizes), len(criteria)
    # Columns: seats, then how far each minimum goes down, then how far each maximum goes up.
    rows = np.hstack([shape.rows, np.zeros((len(shape.rows), 2 * kept))])
    above = np.zeros((kept, many + 2 * kept))
    for place in range(kept):
        rows[1 + place, many + place] = 1.0
        above[place, :many] = shape.rows[1 + place]
        above[place, many + kept + place] = -1.0
    lower = np.concatenate([shape.lower, np.full(kept, -INFINITY)])
    upper = np.concatenate([shape.upper, [float(one.maximum) for one in criteria]])
    upper[1 : 1 + kept] = INFINITY
    down: Floats = np.array(
        [max(0.0, float(one.minimum - (one.flex_minimum or 0))) for one in criteria]
    )
    up: Floats = np.array(
        [
            max(0.0, float((seats if one.flex_maximum is None else one.flex_maximum) - one.maximum))
            for one in criteria
        ]
    )
    program = Program(
        np.vstack([rows, above]),
        lower,
        upper,
        np.concatenate([shape.sizes, down, up]),
        integer=True,
    )
    program.cost(np.concatenate([np.zeros(many), np.ones(2 * kept)]))
    if not program.solve():
        return None, []
    moved = np.rint(program.point()[many:]).astype(int)
    relaxation, changes = [], []
    for place, one in enumerate(criteria):
        less, more = int(moved[place]), int(moved[kept + place])
        relaxation.append(replace(one, minimum=one.minimum - less, maximum=one.maximum + more))
        if less:
            changes.append(f"au moins {one.minimum - less} {one.name} au lieu de {one.minimum}")
        if more:
            changes.append(f"au plus {one.maximum + more} {one.name} au lieu de {one.maximum}")
    return relaxation, changes
