"""`python -m tests.bench sortition`: what the draw costs and how fair it is, beside the PyPI
package sortition-algorithms where that is installed.

Each instance is solved by each program in a process of its own: ours to leximin and on to the
published panels, theirs to maximin on HiGHS (weaker, and what it does without a commercial solver).
Figures are CPU seconds of the work (starting and importing left out), memory above a Python that
has imported NumPy, the smallest chance before rounding, and how the two sorted lists of chances
differ. ``--anchor PYTHON`` names an interpreter that has the package, when this one has not.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CIVIC_REFERENCE_DATA", ROOT.parent / "shared" / "data")) / "sortition"
# people, seats, values of each feature; what instances of the field look like
SMALL = {
    "made_70_24": (70, 24, (2, 3, 3, 2, 3)),
    "made_239_30": (239, 30, (2, 4, 4, 3, 3, 3, 2)),
    "made_321_30": (321, 30, (2, 4, 4, 3, 3, 2, 2, 5)),
    "made_404_40": (404, 40, (2, 4, 5, 2, 3, 2)),
    "made_825_75": (825, 75, (2, 5, 8, 6)),
}
LARGE = {
    "made_1200_150": (1200, 150, (2, 5, 8, 4, 3, 4, 3)),
    "made_1727_110": (1727, 110, (2, 5, 6, 3, 3, 3, 2)),
    "made_100000_150": (100_000, 150, (2, 5, 8, 4, 4)),
}


def main() -> None:
    """Reads the arguments, runs every instance, prints a line each and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--anchor", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--limit", type=int, default=1200, help="CPU seconds given to the package")
    parser.add_argument("--made", action="store_true", help="made instances even with real ones")
    parser.add_argument("--large", action="store_true", help="large ones too, ours only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ratios = [
            _line(name, place, seats, options.anchor, options.limit)
            for name, place, seats in _instances(Path(folder), made=options.made)
        ]
        if options.large:
            for name, shape in LARGE.items():
                _write(Path(folder) / name, *shape)
                _line(name, Path(folder) / name, shape[1], None, 0)
    known = [ratio for ratio in ratios if ratio is not None]
    if known:
        print(f"theirs / ours: from {min(known):.0f}, median {statistics.median(known):.0f}")
    else:
        print("sortition-algorithms is not installed: ours alone")


def _instances(folder: Path, *, made: bool) -> Iterator[tuple[str, Path, int]]:
    real = sorted(DATA.glob("*/respondents.csv"))
    for path in real:
        yield path.parent.name, path.parent, int(path.parent.name.rsplit("_", 1)[1])
    for name, shape in SMALL.items() if made or not real else ():
        _write(folder / name, *shape)
        yield name, folder / name, shape[1]


def _write(folder: Path, people: int, seats: int, kinds: tuple[int, ...]) -> None:
    """Volunteers who differ from the town; bounds around the town's shares, one seat wide."""
    folder.mkdir()
    chance = random.Random(people)
    columns, bounds = [], []
    for feature, many in enumerate(kinds):
        town = [chance.gammavariate(3, 1) for _ in range(many)]
        shares = [share / sum(town) for share in town]
        drawn = [share * chance.lognormvariate(0, 0.5) for share in shares]
        column = chance.choices(range(many), drawn, k=people)
        columns.append(column)
        for value, share in enumerate(shares):
            low = min(int(share * seats), column.count(value))
            bounds.append((f"f{feature}", f"v{value}", low, max(int(share * seats) + 1, low)))
    with (folder / "categories.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("feature", "value", "min", "max"), *bounds])
    with (folder / "respondents.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", *(f"f{feature}" for feature in range(len(kinds)))])
        rows.writerows(
            [f"p{place}", *(f"v{column[place]}" for column in columns)] for place in range(people)
        )


def _line(name: str, folder: Path, seats: int, anchor: str | None, limit: int) -> float | None:
    ours = _child(sys.executable, "ours", folder, seats, 3600)
    if ours is None or "chances" not in ours:
        print(f"{name}: not solved ({ours and ours.get('error')})")
        return None
    chances = ours["chances"]
    print(
        f"{name}: {len(chances)} people, {ours['profiles']} profiles, {seats} seats, "
        f"M={ours['numbers']}; ours {ours['seconds']:.3f} s, {ours['memory']:.0f} MB, smallest "
        f"{chances[0]:.6f} (bound {ours['bound']:.6f}), count {ours['kept']:.3f} of it",
        flush=True,
    )
    if anchor is None:
        return None
    theirs = _child(anchor, "theirs", folder, seats, limit)
    if not theirs or "chances" not in theirs:
        if theirs is None:
            least = limit / ours["seconds"]
            print(f"    theirs: not done in {limit} s, more than {least:.0f} times", flush=True)
        elif theirs:
            print(f"    theirs: {theirs['error']}")
        return None
    other = theirs["chances"]
    gap = max(abs(mine - its) for mine, its in zip(chances, other, strict=True))
    ratio: float = theirs["seconds"] / ours["seconds"]
    print(
        f"    theirs {theirs['seconds']:.3f} s ({ratio:.0f} times), {theirs['memory']:.0f} MB, "
        f"smallest {other[0]:.6f}, largest difference {gap:.4f}",
        flush=True,
    )
    leximin = folder / "leximin-of-sortition-algorithms.json"
    if leximin.exists():
        best = json.loads(leximin.read_text(encoding="utf-8"))
        gaps = [mine - its for mine, its in zip(chances, best, strict=True)]
        first = next((gap for gap in gaps if abs(gap) > 1e-5), 0.0)
        word = "equal to" if not first else "better than" if first > 0 else "WORSE than"
        print(f"    sorted chances {word} its leximin (first difference {first:+.6f})", flush=True)
    return ratio


def _child(python: str, who: str, folder: Path, seats: int, limit: int) -> dict[str, Any] | None:
    """What one program answers, None when it takes more CPU seconds than that."""
    arguments = [python, "-P", str(Path(__file__)), who, str(folder), str(seats), str(limit)]
    done = subprocess.run(
        arguments, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return None
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1:]}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _ours(folder: Path, seats: int) -> dict[str, Any]:
    from civic.rules.sortition import prepare, read_criteria, read_pool

    def work() -> dict[str, Any]:
        criteria = read_criteria((folder / "categories.csv").read_bytes())
        pool = read_pool((folder / "respondents.csv").read_bytes(), criteria)
        prepared = prepare(pool.candidates, criteria, seats, secret=b"bench")
        chances = sorted(prepared.optimal.values())
        having = [chance for chance in chances if chance > 0]
        counts = [count for count in prepared.lottery.chances.values() if count]
        numbers = prepared.lottery.numbers
        return {
            "chances": chances,
            "profiles": prepared.public["profiles"],
            "numbers": numbers,
            "bound": prepared.public["bound"],
            "kept": min(counts) / numbers / having[0],
        }

    return _measured(work)


def _theirs(folder: Path, seats: int) -> dict[str, Any]:
    # Only where somebody installed it: its licence is not ours, so nothing here depends on it.
    import sortition_algorithms  # type: ignore[import-not-found]
    from sortition_algorithms import committee_generation

    def work() -> dict[str, Any]:
        source = sortition_algorithms.CSVFileDataSource(
            features_file=folder / "categories.csv",
            people_file=folder / "respondents.csv",
            already_selected_file=None,
            selected_file=folder / "unused",
            remaining_file=folder / "unused",
        )
        settings = sortition_algorithms.Settings(id_column="id", columns_to_keep=[])
        data = sortition_algorithms.SelectionData(source)
        features, _report = data.load_features(seats)
        people, _report = data.load_people(settings, features)
        panels, weights, *_rest = committee_generation.find_distribution_maximin(
            features, people, seats, []
        )
        found = dict.fromkeys(people, 0.0)
        for panel, weight in zip(panels, weights, strict=True):
            for person in panel:
                found[person] += weight
        return {"chances": sorted(found.values())}

    return _measured(work)


def _measured(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The work's answer with its CPU seconds (children of the process included) and megabytes."""
    started = time.process_time()
    answer = work()
    answer["seconds"] = time.process_time() - started
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    answer["memory"] = (int(peak[1]) if peak else 0) / 1024 - _bare()
    return answer


def _bare() -> float:
    """Megabytes of a Python that has imported NumPy and nothing else."""
    code = "import numpy; print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout) / 1024


if __name__ == "__main__":
    _who, _folder, _seats, _limit = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(_limit), int(_limit) + 5))
    print(json.dumps({"ours": _ours, "theirs": _theirs}[_who](Path(_folder), int(_seats))))
