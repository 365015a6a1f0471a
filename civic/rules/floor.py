"""Small numbers of people that a table must not show, nor let be found by subtraction."""

from __future__ import annotations

from collections.abc import Mapping

FLOOR = 5


def above(
    rows: Mapping[str, tuple[int, ...]], floor: int = FLOOR
) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...] | None]:
    """The rows that may be shown, and the sum of those that may not (None if all are shown).

    Each row is one or several numbers of people (who voted, who did not). A row is held back when
    one of its numbers is below `floor`; then, since totals are known, the smallest others too,
    until two rows at least are held back and each of their sums reaches the floor. When that takes
    every row, none is shown.
    """
    held = {name for name, row in rows.items() if min(row) < floor}
    rest = sorted(rows.keys() - held, key=lambda name: (sum(rows[name]), name))
    while held and rest and not _enough([rows[name] for name in held], floor):
        held.add(rest.pop(0))
    if not held:
        return dict(rows), None
    columns = zip(*(rows[name] for name in held), strict=True)
    return (
        {name: row for name, row in rows.items() if name not in held},
        tuple(sum(column) for column in columns),
    )


def _enough(held: list[tuple[int, ...]], floor: int) -> bool:
    return len(held) > 1 and all(sum(column) >= floor for column in zip(*held, strict=True))
