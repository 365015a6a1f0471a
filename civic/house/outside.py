"""Requests to the servers that the operator's settings name: an identity provider, a gateway."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

PATIENCE = 10
"""Seconds that a visitor waits for another server at most."""


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A server that sends us elsewhere gets neither what we say nor our token there."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class Refused(Exception):
    """The server answered, and not with a 2xx: a redirection is one too."""


class Away(Exception):
    """The server can't be reached, or does not answer in time."""


def ask(address: str, body: bytes | None, headers: Mapping[str, str], *, most: int = 0) -> bytes:
    """The first `most` bytes of what this address answers to a GET, or to a POST of `body`.

    `address` comes from the settings, which take https or this machine only, or from the server
    that they name. Raises `Refused` or `Away`.
    """
    try:
        request = urllib.request.Request(address, body, dict(headers))  # noqa: S310 - see above
        with urllib.request.build_opener(_NoDetour).open(request, timeout=PATIENCE) as answer:
            found: bytes = answer.read(most)
            return found
    except urllib.error.HTTPError as no:
        no.close()
        raise Refused from no
    except (OSError, ValueError, http.client.HTTPException) as down:
        raise Away from down
