"""Recordings: only what plays is kept; what they are is found by reading them, never believed."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from civic.house.refusal import Refusal
from civic.house.sounds import MOST_BYTES, MOST_SECONDS, read_sound
from tests.machine.sounds import (
    SECRETS,
    box,
    chunk,
    m4a,
    mp3,
    tagged_mp3,
    tagged_wave,
    wave,
)

KINDS: dict[str, Callable[[], bytes]] = {
    "audio/wav": tagged_wave,
    "audio/mpeg": tagged_mp3,
    "audio/mp4": m4a,
}


@pytest.mark.parametrize("kind", KINDS)
def test_who_where_and_when_do_not_survive(kind: str) -> None:
    sent = KINDS[kind]()
    assert all(secret in sent for secret in SECRETS)
    clean = read_sound(sent)
    assert (clean.kind, clean.seconds) == (kind, 2)
    assert not any(secret in clean.data for secret in SECRETS)
    assert read_sound(clean.data).data == clean.data


def test_the_dates_of_a_recording_are_gone_and_its_sound_stays_where_its_tables_say() -> None:
    for sent in (m4a(), m4a(first=True)):
        clean = read_sound(sent).data
        assert struct.pack(">I", 0xE1234567) in sent
        assert struct.pack(">I", 0xE1234567) not in clean
        assert clean.index(b"mdat") == sent.index(b"mdat")
        assert len(clean) == len(sent)


def test_the_samples_and_the_frames_are_those_that_were_sent() -> None:
    samples = bytes(range(256)) * 40
    sent = wave(0)[:36] + chunk(b"data", samples)
    assert read_sound(sent).data.endswith(samples)
    assert read_sound(tagged_mp3()).data == mp3()


def test_what_stands_behind_a_sound_is_gone() -> None:
    glued = b"<script>alert(1)</script>"
    for sent in (wave() + glued, mp3() + glued, m4a(more=box(b"skip", glued))):
        assert glued not in read_sound(sent).data


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 5000,
        b"<html><audio src=x onerror=alert(1)>" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        _photo(),
        b"OggS" + bytes(4000),
        b"\x1aE\xdf\xa3webm" + bytes(4000),
        b"#!AMR\n" + bytes(4000),
        mp3(0.1),
        mp3()[:4000] + b"<html>" * 500,
        b"ID3\x03\0\0\x7f\x7f\x7f\x7f",
        wave(kind=3),
        wave(0),
        b"RIFF\0\0\0\0WAVE" + chunk(b"data", bytes(4000)),
        m4a(tracks=2),
        m4a(handler=b"vide"),
        m4a(codec=b"alac"),
        m4a(codec=b"samr"),
        m4a()[:-40],
        m4a() + b"\0\0\0\x04junk",
        box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov") * 3,
        box(b"ftyp", b"mp42\0\0\0\0") + b"\0\0\0\1moov" + b"\xff" * 8,
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused_with_what_to_send_instead(data: bytes) -> None:
    with pytest.raises(Refusal, match="MP3, M4A ou WAV"):
        read_sound(data)


def test_a_recording_too_long_or_too_heavy_is_refused() -> None:
    read_sound(wave(MOST_SECONDS))
    with pytest.raises(Refusal, match="trois minutes"):
        read_sound(wave(MOST_SECONDS + 1))
    with pytest.raises(Refusal, match="5 Mo"):
        read_sound(mp3() + bytes(MOST_BYTES))


SAMPLES = {kind: make() for kind, make in KINDS.items()}


@settings(max_examples=150)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    changes=st.lists(
        st.tuples(st.integers(0, 1200), st.integers(0, 255), st.booleans()), min_size=1, max_size=8
    ),
    cut=st.integers(0, 1500),
)
def test_a_damaged_recording_is_a_recording_or_a_refusal_and_never_a_crash(
    kind: str, changes: list[tuple[int, int, bool]], cut: int
) -> None:
    data = bytearray(SAMPLES[kind])
    for place, value, from_the_end in changes:
        data[-1 - place if from_the_end else place] = value
    sent = bytes(data[: len(data) - cut])
    try:
        clean = read_sound(sent)
    except Refusal:
        return
    assert clean.kind in KINDS
    assert 1 <= clean.seconds <= MOST_SECONDS
    assert len(clean.data) <= len(sent) + 1
