"""Phragmén's loads, in whole numbers: sets of voters by the last purchase they took part in."""

from __future__ import annotations

from math import gcd

from civic.rules.tally.supporters import Supporters

LONG = 61  # bits of a whole number that the machine adds up by itself
Turns = list[tuple[int, int]]  # turns, and how many voters carry the load of each


class Loads:
    """What voters carry: the load of the last purchase they took part in, by its turn, from 1.

    `number` is how many voters support each project, `bought` and `before`, by purchase, the
    project and what its supporters carried until then.
    """

    def __init__(self, costs: list[int], number: list[int], budget: int) -> None:
        self.costs = costs
        self.number = number
        self.fine = max(1, LONG - budget.bit_length())  # all voters carry at most the budget
        self.bought: list[int] = []
        self.before: list[Turns] = []
        self.common = 1
        self.times = [0]  # by turn: exact times, times `common`

    def exact(self, project: int, turns: Turns) -> int:
        """Its cost and what its supporters carry together, when that is `turns`, times `common`:
        its time is that over `common` and their number. The turns have to be settled."""
        carried = sum([self.times[turn] * number for turn, number in turns])
        return self.costs[project] * self.common + carried

    def settle(self, turn: int) -> None:
        """Work out the exact times up to that turn; each makes the common denominator finer."""
        for at in range(len(self.times) - 1, turn):
            project = self.bought[at]
            carried = self.exact(project, self.before[at])
            shared = gcd(carried, self.number[project])
            finer = self.number[project] // shared
            self.common *= finer
            self.times = [time * finer for time in self.times]
            self.times.append(carried // shared)


class Sets(Loads):
    """Loads by sets of voters: `holders` are, by turn, the groups whose last purchase it is;
    `floors` the times of the turns in 1 / 2 ** fine, rounded down. Who has taken part in none
    carries nothing."""

    def __init__(self, costs: list[int], supporters: Supporters, budget: int) -> None:
        super().__init__(costs, list(map(supporters.count, supporters.of)), budget)
        self.supporters = supporters
        self.holders: dict[int, int] = {}
        self.floors = [0]
        self.counts: dict[int, Turns] = {}

    def floor(self, project: int, enough: int) -> int:
        """Its time in 1 / 2 ** fine, rounded down: at most one for each purchase and one more too
        low, since a purchase rounds down what it finds rounded down.

        As soon as it is known to pass `enough`, the latest loads being the most, a lower bound is
        answered.
        """
        groups, count, number = self.supporters.of[project], self.supporters.count, self.number
        cost = self.costs[project] << self.fine
        most = (enough + 1) * number[project] - cost
        counts = self.counts[project] = []
        carried = 0
        for turn in reversed(self.holders):
            if both := groups & self.holders[turn]:
                voters = count(both)
                counts.append((turn, voters))
                carried += self.floors[turn] * voters
                if carried >= most:
                    break
        return (cost + carried) // number[project]

    def turns(self, project: int) -> Turns:
        """What its supporters carry, as far as `floor`, asked in this round, looked at it."""
        return self.counts[project]

    def buy(self, project: int, floor: int) -> None:
        """All its supporters now carry the load of this purchase."""
        groups = self.supporters.of[project]
        self.before.append(self.counts[project])
        for turn, _ in self.counts[project]:
            self.holders[turn] ^= self.holders[turn] & groups
            if not self.holders[turn]:
                del self.holders[turn]
        self.bought.append(project)
        self.floors.append(floor)
        self.holders[len(self.bought)] = groups
