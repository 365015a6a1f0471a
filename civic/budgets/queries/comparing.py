"""What other rules would have given: read from what was worked out with the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.budgets.comparing import OTHERS, SHORT, WORDS
from civic.budgets.models import Edition, EditionRules
from civic.budgets.queries.editions import Seen
from civic.budgets.states import RULES
from civic.house.i18n import lazy


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule on these ballots. `spent` in cents; `chose` how many people chose something, `none`
    how many of them have none of their choices funded; `same`: winners it shares with the result,
    `gained` and `lost`: those (references) by which it differs; `places`: cents by neighbourhood;
    `words`: what the rule does, "" for the règlement's own."""

    name: Any
    short: Any
    winners: int
    spent: int
    chose: int
    none: int
    same: int
    places: dict[str, int]
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    words: Any = ""

    @property
    def share(self) -> float:
        """The share of people with none of their choices funded."""
        return self.none / self.chose if self.chose else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rule of the règlement first, then the others; neighbourhoods that got something."""

    tried: tuple[Tried, ...]
    places: tuple[str, ...]

    @property
    def own(self) -> Tried:
        """What the règlement's own rule gave."""
        return self.tried[0]


def may_compare(seen: Seen) -> bool:
    """Whether everybody may see it: the règlement says so, or it is an example of elsewhere. Also
    while it is worked out; never if the ballots were destroyed before it was."""
    if seen.row.settled_at is None or not (comparing(seen) or seen.row.measures.get("own")):
        return False
    return seen.row.is_external or bool(seen.current and seen.current.data.get("compare"))


def comparing(seen: Seen) -> bool:
    """Whether a result still waits for what the worker works out after it."""
    return seen.row.settled_at is not None and seen.row.compared_at is None


def comparison(seen: Seen, draft: tuple[Any, Mapping[str, Any]] | None = None) -> Comparison | None:
    """The rules side by side; None before the worker has compared them. `draft`: the name of the
    rule of a règlement that is tried on this vote, and its effect; it comes second."""
    kept = seen.row.measures
    if "own" not in kept or seen.current is None:
        return None
    own = kept["own"]
    first = set(own["winners"])
    again = seen.current.data["rule"] == "zones-then-complement"
    rule = RULES[seen.current.data["rule"]]
    here = (lazy("Ce règlement : %(rule)s", rule=rule), lazy("Ce règlement"))
    if draft is not None:
        here = (lazy("Le règlement de ce vote : %(rule)s", rule=rule), lazy("Ce vote"))
    rows = [
        (*here, own, ""),
        *(_drafted(*draft) if draft is not None else ()),
        *(
            (OTHERS[name][0], SHORT[name], said, WORDS[name])
            for name, said in kept["others"].items()
            if name in OTHERS and not (name == "complement" and again)
        ),
    ]
    tried = tuple(
        Tried(
            name, short, len(said["winners"]), said["spent"], said["chose"], said["none"],
            len(first.intersection(said["winners"])), said["places"],
            tuple(one for one in said["winners"] if one not in first),
            tuple(one for one in own["winners"] if one not in set(said["winners"])), words,
        )
        for name, short, said, words in rows
    )  # fmt: skip
    places = sorted({place for one in tried for place in one.places})
    return Comparison(tried, tuple(places))


def _drafted(rule: Any, found: Mapping[str, Any]) -> list[tuple[Any, Any, Any, Any]]:
    name = lazy("Votre règlement : %(rule)s", rule=rule)
    return [(name, lazy("Votre règlement"), found, lazy("La règle que vous écrivez."))]


@dataclass(frozen=True, slots=True)
class Simulated:
    """A past vote on which every rule was tried: people who chose something, the lowest and highest
    share of them with none of their choices funded, the fewest and the most laureates."""

    slug: str
    title: str
    chose: int
    shares: tuple[float, float]
    winners: tuple[int, int]


def simulated(db: Session, *, all_of_them: bool) -> list[Simulated]:
    """Éditions with a comparison that everybody may see (or all), the newest first."""
    rows = db.execute(
        select(Edition, EditionRules.data)
        .join(EditionRules, EditionRules.edition_id == Edition.id)
        .where(Edition.compared_at.is_not(None))
        .order_by(Edition.vote_opens_at.desc(), EditionRules.version.desc())
    )
    found: dict[str, Simulated] = {}
    for row, data in rows:
        if row.slug in found or "own" not in row.measures:
            continue
        if all_of_them or row.is_external or data.get("compare"):
            own = row.measures["own"]
            tried = [own, *row.measures["others"].values()]
            shares = [one["none"] / one["chose"] if one["chose"] else 0.0 for one in tried]
            won = [len(one["winners"]) for one in tried]
            found[row.slug] = Simulated(
                row.slug, row.title, own["chose"], (min(shares), max(shares)), (min(won), max(won))
            )
    return list(found.values())
