# ruff: noqa: INP001 - static/ is not a package
"""Cut the theme pictograms out of img/icons.svg into one file each, img/themes/NAME.svg.

Paper (letters, ballots) can't point into a sprite, so it shows these. Run after a change of
icons.svg; ``--check`` writes nothing and exits with status 1 when a file is not up to date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

IMG = Path(__file__).resolve().parent / "img"
SYMBOL = re.compile(r'<symbol id="theme-(?P<name>[a-z]+)"(?P<look>[^>]*)>(?P<drawing>.*?)</symbol>')


def cut() -> dict[Path, str]:
    """File → its text, for every theme of the sprite."""
    return {
        IMG / "themes" / f"{found['name']}.svg": (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"{found["look"]}>'
            f"{found['drawing']}</svg>\n"
        ).replace("currentColor", "#000")
        for found in SYMBOL.finditer((IMG / "icons.svg").read_text("utf-8"))
    }


def main(arguments: list[str]) -> int:
    stale = [
        path for path, text in cut().items() if not path.exists() or path.read_text("utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale:
            sys.stdout.write(f"{path.name} is stale: run « python static/cut.py »\n")
        return 1 if stale else 0
    (IMG / "themes").mkdir(exist_ok=True)
    for path, text in cut().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
