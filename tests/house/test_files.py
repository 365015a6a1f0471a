"""Uploads: decoded, stripped, encoded anew; nothing is trusted but what the decoder finds."""

from __future__ import annotations

import contextlib
import io
import os
import random
import struct
import subprocess
import sys
import warnings
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.house.db import writing
from civic.house.files import (
    LONGEST_SIDE,
    StoredFile,
    keep,
    lay,
    place_of,
    read_picture,
    sweep,
)
from civic.house.refusal import Refusal
from civic.proposals.models import ProposalDraft
from tests import make
from tests.make import NOW


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


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_picture_in_any_colours_is_read(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert read_picture(out.getvalue()).width == 40


def test_a_damaged_picture_is_a_refusal_whatever_is_damaged() -> None:
    chance = random.Random(3)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.GPSInfo] = {1: "N"}
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = _picture(kind, exif=exif)
        for _time in range(150):
            spoilt = bytearray(whole)
            for _byte in range(chance.randint(1, 12)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            with warnings.catch_warnings(), contextlib.suppress(Refusal):
                warnings.simplefilter("ignore")
                read_picture(bytes(spoilt))


def test_a_small_file_of_forty_million_points_takes_little_room() -> None:
    program = """
import io, resource
from PIL import Image
from civic.house.files import read_picture
out = io.BytesIO()
Image.new("L", (6300, 6300)).save(out, "PNG")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read_picture(out.getvalue())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert int(said.stdout) < 200  # megabytes


def test_a_picture_that_nothing_shows_is_erased_the_day_after(db: Session, tmp_path: Path) -> None:
    shown, left = read_picture(_picture()), read_picture(_picture(size=(50, 30)))
    who = make.account(db)
    with writing(db):
        for one in (shown, left):
            lay(tmp_path, one.data, one.digest)
            keep(db, one, purpose="proposal", on=NOW.date())
        db.add(
            ProposalDraft(
                id="d" * 22, person_id=who.person, kind="works", changed_on=NOW.date(),
                picture_digest=shown.digest,
            )
        )  # fmt: skip
    stray = read_picture(_picture(size=(60, 30)))  # a form refused after its file was laid
    lay(tmp_path, stray.data, stray.digest)
    there = NOW.timestamp()
    for one in (shown, left, stray):
        os.utime(place_of(tmp_path, one.digest), (there, there))
    sweep(db, tmp_path, now=NOW + timedelta(hours=20))
    assert place_of(tmp_path, left.digest).exists()
    sweep(db, tmp_path, now=NOW + timedelta(days=3))
    assert [place_of(tmp_path, one.digest).exists() for one in (shown, left, stray)] == [
        True, False, False,
    ]  # fmt: skip
    assert db.scalars(select(StoredFile.digest)).all() == [shown.digest]
