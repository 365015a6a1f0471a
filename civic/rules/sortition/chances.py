"""How chance would best be shared if panels could be cut in pieces: the relaxed optimum.

X[t] is the expected number of seats of profile t, so X[t] / sizes[t] is each of its people's
chance. Any lottery's X meets the same rows as its panels do, so the optimum over the rows bounds
every lottery: when panels are found that average to it (``decompose``), it is the optimum, and
the bound is its certificate. Cuts that hold for all panels make the rows tighter and change
nothing else.

Leximin after Flanigan, Gölz, Gupta, Hennig and Procaccia, Nature 596 (2021): the smallest chance
as large as it can be, then the next smallest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.profiles import Floats, Shape
from civic.rules.sortition.program import INFINITY, Program

# A price (in chance lost a seat moved, times people) above this is a price and not noise.
PRICED = 1e-7


class Unreachable(Exception):
    """No X meets the rows, so no panel does."""


def expected(shape: Shape, algorithm: str) -> Floats:
    """The X of ``algorithm`` (leximin, maximin or stratified) over the rows of ``shape``."""
    if algorithm == "stratified":
        return _even(shape)
    return shape.sizes * _raised(shape, levels=1 if algorithm == "maximin" else len(shape.sizes))


def highest_minimum(shape: Shape) -> float:
    """The largest z such that some X gives everybody at least z: what no lottery exceeds."""
    return float(np.min(_raised(shape, levels=1)))


def _raised(shape: Shape, levels: int) -> Floats:
    """Raise everybody's chance together until some are held by the rows; settle those; go on with
    the others, ``levels`` times at most. Each chance is written z + surplus, so that a program has
    one column a profile and one for z, and one row a bound."""
    sizes, many = shape.sizes, len(shape.sizes)
    program = Program(
        np.hstack([shape.rows, (shape.rows @ sizes)[:, None]]),
        shape.lower,
        shape.upper,
        np.full(many + 1, INFINITY),
    )
    cost = np.zeros(many + 1)
    cost[many] = -1.0
    program.cost(cost)
    settled = np.zeros(many, dtype=np.bool_)
    chances = np.zeros(many)
    capped: list[int] = []
    while not settled.all():
        held = np.where(settled, sizes * chances, 0.0)
        _move(program, shape, settled, held, capped)
        seats, level = _solve_capped(program, shape, settled, held, capped)
        tight = ~settled & (program.reduced_costs()[:many] * sizes > PRICED)
        if level >= 1 - PRICED or not tight.any():
            # Everybody left is sure of a seat; or nothing holds them any more.
            tight = ~settled
        levels -= 1
        chances[tight] = min(max(level, 0.0), 1.0)
        settled |= tight
        if levels == 0 and not settled.all():
            return np.clip(seats / sizes, 0.0, 1.0)
    return chances


def _move(
    program: Program, shape: Shape, settled: NDArray[np.bool_], held: Floats, capped: list[int]
) -> None:
    """Take what is settled out of z's column and into the bounds."""
    many, height = len(shape.sizes), len(shape.rows)
    slope = shape.rows @ np.where(settled, 0.0, shape.sizes)
    for row in range(height):
        program.coefficient(row, many, float(slope[row]))
    shift = shape.rows @ held
    lower, upper = shape.lower - shift, shape.upper - shift
    for place, t in enumerate(capped):
        program.coefficient(height + place, many, 0.0 if settled[t] else float(shape.sizes[t]))
        lower = np.append(lower, -INFINITY)
        upper = np.append(upper, shape.sizes[t] - held[t])
    program.bound_rows(lower, upper)


def _solve_capped(
    program: Program, shape: Shape, settled: NDArray[np.bool_], held: Floats, capped: list[int]
) -> tuple[Floats, float]:
    """The highest z and an X that reaches it. That nobody holds more than one seat is a row for
    each profile; few of them matter, so that each is added when it is first broken."""
    sizes, many = shape.sizes, len(shape.sizes)
    while True:
        if not program.solve():
            raise Unreachable
        point = program.point()
        level = float(point[many])
        seats = point[:many] + np.where(settled, held, sizes * level)
        broken = [
            int(t) for t in np.flatnonzero(seats > sizes * (1 + 1e-9)) if int(t) not in capped
        ]
        if not broken:
            return seats, level
        for t in broken:
            program.add_row(
                -INFINITY,
                float(sizes[t] - held[t]),
                [t, many],
                [1.0, 0.0 if settled[t] else float(sizes[t])],
            )
            capped.append(t)


def _even(shape: Shape) -> Floats:
    """Plain stratified sampling: each profile as near its share of the pool as the bounds allow.
    The largest gap between a chance and seats / people is as small as it can be, then the sum of
    the gaps in seats."""
    sizes, many, height = shape.sizes, len(shape.sizes), len(shape.rows)
    target = sizes * (shape.lower[0] / sizes.sum())
    # Columns: seats, gap above, gap below, the largest gap in chance.
    rows = np.zeros((height + 2 * many, 3 * many + 1))
    rows[:height, :many] = shape.rows
    eye = np.eye(many)
    rows[height : height + many, : 3 * many] = np.hstack([eye, -eye, eye])
    rows[height + many :, many : 3 * many] = np.hstack([eye, eye])
    rows[height + many :, 3 * many] = -sizes
    lower = np.concatenate([shape.lower, target, np.full(many, -INFINITY)])
    upper = np.concatenate([shape.upper, target, np.zeros(many)])
    most = np.concatenate([sizes, np.full(2 * many + 1, INFINITY)])
    program = Program(rows, lower, upper, most)
    cost = np.zeros(3 * many + 1)
    cost[-1] = 1.0
    program.cost(cost)
    if not program.solve():
        raise Unreachable
    most[-1] = program.point()[-1] + 1e-9
    program.bound_columns(np.zeros(3 * many + 1), most)
    cost = np.concatenate([np.zeros(many), np.ones(2 * many), [0.0]])
    program.cost(cost)
    if not program.solve():
        raise Unreachable
    return np.clip(program.point()[:many], 0.0, sizes)
