"""`python -m tests.bench` measures the site; `python -m tests.bench NAME` another thing.

NAME is the name of a file of this folder that has a `main()`: http, deposit, faults, sortition,
tally.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def run() -> None:
    """Runs the benchmark that is named, `http` when none is."""
    names = sorted(
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if "\ndef main(" in path.read_text("utf-8")
    )
    name = sys.argv[1] if len(sys.argv) > 1 else "http"
    if name not in names:
        sys.exit(f"There is no benchmark {name!r}, only {', '.join(names)}.")
    del sys.argv[1:2]
    import_module(f"tests.bench.{name}").main()


run()
