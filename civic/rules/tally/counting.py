"""The one door to every rule: names, options, and the outcome they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from civic.rules.tally import greedy, judgment, zones
from civic.rules.tally.election import Election
from civic.rules.tally.explain_walk import Told, explain_walk
from civic.rules.tally.greedy import scores_by
from civic.rules.tally.outcome import BadRule, Options, Outcome
from civic.rules.tally.walk import Walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ListRule = Callable[[Election, Options, Mapping[str, int], Mapping[str, int]], Walk]
LIST_RULES: dict[str, ListRule] = {
    "greedy": greedy.greedy,
    "greedy-per-cost": greedy.greedy_per_cost,
    "majority-judgment": judgment.majority_judgment,
    "zones-then-complement": zones.zones_then_complement,
    "zones-first": zones.zones_first,
    "one-per-zone": zones.one_per_zone,
    "size-classes": greedy.size_classes,
}
SHARE_RULES = ("equal-shares", "phragmen")
RULES: tuple[str, ...] = (*LIST_RULES, *SHARE_RULES)


def count(election: Election, rule: str = "greedy", **options: Any) -> Outcome:
    """Count `election` by `rule` (one of RULES); `options` are the fields of Options,
    which may be plain data (lists, dicts) as a règlement keeps them.

    Every decision is made in exact arithmetic. Raises BadRule, with one French sentence, for a rule
    or option that does not exist or does not fit these ballots.
    """
    settings = Options.of(**options)
    if rule in LIST_RULES:
        return _by_list(election, rule, settings)
    if rule == "equal-shares":
        from civic.rules.tally.equal_shares import equal_shares

        return equal_shares(election, settings)
    if rule == "phragmen":
        from civic.rules.tally.phragmen import phragmen

        return phragmen(election, settings)
    raise BadRule(f"La règle « {rule} » est inconnue ; il y a {', '.join(RULES)}.")


def _by_list(election: Election, rule: str, options: Options) -> Outcome:
    run = LIST_RULES[rule]
    scores, votes = scores_by(election, options), election.votes()
    walk = run(election, options, scores, votes)
    return Outcome(
        rule=rule,
        options=options,
        budget=election.budget,
        spent=election.budget - walk.left,
        winners=tuple(walk.limits.winners),
        votes=votes,
        scores=scores,
        scale=election.scale,
        budget_text=election.budget_text,
        steps=tuple(walk.steps),
        explainer=lambda: explain_walk(Told(election, rule, run, options, scores, votes, walk)),
    )
