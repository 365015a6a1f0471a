"""The rooms of the house, in order. A later room may use an earlier one, never the reverse.

A habitant's **idea** walks down this list from `proposals` to `decisions`; a habitant's **name**
from `draws` through `mandates` and `meetings` to `referents`. `home` looks into all of them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

ROOMS = (
    "territory",  # where: agglomération, municipalities, neighbourhoods, streets
    "people",  # who: people, organisations, dated and scoped roles
    "accounts",  # how one signs in, and what one may take away or erase
    "councils",  # conseils citoyens: their colleges, house rules, neighbourhoods
    "mandates",  # who sits, since when, until when, and what happens when a seat is empty
    "draws",  # tirages au sort: lists, criteria, commitment, session, record, reserve
    "meetings",  # réunions: convocation, presence, minutes, avis
    "ballots",  # votes: rights, codes, urn, desk, closing, count
    "referents",  # those whom councils send to the agglomération's bodies
    "proposals",  # petits aménagements: from an idea to a checked and costed project
    "budgets",  # budgets participatifs: règlement, envelopes, ballot, result
    "decisions",  # actes of the élus, and what becomes of them on the ground
    "home",  # front page, my space, search, open data
)


@cache
def part(name: str) -> tuple[ModuleType, ...]:
    """The modules called `name` ("models", "views", "queries" …) of the rooms that have one."""
    return tuple(
        import_module(f"civic.{room}.{name}")
        for room in ROOMS
        if find_spec(f"civic.{room}") and find_spec(f"civic.{room}.{name}")
    )


def load_models() -> None:
    """Makes every table known to `Base.metadata`."""
    for name in ("db", "journal", "limits", "post", "jobs", "files"):
        import_module(f"civic.house.{name}")
    part("models")


def load_routines() -> None:
    """Makes every periodic job known to the worker."""
    import_module("civic.house.upkeep")
    part("routines")
