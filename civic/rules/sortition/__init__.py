"""The draw by lot of a panel: fair to each person, bound by criteria, impossible to steer,
checkable by anyone.

``prepare`` makes a lottery of M equally likely panels that all meet the bounds, in which the
smallest chance that anybody has is as large as it can be (leximin); ``commitment`` is the digest
to publish; ``run`` turns the chance that came afterwards (a public seed, or a number drawn in the
hall) into a record, which ``verify`` checks with nothing but the standard library. docs/draw.md
states the method and what is proved.
"""

from civic.rules.sortition import verify
from civic.rules.sortition.drawing import run
from civic.rules.sortition.lottery import auditor_file, commitment, letter, prepare
from civic.rules.sortition.reading import read_criteria, read_pool
from civic.rules.sortition.values import (
    ALGORITHMS,
    CHANCES,
    BadInput,
    Candidate,
    Clash,
    Criterion,
    Infeasible,
    Lottery,
    Pool,
    Prepared,
    clean,
)

__all__ = [
    "ALGORITHMS",
    "CHANCES",
    "BadInput",
    "Candidate",
    "Clash",
    "Criterion",
    "Infeasible",
    "Lottery",
    "Pool",
    "Prepared",
    "auditor_file",
    "clean",
    "commitment",
    "letter",
    "prepare",
    "read_criteria",
    "read_pool",
    "run",
    "verify",
]
