"""What one deposit costs, in turns with hello-world: `python -m tests.bench deposit`.

    python -m tests.bench deposit [--rounds 15] [--seconds 2] [--only KIND]

The machine that measures is shared, and a busy one makes every millisecond longer. So each round
asks hello-world and the deposit one after the other, for some seconds each, of two gunicorns that
run side by side (two workers of four threads, eight connections, as `make bench`); what is printed
is the median of the rounds, the least, and the median of the rounds' own ratios. The CPU is that of
gunicorn's workers, without PostgreSQL's own processes.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.http import CONNECTIONS, WARM_UP, Town, environ_of, fill, hello, sent_again
from tests.bench.load import Shot, fire
from tests.machine import postgresql
from tests.machine.databases import KINDS, Databases
from tests.machine.server import Site, serve

ANCHOR = 48.0
"""Milliseconds of the quicker run of the Django platform that was measured to compare with."""


@dataclass(frozen=True)
class Round:
    """Milliseconds of CPU of one request: hello-world, then a deposit."""

    hello: float
    deposit: float


def main() -> None:
    """Prints one line a database."""
    words = argparse.ArgumentParser(prog="python -m tests.bench deposit", description=__doc__)
    words.add_argument("--rounds", type=int, default=15)
    words.add_argument("--seconds", type=float, default=2.0, help="how long each thing is asked")
    words.add_argument("--only", choices=KINDS, help="one database instead of both")
    asked = words.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="civic-bench-"))
    try:
        databases = Databases(folder, folder, "bench")
        for kind in [asked.only] if asked.only else KINDS:
            place = folder / kind
            place.mkdir()
            _show(kind, _rounds(databases, kind, place, asked.rounds, asked.seconds))
    finally:
        postgresql.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _show(kind: str, rounds: list[Round]) -> None:
    deposits = [one.deposit for one in rounds]
    ratio = median(one.deposit / one.hello for one in rounds)
    print(
        f"{kind:11} deposit {median(deposits):.2f} ms (least {min(deposits):.2f}, most "
        f"{max(deposits):.2f}; a tenth of the anchor is {ANCHOR / 10:.1f})   hello-world "
        f"{median(one.hello for one in rounds):.2f} ms   ratio {ratio:.1f}   {len(rounds)} rounds"
    )


def _rounds(
    databases: Databases, kind: str, folder: Path, rounds: int, seconds: float
) -> list[Round]:
    environ = environ_of(folder, databases.fresh(kind, folder))
    town = fill(environ, proposals=1)
    with hello(folder) as plain, serve(environ, folder) as site:
        ballots = _ballots(site, town)
        _cost(plain, [Shot("/")], WARM_UP)
        _cost(site, ballots, WARM_UP)
        return [
            Round(_cost(plain, [Shot("/")], seconds), _cost(site, ballots, seconds))
            for _round in range(rounds)
        ]


def _ballots(site: Site, town: Town) -> list[Shot]:
    return [sent_again(site, town, code) for code in town.codes]


def _cost(site: Site, shots: list[Shot], seconds: float) -> float:
    found = fire(site.port, site.pid, shots, seconds=seconds, connections=CONNECTIONS)
    return found.cpu * 1000
