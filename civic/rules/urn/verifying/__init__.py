"""Checks a published archive, line by line: what is proved, what is false, and what rests on
trust, in whom. Plain values in and out; nothing is fetched.

    lines = verify(files, noted=["5f0c…"])      # files: name → bytes
    all(line.kind != FALSE for line in lines)

One file a thing that is verified: log, steps, count; trust says what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from civic.rules.urn import archive
from civic.rules.urn.verifying.count import annulment, ballots, result
from civic.rules.urn.verifying.lines import FALSE, PROVED, TRUST, Line, Wrong
from civic.rules.urn.verifying.log import log, manifest, sealed
from civic.rules.urn.verifying.reading import Archive
from civic.rules.urn.verifying.steps import amendments, channels, reopenings, steps, withdrawals
from civic.rules.urn.verifying.trust import noted_line, trust

__all__ = ["FALSE", "PROVED", "TRUST", "Line", "verify"]

_Check = Callable[[Archive], Line]
_BEFORE: tuple[tuple[str, _Check], ...] = (
    ("Fichiers", manifest), ("Vote scellé", sealed), ("Journal de l'urne", log),
    ("Étapes", steps),
)  # fmt: skip
_RECONCILED: tuple[tuple[str, _Check], ...] = (
    ("Canaux", channels), ("Retraits", withdrawals), ("Reprises", reopenings),
)  # fmt: skip
_COUNTED: tuple[tuple[str, _Check], ...] = (("Résultat", result), ("Bulletins", ballots))


def verify(files: Mapping[str, bytes], noted: Sequence[str] = ()) -> list[Line]:
    """What an archive proves. `noted`: digests that somebody wrote down or read on a signed paper.

    Each check stands alone: a false one does not hide the next, unless the next needs it.
    """
    seen = Archive(files)
    lines: list[Line] = []
    for about, check in _checks(seen):
        try:
            lines.append(check(seen))
        except Wrong as wrong:
            lines.append(Line(FALSE, str(wrong)))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
            lines.append(Line(FALSE, f"{about} : un fichier manque ou ne se lit pas."))
    lines += [noted_line(seen, one) for one in noted]
    return lines + ([] if any(one.kind == FALSE for one in lines) else trust(seen, noted))


def _checks(seen: Archive) -> list[tuple[str, _Check]]:
    """Every check that this archive must stand; a vote annulled before step 1 has no figures."""
    annulled = archive.ANNULMENT in seen.files
    reconciled = not annulled or b'"etape":"reconciled"' in seen.files.get(archive.STEPS, b"")
    return [
        *_BEFORE,
        *(_RECONCILED if reconciled else ()),
        ("Avenants", amendments),
        *((("Annulation", annulment),) if annulled else _COUNTED),
    ]
