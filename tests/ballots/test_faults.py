"""Deposits while the site and its database are killed. `python -m tests.bench faults` does more."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import faults
from tests.machine import postgresql
from tests.machine.databases import Databases


def test_what_voters_were_shown_is_in_the_urn_though_the_machine_was_killed(kind: str) -> None:
    """Its PostgreSQL server is its own: the run's other tests keep theirs."""
    with tempfile.TemporaryDirectory(prefix="civic-") as name:
        folder = Path(name)
        try:
            found = faults.run(
                kind, folder, Databases(folder, folder, "faults"), deposits=60, clients=12, kills=2
            )
        finally:
            postgresql.stop(folder)
    assert not found.wrong, (found.wrong, found.log)
    assert found.counts["receipts shown"] == 60
    assert found.counts["connections lost"]
