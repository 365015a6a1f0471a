"""The act that annuls a vote: read back as it was written, and nothing of it changes unseen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules import urn

SEALED = "5e" * 32
ACT = urn.Annulment(
    "judge", "Tribunal administratif de Lille", "2027-05-18", "2705123", "Deux listes de projets.",
    "2027-05-18T09:00:00+00:00", None, "ab" * 32, "cd" * 32, "ef" * 32,
)  # fmt: skip
words = st.text(min_size=1, max_size=40)
acts = st.builds(
    lambda ground, by, reason, reference, contest: replace(
        ACT, ground=ground, by=by, reason=reason, reference=reference,
        contest=contest if ground == "contest" else None,
    ),
    st.sampled_from(urn.GROUNDS), words, words, st.text(max_size=20), st.integers(1, 999),
)  # fmt: skip


@given(acts)
def test_an_act_is_read_back_as_it_was_written(act: urn.Annulment) -> None:
    assert urn.read_annulment(urn.annulment_text(SEALED, act), sealed=SEALED) == act


def test_the_digest_covers_the_sealed_vote_and_every_word() -> None:
    texts = {urn.annulment_text(SEALED, ACT), urn.annulment_text("00" * 32, ACT)}
    for name in ACT.__slots__:
        if name == "ground":
            changed = replace(ACT, ground="authority")
        elif name == "contest":
            changed = replace(ACT, contest=3)
        else:
            changed = replace(ACT, **{name: f"{getattr(ACT, name)}1"})  # type: ignore[arg-type]
        texts.add(urn.annulment_text(SEALED, changed))
    assert len({urn.annulment_digest(text) for text in texts}) == len(ACT.__slots__) + 2


@pytest.mark.parametrize(
    "changed",
    [
        {"by": ""}, {"reason": ""}, {"ground": "contest"}, {"contest": 2}, {"on": "2027-05-19"},
    ],
)  # fmt: skip
def test_an_act_that_does_not_hold_together_is_refused(changed: dict[str, object]) -> None:
    text = urn.annulment_text(SEALED, replace(ACT, **changed))  # type: ignore[arg-type]
    with pytest.raises(urn.BadAnnulment):
        urn.read_annulment(text, sealed=SEALED)


def test_an_act_of_another_vote_or_written_otherwise_is_refused() -> None:
    text = urn.annulment_text(SEALED, ACT)
    with pytest.raises(urn.BadAnnulment):
        urn.read_annulment(text, sealed="00" * 32)
    with pytest.raises(urn.BadAnnulment):
        urn.read_annulment(json.dumps(json.loads(text)).encode(), sealed=SEALED)
    with pytest.raises(urn.BadAnnulment):
        urn.read_annulment(text.replace(b"{", b'{"autre":1,', 1), sealed=SEALED)
