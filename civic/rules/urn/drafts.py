"""A draft ballot that lives in the voter's own browser: encrypted, bound to one right, small.

The draft also carries the seed of this voter's order of projects, so that the order is the same
throughout and stored nowhere else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from civic.rules.urn.envelope import Choices

LIMIT = 3_000
"""The most bytes that a draft may take in the browser."""
BESIDE = 240
"""Bytes of a draft that are not its choices: the right, the channel, the seed, the hour."""
_STEP = 128
_MOST = (1 << 16) - 1


def pack(references: Sequence[str], choices: Choices) -> str:
    """Choices as short text: a place on the ballot for each, and its points if there are some.

    What is not on the ballot is left out, and points too large for any ballot are cut.
    """
    wide = 1 if len(references) <= 256 else 2
    places = {one: place for place, one in enumerate(references)}
    points = choices.points or (None,) * len(choices.references)
    out = bytearray([2 if choices.points else 0])
    for reference, given in zip(choices.references, points, strict=True):
        if reference in places:
            out += places[reference].to_bytes(wide)
            if given is not None:
                out += max(0, min(given, _MOST)).to_bytes(2)
    return base64.urlsafe_b64encode(out).decode().rstrip("=")


def unpack(references: Sequence[str], text: str) -> Choices:
    """What `pack` wrote; ValueError when it is something else."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    wide = 1 if len(references) <= 256 else 2
    if not raw or raw[0] not in (0, 2) or (len(raw) - 1) % (wide + raw[0]):
        raise ValueError("not the choices of a draft")
    found: list[str] = []
    points: list[int] = []
    for start in range(1, len(raw), wide + raw[0]):
        place = int.from_bytes(raw[start : start + wide])
        if place >= len(references):
            raise ValueError("not a project of this ballot")
        found.append(references[place])
        if raw[0]:
            points.append(int.from_bytes(raw[start + wide : start + wide + 2]))
    return Choices(tuple(found), tuple(points))


def draft_size(projects: int, *, points: bool) -> int:
    """The most bytes that a draft of such a ballot takes, everything chosen."""
    raw = 1 + projects * ((1 if projects <= 256 else 2) + (2 if points else 0))
    clear = BESIDE + -(-raw * 4 // 3)
    clear += -clear % _STEP
    return -(-(clear + SecretBox.NONCE_SIZE + SecretBox.MACBYTES) * 4 // 3)


def draft_key(secret: str, poll: str) -> bytes:
    """The 32-byte key of one poll's drafts, made from the site's own secret."""
    return hmac.new(secret.encode(), f"draft|{poll}".encode(), hashlib.sha256).digest()


def close_draft(key: bytes, right: str, said: dict[str, Any]) -> str:
    """The draft as text for a cookie; ValueError past LIMIT."""
    text = json.dumps({**said, "right": right}, ensure_ascii=False, separators=(",", ":"))
    clear = text.encode()
    clear += b" " * (-len(clear) % _STEP)  # the size says little of how much is chosen
    closed = base64.urlsafe_b64encode(SecretBox(key).encrypt(clear)).decode().rstrip("=")
    if len(closed) > LIMIT:
        raise ValueError("a draft of more than 3,000 bytes")
    return closed


def open_draft(key: bytes, text: str) -> dict[str, Any] | None:
    """What a draft says, its "right" included; None when it is not ours or was changed."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        said = json.loads(SecretBox(key).decrypt(raw))
    except (binascii.Error, CryptoError, ValueError, TypeError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("right"), str) else None


def order_of(seed: str, references: Iterable[str]) -> list[str]:
    """The references in an order that only the seed decides, each order as likely."""
    return sorted(
        references,
        key=lambda one: hmac.new(seed.encode(), one.encode(), hashlib.sha256).digest(),
    )
