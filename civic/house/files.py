"""What people send: pictures, decoded and encoded anew before anything is kept; and sounds, which
`sounds.py` reads.

The type is what the decoder finds, never what the name or the browser says; EXIF (place, camera,
date) does not survive; a file is stored and served under its own digest, never a name that a
person chose.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import threading
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import ExifTags, Image
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.house.clock import day_of
from civic.house.db import Base, Day, writing
from civic.house.i18n import lazy
from civic.house.refusal import Refusal

MOST_BYTES = 8_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
UNUSED_FOR = timedelta(days=1)
FORMATS = ("JPEG", "PNG", "WEBP")
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How EXIF says that a telephone was held, and what puts the picture upright."""


class StoredFile(Base):
    """A file that the site keeps: a picture (`width`, `height` in pixels) or a sound (`seconds`).
    `purpose` says for what; erased with the thing it belongs to."""

    __tablename__ = "stored_file"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(String(40))
    stored_on: Mapped[Day]


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture: JPEG bytes, pixels."""

    data: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, 64 hex digits."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Sound:
    """A clean recording: bytes, media type, whole seconds."""

    data: bytes
    kind: str
    seconds: int

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, 64 hex digits."""
        return hashlib.sha256(self.data).hexdigest()


def read_picture(data: bytes) -> Picture:
    """A clean picture of what was sent (JPEG, PNG or WebP); raises `Refusal` saying what to do."""
    if len(data) > MOST_BYTES:
        raise Refusal(lazy("Cette image pèse plus de 8 Mo. Choisissez-en une plus légère."))
    try:
        clean = _decoded(data)
    except Refusal:
        raise
    except Exception as wrong:  # a decoder that meets a hostile file raises almost anything
        raise Refusal(
            lazy("Nous n'avons pas pu lire cette image. Envoyez une photo JPEG, PNG ou WebP.")
        ) from wrong
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return Picture(out.getvalue(), clean.width, clean.height)


_decoding = threading.Lock()
"""A small file may hold forty million points: one is unpacked at a time in each process."""


def _decoded(data: bytes) -> Image.Image:
    """The picture as it is shown: small enough, upright, on white."""
    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        opened = Image.open(io.BytesIO(data), formats=FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise Refusal(lazy("Cette image a plus de 40 millions de points. Réduisez-la d'abord."))
        turn = opened.getexif().get(ExifTags.Base.Orientation)
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        whole = opened if opened.mode in {"RGB", "L"} else opened.convert("RGBA")
        whole.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if turn in TURNED:
        whole = whole.transpose(TURNED[turn])
    rgba = whole.convert("RGBA")
    clean = Image.new("RGB", rgba.size, "white")
    clean.paste(rgba, mask=rgba.getchannel("A"))
    return clean


def place_of(uploads: Path, digest: str) -> Path:
    """Where a file lies: two levels of folders made of its digest."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("not a digest")
    return uploads / digest[:2] / digest


def lay(uploads: Path, data: bytes, digest: str) -> None:
    """Writes the bytes before the transaction that names them; writing twice is harmless."""
    target = place_of(uploads, digest)
    if target.exists():
        target.touch()  # `sweep` leaves alone what somebody has just laid
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{digest}.{secrets.token_hex(4)}")
    with draft.open("xb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(target)


def erase(uploads: Path, digest: str) -> None:
    """Removes the bytes, after the transaction that forgot their name; twice is harmless."""
    place_of(uploads, digest).unlink(missing_ok=True)


def sweep(db: Session, uploads: Path, *, now: datetime) -> None:
    """Erases pictures that nothing shows any more (a draft thrown away, a photo taken off), and
    bytes that no row names (a form refused after its file was laid), a day after.

    Recordings are let go by the verb that replaces them: sealed ballots name them without a key.
    """
    before = now - UNUSED_FOR
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is StoredFile.__table__ for key in column.foreign_keys)
    ]
    with writing(db):
        db.execute(
            delete(StoredFile).where(
                StoredFile.purpose != "recording",
                StoredFile.stored_on < day_of(before),
                *(
                    ~select(column).where(column == StoredFile.digest).exists()
                    for column in columns
                ),
            )
        )
    named = set(db.scalars(select(StoredFile.digest)))
    for file in uploads.glob("??/*"):
        if file.name not in named and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


def keep(db: Session, one: Picture | Sound, *, purpose: str, on: object) -> str:
    """Names a laid file in the database, inside the caller's transaction; its digest."""
    if db.get(StoredFile, one.digest) is None:
        row = StoredFile(
            digest=one.digest, kind="image/jpeg", size=len(one.data), purpose=purpose, stored_on=on
        )
        if isinstance(one, Sound):
            row.kind, row.seconds = one.kind, one.seconds
        else:
            row.width, row.height = one.width, one.height
        db.add(row)
        db.flush()
    return one.digest
