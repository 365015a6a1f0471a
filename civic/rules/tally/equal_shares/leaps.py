"""add1 by leaps: growth that changes nothing in between is not counted step by step.

While projects are bought in one order, a larger share leaves everybody, round by round, with no
less money, so that no project's price is higher and none becomes too dear. So if with a larger
share the same projects are still bought in the same order, and in each round every other project
is ranked after what the one bought had been ranked with the smaller share, then all shares in
between buy the same too.
"""

from __future__ import annotations

import heapq
from fractions import Fraction

from civic.rules.tally.equal_shares.plain import Stall, plain_run

_NEVER = 1 << 1_000
_PAUSE = 16  # most steps that are counted one by one before a leap is tried again


def grown_by_leaps(
    stall: Stall, share: Fraction, step: int, *, exhaustive_stop: bool
) -> tuple[list[int], int]:
    """What is bought where growth stops, in order, and by how many steps the share grew.

    It stops at the first exhaustive outcome (unless `exhaustive_stop` is off), and otherwise just
    before an outcome passes the budget, or when everything supported is bought.
    """
    increments, leap, pause, waiting = 0, 1, 1, 0
    order, keys = plain_run(stall, share)
    while not _over(stall, order, exhaustive_stop=exhaustive_stop):
        if not waiting:
            ahead = follow(stall, share + (increments + leap) * step, order, keys)
            if ahead is not None:
                increments, keys = increments + leap, ahead
                leap, pause = 2 * leap, 1
                continue
            leap = max(1, leap // 4)
            if leap > 1:
                continue
            waiting = pause
            pause = min(_PAUSE, 2 * pause)
        following, keys = plain_run(stall, share + (increments + 1) * step)
        if sum([stall.costs[project] for project in following]) > stall.budget:
            break
        order = following
        increments += 1
        waiting -= 1
    return order, increments


def _over(stall: Stall, order: list[int], *, exhaustive_stop: bool) -> bool:
    """Whether all that is supported is bought, or nothing of it fits in what is left."""
    supported = {project for project, voters in enumerate(stall.ballots.votes) if voters}
    out = supported.difference(order)
    left = stall.budget - sum([stall.costs[project] for project in order])
    return not out or (exhaustive_stop and all(stall.costs[project] > left for project in out))


def follow(stall: Stall, share: Fraction, order: list[int], keys: list[int]) -> list[int] | None:
    """Keys as of `plain_run`, if all shares from where `order` and `keys` were found to this one
    surely buy in that order; None if that is not certain."""
    purses, heap = stall.opened(share)
    reached: list[int] = []
    taken: set[int] = set()
    for project, most in zip(order, keys, strict=True):
        taken.add(project)
        while heap and heap[0][0] <= most:
            least, other = heapq.heappop(heap)
            if other in taken:
                continue
            found = stall.look(purses, other, least, most)
            if found is not None:
                if found[0] <= most:
                    return None
                heapq.heappush(heap, (found[0], other))
        found = stall.look(purses, project, 0, _NEVER)
        if found is None:
            return None
        reached.append(found[1])
        purses.buy(project, found[2])
    left = {project for _, project in heap} - taken
    if any(stall.look(purses, project, 0, _NEVER) for project in left):
        return None
    return reached
