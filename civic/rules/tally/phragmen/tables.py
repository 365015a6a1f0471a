"""Phragmén's loads where there are many voters: a place a group, in NumPy's whole numbers."""

from __future__ import annotations

import numpy as np

from civic.rules.tally.phragmen.loads import Loads, Turns
from civic.rules.tally.profile import Profile


class Tables(Loads):
    """`load` is, by group, what it carries, rounded down, and all its voters together; `last` the
    turn that is from. All voters carry at most the budget, so that no sum passes 64 bits."""

    def __init__(self, costs: list[int], profile: Profile, number: list[int], budget: int) -> None:
        super().__init__(costs, number, budget)
        self.profile = profile
        self.weight = profile.weight.astype(np.int64)
        self.load = np.zeros(len(self.weight), dtype=np.int64)
        self.last = np.zeros(len(self.weight), dtype=np.int32)

    def floor(self, project: int, enough: int) -> int:
        """As of other loads; always the whole time."""
        carried = int(self.load.take(self.profile.supporters(project)).sum())
        return ((self.costs[project] << self.fine) + carried) // self.number[project]

    def turns(self, project: int) -> Turns:
        """What its supporters carry."""
        groups = self.profile.supporters(project)
        counts = np.bincount(self.last[groups], weights=self.weight[groups])
        return [(int(turn), int(counts[turn])) for turn in np.flatnonzero(counts) if turn]

    def buy(self, project: int, floor: int) -> None:
        """All its supporters now carry the load of this purchase."""
        groups = self.profile.supporters(project)
        self.before.append(self.turns(project))
        self.bought.append(project)
        self.load[groups] = floor * self.weight[groups]
        self.last[groups] = len(self.bought)
