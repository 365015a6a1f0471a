"""How fast elections are counted, beside pabutools where it is installed: `make bench NAME=tally`.

    python -m tests.bench tally [--peer PYTHON] [--turns N] [--rule RULE] … [FILE.pb …]
    python -m tests.bench tally [--long] [--million]

`--peer` names an interpreter that has pabutools (a GPL library, measured only, in a process of its
own); by default this one, if it has it. Each line is one process, or the quickest of N: CPU seconds
of reading and of the rule, imports left out, and the highest peak of memory above an interpreter
that does nothing. Winners must be the same. `--long` also counts add1 with the peer, which takes
minutes; `--million` counts a million ballots on 500 projects and explains every project.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

RULES = ("greedy", "shares", "phragmen", "add1")
NAMES = {
    "greedy": "greedy",
    "shares": "Equal Shares",
    "phragmen": "Phragmén",
    "add1": "Equal Shares, add1",
}
PATIENCE = 400  # seconds a peer may take

# The peak of this process alone: ru_maxrss begins at its parent's.
HIGHEST = """
def highest():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
"""

OURS = """
import sys, time
path, rule, explain, loads = sys.argv[1:5]
bare = highest()
from civic.rules import tally
import civic.rules.tally.equal_shares, civic.rules.tally.phragmen
if loads == "1":
    import civic.rules.tally.equal_shares.growth, civic.rules.tally.explain_shares
    import civic.rules.tally.pabulib.bulk
content = open(path, "rb").read()
began = time.process_time()
election = tally.read(content)
read = time.process_time() - began
began = time.process_time()
outcome = {
    "greedy": lambda: tally.count(election),
    "shares": lambda: tally.count(election, "equal-shares", utility="cost"),
    "phragmen": lambda: tally.count(election, "phragmen"),
    "add1": lambda: tally.count(election, "equal-shares", utility="cost", completion="add1"),
}[rule]()
counted = time.process_time() - began
told = None
if explain == "1":
    began = time.process_time()
    told = len(outcome.explain())
    explained = time.process_time() - began
else:
    explained = 0.0
peak = highest() - bare
import json
print(json.dumps({"read": read, "rule": counted, "explained": explained, "told": told,
                  "peak": peak / 1024, "winners": sorted(outcome.winners),
                  "loads": "numpy" in sys.modules}))
"""

PEER = """
import sys, time
path, rule = sys.argv[1:3]
bare = highest()
from pabutools.election import parse_pabulib, Cost_Sat
from pabutools.rules import (greedy_utilitarian_welfare, method_of_equal_shares,
                             sequential_phragmen)
from pabutools.tiebreaking import lexico_tie_breaking as tie
sys.setrecursionlimit(100000)
began = time.process_time()
instance, profile = parse_pabulib(path)
read = time.process_time() - began
began = time.process_time()
if rule == "greedy":
    won = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=tie)
elif rule == "shares":
    won = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, tie_breaking=tie)
elif rule == "add1":
    won = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, tie_breaking=tie,
                                 voter_budget_increment=1)
else:
    won = sequential_phragmen(instance, profile, tie_breaking=tie)
counted = time.process_time() - began
peak = highest() - bare
import json
print(json.dumps({"read": read, "rule": counted, "peak": peak / 1024,
                  "winners": sorted(project.name for project in won)}))
"""


def generated(projects: int, voters: int, most: int, budget: int, seed: int) -> Iterator[str]:
    """A made-up election: popularity falls off, costs vary, neighbours choose alike."""
    chance = random.Random(seed)
    costs = [chance.randint(4, 400) * 500 for _ in range(projects)]
    weights = [1 / (place + 3) for place in range(projects)]
    near = [chance.sample(range(projects), min(projects, 25)) for _ in range(20)]
    yield from ("META", "key;value", "description;Essai", "country;France", "unit;Essai")
    yield from ("instance;2026", f"num_projects;{projects}", f"num_votes;{voters}")
    yield from (f"budget;{budget}", "vote_type;approval", "rule;unknown", "date_begin;2026")
    yield from ("date_end;2026", "currency;EUR", "PROJECTS", "project_id;cost;name")
    yield from (f"{place};{cost};Projet {place}" for place, cost in enumerate(costs))
    yield from ("VOTES", "voter_id;vote")
    everywhere = list(range(projects))
    for voter in range(voters):
        size = chance.randint(1, most)
        own = near[voter % len(near)]
        chosen = set(chance.choices(own, k=(size + 1) // 2))
        chosen.update(chance.choices(everywhere, weights=weights, k=size // 2))
        yield f"{voter};{','.join(map(str, chosen))}"


def measured(python: str, program: str, *words: str) -> dict[str, Any] | None:
    """What a child process answers, or None if it took too long."""
    try:
        done = subprocess.run(
            [python, "-c", HIGHEST + program, *words],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return None
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def least(answers: Iterable[dict[str, Any] | None]) -> dict[str, Any] | None:
    """Of several turns, the one with the fewest seconds, and the largest peak of memory."""
    known = [answer for answer in answers if answer is not None]
    if not known:
        return None
    best = min(known, key=lambda answer: answer["read"] + answer["rule"])
    return {**best, "peak": max(answer["peak"] for answer in known)}


def our_own(path: str, rule: str, explain: str, turns: int) -> dict[str, Any]:
    """Our figures; where the count loads NumPy, once more with that done before."""
    first = measured(sys.executable, OURS, path, rule, explain, "0")
    assert first is not None
    if not first["loads"]:
        again = (measured(sys.executable, OURS, path, rule, explain, "0") for _ in range(turns - 1))
        best = least([first, *again])
    else:
        best = least(measured(sys.executable, OURS, path, rule, explain, "1") for _ in range(turns))
    assert best is not None
    return best


def compare(name: str, path: str, rule: str, peer: str | None, turns: int) -> None:
    """Print one line: ours, the peer's, and how many times less CPU and memory."""
    ours = our_own(path, rule, "0", turns)
    line = (
        f"{name:<24} {NAMES[rule]:<19} read {ours['read']:8.3f} s  rule {ours['rule']:9.4f} s"
        f"  {ours['peak']:6.0f} MB"
    )
    theirs = least(measured(peer, PEER, path, rule) for _ in range(turns)) if peer else None
    if peer and theirs is None:
        line += f"  | peer: more than {PATIENCE} s"
    elif theirs is not None:
        whole = (theirs["read"] + theirs["rule"]) / (ours["read"] + ours["rule"])
        same = "same winners" if theirs["winners"] == ours["winners"] else "OTHER WINNERS"
        line += (
            f"  | peer {theirs['read']:6.2f} + {theirs['rule']:7.2f} s {theirs['peak']:5.0f} MB"
            f"  | rule ×{theirs['rule'] / ours['rule']:.0f}, with reading ×{whole:.0f},"
            f" memory ÷{theirs['peak'] / max(ours['peak'], 0.1):.1f}, {same}"
        )
    print(line, flush=True)


def main() -> None:
    """Run the comparison on reference elections when they are here, and on made-up ones."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench tally")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--peer")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--rule", choices=RULES, action="append", dest="rules")
    asked = parser.parse_args()
    peer = asked.peer
    if peer is None and importlib.util.find_spec("pabutools"):
        peer = sys.executable
    if peer is None:
        print("pabutools is not installed: only our own figures.")
    data = Path(os.environ.get("CIVIC_REFERENCE_DATA", "../shared/data")) / "pb"
    with tempfile.TemporaryDirectory() as folder:
        files = {path.stem[:24]: path for path in asked.files}
        if not files:
            known = data / "France_Toulouse_2022.pb"
            if known.is_file():
                files["Toulouse 2022"] = known
            for name, shape in (
                ("made up 180 × 7,000", (180, 7_000, 3, 3_000_000, 1)),
                ("made up 80 × 60,000", (80, 60_000, 10, 1_500_000, 2)),
            ):
                path = Path(folder) / f"{len(files)}.pb"
                path.write_text("\n".join(generated(*shape)) + "\n", "utf-8")
                files[name] = path
        for name, path in files.items():
            for rule in asked.rules or RULES:
                with_peer = peer if rule != "add1" or asked.long else None
                compare(name, str(path), rule, with_peer, asked.turns if rule != "add1" else 1)
        if asked.million:
            path = Path(folder) / "million.pb"
            with path.open("w", encoding="utf-8") as out:
                out.writelines(f"{row}\n" for row in generated(500, 1_000_000, 10, 9_000_000, 3))
            for rule in ("greedy", "shares", "phragmen"):
                ours = our_own(str(path), rule, "1", 1)
                print(
                    f"{'made up 500 × 1,000,000':<24} {NAMES[rule]:<19} read {ours['read']:.1f} s"
                    f"  rule {ours['rule']:.1f} s  {ours['told']} projects explained in"
                    f" {ours['explained']:.1f} s  {ours['peak']:.0f} MB"
                )
