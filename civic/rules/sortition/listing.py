"""Every panel, where few seats and tight bounds leave few of them.

A replacement of some seats, with what remains of each bound, may leave a few thousand panels among
hundreds of people: too scattered for the relaxed optimum to say much, and few enough to be listed.
The optimum is then sought over the weights of the panels themselves, which needs no certificate
but the list.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.chances import PRICED
from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import INFINITY, Program

# More seats than this are not tried; more panels or beginnings of panels than this are too many.
SEATS = 10
MOST = 10_000
BEGINNINGS = 1_000_000
Bytes = NDArray[np.int16]


def may_be_listed(shape: Shape) -> bool:
    """Whether there are few enough seats to try."""
    return bool(shape.lower[0] <= SEATS and shape.whole.all())


def every_panel(shape: Shape) -> Floats | None:
    """All panels (J by T), or None when they are too many to list.

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
    last = np.zeros(1, dtype=np.int16)
    for seat in range(seats):
        free = seats - seat - 1
        grown: list[tuple[Bytes, NDArray[np.int64], int]] = []
        total = 0
        for t in range(many):
            # Sorted by their last profile, the beginnings that may go on with t come first.
            end = int(np.searchsorted(last, t, side="right"))
            fits = np.ones(end, dtype=np.bool_)
            for row in np.flatnonzero(rows[:, t]):
                fits &= held[row, :end] < most[row]
            if sizes[t] <= seat:
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
    if picks.shape[1] > MOST:
        return None
    panels = np.zeros((picks.shape[1], many))
    for line in picks:
        np.add.at(panels, (np.arange(len(panels)), order[line]), 1.0)
    return panels


def _apart(rows: Bytes) -> list[list[int]]:
    """Rows in groups such that no profile is in two rows of a group (the values of a feature)."""
    groups: list[list[int]] = []
    for row in range(len(rows)):
        if groups and not (rows[groups[-1]] & rows[row]).any():
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def fairest(shape: Shape, panels: Floats, algorithm: str) -> tuple[Floats, Floats, float]:
    """The weights of ``panels`` whose smallest chance is as large as it can be, and with leximin
    the next smallest after it; the expected seats that they give; and that smallest chance."""
    many, kinds = panels.shape
    sizes = shape.sizes
    # Columns: a weight a panel, then z. Rows: a profile's seats, then the weights.
    rows = np.zeros((kinds + 1, many + 1))
    rows[:kinds, :many] = panels.T
    rows[:kinds, many] = -sizes
    rows[kinds, :many] = 1.0
    least, most = np.zeros(kinds + 1), np.full(kinds + 1, INFINITY)
    least[kinds] = most[kinds] = 1.0
    program = Program(rows, least, most, np.ones(many + 1))
    cost = np.zeros(many + 1)
    cost[many] = -1.0
    program.cost(cost)
    settled = np.zeros(kinds, dtype=np.bool_)
    first: float | None = None
    while True:
        if not program.solve():
            raise ArithmeticError("the solver lost a program that has a solution")
        point = program.point()
        level = float(point[many])
        first = level if first is None else first
        tight = ~settled & (program.row_prices()[:kinds] * sizes > PRICED)
        if not tight.any():
            tight = ~settled
        settled |= tight
        least[:kinds][tight] = sizes[tight] * level
        weights = np.maximum(point[:many], 0.0)
        weights /= weights.sum()
        if settled.all() or algorithm == "maximin":
            return weights, np.asarray(weights @ panels, dtype=np.float64), first
        for t in np.flatnonzero(tight):
            program.coefficient(int(t), many, 0.0)
        program.bound_rows(least, most)
