"""Which lines of the lists are in the draw: a pure rule over all of them, done anew each time
something changes, so that the order in which lists arrive or leave decides as little as possible.

Too young, elsewhere, barred (sitting members, élus, agents, those who left the group that a
replacement draw completes), then doubles among those who are
left. What a human decided about a line always stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from civic.draws.features import age_on
from civic.draws.identity import Known, compare, name_keys, sort_out


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list as the rule sees it. `where` is a neighbourhood's id, None when no street
    answers; `settled_outside` when an agent has said that the address lies in none."""

    known: Known
    where: int | None
    settled_outside: bool
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Barred:
    """Somebody who may not be drawn, and why: "member", "elected", "agent" or "left"."""

    known: Known
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What becomes of a line: a status of `models.ENTRY_STATUSES`, its reason, its double."""

    status: str
    reason: str = ""
    double_of: str | None = None


def classify(
    lines: Sequence[Line],
    *,
    barred: Iterable[Barred],
    neighbourhoods: frozenset[int],
    minimum_age: int,
    day: date,
) -> Mapping[str, Standing]:
    """The standing of each line, by key. Earlier lines win over their doubles."""
    by_name: dict[str, list[Barred]] = {}
    for one in barred:
        for name in name_keys(one.known):
            by_name.setdefault(name, []).append(one)
    standings: dict[str, Standing] = {}
    left: list[Line] = []
    for line in lines:
        found = _alone(line, by_name, neighbourhoods, minimum_age, day)
        if found is None:
            left.append(line)
        else:
            standings[line.known.key] = found
    doors: dict[str, str] = {}
    for line in [one for one in left if not one.known.family_name]:  # dwellings: no name to compare
        first = doors.setdefault(line.known.household or line.known.key, line.known.key)
        standings[line.known.key] = (
            Standing("kept") if first == line.known.key else Standing("duplicate", double_of=first)
        )
    left = [one for one in left if one.known.family_name]
    verdicts = sort_out((), [line.known for line in left if line.decision != "different"])
    for line in left:
        verdict = verdicts.get(line.known.key)
        if verdict is None or line.decision == "different":
            standings[line.known.key] = Standing("kept")
        elif verdict.kind == "duplicate" or line.decision == "same":
            standings[line.known.key] = Standing("duplicate", double_of=verdict.of)
        else:
            standings[line.known.key] = Standing("homonym", double_of=verdict.of)
    return standings


def _alone(
    line: Line,
    barred: Mapping[str, list[Barred]],
    neighbourhoods: frozenset[int],
    minimum_age: int,
    day: date,
) -> Standing | None:
    """What can be said of a line without looking at the others; None when it is still in."""
    if line.decision == "out":
        return Standing("excluded", "by_hand")
    age = age_on(day, line.known.birth_date, line.known.precision)
    if age is not None and age < minimum_age:
        return Standing("underage")
    if line.where is None and not line.settled_outside:
        return Standing("unmatched")
    if line.where not in neighbourhoods:
        return Standing("outside")
    if line.decision == "different":
        return None
    doubtful = False
    for name in sorted(name_keys(line.known)):
        for one in barred.get(name, ()):
            verdict = compare(one.known, line.known)
            if verdict == "duplicate":
                return Standing("excluded", one.reason)
            doubtful = doubtful or verdict == "homonym"
    if doubtful:
        if line.decision == "same":
            return Standing("excluded", "by_hand")
        return Standing("homonym", "named_like")
    return None
