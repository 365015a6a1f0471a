"""What is outside the database and its backups, so that whoever takes the database can answer in
nobody's name: the secret under which the codes of letters are kept, and for a day the letters of a
lot, which hold codes. All of it readable by the site alone."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

NAME = "reponses.key"


def key(vault: Path) -> bytes:
    """The 32 bytes, made once and readable by the site alone."""
    path = vault / NAME
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    vault.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = vault / f".{NAME}.{secrets.token_hex(8)}"
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        # Whole or not at all; when two make it at once, the first stands.
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_bytes()


# --- letters that wait to be taken ---------------------------------------------------------------

FOLDER = "lettres"


def pages_of(lot: str) -> str:
    """The file of what a lot's letters say, before they are paper."""
    return f"{lot}.json"


def paper_of(lot: str) -> str:
    """The file of a lot's letters."""
    return f"{lot}.pdf"


def as_pages(pages: Sequence[str]) -> bytes:
    """Pages of HTML, as their file holds them."""
    return json.dumps(pages, ensure_ascii=False).encode()


def read_pages(vault: Path, lot: str) -> list[str]:
    """The pages of a lot; raises `FileNotFoundError`."""
    found: list[str] = json.loads(read(vault, pages_of(lot)))
    return found


def lay(vault: Path, name: str, content: bytes) -> None:
    """Writes a file, whole or not at all."""
    place = vault / FOLDER / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = place.with_name(f".{name}.{secrets.token_hex(8)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        made.replace(place)
    finally:
        with suppress(FileNotFoundError):
            made.unlink()


def read(vault: Path, name: str) -> bytes:
    """The bytes of a file; raises `FileNotFoundError`."""
    return (vault / FOLDER / name).read_bytes()


def drop(vault: Path, name: str) -> None:
    """Erases a file; safe to repeat."""
    with suppress(FileNotFoundError):
        (vault / FOLDER / name).unlink()


def kept(vault: Path) -> list[tuple[str, str]]:
    """The files there and whose they are: (name, lot). Also what a killed process left half
    written."""
    folder = vault / FOLDER
    if not folder.is_dir():
        return []
    return [(one.name, one.name.strip(".").split(".")[0]) for one in folder.iterdir()]
