"""The secrets of a poll: one file each, outside the database and its backups.

A file holds the private key (unless the commission keeps it), and three secrets: of tokens, of
codes and of identities. It is made before the transaction that names it, readable by the site
alone, and written to disk before it is named. The three secrets are destroyed after closing.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from civic.rules import urn


@dataclass(frozen=True, slots=True)
class PollSecrets:
    """What the vault knows of one poll, each 32 bytes; `private` is None when the key is elsewhere.

    After the second step of closing, `token`, `code` and `identity` are empty.
    """

    private: bytes | None
    token: bytes
    code: bytes
    identity: bytes


def make(vault: Path, public: bytes | None = None) -> str:
    """Makes the secrets of a new poll. Answers their public name: 22 random characters, a dot and
    the public key (64 hex digits); `public_key` and `file_name` take it apart.

    With `public`, the commission's, the vault gets no private key: nobody here ever has it.
    """
    private: bytes | None = None
    if public is None:
        keys = urn.key_pair(secrets.token_bytes(32))
        private, public = keys.private, keys.public
    name = secrets.token_urlsafe(16)
    found = PollSecrets(
        private, secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(32)
    )
    _write(_file(vault, name), found)
    return f"{name}.{public.hex()}"


def file_name(secret_id: str) -> str:
    """The part of a public name that the poll keeps."""
    return secret_id.partition(".")[0]


def public_key(secret_id: str) -> bytes:
    """The public key that a public name carries."""
    return bytes.fromhex(secret_id.partition(".")[2])


def load(vault: Path, name: str) -> PollSecrets:
    """The secrets of that name; raises `FileNotFoundError` when the vault does not have them."""
    said = json.loads(_file(vault, name).read_text())
    return PollSecrets(
        bytes.fromhex(said["private"]) or None,
        bytes.fromhex(said["token"]),
        bytes.fromhex(said["code"]),
        bytes.fromhex(said["identity"]),
    )


def sever(vault: Path, name: str) -> None:
    """Destroys the secrets that lead from a person to an envelope; safe to repeat.

    The new file stands on the disk before the old bytes are overwritten, so that a crash never
    loses the private key. docs/urn.md says what is left to the disk and to backups of the vault.
    """
    path = _file(vault, name)
    found = load(vault, name)
    if not (found.token or found.code or found.identity):
        return
    kept = path.with_suffix(".new")
    kept.unlink(missing_ok=True)
    _write(kept, PollSecrets(found.private, b"", b"", b""))
    with path.open("r+b") as old:
        size = path.stat().st_size
        kept.replace(path)
        old.write(b"0" * size)
        old.flush()
        os.fsync(old.fileno())


def forget(vault: Path, name: str) -> None:
    """Destroys all that the vault has of a poll, its private key included; safe to repeat."""
    path = _file(vault, name)
    if not path.exists():
        return
    with path.open("r+b") as old:
        old.write(b"0" * path.stat().st_size)
        old.flush()
        os.fsync(old.fileno())
    path.unlink()


def _file(vault: Path, name: str) -> Path:
    if not name or not all(sign.isalnum() or sign in "-_" for sign in name):
        raise ValueError("not the name of a poll's secrets")
    return vault / "polls" / f"{name}.json"


def _text(found: PollSecrets) -> str:
    return json.dumps(
        {
            "private": (found.private or b"").hex(),
            "token": found.token.hex(),
            "code": found.code.hex(),
            "identity": found.identity.hex(),
        }
    )


def _write(path: Path, found: PollSecrets) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as opened:
        opened.write(_text(found))
        opened.flush()
        os.fsync(opened.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
