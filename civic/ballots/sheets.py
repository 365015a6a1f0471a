"""A ballot as a form sends it: read for each type, and shown again as it was typed.

The voter's page and the desk's entry screen use the same fields: `choice` (boxes), `points-<ref>`,
`rank-<ref>` and `grade-<ref>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from werkzeug.datastructures import MultiDict

from civic.ballots.queries import PollItem, PollView
from civic.house.i18n import _
from civic.rules import urn

NOTHING = urn.Choices()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was typed: the choices in it, the text of each field, and a sentence about what could
    not be read ("" when all could)."""

    choices: urn.Choices = NOTHING
    typed: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def of_choices(poll: PollView, choices: urn.Choices) -> Sheet:
    """The sheet that shows these choices."""
    typed: dict[str, str] = {}
    for place, reference in enumerate(choices.references):
        match poll.ballot_type:
            case "points":
                typed[f"points-{reference}"] = str(choices.points[place])
            case "graded":
                typed[f"grade-{reference}"] = str(choices.points[place])
            case "ranking":
                typed[f"rank-{reference}"] = str(place + 1)
            case _:
                typed[f"choice-{reference}"] = "1"
    return Sheet(choices, typed)


def read(poll: PollView, items: Sequence[PollItem], sent: MultiDict[str, str]) -> Sheet:
    """The sheet that a form sends. Except in a ranking, choices stand in the order of the paper."""
    match poll.ballot_type:
        case "points":
            return _points(items, sent)
        case "graded":
            return _grades(poll, items, sent)
        case "ranking":
            return _ranks(items, sent)
        case _:
            return _boxes(items, sent)


def moved(poll: PollView, choices: urn.Choices, act: str) -> urn.Choices:
    """A ranking after « Monter » or « Descendre » (`up:<ref>` or `down:<ref>`) of one project.

    A project that has no rank yet takes the last one, if there is one left.
    """
    way, _colon, reference = act.partition(":")
    order = list(choices.references)
    if reference not in order:
        if len(order) < poll.maximum:
            order.append(reference)
        return urn.Choices(tuple(order))
    at = order.index(reference)
    other = at - 1 if way == "up" else at + 1
    if 0 <= other < len(order):
        order[at], order[other] = order[other], order[at]
    return urn.Choices(tuple(order))


def among(sheet: Sheet, open_to: set[str]) -> Sheet:
    """The sheet with nothing but these projects in it."""
    kept = [place for place, one in enumerate(sheet.choices.references) if one in open_to]
    if len(kept) == len(sheet.choices.references):
        return sheet
    references, points = sheet.choices.references, sheet.choices.points
    choices = urn.Choices(
        tuple(references[one] for one in kept),
        tuple(points[one] for one in kept) if points else (),
    )
    return replace(sheet, choices=choices)


def unknown() -> str:
    """What is said of a form that no page of ours offered."""
    return _("Ce bulletin ne va pas avec ce vote. Rouvrez-le, puis choisissez.")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _boxes(items: Sequence[PollItem], sent: MultiDict[str, str]) -> Sheet:
    wanted = set(sent.getlist("choice"))
    chosen = tuple(one.reference for one in items if one.reference in wanted)
    typed = {f"choice-{one}": "1" for one in chosen}
    return Sheet(urn.Choices(chosen), typed, unknown() if wanted - set(chosen) else "")


def _points(items: Sequence[PollItem], sent: MultiDict[str, str]) -> Sheet:
    typed: dict[str, str] = {}
    given: list[tuple[str, int]] = []
    problem = ""
    for one in items:
        name = f"points-{one.reference}"
        text = sent.get(name, "").strip()
        typed[name] = text[:20]
        number = _number(text or "0")
        if number is None:
            problem = problem or _(
                "« %(title)s » : écrivez un nombre de points, par exemple 2.", title=one.label
            )
        elif number:
            given.append((one.reference, number))
    return Sheet(_pairs(given), typed, problem)


def _grades(poll: PollView, items: Sequence[PollItem], sent: MultiDict[str, str]) -> Sheet:
    typed: dict[str, str] = {}
    given: list[tuple[str, int]] = []
    problem = ""
    for one in items:
        name = f"grade-{one.reference}"
        text = sent.get(name, "")
        if not text:
            continue
        number = _number(text)
        if number is None or number > (poll.max_points or 0):
            problem = unknown()
        else:
            typed[name] = text
            given.append((one.reference, number))
    return Sheet(_pairs(given), typed, problem)


def _ranks(items: Sequence[PollItem], sent: MultiDict[str, str]) -> Sheet:
    typed: dict[str, str] = {}
    found: list[tuple[int, PollItem]] = []
    problem = ""
    for one in items:
        name = f"rank-{one.reference}"
        text = sent.get(name, "").strip()
        typed[name] = text[:20]
        number = _number(text or "0")
        if number is None:
            problem = problem or _(
                "« %(title)s » : écrivez un rang, par exemple 1.", title=one.label
            )
        elif number:
            found.append((number, one))
    found.sort(key=lambda pair: pair[0])
    for (rank, one), (next_rank, two) in pairwise(found):
        if rank == next_rank:
            problem = problem or _(
                "Le rang %(rank)s est donné à « %(one)s » et à « %(two)s ». Donnez un rang "
                "différent à chacun.",
                rank=rank, one=one.label, two=two.label,
            )  # fmt: skip
    return Sheet(urn.Choices(tuple(one.reference for _rank, one in found)), typed, problem)


def _pairs(given: list[tuple[str, int]]) -> urn.Choices:
    return urn.Choices(tuple(one for one, _n in given), tuple(number for _o, number in given))


def spent(items: Sequence[PollItem], references: Sequence[str]) -> int:
    """What the chosen projects cost in all, in cents."""
    wanted = set(references)
    return sum(one.cost for one in items if one.reference in wanted)
