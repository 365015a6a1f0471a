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
from collections.abc import Iterable
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

LIMIT = 3_000
"""The most bytes that a draft may take in the browser."""


def draft_key(secret: str, poll: str) -> bytes:
    """The 32-byte key of one poll's drafts, made from the site's own secret."""
    return hmac.new(secret.encode(), f"draft|{poll}".encode(), hashlib.sha256).digest()


def close_draft(key: bytes, right: str, said: dict[str, Any]) -> str:
    """The draft as text for a cookie; ValueError past LIMIT."""
    text = json.dumps({**said, "right": right}, ensure_ascii=False, separators=(",", ":"))
    clear = text.encode()
    clear += b" " * (-len(clear) % 128)  # the size says little of how much is chosen
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
