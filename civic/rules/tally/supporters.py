"""Who supports each project, in plain lists: what a count needs where NumPy is not worth loading.

A *group* is all voters whose ballots are the same; its weight is their number.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from operator import itemgetter

from civic.rules.tally.election import Ballots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Pick = Callable[[list[int]], tuple[int, ...]]


class Supporters:
    """Per project, its groups of supporters, how many voters they are, and a quick way to pick out
    of a list with a figure for each group, and one 0 at its end, those of its supporters."""

    def __init__(self, ballots: Ballots) -> None:
        self.weights = ballots.weights
        self.number = ballots.votes
        self.groups: list[list[int]] = [[] for _ in ballots.ids]
        self._picks: list[Any] = [None] * len(self.groups)
        add = [groups.append for groups in self.groups]
        choices = ballots.choices
        begin = 0
        for group, end in enumerate(islice(ballots.starts, 1, None)):
            for project in choices[begin:end]:
                add[project](group)
            begin = end

    def pick(self, project: int) -> Pick:
        """Takes the figures of its supporters out of such a list; a 0 more may be among them."""
        known: Pick | None = self._picks[project]
        if known is None:
            groups = self.groups[project]
            several = groups if len(groups) > 1 else [*groups, len(self.weights)]
            known = self._picks[project] = itemgetter(*several)
        return known
