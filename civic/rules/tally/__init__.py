"""The count of a participatory budget: ballots in, winners and reasons out, exactly.

    election = tally.read(content)                      # or Election.of(projects, ballots, budget)
    outcome = tally.count(election, "greedy", tie="cheapest")
    outcome.winners, outcome.spent, outcome.explain()

Plain values in and out; nothing here reads a clock, a file or a network, and no float decides.
"""

from civic.rules.tally.counting import RULES, count
from civic.rules.tally.effect import Effect, effect
from civic.rules.tally.election import (
    VOTE_TYPES,
    BadElection,
    Ballot,
    Ballots,
    Election,
    Project,
    VoteType,
)
from civic.rules.tally.judgment import grades, median
from civic.rules.tally.outcome import (
    BadRule,
    Explanation,
    Options,
    Outcome,
    SizeClass,
    Step,
)
from civic.rules.tally.pabulib import BadFile, declared, read, write

__all__ = [
    "RULES",
    "VOTE_TYPES",
    "BadElection",
    "BadFile",
    "BadRule",
    "Ballot",
    "Ballots",
    "Effect",
    "Election",
    "Explanation",
    "Options",
    "Outcome",
    "Project",
    "SizeClass",
    "Step",
    "VoteType",
    "count",
    "declared",
    "effect",
    "grades",
    "median",
    "read",
    "write",
]
