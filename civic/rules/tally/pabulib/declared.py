"""The rule that a file written here says of itself, in its comment: all that a recount needs."""

from __future__ import annotations

from civic.rules.records import replace
from civic.rules.tally.election import Election
from civic.rules.tally.outcome import BadRule, Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MARK = "civic tally "
_AMOUNTS = ("zone_envelope", "zone_envelopes", "category_limits")


def flat(text: str) -> str:
    """A cell's text on one line, as the format wants it."""
    return " ".join(text.split())


def listed(category: str) -> str:
    """A category as a cell that lists several writes it."""
    return flat(category.replace(",", " "))


def declare(outcome: Outcome) -> str:
    """The rule, its options and the scale of their amounts, as one comment of the format."""
    import json

    said = {"rule": outcome.rule, "scale": outcome.scale, **outcome.options.as_data()}
    for name, clean in (("zone_envelopes", flat), ("category_limits", listed),
                        ("category_places", listed)):  # fmt: skip
        if name in said:
            said[name] = {clean(key): value for key, value in said[name].items()}
    return _MARK + json.dumps(said, ensure_ascii=False).replace("#", "\\u0023")


def declared(election: Election) -> tuple[Election, str, dict[str, Any]]:
    """The rule of a file that `write` made, with its options, and the election in a scale that
    holds their amounts. Raises BadRule, with one French sentence, if the file says no rule."""
    import json

    comment = election.meta.get("comment", "")
    start = comment.find(_MARK + "{")
    if start < 0:
        raise BadRule("Ce fichier ne dit pas par quelle règle il a été compté.")
    try:
        said, _end = json.JSONDecoder().raw_decode(comment, start + len(_MARK))
        rule, scale = str(said.pop("rule")), int(said.pop("scale"))
        election = _finer(election, scale)
        for name in _AMOUNTS:
            if name in said:
                said[name] = _in_scale(said[name], scale, election.scale)
        for one in said.get("classes", ()):
            for name in ("up_to", "envelope"):
                one[name] = _in_scale(one[name], scale, election.scale)
    except (ValueError, KeyError, TypeError):
        raise BadRule("Ce fichier dit sa règle, mais elle ne se lit pas.") from None
    return election, rule, said


def _finer(election: Election, scale: int) -> Election:
    """The same election, its amounts counted in parts small enough for this scale too."""
    if not 0 < scale <= 10**9 or max(scale, election.scale) % min(scale, election.scale):
        raise ValueError(scale)
    by = max(1, scale // election.scale)
    projects = tuple(replace(one, cost=one.cost * by) for one in election.projects)
    return replace(
        election, projects=projects, budget=election.budget * by, scale=election.scale * by
    )


def _in_scale(value: Any, scale: int, own: int) -> Any:
    if isinstance(value, dict):
        return {key: _in_scale(one, scale, own) for key, one in value.items()}
    return None if value is None else int(value) * (own // scale)
