"""What a count is asked and what it answers."""

from __future__ import annotations

from civic.rules.records import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction
    from typing import Any, Literal

    Utility = Literal["cost", "count", "points", "borda"]
    Completion = Literal["none", "utilitarian", "add1", "add1u"]
    Cause = Literal[
        "too-expensive",  # what was left when its turn came did not pay for it
        "after-stop",  # the count stops at the first project that does not fit
        "threshold",  # too few votes or points
        "zone-spent",  # its neighbourhood's envelope, or number of projects, was used up
        "category-limit",  # its theme's limit was reached
        "incompatible",  # a project it cannot stand beside was chosen
        "places-filled",  # the fixed number of laureates was reached
        "shares-spent",  # its supporters' shares had paid for other projects
        "no-support",  # nobody chose it
    ]
else:  # `typing` is not loaded for the sake of these
    Utility = Completion = Cause = str


class BadRule(ValueError):
    """A rule or option that does not exist or does not fit these ballots; one French sentence."""


@record(frozen=True)
class SizeClass:
    """Projects that cost at most `up_to` (None: any); first class that fits a project is its own.

    `envelope` is what the class may spend, `laureates` how many of its projects may win (None: no
    limit of its own). Amounts in 1/scale of the unit.
    """

    name: str
    up_to: int | None = None
    envelope: int | None = None
    laureates: int | None = None


@record(frozen=True)
class Options:
    """The rule's settings, as a règlement declares them. Amounts in 1/scale of the unit.

    `utility`: what a voter gets from a project (None: the rule's own). `tie`: "lex" (smallest id as
    a string), "cheapest" (lowest cost, most votes, smallest id), or the project ids in the order
    that settles ties. `threshold`: fewest votes (or points) to win. `laureates`: most winners.
    `per_zone`: how many projects a zone may choose. `category_limits` and `category_places`: the
    most a category may spend, or win. `incompatible`: sets of ids of which one at most may win.
    """

    utility: Utility | None = None
    completion: Completion = "none"
    exhaustive_stop: bool = True
    start: Literal["exact", "integral"] = "exact"
    tie: Literal["lex", "cheapest"] | tuple[str, ...] = "lex"
    skip: bool = True
    threshold: int = 0
    laureates: int | None = None
    zone_envelope: int | None = None
    zone_envelopes: Mapping[str, int] = field(default_factory=dict)
    per_zone: int | None = None
    category_limits: Mapping[str, int] = field(default_factory=dict)
    category_places: Mapping[str, int] = field(default_factory=dict)
    incompatible: tuple[frozenset[str], ...] = ()
    classes: tuple[SizeClass, ...] = ()

    @classmethod
    def of(cls, **declared: Any) -> Options:
        """Options from plain data too, as a règlement is kept (lists, dicts): see `as_data`.

        Refuses, with BadRule, an option that does not exist or a number below 0.
        """
        unknown = set(declared).difference(cls.__match_args__)
        if unknown:
            raise BadRule(f"L'option « {min(unknown)} » est inconnue.")
        given = dict(declared)
        if isinstance(given.get("tie"), list):
            given["tie"] = tuple(given["tie"])
        given["incompatible"] = tuple(frozenset(g) for g in given.get("incompatible", ()))
        given["classes"] = tuple(
            size if isinstance(size, SizeClass) else SizeClass(**size)
            for size in given.get("classes", ())
        )
        for name in ("threshold", "laureates", "zone_envelope", "per_zone"):
            value = given.get(name)
            if value is not None and value < 0:
                raise BadRule(f"L'option « {name} » est négative.")
        return cls(**given)

    def as_data(self) -> dict[str, Any]:
        """What differs from the defaults, as JSON can hold it; `Options.of(**data)` is equal."""
        plain = Options()
        data: dict[str, Any] = {
            name: getattr(self, name)
            for name in self.__match_args__
            if getattr(self, name) != getattr(plain, name)
        }
        if isinstance(self.tie, tuple):
            data["tie"] = list(self.tie)
        if self.incompatible:
            data["incompatible"] = [sorted(group) for group in self.incompatible]
        if self.classes:
            data["classes"] = [
                {name: getattr(size, name) for name in size.__match_args__} for size in self.classes
            ]
        for name in ("zone_envelopes", "category_limits", "category_places"):
            if name in data:
                data[name] = dict(data[name])
        return data


@record(frozen=True)
class Step:
    """One project's turn: `rank` among the projects of the stage (from 1), `room` what it could
    have cost at most, `taken` or the `cause` why not. `stage` is a zone, a class, or ""."""

    project: str
    stage: str
    rank: int
    score: int
    room: int
    taken: bool
    cause: Cause | None = None
    because: str = ""


@record(frozen=True)
class Explanation:
    """Why one project is funded or not: one cause, what was missing, what would have changed it.

    Amounts in 1/scale of the unit. `paid` tells where its supporters' shares went: (project, what
    they gave it), which with `remaining` adds up to `shares`, to the unit of account. For a project
    bought by Equal Shares, `payers` gave `price` for each unit of utility (1 by cost and by count),
    or all they had left (`drained` of them). `at_cost`: at this cost it would have been
    funded. `more_votes`: with so many more, too. `sentence` says
    it in French.
    """

    project: str
    funded: bool
    cause: Cause | None
    votes: int
    score: int
    rank: int
    cost: int
    sentence: str
    remaining: int | None = None
    missing: int | None = None
    shares: int | None = None
    paid: tuple[tuple[str, int], ...] = ()
    payers: int | None = None
    drained: int | None = None
    price: Fraction | None = None
    at_cost: int | None = None
    more_votes: int | None = None


@record(frozen=True)
class Outcome:
    """A count's result. Amounts in 1/scale of the unit; `winners` in order of selection.

    `votes` counts voters; `scores` is what projects were ranked by (votes, points, Borda points).
    `steps` tells list rules turn by turn, `endowment` each voter's share by Equal Shares and
    `increments` how many units were added to it.
    """

    rule: str
    options: Options
    budget: int
    spent: int
    winners: tuple[str, ...]
    votes: Mapping[str, int]
    scores: Mapping[str, int]
    scale: int
    budget_text: str = ""
    steps: tuple[Step, ...] = ()
    endowment: Fraction | None = None
    increments: int = 0
    explainer: Callable[[], tuple[Explanation, ...]] | None = field(
        default=None, repr=False, compare=False
    )

    def explain(self) -> tuple[Explanation, ...]:
        """One explanation for each project, winners first in their order, then by rank."""
        return self.explainer() if self.explainer else ()

    def as_json(self) -> dict[str, Any]:
        """The object `civic tally --json` prints: amounts as the file writes them."""
        from civic.rules import money

        def number(amount: int) -> int | str:
            text = money.plain(amount, self.scale)
            return text if "." in text else int(text)

        given = self.budget_text
        budget = given if given and not given.isdecimal() else number(self.budget)
        return {
            "rule": self.rule,
            "budget": budget,
            "spent": number(self.spent),
            "winners": list(self.winners),
            "votes": dict(self.votes),
        }
