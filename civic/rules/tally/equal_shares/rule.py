"""From an election to an outcome by Equal Shares, with its completions."""

from __future__ import annotations

from fractions import Fraction

from civic.rules.tally.election import Election
from civic.rules.tally.equal_shares.growth import grown
from civic.rules.tally.equal_shares.run import Bought, Market, run
from civic.rules.tally.explain_shares import explain_purchases
from civic.rules.tally.greedy import complete, scores_by
from civic.rules.tally.outcome import BadRule, Explanation, Options, Outcome
from civic.rules.tally.profile import own_utility, profile_of
from civic.rules.tally.ties import tie_places
from civic.rules.tally.walk import Walk, against_of

COMPLETIONS = ("none", "utilitarian", "add1", "add1u")
SECOND_STAGE = "complément par votes"


def market_of(election: Election, options: Options) -> Market:
    """The tables and orders that every run of this election shares."""
    utility = options.utility or own_utility(election)
    profile = profile_of(election, utility)
    tie = tie_places(options, election.projects, election.votes())
    costs = [project.cost for project in election.projects]
    per = list(costs) if utility == "cost" else [1] * len(costs)
    return Market(profile, costs, per, tie, against_of(election, options))


def first_share(election: Election, options: Options) -> Fraction:
    """What each voter starts with: budget over voters, or that rounded down to a whole unit."""
    share = Fraction(election.budget, election.voters)
    if options.start == "integral":
        return Fraction(share // election.scale * election.scale)
    return share


def equal_shares(election: Election, options: Options) -> Outcome:
    """Count by Equal Shares; by cost utilities for approvals, points or Borda points otherwise."""
    if options.completion not in COMPLETIONS:
        raise BadRule(f"La complétion « {options.completion} » est inconnue.")
    if options.start not in ("exact", "integral"):
        raise BadRule(f"La part de départ « {options.start} » est inconnue.")
    market = market_of(election, options)
    votes = election.votes()
    increments = 0
    bought: Bought | None = None
    share = Fraction(0)
    if election.voters:
        share = first_share(election, options)
        if options.completion in ("add1", "add1u"):
            bought, increments = grown(
                market,
                share,
                election.scale,
                election.budget,
                exhaustive_stop=options.exhaustive_stop,
            )
            share += increments * election.scale
        else:
            bought = run(market, share, election.budget)
    order = bought.order if bought else []
    walk = Walk(election.budget, options)
    for place in order:
        walk.left -= election.projects[place].cost
        walk.limits.take(election.projects[place])
    if options.completion in ("utilitarian", "add1u"):
        complete(walk, election, walk.limits.winners, votes, SECOND_STAGE)

    def explained() -> tuple[Explanation, ...]:
        recorded = run(market, share, election.budget, record=True)
        return explain_purchases(election, options, market, recorded, walk, votes)

    return Outcome(
        rule="equal-shares",
        options=options,
        budget=election.budget,
        spent=election.budget - walk.left,
        winners=tuple(walk.limits.winners),
        votes=votes,
        scores=scores_by(election, options),
        scale=election.scale,
        budget_text=election.budget_text,
        steps=tuple(walk.steps),
        endowment=share,
        increments=increments,
        explainer=explained if election.voters else None,
    )
