"""Who is the same person, across lists and inside one: a pure rule, the same on every machine.

Same names and same full birth date: the same person, unless one list alone says so of two
addresses, or the further first names differ (twins, true homonyms): then a human decides. Same
names with a date missing: the same person when the household is the same too, else a human
decides. Different dates: two people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from civic.house.text import folded


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared. `source` is the list; `list_type` LP, LCM, LCE or "" inside it."""

    key: str
    family_name: str
    used_name: str
    first_names: str
    birth_date: date | None
    precision: str
    household: str | None
    source: str
    list_type: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind` is "duplicate" or "homonym"; `of` the key of the one that came first."""

    kind: str
    of: str


def given_names(text: str) -> tuple[str, ...]:
    """« Marie-Claire, Anne » → ("marie claire", "anne"): a hyphen keeps a name whole."""
    pieces = text.replace(",", " ").replace(";", " ").split()
    return tuple(filter(None, (folded(piece) for piece in pieces)))


def name_keys(one: Known) -> frozenset[str]:
    """Family or used name, with the first given name: two people who share none are different.
    « Marie Thérèse » is also looked for as « Marie-Thérèse », which lists write both ways."""
    given = given_names(one.first_names)
    firsts = {given[0] if given else ""}
    if len(given) > 1 and " " not in given[0]:
        firsts.add(f"{given[0]} {given[1]}")
    return frozenset(
        f"{folded(name)}|{first}"
        for name in (one.family_name, one.used_name)
        if folded(name)
        for first in firsts
    )


def _side_by_side(
    old: tuple[str, ...], new: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given names with the first one written alike: a hyphen that one list leaves out is put
    back when the other list has it."""

    def joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
        if len(one) > 1 and other and other[0] == f"{one[0]} {one[1]}":
            return (other[0], *one[2:])
        return one

    return joined(old, new), joined(new, old)


def compare(old: Known, new: Known) -> str:
    """ "duplicate", "homonym" (a human decides) or "" for two people whose names look alike."""
    dates = _dates(old, new)
    if dates == "differ":
        return ""
    given_old, given_new = _side_by_side(given_names(old.first_names), given_names(new.first_names))
    short = min(len(given_old), len(given_new))
    if given_old[:short] != given_new[:short]:
        return "homonym"
    same_home = old.household is not None and old.household == new.household
    if dates == "unsure":
        return "duplicate" if same_home else "homonym"
    if old.source == new.source and old.list_type == new.list_type and not same_home:
        return "homonym"
    return "duplicate"


def _dates(old: Known, new: Known) -> str:
    if old.birth_date is None or new.birth_date is None:
        return "unsure"
    if old.precision == new.precision == "day":
        return "same" if old.birth_date == new.birth_date else "differ"
    return "unsure" if old.birth_date.year == new.birth_date.year else "differ"


def sort_out(before: Iterable[Known], new: Iterable[Known]) -> Mapping[str, Verdict]:
    """What each of `new` is, against `before` and against those of `new` that came earlier.

    Keys of people who are nobody's double are left out. A certain double wins over a doubtful one.
    """
    by_name: dict[str, list[Known]] = {}
    for one in before:
        for name in name_keys(one):
            by_name.setdefault(name, []).append(one)
    verdicts: dict[str, Verdict] = {}
    for one in new:
        found: Verdict | None = None
        seen: set[str] = set()
        for name in sorted(name_keys(one)):
            for other in by_name.get(name, ()):
                if other.key in seen:
                    continue
                seen.add(other.key)
                kind = compare(other, one)
                if kind == "duplicate":
                    found = Verdict(kind, other.key)
                    break
                if kind and found is None:
                    found = Verdict(kind, other.key)
            if found is not None and found.kind == "duplicate":
                break
        if found is not None:
            verdicts[one.key] = found
        if found is None or found.kind == "homonym":
            for name in name_keys(one):
                by_name.setdefault(name, []).append(one)
    return verdicts
