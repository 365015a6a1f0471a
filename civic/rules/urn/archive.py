"""The published archive of a vote: plain files from which anybody can check it, offline.

vote.json               what was sealed, as its digest covers it
journal/0001.txt …      the checkpoints of the log of digests, as they were published
journal/empreintes.txt  number, day and digest of each
etapes.json             the certified steps with their figures, withdrawals with their reasons
avenants.jsonl          projects withdrawn during the vote, one amendment a line, if there are any
annulation.json         the act that annuls the vote, if it is annulled: then there is no result
resultat.json           the figures of the count, as the result's digest covers them
bulletins.jsonl         the opened ballots sorted, where they are published
LISEZMOI.txt            what to do with it
MANIFESTE.txt           SHA-256 of all the others; its own digest is the archive's

The same vote gives the same bytes: no date of making, no order of deposits, one way to zip.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from civic.rules.urn.envelope import BallotForm, Choices, canonical

MANIFEST, RULES, STEPS, RESULT = "MANIFESTE.txt", "vote.json", "etapes.json", "resultat.json"
AMENDMENTS, ANNULMENT = "avenants.jsonl", "annulation.json"
BALLOTS, READ_ME, LOG, DIGESTS = (
    "bulletins.jsonl",
    "LISEZMOI.txt",
    "journal/",
    "journal/empreintes.txt",
)
LARGEST = 200_000_000
"""Bytes that an archive may hold, unpacked."""

_WORDS = """Archive d'un vote des habitants.

Pour la vérifier sans réseau : civic poll verify ARCHIVE
Ajoutez --noted EMPREINTE pour chaque empreinte que vous avez notée vous-même pendant le vote
(page « L'urne et son journal »), ou qui est écrite sur le procès-verbal signé.
Sans la commande : « sha256sum -c MANIFESTE.txt » vérifie les fichiers, et chaque page du journal
a pour empreinte celle que donne « sha256sum ».
"""


class BadArchive(ValueError):
    """What was given can't be read as an archive at all: one French sentence."""


def build(
    *,
    rules: bytes,
    checkpoints: Iterable[tuple[int, str, bytes, str]],
    steps: Sequence[Mapping[str, Any]],
    result: bytes | None,
    form: BallotForm,
    ballots: Iterable[Choices] | None,
    amendments: Sequence[bytes] = (),
    annulment: bytes | None = None,
) -> dict[str, bytes]:
    """The files of an archive by name.

    `checkpoints`: number, day (ISO), the text that the digest covers, digest. `steps`: `etape`,
    `quand` (ISO), `chiffres`. `ballots` is None where they are not published.
    `amendments`: their texts. `annulment`: the act's text; `result` is then None.
    """
    files = {RULES: rules, READ_ME: _WORDS.encode()}
    if result is not None:
        files[RESULT] = result
    if annulment is not None:
        files[ANNULMENT] = annulment
    files[STEPS] = _packed([dict(one) for one in steps])
    told = ""
    for number, day, text, digest in checkpoints:
        files[f"{LOG}{number:04}.txt"] = text
        told += f"{number} {day} {digest}\n"
    files[DIGESTS] = told.encode()
    if amendments:
        files[AMENDMENTS] = b"".join(text + b"\n" for text in amendments)
    if ballots is not None:
        files[BALLOTS] = b"".join(
            line + b"\n" for line in sorted(canonical(form, b) for b in ballots)
        )
    files[MANIFEST] = manifest(files)
    return files


def manifest(files: Mapping[str, bytes]) -> bytes:
    """What `sha256sum -c` reads: the digest of every other file, sorted by name."""
    return b"".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode()
        for name, content in sorted(files.items())
        if name != MANIFEST
    )


def archive_digest(files: Mapping[str, bytes]) -> str:
    """The archive's own digest: that of its manifest."""
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """One zip file, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content)
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of a zipped archive; raises `BadArchive`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = [one for one in packed.infolist() if not one.is_dir()]
            if len({one.filename for one in entries}) < len(entries):
                raise BadArchive("deux fichiers de l'archive portent le même nom.")
            if sum(one.file_size for one in entries) > LARGEST:
                raise BadArchive("l'archive est trop grande pour un vote.")
            return {one.filename: packed.read(one) for one in entries}
    except BadArchive:
        raise
    except Exception as wrong:  # zipfile answers damage with many kinds of errors
        raise BadArchive("ce n'est pas une archive, ou elle est abîmée.") from wrong


def form_of_rules(said: Mapping[str, Any]) -> BallotForm:
    """What the sealed poll allows; raises KeyError, TypeError or ValueError when it can't be."""
    kind, minimum, maximum, max_points, max_sum, *more = said["bulletin"]
    projects = [(str(one[0]), int(one[2]), str(one[3])) for one in said["projets"]]
    values: dict[str, Any] = {"one_group": bool(more[0])} if more else {}
    values["districts"] = tuple(str(one) for one in said.get("quartiers", []))
    return BallotForm(
        poll=str(said["vote"]),
        references=tuple(one[0] for one in projects),
        type=str(kind),
        minimum=int(minimum),
        maximum=int(maximum),
        max_points=int(max_points or 0),
        max_sum=int(max_sum or 0),
        costs=tuple(one[1] for one in projects),
        groups=tuple(one[2] for one in projects),
        limits=tuple((str(name), int(cents)) for name, cents in said.get("enveloppes", [])),
        **values,
    )


def _packed(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"
