"""What people record: a voice, freed of everything but what it takes to play it.

Three kinds that phones write and every browser plays: MP3, AAC in MPEG-4, WAV. No codec runs here.
What is kept is copied by name (whole frames of sound, the boxes of the one track, the samples), so
that tags, places, hours, pictures and whatever was glued to the file stay behind. tinytag must
then find the same kind of sound in what is left, and says how long it lasts: neither the name nor
the type that the browser says count for anything.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from tinytag import TinyTag, TinyTagException

from civic.house.files import Sound
from civic.house.i18n import lazy
from civic.house.refusal import Refusal

MOST_BYTES = 5_000_000
MOST_SECONDS = 180
ACCEPT = "audio/mpeg,audio/mp4,audio/x-m4a,audio/wav,.mp3,.m4a,.wav"


class _NotSound(Exception):
    """These bytes are not a sound that is kept here."""


def read_sound(data: bytes) -> Sound:
    """A clean recording of what was sent; raises `Refusal` saying what to do."""
    if len(data) > MOST_BYTES:
        raise Refusal(
            lazy("Ce son pèse plus de 5 Mo. Envoyez-le en MP3 ou en M4A, ou raccourcissez-le.")
        )
    try:
        kind, clean = _clean(data)
        seconds = _seconds(kind, clean)
    except (_NotSound, TinyTagException, struct.error) as wrong:
        raise Refusal(
            lazy("Nous n'avons pas pu lire ce son. Envoyez un enregistrement MP3, M4A ou WAV.")
        ) from wrong
    if seconds > MOST_SECONDS:
        raise Refusal(lazy("Ce son dure plus de trois minutes. Raccourcissez-le."))
    return Sound(clean, kind, max(1, round(seconds)))


def _clean(data: bytes) -> tuple[str, bytes]:
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav", _wave(data)
    if data[4:8] == b"ftyp":
        return "audio/mp4", _mpeg4(data)
    return "audio/mpeg", _mp3(data)


def _seconds(kind: str, clean: bytes) -> float:
    found = TinyTag.get(file_obj=io.BytesIO(clean))
    said = (found.mime_type or "").partition(";")[0]
    if said != kind or not found.duration or not found.duration > 0:
        raise _NotSound
    return found.duration


# --- MP3: whole frames, one after the other ------------------------------------------------------

_RATES_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLES = (44_100, 48_000, 32_000)
_LEAST_FRAMES = 8
_TAILS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")
_LONGEST_FRAME = 1_441


def _mp3(data: bytes) -> bytes:
    at = _after_tags(data)
    start, frames = at, 0
    while length := _frame(data, at):
        at, frames = at + length, frames + 1
    rest = data[at:].lstrip(b"\0")
    if frames < _LEAST_FRAMES or not (len(rest) < _LONGEST_FRAME or rest.startswith(_TAILS)):
        raise _NotSound
    return data[start:at]


def _after_tags(data: bytes) -> int:
    """Where the first frame may begin: after the ID3 tags in front, and their filling."""
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) >= at + 10:
        flags, *size = data[at + 5 : at + 10]
        at += 10 + sum(part << shift for part, shift in zip(size, (21, 14, 7, 0), strict=True))
        at += 10 if flags & 0x10 else 0
    while at < len(data) and data[at] == 0:
        at += 1
    return at


def _frame(data: bytes, at: int) -> int:
    """The length of the whole layer III frame that begins there; 0 when none does."""
    if len(data) < at + 4:
        return 0
    (head,) = struct.unpack_from(">I", data, at)
    version, layer = head >> 19 & 3, head >> 17 & 3
    rate, samples, padding = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or rate in (0, 15) or samples == 3:
        return 0
    bits = 1000 * (_RATES_1 if version == 3 else _RATES_2)[rate - 1]
    hertz = _SAMPLES[samples] >> {3: 0, 2: 1, 0: 2}[version]
    length = (144 if version == 3 else 72) * bits // hertz + padding
    return length if at + length <= len(data) else 0


# --- WAV: how the samples are written, and the samples -------------------------------------------


def _wave(data: bytes) -> bytes:
    form, at = b"", 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        body = data[at + 8 : at + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            form = body[:16]
        if name == b"data" and form:
            return _wave_of(form, body)
        at += 8 + size + size % 2
    raise _NotSound


def _wave_of(form: bytes, samples: bytes) -> bytes:
    kind, channels, hertz, _bytes, block, bits = struct.unpack("<HHIIHH", form)
    plain = kind == 1 and channels in (1, 2) and 8_000 <= hertz <= 48_000 and bits in (8, 16)
    if not plain or block != channels * bits // 8:
        raise _NotSound
    samples = samples[: len(samples) // block * block]
    head = struct.pack("<HHIIHH", 1, channels, hertz, hertz * block, block, bits)
    size = struct.pack("<I", len(samples))
    filled = samples + b"\0" * (len(samples) % 2)
    body = b"WAVEfmt \x10\0\0\0" + head + b"data" + size + filled
    return b"RIFF" + struct.pack("<I", len(body)) + body


# --- MPEG-4: the boxes of one track; every other becomes room that is empty ----------------------

_KEPT = {
    b"": (b"ftyp", b"moov", b"mdat"),
    b"moov": (b"mvhd", b"trak"),
    b"trak": (b"tkhd", b"edts", b"mdia"),
    b"edts": (b"elst",),
    b"mdia": (b"mdhd", b"hdlr", b"minf"),
    b"minf": (b"smhd", b"dinf", b"stbl"),
    b"stbl": (b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp"),
}
_DATED = (b"mvhd", b"tkhd", b"mdhd")
_LEAST = {b"mvhd": 20, b"tkhd": 20, b"mdhd": 20, b"hdlr": 12, b"stsd": 16}


def _mpeg4(data: bytes) -> bytes:
    """The same file, at the same length: a box that is not needed becomes `free`, all zeros, so
    that what remains still points to the right places."""
    clean, seen = bytearray(data), dict[bytes, int]()
    _keep_boxes(clean, b"", 0, len(data), seen)
    once = (b"ftyp", b"moov", b"mdat", b"trak", b"mdia", b"hdlr", b"minf", b"stbl", b"stsd")
    if any(seen.get(name) != 1 for name in once):  # a film has two tracks, a stream no table
        raise _NotSound
    return bytes(clean)


def _keep_boxes(
    data: bytearray, inside: bytes, start: int, end: int, seen: dict[bytes, int]
) -> None:
    for name, at, body, stop in _boxes(data, start, end):
        if name not in _KEPT[inside]:
            data[at + 4 : at + 8] = b"free"
            data[body:stop] = bytes(stop - body)
            continue
        seen[name] = seen.get(name, 0) + 1
        if name in _KEPT:
            _keep_boxes(data, name, body, stop, seen)
        elif stop - body < _LEAST.get(name, 0):
            raise _NotSound
        elif name in _DATED:
            hours = 16 if data[body] == 1 else 8  # made on, changed on
            data[body + 4 : body + 4 + hours] = bytes(hours)
        elif name == b"hdlr":
            if data[body + 8 : body + 12] != b"soun":
                raise _NotSound
            data[body + 12 : stop] = bytes(stop - body - 12)  # with the recorder's own name
        elif name == b"stsd" and data[body + 12 : body + 16] != b"mp4a":
            raise _NotSound


def _boxes(data: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Each box between two places: its name, where it begins, where its body begins and ends."""
    at = start
    while at < end:
        if end - at < 8:
            raise _NotSound
        size, body = struct.unpack_from(">I", data, at)[0], at + 8
        if size == 1:
            if end - at < 24:
                raise _NotSound
            size, body = struct.unpack_from(">Q", data, at + 8)[0], at + 16
        elif size == 0:
            size = end - at
        if not body <= at + size <= end:
            raise _NotSound
        yield bytes(data[at + 4 : at + 8]), at, body, at + size
        at += size
