"""The secret under which the codes of letters are kept: one file, outside the database and its
backups, so that whoever takes the database can answer in nobody's name."""

from __future__ import annotations

import os
import secrets
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
