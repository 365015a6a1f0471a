"""No table shows a few people, nor lets them be found by subtraction."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from civic.rules.floor import FLOOR, above

tables = st.dictionaries(
    st.text("abcdef", max_size=2), st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=7
)


@given(tables)
def test_what_is_shown_and_what_is_held_back_are_never_a_few_people(
    rows: dict[str, tuple[int, ...]],
) -> None:
    shown, held = above(rows)
    assert all(min(row) >= FLOOR for row in shown.values())
    hidden = [rows[name] for name in rows.keys() - shown.keys()]
    if not hidden:
        assert held is None
        return
    assert held == tuple(sum(column) for column in zip(*hidden, strict=True))
    if shown:
        assert len(hidden) > 1
        assert min(held) >= FLOOR


def test_one_small_row_takes_the_next_smallest_with_it() -> None:
    shown, held = above({"Nord": (3, 40), "Sud": (20, 30), "Est": (100, 100)})
    assert set(shown) == {"Est"}
    assert held == (23, 70)
