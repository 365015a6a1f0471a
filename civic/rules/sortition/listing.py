"""Every panel, where few seats and tight bounds leave few of them.

A replacement of some seats, with what remains of each bound, may leave some thousand panels among
hundreds of people: too scattered for the relaxed optimum to say much, and few enough to be listed.
The optimum is then sought over the weights of the panels themselves, which needs no certificate
but the list. A program holds some of them; its prices, tried on all the list, say which others to
add, or that none would help.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.chances import PRICED
from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import INFINITY, Program

# More seats than this are not tried; more panels or beginnings of panels than this are too many.
SEATS = 10
BEGINNINGS = 1_000_000
# As many panels go into the program at first; others when they are worth this more than its own.
FIRST = 500
WORTHWHILE = 1e-9
Bytes = NDArray[np.int16]


def may_be_listed(shape: Shape) -> bool:
    """Whether there are few enough seats to try."""
    return bool(shape.lower[0] <= SEATS and shape.whole.all())


def every_panel(shape: Shape) -> Bytes | None:
    """All panels, or None when they are too many to list: J by K profiles, one a seat, so that a
    million of them take little room.

    Panels grow a seat at a time, profiles in order; a beginning is dropped once it holds too many
    of something, or lacks more than the seats and profiles left can give.
    """
    seats = round(float(shape.lower[0]))
    if not may_be_listed(shape):
        return None
    rows = shape.rows[1:].astype(np.int16)
    least = np.maximum(shape.lower[1:], 0.0).astype(np.int16)
    most = np.minimum(shape.upper[1:], seats).astype(np.int16)
    # Profiles that share the values of the last features stand together: what nobody further on
    # can give is missed early.
    order = np.lexsort(rows)
    rows, sizes = rows[:, order], np.minimum(shape.sizes[order], seats).astype(np.int16)
    many = rows.shape[1]
    # What the profiles from each one on can still give to a row.
    left = np.cumsum((rows * sizes)[:, ::-1], axis=1)[:, ::-1]
    apart = _apart(rows)

    picks: Bytes = np.zeros((0, 1), dtype=np.int16)
    held: Bytes = np.zeros((len(rows), 1), dtype=np.int16)
    last = np.full(1, -1, dtype=np.int16)
    for seat in range(seats):
        free = seats - seat - 1
        grown: list[tuple[Bytes, NDArray[np.int64], int]] = []
        total = 0
        for t in range(many):
            # Sorted by their last profile, the beginnings that may go on with t come first.
            # No one sits twice: where a profile is one person, not those that end with it.
            end = int(np.searchsorted(last, t, side="left" if sizes[t] == 1 else "right"))
            fits = np.ones(end, dtype=np.bool_)
            for row in np.flatnonzero(rows[:, t]):
                fits &= held[row, :end] < most[row]
            if 1 < sizes[t] <= seat:
                fits &= (picks[:, :end] == t).sum(axis=0) < sizes[t]
            chosen = np.flatnonzero(fits)
            after = held[:, chosen] + rows[:, t, None]
            lacks = np.maximum(least[:, None] - after, 0)
            enough = (lacks <= np.minimum(left[:, t], free)[:, None]).all(axis=0)
            for group in apart:
                enough &= lacks[group].sum(axis=0) <= free
            grown.append((after[:, enough], chosen[enough], t))
            total += int(enough.sum())
            if total > BEGINNINGS:
                return None
        origins = np.concatenate([chosen for _after, chosen, _t in grown])
        last = np.concatenate([np.full(len(chosen), t, np.int16) for _after, chosen, t in grown])
        held = np.hstack([after for after, _chosen, _t in grown])
        picks = np.vstack([picks[:, origins], last])
    return order.astype(np.int16)[picks].T


def seats_held(panels: Bytes, kinds: int) -> Floats:
    """The same panels as whole points: J by T seats of each profile."""
    points = np.zeros((len(panels), kinds))
    for line in panels.T:
        points[np.arange(len(panels)), line] += 1.0
    return points


def _apart(rows: Bytes) -> list[list[int]]:
    """Rows in groups such that no profile is in two rows of a group (the values of a feature)."""
    groups: list[list[int]] = []
    for row in range(len(rows)):
        if groups and not (rows[groups[-1]] & rows[row]).any():
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def fairest(shape: Shape, panels: Bytes, algorithm: str) -> tuple[Floats, Floats, Floats, float]:
    """The weights of ``panels`` whose smallest chance is as large as it can be, and with leximin
    the next smallest after it: the panels that have a weight (J by T), their weights, the expected
    seats that they give, and that smallest chance."""
    sizes, kinds = shape.sizes, len(shape.sizes)
    inside = np.zeros(len(panels), dtype=np.bool_)
    inside[np.linspace(0, len(panels) - 1, min(FIRST, len(panels))).astype(np.int64)] = True
    held = seats_held(panels[inside], kinds)
    # Columns: z, then a weight a panel. Rows: a profile's seats, then the weights.
    rows = np.zeros((kinds + 1, len(held) + 1))
    rows[:kinds, 0], rows[:kinds, 1:] = -sizes, held.T
    rows[kinds, 1:] = 1.0
    least, most = np.zeros(kinds + 1), np.full(kinds + 1, INFINITY)
    least[kinds] = most[kinds] = 1.0
    program = Program(rows, least, most, np.ones(len(held) + 1))
    program.cost(np.append(-1.0, np.zeros(len(held))))
    settled = np.zeros(kinds, dtype=np.bool_)
    first: float | None = None
    while True:
        while True:
            if not program.solve():
                raise ArithmeticError("the solver lost a program that has a solution")
            prices = program.row_prices()
            more = _worthwhile(panels, inside, prices)
            if not len(more):
                break
            inside[more] = True
            new = seats_held(panels[more], kinds)
            for panel in new:
                program.add_column(0.0, np.append(panel, 1.0))
            held = np.vstack([held, new])
        point = program.point()
        level = max(0.0, float(point[0]))
        first = level if first is None else first
        tight = ~settled & (prices[:kinds] * sizes > PRICED)
        if not tight.any():
            tight = ~settled
        settled |= tight
        least[:kinds][tight] = sizes[tight] * level
        if settled.all() or algorithm == "maximin":
            weights = np.maximum(point[1:], 0.0)
            kept = weights > 0
            weights, held = weights[kept] / weights.sum(), held[kept]
            return held, weights, np.asarray(weights @ held, dtype=np.float64), first
        for t in np.flatnonzero(tight):
            program.coefficient(int(t), 0, 0.0)
        program.bound_rows(least, most)


def _worthwhile(panels: Bytes, inside: NDArray[np.bool_], prices: Floats) -> NDArray[np.int64]:
    """Panels outside the program that are worth more than those inside it: for each profile, the
    one worth most among those that seat it."""
    worth = np.full(len(panels), float(prices[-1]))
    for line in panels.T:
        worth += prices[line]
    better = np.flatnonzero((worth > WORTHWHILE) & ~inside)
    better = better[np.argsort(worth[better], kind="stable")]
    best = np.full(len(prices), -1, dtype=np.int64)
    for place in panels[better].T:
        np.maximum.at(best, place, np.arange(len(better)))
    return better[np.unique(best[best >= 0])]
