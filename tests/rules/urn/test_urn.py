"""What the urn promises: equal lengths, one key, receipts and codes that survive human hands."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.rules import urn
from civic.rules.urn import alphabet
from civic.rules.urn.codes import CHANCE

REFERENCES = tuple(f"P{number}" for number in range(1, 41))
FORM = urn.BallotForm("un-banc-de-plus", REFERENCES, "approval", 1, 5)
POINTS = urn.BallotForm("points-2019", REFERENCES, "points", 1, 7, max_points=3, max_sum=7)
KEYS = urn.key_pair(b"k" * 32)

chosen = st.lists(st.sampled_from(REFERENCES), max_size=5, unique=True).map(tuple)
chances = st.binary(min_size=CHANCE, max_size=CHANCE)


@given(chosen)
def test_what_is_sealed_is_what_is_opened(references: tuple[str, ...]) -> None:
    sealed = urn.seal(KEYS.public, urn.write(FORM, urn.Choices(references)))
    assert urn.read(FORM, urn.unseal(KEYS.private, sealed)) == urn.Choices(references)


@given(chosen, chosen)
def test_the_length_of_an_envelope_says_nothing(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    first = urn.seal(KEYS.public, urn.write(FORM, urn.Choices(one)))
    second = urn.seal(KEYS.public, urn.write(FORM, urn.Choices(two)))
    assert len(first) == len(second) == FORM.length + 48
    assert first != second  # the same choices twice do not look the same either


@given(st.dictionaries(st.sampled_from(REFERENCES), st.integers(1, 3), max_size=7))
def test_points_have_one_length_too(given_points: dict[str, int]) -> None:
    choices = urn.Choices(tuple(given_points), tuple(given_points.values()))
    if sum(choices.points) > 7:
        with pytest.raises(urn.BadBallot):
            urn.write(POINTS, choices)
    else:
        assert len(urn.write(POINTS, choices)) == POINTS.length


def test_only_the_polls_own_key_opens() -> None:
    sealed = urn.seal(KEYS.public, urn.write(FORM, urn.Choices(("P1",))))
    with pytest.raises(urn.Unreadable):
        urn.unseal(urn.key_pair(b"x" * 32).private, sealed)


def test_an_envelope_of_another_poll_is_not_a_ballot_of_this_one() -> None:
    other = urn.BallotForm("une-autre-annee", REFERENCES, "approval", 1, 5)
    with pytest.raises(urn.Unreadable):
        urn.read(FORM, urn.write(other, urn.Choices(("P1",))))


@pytest.mark.parametrize(
    ("references", "points", "reason"),
    [
        (("P1", "P2", "P3", "P4", "P5", "P6"), (), "too-many"),
        (("P1", "P1"), (), "twice"),
        (("P99",), (), "unknown"),
        (("P1",), (2,), "points"),
    ],
)
def test_a_ballot_that_the_poll_does_not_allow_is_never_sealed(
    references: tuple[str, ...], points: tuple[int, ...], reason: str
) -> None:
    with pytest.raises(urn.BadBallot) as refused:
        urn.write(FORM, urn.Choices(references, points))
    assert refused.value.reason == reason


def test_a_blank_ballot_is_always_allowed() -> None:
    form = urn.BallotForm("exactement-trois", REFERENCES, "approval", 3, 3)
    assert urn.read(form, urn.write(form, urn.Choices())).blank
    with pytest.raises(urn.BadBallot):
        urn.write(form, urn.Choices(("P1", "P2")))


# --- codes and receipts ------------------------------------------------------------------------


@given(chances, st.booleans(), st.sampled_from(["-", " ", ""]))
def test_a_code_is_read_however_it_is_typed(chance: bytes, lower: bool, between: str) -> None:
    code = urn.make_code(chance)
    typed = between.join(code[start : start + 4] for start in range(0, 16, 4))
    typed = typed.replace("1", "l").replace("0", "O")
    assert urn.read_code(typed.lower() if lower else typed) == code


@given(chances, st.integers(0, 14), st.sampled_from(alphabet.SIGNS))
def test_one_wrong_sign_is_noticed(chance: bytes, place: int, sign: str) -> None:
    code = urn.make_code(chance)
    if {code[place], sign} == {"0", "Z"}:
        return  # the one pair that the check sign can't tell apart
    typed = code[:place] + sign + code[place + 1 :]
    if typed == code:
        assert urn.read_code(typed) == code
    else:
        with pytest.raises(urn.BadCode):
            urn.read_code(typed)


def test_a_code_has_sixty_bits_that_its_prefix_does_not_say() -> None:
    assert len(alphabet.SIGNS) == 32
    secret = urn.make_code(bytes(range(10)))[3:15]
    assert len(secret) * 5 >= 60


@given(chosen)
def test_a_receipt_number_finds_its_envelope(references: tuple[str, ...]) -> None:
    digest = urn.digest(urn.seal(KEYS.public, urn.write(FORM, urn.Choices(references))))
    lowest, highest = urn.read_receipt(urn.receipt_number(digest).lower())
    assert lowest <= digest <= highest
    assert int(highest, 16) - int(lowest, 16) < 2**181


def test_the_same_person_has_one_identity() -> None:
    born = date(1961, 4, 2)
    one = urn.identity_of(b"s", "poll", "haddad", "leila", born)
    assert one == urn.identity_of(b"s", "poll", "haddad", "leila marie", born)
    assert one != urn.identity_of(b"s", "poll", "haddad", "leila", born, homonym=1)
    assert one != urn.identity_of(b"s", "other", "haddad", "leila", born)
    assert one != urn.identity_of(b"t", "poll", "haddad", "leila", born)


# --- the log, the opening, the draft -------------------------------------------------------------

digests = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), unique=True, max_size=8)


@given(digests, digests, st.randoms())
def test_a_checkpoint_does_not_say_the_order_of_deposits(
    first: list[str], second: list[str], random: object
) -> None:
    lines = [(one, urn.IN_URN) for one in first]
    assert urn.chain(urn.START, lines) == urn.chain(urn.START, reversed(lines))


def test_a_rewritten_log_is_found() -> None:
    one = urn.chain(urn.START, [("a" * 64, urn.IN_URN), ("b" * 64, urn.IN_URN)])
    two = urn.chain(one.digest, [("a" * 64, urn.REPLACED), ("c" * 64, urn.IN_URN)])
    assert urn.replay([one, two]) == {
        "a" * 64: urn.REPLACED,
        "b" * 64: urn.IN_URN,
        "c" * 64: urn.IN_URN,
    }
    dropped = urn.chain(urn.START, [("b" * 64, urn.IN_URN)])
    with pytest.raises(ValueError, match="la page 2"):
        urn.replay([dropped, two])
    forged = urn.Checkpoint(one.lines[:1], one.previous, one.digest)
    with pytest.raises(ValueError, match="la page 1"):
        urn.replay([forged, two])


def test_a_withdrawn_envelope_never_comes_back() -> None:
    one = urn.chain(urn.START, [("a" * 64, urn.WITHDRAWN)])
    two = urn.chain(one.digest, [("a" * 64, urn.IN_URN)])
    with pytest.raises(ValueError, match="la page 2"):
        urn.replay([one, two])


@given(st.lists(chosen, max_size=12), st.randoms(use_true_random=False))
def test_the_opened_ballots_keep_no_order(ballots: list[tuple[str, ...]], random: object) -> None:
    sealed = [urn.seal(KEYS.public, urn.write(FORM, urn.Choices(one))) for one in ballots]
    there = urn.open_all(FORM, KEYS.private, urn.export(sealed))
    back = urn.open_all(FORM, KEYS.private, urn.export(reversed(sealed)))
    assert there == back
    assert sorted(one.references for one in there.ballots) == sorted(ballots)
    assert there.spoilt == 0


def test_a_foreign_or_copied_envelope_is_counted_as_spoilt_not_as_a_vote() -> None:
    good = urn.seal(KEYS.public, urn.write(FORM, urn.Choices(("P1",))))
    foreign = urn.seal(urn.key_pair(b"x" * 32).public, urn.write(FORM, urn.Choices(("P2",))))
    opened = urn.open_all(FORM, KEYS.private, urn.export([good, good, foreign]))
    assert opened.ballots == (urn.Choices(("P1",)),)
    assert opened.spoilt == 2


@given(chosen)
def test_a_draft_is_small_private_and_bound_to_its_right(references: tuple[str, ...]) -> None:
    key = urn.draft_key("a secret of the site", FORM.poll)
    text = urn.close_draft(key, "right-1", {"c": list(references)})
    assert len(text) <= urn.DRAFT_LIMIT
    assert urn.open_draft(key, text) == {"c": list(references), "right": "right-1"}
    assert urn.open_draft(urn.draft_key("a secret of the site", "other"), text) is None
    assert urn.open_draft(key, text[:40] + ("A" if text[40] != "A" else "B") + text[41:]) is None


def test_each_voter_has_an_order_of_their_own_and_keeps_it() -> None:
    orders = {tuple(urn.order_of(str(seed), REFERENCES)) for seed in range(20)}
    assert len(orders) == 20
    assert urn.order_of("7", REFERENCES) == urn.order_of("7", reversed(REFERENCES))


def test_whose_envelope_it_is_can_only_be_said_with_the_secret() -> None:
    token = urn.token_of(b"s", "poll", "right-1")
    assert token == urn.token_of(b"s", "poll", "right-1")
    assert len({token, urn.token_of(b"t", "poll", "right-1"), urn.token_of(b"s", "p", "r")}) == 3
