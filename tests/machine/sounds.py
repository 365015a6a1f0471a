"""Small recordings as phones write them, made of nothing, tags included."""

from __future__ import annotations

import struct

SECRETS = (b"Noor Exemple", b"+50.3583+003.5233/", b"2026-11-27T14:03")
"""What the tags of these recordings say: who, where, when."""
_TOLD = b" ".join(SECRETS)


def wave(seconds: float = 2, hertz: int = 8_000, *, tags: bytes = b"", kind: int = 1) -> bytes:
    """Silence as 8-bit samples; `tags`: whole chunks before and after them."""
    samples = b"\x80" * int(seconds * hertz)
    form = struct.pack("<HHIIHH", kind, 1, hertz, hertz, 1, 8)
    body = b"WAVE" + chunk(b"fmt ", form) + tags + chunk(b"data", samples) + tags
    return b"RIFF" + struct.pack("<I", len(body)) + body


def chunk(name: bytes, body: bytes) -> bytes:
    """A piece of a WAV file."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def tagged_wave(seconds: float = 2) -> bytes:
    """The same, as a recorder that tells everything writes it."""
    return wave(seconds, tags=chunk(b"LIST", b"INFOIART" + _TOLD) + chunk(b"id3 ", _id3()))


def mp3(seconds: float = 2) -> bytes:
    """Frames of silence, 128 kb/s, 44,100 Hz, one channel."""
    return (b"\xff\xfb\x90\xc4" + bytes(413)) * round(seconds * 44_100 / 1152)


def tagged_mp3(seconds: float = 2) -> bytes:
    """Between an ID3v2 tag and an ID3v1 tag."""
    return _id3() + mp3(seconds) + b"TAG" + _TOLD[:125].ljust(125, b"\0")


def _id3() -> bytes:
    text = b"\x03" + _TOLD
    frame = b"TPE1" + struct.pack(">I", len(text)) + b"\0\0" + text
    return b"ID3\x03\0\0" + bytes([0, 0, len(frame) >> 7, len(frame) & 127]) + frame


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of an MPEG-4 file."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def m4a(
    seconds: int = 2, *, codec: bytes = b"mp4a", handler: bytes = b"soun", tracks: int = 1,
    first: bool = False, more: bytes = b"",
) -> bytes:  # fmt: skip
    """One track of AAC with who, where and when in its tags and dates; `first`: its tables before
    its sound; `more`: boxes at the end. The sound itself is zeros."""
    made = struct.pack(">II", 0xE1234567, 0xE1234568)
    head = box(b"ftyp", b"M4A \0\0\0\0M4A isom")
    frames = seconds * 44_100 // 1024
    sound = box(b"mdat", bytes(20 * frames))
    entry = box(
        codec, bytes(6) + b"\0\1" + bytes(8) + b"\0\1\0\x10" + bytes(4) + b"\xacD\0\0", _ESDS
    )

    def tables(at: int) -> bytes:
        table = box(
            b"stbl",
            box(b"stsd", bytes(4), b"\0\0\0\1", entry),
            box(b"stts", bytes(4), struct.pack(">III", 1, frames, 1024)),
            box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, frames, 1)),
            box(b"stsz", bytes(4), struct.pack(">II", 20, frames)),
            box(b"stco", bytes(4), struct.pack(">II", 1, at)),
        )
        media = box(
            b"mdia",
            box(b"mdhd", bytes(4), made, struct.pack(">IIHH", 44_100, frames * 1024, 0x55C4, 0)),
            box(b"hdlr", bytes(8), handler, bytes(12), SECRETS[0] + b"\0"),
            box(b"minf", box(b"smhd", bytes(8)), box(b"dinf", _DREF), table),
        )
        track = box(
            b"trak",
            box(b"tkhd", b"\0\0\0\7", made, struct.pack(">III", 1, 0, seconds * 1000), bytes(60)),
            media,
            box(b"udta", box(b"\xa9xyz", SECRETS[1])),
        )
        tags = box(b"ilst", box(b"\xa9ART", box(b"data", b"\0\0\0\1\0\0\0\0", _TOLD)))
        return box(
            b"moov",
            box(b"mvhd", bytes(4), made, struct.pack(">II", 1000, seconds * 1000), bytes(80)),
            track * tracks,
            box(b"udta", box(b"meta", bytes(4), tags), box(b"\xa9day", SECRETS[2])),
        )

    at = len(head) + 8 + (len(tables(0)) if first else 0)
    return head + (tables(at) + sound if first else sound + tables(at)) + more


_DREF = box(b"dref", bytes(4), b"\0\0\0\1", box(b"url ", b"\0\0\0\1"))
_ESDS = box(
    b"esds",
    bytes(4),
    bytes.fromhex("0319000000041140150000000001f4000001f40005021210060102"),
)
