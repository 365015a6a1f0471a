"""From an election to an outcome by Equal Shares, with its completions."""

from __future__ import annotations

from fractions import Fraction

from civic.rules.tally.election import WITH_POINTS, Election
from civic.rules.tally.equal_shares.plain import Stall, plain_run
from civic.rules.tally.greedy import complete, scores_by
from civic.rules.tally.outcome import BadRule, Explanation, Options, Outcome, Utility
from civic.rules.tally.ties import tie_places
from civic.rules.tally.walk import Walk, against_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from civic.rules.tally.equal_shares.run import Market

COMPLETIONS = ("none", "utilitarian", "add1", "add1u")
_DENSE = 8  # choices a ballot above which a project shares a supporter with nearly all
SECOND_STAGE = "complément par votes"


def own_utility(election: Election) -> Utility:
    """The utility a rule takes when none is declared: points or ranks if ballots have them."""
    if election.vote_type in WITH_POINTS:
        return "points"
    return "borda" if election.vote_type == "ordinal" else "cost"


def market_of(election: Election, options: Options) -> Market:
    """The tables and orders that every run of this election shares."""
    from civic.rules.tally.equal_shares.run import Market
    from civic.rules.tally.profile import profile_of

    utility = options.utility or own_utility(election)
    profile = profile_of(election, utility)
    tie = tie_places(options, election.projects, election.votes())
    costs = [project.cost for project in election.projects]
    per = list(costs) if utility == "cost" else [1] * len(costs)
    return Market(profile, costs, per, tie, against_of(election, options))


def stall_of(election: Election, options: Options) -> Stall:
    """What every run in plain numbers shares."""
    costs = [project.cost for project in election.projects]
    return Stall(
        election.ballots,
        costs,
        costs if (options.utility or own_utility(election)) == "cost" else [1] * len(costs),
        tie_places(options, election.projects, election.votes()),
        election.budget,
    )


def first_share(election: Election, options: Options) -> Fraction:
    """What each voter starts with: budget over voters, or that rounded down to a whole unit."""
    share = Fraction(election.budget, election.voters)
    if options.start == "integral":
        return Fraction(share // election.scale * election.scale)
    return share


def _plainly(election: Election, options: Options) -> bool:
    """Whether plain numbers will do: each choice has the same worth, and there are few ballots."""
    utility = options.utility or own_utility(election)
    return utility in ("cost", "count") and election.ballots.few


def _bought(election: Election, options: Options, share: Fraction) -> list[int]:
    """What voters buy with that share, in order; by plain numbers where there are few ballots."""
    if not _plainly(election, options):
        from civic.rules.tally.equal_shares.run import run

        return run(market_of(election, options), share, election.budget).order
    return plain_run(stall_of(election, options), share, against_of(election, options))[0]


def _grown(election: Election, options: Options, share: Fraction) -> tuple[list[int], int]:
    """What voters buy once their share has grown, in order, and by how many units it grew."""
    ballots = election.ballots
    if (
        _plainly(election, options)
        and against_of(election, options) is None
        and len(ballots.choices) > _DENSE * len(ballots.weights)
    ):
        from civic.rules.tally.equal_shares.leaps import grown_by_leaps

        return grown_by_leaps(
            stall_of(election, options),
            share,
            election.scale,
            exhaustive_stop=options.exhaustive_stop,
        )
    from civic.rules.tally.equal_shares.growth import grown

    bought, increments = grown(
        market_of(election, options),
        share,
        election.scale,
        election.budget,
        exhaustive_stop=options.exhaustive_stop,
    )
    return bought.order, increments


def equal_shares(election: Election, options: Options) -> Outcome:
    """Count by Equal Shares; by cost utilities for approvals, points or Borda points otherwise."""
    if options.completion not in COMPLETIONS:
        raise BadRule(f"La complétion « {options.completion} » est inconnue.")
    if options.start not in ("exact", "integral"):
        raise BadRule(f"La part de départ « {options.start} » est inconnue.")
    votes = election.votes()
    share = Fraction(0)
    increments = 0
    order: list[int] = []
    if election.voters:
        share = first_share(election, options)
        if options.completion in ("add1", "add1u"):
            order, increments = _grown(election, options, share)
            share += increments * election.scale
        else:
            order = _bought(election, options, share)
    walk = Walk(election.budget, options)
    for place in order:
        walk.left -= election.projects[place].cost
        walk.limits.take(election.projects[place])
    if options.completion in ("utilitarian", "add1u"):
        complete(walk, election, walk.limits.winners, votes, SECOND_STAGE)

    def explained() -> tuple[Explanation, ...]:
        from civic.rules.tally.equal_shares.run import run
        from civic.rules.tally.explain_shares import explain_purchases

        market = market_of(election, options)
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
