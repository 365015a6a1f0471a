"""The site with a clock that a test sets forward: `serve(…, app="tests.machine.timed:make()")`.

The file named by TESTS_CLOCK_FILE holds how many seconds this site's clock is ahead.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from civic import create_app
from civic.house.clock import clock

VARIABLE = "TESTS_CLOCK_FILE"


def _now() -> datetime:
    text = Path(os.environ[VARIABLE]).read_text("utf-8")
    return datetime.now(UTC) + timedelta(seconds=float(text or 0))


def make() -> Flask:
    """The application, under that clock."""
    clock._read = _now
    return create_app()
