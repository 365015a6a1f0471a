"""Uploads: decoded, stripped, encoded anew; nothing is trusted but what the decoder finds."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from civic.house.files import LONGEST_SIDE, lay, place_of, read_picture
from civic.house.refusal import Refusal


def _picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_as_a_jpeg(kind: str) -> None:
    clean = read_picture(_picture(kind))
    assert clean.data.startswith(b"\xff\xd8")
    assert (clean.width, clean.height) == (40, 30)


def test_place_and_camera_do_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    clean = read_picture(_picture(exif=exif, comment=b"hidden words"))
    assert b"SecretCamera" not in clean.data
    assert b"hidden words" not in clean.data
    assert not Image.open(io.BytesIO(clean.data)).getexif()


def test_a_turned_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    clean = read_picture(_picture(exif=exif))
    assert (clean.width, clean.height) == (30, 40)


def test_a_large_picture_is_made_smaller() -> None:
    assert read_picture(_picture(size=(4000, 1000))).width == LONGEST_SIDE


def test_what_stands_behind_a_picture_is_gone() -> None:
    assert b"<script>" not in read_picture(_picture() + b"<script>alert(1)</script>").data


def _bomb() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        _picture()[:60],
        _picture("GIF"),
        _bomb(),
        b"\xff\xd8" + b"x" * 8_000_001,
    ],
    ids=["empty", "gif-head", "svg", "pdf", "cut", "gif", "bomb", "heavy"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read_picture(data)
    assert str(caught.value.text).endswith(".")


def test_a_file_lies_under_its_digest_and_nowhere_else(tmp_path: Path) -> None:
    clean = read_picture(_picture())
    lay(tmp_path, clean.data, clean.digest)
    lay(tmp_path, clean.data, clean.digest)
    assert place_of(tmp_path, clean.digest).read_bytes() == clean.data
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1
    for name in ("../../etc/passwd", "a" * 63, "A" * 64):
        with pytest.raises(ValueError, match="digest"):
            place_of(tmp_path, name)
