"""Two of three sheets open, one says nothing, and a slip of the hand is found."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.rules import urn
from civic.rules.urn import alphabet
from civic.rules.urn.shares import SECRET

secrets = st.binary(min_size=SECRET, max_size=SECRET)


@settings(max_examples=30)
@given(secrets, st.sampled_from(list(permutations(range(3), 2))))
def test_any_two_sheets_give_the_key_back_so_one_may_be_lost(
    secret: bytes, kept: tuple[int, int]
) -> None:
    keys, sheets = urn.keys_of(secret), [urn.write_share(one) for one in urn.cut(secret)]
    assert urn.join([urn.read_share(sheets[one]) for one in kept], keys.public) == keys


def test_with_two_sheets_lost_nobody_opens_any_more() -> None:
    shares = urn.cut(b"0123456789abcdef")
    public = urn.keys_of(b"0123456789abcdef").public
    for wrong, reason in (([shares[0]], "few"), ([shares[0], shares[0]], "same")):
        with pytest.raises(urn.BadShares) as refused:
            urn.join(wrong, public)
        assert refused.value.reason == reason


def test_the_key_is_made_the_way_that_the_documents_say() -> None:
    import hashlib
    import hmac

    seed = hmac.new(b"s" * 16, b"civic urn key 1", hashlib.sha256).digest()
    assert urn.keys_of(b"s" * 16) == urn.key_pair(seed)


def test_sheets_of_two_keys_or_of_two_cuttings_do_not_mix() -> None:
    one, two = urn.cut(b"a" * 16), urn.cut(b"b" * 16)
    public = urn.keys_of(b"a" * 16).public
    with pytest.raises(urn.BadShares) as refused:
        urn.join([one[0], two[1]], public)
    assert refused.value.reason == "other-key"
    with pytest.raises(urn.BadShares) as refused:
        urn.join([one[0], urn.cut(b"a" * 16)[1]], public)
    assert refused.value.reason == "wrong"


@settings(max_examples=30)
@given(secrets, st.integers(0, 44), st.sampled_from(alphabet.SIGNS))
def test_one_wrong_sign_is_found(secret: bytes, place: int, sign: str) -> None:
    signs = list(alphabet.plain(urn.write_share(urn.cut(secret)[1])))
    if signs[place] == sign:
        return
    signs[place] = sign
    with pytest.raises(urn.BadSheet) as refused:
        urn.read_share("".join(signs))
    assert refused.value.group in (0, place // 5 + 1)


@settings(max_examples=30)
@given(secrets)
def test_small_letters_dashes_and_confusions_are_understood(secret: bytes) -> None:
    share = urn.cut(secret)[2]
    typed = urn.write_share(share).lower().replace(" ", "-").replace("0", "o").replace("1", "l")
    assert urn.read_share(typed) == share


@given(st.text(max_size=60))
def test_anything_typed_is_answered(typed: str) -> None:
    with pytest.raises(urn.BadSheet):
        urn.read_share(typed)
