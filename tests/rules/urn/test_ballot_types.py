"""Each type of ballot: what it allows, one length for all, and drafts that hold two hundred."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules import urn

REFERENCES = tuple(str(number) for number in range(1, 13))
COSTS = tuple(number * 1_000_00 for number in range(1, 13))
GROUPS = ("Nord",) * 6 + ("Sud",) * 6
FORMS = {
    "approval": urn.BallotForm("v", REFERENCES, "approval", 1, 5),
    "knapsack": urn.BallotForm(
        "v", REFERENCES, "knapsack", 1, 12, costs=COSTS, groups=GROUPS,
        limits=(("Nord", 9_000_00), ("Sud", 20_000_00)),
    ),
    "points": urn.BallotForm("v", REFERENCES, "points", 1, 12, max_points=4, max_sum=10),
    "ranking": urn.BallotForm("v", REFERENCES, "ranking", 1, 5),
    "graded": urn.BallotForm("v", REFERENCES, "graded", 1, 12, max_points=3),
}  # fmt: skip
typed = st.lists(st.sampled_from(REFERENCES), max_size=12, unique=True)


def choices_of(kind: str, chosen: list[str], marks: list[int]) -> urn.Choices:
    points = tuple(marks[: len(chosen)]) if kind in urn.WITH_POINTS else ()
    return urn.Choices(tuple(chosen), points)


@pytest.mark.parametrize("kind", urn.TYPES)
@given(chosen=typed, marks=st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_what_is_allowed_comes_back_and_has_the_one_length(
    kind: str, chosen: list[str], marks: list[int]
) -> None:
    form, choices = FORMS[kind], choices_of(kind, chosen, marks)
    try:
        clear = urn.write(form, choices)
    except urn.BadBallot:
        with pytest.raises(urn.BadBallot):
            urn.check(form, choices)
        return
    assert len(clear) == form.length
    assert urn.read(form, clear) == choices


@given(chosen=typed)
def test_no_knapsack_is_ever_heavier_than_its_envelopes(chosen: list[str]) -> None:
    form = FORMS["knapsack"]
    cost = urn.spent(form, tuple(chosen))
    over = {name: cost[name] - most for name, most in form.limits if cost[name] > most}
    if not over:
        assert urn.read(form, urn.write(form, urn.Choices(tuple(chosen)))).references == tuple(
            chosen
        )
        return
    with pytest.raises(urn.BadBallot) as refused:
        urn.write(form, urn.Choices(tuple(chosen)))
    assert refused.value.reason == "over"
    assert over[refused.value.where] == refused.value.value


@pytest.mark.parametrize(
    ("kind", "chosen", "points", "reason"),
    [
        ("approval", ("1", "2", "3", "4", "5", "6"), (), "too-many"),
        ("knapsack", ("7", "1", "1"), (), "twice"),
        ("knapsack", ("6", "4"), (), "over"),
        ("points", ("1", "2"), (4, 0), "points"),
        ("points", ("1",), (5,), "too-many-points"),
        ("points", ("1", "2", "3"), (4, 4, 3), "sum"),
        ("ranking", ("1", "2", "3", "4", "5", "6"), (), "too-many"),
        ("ranking", ("3", "3"), (), "twice"),
        ("ranking", ("3",), (1,), "points"),
        ("graded", ("1",), (4,), "too-many-points"),
        ("graded", ("1",), (-1,), "points"),
        ("graded", ("1", "2"), (3,), "points"),
        ("graded", ("99",), (3,), "unknown"),
    ],
)
def test_each_type_says_why_it_refuses(
    kind: str, chosen: tuple[str, ...], points: tuple[int, ...], reason: str
) -> None:
    with pytest.raises(urn.BadBallot) as refused:
        urn.check(FORMS[kind], urn.Choices(chosen, points))
    assert refused.value.reason == reason


def test_the_order_of_a_ranking_is_kept_and_a_worst_grade_is_a_grade() -> None:
    ranked = urn.Choices(("7", "2", "11"))
    assert urn.read(FORMS["ranking"], urn.write(FORMS["ranking"], ranked)) == ranked
    graded = urn.Choices(("1", "2"), (0, 3))
    assert not urn.read(FORMS["graded"], urn.write(FORMS["graded"], graded)).blank


@given(
    st.integers(1, 400).flatmap(
        lambda number: st.tuples(
            st.just(number), st.lists(st.integers(1, number), unique=True, max_size=number)
        )
    ),
    st.booleans(),
    st.data(),
)
def test_a_draft_keeps_every_choice_even_too_many(
    sized: tuple[int, list[int]], with_points: bool, data: st.DataObject
) -> None:
    number, places = sized
    references = [str(one) for one in range(1, number + 1)]
    chosen = tuple(str(one) for one in places)
    points = tuple(data.draw(st.integers(0, 99_999)) for _one in chosen) if with_points else ()
    found = urn.unpack(references, urn.pack(references, urn.Choices(chosen, points)))
    assert found.references == chosen
    assert found.points == tuple(min(one, 65_535) for one in points)


@pytest.mark.parametrize(("projects", "points"), [(200, False), (200, True), (362, True)])
def test_a_draft_of_two_hundred_projects_fits_the_cookie(projects: int, points: bool) -> None:
    references = [str(number) for number in range(projects)]
    choices = urn.Choices(tuple(references), (60_000,) * projects if points else ())
    said = {
        "channel": "account", "seed": "s" * 12, "until": 2_000_000_000,
        "c": urn.pack(references, choices),
    }  # fmt: skip
    closed = urn.close_draft(b"k" * 32, "r" * 22, said)
    assert len(closed) <= urn.draft_size(projects, points=points) <= urn.DRAFT_LIMIT


def test_the_size_of_a_draft_is_known_before_anything_is_chosen() -> None:
    assert urn.draft_size(363, points=True) > urn.DRAFT_LIMIT
    with pytest.raises(ValueError, match="not a project"):
        urn.unpack(["1"], urn.pack(["0", "1"], urn.Choices(("1",))))
    for text in ("", "_w", "é"):
        with pytest.raises(ValueError, match=r"."):
            urn.unpack(["1"], text)
