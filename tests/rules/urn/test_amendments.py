"""Amendments that withdraw a project: each is chained to the sealed vote and to the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from civic.rules import urn
from civic.rules.urn.amendments import read_amendments

SEALED = "5e" * 32
CLOSES = datetime(2027, 5, 17, 8, 0, tzinfo=UTC)
FIRST = urn.Amendment("P1", "Le sol est pollué.", "Amina Roux", "2027-05-05T08:00:00+00:00", "ab")
SECOND = replace(FIRST, reference="P2", at="2027-05-06T08:00:00+00:00")


def chained(*amendments: urn.Amendment) -> list[str]:
    lines, previous = [], ""
    for one in amendments:
        text = urn.amendment_text(SEALED, previous, one)
        lines.append(text.decode())
        previous = urn.amendment_digest(text)
    return lines


def read(lines: list[str], sealed: str = SEALED) -> list[str]:
    found = read_amendments(lines, sealed=sealed, references=("P1", "P2", "P3"), closes=CLOSES)
    return [one.reference for one, _digest in found]


def test_the_digest_covers_the_sealed_vote_the_one_before_and_every_word() -> None:
    texts = {
        urn.amendment_text(SEALED, "", FIRST),
        urn.amendment_text("00" * 32, "", FIRST),
        urn.amendment_text(SEALED, "cd" * 32, FIRST),
        *(
            urn.amendment_text(SEALED, "", replace(FIRST, **{name: f"{getattr(FIRST, name)}1"}))
            for name in FIRST.__slots__
        ),
    }
    assert len({urn.amendment_digest(text) for text in texts}) == len(FIRST.__slots__) + 3


def test_one_dropped_moved_or_taken_from_another_vote_is_found() -> None:
    lines = chained(FIRST, SECOND)
    assert read(lines) == ["P1", "P2"]
    for broken in (lines[1:], lines[::-1], [lines[0], lines[0]], [lines[0], *chained(SECOND)]):
        with pytest.raises(urn.BadAmendment):
            read(broken)
    with pytest.raises(urn.BadAmendment):
        read(lines, sealed="00" * 32)
