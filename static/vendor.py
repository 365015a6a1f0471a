"""Copy the typefaces that the pages use out of node_modules into static/vendor/fonts.

Run as ``python static/vendor.py`` after ``npm ci`` in static/ (``make setup`` does both).
Prints one line with the number of files and their total size. Exit status 1, with one
sentence on standard error and nothing copied, when the packages are not installed: the
pages then fall back on the system's own typefaces.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules" / "@fontsource"
FONTS = HERE / "vendor" / "fonts"

# Two weights of each face. The extended Latin files are fetched by a browser only when a page
# shows a letter that needs them (a Turkish or a Polish name), the Arabic ones only by pages in
# Arabic: site.css says so through unicode-range and :lang.
FACES = {
    "atkinson-hyperlegible": ("latin", "latin-ext"),
    "readex-pro": ("arabic",),
}
WEIGHTS = (400, 700)


def wanted() -> dict[Path, str]:
    """Source file → name in static/vendor/fonts, licences included."""
    files: dict[Path, str] = {}
    for face, subsets in FACES.items():
        for subset in subsets:
            for weight in WEIGHTS:
                name = f"{face}-{subset}-{weight}-normal.woff2"
                files[PACKAGES / face / "files" / name] = name
        files[PACKAGES / face / "LICENSE"] = f"{face}-LICENSE.txt"
    return files


def main() -> int:
    files = wanted()
    missing = [source.name for source in files if not source.is_file()]
    if missing:
        print(
            f"Typefaces not copied, run « npm ci » in static/ first (missing: {missing[0]}).",
            file=sys.stderr,
        )
        return 1
    if FONTS.exists():
        shutil.rmtree(FONTS)
    FONTS.mkdir(parents=True)
    for source, name in files.items():
        shutil.copyfile(source, FONTS / name)
    total = sum(path.stat().st_size for path in FONTS.iterdir())
    print(f"{len(files)} files, {total / 1000:.1f} kB in static/vendor/fonts")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
