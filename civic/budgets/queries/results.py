"""The result of an édition, part by part: every euro, every project, and who took part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from civic.budgets.counting import in_complement
from civic.budgets.queries.editions import Seen
from civic.budgets.queries.projects import Item
from civic.budgets.rules_data import TOGETHER
from civic.house.i18n import _
from civic.proposals.states import THEMES
from civic.rules import money


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the money after the count: an envelope, the complement, or all in one.

    `spent + left == amount`, to the cent; `moved`: what is left goes on to the complement.
    `mixed`: its projects come from several envelopes or neighbourhoods, each with its own ranks.
    """

    id: int
    name: str
    amount: int
    items: tuple[Item, ...]
    winners: tuple[Item, ...]
    moved: bool = False
    mixed: bool = False

    @property
    def spent(self) -> int:
        """What this part pays, in cents."""
        return sum(item.cost for item in self.winners)

    @property
    def left(self) -> int:
        """What stays, in cents."""
        return self.amount - self.spent


def results(seen: Seen, items: list[Item]) -> list[Part]:
    """The parts of the result, in the order of the règlement, the complement last.

    With a complement, what an envelope leaves is in the complement's amount: the money spent by all
    parts and what the last one leaves is the whole. Its projects are all that no envelope paid for.
    """
    rule = seen.current.data.get("rule", "greedy") if seen.current else "greedy"
    if rule == "zones-then-complement":
        return _with_complement(seen, items)
    if rule in TOGETHER and seen.envelopes:
        won = tuple(item for item in items if item.elected)
        first = seen.envelopes[0].id
        return [Part(first, seen.row.title, seen.total, _ranked(items), won, mixed=True)]
    parts = []
    for envelope in seen.envelopes:
        own = tuple(item for item in items if item.envelope_id == envelope.id)
        won = tuple(item for item in own if item.elected)
        parts.append(Part(envelope.id, envelope.name, envelope.amount, own, won))
    return parts


def _ranked(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (not item.elected, -(item.score or 0))))


def _with_complement(seen: Seen, items: list[Item]) -> list[Part]:
    parts, rest = [], 0
    late = tuple(item for item in items if item.elected and in_complement(item.figures))
    taken = {item.id for item in late}
    whole = set()
    for envelope in seen.envelopes:
        if envelope.local:
            own = tuple(item for item in items if item.envelope_id == envelope.id)
            won = tuple(item for item in own if item.elected and item.id not in taken)
            part = Part(envelope.id, envelope.name, envelope.amount, own, won, moved=True)
            rest += part.left
            parts.append(part)
        else:
            rest += envelope.amount
            whole.add(envelope.id)
    waited = (
        item
        for item in items
        if item.id in taken or item.envelope_id in whole or not (item.elected or item.withdrawn_at)
    )
    return [*parts, Part(0, _("Le complément"), rest, _ranked(waited), late, mixed=True)]


def laureates(parts: Iterable[Part]) -> list[tuple[Item, str]]:
    """Every winner with the name of the part of the money that pays for it, most votes first."""
    won = [(item, part.name) for part in parts for item in part.winners]
    return sorted(won, key=lambda one: -(one[0].score or 0))


Share = tuple[str, int, int, int]
"""Words, cents, number of projects, whole percents of the money."""


def money_by(items: Iterable[Item]) -> tuple[list[Share], list[Share]]:
    """What the winners cost and how many they are, by neighbourhood and by theme, most money
    first; each column adds up, the percents to 100."""
    places: dict[str, list[int]] = {}
    themes: dict[str, list[int]] = {}
    for item in items:
        if item.elected:
            place = item.place or _("Sans quartier")
            for sums, key in ((places, place), (themes, str(THEMES[item.theme]))):
                cell = sums.setdefault(key, [0, 0])
                cell[0] += item.cost
                cell[1] += 1
    return _most_first(places), _most_first(themes)


def _most_first(sums: dict[str, list[int]]) -> list[Share]:
    total = sum(cents for cents, _projects in sums.values())
    rows = sorted(sums.items(), key=lambda row: (-row[1][0], row[0]))
    parts = [Fraction(100 * cents, total) if total else Fraction(0) for _name, (cents, _n) in rows]
    percents = money.share_out(100, parts) if total else [0] * len(rows)
    return [
        (name, cents, projects, percent)
        for (name, (cents, projects)), percent in zip(rows, percents, strict=True)
    ]


def differences(items: Iterable[Item]) -> list[Item]:
    """The projects on which the council decided otherwise than the vote, each with its reason."""
    against = {"set_aside", "postponed"}
    return [
        item
        for item in items
        if (item.elected and item.outcome in against)
        or (item.elected is False and item.outcome in {"adopted", "delivered"})
    ]


@dataclass(frozen=True, slots=True)
class TookPart:
    """Turnout by one criterion, above the floor of privacy: (words, voted, rights) a row; `held`:
    voted and rights of the rows that are kept back together."""

    rows: tuple[tuple[str, int, int], ...]
    held: tuple[int, int] | None


def took_part(seen: Seen) -> dict[str, TookPart]:
    """Turnout by neighbourhood and age band, as it was kept with the result."""
    kept: dict[str, Any] = seen.row.measures.get("turnout", {})
    answer = {}
    for name, said in kept.items():
        rows = tuple((_word(key), voted, rights) for key, voted, rights in said["rows"])
        held = said["held"]
        if rows:
            answer[name] = TookPart(rows, (held[0], held[1]) if held else None)
    return answer


def _word(key: str) -> str:
    return {"": _("Non connu")}.get(key, key)
