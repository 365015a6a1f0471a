"""Where pictures, scripts and templates are, and under which address a browser gets them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's digest so that it may be kept for ever.

    Worked out once a process: a deployment restarts the site.
    """
    try:
        version = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    except OSError:
        version = "0"
    return f"/static/{name}?v={version}"
