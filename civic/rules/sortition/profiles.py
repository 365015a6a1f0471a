"""People who can't be told apart by the draw, counted together; and the panels as whole numbers.

Two people with the same features have the same chance in any fair lottery, so the optimum is
sought over *profiles*: one number a profile (how many of its people sit) instead of one a person.
With one seat a household at most, what a person's household holds matters too: a profile is then
(features, the household's multiset of features), and one more row says that a class of N alike
households gives N seats at most. Any such whole numbers can be seated with distinct households.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.values import Candidate, Criterion

Floats = NDArray[np.float64]
Features = tuple[str | None, ...]


@dataclass(frozen=True)
class Shape:
    """Every panel is a whole vector x, 0 ≤ x ≤ sizes, with lower ≤ rows·x ≤ upper.

    ``rows`` is R by T: the number of seats first, then one row a criterion, one a class of
    households of several people, then the cuts found on the way; ``whole`` tells the rows whose
    coefficients and bounds are whole numbers.
    """

    sizes: Floats
    rows: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]

    def with_cut(self, weights: Floats, most: float, *, whole: bool) -> Shape:
        """The same panels, described by one inequality more: weights·x ≤ most."""
        return Shape(
            self.sizes,
            np.vstack([self.rows, weights]),
            np.append(self.lower, -np.inf),
            np.append(self.upper, most),
            np.append(self.whole, whole),
        )


@dataclass(frozen=True)
class Profiles:
    """``members[t]`` are the people (places in the candidates' order) of profile t, and
    ``classes`` the classes of households of several people: for each, its households as
    {profile: people} maps."""

    shape: Shape
    members: tuple[tuple[int, ...], ...]
    classes: tuple[tuple[dict[int, tuple[int, ...]], ...], ...]


def features_of(criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """The features that criteria bound, sorted."""
    return tuple(sorted({criterion.feature for criterion in criteria}))


def group(candidates: Sequence[Candidate], criteria: Sequence[Criterion], seats: int) -> Profiles:
    """Profiles of ``candidates`` (households count when anyone has one), in an order that depends
    on what people are and not on where they stand in the list."""
    names = features_of(criteria)
    vectors: list[Features] = [
        tuple(person.features.get(name) or None for name in names) for person in candidates
    ]
    households: dict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(candidates):
        if person.household is not None:
            households[person.household].append(place)
    at_home: dict[int, tuple[Features, ...]] = {}
    for people in households.values():
        if len(people) > 1:
            shared = tuple(sorted((vectors[place] for place in people), key=_sortable))
            at_home.update(dict.fromkeys(people, shared))
    found: dict[tuple[Features, tuple[Features, ...]], list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        found[vector, at_home.get(place, ())].append(place)
    keys = sorted(found, key=lambda key: (_sortable(key[0]), [_sortable(one) for one in key[1]]))
    number = {key: t for t, key in enumerate(keys)}

    rows = [np.ones(len(keys))]
    lower, upper = [float(seats)], [float(seats)]
    for criterion in criteria:
        column = names.index(criterion.feature)
        rows.append(np.array([float(key[0][column] == criterion.value) for key in keys]))
        lower.append(float(criterion.minimum))
        upper.append(float(criterion.maximum))

    alike: dict[tuple[Features, ...], list[dict[int, tuple[int, ...]]]] = defaultdict(list)
    for people in households.values():
        if len(people) > 1:
            shared = at_home[people[0]]
            inside: dict[int, list[int]] = defaultdict(list)
            for place in people:
                inside[number[vectors[place], shared]].append(place)
            alike[shared].append({t: tuple(who) for t, who in sorted(inside.items())})
    classes = []
    for shared in sorted(alike, key=lambda one: [_sortable(vector) for vector in one]):
        row = np.zeros(len(keys))
        for vector in Counter(shared):
            row[number[vector, shared]] = 1.0
        rows.append(row)
        lower.append(0.0)
        upper.append(float(len(alike[shared])))
        classes.append(tuple(alike[shared]))

    shape = Shape(
        np.array([float(len(found[key])) for key in keys]),
        np.vstack(rows),
        np.array(lower),
        np.array(upper),
        np.ones(len(rows), dtype=np.bool_),
    )
    return Profiles(shape, tuple(tuple(found[key]) for key in keys), tuple(classes))


def _sortable(vector: Features) -> tuple[tuple[bool, str], ...]:
    return tuple((value is not None, value or "") for value in vector)
