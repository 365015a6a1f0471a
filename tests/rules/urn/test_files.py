"""The files that the commission carries: the same content is the same bytes, a changed one is
refused, and no order is left in them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules import urn

FORM = urn.BallotForm("un-vote", ("P1", "P2", "P3"), "approval", 1, 2)
KEYS = urn.keys_of(b"k" * 16)
chosen = st.lists(
    st.lists(st.sampled_from(FORM.references), max_size=2, unique=True).map(tuple), max_size=6
)


def closed(ballots: list[tuple[str, ...]]) -> bytes:
    sealed = [urn.seal(KEYS.public, urn.write(FORM, urn.Choices(one))) for one in ballots]
    return urn.write_urn(FORM, KEYS.public, sealed)


@settings(max_examples=30)
@given(chosen)
def test_two_members_find_the_same_bytes(ballots: list[tuple[str, ...]]) -> None:
    read = urn.read_urn(closed(ballots))
    found = [
        urn.write_opened(FORM, read.digest, urn.open_all(read.form, KEYS.private, read.content))
        for _member in range(2)
    ]
    assert found[0] == found[1]
    opened = urn.read_opened(FORM, found[0])
    assert sorted(one.references for one in opened.opened.ballots) == sorted(ballots)
    assert opened.urn == read.digest


@settings(max_examples=30)
@given(chosen.filter(bool), st.randoms(use_true_random=False))
def test_the_order_of_deposits_is_not_in_the_file(ballots: list[tuple[str, ...]], random) -> None:  # type: ignore[no-untyped-def]
    sealed = [urn.seal(KEYS.public, urn.write(FORM, urn.Choices(one))) for one in ballots]
    mixed = list(sealed)
    random.shuffle(mixed)
    assert urn.write_urn(FORM, KEYS.public, sealed) == urn.write_urn(FORM, KEYS.public, mixed)


@settings(max_examples=60)
@given(st.integers(0, 9_999), st.integers(1, 255))
def test_a_changed_byte_is_never_read_as_another_urn(somewhere: int, change: int) -> None:
    urn_of_one = urn.read_urn(closed([("P1",)]))
    found = urn.open_all(FORM, KEYS.private, urn_of_one.content)
    for whole, read in (
        (closed([("P1",), ("P2", "P3")]), urn.read_urn),
        (urn.write_key(KEYS.public), urn.read_key),
        (urn.write_opened(FORM, "0" * 64, found), lambda content: urn.read_opened(FORM, content)),
    ):  # fmt: skip
        changed = bytearray(whole)
        changed[somewhere % (len(whole) - 1)] ^= change
        try:
            said = read(bytes(changed))
        except urn.BadFile:
            continue
        assert said != read(whole)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b"[" * 100_000, b'{"format":1}'])
def test_what_is_no_file_of_ours_is_refused(content: bytes) -> None:
    for read in (urn.read_key, urn.read_urn, lambda one: urn.read_opened(FORM, one)):
        with pytest.raises(urn.BadFile):
            read(content)


def test_an_opening_with_a_ballot_that_the_poll_does_not_allow_is_refused() -> None:
    said = json.loads(urn.write_opened(FORM, "0" * 64, urn.Opened((), 0, "")))
    said["bulletins"] = ['{"c":["P9"],"p":[],"v":"un-vote"}']
    with pytest.raises(urn.BadFile):
        urn.read_opened(FORM, json.dumps(said).encode())
