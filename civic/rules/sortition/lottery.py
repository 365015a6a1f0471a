"""The preparation: from people and criteria to the lottery to publish and what stays sealed.

The public content names nobody and puts no criterion beside a number: numbers are single-use (1
to n, in an order that only the secret gives), each stands for a salted digest, and panels hold
numbers only. Everything follows from the input and the secret, so the same input gives the same
bytes whatever the order of lines.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from civic.rules.sortition import chances, few, relax
from civic.rules.sortition.decompose import Mixture, NoPanel, Unproved, decompose
from civic.rules.sortition.panels import FEWEST, MOST, NOTHING, Seated, numbered, too_few
from civic.rules.sortition.profiles import Floats, Profiles, Shape, group
from civic.rules.sortition.values import (
    ALGORITHMS,
    CHANCES,
    BadInput,
    Candidate,
    Criterion,
    Lottery,
    Prepared,
    clean,
)
from civic.rules.sortition.verify import AUDITOR, LETTER, LOTTERY, canonical, digest, leaf

PROGRAM = "civic sortition 1"
PRIVATE = "civic-private-1"
RULES = {
    "seed": "composition de compatibilité (NFKC), minuscules, blancs réduits à un ; le numéro est "
    "SHA-256(engagement, graine, rang, un par ligne) modulo le nombre de groupes, rang 0, 1, 2 … "
    "jusqu'à une valeur sous le dernier multiple entier",
    "reserve": "SHA-256(graine ‖ numéro de la personne), du plus petit au plus grand ; si le "
    "hasard est un numéro, ce numéro est la graine",
}
Progress = Callable[[str, float], None]


def prepare(
    candidates: Iterable[Candidate],
    criteria: Iterable[Criterion],
    seats: int,
    *,
    secret: bytes,
    panels: int | None = None,
    algorithm: str = "leximin",
    chance: str = "either",
    previous: str | None = None,
    progress: Progress | None = None,
) -> Prepared:
    """A fair lottery over panels of ``seats`` people that meet ``criteria``.

    ``secret`` (any bytes, kept apart) gives numbers and salts. ``panels`` is M, by default the
    smallest power of ten from 1,000 that rounds fairly enough. ``chance`` says how the number may
    come: "seed" (a public text), "number" (drawn in the hall) or "either". ``previous`` chains a
    replacement draw to the digest of the record before it. ``progress`` is told a step's French
    name and its share done, 0 to 1; whatever it raises goes through and stops the preparation.

    Raises BadInput (ids given twice, seats out of range, ``panels`` too few …) and Infeasible.
    """
    tell: Progress = progress or (lambda _step, _share: None)
    bounds = _checked_criteria(criteria)
    people = _checked_people(candidates, bounds, seats)
    if algorithm not in ALGORITHMS or chance not in CHANCES or not secret:
        raise BadInput("algorithme, source du hasard ou secret inconnu")
    key = hmac.digest(secret, canonical(_context(people, bounds, seats, previous)), hashlib.sha256)
    people.sort(key=lambda one: (_keyed(key, "number", one.id), one.id))

    tell("profils", 0.0)
    profiles = group(people, bounds, seats)
    try:
        bound, best, mixture = _shared(profiles.shape, algorithm, tell)
    except (chances.Unreachable, NoPanel):
        raise relax.explain(profiles, bounds, seats) from None
    tell("groupes", 0.0)
    each = np.zeros(len(people))
    for t, members in enumerate(profiles.members):
        each[list(members)] = best[t] / profiles.shape.sizes[t]
    each[each < NOTHING] = 0.0
    fewest = FEWEST
    while algorithm == "leximin" and fewest < MOST and too_few(fewest, float(each[each > 0].min())):
        fewest *= 10
    seated, numbers = _numbers(profiles, mixture, best, panels, key, fewest)
    ranges = _ranges(seated, range(1, len(people) + 1))

    optimal = [round(float(value), 10) for value in each]
    private = _private(people, bounds, key)
    public: dict[str, object] = {
        "format": LOTTERY,
        "program": PROGRAM,
        "algorithm": algorithm,
        "seats": seats,
        "criteria": [
            {"feature": one.feature, "value": one.value, "min": one.minimum, "max": one.maximum}
            for one in bounds
        ],
        "profiles": len(profiles.members),
        "households": any(one.household is not None for one in people),
        "people": {str(one["number"]): leaf(one) for one in private},
        "optimal": {str(place + 1): value for place, value in enumerate(optimal)},
        "bound": round(bound, 10),
        "numbers": numbers,
        "panels": ranges,
        "chance": chance,
        "rules": RULES,
        "previous": previous,
    }
    tell("groupes", 1.0)
    return Prepared(
        public=public,
        private={"format": PRIVATE, "commitment": digest(public), "people": private},
        lottery=Lottery(
            numbers,
            tuple(
                (first, last, tuple(row))
                for first, last, row in _ranges(seated, [one.id for one in people])
            ),
            {one.id: int(count) for one, count in zip(people, seated.counts, strict=True)},
        ),
        optimal={one.id: value for one, value in zip(people, optimal, strict=True)},
    )


def commitment(public: dict[str, object]) -> str:
    """The digest (SHA-256, hexadecimal) to publish before chance is known."""
    return digest(public)


def auditor_file(private: dict[str, Any]) -> dict[str, Any]:
    """What a sworn observer gets: who is behind each number by criteria and household, not by
    name."""
    return {
        "format": AUDITOR,
        "commitment": private["commitment"],
        "people": [
            {name: value for name, value in one.items() if name != "id"}
            for one in private["people"]
        ],
    }


def letter(private: dict[str, Any], person: str) -> dict[str, Any]:
    """The proof, for the person with that id, that they were in the list with their criteria."""
    for one in private["people"]:
        if one["id"] == person:
            mine = {name: value for name, value in one.items() if name != "id"}
            return {"format": LETTER, "commitment": private["commitment"], **mine}
    raise BadInput(f"« {person} » n'est pas dans la liste")


def _checked_criteria(criteria: Iterable[Criterion]) -> list[Criterion]:
    bounds = [
        Criterion(
            clean(one.feature),
            clean(one.value),
            one.minimum,
            one.maximum,
            one.flex_minimum,
            one.flex_maximum,
        )
        for one in criteria
    ]
    bounds.sort(key=lambda one: (one.feature, one.value))
    errors: list[tuple[int | None, str]] = []
    for place, one in enumerate(bounds):
        if not one.feature or not one.value:
            errors.append((None, "un critère n'a pas de nom ou pas de valeur"))
        if place and (one.feature, one.value) == (
            bounds[place - 1].feature,
            bounds[place - 1].value,
        ):
            errors.append((None, f"{one.name} est donné deux fois"))
        if one.minimum < 0:
            errors.append((None, f"{one.name} : un minimum ne peut être négatif"))
        if one.minimum > one.maximum:
            errors.append(
                (None, f"{one.name} : le minimum {one.minimum} dépasse le maximum {one.maximum}")
            )
    if errors:
        raise BadInput(errors)
    return bounds


def _checked_people(
    candidates: Iterable[Candidate], bounds: Sequence[Criterion], seats: int
) -> list[Candidate]:
    known = {(one.feature, one.value) for one in bounds}
    names = {one.feature for one in bounds}
    people, seen = [], set()
    errors: list[tuple[int | None, str]] = []
    for one in candidates:
        features = {clean(name): clean(value) for name, value in one.features.items()}
        features = {name: features[name] for name in sorted(names) if features.get(name)}
        if not one.id.strip():
            errors.append((None, "une personne n'a pas d'identifiant"))
        elif one.id in seen:
            errors.append((None, f"l'identifiant « {one.id} » est donné deux fois"))
        seen.add(one.id)
        errors += [
            (None, f"« {one.id} » : « {name} : {value} » n'est pas un critère")
            for name, value in features.items()
            if (name, value) not in known
        ]
        people.append(Candidate(one.id, features, one.household or None))
    if errors:
        raise BadInput(errors)
    if not 1 <= seats <= len(people):
        raise BadInput(
            f"{seats} sièges pour {len(people)} personnes : il en faut de 1 à {len(people)}"
        )
    return people


def _context(
    people: Sequence[Candidate], bounds: Sequence[Criterion], seats: int, previous: str | None
) -> list[object]:
    """All that a draw depends on, so that another draw with the same secret shares no number."""
    return [
        PROGRAM,
        seats,
        previous,
        [[one.feature, one.value, one.minimum, one.maximum] for one in bounds],
        [[one.id, dict(one.features), one.household] for one in sorted(people, key=_identifier)],
    ]


def _identifier(person: Candidate) -> str:
    return person.id


def _keyed(key: bytes, purpose: str, name: str) -> bytes:
    return hmac.digest(key, f"{purpose}\n{name}".encode(), hashlib.sha256)


def _private(
    people: Sequence[Candidate], bounds: Sequence[Criterion], key: bytes
) -> list[dict[str, Any]]:
    names = {one.feature for one in bounds}
    return [
        {
            "id": one.id,
            "number": place,
            "salt": _keyed(key, "salt", one.id).hex(),
            "features": {name: value for name, value in one.features.items() if name in names},
            "household": None
            if one.household is None
            else _keyed(key, "household", one.household).hex()[:16],
        }
        for place, one in enumerate(people, start=1)
    ]


def _shared(shape: Shape, algorithm: str, tell: Progress) -> tuple[float, Floats, Mixture]:
    """The highest smallest chance, the best expected seats that panels can average to, and such
    panels. Each cut lowers the bound until it is reached, so that what comes out is the optimum;
    panels so few that they can be listed need no cut."""
    known = np.zeros((0, len(shape.sizes)))
    looked = algorithm != "stratified" and few.are_few(shape)
    furthest = 0.0

    def told(share: float) -> None:
        # Each cut starts the panels again; what is told never goes back.
        nonlocal furthest
        furthest = max(furthest, share)
        tell("loterie", furthest)

    while True:
        best = chances.expected(shape, algorithm)
        try:
            mixture, cut, known = decompose(shape, best, known, told, prove=not looked)
        except Unproved as stopped:
            answer = few.fairest(shape, stopped.panels, algorithm, told)
            if answer is None:
                raise NoPanel from None
            held, weights, best, bound = answer
            return bound, best, Mixture(weights, held)
        if mixture is not None:
            return chances.highest_minimum(shape), best, mixture
        assert cut is not None
        shape = shape.with_cut(cut.weights, cut.most, whole=cut.whole)


def _numbers(
    profiles: Profiles,
    mixture: Mixture,
    best: Floats,
    panels: int | None,
    key: bytes,
    fewest: int,
) -> tuple[Seated, int]:
    """The panels, numbered, and M: at least ``fewest``, or what was asked for."""
    numbers = fewest
    while (seated := numbered(profiles, mixture, best, numbers, key)) is None:
        numbers *= 10
        if numbers > MOST:
            raise BadInput(f"la plus petite chance demanderait plus de {MOST} groupes")
    if panels is None or panels == numbers:
        return seated, numbers
    more = numbered(profiles, mixture, best, panels, key) if panels > numbers else None
    if more is None:
        raise BadInput(
            f"{panels} groupes ne suffisent pas à garder les chances : il en faut {numbers}"
        )
    return more, panels


def _ranges(seated: Seated, names: Sequence[Any]) -> list[Any]:
    """[first number, last number, [people's names]] for each different panel."""
    last = np.cumsum(seated.ranges)
    # One object a name, however many panels hold it: there may be millions of seats.
    shared = np.array(names, dtype=object)
    return [
        [int(end - held), int(end - 1), shared[row].tolist()]
        for end, held, row in zip(last, seated.ranges, seated.people, strict=True)
    ]
