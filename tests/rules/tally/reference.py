"""Where the reference elections are, and small elections written by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from civic.rules import tally

FOLDER = (
    Path(os.environ.get("CIVIC_REFERENCE_DATA", Path(__file__).parents[4] / "shared" / "data"))
    / "pb"
)
here = pytest.mark.skipif(not FOLDER.is_dir(), reason="the reference elections are not here")


def election(name: str) -> tally.Election:
    return tally.read((FOLDER / name).read_bytes())


SMALL = '''META
key;value
description;Budget participatif
country;France
unit;Ville
instance;2026
num_projects;3
num_votes;4
budget;30000
vote_type;approval
rule;greedy
date_begin;2026
date_end;2026
currency;EUR
PROJECTS
project_id;cost;votes;name;district
banc;12500;2;"Un banc ; un ""vrai""";Nord
pas;9000.50;3;Un passage;Sud
arbre;20000;1;Dix arbres;Nord
VOTES
voter_id;vote
1;banc,pas
2;pas
3;pas,banc
4;arbre
'''


def small(*changes: tuple[str, str]) -> bytes:
    """SMALL with texts replaced, each (before, after)."""
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text.encode("utf-8")
